// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
)

// jobKind is the kind of job that goes on with a run.
const jobKind = "matter.intake"

// step is the body of such a job.
type step struct {
	Run string `json:"run"`
}

// Work has q go on with runs, in short jobs: between them others have the writer.
func (s *Service) Work(q *jobs.Queue) {
	q.Handle(jobKind, func(ctx context.Context, list []jobs.Job) []error {
		answers := make([]error, len(list))
		for i, j := range list {
			var b step
			if answers[i] = json.Unmarshal(j.Body, &b); answers[i] == nil {
				answers[i] = s.goOn(ctx, j.Realm, b.Run)
			}
		}
		return answers
	})
}

// goOn does a slice of what a run waits for, and asks for the next.
func (s *Service) goOn(ctx context.Context, realm, id string) error {
	run, err := s.advance(ctx, realm, id, slice, func(Run) {})
	if err != nil || !run.State.Moves() {
		return err
	}
	return s.Matters.DB.InTx(ctx, func(tx *db.Tx) error { return s.later(ctx, tx, run) })
}

// later asks for a job that goes on with a run.
func (s *Service) later(ctx context.Context, tx *db.Tx, run Run) error {
	body, err := jobs.Encode(step{run.ID})
	if err != nil {
		return err
	}
	return jobs.Add(ctx, tx, jobs.Job{Realm: run.Realm, Kind: jobKind, Body: body})
}

// Finish goes on with a run until the next step is a person's, without resting.
// Show, if not nil, is told how far it is.
func (s *Service) Finish(ctx context.Context, realm, id string, show func(Run)) (Run, error) {
	if show == nil {
		show = func(Run) {}
	}
	for {
		run, err := s.advance(ctx, realm, id, slice, show)
		show(run)
		if err != nil || !run.State.Moves() {
			return run, err
		}
	}
}

// advance does a slice of what a run waits for. A run that waits for nothing is
// left as it is, so that doing a job twice does no harm.
func (s *Service) advance(ctx context.Context, realm, id string, patience time.Duration, show func(Run)) (Run, error) {
	run, err := s.load(ctx, realm, id)
	if err != nil {
		return run, err
	}
	by := identity.Actor{Realm: realm, Account: run.By}
	switch run.State {
	case Checking:
		return s.check(ctx, run, by, show)
	case Importing:
		return s.carry(ctx, run, by, patience)
	}
	return run, nil
}

// check examines a run and keeps what it found, unless somebody has begun another
// check meanwhile.
func (s *Service) check(ctx context.Context, run Run, by identity.Actor, show func(Run)) (Run, error) {
	found, err := s.examine(ctx, run, by, func(part int) {
		at := run
		at.Next = part
		show(at)
	})
	if err != nil {
		return run, err
	}
	checked := run
	err = s.Matters.DB.InTx(ctx, func(tx *db.Tx) error {
		checked = run
		checked.Found, checked.State = found, Checked
		if found.Bad > 0 {
			checked.State = Faulty
		}
		return s.updateRun(ctx, tx, &checked)
	})
	if fault.KindOf(err) == fault.Stale && err != nil {
		return s.load(ctx, run.Realm, run.ID)
	}
	return checked, err
}

// beginCheck sends a run to be checked as its source is mapped now.
func (s *Service) beginCheck(ctx context.Context, tx *db.Tx, run *Run, source Source) error {
	run.State, run.Mapping, run.Found, run.Next, run.CheckedAt = Checking, source.Mapping, Found{}, 0, s.Matters.Now()
	if err := s.updateRun(ctx, tx, run); err != nil {
		return err
	}
	return s.later(ctx, tx, *run)
}

// Check checks a run by its source's present mapping. It fails with Conflict once
// the import was started, and with Invalid if the file lacks a column.
func (s *Service) Check(ctx context.Context, realm, id string, revision int, by identity.Actor) (Run, error) {
	return s.change(ctx, realm, id, revision, by, func(tx *db.Tx, run *Run) error {
		source, err := s.source(ctx, tx, realm, run.Source, by)
		if err != nil {
			return err
		}
		if !run.State.Waits() {
			return fault.New(fault.Conflict, "intake.not_now")
		}
		if !source.Mapping.Fits(run.About.Headings) {
			return fault.New(fault.Invalid, "intake.does_not_fit")
		}
		return s.beginCheck(ctx, tx, run, source)
	})
}

// Start imports a run in which no line is bad. From here on it will be whole. It
// fails with Conflict for a run that was not checked, or has bad lines.
func (s *Service) Start(ctx context.Context, realm, id string, revision int, by identity.Actor) (Run, error) {
	return s.change(ctx, realm, id, revision, by, func(tx *db.Tx, run *Run) error {
		if run.State != Checked {
			return fault.New(fault.Conflict, "intake.not_now")
		}
		run.State, run.Next, run.By = Importing, 0, by.Account
		s.note(ctx, tx, realm, id, "matter.intake_started", by, map[string]any{"lines": run.Lines, "hash": run.Hash})
		if err := s.updateRun(ctx, tx, run); err != nil {
			return err
		}
		return s.later(ctx, tx, *run)
	})
}

// Drop gives a run up that was not started.
func (s *Service) Drop(ctx context.Context, realm, id string, revision int, by identity.Actor) (Run, error) {
	return s.change(ctx, realm, id, revision, by, func(tx *db.Tx, run *Run) error {
		if !run.State.Waits() {
			return fault.New(fault.Conflict, "intake.not_now")
		}
		run.State, run.EndedAt = Dropped, s.Matters.Now()
		s.note(ctx, tx, realm, id, "matter.intake_dropped", by, nil)
		return s.updateRun(ctx, tx, run)
	})
}

// change changes a run that somebody works with, at the revision they saw.
func (s *Service) change(ctx context.Context, realm, id string, revision int, by identity.Actor, do func(*db.Tx, *Run) error) (Run, error) {
	var out Run
	err := s.Matters.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		if err = identity.Recheck(ctx, tx, by, s.Matters.Now()); err != nil {
			return err
		}
		if out, err = s.findRun(ctx, tx, realm, id); err != nil {
			return err
		}
		if !s.Works(by, out.Place) {
			return fault.New(fault.Missing, "intake.run_missing")
		}
		if out.Revision != revision {
			return fault.New(fault.Stale, "intake.stale")
		}
		return do(tx, &out)
	})
	return out, err
}

// load returns a run to the system.
func (s *Service) load(ctx context.Context, realm, id string) (out Run, err error) {
	err = s.Matters.DB.View(ctx, func(tx *db.Tx) error {
		out, err = s.findRun(ctx, tx, realm, id)
		return err
	})
	return out, err
}

// Run returns a run to somebody who works for its source's area; to others there
// is none.
func (s *Service) Run(ctx context.Context, realm, id string, by identity.Actor) (Run, error) {
	run, err := s.load(ctx, realm, id)
	if err == nil && !s.Works(by, run.Place) {
		return Run{}, fault.New(fault.Missing, "intake.run_missing")
	}
	return run, err
}

// Earlier returns the newest other run of the same file from the same source that
// was started, if there is one.
func (s *Service) Earlier(ctx context.Context, run Run) (out Run, ok bool, err error) {
	err = s.Matters.DB.View(ctx, func(tx *db.Tx) error {
		id, err := findEarlier(ctx, tx, run)
		if ok = err == nil && id != ""; !ok {
			return err
		}
		out, err = s.findRun(ctx, tx, run.Realm, id)
		return err
	})
	return out, ok, err
}

// Runs lists the runs that somebody works with, the newest first.
func (s *Service) Runs(ctx context.Context, realm string, by identity.Actor, after page.Cursor, limit int) (page.Page[Run], error) {
	out := page.Page[Run]{Next: after}
	for len(out.Items) < limit {
		var got page.Page[Run]
		err := s.Matters.DB.View(ctx, func(tx *db.Tx) (err error) {
			got, err = s.listRuns(ctx, tx, realm, out.Next, limit)
			return err
		})
		if err != nil {
			return out, fmt.Errorf("list runs: %w", err)
		}
		out.Next = got.Next
		for _, run := range got.Items {
			if s.Works(by, run.Place) {
				out.Items = append(out.Items, run)
			}
		}
		if !got.Next.More() {
			break
		}
	}
	return out, nil
}
