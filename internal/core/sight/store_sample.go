// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sight

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// micros is how an instant is stored; none is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant reads what micros stored.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n)
}

// slips lists what may be drawn, oldest first, after the given one. Looks at the
// log itself are the auditors' own.
func slips(ctx context.Context, tx *db.Tx, c Sample, places []span, after slip, limit int) ([]slip, error) {
	q := db.Q(`SELECT id, account, at FROM sight_look WHERE realm = ? AND at >= ? AND at < ? AND subject <> ?`,
		c.Realm, c.From.UnixMicro(), c.To.UnixMicro(), LogSubject)
	q.If(after.id != "", ` AND (at, id) > (?, ?)`, after.at, after.id)
	within(q, `place`, places)
	q.Add(` ORDER BY at, id LIMIT ?`, limit)
	return db.All(ctx, tx, q, func(t *slip) []any { return []any{&t.id, &t.account, &t.at} })
}

const sampleColumns = `realm, id, from_at, to_at, size, seed, found, auditor, at`

type sampleRow struct {
	Sample
	from, to, at int64
}

func (r *sampleRow) into() []any {
	return []any{&r.Realm, &r.ID, &r.from, &r.to, &r.Size, &r.Seed, &r.Found, &r.Auditor, &r.at}
}

func (r *sampleRow) sample() Sample {
	r.From, r.To, r.At = instant(r.from), instant(r.to), instant(r.at)
	return r.Sample
}

func insertSample(ctx context.Context, tx *db.Tx, c Sample, drawn []slip) error {
	_, err := tx.Exec(ctx, `INSERT INTO sight_sample (`+sampleColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		c.Realm, c.ID, micros(c.From), micros(c.To), c.Size, c.Seed, c.Found, c.Auditor, micros(c.At))
	if err != nil || len(drawn) == 0 {
		return err
	}
	q := db.Q(`INSERT INTO sight_drawn (realm, sample, look, account, verdict, remark, auditor, judged_at, answer, answered_at, revision) VALUES `)
	for i, t := range drawn {
		q.If(i > 0, `, `).Add(`(?, ?, ?, ?, '', '', '', 0, '', 0, 1)`, c.Realm, c.ID, t.id, t.account)
	}
	_, err = q.Exec(ctx, tx)
	return err
}

// listed is how many samples a page lists.
const listed = 50

func samples(ctx context.Context, tx *db.Tx, realm string) ([]Sample, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+sampleColumns+` FROM sight_sample WHERE realm = ? ORDER BY id DESC LIMIT ?`,
		realm, listed), (*sampleRow).into)
	out := make([]Sample, len(rows))
	for i := range rows {
		out[i] = rows[i].sample()
	}
	return out, err
}

func findSample(ctx context.Context, tx *db.Tx, realm, id string) (Sample, error) {
	var r sampleRow
	err := tx.QueryRow(ctx, `SELECT `+sampleColumns+` FROM sight_sample WHERE realm = ? AND id = ?`, realm, id).Scan(r.into()...)
	if errors.Is(err, db.ErrNoRows) {
		return Sample{}, errMissing
	}
	return r.sample(), err
}

// chosen narrows what was drawn; empty parts narrow nothing.
type chosen struct{ sample, look, account string }

// drawnOf lists what was drawn, oldest look first.
func drawnOf(ctx context.Context, tx *db.Tx, realm string, places []span, c chosen) ([]Drawn, error) {
	type line struct {
		row
		Drawn
		judged, answered int64
	}
	q := db.Q(`SELECT l.realm, l.id, l.subject, l.place, l.fields, l.purpose, l.words, l.account, l.role, l.body, l.way,
			l.at, l.last_at, l.times, d.sample, d.verdict, d.remark, d.auditor, d.judged_at, d.answer, d.answered_at, d.revision
		FROM sight_drawn d JOIN sight_look l ON l.realm = d.realm AND l.id = d.look
		WHERE d.realm = ?`, realm)
	q.If(c.sample != "", ` AND d.sample = ?`, c.sample)
	q.If(c.look != "", ` AND d.look = ?`, c.look)
	q.If(c.account != "", ` AND d.account = ?`, c.account)
	within(q, `l.place`, places)
	q.Add(` ORDER BY l.at, l.id LIMIT ?`, MaxSize)
	lines, err := db.All(ctx, tx, q, func(l *line) []any {
		return append(l.row.into(), &l.Sample, &l.Verdict, &l.Remark, &l.Judge, &l.judged, &l.Answer, &l.answered, &l.Revision)
	})
	out := make([]Drawn, len(lines))
	for i := range lines {
		l := &lines[i]
		l.Drawn.Entry, l.Judged, l.Answered = l.row.entry(), instant(l.judged), instant(l.answered)
		out[i] = l.Drawn
	}
	return out, err
}

func oneDrawn(ctx context.Context, tx *db.Tx, realm string, places []span, c chosen) (Drawn, error) {
	found, err := drawnOf(ctx, tx, realm, places, c)
	if err == nil && len(found) != 1 {
		err = errMissing
	}
	if err != nil {
		return Drawn{}, err
	}
	return found[0], nil
}

// updateDrawn keeps a verdict or an answer, unless there was another since the
// revision that its author saw.
func updateDrawn(ctx context.Context, tx *db.Tx, d Drawn, revision int) error {
	n, err := tx.Exec(ctx, `
		UPDATE sight_drawn SET verdict = ?, remark = ?, auditor = ?, judged_at = ?, answer = ?, answered_at = ?, revision = revision + 1
		WHERE realm = ? AND sample = ? AND look = ? AND revision = ?`,
		d.Verdict, d.Remark, d.Judge, micros(d.Judged), d.Answer, micros(d.Answered), d.Realm, d.Sample, d.ID, revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "sight.stale")
	}
	return err
}

func results(ctx context.Context, tx *db.Tx, realm string, places []span, from, to time.Time) ([]Result, error) {
	q := db.Q(`SELECT l.body, d.verdict, count(*)
		FROM sight_drawn d JOIN sight_look l ON l.realm = d.realm AND l.id = d.look
		WHERE d.realm = ? AND l.at >= ? AND l.at < ?`, realm, micros(from), micros(to))
	within(q, `l.place`, places)
	q.Add(` GROUP BY l.body, d.verdict ORDER BY l.body, d.verdict`)
	return db.All(ctx, tx, q, func(r *Result) []any { return []any{&r.Body, &r.Verdict, &r.N} })
}
