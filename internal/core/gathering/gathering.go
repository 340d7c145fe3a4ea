// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package gathering keeps meetings: who is called and was told in time, what is on the
// agenda, who came and whether that was enough, what the minutes say, what was resolved
// and who has to do it by when. It does not know what a body is: the body whose meeting
// it is stands behind an interface, and names of people stay there. Minutes are sealed,
// and what was written once is corrected, never overwritten.
//
//	gathering.go  what a gathering is
//	kind.go       kinds of gatherings, as data (no I/O)
//	host.go       whose gathering it is: who should come, and whether they are enough
//	rules.go      terms of notice, agendas, who is present, what is missing (no I/O)
//	rules_ical.go invitations as iCalendar, RFC 5545 (no I/O)
//	call.go       convening
//	change.go     another agenda, another day, cancelled
//	notice.go     who was told, by which way, and who said so
//	attend.go     who comes and leaves: by roll, by code, from paper
//	session.go    beginning, ending, complete
//	minutes.go    minutes, and their corrections
//	resolve.go    resolutions, their owners, and with whom they were filed
//	record.go     the questions others ask
//	keeper.go     what is held about people, and its end
//	store*.go     the only SQL
package gathering

import (
	"context"
	"log/slog"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// State is where a gathering stands.
type State string

// The states.
const (
	Called    State = "called"    // convened; those who come are counted
	Running   State = "running"   // begun, with enough who had come
	Held      State = "held"      // over; its papers are being completed
	Complete  State = "complete"  // nothing that is required is missing
	NoQuorum  State = "no_quorum" // too few had come, and nothing was decided
	Cancelled State = "cancelled"
)

// States lists the states.
func States() []State { return []State{Called, Running, Held, Complete, NoQuorum, Cancelled} }

// Gathering is one meeting.
type Gathering struct {
	Realm    string
	ID       string
	Kind     string
	Number   string // within the year, of this kind and host, such as "2026-9"
	Title    string // in public words
	Host     string // whose it is, such as "assembly/…"; opaque
	For      string // what it is for, such as "proceeding/…"; empty for nothing
	Area     string
	Place    int64
	Starts   time.Time
	Ends     time.Time
	Where    string
	State    State
	Agenda   []Item
	Rule     Kind     // the kind as it was when the gathering was called
	Former   string   // the gathering that had no quorum, which this one repeats
	Guests   []string // invited units, for a host that has no members of its own
	Noticed  string   // the day on which notice was given
	Sequence int      // of the invitation: raised whenever calendars have to learn of a change
	Reason   string   // why it was cancelled, or postponed last
	Signed   int      // photographs of the signed minutes
	Begin    Quorum   // as it stood when the session began; zero before
	End      Quorum   // as it stood when it ended
	CalledAt time.Time
	BegunAt  time.Time
	EndedAt  time.Time
	Revision int
}

// Subject is how a gathering is named in audit, files and lists of work.
func Subject(id string) string { return "gathering/" + id }

// Day is the day of the gathering, as 2026-06-13, where the realms are.
func (s *Service) Day(g Gathering) string { return s.day(g.Starts) }

func (s *Service) day(at time.Time) string { return at.In(s.Zone).Format(time.DateOnly) }

// Today is the day it is where the realms are.
func (s *Service) Today() string { return s.day(s.Now()) }

// ItemKind is what an item of an agenda is for.
type ItemKind string

// The kinds of items.
const (
	Study      ItemKind = "study"      // something is read or explained
	Deliberate ItemKind = "deliberate" // talked about
	Vote       ItemKind = "vote"       // decided
	Report     ItemKind = "report"     // heard
	Question   ItemKind = "question"   // asked; has to be answered
)

// ItemKinds lists the kinds of items.
func ItemKinds() []ItemKind { return []ItemKind{Study, Deliberate, Vote, Report, Question} }

// Outcome is what became of an item.
type Outcome string

// The outcomes.
const (
	Noted    Outcome = "noted"    // heard, read
	Agreed   Outcome = "agreed"   // agreed to, or the vote passed
	Rejected Outcome = "rejected" // not agreed to, or the vote did not pass
	Deferred Outcome = "deferred" // put off to another gathering
	Answered Outcome = "answered" // a question that was answered at once
	Taken    Outcome = "taken"    // a question that somebody will answer
)

// Outcomes lists the outcomes that an item of a kind may have.
func (k ItemKind) Outcomes() []Outcome {
	if k == Question {
		return []Outcome{Answered, Taken}
	}
	return []Outcome{Noted, Agreed, Rejected, Deferred}
}

// Item is one item of an agenda.
type Item struct {
	Kind    ItemKind `json:"kind"`
	Title   string   `json:"title"` // in public words
	Ref     string   `json:"ref,omitempty"`
	Outcome Outcome  `json:"outcome,omitempty"`
	Words   string   `json:"words,omitempty"` // what was concluded, or the answer; in public words
}

// done reports whether it is written what became of the item: of a question, in words.
func (i Item) done() bool {
	return i.Outcome != "" && (i.Kind != Question || i.Words != "")
}

// Service carries out the use cases.
type Service struct {
	DB       *db.DB
	Now      clock.Clock
	Log      *slog.Logger
	Zone     *time.Location
	Box      *seal.Box
	Org      *org.Service
	Files    *files.Service
	Editions *edition.Service
	Kinds    *Book           // the kinds that the program comes with
	Hosts    map[string]Host // by what the reference begins with, such as "assembly"

	local *edition.Reader[*Book]
}

// New returns the service over what s names.
func New(s Service) *Service {
	s.local = edition.NewReader(s.Editions, Edition, Read)
	return &s
}

// convener is the role that calls gatherings and chairs them.
const convener = identity.Secretary

// MayChair reports whether somebody convenes and chairs gatherings at a place.
func (s *Service) MayChair(by identity.Actor, place int64) bool {
	for _, r := range by.RolesAt(place, "", s.Now()) {
		if r == convener {
			return true
		}
	}
	return false
}

// chaired is a gathering that somebody chairs, locked. It is Missing for everybody else.
func (s *Service) chaired(ctx context.Context, tx *db.Tx, at At) (Gathering, error) {
	g, err := locked(ctx, tx, at.Realm, at.ID)
	if err == nil && (at.By.Realm != g.Realm || !s.MayChair(at.By, g.Place)) {
		err = fault.New(fault.Missing, "gathering.missing")
	}
	if err == nil {
		err = identity.Recheck(ctx, tx, at.By, s.Now())
	}
	if err == nil && at.Revision != 0 && at.Revision != g.Revision {
		err = fault.New(fault.Stale, "gathering.stale")
	}
	return g, err
}

// At says which gathering somebody acts on. Revision is the one they saw; 0 where it
// does not matter what others did meanwhile.
type At struct {
	Realm    string
	ID       string
	Revision int
	By       identity.Actor
}

// Happened is the event "gathering.called", "gathering.changed", "gathering.held" or
// "gathering.resolved".
type Happened struct {
	Gathering  string `json:"gathering"`
	For        string `json:"for,omitempty"`
	Act        string `json:"act,omitempty"`
	State      State  `json:"state"`
	Resolution string `json:"resolution,omitempty"`
	By         string `json:"by,omitempty"`
}

// note writes what was done into the history that pages show, and into the audit:
// numbers and references, never a name.
func (s *Service) note(ctx context.Context, tx *db.Tx, g Gathering, act string, by identity.Actor, detail map[string]string) error {
	account := by.Account
	if account == "" {
		account = invited
	}
	audit.Add(ctx, tx, audit.Entry{Realm: g.Realm, Subject: Subject(g.ID), Act: "gathering." + act, Actor: account, At: s.Now(), Detail: detail})
	return insertLine(ctx, tx, g, Line{Act: act, By: account, At: s.Now(), Reason: detail["reason"]})
}

// invited is who the audit names for somebody who came by a link.
const invited = "invited"

// Line is one line of a gathering's history.
type Line struct {
	Act    string
	By     string // account
	At     time.Time
	Reason string
}
