// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package commitment keeps what was promised in public, to be done by a day: who
// promised what, in which words, until when, what became of it. A day that is
// changed stays visible with its reason; one that has passed shows as late.
//
//	commitment.go  what a commitment is; announcing, changing, fulfilling, listing
//	publish.go     showing what was released, and taking it back
//	rules.go       reading the last day of a wording (no I/O)
//	store.go       the only SQL
package commitment

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// State is where a commitment stands.
type State string

// The states. Late is not one: it follows from the day.
const (
	Proposed  State = "proposed" // waits to be released by a second person; nobody else knows of it
	Announced State = "announced"
	Fulfilled State = "fulfilled"
	Withdrawn State = "withdrawn"
)

// Commitment is one promise.
type Commitment struct {
	Realm    string
	ID       string
	Title    string // what was promised, in public words
	Wording  string // until when, as it was said
	Due      string // the last day, as 2024-03-31
	Area     string
	Place    int64
	Body     string // who promised it
	Subject  string // what it belongs to, such as "matter/…"; empty for nothing
	State    State
	Result   string // what was done, or why it was withdrawn, once that is released
	Done     string // the day it was fulfilled or withdrawn
	Revision int
}

// Late reports whether the day has passed and it is not done, or was done after.
func (c Commitment) Late(today string) bool {
	switch c.State {
	case Announced:
		return today > c.Due
	case Fulfilled:
		return c.Done > c.Due
	}
	return false
}

// Event is one line of a commitment's history.
type Event struct {
	Act    string // "announced", "changed", "fulfilled", "withdrawn"
	Due    string // the day as it was after that
	Reason string // empty until it is released
	At     time.Time
}

// Service carries out the use cases.
type Service struct {
	DB   *db.DB
	Now  clock.Clock
	Log  *slog.Logger
	Zone *time.Location
	Org  *org.Service

	Releases *release.Service // what is to become public
}

// Today is the day it is where the realms are.
func (s *Service) Today() string { return s.Now().In(s.Zone).Format(time.DateOnly) }

// Announce is a body promising something.
type Announce struct {
	Realm   string
	Key     string // a UUID; the same for the same promise, so that a retry makes no second one. Empty: no such guard
	Title   string
	Wording string
	Area    string
	Body    string
	Subject string
	By      identity.Actor
}

// maxTitle and maxReason bound what is said, in characters.
const (
	maxTitle  = 120
	maxReason = 500
)

// Announce keeps a promise as proposed, and puts its words before somebody who may
// release them: from then on it is announced. It fails with Invalid if the wording's last day is
// not certain, and with Denied for all but the desk of the place and the body.
func (s *Service) Announce(ctx context.Context, c Announce) (Commitment, error) {
	title, bad := line(c.Title, "title", maxTitle)
	day, unclear := Day(c.Wording)
	area, known := s.Org.Area(c.Realm, c.Area)
	body, there := s.Org.Body(c.Realm, c.Body)
	var faults []*fault.Error
	for _, err := range []error{bad, unclear} {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
		}
	}
	if !known {
		faults = append(faults, fault.New(fault.Invalid, "matter.area_unknown").At("area"))
	}
	if !there {
		faults = append(faults, fault.New(fault.Invalid, "matter.body_unknown").At("body"))
	}
	if err := fault.Join(faults...); err != nil {
		return Commitment{}, err
	}
	m := Commitment{
		Realm: c.Realm, ID: c.Key, Title: title, Wording: c.Wording, Due: day.Format(time.DateOnly), Area: area.ID, Place: area.Lo,
		Body: body.ID, Subject: c.Subject, State: Proposed, Revision: 1,
	}
	if m.ID == "" {
		m.ID = id.New()
	}
	if !s.May(c.By, m) {
		return Commitment{}, fault.New(fault.Denied, "commitment.not_yours")
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		blank := m
		blank.Title = "" // the words are in the draft, and nowhere else before they are released
		made, err := insert(ctx, tx, blank)
		if err != nil {
			return err
		}
		if !made {
			m, err = s.find(ctx, tx, m.Realm, m.ID)
			return err
		}
		return s.propose(ctx, tx, m, Words, subject(m.ID), release.Part{Name: "title", Text: title}, c.By)
	})
	return m, err
}

// find returns a commitment; one that waits has the words of its draft.
func (s *Service) find(ctx context.Context, tx *db.Tx, realm, id string) (Commitment, error) {
	m, err := find(ctx, tx, realm, id)
	if err != nil || m.State != Proposed {
		return m, err
	}
	drafts, err := release.About(ctx, tx, realm, subject(id))
	for _, d := range drafts {
		if d.State.Live() {
			m.Title = d.Text("title")
		}
	}
	return m, err
}

// May reports whether somebody may change a commitment: the desk of its place,
// and those who work for the body.
func (s *Service) May(a identity.Actor, m Commitment) bool {
	roles := a.RolesAt(m.Place, m.Body, s.Now())
	return slices.ContainsFunc(roles, func(r identity.Role) bool {
		return r == identity.Dispatcher || r == identity.ShiftHead || r == identity.Handler
	})
}

// Change is a body saying what became of a promise: another day with a reason,
// that it is done, or that it is withdrawn.
type Change struct {
	Realm    string
	ID       string
	Revision int
	Act      string // "changed", "fulfilled" or "withdrawn"
	Wording  string // of the new day, when it is changed
	Reason   string // why, or what was done
	By       identity.Actor
}

// Change keeps what became of a promise: that is so at once, and its reason is put
// before somebody who may release it. What was said before stays in its history. It
// fails with Conflict once the promise has ended.
func (s *Service) Change(ctx context.Context, c Change) (m Commitment, err error) {
	reason, bad := line(c.Reason, "reason", maxReason)
	if bad != nil {
		return m, bad
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		if m, err = find(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		switch {
		case !s.May(c.By, m):
			return fault.New(fault.Denied, "commitment.not_yours")
		case m.State != Announced:
			return fault.New(fault.Conflict, "commitment.ended")
		case m.Revision != c.Revision:
			return fault.New(fault.Stale, "matter.stale")
		}
		switch c.Act {
		case "changed":
			day, err := Day(c.Wording)
			if err != nil {
				return err
			}
			m.Wording, m.Due = c.Wording, day.Format(time.DateOnly)
		case "fulfilled":
			m.State, m.Done = Fulfilled, s.Today()
		case "withdrawn":
			m.State, m.Done = Withdrawn, s.Today()
		default:
			return fault.New(fault.Invalid, "form.not_a_choice").At("act")
		}
		if err := update(ctx, tx, m); err != nil {
			return err
		}
		m.Revision++
		if err := s.tell(ctx, tx, m, c.Act, "", c.By); err != nil {
			return err
		}
		return s.propose(ctx, tx, m, Reason, reasonSubject(m), release.Part{Name: "reason", Text: reason}, c.By)
	})
	if err != nil {
		return Commitment{}, fmt.Errorf("change commitment %s: %w", c.ID, err)
	}
	return m, nil
}

// tell writes a line of a commitment's history, and of the audit.
func (s *Service) tell(ctx context.Context, tx *db.Tx, m Commitment, act, reason string, by identity.Actor) error {
	audit.Add(ctx, tx, audit.Entry{
		Realm: m.Realm, Subject: "commitment/" + m.ID, Act: "commitment." + act, Actor: by.Account, At: s.Now(), Detail: map[string]string{"due": m.Due},
	})
	return appendEvent(ctx, tx, m, Event{Act: act, Due: m.Due, Reason: reason, At: s.Now()}, by.Account)
}

// line is a text for the public: not empty, and not too long. Traces of persons in
// it are mended before somebody releases it.
func line(given, field string, longest int) (string, error) {
	out, err := form.CleanText(given, false)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	switch n := len([]rune(out)); {
	case n == 0:
		return "", fault.New(fault.Invalid, "form.required").At(field)
	case n > longest:
		return "", fault.New(fault.Invalid, "form.too_long").At(field).With("max", fmt.Sprint(longest))
	}
	return out, nil
}

// List lists the commitments of a realm in a state, by day: those announced with
// the earliest first, the others with the latest first.
func (s *Service) List(ctx context.Context, realm string, state State, after page.Cursor, size int) (out page.Page[Commitment], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := list(ctx, tx, realm, state, after.ID, size+1)
		out = page.Cut(all, size, func(c Commitment) page.Cursor { return page.Cursor{At: 1, ID: c.Due + "/" + c.ID} })
		return err
	})
	return out, err
}

// Open returns a commitment with its history. One that waits for release is Missing
// for all but those who may change it.
func (s *Service) Open(ctx context.Context, by identity.Actor, realm, id string) (m Commitment, history []Event, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if m, err = s.find(ctx, tx, realm, id); err != nil {
			return err
		}
		if m.State == Proposed && !s.May(by, m) {
			return fault.New(fault.Missing, "commitment.missing")
		}
		history, err = events(ctx, tx, realm, id)
		return err
	})
	return m, history, err
}
