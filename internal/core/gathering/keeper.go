// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"strings"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// DataKind is the kind of data that minutes are.
const DataKind = "minutes"

// Keeper offers what is held about people in minutes: who chaired and wrote, what was
// said, who objected. Who belongs to a body is held by the body.
type Keeper struct{ *Service }

// Kinds are the kinds of data that gatherings hold. Minutes are archives: law sets no
// longest time, and the schedule may keep them.
func (Keeper) Kinds() []retention.Kind {
	return []retention.Kind{{Name: DataKind, Deeds: []retention.Deed{retention.Keep, retention.Deidentify}}}
}

// Over lists gatherings that are over and have minutes with people in them.
func (k Keeper) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	only, own := strings.CutPrefix(q.Subject, Subject(""))
	if q.Kind != DataKind || q.During != nil || q.Subject != "" && !own {
		return nil, nil
	}
	return over(ctx, tx, q, only)
}

// Forget takes the words out of all versions of the minutes, and removes the
// photographs of the signed paper. Resolutions, numbers and what became of each item stay.
func (k Keeper) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	gathering := strings.TrimPrefix(s.Item.Subject, Subject(""))
	n, err := blank(ctx, tx, s.Realm, gathering)
	if err != nil {
		return n, err
	}
	photos, err := k.Files.Destroy(ctx, tx, s.Realm, SignedOwner(gathering))
	return n + photos, err
}

// Held returns nothing: minutes are about a gathering, and no subject is one person.
func (Keeper) Held(context.Context, string, string) ([]retention.Record, error) { return nil, nil }

// Correct keeps nothing: minutes are corrected by who chairs, with a trace.
func (Keeper) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
