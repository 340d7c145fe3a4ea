// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"net/http"
	"strings"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/web/webkit"
)

// Line is one survey in a list.
type Line struct {
	Href, Question, Place string
	State                 webkit.Tag
	Closes                time.Time
}

// ListPage is everybody's list: what runs, and what is counted.
type ListPage struct {
	webkit.Page
	Running []Line
	Closed  []Line
	Next    string
	Empty   webkit.Empty
}

// PublicPage is a survey as everybody sees it. Form asks for a household's code.
type PublicPage struct {
	webkit.Page
	Form     webkit.Form
	Question string
	About    string
	Choices  []webkit.Choice
	State    webkit.Tag
	Facts    []webkit.Fact
	Post     string
	Takes    bool // by code
	Reason   string
	Result   *ResultView
}

func (p *Pages) line(say *text.Printer, v survey.Survey, href string) Line {
	l := Line{Href: href, Question: v.Question, State: tag(say, v, p.Kit.Now()), Closes: v.Closes, Place: strings.Join(p.Org.Path(p.Realm, v.Area), " ")}
	if l.Question == "" {
		l.Question = say.T("survey.withdrawn")
	}
	return l
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	view := ListPage{Page: p.Kit.Page(r, "survey.title")}
	view.Empty = webkit.Empty{Icon: "message", Heading: view.T("survey.none"), Text: view.T("survey.none_help")}
	if !after.More() {
		running, err := p.Surveys.Published(r.Context(), p.Realm, survey.Running, page.Cursor{}, page.Default)
		if err != nil {
			return err
		}
		for _, v := range running.Items {
			view.Running = append(view.Running, p.line(view.Printer, v, survey.Page(v.ID)))
		}
	}
	closed, err := p.Surveys.Published(r.Context(), p.Realm, survey.Closed, after, page.Default)
	if err != nil {
		return err
	}
	for _, v := range closed.Items {
		view.Closed = append(view.Closed, p.line(view.Printer, v, survey.Page(v.ID)))
	}
	if closed.Next.More() {
		view.Next = public + "?after=" + closed.Next.String()
	}
	return p.Kit.Render(w, r, http.StatusOK, "surveys", view)
}

func (p *Pages) page(w http.ResponseWriter, r *http.Request) error {
	return p.publicPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) publicPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	v, err := p.Surveys.Public(r.Context(), p.Realm, r.PathValue("survey"))
	if err != nil {
		return err
	}
	f.Values.Del("code")
	view := PublicPage{Page: p.Kit.Page(r, "survey.title"), Form: f, Question: v.Question, About: v.About, Reason: v.Reason, Post: survey.Page(v.ID)}
	say := view.Printer
	view.Errors, view.State = f.Errors, tag(say, v.Survey, p.Kit.Now())
	if view.Question == "" {
		view.Question = say.T("survey.withdrawn")
	} else {
		view.Choices = choices(say, v.Survey)
	}
	view.Title = view.Question
	view.Facts = p.facts(say, v.Survey)
	for _, c := range v.Channels {
		view.Takes = view.Takes || c == survey.Online && v.Takes(p.Kit.Now())
	}
	if v.Result != nil {
		view.Result = p.result(say, v.Survey, *v.Result)
	}
	return p.Kit.Render(w, r, status, "survey", view)
}

// facts are what everybody may know of a survey besides its words.
func (p *Pages) facts(say *text.Printer, v survey.Survey) []webkit.Fact {
	var how []string
	for _, c := range v.Channels {
		how = append(how, say.T("survey.channel."+string(c)))
	}
	return []webkit.Fact{
		{Term: say.T("survey.area"), Value: strings.Join(p.Org.Path(p.Realm, v.Area), " ")},
		{Term: say.T("survey.asked"), Value: say.T("survey.households_n", "n", v.Asked)},
		{Term: say.T("survey.channels"), Value: strings.Join(how, say.T("kit.comma"))},
		{Term: say.T("survey.closes"), Value: say.DateTime(v.Closes.In(p.Zone))},
	}
}
