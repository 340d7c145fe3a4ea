// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"net/http"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/web/webkit"
)

// HouseLine is one household in a list.
type HouseLine struct {
	No    int
	Label string
	Href  string
	State webkit.Tag
}

// HousesPage lists the households of a survey.
type HousesPage struct {
	webkit.Page
	Question string
	Href     string
	Lines    []HouseLine
	Open     bool // only those that have not answered
	Next     string
}

// HousePage is one household: its answer, and the form that corrects it.
type HousePage struct {
	webkit.Page
	Form     webkit.Form
	Question string
	Href     string
	Back     string
	House    HouseLine
	Facts    []webkit.Fact
	Trace    []webkit.Fact
	Choices  []webkit.Choice
	Channel  string
	Seen     int
	Takes    bool
	Keeps    bool
	Online   bool
}

func (p *Pages) houseLine(say *text.Printer, v survey.Survey, h survey.Household) HouseLine {
	l := HouseLine{No: h.No, Label: h.Label, Href: survey.Desk(v.ID) + "/households/" + strconv.Itoa(h.No)}
	if h.Label == "" {
		l.Label = say.T("survey.no_n", "no", h.No)
	}
	l.State = webkit.Tag{Word: say.T("survey.house.open"), Colour: "amber"}
	if h.Answers > 0 {
		l.State = webkit.Tag{Word: say.T("survey.channel." + string(h.Channel)), Colour: "green"}
	}
	return l
}

func (p *Pages) houses(w http.ResponseWriter, r *http.Request) error {
	c := survey.Round{
		Realm: p.Realm, ID: r.PathValue("survey"), Open: r.URL.Query().Get("open") != "", After: max(0, number(r.URL.Query().Get("after"))),
		Size: page.Default, By: webkit.ActorOf(r),
	}
	v, list, more, err := p.Surveys.Round(r.Context(), c)
	if err != nil {
		return err
	}
	about, err := p.begin(r, "survey.houses.title")
	if err != nil {
		return err
	}
	view := HousesPage{Page: about, Question: v.Question, Href: survey.Desk(v.ID), Open: c.Open}
	for _, h := range list {
		view.Lines = append(view.Lines, p.houseLine(about.Printer, v, h))
	}
	if more {
		view.Next = view.Href + "/households?after=" + strconv.Itoa(list[len(list)-1].No)
		if c.Open {
			view.Next += "&open=1"
		}
	}
	return p.Kit.Render(w, r, http.StatusOK, "survey_houses", view)
}

func (p *Pages) house(w http.ResponseWriter, r *http.Request) error {
	return p.housePage(w, r, http.StatusOK, nil)
}

func (p *Pages) housePage(w http.ResponseWriter, r *http.Request, status int, failed *webkit.Form) error {
	by, ctx := webkit.ActorOf(r), r.Context()
	v, h, err := p.Surveys.Household(ctx, p.Realm, r.PathValue("survey"), number(r.PathValue("no")), by)
	if err != nil {
		return err
	}
	about, err := p.begin(r, "survey.house.title")
	if err != nil {
		return err
	}
	say := about.Printer
	view := HousePage{
		Page: about, Form: webkit.NewForm(id.New()), Question: v.Question, Back: survey.Desk(v.ID), House: p.houseLine(say, v, h), Choices: choices(say, v),
		Seen: h.Answers, Takes: v.Takes(p.Kit.Now()), Keeps: p.Surveys.MayKeep(by, v), Channel: string(survey.Door),
	}
	view.Href, view.Title = view.House.Href, view.House.Label
	if p.Surveys.MayType(by, v) {
		view.Channel = string(survey.Paper)
	}
	for _, c := range v.Channels {
		view.Online = view.Online || c == survey.Online
	}
	view.Facts = []webkit.Fact{{Term: say.T("survey.no"), Value: strconv.Itoa(h.No)}}
	if h.Answers > 0 {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T("survey.answer"), Value: words(say, v, h.Choice)},
			webkit.Fact{Term: say.T("survey.how"), Value: say.T("survey.channel." + string(h.Channel))})
		view.Form.Values.Set("choice", h.Choice)
	}
	if view.Keeps && h.Answers > 1 {
		given, err := p.Surveys.Trace(ctx, p.Realm, v.ID, h.No, by)
		if err != nil {
			return err
		}
		for _, g := range given {
			view.Trace = append(view.Trace, webkit.Fact{
				Term: say.DateTime(g.At.In(p.Zone)), Value: words(say, v, g.Choice) + " · " + say.T("survey.channel."+string(g.Channel)),
			})
		}
	}
	if failed != nil {
		view.Form = *failed
	}
	view.Errors = view.Form.Errors
	return p.Kit.Render(w, r, status, "survey_house", view)
}

// correct keeps an answer, or in place of the one its author saw.
func (p *Pages) correct(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	_, err := p.Surveys.Answer(r.Context(), survey.Answer{
		Realm: p.Realm, ID: r.PathValue("survey"), Key: r.PostFormValue("client"), No: number(r.PathValue("no")), Words: r.PostFormValue("words"),
		Channel: survey.Channel(r.PostFormValue("channel")), Choice: r.PostFormValue("choice"), Seen: number(r.PostFormValue("seen")), By: webkit.ActorOf(r),
	})
	if fault.KindOf(err) == fault.Denied { // of a survey, or a household, that is not theirs
		if _, _, bad := p.Surveys.Household(r.Context(), p.Realm, r.PathValue("survey"), number(r.PathValue("no")), webkit.ActorOf(r)); bad != nil {
			return bad
		}
	}
	if err != nil && again(err) {
		f := p.Kit.Again(r, err)
		return p.housePage(w, r, webkit.StatusOf(err), &f)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, survey.Desk(r.PathValue("survey"))+"/households/"+strconv.Itoa(number(r.PathValue("no"))), "survey.done.noted")
	return nil
}
