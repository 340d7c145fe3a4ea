// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package migrate_test

import (
	"errors"
	"sync"
	"testing"
	"testing/fstest"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/migrate"
	"pavilion/migrations"
)

func TestUpIsDoneOnceAndLeavesOutTheOtherEngine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if names, err := migrate.Up(t.Context(), d, migrations.FS()); err != nil || len(names) != 0 {
			t.Errorf("a database that is up to date got %v, %v", names, err)
		}
		files := fstest.MapFS{
			"9001_both.sql":            {Data: []byte("-- +goose Up\nCREATE TABLE db_both (id BIGINT);\n")},
			"9002_differ.sqlite.sql":   {Data: []byte("-- +goose Up\nCREATE TABLE db_sqlite (id BIGINT);\n")},
			"9002_differ.postgres.sql": {Data: []byte("-- +goose Up\nCREATE TABLE db_postgres (id BIGINT);\n")},
		}
		for name, f := range all(t) {
			files[name] = f
		}
		names, err := migrate.Up(t.Context(), d, files)
		if err != nil || len(names) != 2 {
			t.Fatalf("applied %v, %v; want two", names, err)
		}
		err = d.InTx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO db_`+string(d.Engine())+` (id) VALUES (1)`)
			return err
		})
		if err != nil {
			t.Errorf("the engine's own table: %v", err)
		}
		if _, err := migrate.Up(t.Context(), d, migrations.FS()); !errors.Is(err, migrate.ErrNewer) {
			t.Errorf("an older program got %v, want ErrNewer", err)
		}
	})
}

// TestServersThatStartTogether has several servers bring one database up to date.
func TestServersThatStartTogether(t *testing.T) {
	d := dbtest.Postgres(t)
	files := all(t)
	files["9001_together.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE db_together (id BIGINT);\n")}
	applied, failed := make([]int, 4), make([]error, 4)
	var wait sync.WaitGroup
	for i := range applied {
		wait.Go(func() {
			names, err := migrate.Up(t.Context(), d, files)
			applied[i], failed[i] = len(names), err
		})
	}
	wait.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}
	if sum := applied[0] + applied[1] + applied[2] + applied[3]; sum != 1 {
		t.Errorf("the migration was applied %d times", sum)
	}
}

func TestAFailingMigrationLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		files := all(t)
		files["9001_half.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE db_half (id BIGINT);\nCREATE TABLE nonsense;\n")}
		if _, err := migrate.Up(t.Context(), d, files); err == nil {
			t.Fatal("nonsense was applied")
		}
		s, err := migrate.Check(t.Context(), d, migrations.FS())
		if err != nil || s.Version != s.Latest {
			t.Errorf("it stands at %+v, %v", s, err)
		}
		err = d.InTx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO db_half (id) VALUES (1)`)
			return err
		})
		if err == nil {
			t.Error("half of a migration is there")
		}
	})
}

// all copies the real migrations.
func all(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	entries, err := migrations.FS().ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := migrations.FS().ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = &fstest.MapFile{Data: text}
	}
	return out
}
