// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdisclosure

import (
	"time"

	"pavilion/internal/edge/web/webkit"
)

// Samples registers one filled page of each kind, for tests.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 16, 0, 0, 0, 0, time.UTC)
	about := webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Notices"}
	tag := webkit.Tag{Word: "Standing", Colour: "green"}
	bars := Days{Said: "2 of 15 days", Cells: []Cell{{"stood", "1 March"}, {"lost", "2 March"}, {"today", "3 March"}, {"ahead", "4 March"}, {"off", "5 March"}}}
	line := Line{"/board/1", "Parking", "Notice 2026-1", "East", "Committee", tag, tag, at, "Until", "Withdrawn", bars}
	some := []webkit.Choice{{Label: "choose"}, {Value: "a", Label: "one"}}
	sheet := Sheet{"Resolution", "Notice 2026-1", "Parking", "Committee", []string{"One", "Two"}, at, "16 September 2026", at}
	facts := []webkit.Fact{{Term: "Days", Value: "15"}}
	empty := webkit.Empty{Icon: "list", Heading: "None", Text: "Nothing"}
	k.Register("disclosure_board", BoardPage{
		Page: about, Areas: some, Past: true, Other: "/board", Feed: "/board/feed", Lines: []Line{line}, Pager: webkit.Pager{Older: "/board?after=x"}, Empty: empty,
	})
	notice := NoticePage{
		Page: about, Sheet: sheet, State: tag, Said: "Until", Bars: bars, Facts: facts, Lost: []string{"a day"}, Notes: []string{"a note"},
		Papers: []string{"a board"}, Older: []OldWording{{"Version 1", "A price was missing", sheet}},
		Answers: []AnswerView{{tag, "It was discussed", "Sent back", at, at}}, Objected: "2", Object: "/board/1/object", Print: "/board/1/print",
	}
	k.Register("disclosure_notice", notice)
	k.Register("disclosure_print", PrintPage{Page: about, Sheet: sheet, Period: "from to", Place: "East", QR: "data:image/png;base64,AA==", Link: "https://test.example/board/1", Back: "/board/1"})
	k.Register("disclosure_object", ObjectPage{Page: about, Notice: "Parking", Back: "/board/1", Last: "17 March"})
	k.Register("disclosure_objected", ObjectedPage{Page: about, Receipt: webkit.Receipt{Number: "20260302-1", Code: "AAAA BBBB", Next: "Next", Until: at}, Take: at, Back: "/board/1"})
	k.Register("disclosure_track", TrackPage{
		Page: about, Found: true, Number: "20260302-1", State: tag, Words: "Words", Answer: "Answer", Notice: "/board/1",
		Timeline: []webkit.Event{{State: "now", What: "Answer", Due: at, Light: webkit.Near}},
	})
	work := webkit.Work{Href: "/desk/objections/1", Number: "1", Title: "Objection", Tags: []webkit.Tag{tag}, Due: at, Light: webkit.Over}
	k.Register("disclosure_desk", DeskPage{
		Page: about, May: true, Objections: []webkit.Work{work}, MoreLate: "/desk/board?x", Waiting: []Line{line}, Standing: []Line{line}, MoreUp: "/desk/board?y",
		Past: "/board?past=1", Down: []string{"down"}, Empty: empty,
	})
	k.Register("disclosure_one", OnePage{
		NoticePage: notice, Post: "/desk/board/1", Public: "/board/1", Draft: "/desk/releases/1", Back: "Why", May: true, Revision: 2, Boards: some, Acts: some,
		Proofs: []ProofView{{"It hangs", "Name", []webkit.Photo{{Thumb: "/a", Full: "/b", Alt: "c"}}}},
	})
	k.Register("disclosure_write", WritePage{Page: about, Post: "/desk/board/new", Back: "/desk/board", New: true, Public: true, Kinds: some, Rules: some, Areas: some, Boards: some, Yes: some})
	k.Register("disclosure_withdraw", WithdrawPage{Page: about, Post: "/desk/board/1/withdraw", Back: "/desk/board/1", Notice: "Parking", Said: "Early", Hide: some[1:], Revision: 2})
	k.Register("disclosure_boards", BoardsPage{
		Page: about, Lines: []BoardLine{{"Gate", "East", "/desk/board/boards/1/retire", true}}, Gaps: []GapLine{{Said: "down", End: "/desk/board/gaps/1/end"}}, May: true, Areas: some, Boards: some, Causes: some, Empty: empty,
	})
	k.Register("disclosure_objection", ObjectionPage{
		Page: about, Number: "1", Notice: "Parking", Href: "/desk/board/1", State: tag, Due: at, Light: webkit.Over, Words: "Words", Hidden: true, Gone: true, Facts: facts,
		Answer: "Answer", Outcome: "Upheld", MayTake: true, May: true, Waits: true, Post: "/desk/objections/1", Revision: 1, Outcomes: some, Deeds: some,
	})
}
