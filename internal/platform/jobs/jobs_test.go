// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
)

const realm = "r"

// desk is a queue whose clock the test moves.
type desk struct {
	*jobs.Queue
	d   *db.DB
	now time.Time
}

func open(d *db.DB) *desk {
	k := &desk{d: d, now: time.Date(2026, 9, 18, 1, 0, 0, 0, time.UTC)}
	k.Queue = jobs.New(d, func() time.Time { return k.now }, slog.New(slog.DiscardHandler))
	return k
}

func (k *desk) add(t *testing.T, list ...jobs.Job) {
	t.Helper()
	err := k.d.InTx(t.Context(), func(tx *db.Tx) error {
		for _, j := range list {
			j.Realm, j.Kind = realm, "test"
			if err := jobs.Add(t.Context(), tx, j); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (k *desk) drain(t *testing.T) {
	t.Helper()
	if err := k.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestEveryJobIsDoneOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(d)
		seen := map[string]int{}
		k.Handle("test", func(_ context.Context, list []jobs.Job) []error {
			for _, j := range list {
				seen[string(j.Body)]++
			}
			return make([]error, len(list))
		})
		var list []jobs.Job
		for i := range 450 {
			list = append(list, jobs.Job{Body: fmt.Appendf(nil, "%d", i)})
		}
		k.add(t, list...)
		k.drain(t)
		k.drain(t)
		for i := range 450 {
			if seen[fmt.Sprint(i)] != 1 {
				t.Fatalf("job %d was done %d times", i, seen[fmt.Sprint(i)])
			}
		}
	})
}

func TestAFailedJobIsTriedLaterAndAtLastGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(d)
		tries, broken := 0, true
		k.Handle("test", func(_ context.Context, list []jobs.Job) []error {
			tries++
			if broken {
				return []error{errors.New("the mail server is away")}
			}
			return []error{nil}
		})
		k.add(t, jobs.Job{Body: []byte("{}")})
		k.drain(t)
		if k.drain(t); tries != 1 {
			t.Fatalf("it was tried %d times at once", tries)
		}
		for range 12 {
			k.now = k.now.Add(2 * time.Hour)
			k.drain(t)
		}
		dead := k.dead(t)
		if tries != 10 || len(dead) != 1 || dead[0].Failure != "the mail server is away" {
			t.Fatalf("after %d tries the dead are %v", tries, dead)
		}
		broken = false
		err := d.InTx(t.Context(), func(tx *db.Tx) error { return jobs.Retry(t.Context(), tx, realm, dead[0].ID) })
		k.drain(t)
		if err != nil || tries != 11 || len(k.dead(t)) != 0 {
			t.Errorf("retried: %d tries, %v", tries, err)
		}
	})
}

func (k *desk) dead(t *testing.T) (list []jobs.Job) {
	t.Helper()
	err := k.d.View(t.Context(), func(tx *db.Tx) (err error) {
		list, err = jobs.Dead(t.Context(), tx, realm, "", 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestWhileOneWaitsItsKeyIsTaken(t *testing.T) {
	k := open(dbtest.SQLite(t))
	done := 0
	k.Handle("test", func(_ context.Context, list []jobs.Job) []error {
		done += len(list)
		return make([]error, len(list))
	})
	k.add(t, jobs.Job{Key: "k", Body: []byte("1")}, jobs.Job{Key: "k", Body: []byte("2")})
	k.drain(t)
	k.add(t, jobs.Job{Key: "k", Body: []byte("3")})
	if k.drain(t); done != 2 {
		t.Errorf("%d jobs were done, want the first and the one added after it", done)
	}
}

func TestAWorkerThatPanicsFailsItsJobs(t *testing.T) {
	k := open(dbtest.SQLite(t))
	var calls atomic.Int32
	k.Handle("test", func(context.Context, []jobs.Job) []error {
		calls.Add(1)
		panic("out of ink")
	})
	k.add(t, jobs.Job{Body: []byte("1")})
	k.drain(t)
	k.now = k.now.Add(time.Hour)
	if k.drain(t); calls.Load() != 2 {
		t.Errorf("it was called %d times, want again after a while", calls.Load())
	}
}

func TestRunStopsWhenToldAndSettlesWhatItHolds(t *testing.T) {
	k := open(dbtest.SQLite(t))
	ctx, stop := context.WithCancel(t.Context())
	k.Handle("test", func(_ context.Context, list []jobs.Job) []error {
		stop()
		return make([]error, len(list))
	})
	ticks := 0
	k.Every("tick", time.Hour, func(context.Context) error { ticks++; return nil })
	k.add(t, jobs.Job{Body: []byte("1")})
	if err := k.Run(ctx); err != nil || ticks != 1 {
		t.Fatalf("Run ended with %v after %d ticks", err, ticks)
	}
	var left int
	err := k.d.View(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT count(*) FROM jobs_job`).Scan(&left)
	})
	if err != nil || left != 0 {
		t.Errorf("%d jobs are left, %v", left, err)
	}
}
