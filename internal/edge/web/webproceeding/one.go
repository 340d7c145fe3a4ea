// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webproceeding

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// OnePage is one proceeding at the desk.
type OnePage struct {
	webkit.Page
	Line     Line
	Href     string
	Public   string
	Facts    []webkit.Fact
	Back     string // what supervision said and nobody has answered yet
	BackStep string
	Changed  string // the procedure that the law names today
	Lead     bool
	Revision int
	Moves    []webmatter.MoveForm
	Steps    []StepLine
	Do       webkit.Fact // the step whose turn it is, for who leads
	Plan     string
	Timeline []webkit.Event
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, webkit.Form{}, "")
}

// onePage shows a proceeding; again is the form of the move that was sent with a fault,
// if any.
func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, again webkit.Form, sent procedure.Action) error {
	d, err := p.Proceedings.Open(r.Context(), webkit.ActorOf(r), p.Realm, r.PathValue("proceeding"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "proceeding.title")
	if err != nil {
		return err
	}
	say := about.Printer
	view := OnePage{
		Page: about, Line: p.line(say, d.Proceeding), Href: proceeding.Desk(d.ID), Public: proceeding.Page(d.ID), Facts: p.facts(say, d), Lead: d.Lead,
		Revision: d.Revision, Plan: d.Plan, Timeline: p.timeline(r.Context(), say, d),
	}
	view.Title, view.Errors = d.Title, again.Errors
	if d.Back.Open {
		view.Back = d.Back.Why
		if d.Back.Step != "" {
			view.BackStep = say.T("proceeding.step." + string(d.Back.Step))
		}
	}
	if d.Changed != "" {
		view.Changed = say.T(d.Changed)
	}
	for _, o := range shownOffers(d.Offers) {
		view.Moves = append(view.Moves, p.offer(say, d, o, again, sent))
	}
	for _, v := range d.Steps {
		if v.Optional && len(v.Facts) == 0 {
			continue // nothing has to be filed
		}
		line := p.stepLine(say, d, v)
		if v.Status == proceeding.Now && view.Do.Href == "" && d.Lead {
			view.Do = webkit.Fact{Value: line.Name, Href: line.Href}
		}
		view.Steps = append(view.Steps, line)
	}
	return p.Kit.Render(w, r, status, "proceeding_one", view)
}

// shownOffers are the likeliest move on, with what it lacks, and every other that is
// possible.
func shownOffers(all []procedure.Offer) (out []procedure.Offer) {
	first := true
	for _, o := range all {
		f, refused := fault.As(o.Why)
		otherWay := refused && (f.Key == "proceeding.one_leader" || f.Key == "proceeding.two_leaders")
		likely := first && !otherWay && o.To != "withdrawn" && o.Action != "answer"
		if !refused || likely {
			out = append(out, o)
		}
		first = first && !likely
	}
	return out
}

// facts are what a proceeding is about and by which law.
func (p *Pages) facts(say *text.Printer, d proceeding.Detail) []webkit.Fact {
	out := []webkit.Fact{
		{Term: say.T("proceeding.subject"), Value: say.T("assembly.subject." + d.Subject)},
		{Term: say.T("proceeding.procedure"), Value: say.T("proceeding.version", "procedure", say.T(d.Procedure), "version", strconv.Itoa(d.Version))},
	}
	if len(d.Row.Kinds) > 0 {
		out = append(out, webkit.Fact{Term: say.T("proceeding.decides"), Value: say.T("assembly.kind." + string(d.Row.Kinds[0]))})
		out = append(out, webkit.Fact{Term: say.T("proceeding.law"), Value: say.T(d.Row.Basis[0])})
	}
	if d.Row.Filing != "" {
		out = append(out, webkit.Fact{Term: say.T("proceeding.step.filing"), Value: say.T(d.Row.Filing)})
	}
	out = append(out, webkit.Fact{Term: say.T("proceeding.topic"), Value: d.Title, Href: "/desk/topics/" + d.Topic})
	return append(out, webkit.Fact{Term: say.T("proceeding.started"), Value: say.Date(d.Started.In(p.Zone))})
}

// timeline is what happened, the latest first.
func (p *Pages) timeline(ctx context.Context, say *text.Printer, d proceeding.Detail) (out []webkit.Event) {
	for _, e := range slices.Backward(d.History) {
		one := webkit.Event{State: "done", What: say.T("topic.done." + string(e.Action)), At: e.At}
		if e.Step != "" && (e.Action == "prove" || e.Action == "end_proof") {
			one.What += say.T("kit.colon") + say.T("proceeding.step."+string(e.Step))
		}
		if e.Role != procedure.System && e.Role != "" {
			one.Who = say.T("role." + string(e.Role))
			if name := p.Name(ctx, e.Actor); name != "" {
				one.Who += " " + name
			}
		}
		for _, field := range []string{"reason", "answer", "why", "plan"} {
			if one.Said == "" {
				one.Said = e.Answers[field]
			}
		}
		if e.Action == "carry" {
			one.Said = say.T("proceeding.carried", "from", say.T(e.Answers["from"]), "to", say.T(e.Answers["to"]))
		}
		if n := numbers(say, e.Numbers); len(n) > 0 && e.Action != "archive" {
			one.Said = strings.TrimSpace(one.Said + "\n" + strings.Join(n, "\n"))
		}
		out = append(out, one)
	}
	return out
}

// offer draws one move that somebody may make, or says why not.
func (p *Pages) offer(say *text.Printer, d proceeding.Detail, o procedure.Offer, again webkit.Form, sent procedure.Action) webmatter.MoveForm {
	m := webmatter.MoveForm{
		Action: o.Action, Label: say.T("topic.action." + string(o.Action)), Post: proceeding.Desk(d.ID), Revision: d.Revision,
		Aside: o.Action == "withdraw" || o.Action == "stop",
	}
	if why, ok := fault.As(o.Why); ok {
		m.WhyNot = webkit.Sentence(say, why)
		return m
	}
	f := webkit.Form{Prefix: string(o.Action) + "-"}
	if o.Action == sent {
		f.Values, f.Errors, m.Open = again.Values, again.Errors, true
	}
	if def := p.Proceedings.Forms[o.Form]; def != nil {
		for _, field := range def.Fields {
			m.Fields = append(m.Fields, webkit.FieldOf(say, f, def.Name, field))
		}
	}
	return m
}

func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := proceeding.Move{
		Realm: p.Realm, ID: r.PathValue("proceeding"), Action: procedure.Action(r.PostFormValue("action")), Values: r.PostForm, By: webkit.ActorOf(r),
	}
	c.Revision, _ = strconv.Atoi(r.PostFormValue("revision")) // anything else is stale
	_, err := p.Proceedings.Move(r.Context(), c)
	return p.moved(w, r, err, c.Action)
}

// moved answers a move: with the page again where something was wrong.
func (p *Pages) moved(w http.ResponseWriter, r *http.Request, err error, action procedure.Action) error {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale, fault.Conflict:
		f := p.Kit.Again(r, err)
		webmatter.Link(f.Errors, action)
		return p.onePage(w, r, webkit.StatusOf(err), f, action)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, proceeding.Desk(r.PathValue("proceeding")), "proceeding.done.moved")
	return nil
}

func (p *Pages) carry(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := proceeding.Carry{Realm: p.Realm, ID: r.PathValue("proceeding"), By: webkit.ActorOf(r)}
	c.Revision, _ = strconv.Atoi(r.PostFormValue("revision"))
	_, err := p.Proceedings.Carry(r.Context(), c)
	return p.moved(w, r, err, "carry")
}
