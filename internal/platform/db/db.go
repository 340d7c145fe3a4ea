// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package db runs one SQL text on SQLite and on PostgreSQL.
//
// Statements are written once, with ? for arguments. What the engines do
// differently is hidden here and in the few packages that ask for Engine.
//
//	db.go      opening, durable writes (InTx) and reads (View)
//	tx.go      a transaction: statements, values, what runs at its end
//	bind.go    ? and $n
//	query.go   statements that are put together from parts
//	sqlite.go  the embedded engine: one writer that commits in groups, a pool of readers
//	postgres.go the server engine
//	bare.go    the engine alone, to measure against
//	error.go   what the engines' errors mean
package db

import (
	"context"
	"database/sql"
	"errors"
)

// Engine names a database engine.
type Engine string

// The engines. Citus speaks as Postgres does.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options say which database to open. URL wins over Path.
type Options struct {
	Path     string // SQLite file, created if absent
	URL      string // postgres://…
	MaxPages int    // SQLite: quota of the file in pages of 4 KiB; 0 is none
	MaxConns int    // PostgreSQL: connections at most; 0 is 16
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine Engine
	store  store
}

// store is what an engine does for DB.
type store interface {
	write(ctx context.Context, fn func(*Tx) error) (after []func(), err error)
	read(ctx context.Context, fn func(*Tx) error) error
	bare() *sql.DB
	scrub(ctx context.Context) error
	close() error
}

// Open opens the database that o names. It does not migrate it.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.URL != "" {
		s, err := openPostgres(ctx, o)
		if err != nil {
			return nil, err
		}
		return &DB{engine: Postgres, store: s}, nil
	}
	if o.Path == "" {
		return nil, errors.New("db: neither a path nor a URL")
	}
	s, err := openSQLite(ctx, o)
	if err != nil {
		return nil, err
	}
	return &DB{engine: SQLite, store: s}, nil
}

// Engine says which engine d runs on.
func (d *DB) Engine() Engine { return d.engine }

// Bare gives package migrate the handle that its library works on. Everything
// else uses InTx and View.
func (d *DB) Bare() *sql.DB { return d.store.bare() }

// Scrub takes what was removed off the disk as far as that is in our hands. On
// SQLite it empties the log of changes, and fails while somebody reads an older
// state. On PostgreSQL it does nothing: there its own vacuum does that in time.
func (d *DB) Scrub(ctx context.Context) error { return d.store.scrub(ctx) }

// Close waits for writes that have begun and closes the database.
func (d *DB) Close() error { return d.store.close() }

// InTx runs fn in a transaction and returns nil only when what fn did is
// committed and on disk. If fn returns an error nothing of it is kept.
//
// On SQLite one writer runs the waiting use cases one after another, each in a
// savepoint, and commits them together: so fn must be quick, must not touch the
// outside, and must not call InTx. On both engines fn may run more than once;
// only its last run counts, so it sets what it returns anew each time.
func (d *DB) InTx(ctx context.Context, fn func(*Tx) error) error {
	after, err := d.store.write(ctx, fn)
	if err != nil {
		return meaning(err)
	}
	for _, f := range after {
		f()
	}
	return nil
}

// View runs fn on a snapshot that does not change while fn reads.
func (d *DB) View(ctx context.Context, fn func(*Tx) error) error {
	return d.store.read(ctx, fn)
}
