// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package matter handles matters: what residents report and grid workers find,
// from the first word to the reporter's answer to "was it dealt with?".
//
//	matter.go     what a matter is
//	kinds.go      the kinds of matter there are, from the catalogue
//	rules.go      who may see it, who may get it, how long it may take (no I/O)
//	rules_move.go when which move may be made (no I/O)
//	report.go     somebody reports
//	move.go       somebody makes a move of the procedure, or the system does when a term runs out
//	publish.go    words for the public are written, shown, and taken back
//	effects.go    what moves change besides the state
//	relation.go   parts, called bodies, and matters that are one and the same
//	recount.go    the calendar has changed: terms are counted again
//	reporter.go   following a matter with number and code; who reported it, sealed
//	messages.go   messages of an earlier system are imported
//	service.go    what the use cases share
//	detail.go     one matter, as whoever asks may see it; saying what one needs it for
//	access.go     who can see one, who may do what with it, and why not
//	words.go      its words at rest: open, or sealed, as its class asks for
//	store*.go     where it is kept (the only SQL)
package matter

import (
	"log/slog"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/form"
	"pavilion/internal/base/geo"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/privacy"
	"pavilion/internal/core/files"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
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
	Reporter    string // a sum of the account that reported it, see Mark; empty without one
	Contactable bool   // a sealed contact is kept
	Published   bool   // may be shown on the public list
	PublicText  string // the desk's own words for the public, once they are released
	Reply       string // what the reporter was told
	Rating      int    // 1 to 5; 0 when not rated
	Escalation  int    // how often a term ran out

	Returns    int  // how often a body objected to it
	Arbitrated bool // the shift head has decided who deals with it
	Reworks    int  // how often the work was sent back
	Extensions int  // how often its term was lengthened
	Supervised bool // an answer to supervision is owed
	Drawn      bool // handled on the spot and drawn for a look afterwards

	HandlerBody string      // the body that handled it last
	About       string      // the body that is complained about, which must not get it
	Edition     int         // of the catalogue, under which it was dispatched; 0 before
	Grade       int         // of the area, 1 to 3, when it was dispatched
	Condition   string      // which of its type's conditions holds; empty for none
	Applied     Application // what is applied for and not decided; zero if nothing is

	Relation  Relation // what it is to its parent
	Parent    string   // id of the matter it is a part of
	Parts     int      // how many of its own parts are open
	Main      string   // id of the matter it is the same as, while it is merged
	Joined    int      // how many matters are merged into it
	Followers int      // how many people said "this is it" instead of reporting

	Keeper     string // the account that was asked first and keeps it until a body signs
	KeeperNext string // the account it was offered to

	Tries     int    // calls made to the reporter about the result
	Reached   string // "yes", "no" or empty: what the last call found
	Solved    string
	Satisfied string

	Origin   string // the channel: "web", "desk", "api", "import"
	OriginID string // unique within the origin; makes retries harmless

	ReportedAt time.Time
	EnteredAt  time.Time // when the present state began
	Due        time.Time // when the present state's term ends; zero if it has none
	Warn       time.Time // when the light of that term turns yellow
	Whole      time.Time // when the term of the matter as a whole ends; zero while none runs
	Timer      time.Time // when the system acts next; zero if it does not
	UpdatedAt  time.Time

	// Withheld are the fields that are empty because its class keeps them from
	// whoever reads it here. They are no values: nothing writes them back.
	Withheld []privacy.Field

	sealed string // its words, as they are stored
}

// Relation is what a matter is to its parent.
type Relation string

// The relations. A part is a piece of what was reported; a helper's share and a
// whistle's answer are work for other bodies. None of them counts as a matter of
// its own in statistics.
const (
	Part    Relation = "part"
	Assist  Relation = "assist"
	Whistle Relation = "whistle"
)

// Application is a body asking for something that another person decides.
type Application struct {
	Kind string // "extension", "suspension" or "void"; empty for none
	By   string // the account that asked
	Body string // for which body
	Days int    // workdays of an extension, days of a suspension
}

// Light says how far the term of the present state has run.
func (m Matter) Light(now time.Time) clock.Light {
	if !m.Open {
		return clock.NoLight
	}
	return clock.LightAt(now, m.Warn, m.Due)
}

// Subject names the matter to the packages that do not know what it is.
func (m Matter) Subject() string { return Subject(m.ID) }

// Subject is how the matter with the given id is named in audit, files and inbox.
func Subject(id string) string { return "matter/" + id }

// idOf is the id of the matter that a subject names.
func idOf(subject string) string { return strings.TrimPrefix(subject, "matter/") }

// PhotosOf names what the photos of one event of a matter are attached to.
func PhotosOf(id string, seq int) string { return Subject(id) + "/" + strconv.Itoa(seq) }

// Event is one line of a matter's history. History is never updated.
type Event struct {
	Seq      int
	Action   procedure.Action
	From, To procedure.State
	Actor    string // account; of a report the sum of it; empty for the reporter and for the system
	Role     procedure.Role
	Body     string            // the body the actor acted for
	Answers  map[string]string // the form as it was filled in
	Basis    string
	Photos   int
	At       time.Time
	Due      time.Time  // of the state reached
	Term     clock.Term // begun with the state; zero if none was
	Extra    clock.Term // granted in addition
	Whole    clock.Term // of the matter as a whole, with the step that began it
}

// Service carries out the use cases on matters.
type Service struct {
	DB       *db.DB
	Now      clock.Clock
	Log      *slog.Logger
	Calendar *clock.Calendar
	Types    *kind.Library
	Forms    form.Forms
	Library  *procedure.Library
	Org      *org.Service
	Files    *files.Service
	Box      *seal.Box
	Releases *release.Service // what is to become public

	Admission Admission // may be nil: then every task may go to grids and communities
}
