// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package relay stands between those who deal with a matter and whoever reported
// it. It opens a sealed contact for a purpose, to one person for half an hour, if
// a second person of the desk agrees; it carries messages both ways without saying
// who the reporter is; and it has the desk put questions by telephone. The body
// that deals with the matter learns answers, never a name.
//
//	rules.go          who may ask, agree, write and call; how long; how much (no I/O)
//	ask.go            somebody asks to open a contact
//	decide.go         somebody else agrees or declines
//	open.go           the contact is opened, closed again, or no longer wanted
//	lapse.go          time runs out
//	message.go        staff write, the reporter answers
//	call.go           questions by telephone
//	view.go           what pages ask
//	store*.go         the only SQL
package relay

import (
	"context"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Service carries out the use cases. All fields are required.
type Service struct {
	DB      *db.DB
	Now     clock.Clock
	Org     *org.Service
	Matters *matter.Service
	Box     *seal.Box
}

// Purpose is what a contact is opened for.
type Purpose string

// The purposes.
const (
	Clarify  Purpose = "clarify"   // to ask what the report leaves open
	CallBack Purpose = "call_back" // to put the question of a call
	Result   Purpose = "result"    // to tell what became of it
	Visit    Purpose = "visit"     // to meet, at the place or at home
	Danger   Purpose = "danger"    // somebody is in danger
	Order    Purpose = "order"     // an authority orders it by law
)

// Purposes lists every purpose.
func Purposes() []Purpose { return []Purpose{Clarify, CallBack, Result, Visit, Danger, Order} }

// State is where a request stands.
type State string

// The states.
const (
	Asked     State = "asked"
	Approved  State = "approved"  // open, to its asker alone, until it ends
	Declined  State = "declined"  // by a second person, with a reason
	Withdrawn State = "withdrawn" // by its asker
	Expired   State = "expired"   // nobody decided in time
	Closed    State = "closed"    // its time is over
)

// Reveal is a request to open a matter's contact, and what became of it.
type Reveal struct {
	Realm    string
	ID       string
	Matter   string
	Number   string
	Place    int64
	Purpose  Purpose
	Words    string // why, in the asker's words
	Call     string // the call it is for; empty for none
	Ground   string // who was concerned when it was asked for; others end it
	Asker    string // account
	State    State
	At       time.Time
	Ends     time.Time // when the request lapses; once approved, when the contact closes
	Decider  string    // account
	Decided  time.Time
	Reason   string // of a refusal
	Openings int
	Revision int
}

// Subject names a request to the packages that do not know what it is.
func (r Reveal) Subject() string { return "reveal/" + r.ID }

// subject is a matter with what the rules ask of it.
type subject struct {
	matter.Matter
	bodies []string // that are concerned
}

// load finds a matter and looks again whether the actor's posts still count. For
// those who may not see it, it is Missing.
func (s *Service) load(ctx context.Context, tx *db.Tx, by identity.Actor, id string) (subject, error) {
	if err := identity.Recheck(ctx, tx, by, s.Now()); err != nil {
		return subject{}, err
	}
	m, err := s.Matters.In(ctx, tx, by.Realm, id)
	if err != nil {
		return subject{}, err
	}
	if !s.Matters.Sees(by, m) {
		return subject{}, fault.New(fault.Missing, "matter.missing")
	}
	bodies, err := s.Matters.Concerned(ctx, tx, m)
	return subject{m, bodies}, err
}

// roles are those in which somebody may act on m, leaving out what they have by
// breaking the glass and what except gave them.
func (s *Service) roles(by identity.Actor, m matter.Matter, except string) []identity.Role {
	by = standing(by, except)
	if !s.Matters.Sees(by, m) {
		return nil
	}
	return by.RolesAt(m.Place, m.Owner, s.Now(), m.Type)
}

// note writes what was done to a matter's reporter into the audit.
func (s *Service) note(ctx context.Context, tx *db.Tx, m matter.Matter, act, account string, detail map[string]string) {
	audit.Add(ctx, tx, audit.Entry{Realm: m.Realm, Subject: m.Subject(), Act: act, Actor: account, At: s.Now(), Detail: detail})
}

// words cleans what somebody wrote for others to read. There must be some, and
// nothing in them may lead to a person.
func words(field, given string, longest int) (string, error) {
	out, err := written(field, given, longest)
	if err == nil {
		err = trace.Gate(field, out)
	}
	return out, err
}

// written cleans what somebody wrote. There must be something.
func written(field, given string, longest int) (string, error) {
	out, err := form.CleanText(given, true)
	if f, bad := fault.As(err); bad {
		return "", f.At(field)
	}
	switch n := len([]rune(out)); {
	case n == 0:
		return "", fault.New(fault.Invalid, "form.required").At(field)
	case n > longest:
		return "", fault.New(fault.Invalid, "form.too_long").With("max", number(longest)).At(field)
	}
	return out, nil
}

func missing() error { return fault.New(fault.Missing, "relay.missing") }

// knows reports whether somebody may know of a request.
func (s *Service) knows(ctx context.Context, tx *db.Tx, a identity.Actor, r Reveal) bool {
	m, err := s.Matters.In(ctx, tx, r.Realm, r.Matter)
	if err != nil {
		return false
	}
	bodies, err := s.Matters.Concerned(ctx, tx, m)
	return err == nil && mayKnow(a, r, subject{m, bodies}, s.Now())
}
