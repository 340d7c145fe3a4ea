// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package matter handles matters: what residents report and grid workers find,
// from the first word to the reporter's answer to "was it dealt with?".
//
//	matter.go     what a matter is
//	kinds.go      the kinds of matter there are, from the catalogue
//	rules.go      what may happen to it, and who may see it (no I/O)
//	report.go     somebody reports
//	move.go       somebody makes a move of the procedure, and what it changes
//	expire.go     a term runs out: the system makes the move
//	reporter.go   following a matter with number and code; who reported it, sealed
//	messages.go   messages of an earlier system are imported
//	service.go    what the use cases share
//	list.go       the questions that pages ask
//	find.go       search
//	store*.go     where it is kept (the only SQL)
package matter

import (
	"log/slog"
	"strconv"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/geo"
	"pavilion/internal/core/files"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Procedure is the name of the procedure that matters follow.
const Procedure = "matter.standard"

// Matter is one thing that somebody wants dealt with.
type Matter struct {
	Realm   string // the authority that runs it
	ID      string
	Number  string // what people quote: the day and seven digits
	Version int    // of the procedure it began with

	State    procedure.State
	Open     bool // no final state is reached
	Revision int  // raised by every change; guards against lost updates

	Type    string // code of the catalogue; empty until somebody decides
	Privacy string // class A (no personal data) to D (sealed)
	Title   string
	Text    string
	Address string
	Point   *geo.Point
	Area    string // the smallest known area
	Place   int64  // where Area begins in the order of areas
	Town    int64  // where its town begins; 0 when only the realm is known

	Owner       string // the body that deals with it
	Handler     string // the account that handled it last
	Reporter    string // the account that reported it; empty without one
	Contactable bool   // a sealed contact is kept
	Published   bool   // may be shown on the public list
	PublicText  string // the desk's own words for the public
	Reply       string // what the reporter was told
	Rating      int    // 1 to 5; 0 when not rated
	Escalation  int    // how often a term ran out

	Origin   string // the channel: "web", "desk", "api", "import"
	OriginID string // unique within the origin; makes retries harmless

	ReportedAt time.Time
	EnteredAt  time.Time // when the present state began
	Due        time.Time // when the present state's term ends; zero if it has none
	Timer      time.Time // when the system acts next; zero if it does not
	UpdatedAt  time.Time
}

// Subject names the matter to the packages that do not know what it is.
func (m Matter) Subject() string { return Subject(m.ID) }

// Subject is how the matter with the given id is named in audit, files and inbox.
func Subject(id string) string { return "matter/" + id }

// PhotosOf names what the photos of one event of a matter are attached to.
func PhotosOf(id string, seq int) string { return Subject(id) + "/" + strconv.Itoa(seq) }

// Event is one line of a matter's history. History is never updated.
type Event struct {
	Seq      int
	Action   procedure.Action
	From, To procedure.State
	Actor    string // account; empty for the reporter and for the system
	Role     procedure.Role
	Body     string            // the body the actor acted for
	Answers  map[string]string // the form as it was filled in
	Basis    string
	Photos   int
	At       time.Time
	Due      time.Time // of the state reached
}

// Service carries out the use cases on matters.
type Service struct {
	DB       *db.DB
	Now      clock.Clock
	Log      *slog.Logger
	Calendar *clock.Calendar
	Kinds    *Kinds
	Forms    Forms
	Library  *procedure.Library
	Org      *org.Service
	Files    *files.Service
	Box      *seal.Box
}
