// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
	"pavilion/internal/platform/db"
)

// far is stored for an instant that never comes, so that it sorts last.
const far = int64(math.MaxInt64)

// Degree is how finely coordinates are stored: 1e-7 of a Degree is a centimetre.
const Degree = 1e7

// columns are those that a matter begins with, in the order of fields.
const columns = `realm, id, number, procedure_version, state, open, revision, type, privacy, title, body, address,
	lon, lat, area, place, town, owner, handler, reporter, contactable, published, public_text, reply, rating,
	escalation, origin, origin_id, reported_at, entered_at, due_at, timer_at, updated_at, warn_at, whole_at,
	relation, parent, keeper, about`

// later are the columns that are at their defaults when a matter begins.
const later = `edition, grade, condition_of, parts, main, joined, followers, applied, applied_by, applied_body,
	applied_days, returns, arbitrated, reworks, extensions, supervised, keeper_next, drawn, handler_body, tries,
	reached, solved, satisfied, sealed`

// row receives the columns that need a conversion.
type row struct {
	Matter
	lon, lat                                          sql.NullInt64
	reported, entered, due, timer, after, warn, whole int64
}

func (r *row) fields() []any {
	m := &r.Matter
	return []any{&m.Realm, &m.ID, &m.Number, &m.Version, &m.State, &m.Open, &m.Revision, &m.Type, &m.Privacy,
		&m.Title, &m.Text, &m.Address, &r.lon, &r.lat, &m.Area, &m.Place, &m.Town, &m.Owner, &m.Handler,
		&m.Reporter, &m.Contactable, &m.Published, &m.PublicText, &m.Reply, &m.Rating, &m.Escalation,
		&m.Origin, &m.OriginID, &r.reported, &r.entered, &r.due, &r.timer, &r.after, &r.warn, &r.whole,
		&m.Relation, &m.Parent, &m.Keeper, &m.About,
		&m.Edition, &m.Grade, &m.Condition, &m.Parts, &m.Main, &m.Joined, &m.Followers, &m.Applied.Kind, &m.Applied.By,
		&m.Applied.Body, &m.Applied.Days, &m.Returns, &m.Arbitrated, &m.Reworks, &m.Extensions, &m.Supervised,
		&m.KeeperNext, &m.Drawn, &m.HandlerBody, &m.Tries, &m.Reached, &m.Solved, &m.Satisfied, &m.sealed}
}

func (r *row) matter() Matter {
	m := r.Matter
	if r.lon.Valid && r.lat.Valid {
		m.Point = &geo.Point{Lon: float64(r.lon.Int64) / Degree, Lat: float64(r.lat.Int64) / Degree}
	}
	m.ReportedAt, m.EnteredAt, m.UpdatedAt = instant(r.reported), instant(r.entered), instant(r.after)
	m.Due, m.Timer, m.Warn, m.Whole = instant(r.due), instant(r.timer), instant(r.warn), instant(r.whole)
	return m
}

// instant reads a stored instant; one that never comes is the zero time.
func instant(micros int64) time.Time {
	if micros == far || micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros)
}

// stored writes an instant; the zero time is stored as none.
func stored(t time.Time, none int64) int64 {
	if t.IsZero() {
		return none
	}
	return t.UnixMicro()
}

// insert stores a new matter and reports whether it did: it does not when the
// number, or the id at its origin, is taken.
func insert(ctx context.Context, tx *db.Tx, m Matter) (bool, error) {
	lon, lat := degrees(m.Point)
	n, err := tx.Exec(ctx, `
		INSERT INTO matter (`+columns+`, procedure_name, sealed, covered)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
		ON CONFLICT DO NOTHING`,
		m.Realm, m.ID, m.Number, m.Version, m.State, bit(m.Open), m.Revision, m.Type, m.Privacy,
		m.Title, m.Text, m.Address, lon, lat, m.Area, m.Place, m.Town, m.Owner, m.Handler,
		m.Reporter, bit(m.Contactable), bit(m.Published), m.PublicText, m.Reply, m.Rating, m.Escalation,
		m.Origin, m.OriginID, stored(m.ReportedAt, 0), stored(m.EnteredAt, 0), stored(m.Due, far),
		stored(m.Timer, 0), stored(m.UpdatedAt, 0), stored(m.Warn, 0), stored(m.Whole, far),
		m.Relation, m.Parent, m.Keeper, m.About, Procedure, m.sealed)
	return n == 1, err
}

// degrees are how a point is stored; nil for none.
func degrees(p *geo.Point) (lon, lat any) {
	if p == nil {
		return nil, nil
	}
	return int64(math.Round(p.Lon * Degree)), int64(math.Round(p.Lat * Degree))
}

// bit is how a boolean is stored.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// rewrite stores a matter's words anew, when its class has changed or they are
// sealed, and notes that what the class keeps back is covered.
func rewrite(ctx context.Context, tx *db.Tx, m Matter) error {
	lon, lat := degrees(m.Point)
	return tx.Later(ctx, `
		UPDATE matter SET title = ?, body = ?, address = ?, lon = ?, lat = ?, public_text = ?, reply = ?, sealed = ?, covered = 1
		WHERE realm = ? AND id = ?`, m.Title, m.Text, m.Address, lon, lat, m.PublicText, m.Reply, m.sealed, m.Realm, m.ID)
}

// uncovered lists matters whose class keeps something back that nobody has covered
// yet: those of before there were classes.
func uncovered(ctx context.Context, tx *db.Tx, realm string, limit int) ([]string, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT id FROM matter WHERE realm = ? AND covered = 0 AND privacy IN ('C', 'D')
		ORDER BY id LIMIT ?`, realm, limit), func(id *string) []any { return []any{id} })
}

// update stores m as it is after a move, unless somebody changed it since the
// revision that m was read at.
func update(ctx context.Context, tx *db.Tx, m Matter) error {
	n, err := tx.Exec(ctx, `
		UPDATE matter
		SET state = ?, open = ?, revision = revision + 1, type = ?, privacy = ?, area = ?, place = ?, town = ?,
			owner = ?, handler = ?, published = ?, reply = ?, rating = ?, escalation = ?,
			entered_at = ?, due_at = ?, timer_at = ?, updated_at = ?, warn_at = ?, whole_at = ?,
			keeper = ?, about = ?, edition = ?, grade = ?, condition_of = ?, parts = ?, main = ?, joined = ?,
			applied = ?, applied_by = ?, applied_body = ?, applied_days = ?, returns = ?, arbitrated = ?, reworks = ?,
			extensions = ?, supervised = ?, keeper_next = ?, drawn = ?, handler_body = ?, tries = ?, reached = ?,
			solved = ?, satisfied = ?, sealed = ?
		WHERE realm = ? AND id = ? AND revision = ?`,
		m.State, bit(m.Open), m.Type, m.Privacy, m.Area, m.Place, m.Town,
		m.Owner, m.Handler, bit(m.Published), m.Reply, m.Rating, m.Escalation,
		stored(m.EnteredAt, 0), stored(m.Due, far), stored(m.Timer, 0), stored(m.UpdatedAt, 0),
		stored(m.Warn, 0), stored(m.Whole, far),
		m.Keeper, m.About, m.Edition, m.Grade, m.Condition, m.Parts, m.Main, m.Joined,
		m.Applied.Kind, m.Applied.By, m.Applied.Body, m.Applied.Days, m.Returns, bit(m.Arbitrated), m.Reworks,
		m.Extensions, bit(m.Supervised), m.KeeperNext, bit(m.Drawn), m.HandlerBody, m.Tries, m.Reached,
		m.Solved, m.Satisfied, m.sealed,
		m.Realm, m.ID, m.Revision)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Stale, "matter.stale")
	}
	return nil
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Matter, error) {
	return one(tx.QueryRow(ctx, `SELECT `+columns+`, `+later+` FROM matter WHERE realm = ? AND id = ?`, realm, id))
}

func findNumber(ctx context.Context, tx *db.Tx, realm, number string) (Matter, error) {
	return one(tx.QueryRow(ctx, `SELECT `+columns+`, `+later+` FROM matter WHERE realm = ? AND number = ?`, realm, number))
}

func findOrigin(ctx context.Context, tx *db.Tx, realm, origin, id string) (Matter, error) {
	return one(tx.QueryRow(ctx, `
		SELECT `+columns+`, `+later+` FROM matter
		WHERE realm = ? AND origin = ? AND origin_id = ? AND origin_id <> ''`, realm, origin, id))
}

// numbers returns the numbers of the given matters, by id.
func numbers(ctx context.Context, tx *db.Tx, realm string, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	q := db.Q(`SELECT id, number FROM matter WHERE realm = ? AND id IN (?`, realm, ids[0]).Add(strings.Repeat(`, ?`, len(ids)-1) + `)`)
	for _, id := range ids[1:] {
		q.Add(``, id)
	}
	rows, err := db.All(ctx, tx, q, func(l *[2]string) []any { return []any{&l[0], &l[1]} })
	for _, l := range rows {
		out[l[0]] = l[1]
	}
	return out, err
}

func one(r *db.Row) (Matter, error) {
	var got row
	err := r.Scan(got.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Matter{}, fault.New(fault.Missing, "matter.missing")
	}
	return got.matter(), err
}

// expired lists the matters whose timer has run out, those waiting longest first.
func expired(ctx context.Context, tx *db.Tx, realm string, now time.Time, limit int) ([]string, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT id FROM matter
		WHERE realm = ? AND timer_at > 0 AND timer_at <= ?
		ORDER BY timer_at LIMIT ?`, realm, now.UnixMicro(), limit), func(id *string) []any { return []any{id} })
}

// count says how many matters a realm has.
func count(ctx context.Context, tx *db.Tx, realm string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM matter WHERE realm = ?`, realm).Scan(&n)
	return n, err
}

// setPublic stores what the public may read of a matter. It is no move: nobody
// else's revision becomes stale by it, and update leaves it alone.
func setPublic(ctx context.Context, tx *db.Tx, m Matter, text string) error {
	_, err := tx.Exec(ctx, `UPDATE matter SET public_text = ? WHERE realm = ? AND id = ?`, text, m.Realm, m.ID)
	return err
}

// summaries are the columns of a line in a list.
const summaries = `realm, id, number, state, open, revision, type, privacy, title, address, area, place, town, owner,
	published, public_text, lon, lat, escalation, reported_at, due_at, warn_at, relation, parent, main, parts, joined,
	followers, supervised, applied, origin`

func summary(r *row) []any {
	m := &r.Matter
	return []any{&m.Realm, &m.ID, &m.Number, &m.State, &m.Open, &m.Revision, &m.Type, &m.Privacy, &m.Title,
		&m.Address, &m.Area, &m.Place, &m.Town, &m.Owner, &m.Published, &m.PublicText, &r.lon, &r.lat,
		&m.Escalation, &r.reported, &r.due, &r.warn, &m.Relation, &m.Parent, &m.Main, &m.Parts, &m.Joined,
		&m.Followers, &m.Supervised, &m.Applied.Kind, &m.Origin}
}

func list(ctx context.Context, tx *db.Tx, q *db.Query) ([]Matter, error) {
	rows, err := db.All(ctx, tx, q, summary)
	if err != nil {
		return nil, err
	}
	out := make([]Matter, len(rows))
	for i := range rows {
		out[i] = rows[i].matter()
	}
	return out, nil
}

// origins returns which of the given ids of an origin are there already.
func origins(ctx context.Context, tx *db.Tx, realm, origin string, ids []string) (map[string]bool, error) {
	there := map[string]bool{}
	for len(ids) > 0 {
		some := ids[:min(len(ids), 500)]
		ids = ids[len(some):]
		q := db.Q(`SELECT origin_id FROM matter WHERE realm = ? AND origin = ? AND origin_id <> '' AND origin_id IN (?`,
			realm, origin, some[0]).Add(strings.Repeat(`, ?`, len(some)-1) + `)`)
		for _, id := range some[1:] {
			q.Add(``, id)
		}
		found, err := db.All(ctx, tx, q, func(s *string) []any { return []any{s} })
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			there[id] = true
		}
	}
	return there, nil
}

// classes reads the privacy classes of matters.
func classes(ctx context.Context, tx *db.Tx, realm string, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	q := db.Q(`SELECT id, privacy FROM matter WHERE realm = ? AND id IN (?`, realm, ids[0]).Add(strings.Repeat(`, ?`, len(ids)-1) + `)`)
	for _, id := range ids[1:] {
		q.Add(``, id)
	}
	type line struct{ id, privacy string }
	found, err := db.All(ctx, tx, q, func(l *line) []any { return []any{&l.id, &l.privacy} })
	for _, l := range found {
		out[l.id] = l.privacy
	}
	return out, err
}
