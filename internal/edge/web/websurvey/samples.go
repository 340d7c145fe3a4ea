// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 20, 10, 0, 0, 0, time.UTC)
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Secretary"}}
	everybody := webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Survey"}
	f, some := webkit.NewForm("1"), []webkit.Choice{{Value: "for", Label: "For"}, {Value: "against", Label: "Against"}}
	green := webkit.Tag{Word: "Counted", Colour: "green"}
	facts := []webkit.Fact{{Term: "Asked", Value: "60 households"}}
	result := &ResultView{
		Facts: facts, Heads: []string{"At the door", "Online"}, Held: true, Rows: []ResultRow{{Label: "For", All: "40", Cells: []string{"38", held}}},
	}
	none := &ResultView{Facts: facts, None: true, Held: true}
	line := Line{Href: root + "/1", Question: "Build a shed", Place: "Test Community", State: green, Closes: at}
	house := HouseLine{No: 3, Label: "Building 3", Href: root + "/1/households/3", State: green}
	k.Register("surveys", ListPage{Page: everybody, Running: []Line{line}, Closed: []Line{line}, Next: public + "?after=x"})
	k.Register("survey", PublicPage{
		Page: everybody, Form: f, Question: "Build a shed", About: "It costs 10", Choices: some, State: green, Facts: facts, Post: "/surveys/1", Takes: true, Reason: "Wrong", Result: none,
	})
	answer := AnswerPage{
		Page: everybody, Form: f, Post: "/surveys/1", Question: "Build a shed", About: "It costs 10", Label: "Building 3", No: 3, Code: "ABCD", Choices: some, Was: "For",
		How: "Online", Seen: 1, Closes: "2026-09-20 18:00", Takes: true,
	}
	k.Register("survey_answer", answer)
	k.Register("survey_done", answer)
	k.Register("survey_desk", DeskPage{Page: clerk, Lines: []Line{line}, May: true, Next: root + "?after=x"})
	k.Register("survey_open", OpenPage{Page: clerk, Form: f, For: "topic/1", Areas: some, Bodies: some, Channels: some, Problems: []ProblemLine{{2, "Twice"}}})
	k.Register("survey_one", OnePage{
		Page: clerk, Question: "Build a shed", About: "It costs 10", State: green, Href: root + "/1", Link: "/surveys/1", Reason: "Wrong", Facts: facts, By: facts,
		Answered: 40, Of: 60, Rate: "66.6%", Remarks: 2, Takes: true, Drafted: true, Waits: true, Keeps: true, Types: true, Visits: true, Online: true, Letters: true, Result: result,
	})
	k.Register("survey_drop", DropPage{Page: clerk, Form: f, Question: "Build a shed", Href: root + "/1", Revision: 2})
	k.Register("survey_round", RoundPage{
		Page: clerk, Form: f, Question: "Build a shed", About: "It costs 10", Href: root + "/1", House: &house, Then: []HouseLine{house}, Choices: some, Later: root, Start: root,
		Last: root, LastName: "Building 2", Answered: 40, Of: 60, After: 2, Takes: true,
	})
	k.Register("survey_paper", PaperPage{Page: clerk, Form: f, Question: "Build a shed", Href: root + "/1", Choices: some, Answered: 40, Of: 60, Takes: true})
	k.Register("survey_houses", HousesPage{Page: clerk, Question: "Build a shed", Href: root + "/1", Lines: []HouseLine{house}, Open: true, Next: root})
	k.Register("survey_house", HousePage{
		Page: clerk, Form: f, Question: "Build a shed", Href: house.Href, Back: root + "/1", House: house, Facts: facts, Trace: facts, Choices: some, Channel: "paper", Seen: 1,
		Takes: true, Keeps: true, Online: true,
	})
	k.Register("survey_letters", LettersPage{
		Page: everybody, Question: "Build a shed", About: "It costs 10", Closes: "2026-09-20 18:00", Link: "/surveys/1", Choices: some,
		Letters: []LetterView{{3, "Building 3", "ABCD-EFGH"}}, Paper: true, Back: root + "/1",
	})
	remark := RemarkLine{ID: "1", Words: "Leave room", State: green, Open: true, Form: f}
	k.Register("survey_remarks", RemarksPage{Page: clerk, Question: "Build a shed", Href: root + "/1", Lines: []RemarkLine{remark}, Takes: true, Next: root})
}
