// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"html/template"
	"net/url"
	"time"

	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// sampleNumber is the number of the matter in the samples.
const sampleNumber = "20260920-1234567"

// Samples registers a sample of each page, for tests that execute templates.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 20, 9, 30, 0, 0, time.UTC)
	f := webkit.Form{Values: url.Values{"text": {"Lamp"}, "photo": {"b"}, "lon": {"115.1"}}, Client: "c"}
	f.Errors = []webkit.FieldError{{Field: "photos", Text: "Error", Href: "#f-photos"}}
	choices := []webkit.Choice{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}
	facts := []webkit.Fact{{Term: "A", Value: "B"}}
	entries := []webkit.Entry{{Title: "Lamp", Text: "Dark street", Place: "Town", State: webkit.Tag{Word: "New"}, At: at}}
	pager := webkit.Pager{Newer: "/matters", Older: "/matters?after=1"}
	k.Register("home", HomePage{Form: webkit.NewForm(""), Latest: entries, How: how()})
	k.Register("list", ListPage{Form: f, Towns: choices, Only: "Grid", Entries: entries, Pager: pager})
	k.Register("track", TrackPage{Form: webkit.NewForm("")})
	k.Register("report", ReportPage{
		Page: webkit.Page{Errors: f.Errors}, Form: f, Screen: screenWhat, At: 1, Types: choices, Areas: choices,
		Carried: []Carried{{"address", "Gate"}}, Photos: choices, Summary: facts, MaxText: 9, MaxPhotos: 9,
	})
	k.Register("receipt", ReceiptPage{Follow: "/m/" + sampleNumber, Proof: "/receipt/" + sampleNumber + "/proof", Wait: true, Receipt: webkit.Receipt{
		Number: sampleNumber, Code: "ABCD EFGH", QR: template.URL("data:image/png;base64,"), Link: "/t", Next: "Next", Until: at,
	}})
	field := webkit.Field{Form: f, Name: "text", ID: "f-answer-text", Kind: "long_text", Label: "Text", Max: 9}
	move := webmatter.MoveForm{Action: "answer", Label: "Answer", Post: "/", Fields: []webkit.Field{field}, Open: true}
	k.Register("follow", FollowPage{
		Number: sampleNumber, Heading: "Lamp", State: webkit.Tag{Word: "New", Colour: "amber"}, Next: "Closed", Facts: facts,
		Reply: "Mended", Timeline: []webkit.Event{{State: "done", What: "Reported", At: at}}, Typed: "More",
		Moves: []webmatter.MoveForm{{Action: "rate", Label: "Rate", Post: "/", Main: true}, move},
	})
}
