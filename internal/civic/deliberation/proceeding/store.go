// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// far is stored for an instant that never comes, so that it sorts last.
const far = int64(math.MaxInt64)

const columns = `realm, id, topic, matter, title, subject, area, place, town, declared, one_leader, method, version, state, ended, revision, plan, back,
	starter, started_at, entered_at, due_at, timer_at, warn_at`

// row is a proceeding as it is stored.
type row struct {
	Proceeding
	back                               string
	declared, oneLeader, ended         int64
	started, entered, due, timer, warn int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Topic, &r.Matter, &r.Title, &r.Subject, &r.Area, &r.Place, &r.Town, &r.declared, &r.oneLeader, &r.Procedure, &r.Version,
		&r.State, &r.ended, &r.Revision, &r.Plan, &r.back, &r.Starter, &r.started, &r.entered, &r.due, &r.timer, &r.warn,
	}
}

func (r *row) decode() (Proceeding, error) {
	p := r.Proceeding
	p.Declared, p.OneLeader, p.Ended = r.declared != 0, r.oneLeader != 0, r.ended != 0
	p.Started, p.EnteredAt, p.Due, p.Timer, p.Warn = instant(r.started), instant(r.entered), instant(r.due), instant(r.timer), instant(r.warn)
	return p, json.Unmarshal([]byte(r.back), &p.Back)
}

// instant reads a stored instant; 0 and far are none.
func instant(micro int64) time.Time {
	if micro == 0 || micro == far {
		return time.Time{}
	}
	return time.UnixMicro(micro)
}

// stored writes when a term ends; without one it sorts last.
func stored(t time.Time) int64 {
	if t.IsZero() {
		return far
	}
	return t.UnixMicro()
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func flag(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// insert stores a proceeding, unless it is there.
func insert(ctx context.Context, tx *db.Tx, p Proceeding) (made bool, err error) {
	back, err := json.Marshal(p.Back)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO deliberation_proceeding (`+columns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		p.Realm, p.ID, p.Topic, p.Matter, p.Title, p.Subject, p.Area, p.Place, p.Town, flag(p.Declared), flag(p.OneLeader), p.Procedure, p.Version,
		p.State, flag(p.Ended), p.Revision, p.Plan, string(back), p.Starter, p.Started.UnixMicro(), p.EnteredAt.UnixMicro(), stored(p.Due), micro(p.Timer),
		micro(p.Warn))
	return n == 1, err
}

// update stores what a step changed. It fails with Stale if somebody was quicker.
func update(ctx context.Context, tx *db.Tx, p Proceeding) error {
	back, err := json.Marshal(p.Back)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE deliberation_proceeding SET matter = ?, one_leader = ?, method = ?, version = ?, state = ?, ended = ?, back = ?, entered_at = ?, due_at = ?,
			timer_at = ?, warn_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		p.Matter, flag(p.OneLeader), p.Procedure, p.Version, p.State, flag(p.Ended), string(back), p.EnteredAt.UnixMicro(), stored(p.Due), micro(p.Timer),
		micro(p.Warn), p.Realm, p.ID, p.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "proceeding.stale")
	}
	return err
}

// show keeps the proposal's words that were released.
func show(ctx context.Context, tx *db.Tx, realm, id, plan string) error {
	_, err := tx.Exec(ctx, `UPDATE deliberation_proceeding SET plan = ? WHERE realm = ? AND id = ?`, plan, realm, id)
	return err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Proceeding, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_proceeding WHERE realm = ? AND id = ?`, realm, id))
}

// locked is find for who is about to change it.
func locked(ctx context.Context, tx *db.Tx, realm, id string) (Proceeding, error) {
	return one(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_proceeding WHERE realm = ? AND id = ?`, realm, id).Locked(tx))
}

func one(ctx context.Context, tx *db.Tx, q *db.Query) (Proceeding, error) {
	var r row
	err := q.Row(ctx, tx).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Proceeding{}, fault.New(fault.Missing, "proceeding.missing")
	}
	if err != nil {
		return Proceeding{}, err
	}
	return r.decode()
}

func many(ctx context.Context, tx *db.Tx, q *db.Query) ([]Proceeding, error) {
	rows, err := db.All(ctx, tx, q, (*row).fields)
	out := make([]Proceeding, 0, len(rows))
	for _, r := range rows {
		p, bad := r.decode()
		if bad != nil {
			return nil, bad
		}
		out = append(out, p)
	}
	return out, err
}

// Filter is which proceedings are listed.
type Filter struct {
	Lo, Hi int64           // places
	State  procedure.State // empty: all that are under way, by urgency
	Ended  bool            // those over instead, the latest first
}

func listed(ctx context.Context, tx *db.Tx, realm string, f Filter, after page.Cursor, limit int) ([]Proceeding, error) {
	q := db.Q(`SELECT `+columns+` FROM deliberation_proceeding WHERE realm = ? AND ended = ?`, realm, flag(f.Ended)).If(f.State != "", ` AND state = ?`, f.State).
		Add(` AND place >= ? AND place < ?`, f.Lo, f.Hi)
	if f.Ended {
		q.If(after.More(), ` AND (entered_at, id) < (?, ?)`, after.At, after.ID).Add(` ORDER BY entered_at DESC, id DESC LIMIT ?`, limit)
	} else {
		q.If(after.More(), ` AND (due_at, id) > (?, ?)`, after.At, after.ID).Add(` ORDER BY due_at, id LIMIT ?`, limit)
	}
	return many(ctx, tx, q)
}

// ofMost bounds the proceedings that one topic or one matter has.
const ofMost = 20

func ofTopic(ctx context.Context, tx *db.Tx, realm, topic string) ([]Proceeding, error) {
	return many(ctx, tx, db.Q(`SELECT `+columns+` FROM deliberation_proceeding WHERE realm = ? AND topic = ? ORDER BY started_at DESC, id DESC LIMIT ?`,
		realm, topic, ofMost))
}

func ofMatter(ctx context.Context, tx *db.Tx, realm, matter string) ([]Proceeding, error) {
	return many(ctx, tx, db.Q(`
		SELECT `+columns+` FROM deliberation_proceeding WHERE realm = ? AND matter <> '' AND matter = ? ORDER BY started_at DESC, id DESC LIMIT ?`,
		realm, matter, ofMost))
}

func expired(ctx context.Context, tx *db.Tx, realm string, now time.Time, limit int) ([]string, error) {
	return db.All(ctx, tx, db.Q(`SELECT id FROM deliberation_proceeding WHERE realm = ? AND timer_at > 0 AND timer_at <= ? ORDER BY timer_at LIMIT ?`,
		realm, now.UnixMicro(), limit), func(id *string) []any { return []any{id} })
}
