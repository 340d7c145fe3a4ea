// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package admission

import (
	"context"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// List is the published list as it stands.
type List struct {
	Number int       // how often it has changed
	At     time.Time // of the last change
	Tasks  []Application
}

// Attempt is somebody who tried to send the grids what is not on their list.
type Attempt struct {
	ID    string
	Code  string // of the type of matter
	Body  string
	Place int64
	Actor string
	At    time.Time
}

// Admitted fails with Denied for a type of matter that no task in force brings to
// the grids at a place.
func (s *Service) Admitted(ctx context.Context, tx *db.Tx, realm, code string, place int64) error {
	tasks, err := ofType(ctx, tx, realm, code)
	if err != nil {
		return err
	}
	today := s.today()
	if slices.ContainsFunc(tasks, func(a Application) bool { return a.Covers(place, today) }) {
		return nil
	}
	return fault.New(fault.Denied, "admission.not_listed").At("body").With("code", code)
}

// Refused keeps that somebody tried.
func (s *Service) Refused(ctx context.Context, realm string, a Attempt) error {
	a.ID, a.At = id.New(), s.Now()
	return s.DB.InTx(ctx, func(tx *db.Tx) error { return insertAttempt(ctx, tx, realm, a) })
}

// Attempts lists who tried, the latest first.
func (s *Service) Attempts(ctx context.Context, realm string, after page.Cursor, size int) (out page.Page[Attempt], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := attempts(ctx, tx, realm, after, size+1)
		out = page.Cut(all, size, func(a Attempt) page.Cursor { return page.Cursor{At: a.At.UnixMicro(), ID: a.ID} })
		return err
	})
	return out, err
}

// Listed returns the tasks that the grids may be asked for, and those on trial or
// allowed until a day.
func (s *Service) Listed(ctx context.Context, realm string) (out List, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if out.Number, out.At, err = latest(ctx, tx, realm); err != nil {
			return err
		}
		for _, state := range inForce {
			some, err := inState(ctx, tx, realm, state, "", most)
			if err != nil {
				return err
			}
			out.Tasks = append(out.Tasks, some...)
		}
		return nil
	})
	return out, err
}

// most is how many tasks of a state a list shows: a list is short or no list.
const most = 500

// Pending lists the applications that are under way, the earliest first.
func (s *Service) Pending(ctx context.Context, realm string) (out []Application, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		for _, state := range []procedure.State{"applied", "checked", "reviewed"} {
			some, err := inState(ctx, tx, realm, state, "", most)
			if err != nil {
				return err
			}
			out = append(out, some...)
		}
		return nil
	})
	return out, err
}

// Open returns an application.
func (s *Service) Open(ctx context.Context, realm, id string) (a Application, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		a, err = find(ctx, tx, realm, id)
		return err
	})
	return a, err
}

// History lists the steps of an application, the first first.
func (s *Service) History(ctx context.Context, realm, id string) (out []Event, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = events(ctx, tx, realm, id)
		return err
	})
	return out, err
}

// Seed gives a realm that has no list the one it begins with: the given types of
// matter, in all its grids.
func (s *Service) Seed(ctx context.Context, realm string, root org.Area, title string, types []string) error {
	machine, err := s.machine(ctx, realm, 0)
	if err != nil {
		return err
	}
	now := s.Now()
	a := Application{
		Realm: realm, ID: id.New(), Title: title, Area: root.ID, Lo: root.Lo, Hi: root.Hi, Nature: "look",
		Answers: form.Answers{}, Types: types, State: listed, Version: machine.Version(), Revision: 1, EnteredAt: now,
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		number, _, err := latest(ctx, tx, realm)
		if err != nil || number > 0 {
			return err
		}
		if _, err := insert(ctx, tx, a); err != nil {
			return err
		}
		if err := renumber(ctx, tx, a, "listed", now); err != nil {
			return err
		}
		return s.record(ctx, tx, a, Event{Action: "begin", State: listed, Actor: identity.System(realm).Account, Role: procedure.System, At: now}, machine)
	})
}
