// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

// insertBulletin keeps a bulletin that is to be made. It is 0 where the number is taken.
func insertBulletin(ctx context.Context, tx *db.Tx, b Bulletin) (int64, error) {
	return tx.Exec(ctx, `
		INSERT INTO evaluation_bulletin (realm, number, first, last, asked_at, asked_by, edition, made_at, cases, facts, counts, head, problem)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, '', '[]', '', '')
		ON CONFLICT DO NOTHING`,
		b.Realm, b.Number, b.Period.From, b.Period.To, b.AskedAt.UnixMicro(), b.AskedBy, b.Edition)
}

// finishBulletin keeps what was counted, once.
func finishBulletin(ctx context.Context, tx *db.Tx, b Bulletin) (int64, error) {
	counts, err := json.Marshal(b.Counts)
	if err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `
		UPDATE evaluation_bulletin SET made_at = ?, cases = ?, facts = ?, counts = ?, head = ?, problem = ''
		WHERE realm = ? AND number = ? AND made_at = 0`,
		b.MadeAt.UnixMicro(), b.Cases, b.Facts, string(counts), b.Head, b.Realm, b.Number)
}

// setProblem says what keeps a bulletin from being made.
func setProblem(ctx context.Context, tx *db.Tx, realm, number, key string) error {
	_, err := tx.Exec(ctx, `UPDATE evaluation_bulletin SET problem = ? WHERE realm = ? AND number = ? AND made_at = 0`, key, realm, number)
	return err
}

// published counts the bulletins of a period, and those among them that are being made.
func published(ctx context.Context, tx *db.Tx, realm string, p Period) (all, making int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*), count(*) FILTER (WHERE made_at = 0) FROM evaluation_bulletin
		WHERE realm = ? AND first = ? AND last = ?`, realm, p.From, p.To).Scan(&all, &making)
	return all, making, err
}

// bulletinRow is a bulletin as it is kept.
type bulletinRow struct {
	Bulletin
	asked, made int64
	counts      string
}

const bulletinColumns = `realm, number, first, last, asked_at, asked_by, edition, made_at, cases, facts, counts, head, problem`

func bulletins(ctx context.Context, tx *db.Tx, q *db.Query) ([]Bulletin, error) {
	rows, err := db.All(ctx, tx, q, func(r *bulletinRow) []any {
		return []any{&r.Realm, &r.Number, &r.Period.From, &r.Period.To, &r.asked, &r.AskedBy, &r.Edition, &r.made, &r.Cases, &r.Facts, &r.counts, &r.Head, &r.Problem}
	})
	var out []Bulletin
	for _, r := range rows {
		r.AskedAt = time.UnixMicro(r.asked).UTC()
		if r.made > 0 {
			r.MadeAt = time.UnixMicro(r.made).UTC()
		}
		err = errors.Join(err, json.Unmarshal([]byte(r.counts), &r.Counts))
		out = append(out, r.Bulletin)
	}
	return out, err
}

// one is the only one of a list, or Missing.
func one(list []Bulletin, err error) (Bulletin, error) {
	if err != nil {
		return Bulletin{}, err
	}
	if len(list) == 0 {
		return Bulletin{}, fault.New(fault.Missing, "bulletin.missing")
	}
	return list[0], nil
}

func findBulletin(ctx context.Context, tx *db.Tx, realm, number string) (Bulletin, error) {
	return one(bulletins(ctx, tx, db.Q(`SELECT `+bulletinColumns+` FROM evaluation_bulletin WHERE realm = ? AND number = ?`, realm, number)))
}

func latestBulletin(ctx context.Context, tx *db.Tx, realm string, p Period) (Bulletin, error) {
	return one(bulletins(ctx, tx, db.Q(`SELECT `+bulletinColumns+` FROM evaluation_bulletin
		WHERE realm = ? AND first = ? AND last = ? AND made_at > 0 ORDER BY asked_at DESC LIMIT 1`, realm, p.From, p.To)))
}

func listBulletins(ctx context.Context, tx *db.Tx, realm string, after page.Cursor, limit int) ([]Bulletin, error) {
	q := db.Q(`SELECT `+bulletinColumns+` FROM evaluation_bulletin WHERE realm = ?`, realm)
	q.If(after.More(), ` AND (asked_at, number) < (?, ?)`, after.At, after.ID)
	return bulletins(ctx, tx, q.Add(` ORDER BY asked_at DESC, number DESC LIMIT ?`, limit))
}

// counting lists the cases that may count in a period, from the facts as they are:
// those that count there now, and those last called since an instant, which may have
// counted there then.
func counting(ctx context.Context, tx *db.Tx, realm string, p Period, since Month) ([]string, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT ref FROM evaluation_fact WHERE realm = ? AND reported >= ? AND reported <= ?
		UNION SELECT ref FROM evaluation_fact WHERE realm = ? AND dispatched >= ? AND dispatched <= ? AND dispatched > 0
		UNION SELECT ref FROM evaluation_fact WHERE realm = ? AND handled >= ? AND handled <= ? AND handled > 0
		UNION SELECT ref FROM evaluation_fact WHERE realm = ? AND called >= ? AND called <= ? AND called > 0
		UNION SELECT ref FROM evaluation_fact WHERE realm = ? AND called >= ? AND called > 0
		ORDER BY ref`,
		realm, p.From, p.To, realm, p.From, p.To, realm, p.From, p.To, realm, p.From, p.To, realm, since),
		func(ref *string) []any { return []any{ref} })
}

// refsAfter lists cases that events tell of, in the order of their ids.
func refsAfter(ctx context.Context, tx *db.Tx, realm, after string, limit int) ([]string, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT DISTINCT ref FROM evaluation_event WHERE realm = ? AND ref > ? ORDER BY ref LIMIT ?`, realm, after, limit),
		func(ref *string) []any { return []any{ref} })
}
