// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package apideliberation is the API's operations for decisions: bodies and rosters,
// votes, gatherings, topics and what becomes of them.
//
//	assembly.go bodies that decide, and rosters
//	polls.go    votes
//	surveys.go  household surveys
//	board.go    the public board, objections
//	meetings.go gatherings and resolutions
//	oversight.go records that are inspected, figures
//	proceedings.go topics on their way through a procedure
//	topics.go   suggestions and topics
package apideliberation

import (
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/api/apikit"
)

// Deps is what the operations take.
type Deps struct {
	Bodies      *assembly.Service
	Polls       *poll.Service
	Surveys     *survey.Service
	Board       *disclosure.Service
	Proceedings *proceeding.Service
	Org         *org.Service
	Meetings    *gathering.Service
	Tries       func(client string) bool // whether a network may try another code of a vote or a survey
	Topics      *topic.Service
	Oversight   *oversight.Service
}

// group is the operations.
type group struct {
	*apikit.Kit
	Deps
}

// Add adds the operations to a kit.
func Add(k *apikit.Kit, d Deps) {
	s := &group{k, d}
	s.assemblies()
	s.polls()
	s.surveys()
	s.board()
	s.meetings()
	s.proceedings()
	s.topics()
	s.oversight()
}

// Who may use operations that are not for everybody with an account. Pages say the
// same of the same use cases.
var (
	readsBodies = apikit.Reads.AnyOf(identity.Secretary, identity.Scrutineer)
	keepsBodies = apikit.Moves.AnyOf(identity.Secretary)
)
