// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/web/webkit"
)

// PaperPage is a paper to type in, by the number that stands on it.
type PaperPage struct {
	webkit.Page
	Form     webkit.Form
	Question string
	Href     string
	Choices  []webkit.Choice
	Answered int
	Of       int
	Takes    bool
}

func (p *Pages) paperForm(w http.ResponseWriter, r *http.Request) error {
	return p.paperPage(w, r, http.StatusOK, webkit.NewForm(id.New()))
}

func (p *Pages) paperPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	by := webkit.ActorOf(r)
	v, progress, _, err := p.Surveys.Progress(r.Context(), p.Realm, r.PathValue("survey"), by)
	if err == nil && !p.Surveys.MayType(by, v) {
		err = fault.New(fault.Missing, "survey.missing")
	}
	if err != nil {
		return err
	}
	about, err := p.begin(r, "survey.paper.title")
	if err != nil {
		return err
	}
	view := PaperPage{
		Page: about, Form: f, Question: v.Question, Href: survey.Desk(v.ID), Choices: choices(about.Printer, v), Answered: progress.Answered,
		Of: progress.Asked, Takes: v.Takes(p.Kit.Now()),
	}
	view.Errors = f.Errors
	return p.Kit.Render(w, r, status, "survey_paper", view)
}

// paper keeps what stands on a paper.
func (p *Pages) paper(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	_, err := p.Surveys.Answer(r.Context(), survey.Answer{
		Realm: p.Realm, ID: r.PathValue("survey"), Key: r.PostFormValue("client"), No: number(r.PostFormValue("no")), Channel: survey.Paper,
		Choice: r.PostFormValue("choice"), Words: r.PostFormValue("words"), By: webkit.ActorOf(r),
	})
	if f, ok := fault.As(err); ok && (again(err) || f.Key == "survey.no_household") {
		return p.paperPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, survey.Desk(r.PathValue("survey"))+"/paper", "survey.done.noted")
	return nil
}
