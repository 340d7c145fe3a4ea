// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package migrate brings a database to the schema this program was built with.
package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"pavilion/internal/platform/db"
)

// ErrNewer says that the database was migrated by a newer program than this one.
var ErrNewer = errors.New("the database is newer than this program: use the program that migrated it, or a newer one")

// Servers that start together ask for the lock every second for five minutes.
const (
	lockEvery = 1
	lockTries = 300
)

// Status says where a database stands.
type Status struct {
	Version int64 // the last migration that the database has
	Latest  int64 // the last migration that this program has
}

// Up applies the migrations in fsys that d lacks, each in a transaction and,
// on PostgreSQL, under a lock that other instances wait for. It returns the
// names of those applied, and ErrNewer if d is ahead of fsys.
func Up(ctx context.Context, d *db.DB, fsys fs.FS) ([]string, error) {
	p, err := provider(d, fsys)
	if err != nil {
		return nil, err
	}
	if _, err := check(ctx, p); err != nil {
		return nil, err
	}
	results, err := p.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	var names []string
	for _, r := range results {
		names = append(names, r.Source.Path)
	}
	return names, nil
}

// Check says where d stands, without changing it, and returns ErrNewer if it is
// ahead of fsys.
func Check(ctx context.Context, d *db.DB, fsys fs.FS) (Status, error) {
	p, err := provider(d, fsys)
	if err != nil {
		return Status{}, err
	}
	return check(ctx, p)
}

func check(ctx context.Context, p *goose.Provider) (Status, error) {
	version, latest, err := p.GetVersions(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("read schema version: %w", err)
	}
	s := Status{Version: version, Latest: latest}
	if version > latest {
		return s, fmt.Errorf("schema %d, this program knows %d: %w", version, latest, ErrNewer)
	}
	return s, nil
}

func provider(d *db.DB, fsys fs.FS) (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	dialect := goose.DialectSQLite3
	if d.Engine() == db.Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockEvery, lockTries))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialect, d.Bare(), engineFiles{fsys, d.Engine()}, options...)
}

// engineFiles is a folder of migrations without those for the other engine.
type engineFiles struct {
	fs.FS
	engine db.Engine
}

// ReadDir lists the folder less the files called NNNN_name.<other engine>.sql.
func (e engineFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(e.FS, name)
	return slices.DeleteFunc(all, func(d fs.DirEntry) bool {
		parts := strings.Split(d.Name(), ".")
		return len(parts) == 3 && parts[1] != string(e.engine)
	}), err
}
