// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"net/http"
	"net/url"
	"strconv"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/web/webkit"
)

// RoundPage is one door: the household to ask now, and who comes after it.
type RoundPage struct {
	webkit.Page
	Form     webkit.Form
	Question string
	About    string
	Href     string
	House    *HouseLine // nil when nobody is left after where they are
	Then     []HouseLine
	Choices  []webkit.Choice
	Later    string // the next door, leaving this one open
	Start    string // from the first open door; empty when that is where they are
	Last     string // where the answer given before can be corrected
	LastName string
	Answered int
	Of       int
	After    int
	Takes    bool
}

// ahead is how many doors are shown after the one to ask now.
const ahead = 5

func (p *Pages) round(w http.ResponseWriter, r *http.Request) error {
	return p.roundPage(w, r, http.StatusOK, webkit.NewForm(id.New()))
}

func (p *Pages) roundPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	by, ctx := webkit.ActorOf(r), r.Context()
	after := max(0, number(r.FormValue("after")))
	c := survey.Round{Realm: p.Realm, ID: r.PathValue("survey"), Open: true, After: after, Size: 1 + ahead, By: by}
	v, list, _, err := p.Surveys.Round(ctx, c)
	if err != nil {
		return err
	}
	_, progress, _, err := p.Surveys.Progress(ctx, p.Realm, v.ID, by)
	if err != nil {
		return err
	}
	about, err := p.begin(r, "survey.round.title")
	if err != nil {
		return err
	}
	view := RoundPage{
		Page: about, Form: f, Question: v.Question, About: v.About, Href: survey.Desk(v.ID), Choices: choices(about.Printer, v), After: after,
		Answered: progress.Answered, Of: progress.Asked, Takes: v.Takes(p.Kit.Now()),
	}
	view.Errors = f.Errors
	for i, h := range list {
		l := p.houseLine(about.Printer, v, h)
		if i == 0 {
			view.House = &l
			view.Later = view.Href + "/round?after=" + strconv.Itoa(h.No)
			continue
		}
		view.Then = append(view.Then, l)
	}
	if after > 0 {
		view.Start = view.Href + "/round"
	}
	if last := number(r.URL.Query().Get("last")); last > 0 {
		if _, h, err := p.Surveys.Household(ctx, p.Realm, v.ID, last, by); err == nil {
			view.Last, view.LastName = view.Href+"/households/"+strconv.Itoa(last), h.Label
		}
	}
	return p.Kit.Render(w, r, status, "survey_round", view)
}

// called keeps what was said at a door, and goes on to the next.
func (p *Pages) called(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	no := number(r.PostFormValue("no"))
	_, err := p.Surveys.Answer(r.Context(), survey.Answer{
		Realm: p.Realm, ID: r.PathValue("survey"), Key: r.PostFormValue("client"), No: no, Channel: survey.Door,
		Choice: r.PostFormValue("choice"), Words: r.PostFormValue("words"), By: webkit.ActorOf(r),
	})
	if err != nil && again(err) {
		return p.roundPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	q := url.Values{"after": {r.PostFormValue("after")}, "last": {strconv.Itoa(no)}}
	webkit.Done(w, r, survey.Desk(r.PathValue("survey"))+"/round?"+q.Encode(), "survey.done.noted")
	return nil
}
