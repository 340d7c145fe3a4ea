// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// many opens a secret vote of n and casts all their ballots, a third against.
func many(h *hall, n int) poll.Poll {
	h.t.Helper()
	c := h.ask("residents", n, 0)
	c.Secret = true
	p := h.start(c)
	secrets := h.secrets(p)
	each(n, func(i int) {
		choice := poll.For
		if i%3 == 0 {
			choice = poll.Against
		}
		if _, err := h.Cast(h.t.Context(), cast(p, secrets[member(i)], choice)); err != nil {
			h.t.Error(err)
		}
	})
	return p
}

// countsFor names the file or the address, and the vote, of a process that only counts
// and is killed.
const countsFor = "PAVILION_TEST_COUNT"

// hallAt is a hall over the database of another process.
func hallAt(t *testing.T, at string) *hall {
	t.Helper()
	o := db.Options{Path: at}
	if strings.HasPrefix(at, "postgres") {
		o = db.Options{URL: at, MaxConns: 4}
	}
	d, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return newHall(t, d)
}

// TestAServerKilledDuringTheCount has another process count, kills it without warning
// at several moments, and counts afterwards: the same, and once.
func TestAServerKilledDuringTheCount(t *testing.T) {
	if at, id := os.Getenv(countsFor), os.Getenv(countsFor+"_ID"); at != "" {
		h := hallAt(t, at)
		h.pass(2 * time.Hour)
		_, err := h.Close(t.Context(), poll.Close{Realm: realm, ID: id, By: h.chair})
		t.Logf("counted before it was killed: %v", err)
		return
	}
	for engine, place := range map[string]func(*testing.T) string{
		"sqlite": func(t *testing.T) string {
			file := filepath.Join(t.TempDir(), "pavilion.db")
			dbtest.SQLiteAt(t, file, db.Options{})
			return file
		},
		"postgres": func(t *testing.T) string { return dbtest.PostgresURL(t) },
	} {
		t.Run(engine, func(t *testing.T) { killed(t, place(t)) })
	}
}

// killed counts a vote that others, who were killed, had begun to count.
func killed(t *testing.T, at string) {
	const n = 1500
	h := hallAt(t, at)
	p := many(h, n)
	h.pass(2 * time.Hour)
	for _, after := range []time.Duration{60, 100, 140, 170, 200, 230} {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAServerKilledDuringTheCount$")
		child.Env = append(os.Environ(), countsFor+"="+at, countsFor+"_ID="+p.ID)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after * time.Millisecond)
		_ = child.Process.Kill()
		_ = child.Wait()
		q, err := h.Find(t.Context(), realm, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("killed after %d ms: %s", after, q.State)
	}
	r, err := h.Close(t.Context(), poll.Close{Realm: realm, ID: p.ID, By: h.chair})
	if err != nil || r.Count.For.People != 1000 || r.Count.Against.People != 500 || r.Listed != n {
		t.Fatalf("%+v, %v", r, err)
	}
	if again, err := h.Recount(t.Context(), realm, p.ID); err != nil || again.Root != r.Root {
		t.Errorf("counted anew: %v", err)
	}
	if n := len(column(t, h.DB, `SELECT act FROM audit_entry WHERE act = 'poll.counted'`)); n != 1 {
		t.Errorf("it was counted %d times", n)
	}
}

// BenchmarkAVoteOfTenThousand casts 10,000 ballots, counts and verifies them.
func BenchmarkAVoteOfTenThousand(b *testing.B) {
	const n = 10_000
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				h := newHall(b, open(b))
				c := h.ask("residents", n, 0)
				c.Secret = true
				p := h.start(c)
				secrets := h.secrets(p)
				began := time.Now()
				each(n, func(i int) {
					if _, err := h.Cast(b.Context(), cast(p, secrets[member(i)], poll.For)); err != nil {
						b.Error(err)
					}
				})
				took := time.Since(began)
				h.pass(2 * time.Hour)
				began = time.Now()
				if r, err := h.Close(b.Context(), poll.Close{Realm: realm, ID: p.ID, By: h.chair}); err != nil || r.Count.For.People != n {
					b.Fatal(r, err)
				}
				counted := time.Since(began)
				began = time.Now()
				if _, err := h.Recount(b.Context(), realm, p.ID); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(took.Seconds(), "s/cast")
				b.ReportMetric(counted.Seconds(), "s/count")
				b.ReportMetric(time.Since(began).Seconds(), "s/verify")
			}
		})
	}
}
