// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package poll takes votes and counts them: open and secret ones, in the room, on
// paper and online, all in one count. That somebody voted and what was voted in
// secret are stored so that nothing joins them; docs/adr/0042 says how, and what
// that does not protect from.
//
//	poll.go             what a poll is
//	call.go             freezing a roster and opening a vote on it
//	open.go             opening one on a frozen roster
//	letter.go           credentials, shown once
//	entrust.go          the key of the urn in the hands of three people
//	cast.go             a ballot into the urn, with a credential
//	vote.go             a vote by name
//	paper.go            somebody takes a paper; what scrutineers counted
//	close.go            counting, in one transaction
//	list.go             the questions pages ask
//	keeper.go           what it holds about voters, and forgets
//	rules.go            questions, options, who votes how (no I/O)
//	rules_count.go      the count, second rounds (no I/O)
//	rules_code.go       credentials, tracking codes, the tree of ballots (no I/O)
//	store*.go           the only SQL
package poll

import (
	"log/slog"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Channel is the way by which a vote comes in.
type Channel string

// The channels.
const (
	Room   Channel = "room"   // by roll or on a paper given out in the room
	Paper  Channel = "paper"  // on a paper given out before
	Online Channel = "online" // on the page, with a credential or signed in
)

// Channels lists the channels.
func Channels() []Channel { return []Channel{Room, Paper, Online} }

// State is whether a poll still takes votes.
type State string

// The states. A poll whose closing instant has passed takes no more votes while it
// is Running either; it waits to be counted.
const (
	Running State = "running"
	Counted State = "counted"
	Dropped State = "dropped" // given up with a reason in the audit, and never counted
)

// Poll is one vote: one question to one roster.
type Poll struct {
	Realm      string
	ID         string
	Subject    string // what is decided, such as "topic/…"; opaque
	Roster     string // id of the frozen roster
	Place      int64
	Question   string
	Options    []string // to choose one of; none for a question of for and against
	Rule       tally.Rule
	Secret     bool
	Changeable bool // an open vote may be changed until closing
	Channels   []Channel
	Former     string // the poll that this repeats, or is the second round of
	State      State
	OpenedAt   time.Time
	Closes     time.Time

	hands string // the lock of the urn, as it is stored
}

// Entrusted reports whether the key of the urn is, or was, in the hands of several
// people.
func (p Poll) Entrusted() bool { return p.hands != "" }

// handsGone is what is stored of the lock when the poll has ended.
func (p Poll) handsGone() string {
	if p.Entrusted() {
		return gone
	}
	return ""
}

// name is how the poll is named in audit and events.
func (p Poll) name() string { return prefix + p.ID }

// Takes reports whether votes are taken at an instant, which is the server's.
func (p Poll) Takes(now time.Time) bool { return p.State == Running && now.Before(p.Closes) }

// Voter is one who is entitled.
type Voter struct {
	Member  string    // opaque
	Holder  string    // the member who votes for this one by proxy; empty for none
	Account string    // that may vote without a credential when the vote is open; empty for none
	Share   tally.Sum // one person, and the area where that counts
	Aside   bool      // should come, stands aside, and has no vote
	Letters int       // credentials issued so far
	Channel Channel   // by which the vote came; empty while it has not
}

// Service carries out the use cases.
type Service struct {
	DB     *db.DB
	Now    clock.Clock
	Log    *slog.Logger
	Box    *seal.Box
	Bodies *assembly.Service // whose rosters votes are on; for Call alone
}

// The roles that act on polls.
const (
	chair      = identity.Secretary  // opens, calls the roll, closes
	scrutineer = identity.Scrutineer // counts paper
)

// MayChair reports whether somebody opens and closes votes at a place.
func (s *Service) MayChair(by identity.Actor, place int64) bool { return s.has(by, place, chair) }

// MayScrutinise reports whether somebody counts paper at a place.
func (s *Service) MayScrutinise(by identity.Actor, place int64) bool {
	return s.has(by, place, scrutineer)
}

func (s *Service) has(by identity.Actor, place int64, role identity.Role) bool {
	for _, r := range by.RolesAt(place, "", s.Now()) {
		if r == role {
			return true
		}
	}
	return false
}
