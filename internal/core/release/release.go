// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package release stands between what is written for the public and the public.
// Whatever is to be shown to everybody is a draft about a subject: words, or a file
// with words, or both. It is looked through for traces of persons, mended by who
// wrote it, and released by a second person of the place's desk. What is public can
// be withdrawn with a reason that is shown. It does not know what the subject is:
// whoever owns it registers a Publisher for its kind, which writes or removes what
// is shown, in the transaction that decides.
//
//	release.go  what a draft is
//	rules.go    finds, who may release, what may be let through (no I/O)
//	write.go    something is written, and mended
//	decide.go   it is released, returned, withdrawn
//	retract.go  the owner of a subject takes back what there is of it
//	list.go     the questions pages ask
//	store.go    the only SQL
package release

import (
	"context"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/trace"
	"pavilion/internal/platform/db"
)

// State is where a draft stands.
type State string

// The states. Nothing is shown to the public but what is Released.
const (
	Drafted    State = "drafted"    // has traces that its author has to take out
	Waiting    State = "waiting"    // for a second person
	Returned   State = "returned"   // to its author, with a reason
	Released   State = "released"   // public
	Withdrawn  State = "withdrawn"  // given up before, or taken back after it was public
	Superseded State = "superseded" // was public until a later draft took its place
)

// States lists every state.
func States() []State {
	return []State{Drafted, Waiting, Returned, Released, Withdrawn, Superseded}
}

// Live reports whether a draft in the state is still to be decided.
func (s State) Live() bool { return s == Drafted || s == Waiting || s == Returned }

// Part is one of a draft's texts, under the name that its kind gives it.
type Part struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Draft is something that is to become public, or is.
type Draft struct {
	Realm   string
	ID      string
	Kind    string // what sort of publication, such as "matter.text"; its text is "release.kind.…"
	Subject string // what it is about, such as "matter/…"
	File    string // the photo that is to be shown; empty for words alone
	Title   string // what it is about in a line, for staff
	Link    string // the subject's page at the desk
	Area    string
	Place   int64  // where Area begins
	Town    int64  // where its town begins; 0 when only the realm is known
	Avoid   string // the body that must not see it; empty for none
	Words   []Part
	Version int // of the words, from 1

	Withheld bool // its words and its file are not for whoever asked: its texts are empty

	State    State
	Author   string // of this version
	Releaser string
	Reason   string // why it was returned or withdrawn; for one that is released, why finds were let through
	At       time.Time
	Decided  time.Time
	Revision int
}

// Text returns the part with the given name, or nothing.
func (d Draft) Text(name string) string {
	for _, p := range d.Words {
		if p.Name == name {
			return p.Text
		}
	}
	return ""
}

// Version is one wording of a draft. One that had traces which never may be public
// is kept with these taken out: the values are nowhere once they are mended.
type Version struct {
	Number int
	Words  []Part
	Kinds  []trace.Kind // that were found in it
	Author string
	At     time.Time

	Withheld bool // its words are not for whoever asked
}

// Event is one line of a draft's trail.
type Event struct {
	Act     string // "written", "mended", "released", "returned", "withdrawn", "superseded", "destroyed"
	Version int
	Kinds   []trace.Kind // that were found when it was written, or let through when it was released
	Reason  string
	Actor   string
	At      time.Time
}

// Trail is a draft with all that happened to it.
type Trail struct {
	Draft
	Versions []Version
	Events   []Event
}

// Publisher is told within the transaction that a draft has become Released, or
// Withdrawn or Superseded after it was. It shows it, or stops showing it, and fails
// with Conflict for what may not be public any more.
type Publisher func(ctx context.Context, tx *db.Tx, d Draft) error

// Service carries out the use cases.
type Service struct {
	DB         *db.DB
	Now        clock.Clock
	Publishers map[string]Publisher // by kind
}

// Subject names a draft to inbox and audit.
func (d Draft) subject() string { return "release/" + d.ID }
