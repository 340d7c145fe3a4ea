// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webintake

import (
	"net/url"
	"time"

	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// sampleTime is a moment on a worked day.
var sampleTime = time.Date(2026, 9, 16, 7, 0, 0, 0, time.UTC)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Clerk"}}
	some := []webkit.Choice{{Label: "new"}, {Value: "a", Label: "one"}}
	form := webkit.Form{Values: url.Values{}}
	k.Register("intake", ListPage{
		Page: clerk, Form: form, Choices: some, Origins: some, Areas: some,
		Sources: []SourceLine{{Name: "County hotline", Origin: "Hotline", Area: "County", Columns: 7}},
		Runs:    []RunLine{{Href: root + "/1", File: "september.xlsx", Source: "County hotline", State: webkit.Tag{Word: "Done", Colour: "green"}, Lines: 10, Made: 10, At: sampleTime}},
		First:   root, Next: root + "?after=x",
	})
	field := webkit.Field{Form: form, Name: "text", ID: "f-text", Kind: "select", Label: "Text", Choices: some}
	chosen, written := field, field
	chosen.ID, written.ID, written.Kind = "f-type", "f-area", "text"
	k.Register("intake_run", RunPage{
		Page: clerk, Step: 3, State: webkit.Tag{Word: "Bad lines", Colour: "red"},
		Run:      intake.Run{ID: "1", File: "september.xlsx", State: intake.Faulty, Lines: 10, Parts: 1, Revision: 2},
		Facts:    []webkit.Fact{{Term: "Source", Value: "County hotline"}},
		Notices:  []webkit.Notice{{Kind: "bad", Text: "One line is bad"}},
		Headings: []string{"No.", "Text"}, Sample: [][]string{{"1", "A cover is missing"}},
		Columns:  &ColumnsForm{Form: form, Fields: []webkit.Field{field}, Revision: 1, Run: 2},
		Words:    &WordsForm{Form: form, Types: []webkit.Field{chosen}, Areas: []webkit.Field{written}, Hidden: 1, Revision: 1, Run: 2},
		Traced:   []TracedLine{{Line: 8, Heading: "Text", Kinds: "mobile number"}},
		Problems: []ProblemLine{{Line: 7, Heading: "Text", Text: "Say what it is about."}}, Hidden: 3, Earlier: root + "/0",
		Numbers: []webkit.Fact{{Term: "Made", Value: "10"}},
	})
	k.Register("intake_report", ReportPage{
		Page: webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Take in"}, Form: webkit.NewForm("1"), Max: 5000,
		Channels: []webkit.Choice{{Value: "hall", Label: "Hall"}}, Types: []webkit.Choice{{Label: "none"}}, Areas: []webkit.Choice{{Label: "none"}},
		Bodies: []webkit.Choice{{Label: "none"}}, Receipt: &webkit.Receipt{Number: "20260916-0000001", Code: "ABCD EFGH", Next: "Next"}, Open: "/desk/matters/1",
	})
}
