// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package audit

import (
	"context"
	"slices"
	"time"

	"pavilion/internal/platform/db"
)

// chunk is how many entries one statement inserts at most; the engines bound
// the number of arguments.
const chunk = 200

// takeHead locks the lane's head, moves it n entries on, and returns where it
// stood before.
func takeHead(ctx context.Context, tx *db.Tx, k laneKey, n int) (seq int64, hash string, err error) {
	err = tx.QueryRow(ctx, `
		INSERT INTO audit_head (realm, lane, seq, hash) VALUES (?, ?, ?, '')
		ON CONFLICT (realm, lane) DO UPDATE SET seq = audit_head.seq + excluded.seq
		RETURNING seq, hash`, k.realm, k.lane, n).Scan(&seq, &hash)
	return seq - int64(n), hash, err
}

func setHead(ctx context.Context, tx *db.Tx, k laneKey, hash string) error {
	return tx.Later(ctx, `UPDATE audit_head SET hash = ? WHERE realm = ? AND lane = ?`, hash, k.realm, k.lane)
}

func insert(ctx context.Context, tx *db.Tx, list []Record) error {
	for part := range slices.Chunk(list, chunk) {
		q := db.Q(`INSERT INTO audit_entry
			(realm, lane, seq, id, subject, act, actor, at, detail, prev, hash) VALUES `)
		for i, r := range part {
			q.If(i > 0, ", ")
			q.Add(`(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Realm, r.Lane, r.Seq, r.ID,
				r.Subject, r.Act, r.Actor, r.At.UnixMicro(), r.Detail, r.Prev, r.Hash)
		}
		if err := q.Later(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// row is a Record as the table holds it.
type row struct {
	Record
	at int64
}

// columns are those that fields scans, in their order.
const columns = `realm, lane, seq, id, subject, act, actor, at, detail, prev, hash`

func (r *row) fields() []any {
	return []any{&r.Realm, &r.Lane, &r.Seq, &r.ID, &r.Subject, &r.Act, &r.Actor, &r.at,
		&r.Detail, &r.Prev, &r.Hash}
}

func records(ctx context.Context, tx *db.Tx, q *db.Query) ([]Record, error) {
	rows, err := db.All(ctx, tx, q, (*row).fields)
	if err != nil {
		return nil, err
	}
	list := make([]Record, len(rows))
	for i, r := range rows {
		list[i] = r.Record
		list[i].At = time.UnixMicro(r.at).UTC()
	}
	return list, nil
}

func bySubject(ctx context.Context, tx *db.Tx, realm, subject string, limit int) ([]Record, error) {
	return records(ctx, tx, db.Q(`SELECT `+columns+` FROM audit_entry
		WHERE realm = ? AND subject = ? ORDER BY at DESC, seq DESC LIMIT ?`, realm, subject, limit))
}

// byAct returns the first entry of an act on a subject, if there is one.
func byAct(ctx context.Context, tx *db.Tx, realm, subject, act string) ([]Record, error) {
	return records(ctx, tx, db.Q(`SELECT `+columns+` FROM audit_entry
		WHERE realm = ? AND subject = ? AND act = ? ORDER BY at, seq LIMIT 1`, realm, subject, act))
}

func linksAfter(ctx context.Context, tx *db.Tx, k laneKey, seq int64, limit int) ([]Link, error) {
	return db.All(ctx, tx, db.Q(`SELECT lane, seq, hash FROM audit_entry
		WHERE realm = ? AND lane = ? AND seq > ? ORDER BY seq LIMIT ?`, k.realm, k.lane, seq, limit),
		func(l *Link) []any { return []any{&l.Lane, &l.Seq, &l.Hash} })
}

// after returns a lane's entries that follow seq, in order.
func after(ctx context.Context, tx *db.Tx, k laneKey, seq int64, limit int) ([]Record, error) {
	return records(ctx, tx, db.Q(`SELECT `+columns+` FROM audit_entry
		WHERE realm = ? AND lane = ? AND seq > ? ORDER BY seq LIMIT ?`, k.realm, k.lane, seq, limit))
}

// head returns a lane's head; a lane that was never written to is at 0.
func head(ctx context.Context, tx *db.Tx, k laneKey) (seq int64, hash string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT coalesce(max(seq), 0), coalesce(max(hash), '') FROM audit_head
		WHERE realm = ? AND lane = ?`, k.realm, k.lane).Scan(&seq, &hash)
	return seq, hash, err
}

// strays counts the entries and heads that are in no lane, or before its first place.
func strays(ctx context.Context, tx *db.Tx, realm string) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM audit_entry WHERE realm = ? AND (lane < 0 OR lane >= ? OR seq < 1))
		     + (SELECT count(*) FROM audit_head WHERE realm = ? AND (lane < 0 OR lane >= ?))`,
		realm, Lanes, realm, Lanes).Scan(&n)
	return n, err
}
