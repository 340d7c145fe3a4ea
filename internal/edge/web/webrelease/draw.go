// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelease

import (
	"net/http"
	"strconv"
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/web/webkit"
)

// Piece is a stretch of a text; one with a kind is a find.
type Piece struct {
	Text string
	Kind string // in words; empty for what is no find
	Sure bool
}

// Part is one of a draft's texts.
type Part struct {
	Name, Label, Text string
	Pieces            []Piece
	Proposal          string
	Changed           bool // the proposal says something else
}

// Find is one thing that was found, with what may become of it.
type Find struct {
	Kind string
	Sure bool
	Why  string
}

// Line is a draft as pages draw it.
type Line struct {
	ID, Href, Kind, About, Subject, Place string
	State                                 webkit.Tag
	Author, Photo, Reason                 string
	At                                    time.Time
	Revision                              int
	Parts                                 []Part
	Finds                                 []Find
	Changed                               bool // a proposal differs from what was written
	Needs                                 bool // it is released with a reason only
	May                                   bool // this person may release it
	WhyNot                                string
	Failed                                string // why it was not released a moment ago
	Said                                  string // the reason that was typed then
	Withheld                              string // what stands in the place of words that are not for this person
}

// Pick is the value of the box that is ticked for the draft.
func (l Line) Pick() string { return l.ID + ":" + strconv.Itoa(l.Revision) }

// colours of the states.
var colours = map[release.State]string{
	release.Drafted: "red", release.Waiting: "amber", release.Returned: "amber", release.Released: "green",
}

// mark writes what stands in a proposal for a find, in the reader's language.
func mark(say *text.Printer) func(trace.Kind) string {
	return func(k trace.Kind) string { return say.T("trace.mark." + string(k)) }
}

func (p *Pages) line(r *http.Request, say *text.Printer, t release.Trail) Line {
	l := Line{
		ID: t.ID, Href: release.Page(t.ID), Kind: say.T("release.kind." + t.Kind), About: t.Title, Subject: t.Link, Place: p.Place(t.Area),
		State:  webkit.Tag{Word: say.T("release.state." + string(t.State)), Colour: colours[t.State]},
		Author: p.Name(r.Context(), t.Author), Reason: t.Reason, At: t.At, Revision: t.Revision,
	}
	if p.Photo != nil && t.File != "" {
		l.Photo = p.Photo(r.Context(), t.Draft)
	}
	if t.Withheld {
		l.Withheld, l.Finds = say.T("release.withheld"), kindsFound(say, t)
		return l
	}
	for _, part := range t.Words {
		drawn, finds := draw(say, part)
		l.Parts, l.Finds = append(l.Parts, drawn), append(l.Finds, finds...)
		l.Changed = l.Changed || drawn.Changed
	}
	l.Needs = len(l.Finds) > 0
	why := p.Releases.WhyNot(webkit.ActorOf(r), t)
	if l.May = why == nil; !l.May {
		l.WhyNot = webkit.Sentence(say, why)
	}
	if t.File != "" && deciding.Allows(webkit.ActorOf(r), p.Matters.Now()) { // it is decided where it can be looked at
		l.Href = t.Link
		if l.May {
			l.May, l.WhyNot = false, say.T("release.look_first")
		}
	}
	return l
}

// kindsFound are the kinds of what was found in a draft's wording, for those who do
// not read it.
func kindsFound(say *text.Printer, t release.Trail) []Find {
	var out []Find
	for _, v := range t.Versions {
		for _, k := range v.Kinds {
			if v.Number == t.Version {
				out = append(out, Find{Kind: say.T("trace.kind." + string(k))})
			}
		}
	}
	return out
}

// draw marks what is found in a text and proposes one without.
func draw(say *text.Printer, part release.Part) (Part, []Find) {
	out := Part{Name: part.Name, Label: say.T("release.part." + part.Name), Text: part.Text}
	var finds []Find
	last := 0
	for _, t := range trace.Find(part.Text) {
		word := say.T("trace.kind." + string(t.Kind))
		if last < t.From {
			out.Pieces = append(out.Pieces, Piece{Text: part.Text[last:t.From]})
		}
		out.Pieces = append(out.Pieces, Piece{Text: part.Text[t.From:t.To], Kind: word, Sure: t.Sure})
		finds = append(finds, Find{Kind: word, Sure: t.Sure, Why: say.T(why(t))})
		last = t.To
	}
	if last < len(part.Text) {
		out.Pieces = append(out.Pieces, Piece{Text: part.Text[last:]})
	}
	out.Proposal = trace.Redact(part.Text, mark(say))
	out.Changed = out.Proposal != part.Text
	return out, finds
}

// why says what may become of a find.
func why(t trace.Trace) string {
	switch {
	case t.Kind == trace.Line:
		return "release.line_why"
	case t.Sure:
		return "release.sure_why"
	}
	return "release.likely_why"
}
