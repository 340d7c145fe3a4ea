// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package admission keeps what departments may ask of the grids. A department
// applies with its basis and what it costs the grid workers; the application is
// checked, weighed, tried and approved by different people, stands in a public
// list with a number, is looked at every year, and leaves the list again. What is
// not listed does not reach a grid: see Admitted. Basis: the grid service
// regulation of Luzhou (in force 2024-10-01), which has such a list made public
// and keeps permits, penalties and coercion off it.
//
//	admission.go  what an application is; applying
//	publish.go    its words become public when they are released
//	move.go       moving one on, and what the program does when a term has run out
//	rules.go      who may do what to whom, and what is admitted (no I/O)
//	listed.go     the list: asking it, seeding it, and who tried to pass it by
//	store.go      the only SQL
package admission

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// Procedure is the name of the procedure that applications follow.
const Procedure = "admission.standard"

// Natures are what a task can be by its nature, those that are never admitted last.
var Natures = []string{"look", "tell", "visit", "collect", "mediate", "help", "permit", "penalty", "coercion"}

// powers are the natures that stay with the department.
var powers = []string{"permit", "penalty", "coercion"}

// longest is how far ahead a task may be allowed that is not on the list, in days.
const longest = 90

// Application is one task that a department wants done by the grids.
type Application struct {
	Realm      string
	ID         string
	Once       bool   // not for the list, but until a day
	Title      string // the task, in a line
	Body       string // that applies; empty for the list that a realm begins with
	Area       string // in which grids
	Lo, Hi     int64
	Nature     string       // one of Natures
	Answers    form.Answers // basis, content, frequency, data, training, funding
	Types      []string     // codes of the types of matter that it sends
	Until      string       // the last day of one that is Once, as 2024-03-31
	State      procedure.State
	Version    int // of the procedure
	Revision   int
	Applicant  string // account
	Checker    string // of its legality
	Reviewer   string // of its burden
	Minutes    int    // that it takes a grid worker each month, as reviewed
	Trial      Trial
	EnteredAt  time.Time // the state
	Due, Timer time.Time
}

// Trial is where and how long a task is tried.
type Trial struct {
	Area   string
	Lo, Hi int64
	Until  string // the last day
}

// Subject is how the application is named in audit and inbox.
func (a Application) Subject() string { return "admission/" + a.ID }

// Event is one step of an application.
type Event struct {
	Seq     int
	Action  procedure.Action
	State   procedure.State // after it
	Actor   string
	Role    procedure.Role
	Answers form.Answers
	At      time.Time
}

// Types answers what is known of a type of matter.
type Types interface {
	// Sendable fails with Invalid, at the field "types", for a code that is not in
	// the catalogue, or that no grid may ever get.
	Sendable(ctx context.Context, realm, code string) error
}

// Service carries out the use cases.
type Service struct {
	DB      *db.DB
	Now     clock.Clock
	Log     *slog.Logger
	Zone    *time.Location
	Forms   form.Forms
	Library *procedure.Library
	Org     *org.Service
	Types   Types

	Releases *release.Service // what is to become public
}

// Apply is a department asking for a task.
type Apply struct {
	Realm  string
	Key    string // the same for the same application, so that a retry makes no second one
	Once   bool
	Body   string
	Area   string
	Types  []string
	Values map[string][]string // the form "admission.apply", with "until" for one that is Once
	By     identity.Actor
}

// Apply keeps an application. It fails with Invalid naming each field at fault,
// among them a nature that stays with the department, and with Denied for those
// who do not work for the body; a desk may ask for a task that is Once.
func (s *Service) Apply(ctx context.Context, c Apply) (Application, error) {
	if !id.Valid(c.Key) {
		return Application{}, fault.New(fault.Invalid, "admission.no_key")
	}
	a, err := s.read(ctx, c)
	if err != nil {
		return Application{}, err
	}
	if !s.mayApply(c.By, a) {
		return Application{}, fault.New(fault.Denied, "admission.not_yours")
	}
	machine, err := s.machine(ctx, c.Realm, 0)
	if err != nil {
		return Application{}, err
	}
	step := machine.Begin(subject{Application: a}, s.Now())
	a.Version, a.State, a.EnteredAt, a.Due, a.Timer, a.Revision = machine.Version(), step.To, step.At, step.Due, step.Timer, 1
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		made, err := insert(ctx, tx, a)
		if err != nil || !made {
			return err
		}
		return s.record(ctx, tx, a, Event{Action: "apply", State: a.State, Actor: c.By.Account, Role: "handler", Answers: a.Answers, At: s.Now()}, machine)
	})
	if err != nil {
		return Application{}, err
	}
	return s.Open(ctx, c.Realm, a.ID)
}

// read checks what was sent and returns the application that it makes.
func (s *Service) read(ctx context.Context, c Apply) (Application, error) {
	answers, err := s.Forms.Read("admission.apply", c.Values)
	if _, known := fault.As(err); err != nil && !known {
		return Application{}, err
	}
	var faults []*fault.Error
	bad := func(err error) {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
		}
	}
	bad(err)
	area, known := s.Org.Area(c.Realm, c.Area)
	if !known {
		bad(fault.New(fault.Invalid, "matter.area_unknown").At("area"))
	}
	body, there := s.Org.Body(c.Realm, c.Body)
	if !there {
		bad(fault.New(fault.Invalid, "matter.body_unknown").At("body"))
	}
	types := slices.Compact(slices.Sorted(slices.Values(c.Types)))
	if len(types) == 0 {
		bad(fault.New(fault.Invalid, "form.required").At("types"))
	}
	for _, code := range types {
		if err := s.Types.Sendable(ctx, c.Realm, code); err != nil {
			if _, known := fault.As(err); !known {
				return Application{}, err
			}
			bad(err)
			break
		}
	}
	for _, field := range slices.Sorted(maps.Keys(answers)) {
		bad(trace.Gate(field, answers[field], trace.Line))
	}
	bad(natureOf(answers["nature"]))
	bad(until(c.Once, answers["until"], s.today()))
	if err := fault.Join(faults...); err != nil {
		return Application{}, err
	}
	a := Application{
		Realm: c.Realm, ID: c.Key, Once: c.Once, Title: answers["title"], Body: body.ID, Area: area.ID, Lo: area.Lo, Hi: area.Hi,
		Nature: answers["nature"], Types: types, Until: answers["until"], Applicant: c.By.Account, Answers: answers,
	}
	if !c.Once {
		a.Until = ""
	}
	return a, nil
}

// mayApply reports whether somebody may apply: who works for the body, and for a
// single task also the desk of the place.
func (s *Service) mayApply(by identity.Actor, a Application) bool {
	works := slices.ContainsFunc(by.Grants, func(g identity.Grant) bool {
		return g.Role == identity.Handler && g.Body == a.Body && g.For(a.Types...) && g.Live(s.Now())
	})
	roles := by.RolesAt(a.Lo, "", s.Now(), a.Types...)
	return works || a.Once && (slices.Contains(roles, identity.Dispatcher) || slices.Contains(roles, identity.ShiftHead))
}

func (s *Service) today() string { return s.Now().In(s.Zone).Format(time.DateOnly) }

func (s *Service) machine(ctx context.Context, realm string, version int) (*procedure.Machine[subject], error) {
	return procedure.Machines(ctx, s.Library, realm, Procedure, version, guards(), terms())
}

// record writes what belongs to a step: history, audit, and who is to act next.
func (s *Service) record(ctx context.Context, tx *db.Tx, a Application, e Event, machine *procedure.Machine[subject]) error {
	e.Seq = a.Revision
	if err := appendEvent(ctx, tx, a, e); err != nil {
		return err
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: a.Realm, Subject: a.Subject(), Act: "admission." + string(e.Action), Actor: e.Actor, At: e.At,
		Detail: map[string]any{"state": a.State, "revision": a.Revision, "types": strings.Join(a.Types, " ")},
	})
	role := machine.Next(a.State)
	if machine.Final(a.State) || a.State == listed || a.State == allowed || role == procedure.System {
		return inbox.Clear(ctx, tx, a.Realm, a.Subject())
	}
	area, _ := s.Org.Area(a.Realm, a.Area)
	return inbox.Put(ctx, tx, inbox.Item{
		Realm: a.Realm, Subject: a.Subject(), Role: string(role), Place: a.Lo, Town: area.Town,
		Title: a.Title, Link: "/desk/admissions/" + a.ID, Since: a.EnteredAt, Due: a.Due,
	})
}
