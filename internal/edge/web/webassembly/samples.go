// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webassembly

import (
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	about := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Secretary"}, Printer: k.Printer("en"), Title: "Bodies"}
	f, some := webkit.NewForm(""), []webkit.Choice{{Label: "choose"}, {Value: "a", Label: "one", Hint: "1-101"}}
	body := Line{Href: root + "/1", Name: "East estate owners", Kind: "Owners", Place: "East", Ended: true}
	m := MemberLine{Href: root + "/1/members/1", Name: "Test One", Household: "1-101", Area: "89.50", Seat: "Branch", Since: "2026-01-01", Until: "2026-12-31", No: 1, Voting: true}
	k.Register("assembly_decides", DecidesPage{Page: about, Rows: []DecidesRow{{
		Subject: "Repair fund", Basis: []string{"Civil Code"}, From: "2021-01-01",
		Ways: []DecidesWay{{Bodies: []string{"Owners", "Others"}, Quorum: []string{"at least 2/3"}, Pass: []string{"more than half"}, Notice: 15, Posted: 15}},
	}}})
	k.Register("assemblies", ListPage{Page: about, Lines: []Line{body}, Next: root + "?after=x", May: true, Form: f, Kinds: some, Areas: some})
	k.Register("assembly", OnePage{
		Page: about, Body: body, Findings: []FindingLine{{"A seat is empty", "Practice"}}, Members: []MemberLine{m}, Former: []MemberLine{m}, Live: 1, Votes: 1,
		Areas: true, Houses: true, Secret: true, May: true, Rosters: []RosterLine{{rosters + "/1", "Parking", "Parking", "2026-09-20", "89.50", 1}}, Post: root + "/1", Revision: 1,
		Form: f, Join: webkit.Form{Prefix: "join-", Client: "x"}, List: webkit.Form{Prefix: "list-"}, Problems: []ProblemLine{{2, "Name", "Missing"}}, Columns: "name",
		Seats: some, Voting: some, Same: some,
	})
	k.Register("assembly_member", MemberPage{
		Page: about, Back: root + "/1", Body: "Owners", Areas: true, Houses: true, May: true, Gone: true, Revision: 1, Form: f, Seats: some, Voting: some, Causes: some,
		Timeline: []webkit.Event{{State: "done", What: "Joined", Who: "Chosen", At: time.Date(2026, 9, 16, 0, 0, 0, 0, time.UTC), Said: "2026"}},
	})
	roster := RosterPage{
		Page: about, Back: root + "/1", Body: "Owners", Title: "Parking", Subject: "Parking", Facts: []webkit.Fact{{Term: "Day", Value: "2026-09-20"}}, Areas: true,
		Lines: []RosterEntry{{1, "Test One", "1-101", "89.50", "votes for 2"}}, Out: []RosterEntry{{2, "Test Two", "1-102", "", "lapsed"}},
		Changed: "owners@2027-01-01", Broken: true, Forgotten: true, Secret: true,
	}
	k.Register("assembly_roster", roster)
	k.Register("assembly_freeze", FreezePage{Page: about, Back: root + "/1", Body: "Owners", Post: root + "/1/freeze", Form: f, Subjects: some, Conflicts: "relative", Secrets: some, Preview: &roster})
}
