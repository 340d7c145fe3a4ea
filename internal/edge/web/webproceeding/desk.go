// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webproceeding

import (
	"net/http"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
)

// Line is a proceeding in a list.
type Line struct {
	Href, Title, Place, Procedure string
	State                         webkit.Tag
	Next                          string
	Light                         webkit.Light
	Due                           time.Time
}

// DeskPage lists proceedings.
type DeskPage struct {
	webkit.Page
	Form   webkit.Form
	States []webkit.Choice
	Lines  []Line
	Ended  bool
	Empty  webkit.Empty
	Next   string
}

func (p *Pages) line(say *text.Printer, one proceeding.Proceeding) Line {
	l := Line{
		Href: proceeding.Desk(one.ID), Title: one.Title, Place: p.place(one.Area), Procedure: say.T(one.Procedure), State: state(say, one), Due: one.Due,
		Next: say.T("topic.next." + string(one.State)),
	}
	if !one.Due.IsZero() {
		l.Light = webkit.LightOf(one.EnteredAt, one.Due, p.Kit.Now(), false)
	}
	return l
}

// listed are the states by which the list can be narrowed.
func listed() []string {
	return []string{
		"opened", "surveyed", "proposed", "jointly_discussed", "party_no_quorum", "party_reviewed", "no_quorum", "voted", "result_published",
		"objection_period", "implementing", "outcome_published", "supervised_stop", "archived", "rejected", "withdrawn",
	}
}

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "proceeding.title")
	if err != nil {
		return err
	}
	say, by := about.Printer, webkit.ActorOf(r)
	area, _ := p.Org.Root(p.Realm)
	f := webkit.NewForm("")
	f.Values = r.URL.Query()
	view := DeskPage{Page: about, Form: f, Ended: f.Value("over") == "yes"}
	view.States = []webkit.Choice{{Label: say.T("proceeding.all_states")}}
	for _, s := range listed() {
		if over := s == "archived" || s == "rejected" || s == "withdrawn"; over == view.Ended {
			view.States = append(view.States, webkit.Choice{Value: s, Label: say.T("topic.state." + s)})
		}
	}
	filter := proceeding.Filter{Lo: area.Lo, Hi: area.Hi, Ended: view.Ended}
	if s := f.Value("state"); slices.Contains(listed(), s) {
		filter.State = procedure.State(s)
	}
	found, err := p.Proceedings.List(r.Context(), by, filter, after, page.Default)
	if err != nil {
		return err
	}
	for _, one := range found.Items {
		view.Lines = append(view.Lines, p.line(say, one))
	}
	if found.Next.More() {
		q := r.URL.Query()
		q.Set("after", found.Next.String())
		view.Next = root + "?" + q.Encode()
	}
	view.Empty = webkit.Empty{Icon: "list", Heading: say.T("proceeding.none"), Text: say.T("proceeding.none_help"), Href: "/desk/topics", Action: say.T("proceeding.to_topics")}
	return p.Kit.Render(w, r, http.StatusOK, "proceedings", view)
}

// StartPage begins the proceeding of a topic.
type StartPage struct {
	webkit.Page
	Form     webkit.Form
	Topic    string
	Name     string
	Subjects []webkit.Choice
	Own      []webkit.Choice // by which procedure
	Asked    []webkit.Field
}

func (p *Pages) startForm(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm(id.New())
	if f.Values.Set("topic", r.URL.Query().Get("topic")); f.Value("topic") == "" {
		http.Redirect(w, r, "/desk/topics", http.StatusSeeOther) // a proceeding begins with a topic
		return nil
	}
	return p.startPage(w, r, http.StatusOK, f)
}

func (p *Pages) startPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "proceeding.start.title")
	if err != nil {
		return err
	}
	t, err := p.Proceedings.Topics.Open(r.Context(), p.Realm, f.Value("topic"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	say, s := about.Printer, p.Proceedings
	if f.Value("subject") == "" {
		f.Values.Set("subject", t.Subject)
	}
	view := StartPage{Page: about, Form: f, Topic: t.ID, Name: t.Title}
	view.Errors = f.Errors
	if f.Value("own") == "" {
		f.Values.Set("own", "no")
	}
	for _, v := range []string{"no", "yes"} {
		view.Own = append(view.Own, webkit.Choice{Value: v, Label: say.T("proceeding.start.own." + v)})
	}
	for _, subject := range s.Bodies.Table.Subjects(s.Today()) {
		row, ok := s.Bodies.Table.Of(subject, s.Today())
		if ok && subject != "party_review" && subject != "joint_talk" {
			view.Subjects = append(view.Subjects, webkit.Choice{
				Value: subject, Label: say.T("assembly.subject."+subject) + say.T("proceeding.start.by", "body", say.T("assembly.kind."+string(row.Kinds[0])), "procedure", say.T(row.Procedure)),
			})
		}
	}
	for _, d := range s.Forms["topic.start"].Fields {
		if d.Name != "subject" {
			view.Asked = append(view.Asked, webkit.FieldOf(say, f, "topic.start", d))
		}
	}
	return p.Kit.Render(w, r, status, "proceeding_start", view)
}

func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := proceeding.Start{
		Realm: p.Realm, Key: r.PostFormValue("client"), Topic: r.PostFormValue("topic"), Own: r.PostFormValue("own") == "yes", Values: r.PostForm,
		By: webkit.ActorOf(r),
	}
	var err error
	if number := r.PostFormValue("matter"); number != "" {
		if c.Matter, err = p.Matter(r.Context(), number); err != nil {
			err = fault.New(fault.Invalid, "proceeding.matter_unknown").At("matter")
		}
	}
	one := proceeding.Proceeding{}
	if err == nil {
		one, err = p.Proceedings.Start(r.Context(), c)
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		return p.startPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, proceeding.Desk(one.ID), "proceeding.done.started")
	return nil
}
