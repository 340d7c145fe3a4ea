// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrights

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// OnePage is one request.
type OnePage struct {
	webkit.Page
	Line      Line
	Next      string
	Whole     time.Time
	Facts     []webkit.Fact
	Forgotten bool
	Moves     []webmatter.MoveForm
	Sees      bool // what is held
	Records   []Record
	Timeline  []webkit.Event
	Back      string
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, webkit.Form{}, "")
}

// onePage shows a request; again is the form of the move that was sent with a
// fault, if any.
func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, again webkit.Form, sent procedure.Action) error {
	by := webkit.ActorOf(r)
	one, err := p.Rights.Open(r.Context(), by, r.PathValue("request"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "rights.desk.title")
	if err != nil {
		return err
	}
	view, say := OnePage{Page: about, Line: p.line(about.Printer, one), Whole: one.Whole, Forgotten: one.Forgotten, Back: root}, about.Printer
	if !answering.Allows(by, p.Kit.Now()) {
		view.Back = "/desk/account/data"
	}
	view.Errors, view.Next = again.Errors, say.T("rights.next."+string(one.State))
	view.Facts = p.facts(r.Context(), say, one)
	offers, err := p.Rights.Offers(r.Context(), one, by, "")
	if err != nil {
		return err
	}
	for _, o := range offers {
		view.Moves = append(view.Moves, p.offer(say, one, o, again, sent))
	}
	held, err := p.Rights.Held(r.Context(), by, one.ID)
	if kind := fault.KindOf(err); err != nil && kind != fault.Denied && kind != fault.Missing {
		return err
	}
	view.Sees = err == nil && one.Subject != ""
	view.Records = records(say, held)
	if view.Timeline, err = p.timeline(r.Context(), say, one); err != nil {
		return err
	}
	private(w)
	return p.Kit.Render(w, r, status, "rights_one", view)
}

// facts are what is known of a request.
func (p *Pages) facts(ctx context.Context, say *text.Printer, one rights.Request) []webkit.Fact {
	out := []webkit.Fact{{Term: say.T("rights.door"), Value: say.T("rights.door." + string(one.Door))}}
	add := func(key, value string) {
		if value != "" {
			out = append(out, webkit.Fact{Term: say.T(key), Value: value})
		}
	}
	add("rights.number", one.Number)
	if one.Door == rights.Own {
		add("rights.field.name", p.Name(ctx, one.Taker))
	}
	form := "form.rights.take."
	for _, name := range []string{"for", "checked"} {
		if v := one.Ask[name]; v != "" {
			add(form+name, say.T(form+name+"."+v))
		}
	}
	for _, name := range []string{"what", "contact_name", "contact_phone"} {
		add(form+name, one.Ask[name])
	}
	if one.Ground != "" {
		add("rights.ground", say.T("form.rights.refuse.ground."+one.Ground))
	}
	return out
}

func (p *Pages) timeline(ctx context.Context, say *text.Printer, one rights.Request) ([]webkit.Event, error) {
	steps, err := p.Rights.History(ctx, p.Realm, one.ID)
	if err != nil {
		return nil, err
	}
	var out []webkit.Event
	for _, e := range steps {
		event := webkit.Event{State: "done", What: say.T("rights.done." + string(e.Action)), Who: say.T("role." + string(e.Role)), At: e.At}
		if name := p.Name(ctx, e.Actor); name != "" {
			event.Who += " " + name
		}
		for _, field := range []string{"told", "reason", "note"} {
			if event.Said == "" {
				event.Said = e.Answers[field]
			}
		}
		out = append(out, event)
	}
	return out, nil
}

// offer draws one move that somebody may make, or says why not.
func (p *Pages) offer(say *text.Printer, one rights.Request, o procedure.Offer, again webkit.Form, sent procedure.Action) webmatter.MoveForm {
	m := webmatter.MoveForm{
		Action: o.Action, Label: say.T("rights.action." + string(o.Action)), Post: root + "/" + one.ID, Revision: one.Revision,
	}
	if why, ok := fault.As(o.Why); ok {
		m.WhyNot = say.T(why.Key)
		return m
	}
	f := webkit.Form{Prefix: string(o.Action) + "-"}
	if o.Action == sent {
		f.Values, f.Errors, m.Open = again.Values, again.Errors, true
	}
	if def := p.Rights.Forms[o.Form]; def != nil {
		for _, field := range def.Fields {
			m.Fields = append(m.Fields, webkit.FieldOf(say, f, def.Name, field))
		}
	}
	return m
}

func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := rights.Move{Realm: p.Realm, ID: r.PathValue("request"), Action: procedure.Action(r.PostFormValue("action")), By: webkit.ActorOf(r)}
	c.Values = r.PostForm
	c.Revision, _ = strconv.Atoi(r.PostFormValue("revision")) // anything else is stale
	_, err := p.Rights.Move(r.Context(), c)
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale, fault.Conflict:
		if _, seen := p.Rights.Open(r.Context(), c.By, c.ID); seen != nil {
			return seen
		}
		f := p.Kit.Again(r, err)
		webmatter.Link(f.Errors, c.Action)
		return p.onePage(w, r, webkit.StatusOf(err), f, c.Action)
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+c.ID, "rights.done_moved")
	return nil
}
