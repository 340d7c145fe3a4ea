// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package rights

import (
	"context"
	"strings"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// Kind is the kind of data that requests are.
const Kind = "request"

// recordDays is how long it can be shown that a request was answered: three years,
// as for impact assessments, PIPL art. 56.
const recordDays = 1095

// Keeper offers what requests themselves hold: what people wrote when they asked.
type Keeper struct{ *Service }

// Kinds are the kinds of data that requests hold.
func (Keeper) Kinds() []retention.Kind {
	return []retention.Kind{{Name: Kind, Deeds: []retention.Deed{retention.Deidentify}, Max: recordDays, Basis: "basis.pipl_shortest"}}
}

// Over lists requests that ended, or for another's subject those about it.
func (k Keeper) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	if q.Kind != Kind || q.During != nil {
		return nil, nil
	}
	only, own := strings.CutPrefix(q.Subject, "request/")
	if q.Subject != "" && !own {
		return about(ctx, tx, q.Realm, q.Subject)
	}
	return over(ctx, tx, q, only)
}

// Forget takes the words out of a request; what was asked, when, and how it ended
// stays.
func (k Keeper) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	return blank(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, "request/"))
}

// Held says nothing: what somebody asked they see where they asked.
func (Keeper) Held(context.Context, string, string) ([]retention.Record, error) { return nil, nil }

// Correct keeps nothing.
func (Keeper) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
