// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webtopic

import (
	"time"

	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that tests
// can execute every template in every language.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 20, 1, 0, 0, 0, time.UTC)
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Secretary"}, Title: "Topics"}
	about := webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Topics"}
	f, some := webkit.NewForm("1"), []webkit.Choice{{Label: "choose"}, {Value: "a", Label: "one", Hint: "there"}}
	green, facts := webkit.Tag{Word: "Solved", Colour: "green"}, []webkit.Fact{{Term: "Suggestions gathered", Value: "3"}}
	one := topic.Topic{ID: "1", Title: "A charging shed", Body: "Words", Answer: "It stands", Stage: topic.Gathered, Level: "building", Raised: at, Due: at, Revision: 2}
	merged := one
	merged.Stage = topic.Merged
	line := Line{
		Href: public + "/1", Title: "A charging shed", Place: "East", Stage: green, Level: "Building", Backing: "made of 3 suggestions", Waits: true, Light: webkit.Near, Topic: one,
	}
	said := SuggestionLine{
		ID: "1", Href: inbox + "/1", Number: "JY20260920-123456", Words: "A shed please", Place: "East", Origin: "A resident", State: green, Light: webkit.Over, Due: at,
		Reply: "In October", Topic: desk + "/1", Open: true,
	}
	loose := said
	loose.Topic, loose.ID = "", "2"
	history := []webkit.Event{{State: "now", What: "Gathered", At: at, Said: "Words", Basis: "Waits"}}
	list := ListPage{Page: about, Form: f, Post: public, Areas: some, Stages: some, Lines: []Line{line}, Next: public + "?after=x", May: true, Narrow: true}
	k.Register("topics", list)
	list.Page, list.Post = clerk, desk
	k.Register("topic_desk", list)
	k.Register("topic", OnePage{
		Page: about, Topic: merged, Place: "East", Stage: green, Into: public + "/2", Level: "Building", Course: "/decisions/1", Backing: facts, Decides: facts, Timeline: history, Form: f, Takes: true, Post: public + "/1/support",
	})
	k.Register("topic_suggest", SuggestPage{Page: about, Form: f, Areas: some, Max: topic.MaxWords})
	k.Register("topic_follow", FollowPage{Page: about, Form: f})
	k.Register("topic_mine", MinePage{
		Page: about, Receipt: webkit.Receipt{Number: said.Number, Code: "ABCD EFGH", Link: public + "/s/1/2", Next: "A reply comes", Until: at}, State: green, Facts: facts,
		Reply: "In October", Replied: at, Due: at, Topic: &line, Answer: "It stands",
	})
	k.Register("topic_figures", FiguresPage{
		Page: about, Form: f, Areas: some, Periods: some, Where: "East", When: "2026",
		Steps: []Step{{Name: "Suggestions made", Count: 32, Unit: "suggestions"}, {Name: "Solved", Count: 17, Unit: "topics", Share: "53.1%", Why: "They come from 17"}},
	})
	k.Register("topic_gather", GatherPage{Page: clerk, Form: f, Taken: []SuggestionLine{said}, Find: "shed", Likely: []Line{line}, Subjects: some, Areas: some, Levels: some})
	forms := map[string]webkit.Form{}
	for _, a := range acts {
		form := webkit.NewForm("")
		form.Prefix = a + "-"
		forms[a] = form
	}
	k.Register("topic_open", DeskOnePage{
		Page: clerk, Topic: one, Href: desk + "/1", Place: "East", Stage: green, Level: "Building", Light: webkit.Near, Waits: true, Public: public + "/1", Into: &line, Course: desk, Find: "shed",
		Merged: []Line{line}, Backing: facts, Decides: facts, Suggestions: []SuggestionLine{said}, Timeline: history, May: true, Free: true, Takes: true, Open: "rise",
		Subjects: some, Levels: some, Others: some, Forms: forms,
	})
	k.Register("topic_inbox", InboxPage{Page: clerk, Lines: []SuggestionLine{said, loose}, States: some, Form: f, Source: "gathering/1", Unsaid: 2, Pick: true, Next: inbox + "?after=x"})
	k.Register("topic_take", TakePage{Page: clerk, Form: f, Origins: some, Areas: some, Max: topic.MaxWords})
	k.Register("topic_suggestion", SuggestionPage{
		Page: clerk, Line: loose, Facts: facts, Source: "/desk/matters/1", Contact: true, Reach: facts, Likely: []Line{line}, May: true, Form: f, Post: inbox + "/1", Rev: 1, Code: "ABCDEFGH", Answers: some,
	})
}
