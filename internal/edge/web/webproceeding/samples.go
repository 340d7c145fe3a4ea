// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webproceeding

import (
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 20, 10, 0, 0, 0, time.UTC)
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Secretary"}}
	everybody := webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Course"}
	f, some := webkit.NewForm("1"), []webkit.Choice{{Value: "for", Label: "For"}, {Value: "against", Label: "Against"}}
	blue, facts := webkit.Tag{Word: "Now", Colour: "blue"}, []webkit.Fact{{Term: "Subject", Value: "Parking"}}
	line := Line{Href: root + "/1", Title: "Build a shed", Place: "Test Village", Procedure: "Four and two", State: blue, Next: "Vote", Light: "on_time", Due: at}
	proofs := []ProofLine{
		{ID: "1", Kind: "Meeting", Text: "Meeting 3", Day: "2026-09-20", Href: "/desk/gatherings/1", Lacks: "Chair", Promised: []webkit.Fact{{Term: "2026-10-01", Value: "Park"}}, May: true},
		{ID: "2", Kind: "Proposal", Text: "Branch", Said: "Build it", Ended: "Wrong"},
	}
	step := StepLine{
		Step: "decision", Name: "Decision", Status: "now", Tag: blue, Passed: "20 September", Numbers: []string{"40 of 60 came"}, Rule: "By law", Missing: []string{"No vote"},
		Proofs: proofs, Href: root + "/1/steps/decision", Optional: true,
	}
	ahead := StepLine{Step: "works", Name: "Works", Status: "ahead", Tag: webkit.Tag{Word: "Ahead"}, Href: root + "/1/steps/works"}
	moves := []webmatter.MoveForm{
		{Action: "vote", Label: "Vote", WhyNot: "No vote"}, {Action: "publish", Label: "Publish", Post: root + "/1", Revision: 2},
		{Action: "withdraw", Label: "Withdraw", Post: root + "/1", Revision: 2, Aside: true, Open: true, Fields: []webkit.Field{{Name: "reason", Label: "Reason", ID: "r", Kind: "long_text"}}},
	}
	k.Register("proceedings", DeskPage{Page: clerk, Form: f, States: some, Lines: []Line{line}, Next: root})
	k.Register("proceeding_start", StartPage{Page: clerk, Form: f, Topic: "1", Name: "Build a shed", Subjects: some, Own: some, Asked: []webkit.Field{{Name: "emergency", Label: "Emergency", ID: "e", Kind: "choice", Choices: some}}})
	k.Register("proceeding_one", OnePage{
		Page: clerk, Line: line, Href: root + "/1", Public: "/decisions/1", Facts: facts, Back: "Minutes", BackStep: "Talk", Changed: "Collective", Lead: true, Revision: 2,
		Moves: moves, Steps: []StepLine{step, ahead}, Do: webkit.Fact{Value: "Decision", Href: root}, Plan: "Build it", Timeline: []webkit.Event{{State: "done", What: "Begun", At: at}},
	})
	deeds := map[string]bool{}
	for _, d := range []Deed{Attach, Raised, OpenVote, Write, Filed, Errands, Pictured} {
		deeds[string(d)] = true
	}
	k.Register("proceeding_step", StepPage{
		Page: clerk, Forms: forms("", f), Line: step, Back: root + "/1", Revision: 2, Lead: true, Deeds: deeds, Calls: "/desk/gatherings/new", CallKey: "proceeding.call.gathering",
		There: some, Bodies: some, Meetings: some, Kinds: some, Channels: some,
	})
	k.Register("proceeding_course", CoursePage{
		Page: everybody, Name: "Build a shed", State: blue, Place: "Test Village", Lead: "By law", Plan: "Build it", Topic: "/topics/1", Changed: "Changed",
		Stages: []StageLine{{Class: "now", Name: "Decision", Day: "20 September", Said: []string{"40 of 60"}, Rule: "By law", Notices: facts, Failing: "Gone", Waits: "Vote"}},
		Parts:  []PartLine{{Name: "Discussion", Done: true}, {Name: "Decision", Here: true}},
	})
}
