// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"strings"

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
