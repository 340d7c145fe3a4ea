// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package admission

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

const columns = `a.realm, a.id, a.once, a.title, a.body, a.area, a.lo, a.hi, a.nature, a.answers, a.until_on, a.state, a.version,
	a.revision, a.applicant, a.checker, a.reviewer, a.minutes, a.trial_area, a.trial_lo, a.trial_hi, a.trial_until, a.entered_at, a.due_at, a.timer_at`

// row is an application as it is stored.
type row struct {
	Application
	once, entered, due, timer int64
	answers                   string
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.once, &r.Title, &r.Body, &r.Area, &r.Lo, &r.Hi, &r.Nature, &r.answers, &r.Until, &r.State, &r.Version,
		&r.Revision, &r.Applicant, &r.Checker, &r.Reviewer, &r.Minutes, &r.Trial.Area, &r.Trial.Lo, &r.Trial.Hi, &r.Trial.Until,
		&r.entered, &r.due, &r.timer,
	}
}

func (r *row) read() (Application, error) {
	a := r.Application
	a.Once, a.EnteredAt, a.Due, a.Timer = r.once != 0, instant(r.entered), instant(r.due), instant(r.timer)
	return a, json.Unmarshal([]byte(r.answers), &a.Answers)
}

// instant reads a stored instant; 0 is none.
func instant(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro)
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// insert stores an application with its types, unless it is there.
func insert(ctx context.Context, tx *db.Tx, a Application) (made bool, err error) {
	answers, err := json.Marshal(a.Answers)
	if err != nil {
		return false, err
	}
	once := int64(0)
	if a.Once {
		once = 1
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO admission (realm, id, once, title, body, area, lo, hi, nature, answers, until_on, state, version, revision,
		  applicant, checker, reviewer, minutes, trial_area, trial_lo, trial_hi, trial_until, entered_at, due_at, timer_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		a.Realm, a.ID, once, a.Title, a.Body, a.Area, a.Lo, a.Hi, a.Nature, string(answers), a.Until, a.State, a.Version, a.Revision,
		a.Applicant, a.Checker, a.Reviewer, a.Minutes, a.Trial.Area, a.Trial.Lo, a.Trial.Hi, a.Trial.Until,
		micro(a.EnteredAt), micro(a.Due), micro(a.Timer))
	if err != nil || n == 0 {
		return false, err
	}
	for _, code := range a.Types {
		if _, err := tx.Exec(ctx, `INSERT INTO admission_type (realm, code, admission) VALUES (?, ?, ?)`, a.Realm, code, a.ID); err != nil {
			return false, err
		}
	}
	return true, nil
}

func update(ctx context.Context, tx *db.Tx, a Application) error {
	n, err := tx.Exec(ctx, `
		UPDATE admission SET state = ?, checker = ?, reviewer = ?, minutes = ?, trial_area = ?, trial_lo = ?, trial_hi = ?, trial_until = ?,
		  entered_at = ?, due_at = ?, timer_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`,
		a.State, a.Checker, a.Reviewer, a.Minutes, a.Trial.Area, a.Trial.Lo, a.Trial.Hi, a.Trial.Until,
		micro(a.EnteredAt), micro(a.Due), micro(a.Timer), a.Realm, a.ID, a.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "matter.stale")
	}
	return err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Application, error) {
	var r row
	err := tx.QueryRow(ctx, `SELECT `+columns+` FROM admission a WHERE a.realm = ? AND a.id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		return Application{}, fault.New(fault.Missing, "admission.missing")
	}
	if err != nil {
		return Application{}, err
	}
	return withTypes(ctx, tx, r)
}

func withTypes(ctx context.Context, tx *db.Tx, r row) (Application, error) {
	a, err := r.read()
	if err != nil {
		return a, err
	}
	codes, err := db.All(ctx, tx, db.Q(`SELECT code FROM admission_type WHERE realm = ? AND admission = ? ORDER BY code`, a.Realm, a.ID),
		func(code *string) []any { return []any{code} })
	a.Types = codes
	return a, err
}

// inState lists applications of a state in the order they were made.
func inState(ctx context.Context, tx *db.Tx, realm string, state procedure.State, after string, limit int) ([]Application, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+columns+` FROM admission a WHERE a.realm = ? AND a.state = ? AND a.id > ? ORDER BY a.id LIMIT ?`,
		realm, state, after, limit), (*row).fields)
	if err != nil {
		return nil, err
	}
	out := make([]Application, len(rows))
	for i, r := range rows {
		if out[i], err = withTypes(ctx, tx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ofType lists the applications, in whatever state, that send a type of matter.
func ofType(ctx context.Context, tx *db.Tx, realm, code string) ([]Application, error) {
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT `+columns+` FROM admission_type t JOIN admission a ON a.realm = t.realm AND a.id = t.admission
		WHERE t.realm = ? AND t.code = ?`, realm, code), (*row).fields)
	out := make([]Application, 0, len(rows))
	for _, r := range rows {
		a, bad := r.read()
		if bad != nil {
			return nil, bad
		}
		out = append(out, a)
	}
	return out, err
}

func expired(ctx context.Context, tx *db.Tx, realm string, now time.Time, limit int) ([]string, error) {
	return db.All(ctx, tx, db.Q(`SELECT id FROM admission WHERE realm = ? AND timer_at > 0 AND timer_at <= ? ORDER BY timer_at LIMIT ?`,
		realm, now.UnixMicro(), limit), func(id *string) []any { return []any{id} })
}

func appendEvent(ctx context.Context, tx *db.Tx, a Application, e Event) error {
	answers, err := json.Marshal(e.Answers)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO admission_event (realm, admission, seq, action, state, actor, role, answers, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.Realm, a.ID, e.Seq, e.Action, e.State, e.Actor, e.Role, string(answers), e.At.UnixMicro())
	return err
}

func events(ctx context.Context, tx *db.Tx, realm, id string) ([]Event, error) {
	type stored struct {
		Event
		answers string
		at      int64
	}
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT seq, action, state, actor, role, answers, at FROM admission_event WHERE realm = ? AND admission = ? ORDER BY seq`, realm, id),
		func(r *stored) []any { return []any{&r.Seq, &r.Action, &r.State, &r.Actor, &r.Role, &r.answers, &r.at} })
	out := make([]Event, len(rows))
	for i, r := range rows {
		out[i] = r.Event
		out[i].At = instant(r.at)
		if bad := json.Unmarshal([]byte(r.answers), &out[i].Answers); bad != nil {
			return nil, bad
		}
	}
	return out, err
}

// latest is the number of the list and when it last changed; 0 before there is one.
func latest(ctx context.Context, tx *db.Tx, realm string) (number int, at time.Time, err error) {
	var stored int64
	err = tx.QueryRow(ctx, `SELECT number, at FROM admission_list WHERE realm = ? ORDER BY number DESC LIMIT 1`, realm).Scan(&number, &stored)
	if errors.Is(err, db.ErrNoRows) {
		return 0, time.Time{}, nil
	}
	return number, instant(stored), err
}

// renumber keeps a change of the list under the next number.
func renumber(ctx context.Context, tx *db.Tx, a Application, act string, at time.Time) error {
	number, _, err := latest(ctx, tx, a.Realm)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO admission_list (realm, number, admission, act, at) VALUES (?, ?, ?, ?, ?)`,
		a.Realm, number+1, a.ID, act, at.UnixMicro())
	return err
}

func insertAttempt(ctx context.Context, tx *db.Tx, realm string, a Attempt) error {
	_, err := tx.Exec(ctx, `INSERT INTO admission_attempt (realm, id, code, body, place, actor, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		realm, a.ID, a.Code, a.Body, a.Place, a.Actor, a.At.UnixMicro())
	return err
}

func attempts(ctx context.Context, tx *db.Tx, realm string, after page.Cursor, limit int) ([]Attempt, error) {
	type stored struct {
		Attempt
		at int64
	}
	rows, err := db.All(ctx, tx, db.Q(`SELECT id, code, body, place, actor, at FROM admission_attempt WHERE realm = ?`, realm).
		If(after.More(), ` AND (at, id) < (?, ?)`, after.At, after.ID).Add(` ORDER BY at DESC, id DESC LIMIT ?`, limit),
		func(r *stored) []any { return []any{&r.ID, &r.Code, &r.Body, &r.Place, &r.Actor, &r.at} })
	out := make([]Attempt, len(rows))
	for i, r := range rows {
		out[i] = r.Attempt
		out[i].At = instant(r.at)
	}
	return out, err
}
