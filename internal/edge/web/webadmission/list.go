// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webadmission

import (
	"context"
	"net/http"
	"strings"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/admission"
	"pavilion/internal/edge/web/webkit"
)

// ListPage is the public list.
type ListPage struct {
	webkit.Page
	Number int
	At     time.Time
	Tasks  []Task
	Empty  webkit.Empty
}

// Task is one line of a list.
type Task struct {
	Href, Title, Body, Place, Until string
	State                           webkit.Tag
	Due                             time.Time
	Facts                           []webkit.Fact
	Types                           []string
}

// DeskPage is what the desk sees: what is under way, in force, and who tried.
type DeskPage struct {
	webkit.Page
	Number   int
	Pending  []Task
	Tasks    []Task
	May      bool // this person may apply
	Watch    bool // this person sees the attempts
	Attempts []AttemptLine
	Next     string
}

// AttemptLine is one attempt to send the grids what is not listed.
type AttemptLine struct {
	At                   time.Time
	Who, Type, To, Place string
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	l, err := p.Tasks.Public(r.Context(), p.Realm)
	if err != nil {
		return err
	}
	view := ListPage{Page: p.Kit.Page(r, "admission.title"), Number: l.Number, At: l.At}
	say := view.Printer
	for _, a := range l.Tasks {
		view.Tasks = append(view.Tasks, p.task(say, a))
	}
	view.Empty = webkit.Empty{Icon: "list", Heading: say.T("admission.none"), Text: say.T("admission.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "admissions", view)
}

// task draws an application as the public may see it: no person is in it.
func (p *Pages) task(say *text.Printer, a admission.Application) Task {
	body, _ := p.Org.Body(p.Realm, a.Body)
	t := Task{
		Href: root + "/" + a.ID, Title: a.Title, Body: body.Name, Place: strings.Join(p.Org.Path(p.Realm, a.Area), " "),
		State: tag(say, a.State), Due: a.Due,
	}
	if t.Title == "" {
		t.Title = say.T("admission.words_wait")
	}
	if a.Until != "" {
		t.Until = say.T("admission.until", "day", a.Until)
	}
	t.Facts = p.facts(say, a)
	for _, code := range a.Types {
		t.Types = append(t.Types, code+" "+say.T("type."+code))
	}
	return t
}

// facts are what the application says.
func (p *Pages) facts(say *text.Printer, a admission.Application) []webkit.Fact {
	if a.Body == "" {
		return []webkit.Fact{{Term: say.T("form.admission.apply.content"), Value: say.T("admission.initial_note")}}
	}
	const apply = "form.admission.apply."
	out := []webkit.Fact{{Term: say.T(apply + "nature"), Value: say.T(apply + "nature." + a.Nature)}}
	words := func(names ...string) {
		for _, name := range names {
			if text := a.Answers[name]; text != "" {
				out = append(out, webkit.Fact{Term: say.T(apply + name), Value: text})
			}
		}
	}
	words("basis", "content")
	out = append(out,
		webkit.Fact{Term: say.T(apply + "frequency"), Value: say.T(apply + "frequency." + a.Answers["frequency"])},
		webkit.Fact{Term: say.T(apply + "minutes"), Value: a.Answers["minutes"]})
	words("data", "training", "funding")
	if a.Reviewer != "" {
		out = append(out, webkit.Fact{Term: say.T("admission.burden"), Value: say.T("admission.burden_of", "n", a.Minutes)})
	}
	if a.Trial.Area != "" {
		where := strings.Join(p.Org.Path(p.Realm, a.Trial.Area), " ")
		out = append(out, webkit.Fact{Term: say.T("admission.trial"), Value: say.T("admission.trial_of", "area", where, "until", a.Trial.Until)})
	}
	return out
}

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "admission.desk.title")
	if err != nil {
		return err
	}
	view, say := DeskPage{Page: about}, about.Printer
	l, err := p.Tasks.Listed(r.Context(), p.Realm)
	if err != nil {
		return err
	}
	pending, err := p.Tasks.Pending(r.Context(), p.Realm)
	if err != nil {
		return err
	}
	view.Number = l.Number
	for _, a := range pending {
		view.Pending = append(view.Pending, p.task(say, a))
	}
	for _, a := range l.Tasks {
		view.Tasks = append(view.Tasks, p.task(say, a))
	}
	actor, now := webkit.ActorOf(r), p.Kit.Now()
	view.May, view.Watch = applying.Allows(actor, now), watching.Allows(actor, now)
	if view.Watch {
		tried, err := p.Tasks.Attempts(r.Context(), p.Realm, after, page.Default)
		if err != nil {
			return err
		}
		for _, a := range tried.Items {
			view.Attempts = append(view.Attempts, p.attempt(r.Context(), say, a))
		}
		if tried.Next.More() {
			view.Next = root + "?after=" + tried.Next.String()
		}
	}
	return p.Kit.Render(w, r, http.StatusOK, "admission_desk", view)
}

func (p *Pages) attempt(ctx context.Context, say *text.Printer, a admission.Attempt) AttemptLine {
	body, _ := p.Org.Body(p.Realm, a.Body)
	line := AttemptLine{At: a.At, Who: p.Name(ctx, a.Actor), Type: a.Code, To: body.Name}
	if a.Code != "" {
		line.Type += " " + say.T("type."+a.Code)
	}
	if area, ok := p.Org.AreaAt(p.Realm, a.Place); ok {
		line.Place = strings.Join(p.Org.Path(p.Realm, area.ID), " ")
	}
	return line
}
