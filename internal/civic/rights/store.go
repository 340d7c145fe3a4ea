// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package rights

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/page"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// far is stored for an instant that never comes, so that it sorts last.
const far = int64(math.MaxInt64)

const columns = `realm, id, wish, door, subject, number, place, town, sealed, state, version, revision, taker, proposer, extended, ground,
	at, entered_at, due_at, timer_at, warn_at, whole_at`

// row is a request as it is stored.
type row struct {
	Request
	sealed                               string
	extended                             int64
	at, entered, due, timer, warn, whole int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Wish, &r.Door, &r.Subject, &r.Number, &r.Place, &r.Town, &r.sealed, &r.State, &r.Version, &r.Revision, &r.Taker,
		&r.Proposer, &r.extended, &r.Ground, &r.at, &r.entered, &r.due, &r.timer, &r.warn, &r.whole,
	}
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

// sealedOf names the row that a sealed text belongs to.
func sealedOf(realm, id string) string { return "rights_request/" + realm + "/" + id }

// decode makes a request of its row.
func (s *Service) decode(r row) (Request, error) {
	out := r.Request
	out.Extended = r.extended != 0
	out.At, out.EnteredAt, out.Due, out.Timer = instant(r.at), instant(r.entered), instant(r.due), instant(r.timer)
	out.Warn, out.Whole = instant(r.warn), instant(r.whole)
	out.Ask = form.Answers{}
	if out.Forgotten = r.sealed == ""; out.Forgotten {
		return out, nil
	}
	plain, err := s.Box.Open(r.sealed, sealedOf(out.Realm, out.ID))
	if err != nil {
		return out, fmt.Errorf("open request %s: %w", out.ID, err)
	}
	return out, json.Unmarshal(plain, &out.Ask)
}

func (s *Service) many(ctx context.Context, tx *db.Tx, q *db.Query) ([]Request, error) {
	rows, err := db.All(ctx, tx, q, (*row).fields)
	out := make([]Request, 0, len(rows))
	for _, r := range rows {
		one, bad := s.decode(r)
		if bad != nil {
			return nil, bad
		}
		out = append(out, one)
	}
	return out, err
}

// insert stores a request, unless it is there.
func (s *Service) insert(ctx context.Context, tx *db.Tx, r Request) (made bool, err error) {
	plain, err := json.Marshal(r.Ask)
	if err != nil {
		return false, err
	}
	sealed, err := s.Box.Seal(r.Realm, sealedOf(r.Realm, r.ID), plain)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO rights_request (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.Realm, r.ID, r.Wish, r.Door, r.Subject, r.Number, r.Place, r.Town, sealed, r.State, r.Version, r.Revision, r.Taker, r.Proposer, 0, r.Ground,
		r.At.UnixMicro(), r.EnteredAt.UnixMicro(), stored(r.Due), micro(r.Timer), micro(r.Warn), stored(r.Whole))
	return n == 1, err
}

func update(ctx context.Context, tx *db.Tx, r Request) error {
	extended := 0
	if r.Extended {
		extended = 1
	}
	n, err := tx.Exec(ctx, `
		UPDATE rights_request SET state = ?, proposer = ?, extended = ?, ground = ?, entered_at = ?, due_at = ?, timer_at = ?, warn_at = ?,
			whole_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		r.State, r.Proposer, extended, r.Ground, r.EnteredAt.UnixMicro(), stored(r.Due), micro(r.Timer), micro(r.Warn), stored(r.Whole),
		r.Realm, r.ID, r.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "matter.stale")
	}
	return err
}

func (s *Service) find(ctx context.Context, tx *db.Tx, realm, id string) (Request, error) {
	var r row
	err := tx.QueryRow(ctx, `SELECT `+columns+` FROM rights_request WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Request{}, fault.New(fault.Missing, "rights.missing")
	}
	if err != nil {
		return Request{}, err
	}
	return s.decode(r)
}

// subjectMost bounds the requests about one subject that are listed.
const subjectMost = 50

func (s *Service) ofSubject(ctx context.Context, tx *db.Tx, realm, subject string) ([]Request, error) {
	return s.many(ctx, tx, db.Q(`SELECT `+columns+` FROM rights_request WHERE realm = ? AND subject = ? AND subject <> '' ORDER BY at DESC, id DESC LIMIT ?`,
		realm, subject, subjectMost))
}

func (s *Service) list(ctx context.Context, tx *db.Tx, realm string, waiting bool, after page.Cursor, limit int) ([]Request, error) {
	q := db.Q(`SELECT `+columns+` FROM rights_request WHERE realm = ?`, realm)
	if waiting {
		q.Add(` AND state IN ('received', 'working', 'proposed')`).If(after.More(), ` AND (due_at, id) > (?, ?)`, after.At, after.ID).
			Add(` ORDER BY due_at, id LIMIT ?`, limit)
	} else {
		q.Add(` AND state IN ('done', 'refused', 'withdrawn')`).If(after.More(), ` AND (entered_at, id) < (?, ?)`, after.At, after.ID).
			Add(` ORDER BY entered_at DESC, id DESC LIMIT ?`, limit)
	}
	return s.many(ctx, tx, q)
}

func expired(ctx context.Context, tx *db.Tx, realm string, now time.Time, limit int) ([]string, error) {
	return db.All(ctx, tx, db.Q(`SELECT id FROM rights_request WHERE realm = ? AND timer_at > 0 AND timer_at <= ? ORDER BY timer_at LIMIT ?`,
		realm, now.UnixMicro(), limit), func(id *string) []any { return []any{id} })
}

func appendEvent(ctx context.Context, tx *db.Tx, r Request, e Event) error {
	answers, err := json.Marshal(e.Answers)
	if err != nil {
		return err
	}
	past, err := json.Marshal(e.past)
	if err != nil {
		return err
	}
	return tx.Later(ctx, `INSERT INTO rights_event (realm, request, seq, action, state, actor, role, answers, past, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Realm, r.ID, e.Seq, e.Action, e.State, e.Actor, e.Role, string(answers), string(past), e.At.UnixMicro())
}

func events(ctx context.Context, tx *db.Tx, realm, id string) ([]Event, error) {
	type line struct {
		Event
		answers, past string
		at            int64
	}
	lines, err := db.All(ctx, tx, db.Q(`
		SELECT seq, action, state, actor, role, answers, past, at FROM rights_event WHERE realm = ? AND request = ? ORDER BY seq`, realm, id),
		func(l *line) []any {
			return []any{&l.Seq, &l.Action, &l.State, &l.Actor, &l.Role, &l.answers, &l.past, &l.at}
		})
	out := make([]Event, len(lines))
	for i, l := range lines {
		out[i] = l.Event
		out[i].At = instant(l.at)
		if bad := errors.Join(json.Unmarshal([]byte(l.answers), &out[i].Answers), json.Unmarshal([]byte(l.past), &out[i].past)); bad != nil {
			return nil, bad
		}
	}
	return out, err
}

// pasts returns what the clocks of a request have to know of its history.
func pasts(ctx context.Context, tx *db.Tx, realm, id string) ([]procedure.Past, error) {
	list, err := events(ctx, tx, realm, id)
	out := make([]procedure.Past, len(list))
	for i, e := range list {
		out[i] = e.past
	}
	return out, err
}

// ended is a request as far as its end is concerned.
type ended struct {
	id, state   string
	place, when int64
}

const endedColumns = `id, state, place, entered_at`

func (e *ended) fields() []any { return []any{&e.id, &e.state, &e.place, &e.when} }

func (e *ended) item(open bool) retention.Item {
	return retention.Item{Kind: Kind, Subject: "request/" + e.id, State: e.state, Place: e.place, Ended: time.UnixMicro(e.when), Open: open}
}

// over lists ended requests whose words are still there; with only, that one,
// whatever its state.
func over(ctx context.Context, tx *db.Tx, q retention.Question, only string) ([]retention.Item, error) {
	s := db.Q(`SELECT `+endedColumns+` FROM rights_request WHERE realm = ? AND sealed <> ''`, q.Realm).If(only != "", ` AND id = ?`, only)
	if only == "" {
		after := ""
		if len(q.After) > len("request/") {
			after = q.After[len("request/"):]
		}
		s.Add(` AND state IN ('done', 'refused', 'withdrawn') AND entered_at <= ? AND id > ?`, q.Before.UnixMicro(), after)
	}
	list, err := db.All(ctx, tx, s.Add(` ORDER BY id LIMIT ?`, q.Limit), (*ended).fields)
	out := make([]retention.Item, len(list))
	for i := range list {
		st := list[i].state
		out[i] = list[i].item(st != "done" && st != "refused" && st != "withdrawn")
	}
	return out, err
}

// about lists the requests about another's subject: with it their words go.
func about(ctx context.Context, tx *db.Tx, realm, subject string) ([]retention.Item, error) {
	list, err := db.All(ctx, tx, db.Q(`SELECT `+endedColumns+` FROM rights_request WHERE realm = ? AND subject = ? AND sealed <> '' ORDER BY id`,
		realm, subject), (*ended).fields)
	out := make([]retention.Item, len(list))
	for i := range list {
		out[i] = list[i].item(false)
	}
	return out, err
}

// Sealed are the sealed columns of requests, to be closed again with a new key.
func Sealed() []seal.Column {
	return []seal.Column{{Name: "rights_request.sealed", Find: findSealed, Replace: replaceSealed, Count: countSealed}}
}

func findSealed(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT id, sealed FROM rights_request
		WHERE realm = ? AND id > ? AND sealed <> '' AND sealed NOT LIKE ? ORDER BY id LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = sealedOf(realm, texts[i].Key)
	}
	return texts, err
}

func replaceSealed(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE rights_request SET sealed = ? WHERE realm = ? AND id = ? AND sealed = ?`, sealed, realm, t.Key, t.Sealed)
}

func countSealed(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM rights_request WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
