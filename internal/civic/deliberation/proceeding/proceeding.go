// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package proceeding carries a topic from proposal to outcome: by which procedure, which
// step is next, and what each has to prove. A procedure is data on core/procedure; what
// its steps prove are guards, and a guard looks at what is there: a meeting with its
// minutes, a counted vote of the right body on a frozen roster, a notice that stood for
// the lawful days. Nobody ticks a step off. A step whose proof is gone is red.
//
//	proceeding.go   what a proceeding is
//	start.go        beginning one
//	move.go         moving one on, and what the program does when a term runs out
//	proof.go        what is put to a step, and taken from it
//	call.go         gatherings, votes and notices that begin from a step
//	carry.go        another procedure, when the law has changed
//	back.go         sent back by supervision
//	custom.go       a realm's own procedure
//	fact.go         what the proofs are worth now, asked of those who keep them
//	list.go         the questions pages ask
//	course.go       what everybody may see
//	publish.go      words that were released
//	rules.go        who may do what, the guards (no I/O)
//	rules_lint.go   what a procedure has to have (no I/O)
//	rules_proof.go  what a proof is worth (no I/O)
//	rules_step.go   the steps, and where each stands (no I/O)
//	store*.go       the only SQL
package proceeding

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/form"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// Step is something that a procedure has to prove. Its name is the same in every
// procedure, so that a proof is kept when a proceeding is carried over.
type Step string

// The steps, in the order in which they mostly come.
const (
	Survey     Step = "survey"     // the households were asked
	Proposal   Step = "proposal"   // somebody proposes, in words
	Talk       Step = "talk"       // branch and committee have talked it over
	Party      Step = "party"      // the party members' meeting agrees
	Decision   Step = "decision"   // the body that decides has decided
	Resolution Step = "resolution" // what was decided is published
	Works      Step = "works"      // it is carried out
	Outcome    Step = "outcome"    // what came of it is published
	Filing     Step = "filing"     // it is filed where the law wants it
)

// Steps lists every step.
func Steps() []Step {
	return []Step{Survey, Proposal, Talk, Party, Decision, Resolution, Works, Outcome, Filing}
}

// Proceeding is one topic on its way through a procedure.
type Proceeding struct {
	Realm       string
	ID          string
	Topic       string // id of the topic
	Matter      string // id of the matter it came from, or that carries it out; empty for none
	Title       string // for staff; the public reads the topic's
	Subject     string // of the table of who decides what
	Area        string
	Place, Town int64
	Declared    bool   // it is no emergency, not one person's affair, and nothing that law forbids
	OneLeader   bool   // one person leads branch and committee: proposal and talk are one
	Procedure   string // such as topic.four_two
	Version     int    // of it
	State       procedure.State
	Ended       bool // nothing is to be done
	Revision    int
	Plan        string // the proposal in the words that were released
	Back        Back
	Starter     string // account
	Started     time.Time
	EnteredAt   time.Time // the state
	Due, Timer  time.Time
	Warn        time.Time
}

// Back is that supervision has sent a proceeding back.
type Back struct {
	Step Step   `json:"step,omitempty"`
	Why  string `json:"why,omitempty"`
	Open bool   `json:"open,omitempty"` // nobody has answered yet
}

// Name is how a proceeding is named in audit, events, drafts, and by what belongs to it.
func (p Proceeding) Name() string { return "proceeding/" + p.ID }

// Purpose is how a step is named by gatherings, votes and notices that are for it.
func (p Proceeding) Purpose(s Step) string { return p.Name() + "/" + string(s) }

// Light says how far the term of the present state has run.
func (p Proceeding) Light(now time.Time) clock.Light {
	if p.Due.IsZero() {
		return clock.NoLight
	}
	return clock.LightAt(now, p.Warn, p.Due)
}

// Event is one line of a proceeding's history.
type Event struct {
	Seq     int
	Action  procedure.Action // of the procedure; or "start", "prove", "end_proof", "carry"
	State   procedure.State  // after it
	Step    Step             // that it is about; empty for none
	Actor   string           // account; empty for the program
	Role    procedure.Role
	Answers form.Answers
	Numbers *Numbers // of a vote that was passed or lost with it
	At      time.Time
	past    procedure.Past
}

// Numbers are how a body voted, as they were when it counted.
type Numbers struct {
	Count   tally.Count   `json:"count"`
	Verdict tally.Verdict `json:"verdict"`
	Basis   string        `json:"basis"` // text that cites the law of the rule
	Body    string        `json:"body"`  // kind of body
	Day     string        `json:"day"`
}

// Kind is what sort of thing proves.
type Kind string

// The kinds of proofs.
const (
	Words    Kind = "words"    // a proposal, as it was written
	Meeting  Kind = "meeting"  // a gathering
	Ballot   Kind = "ballot"   // a poll
	Inquiry  Kind = "inquiry"  // a survey of households
	Posting  Kind = "posting"  // a public notice
	Errand   Kind = "errand"   // a matter that carries it out
	Pictures Kind = "pictures" // photos of what was done
	Receipt  Kind = "receipt"  // that it was filed
)

// Proof is something put to a step.
type Proof struct {
	Realm      string
	Proceeding string
	ID         string
	Step       Step
	Kind       Kind
	Ref        string          // id of what it is
	Detail     json.RawMessage // what belongs to its kind
	Account    string          // who put it there
	At         time.Time
	Ended      time.Time // when it was taken from the step again
	Why        string    // it was
}

// Live reports whether a proof still counts.
func (p Proof) Live() bool { return p.Ended.IsZero() }

// Hands is a show of hands as the minutes have it. How many should and did come
// is the gathering's; nobody enters an outcome.
type Hands struct {
	For       int64 `json:"for"`
	Against   int64 `json:"against"`
	Abstained int64 `json:"abstained"`
	Spoilt    int64 `json:"spoilt"`
}

// meeting is what is kept with a proof that is a gathering: the rule as it was on its
// day, and the show of hands if there was one.
type meeting struct {
	Rule  tally.Rule `json:"rule"`
	Hands *Hands     `json:"hands,omitempty"`
}

// Paper is what was filed, and the receipt.
type Paper struct {
	With   string `json:"with"`   // office, in public words
	Number string `json:"number"` // of the receipt
	Day    string `json:"day"`
}

// Said is a proposal as it was written.
type Said struct {
	Plan  string `json:"plan"`
	From  string `json:"from"`  // branch, committee, owners … as the form has it
	Paper string `json:"paper"` // number of the document; empty for none
}

// ErrandState is how a matter stands, as far as a proceeding has to know.
type ErrandState struct {
	Number string // as people quote it
	Place  int64
	Done   bool // it is closed, after somebody else looked
}

// Errands answers about matters. App fills it with who keeps them.
type Errands interface {
	// Errand says how a matter stands. It fails with Missing for one that there is not.
	Errand(ctx context.Context, tx *db.Tx, realm, matter string) (ErrandState, error)
}

// Service carries out the use cases. All fields are required.
type Service struct {
	DB         *db.DB
	Now        clock.Clock
	Log        *slog.Logger
	Zone       *time.Location
	Forms      form.Forms
	Library    *procedure.Library
	Org        *org.Service
	Editions   *edition.Service
	Files      *files.Service
	Releases   *release.Service
	Bodies     *assembly.Service
	Polls      *poll.Service
	Surveys    *survey.Service
	Notices    *disclosure.Service
	Topics     *topic.Service
	Gatherings *gathering.Service
	Errands    Errands
	Say        func(key string) string // a text in the first language, for lists of what is to do
}

// Today is the day it is where the realms are.
func (s *Service) Today() string { return s.day(s.Now()) }

func (s *Service) day(t time.Time) string { return t.In(s.Zone).Format(time.DateOnly) }

// Happened is the event "proceeding.started" or "proceeding.moved".
type Happened struct {
	Proceeding string           `json:"proceeding"`
	Topic      string           `json:"topic"`
	Matter     string           `json:"matter,omitempty"`
	Action     procedure.Action `json:"action"`
	State      procedure.State  `json:"state"`
	Step       Step             `json:"step,omitempty"`
	Place      int64            `json:"place"`
}
