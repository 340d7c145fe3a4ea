// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

const columns = `realm, id, kind, rule, number, title, host, purpose, area, place, venue, starts_at, ends_at, state, agenda, former, guests,
	noticed, sequence, reason, signed, quorum, called_at, begun_at, ended_at, revision`

// row is a gathering as it is stored.
type row struct {
	Gathering
	rule, agenda, guests, quorum         string
	starts, ends, called, begun, endedAt int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Kind, &r.rule, &r.Number, &r.Title, &r.Host, &r.For, &r.Area, &r.Place, &r.Where, &r.starts, &r.ends, &r.State,
		&r.agenda, &r.Former, &r.guests, &r.Noticed, &r.Sequence, &r.Reason, &r.Signed, &r.quorum, &r.called, &r.begun, &r.endedAt, &r.Revision,
	}
}

// stood is a gathering's quorum at its beginning and its end.
type stood struct {
	Begin Quorum `json:"begin"`
	End   Quorum `json:"end"`
}

func (r *row) decode() (Gathering, error) {
	g := r.Gathering
	g.Starts, g.Ends, g.CalledAt, g.BegunAt, g.EndedAt = instant(r.starts), instant(r.ends), instant(r.called), instant(r.begun), instant(r.endedAt)
	var q stood
	err := errors.Join(json.Unmarshal([]byte(r.rule), &g.Rule), json.Unmarshal([]byte(r.agenda), &g.Agenda),
		json.Unmarshal([]byte(r.guests), &g.Guests), json.Unmarshal([]byte(r.quorum), &q))
	g.Begin, g.End = q.Begin, q.End
	return g, err
}

// instant is a stored instant; 0 is none.
func instant(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro)
}

// micro is an instant as it is stored.
func micro(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMicro()
}

// written is what of a gathering is stored as JSON.
func written(g Gathering) (rule, agenda, guests, quorum string, err error) {
	var out [4]string
	for i, v := range []any{g.Rule, g.Agenda, g.Guests, stood{g.Begin, g.End}} {
		raw, bad := json.Marshal(v)
		out[i], err = string(raw), errors.Join(err, bad)
	}
	return out[0], out[1], out[2], out[3], err
}

func insert(ctx context.Context, tx *db.Tx, g Gathering) error {
	rule, agenda, guests, quorum, err := written(g)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO gathering (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		g.Realm, g.ID, g.Kind, rule, g.Number, g.Title, g.Host, g.For, g.Area, g.Place, g.Where, micro(g.Starts), micro(g.Ends), g.State,
		agenda, g.Former, guests, g.Noticed, g.Sequence, g.Reason, g.Signed, quorum, micro(g.CalledAt), micro(g.BegunAt), micro(g.EndedAt), g.Revision)
	return err
}

// update keeps what of a gathering changes, and raises its revision.
func update(ctx context.Context, tx *db.Tx, g *Gathering) error {
	_, agenda, _, quorum, err := written(*g)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE gathering SET venue = ?, starts_at = ?, ends_at = ?, state = ?, agenda = ?, noticed = ?, sequence = ?, reason = ?, signed = ?,
			quorum = ?, begun_at = ?, ended_at = ?, revision = ?
		WHERE realm = ? AND id = ? AND revision = ?`,
		g.Where, micro(g.Starts), micro(g.Ends), g.State, agenda, g.Noticed, g.Sequence, g.Reason, g.Signed,
		quorum, micro(g.BegunAt), micro(g.EndedAt), g.Revision+1, g.Realm, g.ID, g.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "gathering.stale")
	}
	g.Revision++
	return err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Gathering, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM gathering WHERE realm = ? AND id = ?`, realm, id))
}

func locked(ctx context.Context, tx *db.Tx, realm, id string) (Gathering, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM gathering WHERE realm = ? AND id = ?`, realm, id).Locked(tx))
}

func one(ctx context.Context, tx *db.Tx, q *db.Query) (Gathering, error) {
	var r row
	err := q.Row(ctx, tx).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "gathering.missing")
	}
	if err != nil {
		return Gathering{}, err
	}
	return r.decode()
}

func many(ctx context.Context, tx *db.Tx, q *db.Query) ([]Gathering, error) {
	rows, err := db.All(ctx, tx, q, (*row).fields)
	if err != nil {
		return nil, err
	}
	out := make([]Gathering, len(rows))
	for i := range rows {
		if out[i], err = rows[i].decode(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func list(ctx context.Context, tx *db.Tx, realm string, f Filter, span [2]int64, after page.Cursor, limit int) ([]Gathering, error) {
	return many(ctx, tx, db.Q(`SELECT `+columns+` FROM gathering WHERE realm = ? AND starts_at >= ? AND starts_at < ?`, realm, span[0], span[1]).
		If(f.Hi > 0, ` AND place >= ? AND place < ?`, f.Lo, f.Hi).If(f.State != "", ` AND state = ?`, f.State).
		If(after.More(), ` AND (starts_at, id) < (?, ?)`, after.At, after.ID).
		Add(` ORDER BY starts_at DESC, id DESC LIMIT ?`, limit))
}

// purposeMost bounds the gatherings for one purpose.
const purposeMost = 200

func forPurpose(ctx context.Context, tx *db.Tx, realm, purpose string) ([]Gathering, error) {
	return many(ctx, tx, db.Q(`SELECT `+columns+` FROM gathering WHERE realm = ? AND purpose = ? AND purpose <> '' ORDER BY id LIMIT ?`,
		realm, purpose, purposeMost))
}

func ofAccount(ctx context.Context, tx *db.Tx, realm, account string, limit int) ([]Gathering, error) {
	return many(ctx, tx, db.Q(`
		SELECT `+columns+` FROM gathering
		WHERE realm = ? AND id IN (SELECT gathering FROM gathering_notice WHERE realm = ? AND account = ? AND account <> '')
		ORDER BY starts_at DESC, id DESC LIMIT ?`, realm, realm, account, limit))
}

// number gives a gathering the next number of its series, or nth if none so high was
// given yet.
func number(ctx context.Context, tx *db.Tx, g Gathering, nth int, year string) (string, error) {
	_, err := tx.Exec(ctx, `
		INSERT INTO gathering_series (realm, host, kind, year, last) VALUES (?, ?, ?, ?, 1)
		ON CONFLICT (realm, host, kind, year) DO UPDATE SET last = gathering_series.last + 1`, g.Realm, g.Host, g.Kind, year)
	if err != nil {
		return "", err
	}
	next := 0
	err = tx.QueryRow(ctx, `SELECT last FROM gathering_series WHERE realm = ? AND host = ? AND kind = ? AND year = ?`,
		g.Realm, g.Host, g.Kind, year).Scan(&next)
	switch {
	case err != nil:
		return "", err
	case nth != 0 && nth < next || nth > maxNumber:
		return "", fault.New(fault.Invalid, "gathering.number_taken").At("nth").With("next", strconv.Itoa(next))
	case nth > next:
		_, err = tx.Exec(ctx, `UPDATE gathering_series SET last = ? WHERE realm = ? AND host = ? AND kind = ? AND year = ?`,
			nth, g.Realm, g.Host, g.Kind, year)
		next = nth
	}
	return year + "-" + strconv.Itoa(next), err
}

// maxNumber bounds the gatherings of a series in a year.
const maxNumber = 999

func insertLine(ctx context.Context, tx *db.Tx, g Gathering, l Line) error {
	_, err := tx.Exec(ctx, `INSERT INTO gathering_line (realm, gathering, id, act, account, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		g.Realm, g.ID, id.New(), l.Act, l.By, l.Reason, micro(l.At))
	return err
}

// historyMost bounds the lines of a history that are shown.
const historyMost = 500

func history(ctx context.Context, tx *db.Tx, g Gathering) (out []Line, err error) {
	type stored struct {
		Line
		at int64
	}
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT act, account, reason, at FROM gathering_line WHERE realm = ? AND gathering = ? ORDER BY id DESC LIMIT ?`, g.Realm, g.ID, historyMost),
		func(r *stored) []any { return []any{&r.Act, &r.By, &r.Reason, &r.at} })
	for _, r := range rows {
		r.At = instant(r.at)
		out = append(out, r.Line)
	}
	return out, err
}
