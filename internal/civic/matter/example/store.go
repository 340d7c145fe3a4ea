// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package example

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/platform/db"
)

const columns = `realm, id, matter, type, area, body, days, title, story, result, state, reason, proposer, releaser, proposed_at, decided_at, revision`

// row is an example as it is stored.
type row struct {
	Example
	at, decided int64
}

func (r *row) fields() []any {
	return []any{
		&r.Realm, &r.ID, &r.Matter, &r.Type, &r.Area, &r.Body, &r.Days, &r.Title, &r.Story, &r.Result, &r.State, &r.Reason,
		&r.Proposer, &r.Releaser, &r.at, &r.decided, &r.Revision,
	}
}

func (r *row) read() Example {
	e := r.Example
	e.At = time.UnixMicro(r.at)
	if r.decided > 0 {
		e.Decided = time.UnixMicro(r.decided)
	}
	return e
}

// insert stores a proposal. A matter is told once.
func insert(ctx context.Context, tx *db.Tx, e Example) error {
	n, err := tx.Exec(ctx, `
		INSERT INTO matter_example (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		e.Realm, e.ID, e.Matter, e.Type, e.Area, e.Body, e.Days, e.Title, e.Story, e.Result, e.State, e.Reason,
		e.Proposer, e.Releaser, e.At.UnixMicro(), 0, e.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "example.told")
	}
	return err
}

func update(ctx context.Context, tx *db.Tx, e Example) error {
	n, err := tx.Exec(ctx, `
		UPDATE matter_example SET state = ?, reason = ?, releaser = ?, decided_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, e.State, e.Reason, e.Releaser, e.Decided.UnixMicro(), e.Realm, e.ID, e.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "matter.stale")
	}
	return err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (Example, error) {
	var r row
	err := tx.QueryRow(ctx, `SELECT `+columns+` FROM matter_example WHERE realm = ? AND id = ?`, realm, id).Scan(r.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "example.missing")
	}
	return r.read(), err
}

func list(ctx context.Context, tx *db.Tx, realm string, state State, after page.Cursor, limit int) ([]Example, error) {
	rows, err := db.All(ctx, tx, db.Q(`SELECT `+columns+` FROM matter_example WHERE realm = ? AND state = ?`, realm, state).
		If(after.More(), ` AND (proposed_at, id) < (?, ?)`, after.At, after.ID).Add(` ORDER BY proposed_at DESC, id DESC LIMIT ?`, limit), (*row).fields)
	out := make([]Example, len(rows))
	for i, r := range rows {
		out[i] = r.read()
	}
	return out, err
}
