// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// readers is how many snapshots may be read at once.
const readers = 8

// embedded is SQLite in one file: one writer, a pool of readers.
type embedded struct {
	writer *writer
	pool   *sql.DB
	idle   chan *conn
}

func openSQLite(ctx context.Context, o Options) (*embedded, error) {
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	w, err := openWriter(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", o.Path, err)
	}
	pool, err := sql.Open("sqlite", dsn(o.Path, "query_only(1)", "cache_size(-8000)"))
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	pool.SetMaxOpenConns(readers)
	e := &embedded{writer: w, pool: pool, idle: make(chan *conn, readers)}
	for range readers {
		e.idle <- nil // opened when first wanted
	}
	return e, nil
}

// dsn names the file and the pragmas every connection begins with.
func dsn(path string, pragmas ...string) string {
	v := url.Values{}
	for _, p := range append([]string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)"}, pragmas...) {
		v.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// scrub takes what was removed out of the log of changes: what the file itself held
// of it was overwritten when it was removed (secure_delete).
func (e *embedded) scrub(ctx context.Context) error {
	var busy, pages, done int
	if err := e.writer.pool.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &done); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("db: somebody reads what was removed; try again later")
	}
	return nil
}

func (e *embedded) bare() *sql.DB { return e.writer.pool }

func (e *embedded) close() error {
	err := e.writer.close()
	for range readers {
		if c := <-e.idle; c != nil {
			c.close()
		}
	}
	return errors.Join(err, e.pool.Close())
}

func (e *embedded) write(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	return e.writer.do(ctx, fn)
}

func (e *embedded) read(ctx context.Context, fn func(*Tx) error) error {
	var c *conn
	select {
	case c = <-e.idle:
	case <-ctx.Done():
		return ctx.Err()
	}
	if c == nil {
		opened, err := e.pool.Conn(ctx)
		if err != nil {
			e.idle <- nil
			return err
		}
		c = &conn{sql: opened, stmts: map[string]*sql.Stmt{}}
	}
	defer func() { e.idle <- c }()
	if err := c.do("BEGIN"); err != nil {
		return err
	}
	err := (&Tx{engine: SQLite, on: c}).run(ctx, fn)
	return errors.Join(err, c.do("ROLLBACK"))
}

// conn is one connection with the statements it has prepared.
type conn struct {
	sql   *sql.Conn
	stmts map[string]*sql.Stmt
}

// maxStmts bounds the prepared statements of a connection; statements put
// together from parts could otherwise gather without end.
const maxStmts = 500

func (c *conn) stmt(query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	if len(c.stmts) >= maxStmts {
		for text, s := range c.stmts {
			s.Close()
			delete(c.stmts, text)
		}
	}
	s, err := c.sql.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = s
	return s, nil
}

// do runs a statement that must not be interrupted half-way.
func (c *conn) do(query string) error {
	_, err := c.exec(context.Background(), query, nil)
	return err
}

func (c *conn) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	s, err := c.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (c *conn) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	s, err := c.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// later runs at once: there is nobody to wait for.
func (c *conn) later(ctx context.Context, query string, args []any) error {
	_, err := c.exec(ctx, query, args)
	return err
}

func (c *conn) flush(context.Context) error { return nil }

func (c *conn) close() error {
	for _, s := range c.stmts {
		s.Close()
	}
	return c.sql.Close()
}
