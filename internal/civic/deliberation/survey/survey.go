// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package survey asks the households of an area what they think, door to door, on
// paper and online, and counts one answer a household, whoever gives it. It is the
// first step of one survey, three discussions and two disclosures. It decides nothing.
//
//	survey.go           what a survey is
//	open.go             a question and its list of households
//	taking.go           a list of households read from a table or a body
//	publish.go          its words are released, or taken back
//	letter.go           codes, shown once
//	answer.go           an answer, and its correction
//	remark.go           what was said beside, made a suggestion
//	close.go            counting, in one transaction
//	list.go             the questions pages ask
//	keeper.go           what it holds about households, and forgets
//	rules.go            options, the count, what of it is public (no I/O)
//	store*.go           the only SQL
package survey

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Channel is the way by which an answer comes in.
type Channel string

// The channels.
const (
	Door   Channel = "door"   // a grid worker asks at the door
	Paper  Channel = "paper"  // on a paper that somebody of the desk types in
	Online Channel = "online" // by the household itself, with the code of its letter
)

// Channels lists the channels.
func Channels() []Channel { return []Channel{Door, Paper, Online} }

// State is where a survey stands.
type State string

// The states. A survey whose closing instant has passed takes no more answers while
// it is Running either.
const (
	Drafted State = "drafted" // its words wait for a second person
	Running State = "running"
	Closed  State = "closed"  // counted
	Dropped State = "dropped" // given up, and never counted
)

// Survey is one question to the households of an area.
type Survey struct {
	Realm    string
	ID       string
	For      string // what it is for, such as "proceeding/<id>/<step>"; opaque, may be empty
	Area     string
	Place    int64
	Question string
	About    string   // what everybody should know before they answer; may be empty
	Options  []string // to choose one of; none for a question of for and against
	Channels []Channel
	State    State
	Reason   string // in public words, why it was taken back; empty while it was not
	Asked    int    // households
	Opened   time.Time
	Closes   time.Time
	Ended    time.Time
	Revision int
}

// name is how the survey is named in audit, drafts and events.
func (v Survey) name() string { return prefix + v.ID }

// prefix begins the names of surveys.
const prefix = "survey/"

// Takes reports whether answers are taken at an instant, which is the server's.
func (v Survey) Takes(now time.Time) bool { return v.State == Running && now.Before(v.Closes) }

// Page is the address of a survey's page for everybody.
func Page(id string) string { return "/surveys/" + id }

// Desk is the address of a survey's page for staff.
func Desk(id string) string { return "/desk/surveys/" + id }

// Household is one that is asked.
type Household struct {
	No      int    // within the survey
	Label   string // how people call it, such as building and flat; empty once forgotten
	Place   int64  // its grid, or the survey's own place where that is not known
	Letters int    // codes made so far
	Channel Channel
	Choice  string // empty until it has answered
	Answers int    // how many it has given: one, and its corrections
}

// Happened is the event "survey.opened", "survey.answered", "survey.closed" or
// "survey.dropped".
type Happened struct {
	Survey  string  `json:"survey"`
	For     string  `json:"for,omitempty"`
	Channel Channel `json:"channel,omitempty"`
}

// Suggestion is a remark in the words of somebody of the desk.
type Suggestion struct {
	Realm string
	Key   string // a UUID; the same for the same suggestion
	From  string // the survey
	Area  string
	Words string // that hold no trace of a person
	By    identity.Actor
}

// Suggestions takes suggestions in. App fills it with who keeps topics.
type Suggestions interface {
	Suggest(ctx context.Context, tx *db.Tx, s Suggestion) (ref string, err error)
}

// Service carries out the use cases.
type Service struct {
	DB          *db.DB
	Now         clock.Clock
	Log         *slog.Logger
	Zone        *time.Location
	Org         *org.Service
	Box         *seal.Box
	Bodies      *assembly.Service // whose households a list can be taken from
	Releases    *release.Service
	Suggestions Suggestions // nil where nobody takes any
}

// The roles that act on surveys.
const (
	keeper  = identity.Secretary  // opens, makes letters, closes
	typist  = identity.Scrutineer // types papers in
	visitor = identity.GridWorker // asks at the door
)

// MayKeep reports whether somebody opens and closes surveys at a place.
func (s *Service) MayKeep(by identity.Actor, v Survey) bool { return s.has(by, v, keeper) }

// MayType reports whether somebody types papers of a survey in.
func (s *Service) MayType(by identity.Actor, v Survey) bool { return s.has(by, v, keeper, typist) }

// MaySee reports whether somebody works on a survey in some way.
func (s *Service) MaySee(by identity.Actor, v Survey) bool {
	return s.MayType(by, v) || len(s.rounds(by, v)) > 0
}

// MayVisit reports whether somebody asks households of a survey at the door.
func (s *Service) MayVisit(by identity.Actor, v Survey) bool { return len(s.rounds(by, v)) > 0 }

func (s *Service) has(by identity.Actor, v Survey, roles ...identity.Role) bool {
	return by.Realm == v.Realm && slices.ContainsFunc(by.RolesAt(v.Place, "", s.Now()), func(r identity.Role) bool { return slices.Contains(roles, r) })
}

// span is an interval of places.
type span struct{ lo, hi int64 }

// rounds are the places of a survey at whose doors somebody asks: a grid worker's
// grids, and all of it for who keeps it.
func (s *Service) rounds(by identity.Actor, v Survey) (out []span) {
	area, ok := s.Org.Area(v.Realm, v.Area)
	if !ok || by.Realm != v.Realm {
		return nil
	}
	for _, g := range by.Grants {
		if g.Live(s.Now()) && g.For() && (g.Role == visitor || g.Role == keeper && g.Covers(v.Place)) && g.Lo < area.Hi && area.Lo < g.Hi {
			out = append(out, span{max(g.Lo, area.Lo), min(g.Hi, area.Hi)})
		}
	}
	return out
}

// visits reports whether one who asks in these places asks a household.
func visits(rounds []span, v Survey, h Household) bool {
	return slices.ContainsFunc(rounds, func(r span) bool { return h.Place == v.Place || r.lo <= h.Place && h.Place < r.hi })
}
