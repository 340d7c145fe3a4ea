// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package disclosure puts notices on the public board for the days that law asks:
// resolutions, outcomes, accounts. How long a notice has stood is never stored as an
// opinion: it follows from when it was released, when a board was down and what hung
// where, by one pure function. Anybody may object while a notice stands.
//
//	disclosure.go       what a notice is
//	publish.go          words go before the release gate, and stand from the day of release
//	change.go           corrected, withdrawn
//	board.go            paper boards, what hangs on them, when a board was down
//	object.go           somebody objects
//	answer.go           an objection is taken up and answered
//	expire.go           periods end by the clock
//	list.go             the questions pages ask
//	keeper.go           what is held about people
//	rules.go            how many days it has stood (no I/O)
//	rules_words.go      what may be written, for how long (no I/O)
//	store*.go           the only SQL
package disclosure

import (
	"log/slog"
	"strings"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Kind is what a notice tells.
type Kind string

// The kinds.
const (
	Resolution Kind = "resolution" // what was decided
	Outcome    Kind = "outcome"    // what became of it
	Finance    Kind = "finance"    // money
	General    Kind = "general"    // anything else that has to be disclosed
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Resolution, Outcome, Finance, General} }

// State is where a notice stands.
type State string

// The states. Nobody outside the desk knows of a notice that is Waiting or Dropped.
const (
	Waiting   State = "waiting" // for its words to be released
	Stands    State = "standing"
	Ended     State = "ended" // after its lawful days
	Withdrawn State = "withdrawn"
	Dropped   State = "dropped" // given up before it was public
)

// Public reports whether everybody may know of a notice in the state.
func (s State) Public() bool { return s == Stands || s == Ended || s == Withdrawn }

// Notice is one public notice.
type Notice struct {
	Realm  string
	ID     string
	Number string // of the year, as "2026-12"; empty before it was released
	Kind   Kind
	For    string // what it is published for, such as "proceeding/…/…"; opaque, empty for nothing
	Rule   string // code of the rule of the body that decided, such as villager_reps; empty for none
	Basis  string // text key of the law that sets the days
	Days   int    // for which it has to stand
	Title  string
	Issuer string // who publishes it, in public words
	Body   string
	Area   string
	Place  int64
	Boards []string // ids of the paper boards on which it has to hang as well

	State    State
	Version  int    // of the words that are public, from 1
	Material bool   // the wording that waits changes what was decided: the period begins anew with it
	Posted   string // the day of its first release, as 2026-09-20
	Until    string // the last day, as far as it was known when it was last looked at; of a withdrawn one, the day it was taken down
	Stood    int    // days that it had lawfully stood when it was withdrawn or ended
	Reason   string // of a withdrawal
	Author   string
	PostedAt time.Time
	Counted  time.Time // the release from which the period is counted
	EndedAt  time.Time // when it ended or was withdrawn
	Changed  time.Time // what everybody sees of it
	Revision int
}

// name is how a notice is named in drafts, audit and inbox.
func (n Notice) name() string { return prefix + n.ID }

const prefix = "disclosure/"

// idOf is the notice that a name belongs to.
func idOf(name string) string { return strings.TrimPrefix(name, prefix) }

// Wording is one version of a notice's words that was public.
type Wording struct {
	Version             int
	Title, Issuer, Body string
	Why                 string // it took the place of the one before; empty for the first
	Material            bool   // the period began anew with it
	At                  time.Time
}

// The kinds of drafts: the words of a notice, and the answer to an objection.
const (
	Words  = "disclosure"
	Answer = "disclosure.answer"
)

// Happened is the body of the events "disclosure.posted", "disclosure.corrected",
// "disclosure.resumed", "disclosure.ended", "disclosure.withdrawn" and
// "disclosure.objected".
type Happened struct {
	Notice    string           `json:"notice"`
	For       string           `json:"for,omitempty"`
	Kind      Kind             `json:"kind"`
	Version   int              `json:"version"`
	Material  bool             `json:"material,omitempty"` // of a correction
	Objection string           `json:"objection,omitempty"`
	State     ObjectionState   `json:"state,omitempty"`   // of the objection
	Outcome   ObjectionOutcome `json:"outcome,omitempty"` // of the objection, once it is answered
	Deed      Deed             `json:"deed,omitempty"`    // that follows an objection which was upheld
}

// Service carries out the use cases.
type Service struct {
	DB       *db.DB
	Now      clock.Clock
	Log      *slog.Logger
	Calendar *clock.Calendar
	Org      *org.Service
	Box      *seal.Box
	Files    *files.Service // photos that prove what hung where
	Bodies   *assembly.Service
	Releases *release.Service
	Say      func(key string) string // sentences for titles at the desk
}

// day is the date of an instant where the realms are.
func (s *Service) day(t time.Time) string { return t.In(s.Calendar.Zone()).Format(time.DateOnly) }

// May reports whether somebody publishes and answers at a place: its secretary.
func (s *Service) May(by identity.Actor, place int64) bool {
	for _, r := range by.RolesAt(place, "", s.Now()) {
		if r == identity.Secretary {
			return true
		}
	}
	return false
}

// Reads reports whether somebody may see what the desk sees of a place's notices: its
// secretary, who releases there, and its auditors.
func (s *Service) Reads(by identity.Actor, place int64) bool {
	for _, r := range by.RolesAt(place, "", s.Now()) {
		switch r {
		case identity.Secretary, identity.ShiftHead, identity.Dispatcher, identity.Auditor:
			return true
		}
	}
	return false
}

// Page is the address of a notice's page.
func Page(id string) string { return "/board/" + id }

// DeskPage is the address of a notice's page at the desk.
func DeskPage(id string) string { return "/desk/board/" + id }
