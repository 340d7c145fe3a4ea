// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package notify

import (
	"context"
	"encoding/json"
	"time"

	"pavilion/internal/platform/db"
)

// insert stores a message and reports whether it was not there yet.
func insert(ctx context.Context, tx *db.Tx, m Message) (bool, error) {
	params, err := json.Marshal(m.Params)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO notify_message (realm, id, account, text_key, params, link, created_at, read_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0)
		ON CONFLICT (realm, id) DO NOTHING`, m.Realm, m.ID, m.Account, m.Key, string(params), m.Link, m.At.UnixMicro())
	return n == 1, err
}

func list(ctx context.Context, tx *db.Tx, realm, account, before string, limit int) ([]Message, error) {
	q := db.Q(`SELECT realm, id, account, text_key, params, link, created_at, read_at FROM notify_message WHERE realm = ? AND account = ?`, realm, account).
		If(before != "", ` AND id < ?`, before).Add(` ORDER BY id DESC LIMIT ?`, limit)
	type row struct {
		Message
		params   string
		at, read int64
	}
	rows, err := db.All(ctx, tx, q, func(r *row) []any {
		m := &r.Message
		return []any{&m.Realm, &m.ID, &m.Account, &m.Key, &r.params, &m.Link, &r.at, &r.read}
	})
	if err != nil {
		return nil, err
	}
	out := make([]Message, len(rows))
	for i, r := range rows {
		r.At, r.Read = time.UnixMicro(r.at), r.read != 0
		if err := json.Unmarshal([]byte(r.params), &r.Params); err != nil {
			return nil, err
		}
		out[i] = r.Message
	}
	return out, nil
}

func countUnread(ctx context.Context, tx *db.Tx, realm, account string) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM notify_message WHERE realm = ? AND account = ? AND read_at = 0`, realm, account).Scan(&n)
	return n, err
}

func markRead(ctx context.Context, tx *db.Tx, realm, account string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE notify_message SET read_at = ? WHERE realm = ? AND account = ? AND read_at = 0`, at.UnixMicro(), realm, account)
	return err
}
