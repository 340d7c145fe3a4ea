// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package commitment

import (
	"context"
	"errors"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

const columns = `realm, id, title, wording, due_on, area, place, body, subject, state, result, done_on, revision`

func (c *Commitment) fields() []any {
	return []any{&c.Realm, &c.ID, &c.Title, &c.Wording, &c.Due, &c.Area, &c.Place, &c.Body, &c.Subject, &c.State, &c.Result, &c.Done, &c.Revision}
}

// insert stores a promise, unless it is there.
func insert(ctx context.Context, tx *db.Tx, c Commitment) (made bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO commitment (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		c.Realm, c.ID, c.Title, c.Wording, c.Due, c.Area, c.Place, c.Body, c.Subject, c.State, c.Result, c.Done, c.Revision)
	return n > 0, err
}

func update(ctx context.Context, tx *db.Tx, c Commitment) error {
	n, err := tx.Exec(ctx, `
		UPDATE commitment SET wording = ?, due_on = ?, state = ?, result = ?, done_on = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND revision = ?`, c.Wording, c.Due, c.State, c.Result, c.Done, c.Realm, c.ID, c.Revision)
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "matter.stale")
	}
	return err
}

// publish stores what a second person decided on a promise's words.
func publish(ctx context.Context, tx *db.Tx, c Commitment) error {
	_, err := tx.Exec(ctx, `UPDATE commitment SET title = ?, state = ?, result = ?, done_on = ?, revision = ? WHERE realm = ? AND id = ?`,
		c.Title, c.State, c.Result, c.Done, c.Revision, c.Realm, c.ID)
	return err
}

func find(ctx context.Context, tx *db.Tx, realm, id string) (c Commitment, err error) {
	err = tx.QueryRow(ctx, `SELECT `+columns+` FROM commitment WHERE realm = ? AND id = ?`, realm, id).Scan(c.fields()...)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.Missing, "commitment.missing")
	}
	return c, err
}

// list lists commitments of one state by day, after "day/id".
func list(ctx context.Context, tx *db.Tx, realm string, state State, after string, limit int) ([]Commitment, error) {
	day, id, more := strings.Cut(after, "/")
	q := db.Q(`SELECT `+columns+` FROM commitment WHERE realm = ? AND state = ?`, realm, state)
	if state == Announced {
		q.If(more, ` AND (due_on, id) > (?, ?)`, day, id).Add(` ORDER BY due_on, id LIMIT ?`, limit)
	} else {
		q.If(more, ` AND (due_on, id) < (?, ?)`, day, id).Add(` ORDER BY due_on DESC, id DESC LIMIT ?`, limit)
	}
	return db.All(ctx, tx, q, (*Commitment).fields)
}

func appendEvent(ctx context.Context, tx *db.Tx, c Commitment, e Event, account string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO commitment_event (realm, commitment, seq, act, due_on, reason, account, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		c.Realm, c.ID, c.Revision, e.Act, e.Due, e.Reason, account, e.At.UnixMicro())
	return err
}

// setReason fills in the reason of a line of history, once it is released.
func setReason(ctx context.Context, tx *db.Tx, c Commitment, seq int, reason string) error {
	_, err := tx.Exec(ctx, `UPDATE commitment_event SET reason = ? WHERE realm = ? AND commitment = ? AND seq = ?`, reason, c.Realm, c.ID, seq)
	return err
}

func events(ctx context.Context, tx *db.Tx, realm, id string) ([]Event, error) {
	type row struct {
		Event
		at int64
	}
	rows, err := db.All(ctx, tx, db.Q(`
		SELECT act, due_on, reason, at FROM commitment_event WHERE realm = ? AND commitment = ? ORDER BY seq`, realm, id),
		func(r *row) []any { return []any{&r.Act, &r.Due, &r.Reason, &r.at} })
	out := make([]Event, len(rows))
	for i, r := range rows {
		r.At = time.UnixMicro(r.at)
		out[i] = r.Event
	}
	return out, err
}
