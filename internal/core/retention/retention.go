// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package retention ends what need not be kept. A schedule, which is an edition,
// says for each kind of data how long after its end it is kept and what becomes of
// it then; a job carries that out; a hold with a reason stops it. Whatever is
// destroyed leaves a tombstone: what it was, when, by which rule, and a hash. It
// does not know what a kind of data is: those who keep it offer a Keeper.
//
//	retention.go  keepers, items, deeds
//	rules.go      the schedule: reading, checking, finding the row (no I/O)
//	run.go        carrying the schedule out; forgetting one subject
//	hold.go       what must not be destroyed yet
//	emergency.go  what was collected for an event, and its end
//	report.go     what was destroyed, and whether the audit says the same
//	store.go      the only SQL
package retention

import (
	"context"
	"log/slog"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
)

// Edition is the kind of edition that schedules are.
const Edition = "retention"

// Deed is what becomes of data whose time has come.
type Deed string

// The deeds.
const (
	Destroy    Deed = "destroy"    // nothing is left but the tombstone
	Deidentify Deed = "deidentify" // facts stay, words and whatever leads to a person go
	Keep       Deed = "keep"       // stays; the row says why
)

// Urgent is the state that a schedule names for what was collected for an
// emergency: its time runs from when that was lifted.
const Urgent = "emergency"

// Kind is one kind of data that is kept about people.
type Kind struct {
	Name    string // such as "contact"
	Deeds   []Deed // what may become of it
	Classes bool   // its items have classes of privacy
	States  []string
	Min     int    // days that law wants it kept; 0 for none
	Max     int    // days after which it has to be gone; 0 for none
	Basis   string // text key of what sets Min or Max
}

// Item is one thing that may be destroyed.
type Item struct {
	Kind    string
	Subject string // such as "matter/…"
	Class   string // of privacy; empty for kinds without
	State   string // in which it ended; Urgent if that is why it is asked for
	Place   int64
	Ended   time.Time
	Open    bool // it has not ended
}

// Question asks for items of one kind. With Subject, for those of one subject,
// ended or not; else for those that ended before an instant and are not destroyed.
type Question struct {
	Realm, Kind, Subject string
	Class, State         string // empty for any
	Before               time.Time
	During               *Span  // collected for an emergency; then Before and State do not count
	After                string // the subject of the last item seen
	Limit                int
}

// Span is where and when things were collected for an emergency.
type Span struct {
	Lo, Hi   int64
	Types    []string
	From, To time.Time
}

// Record is one thing that is held about a subject, as the subject is told it.
type Record struct {
	Kind  string    `json:"kind"`
	Key   string    `json:"field"` // text key of its name
	Value string    `json:"value"`
	At    time.Time `json:"at,omitzero"`
}

// Correction is a subject setting right what is held.
type Correction struct {
	Realm, Subject string
	Values         map[string]string // by field
	By             string            // account; empty for a reporter
	At             time.Time
}

// Keeper is a part of the program that keeps something about people.
type Keeper interface {
	// Kinds are the kinds of data it keeps.
	Kinds() []Kind
	// Over lists items in the order of their subjects.
	Over(ctx context.Context, tx *db.Tx, q Question) ([]Item, error)
	// Forget carries a deed out on an item and returns how many records are gone.
	// Files go after the commit, by a job that is tried until it is done.
	Forget(ctx context.Context, tx *db.Tx, s Stone) (int, error)
	// Held returns what is held about a subject; nothing for one it does not know.
	Held(ctx context.Context, realm, subject string) ([]Record, error)
	// Correct sets right what is held, in tx, and reports whether it keeps that.
	Correct(ctx context.Context, tx *db.Tx, c Correction) (bool, error)
}

// Service carries out the use cases.
type Service struct {
	DB       *db.DB
	Now      clock.Clock
	Log      *slog.Logger
	Org      *org.Service
	Editions *edition.Service
	Keepers  []Keeper

	rules *edition.Reader[Schedule]
}

// New returns the service over what s names.
func New(s Service) *Service {
	s.rules = edition.NewReader(s.Editions, Edition, Parse)
	return &s
}

// Kinds lists all kinds of data, in the order of their keepers.
func (s *Service) Kinds() []Kind {
	var out []Kind
	for _, k := range s.Keepers {
		out = append(out, k.Kinds()...)
	}
	return out
}

// keeper is who keeps a kind of data, or nil.
func (s *Service) keeper(kind string) Keeper {
	for _, k := range s.Keepers {
		for _, has := range k.Kinds() {
			if has.Name == kind {
				return k
			}
		}
	}
	return nil
}

// Schedule returns the schedule in force and the number of its edition.
func (s *Service) Schedule(ctx context.Context, realm string) (Schedule, int, error) {
	return s.rules.At(ctx, realm, s.Now())
}

// Check lists what is wrong with a schedule.
func (s *Service) Check(_ context.Context, _ string, body []byte) []edition.Problem {
	schedule, err := Parse(body)
	if err != nil {
		return []edition.Problem{{Path: "body", Key: "kind.unreadable", Params: map[string]string{"problem": err.Error()}}}
	}
	return schedule.Lint(s.Kinds())
}
