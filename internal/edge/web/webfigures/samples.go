// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webfigures

import "pavilion/internal/edge/web/webkit"

// Samples registers one filled page of each kind, for tests and for the guide to
// styles.
func Samples(k *webkit.Kit) {
	view := FiguresPage{
		Page:    webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Figures"},
		Periods: []webkit.Choice{{Value: "2026", Label: "2026"}}, Ways: []webkit.Choice{{Value: "town", Label: "By town"}},
		Cards:   []Card{{Code: "completion", Name: "Completion", Value: "99.82%", N: 39928, Of: 40000, What: "All of them", Basis: "A rule", Few: true}},
		Trend:   []Bar{{Label: "Jan", Value: "99%", Height: 50, X: 0, Y: 50, N: 1, Of: 2}},
		Heading: "By town", Headings: []string{"Town", "Cases"}, Rows: []Row{{"East", "/desk/figures?by=place", []Cell{{Value: "5", Of: 5}, {Held: true}}}},
		Held: true, AsOf: k.Now(), Edition: 1, Query: "period=2026", Up: "/desk/figures",
	}
	k.Register("figures_desk", view)
	k.Register("figures", view)
	about := webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Bulletins"}
	line := BulletinLine{"/figures/bulletins/2026-08.1", "2026-08.1", "August 2026", k.Now(), 9, webkit.Tag{Word: "Published", Colour: "green"}, "Why not"}
	k.Register("bulletins", BulletinsPage{Page: about, Lines: []BulletinLine{line}, Next: "/figures/bulletins?after=x", May: true, Form: webkit.NewForm(""), Periods: view.Periods})
	k.Register("bulletin", BulletinPage{
		Page: about, Line: line, Ready: true, Cards: view.Cards, Facts: []webkit.Fact{{Term: "Size", Value: "9"}}, Key: "k", Command: "pavilion verify",
		Parts: []BulletinParts{{"By town", "by-town", []string{"Town", "Completed"}, []Row{{"East", "", []Cell{{"99%", 99, 100, false}}}}}},
	})
}
