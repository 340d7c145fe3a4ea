// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/platform/db"
)

// entriesOf begins a question for entries of a roster.
func entriesOf(realm, roster string) *db.Query {
	return db.Q(`
		SELECT member, no, sealed, share, entitled, why, aside, conflict, holder, written_on FROM deliberation_entry
		WHERE realm = ? AND roster = ?`, realm, roster)
}

// entriesAfter asks for entries of a roster after a number.
func entriesAfter(realm, roster string, after, limit int) *db.Query {
	return entriesOf(realm, roster).Add(` AND no > ? ORDER BY no LIMIT ?`, after, limit)
}

// readEntries reads entries with their names; who votes for whom else is for the caller.
func (s *Service) readEntries(ctx context.Context, tx *db.Tx, realm, roster string, q *db.Query) (out []Entry, forgotten bool, err error) {
	type row struct {
		Entry
		sealed          string
		entitled, aside int64
	}
	rows, err := db.All(ctx, tx, q, func(r *row) []any {
		return []any{&r.Member, &r.No, &r.sealed, &r.Share, &r.entitled, &r.Why, &r.aside, &r.Conflict, &r.Holder, &r.Written}
	})
	for _, r := range rows {
		e := r.Entry
		e.Entitled, e.Aside = r.entitled != 0, r.aside != 0
		var p person
		if r.sealed == "" {
			forgotten = true
		} else {
			plain, err := s.Box.Open(r.sealed, entryText(realm, roster+"/"+e.Member))
			if err == nil {
				err = json.Unmarshal(plain, &p)
			}
			if err != nil {
				return nil, false, fmt.Errorf("open entry of roster %s: %w", roster, err)
			}
		}
		if e.Name = p.Name; len(p.Holdings) > 0 {
			e.Household = p.Holdings[0].Household
		}
		out = append(out, e)
	}
	return out, forgotten, err
}

// head is a roster without its people, and who is entitled as it was frozen.
func head(ctx context.Context, tx *db.Tx, realm, id string) (Roster, tally.Sum, error) {
	var row rosterRow
	err := tx.QueryRow(ctx, `SELECT `+rosterColumns+` FROM deliberation_roster WHERE realm = ? AND id = ?`, realm, id).Scan(row.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "assembly.no_roster")
	}
	if err != nil {
		return Roster{}, tally.Sum{}, err
	}
	r, err := row.roster()
	return r, tally.Sum{People: row.people, Area: row.area}, err
}

// asideOf is how many are entitled and stand aside, and their area.
func asideOf(ctx context.Context, tx *db.Tx, realm, roster string) (sum tally.Sum, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COUNT(*), COALESCE(SUM(share), 0) FROM deliberation_entry WHERE realm = ? AND roster = ? AND entitled = 1 AND aside = 1`,
		realm, roster).Scan(&sum.People, &sum.Area)
	return sum, err
}

// on reports whether one of these members is on a roster.
func on(ctx context.Context, tx *db.Tx, realm, roster string, members []Member) (bool, error) {
	for _, m := range members {
		var n int
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_entry WHERE realm = ? AND roster = ? AND member = ?`, realm, roster, m.ID).Scan(&n)
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}

// proxies puts with entries whose votes they hold, and returns the numbers of all who
// are named by that.
func proxies(ctx context.Context, tx *db.Tx, realm, roster string, list []Entry) (map[string]int, error) {
	type given struct {
		member, holder string
		no             int
	}
	all, err := db.All(ctx, tx, db.Q(`SELECT member, holder, no FROM deliberation_entry WHERE realm = ? AND roster = ? AND holder <> '' ORDER BY no`, realm, roster),
		func(g *given) []any { return []any{&g.member, &g.holder, &g.no} })
	numbers := map[string]int{}
	for i := range list {
		for _, g := range all {
			if g.holder == list[i].Member {
				list[i].ProxyOf = append(list[i].ProxyOf, g.member)
				numbers[g.member] = g.no
			}
		}
		if h := list[i].Holder; h != "" && err == nil {
			var no int
			err = tx.QueryRow(ctx, `SELECT no FROM deliberation_entry WHERE realm = ? AND roster = ? AND member = ?`, realm, roster, h).Scan(&no)
			numbers[h] = no
		}
	}
	return numbers, err
}
