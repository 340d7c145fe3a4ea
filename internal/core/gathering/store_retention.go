// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// over lists gatherings whose minutes still have words, those that are over; with only,
// that one, whatever its state.
func over(ctx context.Context, tx *db.Tx, q retention.Question, only string) ([]retention.Item, error) {
	s := db.Q(`SELECT id, state, place, ended_at FROM gathering WHERE realm = ?`, q.Realm).If(only != "", ` AND id = ?`, only)
	if only == "" {
		after := ""
		if begin := Subject(""); len(q.After) > len(begin) {
			after = q.After[len(begin):]
		}
		s.Add(` AND ended_at > 0 AND ended_at <= ? AND id > ?`, q.Before.UnixMicro(), after)
	}
	s.Add(` AND EXISTS (SELECT 1 FROM gathering_minutes m WHERE m.realm = gathering.realm AND m.gathering = gathering.id AND m.sealed <> '')`)
	type stored struct {
		id    string
		state State
		place int64
		ended int64
	}
	rows, err := db.All(ctx, tx, s.Add(` ORDER BY id LIMIT ?`, max(q.Limit, 1)),
		func(r *stored) []any { return []any{&r.id, &r.state, &r.place, &r.ended} })
	out := make([]retention.Item, len(rows))
	for i, r := range rows {
		out[i] = retention.Item{Kind: DataKind, Subject: Subject(r.id), Place: r.place, Ended: instant(r.ended), Open: r.ended == 0}
	}
	return out, err
}

// blank takes the words out of a gathering's minutes.
func blank(ctx context.Context, tx *db.Tx, realm, gathering string) (int, error) {
	n, err := tx.Exec(ctx, `UPDATE gathering_minutes SET sealed = '' WHERE realm = ? AND gathering = ? AND sealed <> ''`, realm, gathering)
	return int(n), err
}
