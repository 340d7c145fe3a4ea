// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

const objectionColumns = `realm, id, number, notice, place, sealed, state, outcome, deed, answer, at, taken_at, ended_at, due_at, answer_at, revision`

type objectionRow struct {
	Objection
	sealed                    string
	at, taken, ended, due, by int64
}

func (r *objectionRow) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Number, &r.Notice, &r.Place, &r.sealed, &r.State, &r.Outcome, &r.Deed, &r.Answer, &r.at, &r.taken, &r.ended, &r.due, &r.by,
		&r.Revision,
	}
}

// told is what is sealed of an objection.
type told struct {
	Words string `json:"words"`
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// objectionText names the row that a sealed text belongs to.
func objectionText(realm, id string) string { return "deliberation_objection/" + realm + "/" + id }

func (s *Service) decode(r objectionRow) (Objection, error) {
	o := r.Objection
	o.At, o.TakenAt, o.EndedAt, o.Due, o.By = instant(r.at), instant(r.taken), instant(r.ended), instant(r.due), instant(r.by)
	if o.Forgotten = r.sealed == ""; o.Forgotten {
		return o, nil
	}
	plain, err := s.Box.Open(r.sealed, objectionText(o.Realm, o.ID))
	if err != nil {
		return o, fmt.Errorf("open objection %s: %w", o.ID, err)
	}
	var t told
	err = json.Unmarshal(plain, &t)
	o.Words, o.Name, o.Phone = t.Words, t.Name, t.Phone
	return o, err
}

func (s *Service) objections(ctx context.Context, tx *db.Tx, q *db.Query) ([]Objection, error) {
	rows, err := db.All(ctx, tx, q, (*objectionRow).fields)
	out := make([]Objection, len(rows))
	for i, r := range rows {
		if out[i], err = s.decode(r); err != nil {
			return nil, err
		}
	}
	return out, err
}

func (s *Service) oneObjection(ctx context.Context, tx *db.Tx, q *db.Query) (Objection, error) {
	list, err := s.objections(ctx, tx, q)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Missing, "disclosure.objection_missing")
	}
	if err != nil {
		return Objection{}, err
	}
	return list[0], nil
}

func (s *Service) findObjection(ctx context.Context, tx *db.Tx, realm, id string) (Objection, error) {
	return s.oneObjection(ctx, tx, db.Q(`SELECT `+objectionColumns+` FROM deliberation_objection WHERE realm = ? AND id = ?`, realm, id))
}

func (s *Service) findNumber(ctx context.Context, tx *db.Tx, realm, number string) (Objection, error) {
	return s.oneObjection(ctx, tx, db.Q(`SELECT `+objectionColumns+` FROM deliberation_objection WHERE realm = ? AND number = ?`, realm, number))
}

// openObjections lists what is not answered at places, the most urgent first.
func (s *Service) openObjections(ctx context.Context, tx *db.Tx, realm string, spans [][2]int64, after page.Cursor, limit int) ([]Objection, error) {
	q := db.Q(`SELECT `+objectionColumns+` FROM deliberation_objection WHERE realm = ? AND due_at < ? AND (1 = 0`, realm, far)
	for _, one := range spans {
		q.Add(` OR place >= ? AND place < ?`, one[0], one[1])
	}
	return s.objections(ctx, tx, q.Add(`)`).If(after.More(), ` AND (due_at, id) > (?, ?)`, after.At, after.ID).Add(` ORDER BY due_at, id LIMIT ?`, limit))
}

// insertObjection stores an objection, unless its key or number is taken.
func (s *Service) insertObjection(ctx context.Context, tx *db.Tx, o Objection) (made bool, err error) {
	plain, err := json.Marshal(told{o.Words, o.Name, o.Phone})
	if err != nil {
		return false, err
	}
	sealed, err := s.Box.Seal(o.Realm, objectionText(o.Realm, o.ID), plain)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO deliberation_objection (`+objectionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		o.Realm, o.ID, o.Number, o.Notice, o.Place, sealed, o.State, o.Outcome, o.Deed, o.Answer, o.At.UnixMicro(), 0, 0, upTo(o.Due), o.By.UnixMicro(), 1)
	return n > 0, err
}

func updateObjection(ctx context.Context, tx *db.Tx, o Objection) error {
	n, err := tx.Exec(ctx, `
		UPDATE deliberation_objection SET state = ?, outcome = ?, deed = ?, answer = ?, taken_at = ?, ended_at = ?, due_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		o.State, o.Outcome, o.Deed, o.Answer, micros(o.TakenAt), micros(o.EndedAt), upTo(o.Due), o.Realm, o.ID, o.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "matter.stale")
	}
	return err
}

// countObjections counts the objections to a notice: not answered, all, upheld.
func countObjections(ctx context.Context, tx *db.Tx, realm, notice string) (open, all, upheld int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(SUM(CASE WHEN state <> ? THEN 1 ELSE 0 END), 0), COUNT(*), COALESCE(SUM(CASE WHEN state = ? AND outcome = ? THEN 1 ELSE 0 END), 0)
		FROM deliberation_objection WHERE realm = ? AND notice = ?`, Settled, Settled, Upheld, realm, notice).Scan(&open, &all, &upheld)
	return open, all, upheld, err
}

// answerMost bounds the answers that a notice's page shows.
const answerMost = 100

// answersOf lists the answers to objections to a notice that were released, the first one
// first. Nothing that is sealed is read.
func answersOf(ctx context.Context, tx *db.Tx, realm, notice string) ([]Answered, error) {
	type line struct {
		Answered
		at, ended int64
	}
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT number, outcome, deed, answer, at, ended_at FROM deliberation_objection
		WHERE realm = ? AND notice = ? AND state = ? ORDER BY at, id LIMIT ?`, realm, notice, Settled, answerMost),
		func(l *line) []any { return []any{&l.Number, &l.Outcome, &l.Deed, &l.Answer, &l.at, &l.ended} })
	out := make([]Answered, len(rows))
	for i, l := range rows {
		out[i] = l.Answered
		out[i].At, out[i].EndedAt = instant(l.at), instant(l.ended)
	}
	return out, err
}

// Sealed are the sealed columns of objections, to be closed again with a new key.
func Sealed() []seal.Column {
	return []seal.Column{{Name: "deliberation_objection.sealed", Find: findSealed, Replace: replaceSealed, Count: countSealed}}
}

func findSealed(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT id, sealed FROM deliberation_objection
		WHERE realm = ? AND id > ? AND sealed <> '' AND sealed NOT LIKE ? ORDER BY id LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = objectionText(realm, texts[i].Key)
	}
	return texts, err
}

func replaceSealed(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE deliberation_objection SET sealed = ? WHERE realm = ? AND id = ? AND sealed = ?`, sealed, realm, t.Key, t.Sealed)
}

func countSealed(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM deliberation_objection WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}

// overObjections lists answered objections whose words are still there; with only, that
// one, whatever its state.
func overObjections(ctx context.Context, tx *db.Tx, q retention.Question, only string) ([]retention.Item, error) {
	type ended struct {
		id    string
		state ObjectionState
		place int64
		when  int64
	}
	s := db.Q(`SELECT id, state, place, ended_at FROM deliberation_objection WHERE realm = ? AND sealed <> ''`, q.Realm).If(only != "", ` AND id = ?`, only)
	if only == "" {
		after := ""
		if len(q.After) > len(objection) {
			after = q.After[len(objection):]
		}
		s.Add(` AND state = ? AND ended_at <= ? AND id > ?`, Settled, q.Before.UnixMicro(), after)
	}
	rows, err := db.All(ctx, tx, s.Add(` ORDER BY id LIMIT ?`, max(q.Limit, 1)), func(e *ended) []any { return []any{&e.id, &e.state, &e.place, &e.when} })
	out := make([]retention.Item, len(rows))
	for i, e := range rows {
		out[i] = retention.Item{Kind: DataKind, Subject: objection + e.id, State: string(e.state), Place: e.place, Ended: time.UnixMicro(e.when), Open: e.state != Settled}
	}
	return out, err
}
