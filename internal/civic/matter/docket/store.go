// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// far stands in the tables for an instant that never comes.
const far = int64(math.MaxInt64)

// summaries are the columns of a line in a list.
const summaries = `realm, id, number, state, open, revision, type, privacy, title, address, area, place, town, owner,
	published, public_text, lon, lat, escalation, reported_at, entered_at, due_at, warn_at, whole_at, relation, parent,
	main, parts, joined, followers, supervised, applied, returns, origin, rating, keeper, about`

// row receives the columns that need a conversion.
type row struct {
	matter.Matter
	lon, lat                            sql.NullInt64
	reported, entered, due, warn, whole int64
}

func summary(r *row) []any {
	m := &r.Matter
	return []any{&m.Realm, &m.ID, &m.Number, &m.State, &m.Open, &m.Revision, &m.Type, &m.Privacy, &m.Title,
		&m.Address, &m.Area, &m.Place, &m.Town, &m.Owner, &m.Published, &m.PublicText, &r.lon, &r.lat,
		&m.Escalation, &r.reported, &r.entered, &r.due, &r.warn, &r.whole, &m.Relation, &m.Parent, &m.Main, &m.Parts,
		&m.Joined, &m.Followers, &m.Supervised, &m.Applied.Kind, &m.Returns, &m.Origin, &m.Rating, &m.Keeper, &m.About}
}

func (r *row) matter() matter.Matter {
	m := r.Matter
	if r.lon.Valid && r.lat.Valid {
		m.Point = &geo.Point{Lon: float64(r.lon.Int64) / matter.Degree, Lat: float64(r.lat.Int64) / matter.Degree}
	}
	m.ReportedAt, m.EnteredAt, m.Due = instant(r.reported), instant(r.entered), instant(r.due)
	m.Warn, m.Whole = instant(r.warn), instant(r.whole)
	return m
}

// instant reads a stored instant; one that never comes is the zero time.
func instant(micros int64) time.Time {
	if micros == far || micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros)
}

// micros writes an instant; the zero time is stored as none.
func micros(t time.Time, none int64) int64 {
	if t.IsZero() {
		return none
	}
	return t.UnixMicro()
}

// listScope lists the matters of one scope: the open ones by urgency, or all by
// when they were reported, the newest first. Each kind of scope has the indexes
// that serve it: the realm, a town, the areas below one, a body.
func listScope(ctx context.Context, tx *db.Tx, realm string, s Scope, f Filter, now time.Time, after page.Cursor, limit int) ([]matter.Matter, error) {
	f.narrow = f.narrow || s.narrow()
	q := f.in(db.Q(`SELECT `+summaries+` FROM matter WHERE realm = ?`, realm), s, now)
	if f.Ended {
		q.If(after.More(), ` AND (reported_at, id) < (?, ?)`, after.At, after.ID)
		// Sorting what a village has, or what is open, costs less than looking for it
		// among all that is new.
		few := f.narrow || f.running()
		q.If(few, ` ORDER BY +reported_at DESC, id DESC LIMIT ?`, limit)
		q.If(!few, ` ORDER BY reported_at DESC, id DESC LIMIT ?`, limit)
	} else {
		q.If(after.More(), ` AND (due_at, id) > (?, ?)`, after.At, after.ID)
		q.Add(` ORDER BY due_at, id LIMIT ?`, limit)
	}
	return list(ctx, tx, q)
}

// count counts the matters of several scopes, each once.
func count(ctx context.Context, tx *db.Tx, realm string, scopes []Scope, f Filter, now time.Time) (n int, err error) {
	q := f.inAny(db.Q(`SELECT count(*) FROM matter WHERE realm = ?`, realm), scopes, now)
	return n, q.Row(ctx, tx).Scan(&n)
}

// lights counts the matters of several scopes, each once, by the light of their
// term, in one reading.
func lights(ctx context.Context, tx *db.Tx, realm string, scopes []Scope, f Filter, now time.Time) (map[clock.Light]int, error) {
	at := now.UnixMicro()
	q := db.Q(`
		SELECT COALESCE(sum(CASE WHEN due_at < ? THEN 1 ELSE 0 END), 0),
		  COALESCE(sum(CASE WHEN due_at >= ? AND warn_at > 0 AND warn_at < ? THEN 1 ELSE 0 END), 0),
		  COALESCE(sum(CASE WHEN due_at >= ? AND due_at < ? AND warn_at >= ? THEN 1 ELSE 0 END), 0)
		FROM matter WHERE realm = ?`, at, at, at, at, far, at, realm)
	var red, yellow, green int
	err := f.inAny(q, scopes, now).Row(ctx, tx).Scan(&red, &yellow, &green)
	return map[clock.Light]int{clock.Red: red, clock.Yellow: yellow, clock.Green: green}, err
}

// inAny narrows a query to any of several scopes, and to what the filter asks for.
func (f Filter) inAny(q *db.Query, scopes []Scope, now time.Time) *db.Query {
	if len(scopes) == 1 {
		f.narrow = f.narrow || scopes[0].narrow()
		return f.in(q, scopes[0], now)
	}
	q.Add(` AND (`)
	for i, s := range scopes {
		q.If(i > 0, ` OR `).Add(`(1 = 1`)
		s.in(q)
		q.Add(`)`)
	}
	return f.of(q.Add(`)`), now)
}

// narrow reports whether it is areas below a town.
func (s Scope) narrow() bool { return s.Owner == "" && s.Town == 0 && s.Lo > 0 }

// in narrows a query to a scope.
func (s Scope) in(q *db.Query) {
	switch {
	case s.Owner != "":
		// The sign keeps to the indexes of what a body has.
		q.Add(` AND owner = ? AND owner <> ''`, s.Owner).If(s.Lo > 0, ` AND +place >= ? AND +place < ?`, s.Lo, s.Hi)
	case s.Town != 0:
		q.Add(` AND town = ?`, s.Town)
	case s.Lo > 0:
		q.Add(` AND place >= ? AND place < ?`, s.Lo, s.Hi)
	}
	s.ofKinds(q)
	q.If(!s.Sealed, ` AND privacy <> ?`, matter.PrivacySealed)
	for _, body := range s.bodies {
		q.Add(` AND about <> ?`, body)
	}
}

// ofKinds narrows a query to the kinds of a scope. One type of the whole realm has
// indexes of its own; elsewhere what is joined to nothing keeps to those that bring
// the list in its order.
func (s Scope) ofKinds(q *db.Query) {
	if len(s.Kinds) == 1 && len(s.Kinds[0]) == codeLength && s.Owner == "" && s.Lo == 0 {
		q.Add(` AND type = ?`, s.Kinds[0])
		return
	}
	q.Begins(`(type || '')`, s.Kinds)
}

// codeLength is that of a type's code.
const codeLength = 6

// in narrows a query to a scope and to what the filter asks for.
func (f Filter) in(q *db.Query, s Scope, now time.Time) *db.Query {
	s.in(q)
	return f.of(q, now)
}

// of narrows a query to what the filter asks for. What is merged stands behind
// its main matter, unless it is asked for. Every term ends after 0: to say so leads
// to the indexes of what is open, and the sign keeps away from those of all.
func (f Filter) of(q *db.Query, now time.Time) *db.Query {
	q.If(!f.Ended, ` AND open = 1`)
	q.If(!f.Ended && !f.narrow, ` AND due_at >= 0`)
	q.If(len(f.States) == 0, ` AND main = ''`)
	oneOf(q, `state`, f.States)
	// To say what a state implies leads to the index of what is open, or has ended.
	q.If(f.running(), ` AND open = 1`)
	q.If(len(f.States) > 0 && !slices.ContainsFunc(f.States, func(s procedure.State) bool { return !Final(s) }), ` AND open = 0`)
	if n := len(f.Type); n == codeLength {
		q.Add(` AND type = ?`, f.Type)
	} else if n > 0 {
		q.Add(` AND type >= ? AND type < ?`, f.Type, f.Type+":") // a colon follows the digits
	}
	q.If(f.town > 0, ` AND town = ?`, f.town)
	q.If(f.Hi > 0, ` AND place >= ? AND place < ?`, f.Lo, f.Hi)
	q.If(f.Owner != "", ` AND owner = ? AND owner <> ''`, f.Owner)
	q.If(f.Origin != "", ` AND origin = ?`, f.Origin)
	q.If(f.Supervised, ` AND supervised = 1`)
	q.If(f.Applied != "", ` AND applied = ? AND applied <> ''`, f.Applied)
	q.If(f.Escalated, ` AND escalation > 0`)
	q.If(f.Returned, ` AND returns > 0`)
	q.If(f.Parts, ` AND parts > 0`)
	q.If(f.Keeper != "", ` AND keeper = ? AND keeper <> ''`, f.Keeper)
	reported := `+reported_at`
	if f.Ended && !f.narrow {
		reported = `reported_at`
	}
	q.If(!f.From.IsZero(), ` AND `+reported+` >= ?`, micros(f.From, 0))
	q.If(!f.To.IsZero(), ` AND `+reported+` < ?`, micros(f.To, far))
	switch at := now.UnixMicro(); f.Light {
	case clock.Red:
		// A village has few matters: its own index serves it better than all that is overdue.
		q.If(f.narrow, ` AND open = 1 AND +due_at < ?`, at).If(!f.narrow, ` AND open = 1 AND due_at < ?`, at)
	case clock.Yellow:
		q.Add(` AND open = 1 AND due_at >= ? AND warn_at > 0 AND warn_at < ?`, at, at)
	case clock.Green:
		q.Add(` AND open = 1 AND due_at >= ? AND due_at < ? AND warn_at >= ?`, at, far, at)
	}
	return q
}

// final are the states that nothing leaves.
var final = []procedure.State{"closed", "refused", "void", "filed"}

// Final reports whether nothing leaves a state, so that what is in it has ended.
func Final(s procedure.State) bool { return slices.Contains(final, s) }

// running reports whether a filter asks for states only that something leaves.
func (f Filter) running() bool { return len(f.States) > 0 && !slices.ContainsFunc(f.States, Final) }

// oneOf adds that a column has one of the given values; none is any.
func oneOf[T any](q *db.Query, column string, values []T) {
	if len(values) == 0 {
		return
	}
	q.Add(` AND `+column+` IN (?`, values[0]).Add(strings.Repeat(`, ?`, len(values)-1) + `)`)
	for _, v := range values[1:] {
		q.Add(``, v)
	}
}

// listPublic lists published matters, the newest first.
func listPublic(ctx context.Context, tx *db.Tx, realm string, lo, hi int64, before page.Cursor, limit int) ([]matter.Matter, error) {
	q := db.Q(`SELECT `+summaries+` FROM matter WHERE realm = ? AND published = 1`, realm)
	q.If(hi > 0, ` AND place >= ? AND place < ?`, lo, hi)
	q.If(before.More(), ` AND (reported_at, id) < (?, ?)`, before.At, before.ID)
	q.Add(` ORDER BY reported_at DESC, id DESC LIMIT ?`, limit)
	return list(ctx, tx, q)
}

// listIDs returns the matters with the given ids, in no order.
func listIDs(ctx context.Context, tx *db.Tx, realm string, ids []string) ([]matter.Matter, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := db.Q(`SELECT `+summaries+` FROM matter WHERE realm = ?`, realm)
	oneOf(q, `id`, ids)
	return list(ctx, tx, q)
}

func list(ctx context.Context, tx *db.Tx, q *db.Query) ([]matter.Matter, error) {
	rows, err := db.All(ctx, tx, q, summary)
	out := make([]matter.Matter, len(rows))
	for i := range rows {
		out[i] = matter.Listed(rows[i].matter())
	}
	return out, err
}

// texts returns the given matters with what search is to know of them.
func texts(ctx context.Context, tx *db.Tx, realm string, ids []string) ([]matter.Matter, error) {
	q := db.Q(`SELECT id, number, title, body, address, place, privacy, reported_at FROM matter WHERE realm = ?`, realm)
	oneOf(q, `id`, ids)
	rows, err := db.All(ctx, tx, q.Locked(tx), func(r *row) []any {
		m := &r.Matter
		return []any{&m.ID, &m.Number, &m.Title, &m.Text, &m.Address, &m.Place, &m.Privacy, &r.reported}
	})
	out := make([]matter.Matter, len(rows))
	for i := range rows {
		out[i] = rows[i].matter()
	}
	return out, err
}

// box is half the width of the square that is searched around a point: about
// farAway, in stored degrees.
const box = int64(0.006 * matter.Degree)

// near lists open matters of a town that were reported since an instant, and are
// no part of another, the newest first: around the point, if there is one.
func near(ctx context.Context, tx *db.Tx, a Asked, since time.Time, limit int) ([]matter.Matter, error) {
	q := db.Q(`SELECT `+summaries+`, body FROM matter
		WHERE realm = ? AND town = ? AND reported_at > ? AND open = 1 AND relation = '' AND main = ''`,
		a.Realm, a.Town, since.UnixMicro())
	if a.Point != nil {
		lon, lat := int64(a.Point.Lon*matter.Degree), int64(a.Point.Lat*matter.Degree)
		q.Add(` AND (lon IS NULL OR lon BETWEEN ? AND ?)`, lon-box, lon+box)
		q.Add(` AND (lat IS NULL OR lat BETWEEN ? AND ?)`, lat-box, lat+box)
	}
	q.Add(` ORDER BY reported_at DESC, id DESC LIMIT ?`, limit)
	rows, err := db.All(ctx, tx, q, func(r *row) []any { return append(summary(r), &r.Text) })
	out := make([]matter.Matter, len(rows))
	for i := range rows {
		out[i] = rows[i].matter()
	}
	return out, err
}
