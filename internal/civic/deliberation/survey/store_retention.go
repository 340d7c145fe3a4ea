// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"strings"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// over lists surveys that have ended and whose households are still named; with only,
// that one, whatever its state.
func over(ctx context.Context, tx *db.Tx, q retention.Question, only string) ([]retention.Item, error) {
	s := db.Q(`SELECT id, place, ended_at FROM deliberation_survey WHERE realm = ? AND kept = 1`, q.Realm).If(only != "", ` AND id = ?`, only)
	if only == "" {
		s.Add(` AND ended_at > 0 AND ended_at < ? AND id > ?`, q.Before.UnixMicro(), strings.TrimPrefix(q.After, prefix))
	}
	type row struct {
		id           string
		place, ended int64
	}
	rows, err := db.All(ctx, tx, s.Add(` ORDER BY id LIMIT ?`, max(q.Limit, 1)), func(r *row) []any { return []any{&r.id, &r.place, &r.ended} })
	out := make([]retention.Item, len(rows))
	for i, r := range rows {
		out[i] = retention.Item{Kind: DataKind, Subject: prefix + r.id, Place: r.place, Ended: instant(r.ended), Open: r.ended == 0}
	}
	return out, err
}

// forget takes out of a survey what leads to a household.
func forget(ctx context.Context, tx *db.Tx, realm, survey string) (gone int, err error) {
	for _, q := range []*db.Query{
		db.Q(`UPDATE deliberation_household SET sealed = '', hash = '', form = '' WHERE realm = ? AND survey = ? AND sealed <> ''`, realm, survey),
		db.Q(`UPDATE deliberation_remark SET sealed = '' WHERE realm = ? AND survey = ? AND sealed <> ''`, realm, survey),
		db.Q(`DELETE FROM deliberation_answer WHERE realm = ? AND survey = ?`, realm, survey),
		db.Q(`UPDATE deliberation_survey SET kept = 0 WHERE realm = ? AND id = ?`, realm, survey),
	} {
		n, err := q.Exec(ctx, tx)
		if err != nil {
			return gone, err
		}
		gone += int(n)
	}
	return gone, nil
}
