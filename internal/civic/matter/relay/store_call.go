// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"
	"errors"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

const callColumns = `realm, id, matter, question, asker, body, state, outcome, caller, asked_at, done_at, tries, revision`

// callRow is a call as it is stored.
type callRow struct {
	Call
	at, done int64
}

func (r *callRow) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Matter, &r.Question, &r.Asker, &r.Body, &r.State, &r.Outcome, &r.Caller, &r.at, &r.done, &r.Tries, &r.Revision,
	}
}

func (r *callRow) read() Call {
	out := r.Call
	out.At, out.Done = instant(r.at), instant(r.done)
	return out
}

// insertCall stores a question. One waits at a matter.
func insertCall(ctx context.Context, tx *db.Tx, c Call) error {
	n, err := tx.Exec(ctx, `INSERT INTO matter_call (`+callColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		c.Realm, c.ID, c.Matter, c.Question, c.Asker, c.Body, c.State, c.Outcome, c.Caller, micros(c.At), micros(c.Done), c.Tries, c.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "relay.call_waits")
	}
	return err
}

func updateCall(ctx context.Context, tx *db.Tx, c Call) error {
	n, err := tx.Exec(ctx, `
		UPDATE matter_call SET state = ?, outcome = ?, caller = ?, done_at = ?, tries = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, c.State, c.Outcome, c.Caller, micros(c.Done), c.Tries, c.Realm, c.ID, c.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "relay.stale")
	}
	return err
}

func findCall(ctx context.Context, tx *db.Tx, realm, id string) (Call, error) {
	var r callRow
	err := tx.QueryRow(ctx, `SELECT `+callColumns+` FROM matter_call WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "relay.call_missing")
	}
	return r.read(), err
}

// calls lists the calls about a matter, the latest first.
func calls(ctx context.Context, tx *db.Tx, realm, matter string, limit int) ([]Call, error) {
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT `+callColumns+` FROM matter_call WHERE realm = ? AND matter = ? ORDER BY id DESC LIMIT ?`, realm, matter, limit), (*callRow).fields)
	out := make([]Call, len(rows))
	for i := range rows {
		out[i] = rows[i].read()
	}
	return out, err
}

// ofCall lists the requests that wait or run for a call.
func ofCall(ctx context.Context, tx *db.Tx, realm, matter, call string) ([]Reveal, error) {
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT `+columns+` FROM matter_reveal
		WHERE realm = ? AND matter = ? AND call = ? AND (state = 'asked' OR state = 'approved')`, realm, matter, call), (*row).fields)
	return read(rows), err
}
