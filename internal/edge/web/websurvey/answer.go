// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"math"
	"net/http"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/web/webkit"
)

// AnswerPage is a household's screen: its code was right.
type AnswerPage struct {
	webkit.Page
	Form     webkit.Form
	Post     string
	Question string
	About    string
	Label    string // of the household
	No       int
	Code     string
	Choices  []webkit.Choice
	Was      string // the answer that counts, in words; empty before the first
	How      string // by which channel it came
	Seen     int
	Closes   string
	Takes    bool
}

// tooMany is the fault of trying too many codes.
const tooMany = "survey.too_many_tries"

// answer takes a household's code, and then its answer.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	private(w)
	code, id := poll.Plain(r.PostFormValue("code")), r.PathValue("survey")
	v, h, err := p.Surveys.OfCode(r.Context(), p.Realm, id, code)
	if err == nil && v.Reason == "" && r.PostFormValue("step") == "answer" {
		return p.put(w, r, v, code)
	}
	if bad := p.allow(w, r); bad != nil {
		return p.publicPage(w, r, http.StatusTooManyRequests, p.Kit.Again(r, bad))
	}
	if f, ok := fault.As(err); ok && f.Key == "survey.no_code" {
		return p.publicPage(w, r, http.StatusNotFound, p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	if v.Reason != "" { // its words were taken back, from households too
		return p.publicPage(w, r, http.StatusOK, webkit.NewForm(""))
	}
	return p.answerPage(w, r, http.StatusOK, p.fresh(r, v, h, code))
}

// allow limits tries from one network, right ones included, so that the limit tells
// nothing.
func (p *Pages) allow(w http.ResponseWriter, r *http.Request) error {
	wait, ok := p.Allow(p.Client(r))
	if ok {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return fault.New(fault.Conflict, tooMany)
}

// fresh is a household's screen as its answer stands.
func (p *Pages) fresh(r *http.Request, v survey.Survey, h survey.Household, code string) AnswerPage {
	view := AnswerPage{
		Page: p.Kit.Page(r, "survey.title"), Form: webkit.NewForm(id.New()), Post: survey.Page(v.ID), Question: v.Question, About: v.About,
		Label: h.Label, No: h.No, Code: code, Seen: h.Answers, Takes: v.Takes(p.Kit.Now()),
	}
	say := view.Printer
	view.Choices, view.Closes = choices(say, v), say.DateTime(v.Closes.In(p.Zone))
	if h.Answers > 0 {
		view.Was, view.How = words(say, v, h.Choice), say.T("survey.channel."+string(h.Channel))
		view.Form.Values.Set("choice", h.Choice)
	}
	return view
}

func (p *Pages) answerPage(w http.ResponseWriter, r *http.Request, status int, view AnswerPage) error {
	view.Title, view.Errors = view.Question, view.Form.Errors
	return p.Kit.Render(w, r, status, "survey_answer", view)
}

// put keeps the answer, and shows what is kept.
func (p *Pages) put(w http.ResponseWriter, r *http.Request, v survey.Survey, code string) error {
	_, err := p.Surveys.Answer(r.Context(), survey.Answer{
		Realm: p.Realm, ID: v.ID, Key: r.PostFormValue("client"), Code: code, Channel: survey.Online, Choice: r.PostFormValue("choice"),
		Words: r.PostFormValue("words"), Seen: number(r.PostFormValue("seen")), By: webkit.ActorOf(r),
	})
	if err != nil && !again(err) {
		return err
	}
	v, h, bad := p.Surveys.OfCode(r.Context(), p.Realm, v.ID, code)
	if bad != nil {
		return bad
	}
	view := p.fresh(r, v, h, code)
	if err == nil {
		return p.Kit.Render(w, r, http.StatusOK, "survey_done", view)
	}
	view.Form = p.Kit.Again(r, err)
	return p.answerPage(w, r, webkit.StatusOf(err), view)
}
