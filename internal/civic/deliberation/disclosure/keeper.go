// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// DataKind is the kind of data that objections are.
const DataKind = "objection"

// keptDays is how long it can be shown what was objected and answered: three years, as
// for requests about one's data, PIPL art. 56.
const keptDays = 1095

// Keeper offers what is held about who objects: what they wrote, and how they can be
// reached.
type Keeper struct{ *Service }

// Kinds are the kinds of data that disclosure holds.
func (Keeper) Kinds() []retention.Kind {
	return []retention.Kind{{Name: DataKind, Deeds: []retention.Deed{retention.Deidentify}, Max: keptDays, Basis: "basis.pipl_shortest"}}
}

// Over lists objections that were answered.
func (k Keeper) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	only, own := strings.CutPrefix(q.Subject, objection)
	if q.Kind != DataKind || q.During != nil || q.Subject != "" && !own {
		return nil, nil
	}
	return overObjections(ctx, tx, q, only)
}

// Forget takes words and contact out of an objection.
func (k Keeper) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	return blank(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, objection))
}

// Held returns what is held about who made an objection.
func (k Keeper) Held(ctx context.Context, realm, of string) (out []retention.Record, err error) {
	id, own := strings.CutPrefix(of, objection)
	if !own {
		return nil, nil
	}
	err = k.DB.View(ctx, func(tx *db.Tx) error {
		o, err := k.findObjection(ctx, tx, realm, id)
		if fault.KindOf(err) == fault.Missing || o.Forgotten {
			return nil
		}
		if err != nil {
			return err
		}
		for _, r := range []retention.Record{
			{Key: "disclosure.objection.words", Value: o.Words}, {Key: "disclosure.objection.name", Value: o.Name}, {Key: "disclosure.objection.phone", Value: o.Phone},
		} {
			if r.Kind, r.At = DataKind, o.At; r.Value != "" {
				out = append(out, r)
			}
		}
		return nil
	})
	return out, err
}

// Correct keeps nothing: what was objected stays as it was written.
func (Keeper) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
