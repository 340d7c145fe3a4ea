// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websight

import (
	"net/url"
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Clerk"}}
	at := time.Date(2026, 9, 16, 7, 0, 0, 0, time.UTC)
	line := LookLine{
		At: at, What: "20260916-0000001", Href: logPath + "?matter=1", Who: "Test Clerk", WhoHref: logPath + "?account=1", Role: "Dispatcher",
		Fields: "text, address", Purpose: "To deal with it", Words: "Call back", Times: "3 times",
	}
	f := webkit.Form{Prefix: "1-", Values: url.Values{"words": {"x"}}, Errors: []webkit.FieldError{{Field: "words", Text: "Say it", Href: "#f-1-words"}}}
	judged := JudgedLine{
		LookLine: line, Sample: "1", ID: "1", Revision: 1, Verdict: webkit.Tag{Word: "To be explained", Colour: "amber"},
		Remark: "Why?", Answer: "To call back", Form: f, Open: true,
	}
	fresh := judged
	fresh.Verdict, fresh.Remark, fresh.Answer, fresh.Form, fresh.ID = webkit.Tag{}, "", "", webkit.Form{Prefix: "2-"}, "2"
	facts := []webkit.Fact{{Term: "Class", Value: "D"}}
	choices := []webkit.Choice{{Value: "handling", Label: "To deal with it"}}
	wrong := clerk
	wrong.Errors = f.Errors
	k.Register("sight_purpose", PurposePage{
		Page: clerk, Number: "20260916-0000001", Heading: "Quarrel, East", Tags: []webkit.Tag{{Word: "Reported"}}, Facts: facts,
		Purposes: choices, Post: "/desk/matters/1/purpose", Back: "/desk/matters",
	})
	k.Register("sight_own", OwnPage{Page: wrong, Asked: []JudgedLine{judged, fresh}, Looks: []LookLine{line}, Next: ownPath + "?after=x"})
	k.Register("sight_log", LogPage{Page: clerk, Looks: []LookLine{line}, Said: "Of one person", All: logPath, Itself: logPath + "?itself=1", Next: logPath + "?after=x"})
	k.Register("sight_samples", SamplesPage{
		Page: clerk, Samples: []SampleLine{{Href: samplePath + "?id=1", Period: "September", Size: "20 of 300", Who: "Test Auditor", At: at}},
		Results: []ResultLine{{Body: "Office", Drawn: 5, Good: 3, Asked: 1, Left: 1}}, From: at,
	})
	k.Register("sight_sample", SamplePage{Page: wrong, Facts: facts, Looks: []JudgedLine{judged, fresh}, Verdicts: choices})
}
