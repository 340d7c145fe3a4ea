// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package db

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
)

// ErrNoRows says that a query for one row found none.
var ErrNoRows = sql.ErrNoRows

// Tx is one transaction. Core and civic packages take it as an argument and
// never begin one of their own inside another.
type Tx struct {
	engine Engine
	on     runner
	values map[any]any
	ends   map[string]func(context.Context, *Tx) error
	after  []func()
}

// runner carries out statements in an engine's own words. What later was given
// runs before anything else does, and at the latest when flush is called.
type runner interface {
	exec(ctx context.Context, query string, args []any) (sql.Result, error)
	query(ctx context.Context, query string, args []any) (*sql.Rows, error)
	later(ctx context.Context, query string, args []any) error
	flush(ctx context.Context) error
}

// Engine says which engine the transaction runs on, for the few statements that
// have to differ.
func (t *Tx) Engine() Engine { return t.engine }

// Exec runs a statement and reports how many rows it touched.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := t.on.exec(ctx, query, args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Later runs a statement whose outcome nobody looks at: in its order, before the
// next other statement and before the commit. If it fails, so does the
// transaction, if not here then there. On PostgreSQL such statements travel
// together, which saves their waiting for one another's answers.
func (t *Tx) Later(ctx context.Context, query string, args ...any) error {
	return t.on.later(ctx, query, args)
}

// Query runs a query; the caller closes the rows before the next statement.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.on.query(ctx, query, args)
}

// QueryRow runs a query of which one row is wanted.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	rows, err := t.on.query(ctx, query, args)
	return &Row{rows: rows, err: err}
}

// Row is the answer to QueryRow.
type Row struct {
	rows *sql.Rows
	err  error
}

// Scan copies the row's columns into dest, or returns ErrNoRows.
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		return errors.Join(r.rows.Err(), ErrNoRows)
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	return r.rows.Close()
}

// SetValue keeps v under key until the transaction ends.
func (t *Tx) SetValue(key, v any) {
	if t.values == nil {
		t.values = map[any]any{}
	}
	t.values[key] = v
}

// Value returns what SetValue kept under key, or nil.
func (t *Tx) Value(key any) any { return t.values[key] }

// AtEnd has fn run after the use case and before the commit. Functions run in
// the order of their keys, so that rows many transactions want are locked last
// and in one order; a second fn under a key replaces the first.
func (t *Tx) AtEnd(key string, fn func(context.Context, *Tx) error) {
	if t.ends == nil {
		t.ends = map[string]func(context.Context, *Tx) error{}
	}
	t.ends[key] = fn
}

// AfterCommit has fn run once the commit holds, on the caller's goroutine.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

// run carries out one use case: fn, then what it asked for at the end.
func (t *Tx) run(ctx context.Context, fn func(*Tx) error) error {
	if err := fn(t); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(t.ends)) {
		if err := t.ends[key](ctx, t); err != nil {
			return err
		}
	}
	return t.on.flush(ctx)
}
