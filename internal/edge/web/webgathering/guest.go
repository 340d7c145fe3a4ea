// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webgathering

import (
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/gathering"
	"pavilion/internal/edge/web/webkit"
)

// GuestPage is what somebody invited sees on the telephone.
type GuestPage struct {
	webkit.Page
	Form     webkit.Form
	Post     string
	Code     string // that they came with; empty for who is signed in
	Meeting  gathering.Gathering
	Kind     string
	When     string
	State    webkit.Tag
	Items    []ItemLine
	Received bool
	Lapsed   bool
	Open     bool   // the code of the day is taken
	Came     string // when they checked in
	Changed  string // what changed since it was called
}

// ask asks for the code of a link; who is signed in and invited needs none. It says
// nothing of a gathering, not even that there is one.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	private(w)
	if by := webkit.ActorOf(r); !by.Anonymous() {
		shown, err := p.Meetings.Visit(r.Context(), gathering.Visit{Realm: p.Realm, ID: r.PathValue("gathering"), By: by})
		if err == nil {
			return p.guestPage(w, r, http.StatusOK, shown, webkit.NewForm(""), "")
		}
		if fault.KindOf(err) != fault.Missing {
			return err
		}
	}
	return p.askPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) askPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	view := GuestPage{Page: p.Kit.Page(r, "gathering.guest.title"), Form: f, Post: inviting + r.PathValue("gathering")}
	f.Values.Del("code")
	view.Errors = f.Errors
	return p.Kit.Render(w, r, status, "gathering_ask", view)
}

// visit takes a code and shows the gathering, or does what its page offers: says that
// the notice was received, checks in, sends the file for calendars.
func (p *Pages) visit(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	private(w)
	act, code := r.PostFormValue("act"), gathering.Plain(r.PostFormValue("code"))
	v := gathering.Visit{Realm: p.Realm, ID: r.PathValue("gathering"), Secret: code, Door: r.PostFormValue("door")}
	if code == "" {
		v.By = webkit.ActorOf(r)
	}
	shown, err := p.Meetings.Visit(r.Context(), v)
	if fault.KindOf(err) == fault.Missing {
		// A room full of people has one network: those who mistype are counted, not all.
		if err = p.allow(w, p.Client(r)); err == nil {
			err = fault.New(fault.Missing, "gathering.no_link").At("code")
		}
		return p.askPage(w, r, statusOf(err), p.Kit.Again(r, err))
	}
	if err == nil && act == "came" { // the code of the day is short: each person has few tries
		if err = p.allow(w, "door "+shown.ID+" "+shown.Seat); err != nil {
			return p.guestPage(w, r, statusOf(err), shown, p.Kit.Again(r, err), code)
		}
	}
	if err != nil {
		return err
	}
	switch act {
	case "calendar":
		return p.calendar(w, r, shown.Gathering)
	case "received":
		shown, err = p.Meetings.Confirm(r.Context(), v)
	case "came":
		var after gathering.Invitation
		if after, err = p.Meetings.CheckIn(r.Context(), v); err == nil {
			shown = after
		}
	}
	if correctable(err) {
		f := p.Kit.Again(r, err)
		f.Values.Del("door")
		return p.guestPage(w, r, webkit.StatusOf(err), shown, f, code)
	}
	if err != nil {
		return err
	}
	return p.guestPage(w, r, http.StatusOK, shown, webkit.NewForm(""), code)
}

func (p *Pages) guestPage(w http.ResponseWriter, r *http.Request, status int, shown gathering.Invitation, f webkit.Form, code string) error {
	view := GuestPage{Page: p.Kit.Page(r, "gathering.guest.title"), Form: f, Post: inviting + shown.ID, Code: code, Meeting: shown.Gathering}
	say, g := view.Printer, shown.Gathering
	view.Errors, view.Title = f.Errors, g.Title
	view.Kind, view.When, view.State, view.Items = kindName(say, g.Kind), p.when(say, g), tag(say, g), itemLines(say, g)
	for n := range view.Items { // what became of an item is for the minutes, and for what is released of them
		view.Items[n].Outcome, view.Items[n].Words = webkit.Tag{}, ""
	}
	if g.State == gathering.Held {
		view.State.Colour = "green" // what its papers lack is the chair's business
		view.State.Word = say.T("gathering.guest.over")
	}
	view.Received, view.Open, view.Lapsed = shown.Received, shown.Open, shown.Standing == gathering.Lapsed
	if shown.Present() {
		view.Came = say.Time(shown.Came.In(p.Zone))
	}
	if g.Reason != "" {
		view.Changed = g.Reason
	}
	return p.Kit.Render(w, r, status, "gathering_guest", view)
}
