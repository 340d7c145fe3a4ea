// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"context"
	"time"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// over lists members whose mandate has ended and whose names are still there; with
// only, that one, whatever its state.
func over(ctx context.Context, tx *db.Tx, q retention.Question, only string, zone *time.Location, today string) ([]retention.Item, error) {
	s := db.Q(`
		SELECT m.id, m.until_on, a.place FROM deliberation_member m
		JOIN deliberation_assembly a ON a.realm = m.realm AND a.id = m.assembly
		WHERE m.realm = ? AND m.sealed <> ''`, q.Realm).If(only != "", ` AND m.id = ?`, only)
	if only == "" {
		after := ""
		if len(q.After) > len(subject) {
			after = q.After[len(subject):]
		}
		s.Add(` AND m.until_on <> '' AND m.until_on <= ? AND m.id > ?`, q.Before.In(zone).Format(time.DateOnly), after)
	}
	type row struct {
		id, until string
		place     int64
	}
	rows, err := db.All(ctx, tx, s.Add(` ORDER BY m.id LIMIT ?`, max(q.Limit, 1)), func(r *row) []any { return []any{&r.id, &r.until, &r.place} })
	out := make([]retention.Item, len(rows))
	for i, r := range rows {
		ended, _ := time.ParseInLocation(time.DateOnly, r.until, zone) // the zero time while the mandate is open
		out[i] = retention.Item{Kind: DataKind, Subject: subject + r.id, Place: r.place, Ended: ended, Open: r.until == "" || r.until >= today}
	}
	return out, err
}

// blank takes a member's name, households and account out of the register and of every
// roster. Number, mandate and how rosters counted them stay.
func blank(ctx context.Context, tx *db.Tx, realm, member string) (int, error) {
	n, err := tx.Exec(ctx, `UPDATE deliberation_member SET sealed = '', account = '', revision = revision + 1 WHERE realm = ? AND id = ? AND sealed <> ''`,
		realm, member)
	if err != nil {
		return 0, err
	}
	entries, err := tx.Exec(ctx, `UPDATE deliberation_entry SET sealed = '' WHERE realm = ? AND member = ? AND sealed <> ''`, realm, member)
	return int(n + entries), err
}

// rostersOver lists rosters that were frozen before an instant and still name people;
// with only, that one.
func rostersOver(ctx context.Context, tx *db.Tx, q retention.Question, only string) ([]retention.Item, error) {
	s := db.Q(`
		SELECT r.id, r.frozen_at, a.place FROM deliberation_roster r
		JOIN deliberation_assembly a ON a.realm = r.realm AND a.id = r.assembly
		WHERE r.realm = ? AND r.kept = 1`, q.Realm).If(only != "", ` AND r.id = ?`, only)
	if only == "" {
		after := ""
		if len(q.After) > len(rosterSubject) {
			after = q.After[len(rosterSubject):]
		}
		s.Add(` AND r.frozen_at < ? AND r.id > ?`, q.Before.UnixMicro(), after)
	}
	type row struct {
		id            string
		frozen, place int64
	}
	rows, err := db.All(ctx, tx, s.Add(` ORDER BY r.id LIMIT ?`, max(q.Limit, 1)), func(r *row) []any { return []any{&r.id, &r.frozen, &r.place} })
	out := make([]retention.Item, len(rows))
	for i, r := range rows {
		out[i] = retention.Item{Kind: RosterKind, Subject: rosterSubject + r.id, Place: r.place, Ended: time.UnixMicro(r.frozen)}
	}
	return out, err
}

// blankRoster takes all names out of a roster.
func blankRoster(ctx context.Context, tx *db.Tx, realm, roster string) (int, error) {
	n, err := tx.Exec(ctx, `UPDATE deliberation_entry SET sealed = '' WHERE realm = ? AND roster = ? AND sealed <> ''`, realm, roster)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `UPDATE deliberation_roster SET kept = 0 WHERE realm = ? AND id = ?`, realm, roster)
	return int(n), err
}
