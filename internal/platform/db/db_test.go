// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// add stores one row of the jobs table, which every migrated database has.
func add(ctx context.Context, t *db.Tx, id, body string) error {
	_, err := t.Exec(ctx, `
		INSERT INTO jobs_job (realm, id, kind, body, state, run_at, attempt, lease_until, failure)
		VALUES ('r', ?, 'k', ?, 'ready', 0, 0, 0, '')`, id, body)
	return err
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.View(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT count(*) FROM jobs_job`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOneFailingUseCaseRollsBackAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		refused := errors.New("refused")
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				err := d.InTx(t.Context(), func(tx *db.Tx) error {
					if err := add(t.Context(), tx, fmt.Sprint(i), ""); err != nil {
						return err
					}
					if i%4 == 0 {
						return refused
					}
					return nil
				})
				if want := i%4 == 0; errors.Is(err, refused) != want || (err != nil) != want {
					t.Errorf("use case %d: %v", i, err)
				}
			})
		}
		all.Wait()
		if n := count(t, d); n != 48 {
			t.Errorf("%d rows are kept, want the 48 whose use case returned nil", n)
		}
	})
}

func TestDuplicatesAreRecognised(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		twice := func() error {
			return d.InTx(t.Context(), func(tx *db.Tx) error { return add(t.Context(), tx, "same", "") })
		}
		if err := twice(); err != nil {
			t.Fatal(err)
		}
		if err := twice(); !db.IsDuplicate(err) {
			t.Errorf("a taken key gave %v, want a duplicate", err)
		}
	})
}

func TestWhatRunsAtTheEndAndAfter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var order []string
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			order = nil
			say := func(s string) func(context.Context, *db.Tx) error {
				return func(context.Context, *db.Tx) error { order = append(order, s); return nil }
			}
			tx.AfterCommit(func() { order = append(order, "after") })
			tx.AtEnd("b", say("b"))
			tx.AtEnd("a", say("a"))
			tx.SetValue("k", 1)
			if tx.Value("k") != 1 {
				t.Error("the transaction forgot a value")
			}
			order = append(order, "fn")
			return nil
		})
		if got := strings.Join(order, " "); err != nil || got != "fn a b after" {
			t.Errorf("order is %q (%v), want: fn a b after", got, err)
		}
	})
}

func TestLaterKeepsItsOrderAndItsFailure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		later := func(tx *db.Tx, id, body string) error {
			return tx.Later(t.Context(), `
				INSERT INTO jobs_job (realm, id, kind, body, state, run_at, attempt, lease_until, failure)
				VALUES ('r', ?, 'k', ?, 'ready', 0, 0, 0, '')`, id, body)
		}
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			if err := later(tx, "a", "first"); err != nil {
				return err
			}
			n, err := tx.Exec(t.Context(), `UPDATE jobs_job SET body = 'second' WHERE realm = 'r' AND id = 'a'`)
			if n != 1 {
				t.Errorf("the next statement saw %d rows of what was to run before it", n)
			}
			return errors.Join(err, later(tx, "b", "last"))
		})
		if n := count(t, d); err != nil || n != 2 {
			t.Fatalf("%d rows are kept, %v", n, err)
		}
		err = d.InTx(t.Context(), func(tx *db.Tx) error {
			return errors.Join(later(tx, "c", "good"), later(tx, "a", "taken"))
		})
		if n := count(t, d); !db.IsDuplicate(err) || n != 2 {
			t.Errorf("a taken key later gave %v and %d rows, want a duplicate and 2", err, n)
		}
	})
}

func TestAPanicReachesItsCallerOnly(t *testing.T) {
	d := dbtest.SQLite(t)
	func() {
		defer func() {
			if p := recover(); p == nil || !strings.Contains(fmt.Sprint(p), "lost count") {
				t.Errorf("the caller got %v, want the panic", p)
			}
		}()
		d.InTx(t.Context(), func(tx *db.Tx) error {
			if err := add(t.Context(), tx, "before", ""); err != nil {
				return err
			}
			panic("lost count")
		})
	}()
	if n := count(t, d); n != 0 {
		t.Errorf("%d rows are kept of a use case that panicked", n)
	}
	if err := d.InTx(t.Context(), func(tx *db.Tx) error { return add(t.Context(), tx, "next", "") }); err != nil {
		t.Errorf("the next use case: %v", err)
	}
}

func TestAReaderCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.View(t.Context(), func(tx *db.Tx) error { return add(t.Context(), tx, "sly", "") })
		if err == nil {
			t.Error("a row was written in View")
		}
	})
}

func TestAFullDiskIsSaidAndTheOthersAreKept(t *testing.T) {
	d := dbtest.SQLiteAt(t, filepath.Join(t.TempDir(), "small.db"), db.Options{MaxPages: 200})
	big := strings.Repeat("x", 2<<20)
	var all sync.WaitGroup
	var mu sync.Mutex
	kept := 0
	for i := range 40 {
		all.Go(func() {
			body := ""
			if i%8 == 0 {
				body = big
			}
			err := d.InTx(t.Context(), func(tx *db.Tx) error { return add(t.Context(), tx, fmt.Sprint(i), body) })
			mu.Lock()
			defer mu.Unlock()
			f, _ := fault.As(err)
			switch {
			case err == nil:
				kept++
			case body == "" || f == nil || f.Key != "storage.full":
				t.Errorf("use case %d of %d bytes: %v", i, len(body), err)
			}
		})
	}
	all.Wait()
	if n := count(t, d); n != kept || kept != 35 {
		t.Errorf("%d rows are kept, %d were acknowledged, want 35", n, kept)
	}
}

func TestAfterCloseNothingIsAccepted(t *testing.T) {
	d, err := db.Open(t.Context(), db.Options{Path: filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.InTx(t.Context(), func(*db.Tx) error { return nil }); err == nil {
		t.Error("a use case was acknowledged by a closed database")
	}
}
