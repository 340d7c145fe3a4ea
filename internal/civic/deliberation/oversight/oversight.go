// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package oversight has inspectors look at the records of what was decided. They draw
// a sample by chance, see what each record lacks, add what they found, send back, and
// look again once it was answered. Whoever took part in a proceeding does not inspect
// it. What the proceedings' events add up to is counted by body and month; nobody is
// ranked.
//
//	oversight.go    what a sample and an inspection are
//	draw.go         drawing by chance, taking one up, and proving a draw
//	judge.go        what an inspector finds and decides
//	hear.go         events, folded into one row for each proceeding and into counts
//	list.go         the questions pages ask
//	figures.go      counts of a period
//	rules.go        who may inspect, lots, verdicts (no I/O)
//	rules_find.go   what a record lacks (no I/O)
//	rules_count.go  what a proceeding counts as (no I/O)
//	store*.go       the only SQL
package oversight

import (
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Service carries out the use cases. All fields are required.
type Service struct {
	DB          *db.DB
	Now         clock.Clock
	Zone        *time.Location
	Org         *org.Service
	Bodies      *assembly.Service
	Proceedings *proceeding.Service
}

// here is the time, in the zone of the realms.
func (s *Service) here() time.Time { return s.Now().In(s.Zone) }

// Trail is a proceeding as supervision keeps it: where it stands, who took part, and
// what it counts as.
type Trail struct {
	Realm      string
	Proceeding string
	Title      string // for staff
	Subject    string
	Area       string
	Place      int64
	Body       string // that decides it, once one has met or voted; empty before
	State      procedure.State
	Doers      []string // accounts that acted on it
	Bodies     []string // that met or voted
	Red        int      // passed steps that lack their proof
	Begun      time.Time
	Counted    []Cell
}

// Sample is what an inspector drew: records of proceedings that began in a period, in
// an area. Whoever has the seed and the records can draw it again.
type Sample struct {
	Realm     string
	ID        string
	Area      string
	Lo, Hi    int64
	From, To  time.Time
	Size      int // asked for
	Seed      string
	Frame     string // sum over all there were to draw from
	Found     int    // how many these were
	Barred    int    // of them, those the inspector took part in
	Inspector string // account
	At        time.Time
}

// State is how far an inspection is.
type State string

// The states.
const (
	Drawn    State = "drawn"     // nobody has judged it yet
	InOrder  State = "in_order"  // nothing was found
	Noted    State = "noted"     // something was found that needs no sending back
	SentBack State = "sent_back" // the record lacks something, and somebody has to answer
	Answered State = "answered"  // they did: it is looked at again
)

// States lists them.
func States() []State { return []State{Drawn, Answered, SentBack, Noted, InOrder} }

// Inspection is one record before one inspector.
type Inspection struct {
	Realm      string
	ID         string
	Sample     string // empty for one taken up without
	Proceeding string
	Title      string // of the proceeding
	Why        string // it was taken up without a sample
	Place      int64
	Inspector  string
	State      State
	Findings   []Finding // those the inspector added, and those there were when it was judged
	Step       proceeding.Step
	Words      string // of the last verdict
	Rounds     int    // how often it was sent back
	At         time.Time
	Judged     time.Time
	Revision   int
}

// Subject names the inspection in audit and inbox.
func (i Inspection) Subject() string { return "oversight/" + i.ID }

// Happened is the body of the events "oversight.drawn" and "oversight.judged".
type Happened struct {
	Sample     string          `json:"sample,omitempty"`
	Inspection string          `json:"inspection,omitempty"`
	Proceeding string          `json:"proceeding,omitempty"`
	State      State           `json:"state,omitempty"`
	Step       proceeding.Step `json:"step,omitempty"`
	Place      int64           `json:"place"`
}
