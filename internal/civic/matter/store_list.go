// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"strings"

	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

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

// listScope lists the open matters of one scope by urgency. Each kind of scope
// has the index that serves it: the realm, a town, the areas below one, a body.
func listScope(ctx context.Context, tx *db.Tx, realm string, s Scope, f Filter, after page.Cursor, limit int) ([]Matter, error) {
	q := db.Q(`SELECT `+summaries+` FROM matter WHERE realm = ? AND open = 1`, realm)
	switch {
	case s.Owner != "":
		q.Add(` AND owner = ? AND owner <> ''`, s.Owner)
	case s.Town != 0:
		q.Add(` AND town = ?`, s.Town)
	case s.Lo > 0:
		q.Add(` AND place >= ? AND place < ?`, s.Lo, s.Hi)
	}
	q.If(!s.Sealed, ` AND privacy <> ?`, PrivacySealed)
	f.add(q)
	q.If(after != page.Cursor{}, ` AND (due_at, id) > (?, ?)`, after.At, after.ID)
	q.Add(` ORDER BY due_at, id LIMIT ?`, limit)
	return list(ctx, tx, q)
}

// add narrows a query to what the filter asks for.
func (f Filter) add(q *db.Query) {
	if len(f.States) > 0 {
		q.Add(` AND state IN (?`, f.States[0]).Add(strings.Repeat(`, ?`, len(f.States)-1) + `)`)
		for _, s := range f.States[1:] {
			q.Add(``, s)
		}
	}
	q.If(f.Type != "", ` AND type = ?`, f.Type)
	q.If(f.Hi > 0, ` AND place >= ? AND place < ?`, f.Lo, f.Hi)
	q.If(!f.DueBefore.IsZero(), ` AND due_at < ?`, stored(f.DueBefore, far))
}

// listPublic lists published matters, the newest first.
func listPublic(ctx context.Context, tx *db.Tx, realm string, lo, hi int64, before page.Cursor, limit int) ([]Matter, error) {
	q := db.Q(`SELECT `+summaries+` FROM matter WHERE realm = ? AND published = 1`, realm)
	q.If(hi > 0, ` AND place >= ? AND place < ?`, lo, hi)
	q.If(before != page.Cursor{}, ` AND (reported_at, id) < (?, ?)`, before.At, before.ID)
	q.Add(` ORDER BY reported_at DESC, id DESC LIMIT ?`, limit)
	return list(ctx, tx, q)
}

// listIDs returns the matters with the given ids, in no order.
func listIDs(ctx context.Context, tx *db.Tx, realm string, ids []string) ([]Matter, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := db.Q(`SELECT `+summaries+` FROM matter WHERE realm = ? AND id IN (?`, realm, ids[0])
	q.Add(strings.Repeat(`, ?`, len(ids)-1) + `)`)
	for _, id := range ids[1:] {
		q.Add(``, id)
	}
	return list(ctx, tx, q)
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

// texts returns the given matters with what search is to know of them.
func texts(ctx context.Context, tx *db.Tx, realm string, ids []string) ([]Matter, error) {
	q := db.Q(`SELECT id, number, title, body, address, place, privacy, reported_at FROM matter WHERE realm = ? AND id IN (?`,
		realm, ids[0]).Add(strings.Repeat(`, ?`, len(ids)-1) + `)`)
	for _, id := range ids[1:] {
		q.Add(``, id)
	}
	rows, err := db.All(ctx, tx, q, func(r *row) []any {
		m := &r.Matter
		return []any{&m.ID, &m.Number, &m.Title, &m.Text, &m.Address, &m.Place, &m.Privacy, &r.reported}
	})
	out := make([]Matter, len(rows))
	for i := range rows {
		out[i] = rows[i].matter()
	}
	return out, err
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
