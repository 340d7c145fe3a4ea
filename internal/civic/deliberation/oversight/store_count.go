// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"context"
	"encoding/json"
	"strings"

	"pavilion/internal/platform/db"
)

// holdTrail makes an empty row for a proceeding unless there is one, so that it can be
// locked.
func holdTrail(ctx context.Context, tx *db.Tx, t Trail) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO deliberation_trail (`+trailColumns+`) VALUES (?, ?, '', '', '', ?, '', '', '', '', 0, ?, '[]') ON CONFLICT DO NOTHING`,
		t.Realm, t.Proceeding, t.Place, micros(t.Begun))
	return err
}

func updateTrail(ctx context.Context, tx *db.Tx, t Trail) error {
	cells, err := json.Marshal(t.Counted)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE deliberation_trail SET title = ?, subject = ?, area = ?, place = ?, body = ?, state = ?, doers = ?, bodies = ?, red = ?, begun_at = ?, counted = ?
		WHERE realm = ? AND proceeding = ?`,
		t.Title, t.Subject, t.Area, t.Place, t.Body, t.State, strings.Join(t.Doers, " "), strings.Join(t.Bodies, " "), t.Red, micros(t.Begun), string(cells),
		t.Realm, t.Proceeding)
	return err
}

// addCells adds to the counts of a place, in the order of their keys, so that two at
// once do not wait for one another.
func addCells(ctx context.Context, tx *db.Tx, realm string, place int64, cells []Cell) error {
	for _, c := range cells {
		_, err := tx.Exec(ctx, `
			INSERT INTO deliberation_cell (realm, month, place, body, measure, bucket, n) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (realm, month, place, body, measure, bucket) DO UPDATE SET n = deliberation_cell.n + excluded.n`,
			realm, int(c.Month), place, c.Body, c.Measure, c.Bucket, c.N)
		if err != nil {
			return err
		}
	}
	return nil
}

// sums adds up cells of months and places, by body.
func sums(ctx context.Context, tx *db.Tx, realm string, from, to Month, places []span) ([]Cell, error) {
	q := db.Q(`SELECT body, measure, bucket, sum(n) FROM deliberation_cell WHERE realm = ? AND month >= ? AND month < ?`, realm, int(from), int(to))
	within(q, places)
	q.Add(` GROUP BY body, measure, bucket ORDER BY body, measure, bucket`)
	return db.All(ctx, tx, q, func(c *Cell) []any { return []any{&c.Body, &c.Measure, &c.Bucket, &c.N} })
}

// slipsOf lists what may be drawn for a sample, oldest first, after the given one.
func slipsOf(ctx context.Context, tx *db.Tx, c Sample, after Trail, limit int) ([]Trail, error) {
	q := db.Q(`SELECT `+trailColumns+` FROM deliberation_trail WHERE realm = ? AND begun_at >= ? AND begun_at < ? AND place >= ? AND place < ?`,
		c.Realm, micros(c.From), micros(c.To), c.Lo, c.Hi).
		If(after.Proceeding != "", ` AND (begun_at, proceeding) > (?, ?)`, micros(after.Begun), after.Proceeding).
		Add(` ORDER BY begun_at, proceeding LIMIT ?`, limit)
	rows, err := db.All(ctx, tx, q, (*trailRow).into)
	out := make([]Trail, 0, len(rows))
	for _, r := range rows {
		t, bad := r.trail()
		if bad != nil {
			return nil, bad
		}
		out = append(out, t)
	}
	return out, err
}
