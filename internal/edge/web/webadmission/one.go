// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webadmission

import (
	"context"
	"net/http"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/admission"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// OnePage is one application, with the moves this person may make.
type OnePage struct {
	webkit.Page
	Task     Task
	Next     string
	Moves    []webmatter.MoveForm
	Timeline []webkit.Event
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, webkit.Form{}, "")
}

func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, again webkit.Form, sent procedure.Action) error {
	a, err := p.Tasks.Open(r.Context(), p.Realm, r.PathValue("id"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "admission.desk.title")
	if err != nil {
		return err
	}
	view, say := OnePage{Page: about, Task: p.task(about.Printer, a)}, about.Printer
	view.Errors = again.Errors
	view.Next = say.T("admission.next." + string(a.State))
	offers, err := p.Tasks.Offers(r.Context(), a, webkit.ActorOf(r))
	if err != nil {
		return err
	}
	for _, o := range offers {
		view.Moves = append(view.Moves, p.offer(say, a, o, again, sent))
	}
	history, err := p.Tasks.History(r.Context(), p.Realm, a.ID)
	if err != nil {
		return err
	}
	for i, e := range history {
		event := webkit.Event{State: "done", What: say.T("admission.done." + string(e.Action)), Who: p.who(r.Context(), say, e), At: e.At}
		if i > 0 {
			event.Said = said(e.Answers)
		}
		view.Timeline = append(view.Timeline, event)
	}
	return p.Kit.Render(w, r, status, "admission", view)
}

// who names the person and the capacity of a step.
func (p *Pages) who(ctx context.Context, say *text.Printer, e admission.Event) string {
	if e.Role == procedure.System {
		return say.T("admission.by_system")
	}
	return say.T("role."+string(e.Role)) + " " + p.Name(ctx, e.Actor)
}

func said(a form.Answers) string {
	if a["reason"] != "" {
		return a["reason"]
	}
	return a["note"]
}

// offer draws one move with its form.
func (p *Pages) offer(say *text.Printer, a admission.Application, o procedure.Offer, again webkit.Form, sent procedure.Action) webmatter.MoveForm {
	m := webmatter.MoveForm{
		Action: o.Action, Label: say.T("admission.action." + string(o.Action)), Post: root + "/" + a.ID, Revision: a.Revision,
	}
	if why, ok := fault.As(o.Why); ok {
		m.WhyNot = say.T(why.Key)
		return m
	}
	f := webkit.Form{Prefix: string(o.Action) + "-"}
	if o.Action == sent {
		f.Values, f.Errors, m.Open = again.Values, again.Errors, true
	}
	def := p.Tasks.Forms[o.Form]
	if def == nil {
		return m
	}
	for _, field := range def.Fields {
		drawn := webkit.FieldOf(say, f, def.Name, field)
		if field.Kind == form.Area {
			drawn.Kind, drawn.Choices = "select", p.areas(say, 4)
		}
		m.Fields = append(m.Fields, drawn)
	}
	return m
}

func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := admission.Move{Realm: p.Realm, ID: r.PathValue("id"), Action: procedure.Action(r.PostFormValue("action")), By: webkit.ActorOf(r)}
	c.Values = r.PostForm
	c.Revision, _ = strconv.Atoi(r.PostFormValue("revision")) // anything else is stale
	_, err := p.Tasks.Move(r.Context(), c)
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale:
		f := p.Kit.Again(r, err)
		webmatter.Link(f.Errors, c.Action)
		return p.onePage(w, r, webkit.StatusOf(err), f, c.Action)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+c.ID, "admission.done.moved")
	return nil
}
