// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package edition

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

const columns = `realm, kind, number, body, basis, note, from_at, by_account, at, published_by, published_at, revision`

// row receives the columns that need a conversion.
type row struct {
	Edition
	body                string
	from, at, published int64
}

func (r *row) fields() []any {
	return []any{&r.Realm, &r.Kind, &r.Number, &r.body, &r.Basis, &r.Note, &r.from, &r.By, &r.at, &r.PublishedBy,
		&r.published, &r.Revision}
}

func (r *row) edition() Edition {
	r.Body, r.At = json.RawMessage(r.body), time.UnixMicro(r.at)
	if r.published > 0 {
		r.From, r.PublishedAt = time.UnixMicro(r.from), time.UnixMicro(r.published)
	}
	return r.Edition
}

// micros is how an instant is stored; none is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// list returns the editions of a kind, the draft first, then the newest.
func list(ctx context.Context, tx *db.Tx, realm, kind string) ([]Edition, error) {
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT `+columns+` FROM edition WHERE realm = ? AND kind = ?
		ORDER BY CASE WHEN number = 0 THEN 0 ELSE 1 END, number DESC`, realm, kind), (*row).fields)
	out := make([]Edition, len(rows))
	for i := range rows {
		out[i] = rows[i].edition()
	}
	return out, err
}

// kinds lists the kinds that a realm has editions of.
func kinds(ctx context.Context, tx *db.Tx, realm string) ([]string, error) {
	return db.All(ctx, tx, db.Q(`SELECT DISTINCT kind FROM edition WHERE realm = ? ORDER BY kind`, realm),
		func(kind *string) []any { return []any{kind} })
}

// begins lists when each published edition of a kind comes in force, in that order.
func begins(ctx context.Context, tx *db.Tx, realm, kind string) ([]begin, error) {
	type line struct{ number, from int64 }
	lines, err := db.All(ctx, tx, db.Q(`
		SELECT number, from_at FROM edition WHERE realm = ? AND kind = ? AND number > 0
		ORDER BY from_at, number`, realm, kind), func(l *line) []any { return []any{&l.number, &l.from} })
	out := make([]begin, len(lines))
	for i, l := range lines {
		out[i] = begin{int(l.number), time.UnixMicro(l.from)}
	}
	return out, err
}

func inForce(ctx context.Context, tx *db.Tx, realm, kind string, at time.Time) (Edition, error) {
	return one(tx.QueryRow(ctx, `
		SELECT `+columns+` FROM edition WHERE realm = ? AND kind = ? AND number > 0 AND from_at <= ?
		ORDER BY from_at DESC, number DESC LIMIT 1`, realm, kind, at.UnixMicro()))
}

// newest returns the last published edition of a kind; the zero Edition if there is none.
func newest(ctx context.Context, tx *db.Tx, realm, kind string) (Edition, error) {
	e, err := one(tx.QueryRow(ctx, `
		SELECT `+columns+` FROM edition WHERE realm = ? AND kind = ? AND number > 0
		ORDER BY number DESC LIMIT 1`, realm, kind))
	if fault.KindOf(err) == fault.Missing {
		return Edition{}, nil
	}
	return e, err
}

func one(r *db.Row) (Edition, error) {
	var got row
	err := r.Scan(got.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Edition{}, fault.New(fault.Missing, "edition.missing")
	}
	return got.edition(), err
}

// store keeps a draft, made when revision is 0, and reports whether it did.
func store(ctx context.Context, tx *db.Tx, e Edition, revision int) (bool, error) {
	if revision == 0 {
		n, err := tx.Exec(ctx, `INSERT INTO edition (`+columns+`) VALUES (?, ?, 0, ?, ?, ?, 0, ?, ?, '', 0, 1)
			ON CONFLICT DO NOTHING`, e.Realm, e.Kind, string(e.Body), e.Basis, e.Note, e.By, e.At.UnixMicro())
		return n == 1, err
	}
	n, err := tx.Exec(ctx, `
		UPDATE edition SET body = ?, basis = ?, note = ?, by_account = ?, at = ?, revision = revision + 1
		WHERE realm = ? AND kind = ? AND number = 0 AND revision = ?`,
		string(e.Body), e.Basis, e.Note, e.By, e.At.UnixMicro(), e.Realm, e.Kind, revision)
	return n == 1, err
}

func insert(ctx context.Context, tx *db.Tx, e Edition) error {
	_, err := tx.Exec(ctx, `INSERT INTO edition (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Realm, e.Kind, e.Number, string(e.Body), e.Basis, e.Note, micros(e.From), e.By, micros(e.At), e.PublishedBy,
		micros(e.PublishedAt), e.Revision)
	return err
}
