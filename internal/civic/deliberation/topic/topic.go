// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package topic keeps what is to be talked over: suggestions of residents, of matters,
// of sessions and party organisations, and the topics they are gathered into. A topic
// has a stage, a level of the five-level discussion, and the number of those who stand
// behind it, each counted once. What residents wrote is never public: a topic's title
// and text are the secretary's and pass the release gate, and each suggestion gets a
// reply. Topics are not ranked, and nobody who stands behind one is named.
//
//	topic.go        what a suggestion and a topic are
//	rules.go        stages, levels, ratios, likeness (no I/O)
//	terms.go        levels and terms, as data (no I/O)
//	raise.go        suggesting
//	gather.go       making topics of suggestions, taking one out again
//	merge.go        merging topics, and splitting them again
//	support.go      standing behind a topic
//	move.go         marks of its procedure, levels
//	answer.go       replies, answers, and what is not pursued
//	publish.go      showing what was released
//	list.go         the questions pages ask
//	figures.go      from suggestions to solutions, in numbers
//	keeper.go       what is held about people, and its end
//	store*.go       the only SQL
package topic

import (
	"context"
	"log/slog"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Origin is where a suggestion comes from.
type Origin string

// The origins.
const (
	Resident Origin = "resident" // the public form
	Matter   Origin = "matter"   // the desk made it of a matter
	Session  Origin = "session"  // a question asked at a discussion point
	Party    Origin = "party"    // a party organisation, by the secretary
	Survey   Origin = "survey"   // what households said beside their answers, in the desk's words
)

// Origins lists every origin.
func Origins() []Origin { return []Origin{Resident, Matter, Session, Party, Survey} }

// State is where a suggestion stands.
type State string

// The states.
const (
	Waiting  State = "waiting"  // not looked at yet
	Together State = "gathered" // part of a topic, and without a reply
	Replied  State = "answered"
	Declined State = "declined" // answered: it is not pursued, and why
)

// States lists every state.
func States() []State { return []State{Waiting, Together, Replied, Declined} }

// Open reports whether a reply is owed.
func (s State) Open() bool { return s == Waiting || s == Together }

// Contact is how whoever suggested may be reached. Both may be empty.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// Empty reports whether nothing was left.
func (c Contact) Empty() bool { return c == Contact{} }

// Suggestion is one wish or opinion. Its words, contact and reply are sealed at rest.
type Suggestion struct {
	Realm, ID   string
	Number      string // as people quote it
	Origin      Origin
	Source      string // what it came of, such as "matter/…" or "gathering/…"; empty for nothing
	Area        string
	Place, Town int64
	Words       string
	Contact     Contact
	Contactable bool
	State       State
	Topic       string // that it is part of; empty for none
	Reply       string // what the suggester was told
	Taker       string // account that wrote it down; empty for the public form
	At          time.Time
	Due         time.Time // by when a reply is owed
	RepliedAt   time.Time
	Forgotten   bool // its words are gone
	Revision    int
}

// name is how a suggestion is named in audit, inbox and events.
func (s Suggestion) name() string { return "suggestion/" + s.ID }

// Overdue reports whether a reply is owed and late.
func (s Suggestion) Overdue(now time.Time) bool { return s.State.Open() && now.After(s.Due) }

// Topic is something to be talked over and decided.
type Topic struct {
	Realm, ID   string
	Title, Body string // the secretary's words, for the desk
	Shown       Words  // those that were released; nothing else of a topic is public
	Answer      string // that was released, the newest
	Subject     string // of who decides what; empty while nobody said
	Area        string
	Place, Town int64
	Stage       Stage
	Into        string // the topic that it was merged with; empty for none
	Level       Level
	Ref         string // its proceeding, such as "proceeding/…"; empty for none
	Backing     Backing
	Raised      time.Time
	Entered     time.Time // the stage
	Due         time.Time // when the first reply of its suggestions is owed; zero for none
	Decided     time.Time
	Solved      time.Time
	Revision    int

	former Stage // before it was merged
}

// Words are what everybody reads of a topic.
type Words struct{ Title, Body string }

// Public reports whether everybody may know of the topic.
func (t Topic) Public() bool { return t.Shown.Title != "" }

// Backing is how many stand behind a topic, by the way in which they do. The ways are
// not added up: the same household may be in several.
type Backing struct {
	Suggestions int // that were gathered into it
	Accounts    int // signed in
	Codes       int // by the code of a suggestion that is not among Suggestions
	Reps        int // residents' representatives, on paper
	Households  int // on paper
}

// name is how a topic is named in audit, inbox and events.
func (t Topic) name() string { return Name(t.ID) }

// Name is how a topic is named by others, such as a proceeding's subject.
func Name(id string) string { return "topic/" + id }

// Page is the address of a topic at the desk.
func Page(id string) string { return "/desk/topics/" + id }

// Event is one line of a topic's history.
type Event struct {
	Seq     int
	Act     string
	Stage   Stage  // after it
	Level   Level  // after it
	Skipped bool   // levels were passed over
	Numbers [2]int // of suggestions that came or went; of representatives and households on paper
	Words   string
	Shown   string // what of the words was released
	Ref     string // another topic, a suggestion, or a proceeding
	Account string
	At      time.Time
}

// Service carries out the use cases. All fields are required.
type Service struct {
	DB       *db.DB
	Now      clock.Clock
	Log      *slog.Logger
	Calendar *clock.Calendar
	Org      *org.Service
	Box      *seal.Box
	Releases *release.Service
	Terms    *Terms
	Sources  Sources
	Decides  Subjects
	Say      func(key string) string // a text in the first language, for lists of what is to do
}

// Sources answers what a suggestion was made of.
type Sources interface {
	// Source returns where something like "matter/…" or "gathering/…" is. It fails with
	// Missing for what there is not, and for what the actor must not see.
	Source(ctx context.Context, realm, ref string, by identity.Actor) (area string, err error)
}

// Subjects answers what a topic may be about.
type Subjects interface {
	// Known reports whether somebody decides a subject today.
	Known(subject string) bool
}

// Happened is the event "topic.suggested", "topic.gathered", "topic.parted",
// "topic.merged", "topic.split", "topic.moved", "topic.rose", "topic.answered",
// "topic.supported", or of another line of its history.
type Happened struct {
	Topic      string `json:"topic,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
	Source     string `json:"source,omitempty"`
	Stage      Stage  `json:"stage,omitempty"`
	Into       string `json:"into,omitempty"`
	Ref        string `json:"ref,omitempty"`
	Place      int64  `json:"place"`
}

// MayKeep reports whether somebody gathers, answers and moves what is at a place: its
// secretary.
func (s *Service) MayKeep(by identity.Actor, place int64) bool {
	return s.has(by, place, identity.Secretary)
}

// MaySee reports whether somebody sees topics of a place before they are public.
func (s *Service) MaySee(by identity.Actor, place int64) bool {
	return s.has(by, place, identity.Secretary, identity.Scrutineer, identity.ShiftHead, identity.Dispatcher, identity.Auditor, identity.Inspector)
}

func (s *Service) has(by identity.Actor, place int64, roles ...identity.Role) bool {
	for _, have := range by.RolesAt(place, "", s.Now()) {
		for _, want := range roles {
			if have == want {
				return true
			}
		}
	}
	return false
}

func notYours() error { return fault.New(fault.Denied, "topic.not_yours") }

// tell writes what happened to a topic: its history, the audit, the event.
func (s *Service) tell(ctx context.Context, tx *db.Tx, t Topic, e Event) error {
	e.Seq, e.Stage, e.Level, e.At = t.Revision, t.Stage, t.Level, s.Now()
	if err := appendEvent(ctx, tx, t, e); err != nil {
		return err
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: t.Realm, Subject: t.name(), Act: "topic." + e.Act, Actor: e.Account, At: e.At,
		Detail: map[string]any{"stage": t.Stage, "level": t.Level, "into": t.Into, "ref": e.Ref},
	})
	return outbox.Add(ctx, tx, t.Realm, "topic."+e.Act, e.At, Happened{Topic: t.ID, Stage: t.Stage, Into: t.Into, Ref: e.Ref, Place: t.Place})
}

// note writes what happened to a suggestion into the audit: references, no words.
func (s *Service) note(ctx context.Context, tx *db.Tx, g Suggestion, act, account string) {
	audit.Add(ctx, tx, audit.Entry{
		Realm: g.Realm, Subject: g.name(), Act: "suggestion." + act, Actor: account, At: s.Now(),
		Detail: map[string]any{"origin": g.Origin, "source": g.Source, "state": g.State, "topic": g.Topic},
	})
}
