// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelay

import (
	"net/http"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
)

// RevealPage is one request, and on the answer that opened it, the contact.
type RevealPage struct {
	webkit.Page
	Line
	Facts   []webkit.Fact
	Contact []webkit.Fact // what was opened; none on every other answer
	Form    webkit.Form
	Decides bool
	WhyNot  string // why this person cannot decide while it waits
	Opens   bool
	Prove   string // where they prove first that it is they; empty once they have
	Ends    string // what the button says with which the asker ends it
}

// Line is one request of a list.
type Line struct {
	Href, Matter, Number  string
	Purpose, Words, Asker string
	State                 webkit.Tag
	Own                   bool
	At, Until             time.Time // Until is zero once it is over
	Openings              string
	Revision              int
}

// revealColours tell the states apart besides their words.
var revealColours = map[relay.State]string{relay.Asked: "amber", relay.Approved: "green", relay.Declined: "red"}

// line draws a request.
func (p *Pages) line(r *http.Request, say *text.Printer, v relay.Reveal) Line {
	state := v.Standing(p.Kit.Now())
	out := Line{
		Href: root + "/" + v.ID, Matter: address(v.Matter), Number: v.Number, Purpose: say.T("relay.purpose." + string(v.Purpose)), Words: v.Words,
		Asker: p.Name(r.Context(), v.Asker), Own: v.Asker == webkit.ActorOf(r).Account, At: v.At, Revision: v.Revision,
		State: webkit.Tag{Word: say.T("relay.state." + string(state)), Colour: revealColours[state]},
	}
	if state == relay.Asked || state == relay.Approved {
		out.Until = v.Ends
	}
	if v.Openings > 0 {
		out.Openings = say.T("relay.openings", "n", v.Openings)
	}
	return out
}

func (p *Pages) request(w http.ResponseWriter, r *http.Request) error {
	return p.revealPage(w, r, http.StatusOK, webkit.Form{}, nil)
}

func (p *Pages) revealPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form, opened *matter.Contact) error {
	v, why, err := p.Relay.Request(r.Context(), webkit.ActorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "relay.reveal.title", "number", v.Number)
	if err != nil {
		return err
	}
	say, state := about.Printer, v.Standing(p.Kit.Now())
	view := RevealPage{Page: about, Line: p.line(r, say, v), Form: f, Decides: why == nil, Opens: state == relay.Approved}
	view.Errors = f.Errors
	view.Opens = view.Opens && view.Own
	if (view.Decides || view.Opens) && webkit.ActorOf(r).ProvedLately(p.Kit.Now()) != nil {
		view.Prove = webkit.Proving(view.Href)
	}
	if why, ok := fault.As(why); ok && state == relay.Asked {
		view.WhyNot = webkit.Sentence(say, why)
	}
	if view.Own && state == relay.Asked {
		view.Ends = say.T("relay.withdraw")
	} else if view.Opens {
		view.Ends = say.T("relay.close")
	}
	view.Facts = []webkit.Fact{
		{Term: say.T("relay.purpose"), Value: view.Purpose}, {Term: say.T("relay.words_given"), Value: v.Words},
		{Term: say.T("relay.asker"), Value: view.Asker}, {Term: say.T("relay.asked_at"), Value: p.moment(say, v.At)},
		{Term: say.T("relay.decider"), Value: p.Name(r.Context(), v.Decider)}, {Term: say.T("relay.decided_at"), Value: p.moment(say, v.Decided)},
		{Term: say.T("relay.reason"), Value: v.Reason}, {Term: say.T("relay.opened"), Value: view.Openings},
	}
	view.Facts = slices.DeleteFunc(view.Facts, func(f webkit.Fact) bool { return f.Value == "" })
	if opened != nil {
		view.Contact = []webkit.Fact{
			{Term: say.T("relay.contact.name"), Value: opened.Name}, {Term: say.T("relay.contact.phone"), Value: opened.Phone},
			{Term: say.T("relay.contact.mail"), Value: opened.Mail}, {Term: say.T("relay.contact.address"), Value: opened.Address},
		}
		view.Contact = slices.DeleteFunc(view.Contact, func(f webkit.Fact) bool { return f.Value == "" })
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Kit.Render(w, r, status, "relay_reveal", view)
}

// moment writes an instant; nothing for none.
func (p *Pages) moment(say *text.Printer, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return say.DateTime(at.In(p.Matters.Calendar.Zone()))
}

func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c := relay.Decide{
		Realm: p.Realm, ID: r.PathValue("id"), Revision: revision(r), Approve: r.PostFormValue("act") == "approve",
		Reason: r.PostFormValue("reason"), By: webkit.ActorOf(r),
	}
	_, err := p.Relay.Decide(r.Context(), c)
	if err == nil {
		done := map[bool]string{true: "relay.done.approved", false: "relay.done.declined"}[c.Approve]
		webkit.Done(w, r, root+"/"+c.ID, done)
		return nil
	}
	return p.failed(w, r, err)
}

// failed shows the request as it stands, with what was wrong. Whoever has to prove
// first that it is they does so and comes back to it.
func (p *Pages) failed(w http.ResponseWriter, r *http.Request, err error) error {
	if f, known := fault.As(err); known && f.Key == "identity.prove_first" {
		http.Redirect(w, r, webkit.Proving(root+"/"+r.PathValue("id")), http.StatusSeeOther)
		return nil
	}
	if !shownAgain(err) {
		return err
	}
	return p.revealPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), nil)
}

// open shows the contact on this one answer, which nobody keeps.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) error {
	contact, _, err := p.Relay.Open(r.Context(), relay.Look{Realm: p.Realm, ID: r.PathValue("id"), By: webkit.ActorOf(r), Way: sight.Page})
	if err != nil {
		return p.failed(w, r, err)
	}
	return p.revealPage(w, r, http.StatusOK, webkit.Form{}, &contact)
}

func (p *Pages) end(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	v, err := p.Relay.End(r.Context(), relay.End{Realm: p.Realm, ID: r.PathValue("id"), Revision: revision(r), By: webkit.ActorOf(r)})
	if err != nil {
		return p.failed(w, r, err)
	}
	webkit.Done(w, r, root+"/"+v.ID, "relay.done."+string(v.State))
	return nil
}
