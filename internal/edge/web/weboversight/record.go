// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package weboversight

import (
	"net/http"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/edge/web/webkit"
)

// RecordPage is one record.
type RecordPage struct {
	webkit.Page
	Heading  string
	Link     string
	Facts    []webkit.Fact
	Steps    []StepLine
	Findings []FindingLine
	Lines    []Line // inspections of it
	May      bool
	Form     webkit.Form
	Post     string
}

func (p *Pages) record(w http.ResponseWriter, r *http.Request) error {
	return p.recordPage(w, r, http.StatusOK, webkit.NewForm(id.New()))
}

func (p *Pages) recordPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	found, err := p.Oversight.Record(r.Context(), p.Realm, r.PathValue("proceeding"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	about, err := p.page(r, "oversight.record.title")
	if err != nil {
		return err
	}
	say := about.Printer
	view := RecordPage{
		Page: about, Heading: found.Title, Link: proceeding.Desk(found.Proceeding), Facts: p.facts(say, found.Steps), Steps: stepLines(say, found.Steps),
		Findings: findingLines(say, found.Findings), May: found.May, Form: f, Post: root + "/records/" + found.Proceeding,
	}
	view.Errors = f.Errors
	for _, i := range found.Inspections {
		view.Lines = append(view.Lines, Line{
			Href: oversight.Desk(i.ID), Title: found.Title, Who: p.Name(r.Context(), i.Inspector), State: stateTag(say, i.State), At: i.At,
		})
	}
	return p.Kit.Render(w, r, status, "oversight_record", view)
}

func (p *Pages) takeUp(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	i, err := p.Oversight.TakeUp(r.Context(), oversight.TakeUp{
		Realm: p.Realm, Key: r.PostFormValue("client"), Proceeding: r.PathValue("proceeding"), Words: r.PostFormValue("words"), By: webkit.ActorOf(r),
	})
	if again(err) {
		return p.recordPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, oversight.Desk(i.ID), "oversight.done.taken_up")
	return nil
}
