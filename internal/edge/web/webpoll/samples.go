// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll

import (
	"time"

	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 20, 10, 0, 0, 0, time.UTC)
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Secretary"}}
	public := webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Vote"}
	f, some := webkit.NewForm("1"), []webkit.Choice{{Value: "for", Label: "For"}, {Value: "against", Label: "Against"}}
	green := webkit.Tag{Word: "Passed", Colour: "green"}
	facts := []webkit.Fact{{Term: "Should come", Value: "60"}}
	checks := []CheckLine{{What: "Quorum", Had: "40", Needed: "40", Whole: "60", Holds: true}, {What: "To pass", Had: "20", Needed: "21", Whole: "40"}}
	result := &ResultView{
		Outcome: green, Winner: "Plan A", Facts: facts, Options: facts, Checks: checks, Rule: "villager_reps@2026-01-01", Basis: "Law", Listed: 3, Root: "00ff",
		Runoff: []string{"Plan A"},
	}
	voter := VoterPage{
		Page: public, Form: f, Post: "/votes/1", Question: "Repair the shed", Secret: true, Code: "ABCD", Nonce: "EFGH", Choices: some, Choice: "for", Chosen: "For",
		Mark: "osmanthus", Tracking: "ABCD-EFGH", Closes: "2026-09-20 18:00", Until: "Closed", Result: result, Check: "/votes/1/check",
	}
	for _, name := range []string{"vote_ask", "vote_choose", "vote_confirm", "vote_done", "vote_wait", "vote_result"} {
		k.Register(name, voter)
	}
	k.Register("vote_check", CheckPage{Page: public, Form: f, Post: "/votes/1/check", Asked: true, Found: true, Choice: "For", Root: "00ff", Listed: 3})
	line := Line{Href: root + "/1", Question: "Repair the shed", State: green, Secret: true, Closes: at}
	k.Register("vote_desk", DeskPage{Page: clerk, Lines: []Line{line}, May: true, Next: root + "?after=x"})
	k.Register("vote_own", OwnPage{Page: clerk, Lines: []Line{line}})
	one := webkit.Field{Form: f, Name: "choice", ID: "f-choice", Kind: "choice", Label: "Choose", Choices: some}
	k.Register("vote_ballot", BallotPage{
		Page: clerk, Question: "Repair the shed", Post: own + "/1", Closes: "2026-09-20 18:00", State: green, Takes: true, Online: true, Result: result,
		Votes: []BallotView{{Member: "1", Open: true, Form: f, Field: one}, {Member: "2", Name: "2 Test Member", Done: "For", Aside: true, Form: f, Field: one}},
	})
	k.Register("vote_open", OpenPage{Page: clerk, Form: f, Bodies: some, Subjects: some, Kinds: some, Channels: some, Former: "1"})
	k.Register("vote_chair", ChairPage{
		Page: clerk, Poll: poll.Poll{ID: "1", Question: "Repair the shed", Secret: true}, Href: root + "/1", Link: "/votes/1", State: green, Facts: facts, Voted: 40, Of: 60,
		Quorum: checks, Met: true, Takes: true, Live: true, Waits: true, Papers: 2, Sheets: 1, Differ: true, Chairs: true, Counts: true, Letters: true, Hands: true, Codes: f, Again: root + "/new?former=1",
	})
	k.Register("vote_drop", DropPage{Page: clerk, Form: f, Question: "Repair the shed", Href: root + "/1"})
	k.Register("vote_roll", RollPage{
		Page: clerk, Form: f, Question: "Repair the shed", Href: root + "/1", Choices: some, Papers: some, Takes: true, Anew: true, After: "0", Next: root,
		Lines: []RollLine{{Member: "1", Name: "1 Test Member", Holder: "2 Test Holder"}, {Member: "2", Name: "2 Test Holder", Done: "Online"}, {Member: "3", Name: "3", Aside: true}},
	})
	field := webkit.Field{Form: f, Name: "for", ID: "f-for", Kind: "number", Label: "For"}
	paper := webkit.Field{Form: f, Name: "vote-1", ID: "f-vote-1", Kind: "choice", Label: "1 Test Member", Choices: some}
	k.Register("vote_count", CountPage{
		Page: clerk, Form: f, Question: "Repair the shed", Href: root + "/1", Given: 3, Sheets: 1, Differ: []string{"For"}, Numbers: []webkit.Field{field}, Votes: []webkit.Field{paper},
	})
	k.Register("vote_letters", LettersPage{
		Page: public, Question: "Repair the shed", Closes: "2026-09-20 18:00", Link: "/votes/1", Letters: []LetterView{{Name: "1 Test Member", Holder: "2", Code: "ABCD-EFGH"}}, Back: root + "/1",
	})
	k.Register("vote_keys", KeysPage{Page: public, Question: "Repair the shed", Closes: "2026-09-20 18:00", Keys: []KeyView{{1, "ABCD-EFGH"}}, Back: root + "/1"})
	k.Register("vote_papers", PapersPage{Page: public, Question: "Repair the shed", Choices: some, Secret: true, Papers: make([]int, 2), Back: root + "/1"})
}
