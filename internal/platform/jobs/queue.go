// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/platform/db"
)

const (
	batch       = 200             // jobs taken at once
	lease       = 2 * time.Minute // how long a worker may be silent
	poll        = 250 * time.Millisecond
	maxAttempts = 10 // with backoff: given up after about six hours
	maxBackoff  = time.Hour

	// After a batch a worker rests for some times as long as the batch took: the
	// writer belongs to those who wait for an answer, and what is done later gives
	// way to them without ever standing still.
	rest    = 2
	maxRest = 500 * time.Millisecond
)

// Worker does jobs of one kind and answers each: nil when done. Jobs come at
// least once; a worker must bear doing one twice.
type Worker func(ctx context.Context, jobs []Job) []error

// Queue runs jobs.
type Queue struct {
	db      *db.DB
	now     clock.Clock
	log     *slog.Logger
	workers map[string]Worker
	regular []regular

	// Realms lists the realms whose jobs are run; without it, those that have any.
	Realms func() []string
}

// regular is something done again and again.
type regular struct {
	name  string
	every time.Duration
	do    func(ctx context.Context) error
}

// New returns a queue over d that knows no workers yet.
func New(d *db.DB, now clock.Clock, log *slog.Logger) *Queue {
	return &Queue{db: d, now: now, log: log, workers: map[string]Worker{}}
}

// Handle has w do the jobs of a kind. Call it before Run.
func (q *Queue) Handle(kind string, w Worker) { q.workers[kind] = w }

// Every has do called at once and then each time the interval has passed, as
// long as Run runs. With several servers each calls it. Call Every before Run.
func (q *Queue) Every(name string, interval time.Duration, do func(ctx context.Context) error) {
	q.regular = append(q.regular, regular{name, interval, do})
}

// Run works until ctx ends, then settles what is in hand and returns.
func (q *Queue) Run(ctx context.Context) error {
	q.Every("jobs.release", lease/2, q.releaseAll)
	var all sync.WaitGroup
	for kind := range q.workers {
		all.Go(func() { q.loop(ctx, kind) })
	}
	for _, r := range q.regular {
		all.Go(func() { q.repeat(ctx, r) })
	}
	all.Wait()
	return nil
}

// Drain does every job that is ready, and those they add, and returns. Tests
// and imports use it instead of Run.
func (q *Queue) Drain(ctx context.Context) error {
	for {
		total := 0
		for kind := range q.workers {
			n, err := q.once(ctx, kind)
			if err != nil {
				return err
			}
			total += n
		}
		if total == 0 {
			return nil
		}
	}
}

func (q *Queue) loop(ctx context.Context, kind string) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		begun := q.now()
		n, err := q.once(ctx, kind)
		if err != nil && ctx.Err() == nil {
			q.log.Error("jobs", "kind", kind, "err", err)
		}
		wait := tick.C
		if n > 0 && err == nil {
			wait = time.After(min(rest*q.now().Sub(begun), maxRest))
		}
		select {
		case <-ctx.Done():
		case <-wait:
		}
	}
}

func (q *Queue) repeat(ctx context.Context, r regular) {
	tick := time.NewTicker(r.every)
	defer tick.Stop()
	for {
		if err := r.do(ctx); err != nil && ctx.Err() == nil {
			q.log.Error("regular work", "name", r.name, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// once does one batch of a kind in every realm and says how many jobs it did.
func (q *Queue) once(ctx context.Context, kind string) (int, error) {
	names, err := q.names(ctx)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, realm := range names {
		n, err := q.work(ctx, realm, kind)
		if err != nil {
			return total, fmt.Errorf("realm %s: %w", realm, err)
		}
		total += n
	}
	return total, nil
}

func (q *Queue) names(ctx context.Context) (names []string, err error) {
	if q.Realms != nil {
		return q.Realms(), nil
	}
	err = q.db.View(ctx, func(t *db.Tx) error {
		names, err = realms(ctx, t)
		return err
	})
	return names, err
}

// work claims, does and settles one batch. What was done is settled even when
// ctx has ended meanwhile.
func (q *Queue) work(ctx context.Context, realm, kind string) (int, error) {
	ready := false
	err := q.db.View(ctx, func(t *db.Tx) (err error) {
		ready, err = waiting(ctx, t, realm, kind, q.now())
		return err
	})
	if err != nil || !ready {
		return 0, err
	}
	var jobs []Job
	err = q.db.InTx(ctx, func(t *db.Tx) (err error) {
		now := q.now()
		jobs, err = claim(ctx, t, realm, kind, now, now.Add(lease), batch)
		return err
	})
	if err != nil || len(jobs) == 0 {
		return 0, err
	}
	return len(jobs), q.settle(context.WithoutCancel(ctx), realm, jobs, q.attempt(ctx, kind, jobs))
}

// attempt calls the worker; one that panics or forgets to answer has failed.
func (q *Queue) attempt(ctx context.Context, kind string, jobs []Job) (answers []error) {
	defer func() {
		if p := recover(); p != nil {
			answers = nil
			q.log.Error("job panicked", "kind", kind, "panic", p)
		}
		for len(answers) < len(jobs) {
			answers = append(answers, errors.New("the worker did not answer"))
		}
	}()
	return q.workers[kind](ctx, jobs)
}

func (q *Queue) settle(ctx context.Context, realm string, jobs []Job, answers []error) error {
	return q.db.InTx(ctx, func(t *db.Tx) error {
		var done []string
		for i, j := range jobs {
			if answers[i] == nil {
				done = append(done, j.ID)
				continue
			}
			if err := q.fail(ctx, t, j, answers[i]); err != nil {
				return err
			}
		}
		return finish(ctx, t, realm, done)
	})
}

// fail puts a failed job back. One that was only interrupted is ready at once
// and has lost nothing.
func (q *Queue) fail(ctx context.Context, t *db.Tx, j Job, failure error) error {
	if errors.Is(failure, context.Canceled) {
		return postpone(ctx, t, j, q.now(), "interrupted")
	}
	q.log.Warn("job failed", "kind", j.Kind, "id", j.ID, "attempt", j.Attempt, "err", failure)
	if j.Attempt >= maxAttempts {
		return bury(ctx, t, j, failure.Error())
	}
	wait := min(time.Second<<(2*j.Attempt-1), maxBackoff)
	return postpone(ctx, t, j, q.now().Add(wait), failure.Error())
}

func (q *Queue) releaseAll(ctx context.Context) error {
	names, err := q.names(ctx)
	if err != nil {
		return err
	}
	for _, realm := range names {
		err := q.db.InTx(ctx, func(t *db.Tx) error { return release(ctx, t, realm, q.now()) })
		if err != nil {
			return err
		}
	}
	return nil
}
