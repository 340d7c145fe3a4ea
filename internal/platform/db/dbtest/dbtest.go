// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package dbtest gives tests a real, migrated database on each engine.
//
// SQLite is a file in the test's own folder. For PostgreSQL the first test that
// wants it starts a private cluster of the machine's own binaries, on a socket
// in a temporary folder; it ends with the test process. PAVILION_TEST_POSTGRES
// names a server to use instead. Where there is none the test is skipped with a
// line that says so, or fails when PAVILION_TEST_REQUIRE lists "postgres".
package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/migrate"
	"pavilion/migrations"
)

// Each runs fn once on each engine.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t)) })
}

// Required reports whether PAVILION_TEST_REQUIRE lists name, so that a missing
// tool fails the test instead of skipping it.
func Required(name string) bool {
	return slices.Contains(strings.Split(os.Getenv("PAVILION_TEST_REQUIRE"), ","), name)
}

// SQLite returns an empty, migrated database in the test's folder.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return SQLiteAt(t, filepath.Join(t.TempDir(), "pavilion.db"), db.Options{})
}

// SQLiteAt returns an empty, migrated database in the given file.
func SQLiteAt(t testing.TB, path string, o db.Options) *db.DB {
	t.Helper()
	empty, err := emptySQLite()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	o.Path = path
	return open(t, o)
}

// emptySQLite is a migrated file, made once for each test process.
var emptySQLite = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "pavilion-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "empty.db")
	if err := migrated(db.Options{Path: path}); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// count numbers the databases of this test process.
var count atomic.Int64

// Postgres returns an empty, migrated database, or skips.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, db.Options{URL: PostgresURL(t), MaxConns: 12})
}

// PostgresURL returns the address of an empty, migrated database, or skips.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server, err := cluster()
	if err != nil {
		if Required("postgres") {
			t.Fatalf("PostgreSQL is required: %v", err)
		}
		t.Skipf("no PostgreSQL for this test: %v", err)
	}
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), count.Add(1))
	if err := server.create(name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.drop(name) })
	return server.url(name)
}

func open(t testing.TB, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// migrated brings the database that o names to the present schema.
func migrated(o db.Options) error {
	ctx := context.Background()
	d, err := db.Open(ctx, o)
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = migrate.Up(ctx, d, migrations.FS())
	return err
}
