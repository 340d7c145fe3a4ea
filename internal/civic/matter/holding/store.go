// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package holding

import (
	"context"
	"errors"
	"strings"
	"time"

	"pavilion/internal/civic/matter"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// candidate is a matter as far as its end is concerned.
type candidate struct {
	id, class, state string
	place, updated   int64
	open             bool
}

const candidateColumns = `m.id, m.privacy, m.state, m.place, m.updated_at, m.open`

func (c *candidate) fields() []any {
	return []any{&c.id, &c.class, &c.state, &c.place, &c.updated, &c.open}
}

func (c *candidate) item(kind string) retention.Item {
	return retention.Item{
		Kind: kind, Subject: matter.Subject(c.id), Class: c.class, State: c.state, Place: c.place, Ended: time.UnixMicro(c.updated), Open: c.open,
	}
}

func items(list []candidate, kind string) []retention.Item {
	out := make([]retention.Item, len(list))
	for i := range list {
		out[i] = list[i].item(kind)
	}
	return out
}

// holds narrows a question to matters that have something of a kind: photos and
// contacts are not everybody's, and what is gone is gone.
func holds(q *db.Query, kind string) *db.Query {
	q.If(kind == Contact, ` AND m.contactable = 1`)
	q.If(kind == Photos, ` AND EXISTS (SELECT 1 FROM matter_event e WHERE e.realm = m.realm AND e.matter = m.id AND e.photos > 0)`)
	return q.If(kind == Words, ` AND NOT EXISTS (SELECT 1 FROM matter_tomb t WHERE t.realm = m.realm AND t.matter = m.id AND t.kind = ?)`, kind)
}

// over lists matters that ended before an instant, or were collected for an
// emergency and have ended, in the order of their ids.
func over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	s := db.Q(`SELECT `+candidateColumns+` FROM matter m WHERE m.realm = ? AND m.open = 0 AND m.id > ?`,
		q.Realm, strings.TrimPrefix(q.After, "matter/"))
	s.If(q.Class != "", ` AND m.privacy = ?`, q.Class)
	if d := q.During; d != nil {
		s.Add(` AND m.place >= ? AND m.place < ? AND m.reported_at >= ? AND m.reported_at < ?`, d.Lo, d.Hi, d.From.UnixMicro(), d.To.UnixMicro())
		s.Add(` AND m.type IN ('' `)
		for _, code := range d.Types {
			s.Add(`, ?`, code)
		}
		s.Add(`) AND m.type <> ''`)
	} else {
		s.Add(` AND m.updated_at <= ?`, q.Before.UnixMicro()).If(q.State != "", ` AND m.state = ?`, q.State)
	}
	list, err := db.All(ctx, tx, holds(s, q.Kind).Add(` ORDER BY m.id LIMIT ?`, q.Limit), (*candidate).fields)
	return items(list, q.Kind), err
}

// ofMatter lists what one matter has of a kind, and unless one is asked for alone
// its parts, whatever their state.
func ofMatter(ctx context.Context, tx *db.Tx, q retention.Question, id string) ([]retention.Item, error) {
	s := db.Q(`SELECT `+candidateColumns+` FROM matter m WHERE m.realm = ? AND m.id = ?`, q.Realm, id)
	list, err := db.All(ctx, tx, holds(s, q.Kind), (*candidate).fields)
	if err != nil || q.Limit == 1 {
		return items(list, q.Kind), err
	}
	s = db.Q(`SELECT `+candidateColumns+` FROM matter m WHERE m.realm = ? AND m.parent = ? AND m.parent <> ''`, q.Realm, id)
	parts, err := db.All(ctx, tx, holds(s, q.Kind).Add(` ORDER BY m.id`), (*candidate).fields)
	return items(append(list, parts...), q.Kind), err
}

// findContact returns the sealed contact of a matter; empty if there is none.
func findContact(ctx context.Context, tx *db.Tx, realm, id string) (sealed string, err error) {
	err = tx.QueryRow(ctx, `SELECT sealed FROM matter_contact WHERE realm = ? AND matter = ?`, realm, id).Scan(&sealed)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return sealed, err
}

// setContact keeps another contact of a matter.
func setContact(ctx context.Context, tx *db.Tx, realm, id, sealed string, first bool) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO matter_contact (realm, matter, sealed) VALUES (?, ?, ?)
		ON CONFLICT (realm, matter) DO UPDATE SET sealed = excluded.sealed`, realm, id, sealed)
	if err != nil || !first {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE matter SET contactable = 1, revision = revision + 1 WHERE realm = ? AND id = ?`, realm, id)
	return err
}

// step is a line of history as far as it holds words.
type step struct {
	seq, photos int
	answers     string
}

func events(ctx context.Context, tx *db.Tx, realm, id string) ([]step, error) {
	return db.All(ctx, tx, db.Q(`SELECT seq, photos, answers FROM matter_event WHERE realm = ? AND matter = ? ORDER BY seq`, realm, id),
		func(s *step) []any { return []any{&s.seq, &s.photos, &s.answers} })
}

// tombed reports whether something of a matter is destroyed.
func tombed(ctx context.Context, tx *db.Tx, realm, id, kind string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM matter_tomb WHERE realm = ? AND matter = ? AND kind = ?`, realm, id, kind).Scan(&n)
	return n > 0, err
}
