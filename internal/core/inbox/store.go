// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package inbox

import (
	"context"
	"math"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

// far is stored for an item without a term, so that it sorts last.
const far = int64(math.MaxInt64)

func stored(t time.Time) int64 {
	if t.IsZero() {
		return far
	}
	return t.UnixMicro()
}

func upsert(ctx context.Context, tx *db.Tx, i Item) error {
	return tx.Later(ctx, `
		INSERT INTO inbox_item (realm, subject, role, body, place, town, title, link, since_at, due_at, kind)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (realm, subject) DO UPDATE SET
			role = excluded.role, body = excluded.body, place = excluded.place, town = excluded.town,
			title = excluded.title, link = excluded.link, since_at = excluded.since_at, due_at = excluded.due_at,
			kind = excluded.kind`,
		i.Realm, i.Subject, i.Role, i.Body, i.Place, i.Town, i.Title, i.Link, i.Since.UnixMicro(), stored(i.Due), i.Kind)
}

func retitle(ctx context.Context, tx *db.Tx, realm, subject, title string) error {
	return tx.Later(ctx, `UPDATE inbox_item SET title = ? WHERE realm = ? AND subject = ?`, title, realm, subject)
}

// list lists the items of one seat. Each kind of seat has the index that serves it.
func list(ctx context.Context, tx *db.Tx, realm string, s Seat, after page.Cursor, limit int) ([]Item, error) {
	q := db.Q(`SELECT realm, subject, role, body, place, town, title, link, since_at, due_at FROM inbox_item WHERE realm = ? AND role = ?`, realm, s.Role)
	switch {
	case s.Body != "":
		q.Add(` AND body = ? AND body <> ''`, s.Body).If(s.Lo > 0, ` AND +place >= ? AND +place < ?`, s.Lo, s.Hi)
	case s.Town != 0:
		q.Add(` AND town = ? AND body = ''`, s.Town)
	case s.Lo == 0 && s.Hi >= whole:
		q.Add(` AND body = ''`)
	default:
		q.Add(` AND place >= ? AND place < ? AND body = ''`, s.Lo, s.Hi)
	}
	q.Begins(`kind`, s.Kinds)
	q.If(after.More(), ` AND (due_at, subject) > (?, ?)`, after.At, after.ID)
	q.Add(` ORDER BY due_at, subject LIMIT ?`, limit)
	type row struct {
		Item
		since, due int64
	}
	rows, err := db.All(ctx, tx, q, func(r *row) []any {
		i := &r.Item
		return []any{&i.Realm, &i.Subject, &i.Role, &i.Body, &i.Place, &i.Town, &i.Title, &i.Link, &r.since, &r.due}
	})
	out := make([]Item, len(rows))
	for n, r := range rows {
		out[n] = r.Item
		out[n].Since = time.UnixMicro(r.since)
		if r.due != far {
			out[n].Due = time.UnixMicro(r.due)
		}
	}
	return out, err
}
