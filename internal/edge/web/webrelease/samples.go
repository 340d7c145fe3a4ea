// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelease

import (
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Clerk"}}
	parts := []Part{{
		Name: "public_text", Label: "Public words", Text: "Ask 000", Pieces: []Piece{{Text: "Ask "}, {Text: "000", Kind: "fixed line", Sure: true}},
		Proposal: "Ask [telephone]", Changed: true,
	}}
	line := Line{
		ID: "1", Href: root + "/1", Kind: "Public words", About: "20260916-0000001", Subject: "/desk/matters/1", Place: "East",
		State: webkit.Tag{Word: "Waiting", Colour: "amber"}, Author: "Test Clerk", Photo: "/photo", At: k.Now(), Revision: 1, Parts: parts,
		Finds: []Find{{Kind: "fixed line", Sure: true, Why: "A fixed line."}}, Changed: true, Needs: true, May: true,
	}
	own := line
	own.ID, own.May, own.WhyNot, own.Failed, own.Reason = "2", false, "You wrote it.", "Say why.", "Unclear"
	hidden := Line{
		ID: "3", Href: root + "/3", Kind: "Public words", About: "20260916-0000001", Place: "East", State: line.State, Author: "Test Clerk", At: k.Now(),
		Finds: []Find{{Kind: "fixed line"}}, Withheld: "Only public words are shown.", WhyNot: "Not yours.",
	}
	k.Register("release_list", ListPage{
		Page: clerk, Mend: []Line{own, hidden}, Waiting: []Line{line, own, hidden}, Public: []Line{line}, More: root + "?after=x", Older: root + "?older=x", Some: true, Result: []string{"2 released."}, Stories: "1 waits",
	})
	page := DraftPage{
		Page: clerk, Line: line, Form: webkit.NewForm(""), Help: "A second person releases it.", Mends: true, Decides: true, Takes: true,
		Wordings: []VersionLine{{Number: 1, Name: "Test Clerk", At: k.Now(), Parts: parts, Masked: true}, {Number: 2, Name: "Test Clerk", At: k.Now(), Hidden: true}},
		Trail:    []webkit.Event{{State: "done", What: "Written", Who: "Test Clerk", At: k.Now()}},
	}
	page.Title = "Public words"
	k.Register("release_draft", page)
	k.Register("release_describe", DescribePage{
		Page: clerk, Form: webkit.NewForm(""), Facts: []webkit.Fact{{Term: "Number", Value: "1"}}, Post: "/desk/matters/1/public", Back: "/desk/matters/1",
	})
}
