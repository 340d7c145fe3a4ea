// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package db

import (
	"context"
	"strconv"
	"strings"
	"sync"
)

// bound remembers statements already numbered: there are as many as the program
// has texts.
var bound sync.Map

// number turns ? into $1, $2, … outside quoted text.
func number(query string) string {
	if done, ok := bound.Load(query); ok {
		return done.(string)
	}
	var b strings.Builder
	n, quoted := 0, false
	for _, r := range query {
		switch {
		case r == '\'':
			quoted = !quoted
		case r == '?' && !quoted:
			n++
			b.WriteString("$" + strconv.Itoa(n))
			continue
		}
		b.WriteRune(r)
	}
	if len(query) < 4096 {
		bound.Store(query, b.String())
	}
	return b.String()
}

// Query is a statement put together from parts.
type Query struct {
	text strings.Builder
	args []any
}

// Q begins a statement.
func Q(text string, args ...any) *Query { return new(Query).Add(text, args...) }

// Add appends a part.
func (q *Query) Add(text string, args ...any) *Query {
	q.text.WriteString(text)
	q.args = append(q.args, args...)
	return q
}

// Begins appends that a column of digits begins with one of some codes; none is any.
func (q *Query) Begins(column string, codes []string) *Query {
	for i, code := range codes {
		q.If(i == 0, ` AND (`).If(i > 0, ` OR `)
		q.Add(column+` >= ? AND `+column+` < ?`, code, code+":") // a colon follows the digits
	}
	return q.If(len(codes) > 0, `)`)
}

// If appends a part when cond holds.
func (q *Query) If(cond bool, text string, args ...any) *Query {
	if cond {
		q.Add(text, args...)
	}
	return q
}

// Text returns the statement.
func (q *Query) Text() string { return q.text.String() }

// Args returns the arguments in their order.
func (q *Query) Args() []any { return q.args }

// Locked has the rows that are read stay as they are until the transaction ends:
// on SQLite its one writer sees to that anyway.
func (q *Query) Locked(t *Tx) *Query { return q.If(t.Engine() == Postgres, ` FOR UPDATE`) }

// Exec runs the statement.
func (q *Query) Exec(ctx context.Context, t *Tx) (int64, error) {
	return t.Exec(ctx, q.Text(), q.args...)
}

// Later runs the statement as Tx.Later does.
func (q *Query) Later(ctx context.Context, t *Tx) error {
	return t.Later(ctx, q.Text(), q.args...)
}

// Row runs the statement for one row.
func (q *Query) Row(ctx context.Context, t *Tx) *Row {
	return t.QueryRow(ctx, q.Text(), q.args...)
}

// All runs q and returns its rows, each scanned into the fields that scan names.
func All[T any](ctx context.Context, t *Tx, q *Query, scan func(*T) []any) ([]T, error) {
	rows, err := t.Query(ctx, q.Text(), q.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if err := rows.Scan(scan(&v)...); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
