// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"context"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// DataKind is the kind of data that members are.
const DataKind = "member"

// subject is what the name of a member's data begins with.
const subject = "member/"

// RosterKind is the kind of data that names on rosters are.
const RosterKind = "roster"

// rosterSubject is what the name of a roster's data begins with.
const rosterSubject = "roster/"

// keptDays is how long names may stay after a mandate has ended: as long as an office's
// term, five years, so that a vote of that term can be looked into.
const keptDays = 1826

// Keeper offers what is held about members: name, households, who votes for whom.
type Keeper struct{ *Service }

// Kinds are the kinds of data that bodies hold.
func (Keeper) Kinds() []retention.Kind {
	return []retention.Kind{
		{Name: DataKind, Deeds: []retention.Deed{retention.Deidentify}, Max: keptDays, Basis: "basis.pipl_shortest"},
		{Name: RosterKind, Deeds: []retention.Deed{retention.Deidentify}, Basis: "basis.pipl_shortest"},
	}
}

// Over lists members whose mandate has ended, and rosters that still name people.
func (k Keeper) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	if q.Kind == RosterKind {
		only, own := strings.CutPrefix(q.Subject, rosterSubject)
		if q.During != nil || q.Subject != "" && !own {
			return nil, nil
		}
		return rostersOver(ctx, tx, q, only)
	}
	only, own := strings.CutPrefix(q.Subject, subject)
	if q.Kind != DataKind || q.During != nil || q.Subject != "" && !own {
		return nil, nil
	}
	return over(ctx, tx, q, only, k.Zone, k.Today())
}

// Forget takes a member's name and households out of the register and the rosters, or
// all names out of a roster: numbers, reasons and shares stay.
func (k Keeper) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	if s.Item.Kind == RosterKind {
		return blankRoster(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, rosterSubject))
	}
	return blank(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, subject))
}

// Held returns what is held about a member.
func (k Keeper) Held(ctx context.Context, realm, of string) (out []retention.Record, err error) {
	member, own := strings.CutPrefix(of, subject)
	if !own {
		return nil, nil
	}
	err = k.DB.View(ctx, func(tx *db.Tx) error {
		m, err := k.anyMember(ctx, tx, realm, member)
		if fault.KindOf(err) == fault.Missing || m.Forgotten {
			return nil
		}
		if err != nil {
			return err
		}
		since, _ := time.ParseInLocation(time.DateOnly, m.Since, k.Zone) // checked when it was entered
		out = append(out, retention.Record{Kind: DataKind, Key: "assembly.member.name", Value: m.Name, At: since})
		if m.Household != "" {
			out = append(out, retention.Record{Kind: DataKind, Key: "assembly.member.household", Value: m.households(), At: since})
		}
		return nil
	})
	return out, err
}

// Correct keeps nothing: names are set right by the secretary, who has seen the papers.
func (Keeper) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
