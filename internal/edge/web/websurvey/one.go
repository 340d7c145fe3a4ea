// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"net/http"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/web/webkit"
)

// OnePage is a survey at the desk: how many have answered, never what, until it is
// counted.
type OnePage struct {
	webkit.Page
	Question string
	About    string
	State    webkit.Tag
	Href     string
	Link     string // everybody's page
	Reason   string
	Facts    []webkit.Fact
	By       []webkit.Fact // how many by each channel
	Answered int
	Of       int
	Rate     string
	Remarks  int
	Takes    bool
	Drafted  bool
	Waits    bool // over, not counted
	Keeps    bool
	Types    bool
	Visits   bool
	Online   bool
	Letters  bool // there are some to make
	Result   *ResultView
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, nil)
}

func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, why error) error {
	by := webkit.ActorOf(r)
	v, progress, res, err := p.Surveys.Progress(r.Context(), p.Realm, r.PathValue("survey"), by)
	if err != nil {
		return err
	}
	about, err := p.begin(r, "survey.title")
	if err != nil {
		return err
	}
	say, now := about.Printer, p.Kit.Now()
	view := OnePage{
		Page: about, Question: v.Question, About: v.About, State: tag(say, v, now), Href: survey.Desk(v.ID), Reason: v.Reason,
		Facts: p.facts(say, v), Answered: progress.Answered, Of: progress.Asked, Rate: webkit.Percent(int64(progress.Answered), int64(progress.Asked)), Remarks: progress.Remarks,
		Takes: v.Takes(now), Drafted: v.State == survey.Drafted, Keeps: p.Surveys.MayKeep(by, v), Types: p.Surveys.MayType(by, v),
		Visits: p.Surveys.MayVisit(by, v), Letters: progress.Letters < progress.Asked,
	}
	var offered []string
	for _, c := range choices(say, v) {
		offered = append(offered, c.Label)
	}
	view.Facts = append(view.Facts, webkit.Fact{Term: say.T("survey.choices"), Value: strings.Join(offered, say.T("kit.comma"))})
	view.Title = v.Question
	view.Waits = v.State == survey.Running && !view.Takes
	if !v.Opened.IsZero() {
		view.Link = webkit.Origin(r, p.Address) + survey.Page(v.ID)
	}
	for _, c := range v.Channels {
		view.By = append(view.By, webkit.Fact{Term: say.T("survey.channel." + string(c)), Value: strconv.Itoa(progress.By[c])})
		view.Online = view.Online || c == survey.Online
	}
	if res != nil {
		view.Result = p.result(say, v, *res)
	}
	if why != nil {
		view.Errors = p.Kit.Again(r, why).Errors
	}
	return p.Kit.Render(w, r, status, "survey_one", view)
}

func (p *Pages) close(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	v, err := p.kept(r)
	if err != nil {
		return err
	}
	_, err = p.Surveys.Close(r.Context(), survey.Close{Realm: p.Realm, ID: v.ID, By: webkit.ActorOf(r)})
	if fault.KindOf(err) == fault.Conflict {
		return p.onePage(w, r, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, survey.Desk(v.ID), "survey.done.closed")
	return nil
}

// kept is a survey that somebody keeps; for others there is none.
func (p *Pages) kept(r *http.Request) (survey.Survey, error) {
	v, _, _, err := p.Surveys.Progress(r.Context(), p.Realm, r.PathValue("survey"), webkit.ActorOf(r))
	if err == nil && !p.Surveys.MayKeep(webkit.ActorOf(r), v) {
		err = fault.New(fault.Missing, "survey.missing")
	}
	return v, err
}

// DropPage gives a survey up.
type DropPage struct {
	webkit.Page
	Form     webkit.Form
	Question string
	Href     string
	Revision int
}

func (p *Pages) dropForm(w http.ResponseWriter, r *http.Request) error {
	return p.dropPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) dropPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	v, err := p.kept(r)
	if err != nil {
		return err
	}
	about, err := p.begin(r, "survey.drop.title")
	if err != nil {
		return err
	}
	view := DropPage{Page: about, Form: f, Question: v.Question, Href: survey.Desk(v.ID), Revision: v.Revision}
	view.Errors = f.Errors
	return p.Kit.Render(w, r, status, "survey_drop", view)
}

func (p *Pages) drop(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	v, err := p.kept(r)
	if err != nil {
		return err
	}
	err = p.Surveys.Drop(r.Context(), survey.Drop{
		Realm: p.Realm, ID: v.ID, Revision: number(r.PostFormValue("revision")), Reason: r.PostFormValue("reason"), By: webkit.ActorOf(r),
	})
	if err != nil && again(err) {
		return p.dropPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, survey.Desk(v.ID), "survey.done.dropped")
	return nil
}
