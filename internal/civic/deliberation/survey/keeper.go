// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"strings"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// DataKind is the kind of data that households and their remarks are.
const DataKind = "household"

// keptDays is how long labels and remarks may stay once a survey has ended: as long as
// the counting of households can be questioned by who decides on it, three years.
const keptDays = 1096

// Keeper offers what is held about households: how they are called, what they
// answered, what they said beside.
type Keeper struct{ *Service }

// Kinds are the kinds of data that surveys hold.
func (Keeper) Kinds() []retention.Kind {
	return []retention.Kind{{Name: DataKind, Deeds: []retention.Deed{retention.Deidentify}, Max: keptDays, Basis: "basis.pipl_shortest"}}
}

// Over lists surveys that have ended and whose households are still named.
func (Keeper) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	only, own := strings.CutPrefix(q.Subject, prefix)
	if q.Kind != DataKind || q.During != nil || q.Subject != "" && !own {
		return nil, nil
	}
	return over(ctx, tx, q, only)
}

// Forget takes labels, codes, remarks and who took answers out of a survey. Numbers,
// answers and the result stay.
func (Keeper) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	return forget(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, prefix))
}

// Held says nothing: a household is asked for by the number of its survey, which is
// nobody's subject.
func (Keeper) Held(context.Context, string, string) ([]retention.Record, error) { return nil, nil }

// Correct keeps nothing: an answer is corrected while the survey runs.
func (Keeper) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
