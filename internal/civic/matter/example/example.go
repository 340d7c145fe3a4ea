// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package example tells ended matters in public, so that others see what can be
// asked for and how it ends. One person writes the story anew, the program looks
// for traces of persons in it, another person releases it. The words of the
// reporter are not taken over.
//
//	example.go  proposing, releasing, withdrawing
//	store.go    the only SQL
package example

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
)

// State is where an example stands.
type State string

// The states.
const (
	Proposed  State = "proposed"
	Published State = "published"
	Withdrawn State = "withdrawn" // by its proposer, or refused, or taken back
)

// Example is one matter told in public.
type Example struct {
	Realm    string
	ID       string
	Matter   string
	Type     string // code
	Area     string // the town: the finer place stays out
	Body     string // that dealt with it
	Days     int    // from the report to the end
	Title    string
	Story    string // what it was about
	Result   string // what became of it
	State    State
	Reason   string // why it was withdrawn
	Proposer string
	Releaser string
	At       time.Time // of the proposal
	Decided  time.Time
	Revision int
}

// Service carries out the use cases.
type Service struct {
	DB      *db.DB
	Now     clock.Clock
	Log     *slog.Logger
	Org     *org.Service
	Matters *matter.Service
}

// Propose is somebody writing the story of an ended matter.
type Propose struct {
	Realm, Matter        string
	Title, Story, Result string
	By                   identity.Actor
}

// Lengths of what is told, in characters.
const (
	MaxTitle = 60
	MaxStory = 1500
)

// Propose keeps a story until somebody else releases it. It fails with Invalid at
// each field that leads to a person, with Conflict for a matter that is not ended,
// is told already, or may not be told at all, and with Denied for all but the desk
// of its place.
func (s *Service) Propose(ctx context.Context, c Propose) (Example, error) {
	d, err := s.Matters.Open(ctx, c.By, c.Matter, sight.Page)
	if err != nil {
		return Example{}, err
	}
	switch {
	case !s.may(c.By, d.Place, d.Type):
		return Example{}, fault.New(fault.Denied, "example.not_yours")
	case !Tellable(d.Matter):
		return Example{}, fault.New(fault.Conflict, "example.not_tellable")
	}
	e := Example{
		Realm: c.Realm, ID: id.New(), Matter: d.ID, Type: d.Type, Area: s.town(d.Matter), Body: d.Owner, State: Proposed,
		Days: int(d.UpdatedAt.Sub(d.ReportedAt).Hours()/24) + 1, Proposer: c.By.Account, At: s.Now(), Revision: 1,
	}
	var faults []*fault.Error
	for _, f := range []struct {
		name, given string
		longest     int
		to          *string
	}{{"title", c.Title, MaxTitle, &e.Title}, {"story", c.Story, MaxStory, &e.Story}, {"result", c.Result, MaxStory, &e.Result}} {
		var err error
		*f.to, err = told(f.name, f.given, f.longest)
		if bad, ok := fault.As(err); ok {
			faults = append(append(faults, bad), bad.More...)
		}
	}
	if err := fault.Join(faults...); err != nil {
		return Example{}, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		if err := insert(ctx, tx, e); err != nil {
			return err
		}
		s.note(ctx, tx, e, "proposed", c.By)
		return nil
	})
	return e, err
}

// Tellable reports whether a matter may be told: it has ended by being closed, and
// is of a class without personal data or with little (A, B).
func Tellable(m matter.Matter) bool {
	return m.State == "closed" && m.Relation == "" && (m.Privacy == "A" || m.Privacy == "B")
}

// told checks one part of a story.
func told(field, given string, longest int) (string, error) {
	out, err := form.CleanText(given, field != "title")
	if f, ok := fault.As(err); ok {
		return given, f.At(field)
	}
	switch n := len([]rune(out)); {
	case n < 2:
		return out, fault.New(fault.Invalid, "form.required").At(field)
	case n > longest:
		return out, fault.New(fault.Invalid, "form.too_long").At(field).With("max", strconv.Itoa(longest))
	}
	return out, trace.Gate(field, out)
}

// may reports whether somebody is of the desk of a place, for matters of a type.
func (s *Service) may(a identity.Actor, place int64, kind string) bool {
	return slices.ContainsFunc(a.RolesAt(place, "", s.Now(), kind), func(r identity.Role) bool {
		return r == identity.Dispatcher || r == identity.ShiftHead
	})
}

// town is the town that a matter lies in, or the realm.
func (s *Service) town(m matter.Matter) string {
	area, ok := s.Org.Area(m.Realm, m.Area)
	for ok && area.Depth > 1 {
		area, ok = s.Org.Area(m.Realm, area.Parent)
	}
	return area.ID
}

// Decide is somebody releasing a story, or withdrawing it.
type Decide struct {
	Realm, ID string
	Revision  int
	Release   bool
	Reason    string // of a withdrawal
	By        identity.Actor
}

// Decide releases a proposed story or withdraws one. Who wrote a story does not
// release it: that is Denied.
func (s *Service) Decide(ctx context.Context, c Decide) (e Example, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		if e, err = find(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		area, _ := s.Org.Area(c.Realm, e.Area)
		switch {
		case !s.may(c.By, area.Lo, e.Type):
			return fault.New(fault.Denied, "example.not_yours")
		case e.Revision != c.Revision:
			return fault.New(fault.Stale, "matter.stale")
		case e.State == Withdrawn, c.Release && e.State != Proposed:
			return fault.New(fault.Conflict, "example.decided")
		case c.Release && e.Proposer == c.By.Account:
			return fault.New(fault.Denied, "example.own_story")
		}
		act := "released"
		e.State, e.Releaser, e.Decided = Published, c.By.Account, s.Now()
		if !c.Release {
			act, e.State = "withdrawn", Withdrawn
			if e.Reason, err = told("reason", c.Reason, MaxStory); err != nil {
				return err
			}
		}
		if err := update(ctx, tx, e); err != nil {
			return err
		}
		e.Revision++
		s.note(ctx, tx, e, act, c.By)
		return nil
	})
	if err != nil {
		return Example{}, fmt.Errorf("example %s: %w", c.ID, err)
	}
	return e, nil
}

func (s *Service) note(ctx context.Context, tx *db.Tx, e Example, act string, by identity.Actor) {
	audit.Add(ctx, tx, audit.Entry{
		Realm: e.Realm, Subject: "example/" + e.ID, Act: "example." + act, Actor: by.Account, At: s.Now(), Detail: map[string]string{"matter": e.Matter},
	})
}

// most is how many proposals Waiting looks at.
const most = 200

// Waiting counts the stories that somebody may release: proposed by others, of
// matters of their desk.
func (s *Service) Waiting(ctx context.Context, by identity.Actor) (n int, err error) {
	if !slices.ContainsFunc(by.Grants, func(g identity.Grant) bool { return g.Role == identity.Dispatcher || g.Role == identity.ShiftHead }) {
		return 0, nil
	}
	all, err := s.List(ctx, by.Realm, Proposed, page.Cursor{}, most)
	for _, e := range all.Items {
		area, _ := s.Org.Area(e.Realm, e.Area)
		if e.Proposer != by.Account && s.may(by, area.Lo, e.Type) {
			n++
		}
	}
	return n, err
}

// List lists the examples of a state, the latest first.
func (s *Service) List(ctx context.Context, realm string, state State, after page.Cursor, size int) (out page.Page[Example], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := list(ctx, tx, realm, state, after, size+1)
		out = page.Cut(all, size, func(e Example) page.Cursor { return page.Cursor{At: e.At.UnixMicro(), ID: e.ID} })
		return err
	})
	return out, err
}

// Open returns an example, whatever its state.
func (s *Service) Open(ctx context.Context, realm, id string) (e Example, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		e, err = find(ctx, tx, realm, id)
		return err
	})
	return e, err
}
