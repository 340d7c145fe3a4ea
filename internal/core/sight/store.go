// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sight

import (
	"context"
	"errors"
	"strings"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

// columns of a look, in the order of fields.
const columns = `realm, id, subject, place, fields, purpose, words, account, role, body, way, at, last_at, times`

// row receives the columns that need a conversion.
type row struct {
	Entry
	fields   string
	at, last int64
}

func (r *row) into() []any {
	return []any{&r.Realm, &r.ID, &r.Subject, &r.Place, &r.fields, &r.Purpose, &r.Words, &r.Account, &r.Role, &r.Body,
		&r.Way, &r.at, &r.last, &r.Times}
}

func (r *row) entry() Entry {
	r.Fields, r.At, r.Last = strings.Fields(r.fields), time.UnixMicro(r.at), time.UnixMicro(r.last)
	return r.Entry
}

// repeat counts the look in an entry that began after since, if there is one.
func repeat(ctx context.Context, tx *db.Tx, l Look, since time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE sight_look SET times = times + 1, last_at = ?
		WHERE realm = ? AND id = (
			SELECT id FROM sight_look
			WHERE realm = ? AND subject = ? AND at > ? AND at <= ? AND account = ? AND purpose = ? AND words = ?
				AND fields = ? AND role = ? AND body = ? AND way = ?
			ORDER BY at DESC, id DESC LIMIT 1)`,
		l.At.UnixMicro(), l.Realm, l.Realm, l.Subject, since.UnixMicro(), l.At.UnixMicro(), l.Account, l.Purpose, l.Words,
		strings.Join(l.Fields, " "), l.Role, l.Body, l.Way)
	return n > 0, err
}

func insertLook(ctx context.Context, tx *db.Tx, e Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO sight_look (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Realm, e.ID, e.Subject, e.Place, strings.Join(e.Fields, " "), e.Purpose, e.Words, e.Account, e.Role, e.Body,
		e.Way, e.At.UnixMicro(), e.Last.UnixMicro(), e.Times)
	return err
}

// list lists looks, the newest first. No places are any.
func list(ctx context.Context, tx *db.Tx, realm string, c Question, places []span, before page.Cursor, limit int) ([]Entry, error) {
	q := db.Q(`SELECT `+columns+` FROM sight_look WHERE realm = ?`, realm)
	q.If(c.Subject != "", ` AND subject = ?`, c.Subject)
	q.If(c.Account != "", ` AND account = ?`, c.Account)
	q.If(!c.From.IsZero(), ` AND at >= ?`, c.From.UnixMicro())
	q.If(!c.To.IsZero(), ` AND at < ?`, c.To.UnixMicro())
	q.If(before.More(), ` AND (at, id) < (?, ?)`, before.At, before.ID)
	within(q, `place`, places)
	q.Add(` ORDER BY at DESC, id DESC LIMIT ?`, limit)
	rows, err := db.All(ctx, tx, q, (*row).into)
	out := make([]Entry, len(rows))
	for i := range rows {
		out[i] = rows[i].entry()
	}
	return out, err
}

// within narrows a query to places; none narrow nothing.
func within(q *db.Query, column string, places []span) {
	for i, p := range places {
		q.If(i == 0, ` AND (`).If(i > 0, ` OR `).Add(column+` >= ? AND `+column+` < ?`, p.lo, p.hi)
	}
	q.If(len(places) > 0, `)`)
}

func upsertPurpose(ctx context.Context, tx *db.Tx, c State, words string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO sight_purpose (realm, account, subject, purpose, words, until_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (realm, account, subject) DO UPDATE
		SET purpose = excluded.purpose, words = excluded.words, until_at = excluded.until_at`,
		c.Realm, c.Account, c.Subject, c.Purpose, words, c.Until.UnixMicro())
	return err
}

func findPurpose(ctx context.Context, tx *db.Tx, realm, account, subject string, now time.Time) (s Stated, ok bool, err error) {
	var until int64
	err = tx.QueryRow(ctx, `
		SELECT purpose, words, until_at FROM sight_purpose
		WHERE realm = ? AND account = ? AND subject = ? AND until_at > ?`, realm, account, subject, now.UnixMicro()).
		Scan(&s.Purpose, &s.Words, &until)
	s.Until = time.UnixMicro(until)
	if errors.Is(err, db.ErrNoRows) {
		return Stated{}, false, nil
	}
	return s, err == nil, err
}
