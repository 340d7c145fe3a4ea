// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/edge/web/webkit"
)

// mostBodies is how many bodies the form offers.
const mostBodies = 200

// DeskPage lists surveys that somebody works on.
type DeskPage struct {
	webkit.Page
	Lines []Line
	May   bool
	Next  string
	Empty webkit.Empty
}

// OpenPage opens a survey.
type OpenPage struct {
	webkit.Page
	Form     webkit.Form
	For      string
	Areas    []webkit.Choice
	Bodies   []webkit.Choice
	Channels []webkit.Choice
	Problems []ProblemLine // of a list that was not taken
}

// ProblemLine is a line of a list that cannot be taken.
type ProblemLine struct {
	Line int
	Text string
}

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	about, err := p.begin(r, "survey.title")
	if err != nil {
		return err
	}
	found, err := p.Surveys.List(r.Context(), p.Realm, webkit.ActorOf(r), after, page.Default)
	if err != nil {
		return err
	}
	view := DeskPage{Page: about, May: keeping.Allows(about.Actor, p.Kit.Now())}
	for _, v := range found.Items {
		view.Lines = append(view.Lines, p.line(about.Printer, v, survey.Desk(v.ID)))
	}
	if found.Next.More() {
		view.Next = root + "?after=" + found.Next.String()
	}
	view.Empty = webkit.Empty{Icon: "message", Heading: about.T("survey.none"), Text: about.T("survey.desk.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "survey_desk", view)
}

func (p *Pages) openForm(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm(id.New())
	for _, c := range survey.Channels() {
		f.Values.Add("channels", string(c))
	}
	f.Values.Set("for", r.URL.Query().Get("for"))
	f.Values.Set("question", r.URL.Query().Get("question"))
	f.Values.Set("hour", "18:00")
	return p.openPage(w, r, http.StatusOK, f, nil)
}

func (p *Pages) openPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form, problems []survey.Problem) error {
	about, err := p.begin(r, "survey.open.title")
	if err != nil {
		return err
	}
	view, say := OpenPage{Page: about, Form: f, For: f.Value("for")}, about.Printer
	view.Errors = f.Errors
	for _, one := range problems {
		view.Problems = append(view.Problems, ProblemLine{one.Line, webkit.Sentence(say, one.Fault)})
	}
	view.Areas = []webkit.Choice{{Label: say.T("matter.choose_area")}}
	for _, a := range p.Org.Areas(p.Realm) {
		if p.Surveys.MayKeep(about.Actor, survey.Survey{Realm: p.Realm, Place: a.Lo}) {
			view.Areas = append(view.Areas, webkit.Choice{Value: a.ID, Label: strings.Repeat("\u3000", a.Depth) + a.Name})
		}
	}
	view.Bodies = []webkit.Choice{{Label: say.T("survey.open.no_body")}}
	found, err := p.Bodies.List(r.Context(), p.Realm, "", about.Actor, page.Cursor{}, mostBodies)
	if err != nil {
		return err
	}
	for _, a := range found.Items {
		if a.Ended == "" && !a.Kind.Confidential() && p.Bodies.MayKeep(about.Actor, a) {
			view.Bodies = append(view.Bodies, webkit.Choice{Value: a.ID, Label: a.Name})
		}
	}
	for _, c := range survey.Channels() {
		view.Channels = append(view.Channels, webkit.Choice{Value: string(c), Label: say.T("survey.channel." + string(c)), Hint: say.T("survey.channel." + string(c) + "_hint")})
	}
	return p.Kit.Render(w, r, status, "survey_open", view)
}

func (p *Pages) open(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxList)
	v := r.PostFormValue
	c := survey.Open{
		Realm: p.Realm, Key: v("client"), For: v("for"), Area: v("area"), Question: v("question"), About: v("about"), By: webkit.ActorOf(r),
	}
	for line := range strings.Lines(v("options")) {
		if line = strings.TrimSpace(line); line != "" {
			c.Options = append(c.Options, line)
		}
	}
	for _, name := range r.PostForm["channels"] {
		if !slices.Contains(c.Channels, survey.Channel(name)) {
			c.Channels = append(c.Channels, survey.Channel(name))
		}
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", v("day")+" "+strings.TrimSpace(v("hour")), p.Zone)
	if err != nil {
		return p.openPage(w, r, http.StatusUnprocessableEntity, p.Kit.Again(r, fault.New(fault.Invalid, "survey.closes_form").At("hour")), nil)
	}
	c.Closes = at
	list, problems, err := p.households(r)
	if err == nil && len(problems) > 0 {
		err = fault.New(fault.Invalid, "survey.list_not_taken").At("households").With("n", strconv.Itoa(len(problems)))
	}
	c.Households = list
	made := survey.Survey{}
	if err == nil {
		made, err = p.Surveys.Start(r.Context(), c)
	}
	if err != nil && again(err) {
		return p.openPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), problems)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, survey.Desk(made.ID), "survey.done.opened")
	return nil
}

// households are those of the list that was sent, or of the body that was named.
func (p *Pages) households(r *http.Request) ([]survey.Household, []survey.Problem, error) {
	file, _, err := r.FormFile("households")
	if err != nil {
		if body := r.PostFormValue("body"); body != "" {
			list, err := p.Surveys.FromBody(r.Context(), p.Realm, body, webkit.ActorOf(r))
			return list, nil, err
		}
		return nil, nil, nil // the use case says that there are none
	}
	defer file.Close()
	raw, err := io.ReadAll(file)
	if err != nil || len(raw) == 0 {
		return nil, nil, err
	}
	return p.Surveys.Read(survey.Table{
		Realm: p.Realm, Area: r.PostFormValue("area"), In: bytes.NewReader(raw), Size: int64(len(raw)), Words: survey.Headings(p.Texts),
	})
}
