// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webcommitment has the pages of what was promised: the public list with
// what is late, each promise with its history, and the forms with which the desk
// and the bodies announce, change and fulfil.
package webcommitment

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	Kit         *webkit.Kit
	Commitments *commitment.Service
	Org         *org.Service
	Realm       string
}

// ListPage is the public list.
type ListPage struct {
	webkit.Page
	Open, Done []Line
	Withdrawn  []Line
	Next       string
	May        bool // this person may announce
	Form       webkit.Form
	Areas      []webkit.Choice
	Bodies     []webkit.Choice
	Empty      webkit.Empty
}

// Line is one promise of a list.
type Line struct {
	Href, Title, Body, Place, Wording, Result string
	Due                                       time.Time
	State                                     webkit.Tag
}

// OnePage is one promise with its history.
type OnePage struct {
	webkit.Page
	Promise  Line
	Waits    bool // for release; only those who may change it see the page
	Timeline []webkit.Event
	Post     string
	Revision int
	May      bool
	Form     webkit.Form
	Acts     []webkit.Choice
}

var promising = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Handler)

// Menu lists what the public menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: "/commitments", Key: "commitment.menu", Icon: "check", Access: webkit.Public}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /commitments", webkit.Public, p.list)
	ro.Handle("POST /commitments", promising, p.announce)
	ro.Handle("GET /commitments/{id}", webkit.Public, p.one)
	ro.Handle("POST /commitments/{id}", promising, p.change)
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.listPage(w, r, http.StatusOK, webkit.NewForm(id.New()))
}

// latest is how many that have ended the list shows.
const latest = 20

func (p *Pages) listPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	view := ListPage{Page: p.Kit.Page(r, "commitment.title"), Form: f}
	view.Errors = f.Errors
	say := view.Printer
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	open, err := p.Commitments.List(r.Context(), p.Realm, commitment.Announced, after, page.Default)
	if err != nil {
		return err
	}
	done, err := p.Commitments.List(r.Context(), p.Realm, commitment.Fulfilled, page.Cursor{}, latest)
	if err != nil {
		return err
	}
	withdrawn, err := p.Commitments.List(r.Context(), p.Realm, commitment.Withdrawn, page.Cursor{}, latest)
	if err != nil {
		return err
	}
	for _, c := range withdrawn.Items {
		view.Withdrawn = append(view.Withdrawn, p.line(say, c))
	}
	for _, c := range open.Items {
		view.Open = append(view.Open, p.line(say, c))
	}
	for _, c := range done.Items {
		view.Done = append(view.Done, p.line(say, c))
	}
	if open.Next.More() {
		view.Next = "/commitments?after=" + open.Next.String()
	}
	if view.May = promising.Allows(webkit.ActorOf(r), p.Kit.Now()); view.May {
		view.Areas = []webkit.Choice{{Label: say.T("matter.choose_area")}}
		for _, a := range p.Org.Areas(p.Realm) {
			if a.Depth < 3 {
				view.Areas = append(view.Areas, webkit.Choice{Value: a.ID, Label: strings.Repeat("\u3000", a.Depth) + a.Name})
			}
		}
		view.Bodies = []webkit.Choice{{Label: say.T("matter.choose_body")}}
		for _, b := range p.Org.Bodies(p.Realm) {
			view.Bodies = append(view.Bodies, webkit.Choice{Value: b.ID, Label: b.Name})
		}
	}
	view.Empty = webkit.Empty{Icon: "check", Heading: say.T("commitment.none"), Text: say.T("commitment.none_help")}
	return p.Kit.Render(w, r, status, "commitments", view)
}

func (p *Pages) line(say *text.Printer, c commitment.Commitment) Line {
	body, _ := p.Org.Body(p.Realm, c.Body)
	due, _ := time.ParseInLocation(time.DateOnly, c.Due, p.Commitments.Zone) // stored so
	state := webkit.Tag{Word: say.T("commitment.state." + string(c.State)), Colour: map[commitment.State]string{commitment.Fulfilled: "green", commitment.Announced: "blue"}[c.State]}
	if c.Late(p.Commitments.Today()) {
		state = webkit.Tag{Word: say.T("commitment.late." + string(c.State)), Colour: "red"}
	}
	if c.Title == "" {
		c.Title = say.T("commitment.no_words")
	}
	return Line{
		Href: "/commitments/" + c.ID, Title: c.Title, Body: body.Name, Place: strings.Join(p.Org.Path(p.Realm, c.Area), " "),
		Wording: c.Wording, Result: c.Result, Due: due, State: state,
	}
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	c, history, err := p.Commitments.Open(r.Context(), webkit.ActorOf(r), p.Realm, r.PathValue("id"))
	if err != nil {
		return err
	}
	view := OnePage{Page: p.Kit.Page(r, "commitment.title"), Form: f, Post: "/commitments/" + c.ID, Revision: c.Revision}
	view.Errors = f.Errors
	say := view.Printer
	view.Promise, view.Waits = p.line(say, c), c.State == commitment.Proposed
	for _, e := range history {
		if e.Reason == "" && e.Act != "announced" {
			e.Reason = say.T("commitment.reason_waits")
		}
		view.Timeline = append(view.Timeline, webkit.Event{State: "done", What: say.T("commitment.done."+e.Act, "day", e.Due), Who: view.Promise.Body, At: e.At, Said: e.Reason})
	}
	view.May = c.State == commitment.Announced && p.Commitments.May(webkit.ActorOf(r), c)
	for _, act := range []string{"fulfilled", "changed", "withdrawn"} {
		view.Acts = append(view.Acts, webkit.Choice{Value: act, Label: say.T("commitment.act." + act)})
	}
	return p.Kit.Render(w, r, status, "commitment", view)
}

// maxForm bounds a sent form, in bytes.
const maxForm = 32 << 10

// key is the id that a form was shown with, or nothing.
func key(client string) string {
	if id.Valid(client) {
		return client
	}
	return ""
}

// announce keeps a promise.
func (p *Pages) announce(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c, err := p.Commitments.Announce(r.Context(), commitment.Announce{
		Realm: p.Realm, Key: key(r.PostFormValue("client")), Title: r.PostFormValue("title"), Wording: r.PostFormValue("wording"), Area: r.PostFormValue("area"),
		Body: r.PostFormValue("body"), By: webkit.ActorOf(r),
	})
	if fault.KindOf(err) == fault.Invalid {
		return p.listPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, commitment.Page(c.ID), "commitment.done.kept")
	return nil
}

// change keeps what became of a promise.
func (p *Pages) change(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // a wrong one is stale
	_, err := p.Commitments.Change(r.Context(), commitment.Change{
		Realm: p.Realm, ID: r.PathValue("id"), Revision: revision, Act: r.PostFormValue("act"), Wording: r.PostFormValue("wording"),
		Reason: r.PostFormValue("reason"), By: webkit.ActorOf(r),
	})
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Stale {
		return p.onePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, commitment.Page(r.PathValue("id")), "commitment.done.reason_waits")
	return nil
}

// Samples registers one filled page of each kind, for tests.
func Samples(k *webkit.Kit) {
	at := time.Date(2026, 9, 16, 0, 0, 0, 0, time.UTC)
	about := webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Promised"}
	line := Line{"/commitments/1", "The chess room opens", "Office", "East", "2026 Q3", "It is open", at, webkit.Tag{Word: "Late", Colour: "red"}}
	some := []webkit.Choice{{Label: "choose"}, {Value: "a", Label: "one"}}
	k.Register("commitments", ListPage{Page: about, Open: []Line{line}, Done: []Line{line}, Withdrawn: []Line{line}, Next: "/commitments?after=x", May: true, Areas: some, Bodies: some})
	k.Register("commitment", OnePage{
		Page: about, Promise: line, Waits: true, Post: "/commitments/1", Revision: 2, May: true, Acts: some,
		Timeline: []webkit.Event{{State: "done", What: "Announced", Who: "Office", At: at, Said: "Words"}},
	})
}
