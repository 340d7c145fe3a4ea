// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package rights is the desk for people who ask what is kept about them: to be told,
// to have a copy, to set right, to delete, to withdraw their consent. A request has
// a procedure and clocks like any other; where nothing stands in the way it is
// carried out at once. Deletion is proposed by one person and decided by another.
// Basis: Personal Information Protection Law arts. 15, 16, 44–50.
//
//	rights.go           what a request is
//	ask.go              asking, at one of three doors
//	move.go             moving one on, and what the program does when a term runs out
//	rules.go            who may do what (no I/O)
//	list.go             the questions pages ask
//	keeper.go           what requests themselves hold about people
//	store.go            the only SQL
//	store_retention.go  what replaces words
package rights

import (
	"context"
	"log/slog"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/form"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Procedure is the name of the procedure that requests follow.
const Procedure = "rights.standard"

// Wish is what somebody asks for.
type Wish string

// The wishes.
const (
	Query    Wish = "query"
	Copy     Wish = "copy"
	Correct  Wish = "correct"
	Delete   Wish = "delete"
	Withdraw Wish = "withdraw"
)

// Wishes lists every wish.
func Wishes() []Wish { return []Wish{Query, Copy, Correct, Delete, Withdraw} }

// Door is where a request comes in.
type Door string

// The doors: the reporter with number and code, somebody at the desk, and somebody
// who works here about their own account.
const (
	ByCode Door = "code"
	AtDesk Door = "desk"
	Own    Door = "own"
)

// Request is one person asking.
type Request struct {
	Realm       string
	ID          string
	Wish        Wish
	Door        Door
	Subject     string // whose data, such as "matter/…"; empty if nothing is named
	Number      string // of the matter, as people quote it
	Place, Town int64
	Ask         form.Answers // what was written, and at the desk how identity was checked; sealed
	State       procedure.State
	Version     int // of the procedure
	Revision    int
	Taker       string // account that wrote it down, or that asks about itself
	Proposer    string // of the deletion
	Extended    bool
	Ground      string // of a refusal
	At          time.Time
	EnteredAt   time.Time // the state
	Due, Timer  time.Time
	Warn, Whole time.Time
	Forgotten   bool // its words are gone
}

// name is how the request is named in audit and inbox.
func (r Request) name() string { return "request/" + r.ID }

// Light says how far the term of the present state has run.
func (r Request) Light(now time.Time) clock.Light {
	if r.Due.IsZero() {
		return clock.NoLight
	}
	return clock.LightAt(now, r.Warn, r.Due)
}

// Event is one step of a request.
type Event struct {
	Seq     int
	Action  procedure.Action
	State   procedure.State // after it
	Actor   string
	Role    procedure.Role
	Answers form.Answers
	At      time.Time
	past    procedure.Past
}

// Subject is somebody's data, as whoever keeps them finds them.
type Subject struct {
	Name        string // such as "matter/…"
	Number      string
	Place, Town int64
	Open        bool // it is still dealt with
}

// Subjects finds what a request is about.
type Subjects interface {
	// Numbered fails with Missing for a number that there is not, and for one that
	// the actor must not see.
	Numbered(ctx context.Context, realm, number string) (Subject, error)
}

// Service carries out the use cases.
type Service struct {
	DB        *db.DB
	Now       clock.Clock
	Log       *slog.Logger
	Forms     form.Forms
	Library   *procedure.Library
	Org       *org.Service
	Box       *seal.Box
	Retention *retention.Service
	Subjects  Subjects
	Say       func(key string) string // a text in the first language, for lists of what is to do
}
