// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websight

import (
	"net/http"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
)

// OwnPage lists somebody's own looks, and what auditors asked and found of them.
type OwnPage struct {
	webkit.Page
	Asked []JudgedLine // that wait for an explanation first
	Looks []LookLine
	Next  string
	Empty webkit.Empty
}

// JudgedLine is a look that was drawn, with what became of it.
type JudgedLine struct {
	LookLine
	Sample   string
	ID       string
	Revision int
	Verdict  webkit.Tag
	Remark   string
	Answer   string
	Open     bool // it waits for whoever reads the page
	Form     webkit.Form
}

func (p *Pages) own(w http.ResponseWriter, r *http.Request) error {
	return p.ownPage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) ownPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	actor := webkit.ActorOf(r)
	found, err := p.Sight.Own(r.Context(), actor, after, page.Default)
	if err != nil {
		return err
	}
	asked, err := p.Sight.OfMine(r.Context(), actor)
	if err != nil {
		return err
	}
	view := OwnPage{Empty: webkit.Empty{Icon: "search"}}
	if view.Page, err = p.page(r, "sight.own.title"); err != nil {
		return err
	}
	view.Empty.Heading, view.Empty.Text = view.T("sight.own.none"), view.T("sight.own.none_help")
	if view.Looks, err = p.lines(r, view.Printer, found.Items, false); err != nil {
		return err
	}
	if view.Asked, err = p.judged(r, view.Printer, asked, f, false); err != nil {
		return err
	}
	view.Errors = f.Errors
	if found.Next.More() {
		view.Next = ownPath + "?after=" + found.Next.String()
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Kit.Render(w, r, status, "sight_own", view)
}

// verdictColours tell the verdicts apart besides their words.
var verdictColours = map[sight.Verdict]string{sight.InOrder: "green", sight.ToExplain: "amber", sight.Wrong: "red"}

// judged draws looks that were drawn, each with a form of its own.
func (p *Pages) judged(r *http.Request, say *text.Printer, list []sight.Drawn, sent webkit.Form, auditor bool) ([]JudgedLine, error) {
	entries := make([]sight.Entry, len(list))
	for i, d := range list {
		entries[i] = d.Entry
	}
	lines, err := p.lines(r, say, entries, auditor)
	out := make([]JudgedLine, len(lines))
	for i, line := range lines {
		d := list[i]
		out[i] = JudgedLine{
			LookLine: line, Sample: d.Sample, ID: d.ID, Revision: d.Revision, Remark: d.Remark, Answer: d.Answer,
			Open: auditor && d.Verdict == "" || !auditor && d.Verdict == sight.ToExplain && d.Answer == "",
			Form: webkit.Form{Prefix: d.ID + "-"},
		}
		if d.Verdict != "" {
			out[i].Verdict = webkit.Tag{Word: say.T("sight.verdict." + string(d.Verdict)), Colour: verdictColours[d.Verdict]}
		}
		if sent.Value("look") == d.ID {
			out[i].Form, out[i].Open = sent, true
		}
	}
	return out, err
}

// answer explains a look that an auditor asked about.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // none is stale
	err := p.Sight.Answer(r.Context(), sight.Answer{
		By: webkit.ActorOf(r), Sample: r.PostFormValue("sample"), Look: r.PostFormValue("look"), Revision: revision, Words: r.PostFormValue("words"),
	})
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale, fault.Conflict:
		return p.ownPage(w, r, webkit.StatusOf(err), p.Kit.AgainIn(r, err, r.PostFormValue("look")+"-"))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, ownPath, "sight.done.answered")
	return nil
}
