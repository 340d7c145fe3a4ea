// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"strings"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// DataKind is the kind of data that voters are.
const DataKind = "vote"

// prefix begins the names of polls.
const prefix = "poll/"

// Keeper offers what leads from a vote that has ended to people: the accounts that
// voted signed in, and the hashes of their letters. Who is behind a voter's number is
// the roster's to forget. Numbers, counts, votes by number and ballots stay: they are
// the record of the decision.
type Keeper struct{}

// Kinds are the kinds of data that votes hold.
func (Keeper) Kinds() []retention.Kind {
	return []retention.Kind{{Name: DataKind, Deeds: []retention.Deed{retention.Deidentify}, Basis: "basis.pipl_shortest"}}
}

// Over lists votes that have ended and still lead to people.
func (Keeper) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	only, own := strings.CutPrefix(q.Subject, prefix)
	if q.Kind != DataKind || q.During != nil || q.Subject != "" && !own {
		return nil, nil
	}
	return over(ctx, tx, q, only)
}

// Forget takes accounts and hashes out of a vote.
func (Keeper) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	return forget(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, prefix))
}

// Held says nothing: a vote is nobody's subject.
func (Keeper) Held(context.Context, string, string) ([]retention.Record, error) { return nil, nil }

// Correct keeps nothing: a vote is what was voted.
func (Keeper) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
