// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webgathering

import (
	"time"

	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 6, 13, 9, 0, 0, 0, time.UTC)
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Secretary"}}
	public := webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Test meeting"}
	f, some := webkit.NewForm("1"), []webkit.Choice{{Value: "1", Label: "One"}, {Value: "2", Label: "Two"}}
	other, filing := webkit.NewForm("1"), webkit.NewForm("1")
	other.Prefix, filing.Prefix = "drop-", "filing-"
	red, green := webkit.Tag{Word: "Held", Colour: "red"}, webkit.Tag{Word: "Agreed", Colour: "green"}
	facts := []webkit.Fact{{Term: "When", Value: "2026-06-13"}}
	meeting := gathering.Gathering{ID: "1", Title: "Test meeting", Number: "2026-9", Where: "Hall", State: gathering.Called, Revision: 1}
	held := meeting
	held.State = gathering.Held
	list := []ItemLine{{N: 1, Kind: "Study", Title: "First", Outcome: green, Words: "Read"}, {N: 2, Kind: "Question", Title: "Second"}}
	field := webkit.Field{Form: f, Name: "item", ID: "f-item", Label: "Item", Error: "Wrong"}
	choice := webkit.Field{Form: f, Name: "item_kind", ID: "f-item_kind", Kind: "select", Label: "Kind", Choices: some}
	rows := []ItemRow{{N: 1, Kind: choice, Title: field}}
	photos := []webkit.Photo{{Thumb: "/x/thumb", Full: "/x/full", Alt: "Page"}}
	resolution := ResolutionLine{
		Href: resolutions + "1", Text: "Check", Owner: "Works", Due: "20 June", N: 1, Duty: "Task", State: red, Note: "Done",
		Terms: []TermLine{{"Residents", "free", ""}, {"Outside units", "3 yuan an hour", "below market"}}, Filings: []FilingLine{{"Office", "7", "12 June", photos}},
	}
	people := []PersonLine{
		{Seat: "1", No: "1", Name: "Test Member", Role: "Branch", Told: "by account", Changed: true, Receipt: "read", Counts: true, Must: true, Came: "09:00", Here: true, Letter: true},
		{Seat: "2", No: "2", Name: "No. 2", Standing: webkit.Tag{Word: "ended", Colour: "amber"}}, {Seat: "3", No: "3", Name: "Another", Counts: true},
	}
	bounds := []BoundLine{{What: "People", Had: "4", Needed: "4", Whole: "6", Holds: true}}
	now := gathering.Quorum{Due: 6, Present: 4, Met: true}
	days := []DayOf{{Day: "13 June", Lines: []Line{{Href: root + "/1", Title: "Test meeting", Number: "2026-9", Kind: "Joint", Where: "Hall", Hour: "09:00", State: red}}}}
	empty := webkit.Empty{Heading: "None", Text: "None"}
	k.Register("gathering_list", ListPage{Page: clerk, Days: days, States: some, State: "1", Next: root + "?after=x", Empty: empty})
	k.Register("gathering_own", OwnPage{Page: clerk, Days: days, Empty: empty})
	k.Register("gathering_host", CallPage{Page: clerk, Form: f, Hosts: some, For: "x"})
	k.Register("gathering_new", CallPage{Page: clerk, Form: f, Host: gathering.Body{Host: "assembly/1", Name: "Body"}, Kinds: some, Guests: some, Items: rows, For: "x", Former: "1"})
	k.Register("gathering_change", ChangePage{Page: clerk, Form: f, Href: root + "/1", What: "agenda", About: "Test", Items: rows})
	one := OnePage{
		Page: clerk, Meeting: held, Href: root + "/1", State: red, Kind: "Joint", Remarks: []string{"Late"}, Missing: []string{"Chair"}, Over: true, Facts: facts, Items: list,
		People: people, DueN: 2, CameN: 1, Written: true, Chair: "A", Writer: "B", Resolutions: []ResolutionLine{resolution}, Signed: photos,
		History: []webkit.Event{{State: "done", What: "Called", At: at}}, Ways: some, Form: f, Again: root + "/new?former=1",
	}
	k.Register("gathering_one", one)
	roll := RollPage{Page: clerk, Form: f, Meeting: meeting, Href: root + "/1", State: red, Now: now, Needs: true, Bounds: bounds, Here: people[:1], Gone: people[:1], Away: people[1:], Door: "123456", Open: true, MayStart: true, MayClose: true}
	k.Register("gathering_roll", roll)
	k.Register("gathering_screen", ScreenPage{Page: public, Meeting: meeting, When: "13 June", Door: "123456", Link: "/x", Now: now, Needs: true, Bounds: bounds, Items: list, Back: root})
	k.Register("gathering_sheet", SheetPage{Page: public, Meeting: meeting, When: "13 June", Host: "Body", People: people, Back: root})
	k.Register("gathering_letters", LettersPage{Page: public, Meeting: meeting, When: "13 June", Host: "Body", Items: list, Link: "/x", Letters: []LetterView{{"Test Member", "Branch", "ABCD-EFGH"}}, Back: root})
	k.Register("gathering_minutes", MinutesPage{
		Page: clerk, Form: f, About: "Test", Href: root + "/1", Signed: true, Items: []OutcomeRow{{list[0], choice, field}}, Former: []VersionLine{{"/x", "Version 1", "A", "Wrong"}},
	})
	k.Register("gathering_print", PrintPage{
		Page: public, Meeting: held, Kind: "Joint", Facts: facts, Minutes: gathering.Minutes{Words: "So", Objections: "None"}, Items: list, Came: people, Away: people,
		Resolutions: []ResolutionLine{resolution}, Version: "version 1", Back: root,
	})
	row := func(name string) webkit.Field { return webkit.Field{Form: f, Name: name, ID: "f-" + name, Label: name} }
	term := TermRow{1, row("term_who"), row("term_amount"), row("term_unit"), row("term_note")}
	k.Register("gathering_resolve", ResolvePage{Page: clerk, Form: f, About: "Test", Href: root + "/1", Items: some, Duties: some, Bodies: some, Terms: []TermRow{term}, List: []ResolutionLine{resolution}})
	k.Register("gathering_resolution", ResolutionPage{
		Page: clerk, Line: resolution, Post: resolutions + "1", Revision: 1, Facts: facts, Form: f, Drop: other, Filing: filing, MayDone: true, MayDrop: true, MayFile: true, Back: root + "/1",
	})
	guest := GuestPage{Page: public, Form: f, Post: inviting + "1", Code: "ABCD", Meeting: meeting, Kind: "Joint", When: "13 June", State: green, Items: list, Received: true, Lapsed: true, Open: true, Came: "09:00", Changed: "Storm"}
	k.Register("gathering_ask", guest)
	k.Register("gathering_guest", guest)
}
