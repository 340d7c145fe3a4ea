// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webadmission

import (
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 16, 7, 0, 0, 0, time.UTC)
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Clerk"}}
	some := []webkit.Choice{{Value: "a", Label: "one", Hint: "hint"}}
	f := webkit.NewForm("1")
	task := Task{
		Href: root + "/1", Title: "Look after hydrants", Body: "Fire brigade", Place: "East", Until: "until 2026-10-01", Due: at,
		State: webkit.Tag{Word: "Listed", Colour: "green"}, Facts: []webkit.Fact{{Term: "Basis", Value: "Law"}}, Types: []string{"040101 Hydrant"},
	}
	field := webkit.Field{Form: f, Name: "note", ID: "f-note", Kind: "long_text", Label: "Note"}
	day := webkit.Field{Form: f, Name: "until", ID: "f-until", Kind: "date", Label: "Until"}
	k.Register("admissions", ListPage{
		Page: webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "List"}, Number: 3, At: at, Tasks: []Task{task},
	})
	k.Register("admission_desk", DeskPage{
		Page: clerk, Number: 3, Pending: []Task{task}, Tasks: []Task{task}, May: true, Watch: true, Next: root + "?after=x",
		Attempts: []AttemptLine{{At: at, Who: "Test Clerk", Type: "010101", To: "East", Place: "East"}},
	})
	k.Register("admission_apply", ApplyPage{Page: clerk, Form: f, Kinds: some, Bodies: some, Areas: some, Types: some, Fields: []webkit.Field{field}, Until: day})
	k.Register("admission", OnePage{
		Page: clerk, Task: task, Next: "The desk looks", Timeline: []webkit.Event{{State: "done", What: "Applied", Who: "Test Clerk", At: at, Said: "Yes"}},
		Moves: []webmatter.MoveForm{
			{Action: "check", Label: "Check", Post: root + "/1", Revision: 1, Fields: []webkit.Field{field}},
			{Action: "approve", Label: "Approve", WhyNot: "It is your own"},
		},
	})
}
