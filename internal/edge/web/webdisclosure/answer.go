// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdisclosure

import (
	"net/http"
	"time"

	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
)

// ObjectionPage is an objection at the desk.
type ObjectionPage struct {
	webkit.Page
	Number   string
	Notice   string // its title
	Href     string // the notice at the desk
	State    webkit.Tag
	Due      time.Time
	Light    webkit.Light
	Words    string
	Hidden   bool // words and contact are the secretary's
	Gone     bool // they were taken out
	Facts    []webkit.Fact
	Answer   string // that was released
	Outcome  string
	MayTake  bool
	May      bool // this person may answer
	Waits    bool // an answer waits for release
	Post     string
	Revision int
	Form     webkit.Form
	Outcomes []webkit.Choice
	Deeds    []webkit.Choice
}

func (p *Pages) objection(w http.ResponseWriter, r *http.Request) error {
	return p.objectionPage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) objectionPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	by := webkit.ActorOf(r)
	o, n, err := p.Board.Objection(r.Context(), by, r.PathValue("objection"), sight.Page)
	if err != nil {
		return err
	}
	about, err := p.page(w, r, "disclosure.objection.title", "number", o.Number)
	if err != nil {
		return err
	}
	mine := p.Board.May(by, o.Place)
	view, say := ObjectionPage{
		Page: about, Number: o.Number, Notice: n.Title, Href: root + "/" + n.ID, Due: o.Due, Words: o.Words, Hidden: !mine, Gone: o.Forgotten,
		Answer: o.Answer, Post: replies + "/" + o.ID, Revision: o.Revision, Form: f, Waits: o.State == disclosure.Proposed,
	}, about.Printer
	view.Errors = f.Errors
	view.State = webkit.Tag{Word: say.T("disclosure.objection.state." + string(o.State)), Colour: objectionColours[o.State]}
	if !o.Due.IsZero() {
		view.Light = webkit.LightOf(o.At, o.Due, p.Kit.Now(), false)
	}
	if view.Notice == "" {
		view.Notice = say.T("disclosure.kind." + string(n.Kind))
	}
	zone := p.Kit.Calendar.Zone()
	fact := func(key, value string) {
		if value != "" {
			view.Facts = append(view.Facts, webkit.Fact{Term: say.T(key), Value: value})
		}
	}
	fact("disclosure.fact.made", say.DateTime(o.At.In(zone)))
	fact("disclosure.fact.answer_by", say.DateTime(o.By.In(zone)))
	fact("disclosure.objection.name", o.Name)
	fact("disclosure.objection.phone", o.Phone)
	if o.State == disclosure.Settled {
		view.Outcome = say.T("disclosure.outcome." + string(o.Outcome))
	}
	view.MayTake = mine && o.State == disclosure.Received
	view.May = mine && o.State != disclosure.Settled
	for _, one := range []disclosure.ObjectionOutcome{disclosure.Dismissed, disclosure.Upheld} {
		view.Outcomes = append(view.Outcomes, webkit.Choice{Value: string(one), Label: say.T("disclosure.outcome." + string(one))})
	}
	for _, one := range disclosure.Deeds() {
		key := "none"
		if one != disclosure.NoDeed {
			key = string(one)
		}
		view.Deeds = append(view.Deeds, webkit.Choice{Value: string(one), Label: say.T("disclosure.deed." + key)})
	}
	return p.Kit.Render(w, r, status, "disclosure_objection", view)
}

func (p *Pages) take(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	_, err := p.Board.Take(r.Context(), disclosure.Take{Realm: p.Realm, ID: r.PathValue("objection"), Revision: revision(r), By: webkit.ActorOf(r)})
	if again(err) {
		return p.objectionPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, replies+"/"+r.PathValue("objection"), "disclosure.done.taken")
	return nil
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	_, err := p.Board.Reply(r.Context(), disclosure.Reply{
		Realm: p.Realm, ID: r.PathValue("objection"), Revision: revision(r), Outcome: disclosure.ObjectionOutcome(r.PostFormValue("outcome")),
		Deed: disclosure.Deed(r.PostFormValue("deed")), Answer: r.PostFormValue("answer"), By: webkit.ActorOf(r),
	})
	if again(err) {
		return p.objectionPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, replies+"/"+r.PathValue("objection"), "disclosure.done.answer_waits")
	return nil
}
