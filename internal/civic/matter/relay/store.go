// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

const columns = `realm, id, matter, number, place, purpose, words, call, ground, asker, state, asked_at, ends_at, decider,
	decided_at, reason, openings, revision`

// row is a request as it is stored.
type row struct {
	Reveal
	at, ends, decided int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Matter, &r.Number, &r.Place, &r.Purpose, &r.Words, &r.Call, &r.Ground, &r.Asker, &r.State, &r.at, &r.ends,
		&r.Decider, &r.decided, &r.Reason, &r.Openings, &r.Revision,
	}
}

func (r *row) read() Reveal {
	out := r.Reveal
	out.At, out.Ends, out.Decided = instant(r.at), instant(r.ends), instant(r.decided)
	return out
}

func read(rows []row) []Reveal {
	out := make([]Reveal, len(rows))
	for i := range rows {
		out[i] = rows[i].read()
	}
	return out
}

// instant reads a stored instant; 0 is the zero time.
func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros)
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// insert stores a request. Of one asker one waits or runs at a matter.
func insert(ctx context.Context, tx *db.Tx, r Reveal) error {
	n, err := tx.Exec(ctx, `
		INSERT INTO matter_reveal (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.Realm, r.ID, r.Matter, r.Number, r.Place, r.Purpose, r.Words, r.Call, r.Ground, r.Asker, r.State, micros(r.At), micros(r.Ends),
		r.Decider, micros(r.Decided), r.Reason, r.Openings, r.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "relay.asked_already")
	}
	return err
}

// update stores what became of a request, unless somebody was quicker.
func update(ctx context.Context, tx *db.Tx, r Reveal) error {
	n, err := tx.Exec(ctx, `
		UPDATE matter_reveal SET state = ?, ends_at = ?, decider = ?, decided_at = ?, reason = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		r.State, micros(r.Ends), r.Decider, micros(r.Decided), r.Reason, r.Realm, r.ID, r.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "relay.stale")
	}
	return err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Reveal, error) {
	var r row
	err := tx.QueryRow(ctx, `SELECT `+columns+` FROM matter_reveal WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "relay.missing")
	}
	return r.read(), err
}

// late lists requests that wait or run and whose time is over, of one matter or of all.
func late(ctx context.Context, tx *db.Tx, realm, matter string, now time.Time, limit int) ([]Reveal, error) {
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT `+columns+` FROM matter_reveal
		WHERE realm = ? AND ends_at <= ? AND (state = 'asked' OR state = 'approved')`, realm, now.UnixMicro()).
		If(matter != "", ` AND matter = ?`, matter).Add(` ORDER BY ends_at LIMIT ?`, limit), (*row).fields)
	return read(rows), err
}

// ofMatter lists the requests at a matter, the latest first.
func ofMatter(ctx context.Context, tx *db.Tx, realm, matter string, limit int) ([]Reveal, error) {
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT `+columns+` FROM matter_reveal WHERE realm = ? AND matter = ? ORDER BY id DESC LIMIT ?`, realm, matter, limit), (*row).fields)
	return read(rows), err
}

// span is places from lo up to hi.
type span struct{ lo, hi int64 }

// query says which requests are listed.
type query struct {
	realm, asker string
	spans        []span
	which        Which
	now          time.Time
	before       page.Cursor
	limit        int
}

// list lists requests of some places and those of an asker, the latest first.
func list(ctx context.Context, tx *db.Tx, ask query) ([]Reveal, error) {
	q := db.Q(`SELECT `+columns+` FROM matter_reveal WHERE realm = ? AND (asker = ?`, ask.realm, ask.asker)
	for _, s := range ask.spans {
		q.Add(` OR place >= ? AND place < ?`, s.lo, s.hi)
	}
	q.Add(`)`)
	q.If(ask.which == Waiting, ` AND state = 'asked' AND ends_at > ?`, ask.now.UnixMicro())
	q.If(ask.which == Settled, ` AND NOT (state = 'asked' AND ends_at > ?)`, ask.now.UnixMicro())
	q.If(ask.before.More(), ` AND id < ?`, ask.before.ID)
	rows, err := db.All(ctx, tx, q.Add(` ORDER BY id DESC LIMIT ?`, ask.limit), (*row).fields)
	return read(rows), err
}

// count adds one opening to a request that runs, and says which it is.
func count(ctx context.Context, tx *db.Tx, r Reveal, now time.Time) (seq int, err error) {
	n, err := tx.Exec(ctx, `
		UPDATE matter_reveal SET openings = openings + 1
		WHERE realm = ? AND id = ? AND state = 'approved' AND ends_at > ?`, r.Realm, r.ID, now.UnixMicro())
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "relay.not_open")
	}
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT openings FROM matter_reveal WHERE realm = ? AND id = ?`, r.Realm, r.ID).Scan(&seq)
	return seq, err
}

func insertOpening(ctx context.Context, tx *db.Tx, realm string, o Opening) error {
	return tx.Later(ctx, `
		INSERT INTO matter_opening (realm, reveal, seq, matter, account, body, purpose, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		realm, o.Reveal, o.Seq, o.Matter, o.Account, o.Body, o.Purpose, o.At.UnixMicro())
}

// openings lists each time that a matter's contact was opened, the latest first.
func openings(ctx context.Context, tx *db.Tx, realm, matter string, limit int) ([]Opening, error) {
	type line struct {
		Opening
		at int64
	}
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT reveal, seq, matter, account, body, purpose, at FROM matter_opening
		WHERE realm = ? AND matter = ? ORDER BY at DESC LIMIT ?`, realm, matter, limit), func(l *line) []any {
		return []any{&l.Reveal, &l.Seq, &l.Matter, &l.Account, &l.Body, &l.Purpose, &l.at}
	})
	out := make([]Opening, len(rows))
	for i, l := range rows {
		out[i] = l.Opening
		out[i].At = instant(l.at)
	}
	return out, err
}
