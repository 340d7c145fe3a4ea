// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrules

import (
	"net/url"
	"time"

	"pavilion/internal/core/edition"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers one filled page of each kind, for tests.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 16, 9, 0, 0, 0, time.UTC)
	page := webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Rules"}
	some := []webkit.Choice{{Label: "any"}, {Value: "01", Label: "one"}}
	k.Register("rules", RulesPage{Page: page, Sets: []RuleSet{{Kind: "routing", Name: "Routing", Href: "/desk/rules/routing", InForce: "1", From: at, Draft: true, Coming: true}}})
	k.Register("rules_editions", EditionsPage{
		May:  true,
		Page: page, Kind: "routing", Name: "Routing", Draft: &edition.Edition{Revision: 2}, Problems: []string{"rows.1: twice"}, More: 3,
		Editions: []EditionLine{{Number: 1, State: webkit.Tag{Word: "In force", Colour: "green"}, From: at, At: at, Basis: "A decision", Note: "New", Href: "/desk/rules/routing/1"}},
		Form:     webkit.Form{Values: url.Values{"body": {"{}"}, "revision": {"2"}}}, Between: "1 and 2", Choices: some,
		Changes: []edition.Change{{Path: "rows.1.body", Before: "a", After: "b"}},
	})
	k.Register("rules_types", TypesPage{
		Page: page, Groups: some, Lists: some, Edition: 1, Found: 1,
		Classes: []TypeClass{{Name: "City", Types: []TypeLine{{Code: "010101", Name: "Rubbish", Href: "/desk/types/010101", List: "Basic", Lead: "URBAN", Respond: "2 h", Handle: "1 day", Priority: webkit.Tag{Word: "Danger", Colour: "red"}, Withdrawn: true}}}},
	})
	k.Register("rules_type", TypePage{
		Page: page, Code: "010101", Name: "Rubbish", Facts: []webkit.Fact{{Term: "List", Value: "Basic"}},
		Limits: []LimitLine{{Condition: "None", Grades: [3]string{"1 day", "2 days", "2 days"}}}, Editions: []webkit.Fact{{Term: "Edition 1", Value: "1 day"}},
		May: true, Form: webkit.Form{Values: url.Values{}}, Post: "/desk/types/010101", Units: some, Lists: some, Ranks: some, Levels: some, Yes: some,
	})
	k.Register("rules_routing", WhyPage{
		Page: page, Types: some, Areas: some, Asked: true, Body: "Office", Reasons: []string{"A row"}, Draft: true, Looked: 2,
		Changes: []ChangeLine{{"Rubbish", "East", "Office", "Other", 2}},
	})
}
