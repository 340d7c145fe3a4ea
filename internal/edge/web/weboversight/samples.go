// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package weboversight

import (
	"net/url"
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that tests
// can execute every template in every language.
func Samples(k *webkit.Kit) {
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Inspector"}}
	at := time.Date(2026, 9, 16, 7, 0, 0, 0, time.UTC)
	line := Line{Href: root + "/records/1", Title: "Mend the road", Place: "East", Who: "Test Inspector", Lacks: "2 steps", State: webkit.Tag{Word: "Drawn", Colour: "blue"}, At: at}
	wrong := webkit.Form{Client: "c", Values: url.Values{"words": {"x"}}, Errors: []webkit.FieldError{{Field: "words", Text: "Say it", Href: "#f-words"}}}
	choices := []webkit.Choice{{Value: "a", Label: "A", Hint: "Why"}, {Value: "b", Label: "B"}}
	facts := []webkit.Fact{{Term: "Seed", Value: "abc"}, {Term: "By", Value: "lot", Href: root + "/samples/1"}}
	empty := webkit.Empty{Icon: "list", Heading: "Nothing", Text: "Draw again"}
	steps := []StepLine{
		{Name: "Talk", Status: webkit.Tag{Word: "Complete", Colour: "green"}, Days: 3, Passed: true},
		{Name: "Party", Status: webkit.Tag{Word: "Lacks", Colour: "red"}, Red: true, Lacks: []string{"No meeting"}, Passed: true},
		{Name: "Decision", Status: webkit.Tag{Word: "Ahead"}},
	}
	found := []FindingLine{{Sort: "No proof", Step: "Party", Text: "No meeting"}, {Sort: "Other", Text: "No list", Own: true}}
	bad := clerk
	bad.Errors = wrong.Errors
	k.Register("oversight_desk", DeskPage{
		Page: clerk, May: true, Form: webkit.NewForm("c"), Areas: choices, Waiting: []Line{line}, Returned: []Line{line}, Red: []Line{line},
		Samples: []SampleLine{{Href: root + "/samples/1", Days: "March", Size: "5 of 9", Place: "East", Who: "Test Inspector", At: at}}, Next: root + "?after=x",
	})
	k.Register("oversight_sample", SamplePage{Page: clerk, Facts: facts, Lines: []Line{line}, Empty: empty})
	k.Register("oversight_record", RecordPage{
		Page: bad, Heading: "Mend the road", Link: "/desk/proceedings/1", Facts: facts, Steps: steps, Findings: found, Lines: []Line{line}, May: true, Form: wrong, Post: root + "/records/1",
	})
	k.Register("oversight_one", OnePage{
		Page: bad, Heading: "Mend the road", State: webkit.Tag{Word: "Drawn"}, Link: "/desk/proceedings/1", Facts: facts, Steps: steps, Findings: found, May: true, Open: true, Again: true,
		Revision: 1, Add: webkit.Form{Prefix: "add-"}, Form: wrong, Sorts: choices, AllSteps: choices, Passed: choices, Verdicts: choices, Post: root + "/inspections/1",
	})
	figures := FiguresPage{
		Page: clerk, Form: webkit.Form{Values: url.Values{"period": {"2026"}}}, Periods: choices, Headings: []string{"Body", "Begun"},
		Rows: []FigureRow{{Name: "Branch", Cells: []Cell{{Name: "Begun", Value: "1", Beside: "50.0%"}}}, {Name: "All", Cells: []Cell{{Name: "Begun", Value: "1", Beside: "50.0%"}}, Sum: true}}, Definitions: facts, CSV: figuresPath + ".csv?period=2026",
		Path: figuresPath, Desk: true, Empty: empty,
	}
	k.Register("oversight_figures", figures)
	figures.Path, figures.Desk = publicPath, false
	k.Register("oversight_public", figures)
}
