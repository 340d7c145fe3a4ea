// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrights

import (
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/retention"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Samples fills every page for the tests that draw them.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 16, 7, 0, 0, 0, time.UTC)
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Clerk"}}
	public := webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Data"}
	f := webkit.NewForm("1")
	some := []webkit.Choice{{Value: "a", Label: "one", Hint: "hint"}}
	held := []Record{{Term: "Name", Value: "Test Person", At: at}}
	field := func(name string) webkit.Field {
		return webkit.Field{Form: f, Name: name, ID: "f-" + name, Kind: "long_text", Label: "Note"}
	}
	line := Line{
		Href: root + "/1", Wish: "Delete", Number: "20260916-0000001", Door: "the desk", State: webkit.Tag{Word: "In hand", Colour: "blue"},
		Due: at, At: at, Light: "on_time", Told: "Done", Ground: "Needed",
	}
	data := DataPage{
		Page: public, Post: "/m/1/data", Back: "/m/1", Client: "1", Records: held, Contact: true, Matter: true,
		Correct: []webkit.Field{field("contact_name")}, Delete: field("what"), Requests: []Line{line},
	}
	k.Register("rights_data", data)
	own := data
	own.Page, own.Matter = clerk, false
	k.Register("rights_own", own)
	k.Register("rights_copy", CopyPage{Page: public, Back: "/m/1/data", Made: at, Records: held})
	k.Register("rights_desk", DeskPage{Page: clerk, Waiting: []Line{line}, Ended: []Line{line}, May: true, Next: root + "?after=x"})
	k.Register("rights_take", TakePage{Page: clerk, Form: f, Wishes: some, Fields: []webkit.Field{field("what")}})
	k.Register("rights_one", OnePage{
		Page: clerk, Line: line, Next: "Next", Whole: at, Facts: []webkit.Fact{{Term: "Came by", Value: "desk"}}, Forgotten: true, Sees: true,
		Records: held, Back: root, Timeline: []webkit.Event{{State: "done", What: "Asked", Who: "Test Clerk", At: at, Said: "Yes"}},
		Moves: []webmatter.MoveForm{
			{Action: "answer", Label: "Answer", Post: root + "/1", Revision: 1, Fields: []webkit.Field{field("told")}},
			{Action: "refuse", Label: "Refuse", WhyNot: "Not yours"},
		},
	})
	k.Register("retention", KeepingPage{
		Page: clerk, Edition: 1, Rows: []RowLine{{Kind: "Contact", Class: "C", State: "closed", Days: "180 days", Deed: "destroyed", Basis: "Law"}},
		Holds: []HoldLine{{
			Post: keeping + "/holds/1", What: "East", Reason: "Court", By: "Test Head", Until: at, State: webkit.Tag{Word: "Held"}, Live: true, May: true, Revision: 1,
		}},
		Emergencies: []EmergencyLine{{
			Post: keeping + "/emergencies/1", Name: "Flood", Where: "East", Types: 1, From: at, Ends: at, State: webkit.Tag{Word: "On"}, May: true, Revision: 1,
		}},
		MayHold: true, MayDeclare: true, Areas: some, Types: some, Hold: webkit.Form{Prefix: "hold-"}, Declare: webkit.Form{Prefix: "emergency-"},
	})
	k.Register("retention_report", ReportPage{
		Page: clerk, From: "2026-09-01", To: "2026-09-16", CSV: keeping + "/report?format=csv", JSON: keeping + "/report?format=json",
		Report: retention.Report{Stones: 1, Records: 1, Batches: []retention.Batch{{ID: "1", At: at, Stones: 1, Records: 1, Sum: "abc", Sound: true}}},
		Lines:  []ReportLine{{Kind: "Contact", Class: "A", State: "closed", Deed: "destroyed", Cause: "time", Rule: "contact/*/*", Edition: "1", By: "system", Stones: 1, Records: 1}},
	})
}
