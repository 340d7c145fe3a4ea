// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelay

import (
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Clerk"}}
	at := time.Date(2026, 9, 16, 7, 0, 0, 0, time.UTC)
	line := Line{
		Href: root + "/1", Matter: address("1"), Number: "20260916-0000001", Purpose: "to clarify", Words: "the place", Asker: "Test Clerk",
		State: webkit.Tag{Word: "waits", Colour: "amber"}, At: at, Until: at, Openings: "opened twice", Revision: 1,
	}
	own := line
	own.Own, own.Until = true, time.Time{}
	some, facts := []webkit.Choice{{Value: "a", Label: "one"}}, []webkit.Fact{{Term: "Purpose", Value: "to clarify"}}
	bad := webkit.Form{Prefix: messageForm, Errors: []webkit.FieldError{{Field: "traces", Text: "A telephone number", Href: "#f-message-traces"}}}
	about := clerk
	about.Errors = bad.Errors
	call := Call{
		ID: "1", Question: "When?", Outcome: "At noon", Who: "Office", Tries: "tried once", State: webkit.Tag{Word: "waits"}, At: at,
		Post: address("1") + "/calls/1", Drop: true, Revision: 1,
	}
	full := ReporterPage{
		Page: about, Back: "/desk/matters/1", Number: line.Number, Closes: at, Writes: true, Message: bad, Traces: some,
		Messages:    []Message{{Who: "Office", Text: "Where?", Mine: true, At: at, Read: true}, {Who: "The reporter", Text: "Here", At: at}},
		Contactable: true, Calls: []Call{call, {ID: "2", Question: "Why?", Who: "Office", At: at}}, Call: webkit.Form{Prefix: callForm}, CallWaits: true,
		Record: webkit.Form{Prefix: recordForm}, Outcomes: some, Purposes: some, Ask: webkit.Form{Prefix: askForm}, AskOpen: true, Reveals: []Line{line, own},
	}
	k.Register("relay_reporter", full)
	k.Register("relay_reveal", RevealPage{
		Page: clerk, Line: line, Facts: facts, Contact: facts, Decides: true, WhyNot: "It is your own", Opens: true, Ends: "Close",
	})
	k.Register("relay_reveal", RevealPage{Page: clerk, Line: line, Facts: facts, Decides: true, Opens: true, Prove: "/desk/prove"})
	k.Register("relay_reveal", RevealPage{Page: clerk, Line: line, Facts: facts, Opens: true, Ends: "Close"})
	k.Register("relay_list", ListPage{Page: clerk, Waiting: []Line{line}, Lines: []Line{line, own}, Next: root + "?after=x"})
}
