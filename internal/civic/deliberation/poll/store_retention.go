// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"strings"
	"time"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// empty removes what is in the urn. Its ballots are listed, or given up; what they
// were closed as would only tell who came after whom.
func empty(ctx context.Context, tx *db.Tx, p Poll) error {
	_, err := tx.Exec(ctx, `DELETE FROM deliberation_urn WHERE realm = ? AND poll = ?`, p.Realm, p.ID)
	return err
}

// over lists votes that are over and still lead to people; with only, that one,
// whatever its state.
func over(ctx context.Context, tx *db.Tx, q retention.Question, only string) ([]retention.Item, error) {
	s := db.Q(`SELECT id, place, state, closes_at FROM deliberation_poll WHERE realm = ? AND kept = 1`, q.Realm).If(only != "", ` AND id = ?`, only)
	if only == "" {
		s.Add(` AND state <> ? AND closes_at < ? AND id > ?`, Running, q.Before.UnixMicro(), strings.TrimPrefix(q.After, prefix))
	}
	type row struct {
		id     string
		place  int64
		state  State
		closes int64
	}
	rows, err := db.All(ctx, tx, s.Add(` ORDER BY id LIMIT ?`, max(q.Limit, 1)), func(r *row) []any { return []any{&r.id, &r.place, &r.state, &r.closes} })
	out := make([]retention.Item, len(rows))
	for i, r := range rows {
		out[i] = retention.Item{Kind: DataKind, Subject: prefix + r.id, Place: r.place, Ended: time.UnixMicro(r.closes), Open: r.state == Running}
	}
	return out, err
}

// forget takes out of a vote what leads to people: accounts, and hashes of letters.
func forget(ctx context.Context, tx *db.Tx, realm, poll string) (int, error) {
	n, err := tx.Exec(ctx, `UPDATE deliberation_voter SET account = '', hash = '' WHERE realm = ? AND poll = ? AND (account <> '' OR hash <> '')`, realm, poll)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `UPDATE deliberation_poll SET kept = 0 WHERE realm = ? AND id = ?`, realm, poll)
	return int(n), err
}
