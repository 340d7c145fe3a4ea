// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package audit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const realm = "r1"

var monday = time.Date(2026, 3, 2, 9, 0, 0, 123456789, time.UTC)

func entry(subject string, detail any) audit.Entry {
	return audit.Entry{Realm: realm, Subject: subject, Act: "matter.accepted",
		Actor: "account-1", At: monday, Detail: detail}
}

// add keeps entries in one use case.
func add(t testing.TB, d *db.DB, list ...audit.Entry) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx *db.Tx) error {
		for _, e := range list {
			audit.Add(t.Context(), tx, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func verify(t testing.TB, d *db.DB) audit.Report {
	t.Helper()
	r, err := audit.Verify(t.Context(), d, realm)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func exec(t testing.TB, d *db.DB, sql string, args ...any) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx *db.Tx) error {
		n, err := tx.Exec(t.Context(), sql, args...)
		if err == nil && n == 0 {
			err = errors.New("the test changed nothing")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAddAndList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		add(t, d, entry("matter/1", nil), entry("matter/2", nil))
		later := entry("matter/1", map[string]string{"to": "handling"})
		later.At = monday.Add(time.Hour)
		add(t, d, later)
		var list []audit.Record
		err := d.View(t.Context(), func(tx *db.Tx) (err error) {
			list, err = audit.List(t.Context(), tx, realm, "matter/1", 10)
			return err
		})
		if err != nil || len(list) != 2 {
			t.Fatalf("%d entries, %v", len(list), err)
		}
		if list[0].Detail != `{"to":"handling"}` || list[1].Detail != "{}" || list[0].Prev != list[1].Hash {
			t.Errorf("got %+v", list)
		}
		if !list[1].At.Equal(monday.Truncate(time.Microsecond)) || list[0].Actor != "account-1" {
			t.Errorf("got %+v", list[1])
		}
		if r := verify(t, d); r.Entries != 3 || len(r.Problems) > 0 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestManyEntriesInOneUseCase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var list []audit.Entry
		for i := range 2500 {
			list = append(list, entry("matter/1", i))
		}
		add(t, d, list...)
		if r := verify(t, d); r.Entries != 2500 || r.Lanes != 1 || len(r.Problems) > 0 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestConcurrentUseCases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				for i := range 100 {
					add(t, d, entry(fmt.Sprintf("matter/%d", g*i), i), entry(fmt.Sprintf("matter/%d", i), g))
				}
			})
		}
		for range 5 {
			if r := verify(t, d); len(r.Problems) > 0 {
				t.Errorf("while writing: %q", r.Problems)
			}
		}
		wg.Wait()
		if r := verify(t, d); r.Entries != 1600 || r.Lanes != 16 || len(r.Problems) > 0 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestWhatFailsLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		refused := errors.New("refused")
		lacking := entry("matter/1", nil)
		lacking.At = time.Time{}
		for _, tt := range []struct {
			name  string
			entry audit.Entry
			err   error
		}{
			{"a use case that fails", entry("matter/1", nil), refused},
			{"a detail that is no JSON", entry("matter/1", func() {}), nil},
			{"an entry without a time", lacking, nil},
		} {
			err := d.InTx(t.Context(), func(tx *db.Tx) error {
				audit.Add(t.Context(), tx, tt.entry)
				return tt.err
			})
			if err == nil || tt.err != nil && !errors.Is(err, tt.err) {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		if r := verify(t, d); r.Entries != 0 {
			t.Errorf("%d entries were left", r.Entries)
		}
		add(t, d, entry("matter/1", nil))
		if r := verify(t, d); r.Entries != 1 || len(r.Problems) > 0 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestTamperingIsFound(t *testing.T) {
	const where = ` WHERE realm = 'r1' AND seq = `
	for _, tt := range []struct {
		name, sql string
		want      []string
	}{
		{"a detail was altered", `UPDATE audit_entry SET detail = '{}'` + where + `3`,
			[]string{"entry 3 (matter/1) was altered"}},
		{"an actor was altered", `UPDATE audit_entry SET actor = 'x'` + where + `10`,
			[]string{"entry 10 (matter/1) was altered"}},
		{"a time was altered", `UPDATE audit_entry SET at = at + 1` + where + `1`,
			[]string{"entry 1 (matter/1) was altered"}},
		{"a hash was altered", `UPDATE audit_entry SET hash = 'x'` + where + `3`,
			[]string{"entry 3 (matter/1) was altered", "entry 4 (matter/1) does not follow"}},
		{"a row was deleted", `DELETE FROM audit_entry` + where + `4`, []string{"entry 4 is missing"}},
		{"some rows were deleted", `DELETE FROM audit_entry WHERE seq BETWEEN 2 AND 5`,
			[]string{"entries 2 to 5 are missing"}},
		{"the last row was deleted", `DELETE FROM audit_entry` + where + `10`,
			[]string{"entry 10 is missing at the end"}},
		{"the tail was deleted", `DELETE FROM audit_entry WHERE seq > 6`,
			[]string{"entries 7 to 10 are missing at the end"}},
		{"all was deleted", `DELETE FROM audit_entry`, []string{"entries 1 to 10 are missing at the end"}},
		{"the head was set back", `UPDATE audit_head SET seq = 9`,
			[]string{"has entries up to 10, its head says 9"}},
		{"the head was deleted", `DELETE FROM audit_head`,
			[]string{"has entries up to 10, its head says 0"}},
		{"the head's hash was altered", `UPDATE audit_head SET hash = 'x'`, []string{"the head's hash differs"}},
		{"a row was moved before the first", `UPDATE audit_entry SET seq = 0` + where + `1`,
			[]string{"entry 1 is missing", "1 rows are outside every lane"}},
		{"a row was moved to another lane", `UPDATE audit_entry SET lane = 99` + where + `10`,
			[]string{"entry 10 is missing at the end", "1 rows are outside every lane"}},
		{"a row went to another subject", `UPDATE audit_entry SET subject = 'matter/2'` + where + `3`,
			[]string{"entry 3 (matter/2) was altered", "belongs in lane"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				for i := range 10 {
					add(t, d, entry("matter/1", map[string]int{"n": i}))
				}
				exec(t, d, tt.sql)
				got := verify(t, d).Problems
				if len(got) != len(tt.want) {
					t.Fatalf("got %q", got)
				}
				for i, want := range tt.want {
					if !strings.Contains(got[i], want) {
						t.Errorf("got %q, want %q", got[i], want)
					}
				}
			})
		})
	}
}

func TestProblemsAreBounded(t *testing.T) {
	d := dbtest.SQLite(t)
	var list []audit.Entry
	for range 300 {
		list = append(list, entry("matter/1", nil))
	}
	add(t, d, list...)
	exec(t, d, `UPDATE audit_entry SET actor = 'x'`)
	got := verify(t, d).Problems
	if len(got) != 201 || !slices.Contains(got, "and 100 more problems") {
		t.Errorf("%d problems, the last %q", len(got), got[len(got)-1])
	}
}

func TestRealmsAreApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		other := entry("matter/1", nil)
		other.Realm = "r2"
		add(t, d, entry("matter/1", nil), other)
		exec(t, d, `UPDATE audit_entry SET actor = 'x' WHERE realm = 'r2'`)
		if r := verify(t, d); r.Entries != 1 || len(r.Problems) > 0 {
			t.Errorf("got %+v", r)
		}
	})
}

// each runs a benchmark on both engines.
func each(b *testing.B, fn func(b *testing.B, d *db.DB)) {
	b.Run("sqlite", func(b *testing.B) { fn(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { fn(b, dbtest.Postgres(b)) })
}

func BenchmarkAdd(b *testing.B) {
	each(b, func(b *testing.B, d *db.DB) {
		b.SetParallelism(16)
		b.ReportAllocs()
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				add(b, d, entry(fmt.Sprintf("matter/%d", i), map[string]string{"to": "handling"}))
			}
		})
	})
}

func BenchmarkVerify(b *testing.B) {
	each(b, func(b *testing.B, d *db.DB) {
		const entries = 100_000
		for i := range entries / 1000 {
			var list []audit.Entry
			for j := range 1000 {
				list = append(list, entry(fmt.Sprintf("matter/%d-%d", i, j), map[string]string{"to": "handling"}))
			}
			add(b, d, list...)
		}
		b.ReportAllocs()
		for b.Loop() {
			if r, err := audit.Verify(context.Background(), d, realm); err != nil || r.Entries != entries {
				b.Fatalf("%+v, %v", r, err)
			}
		}
		b.ReportMetric(float64(entries)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	})
}
