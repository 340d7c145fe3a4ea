// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webexample has the pages of matters that are told as examples: the
// public list, and at the desk the proposals, their release and withdrawal.
package webexample

import (
	"net/http"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	webmatter.Shared
	Examples *example.Service
	Counts   func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries
}

// root is the address under which the desk's pages lie.
const root = "/desk/examples"

// maxForm bounds a sent form, in bytes.
const maxForm = 64 << 10

var deciding = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead)

// Line is one example of a list.
type Line struct {
	Title, Story, Result string
	Type, Place, Body    string
	Days                 int
	At                   time.Time
	Post                 string // where it is decided
	Matter               string // its address at the desk
	Revision             int
	Public               bool // it is told already
	Own                  bool // this person wrote it, and somebody else releases it
	Photos               []webkit.Photo
}

// ListPage is the public list.
type ListPage struct {
	webkit.Page
	Lines []Line
	Next  string
	Empty webkit.Empty
}

// DeskPage is what the desk decides on.
type DeskPage struct {
	webkit.Page
	Form      webkit.Form
	Proposed  []Line
	Published []Line
	Next      string
}

// ProposePage is the form of a story, beside what it is about.
type ProposePage struct {
	webkit.Page
	Form  webkit.Form
	Facts []webkit.Fact
	Post  string
	Back  string
}

// Menu lists what the public menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: "/examples", Key: "example.menu", Icon: "circle-check", Access: webkit.Public}}
}

// DeskMenu lists what the desk's menu offers.
func DeskMenu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "example.desk.title", Icon: "eye", Group: webkit.OfPublic, Access: deciding}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /examples", webkit.Public, p.list)
	ro.Handle("GET "+root, deciding, p.desk)
	ro.Handle("POST "+root+"/{id}", deciding, p.decide)
	ro.Handle("GET /desk/matters/{id}/example", deciding, p.proposeForm)
	ro.Handle("POST /desk/matters/{id}/example", deciding, p.propose)
}

func (p *Pages) lines(r *http.Request, say *text.Printer, list []example.Example) []Line {
	var out []Line
	for _, e := range list {
		out = append(out, Line{
			Title: e.Title, Story: e.Story, Result: e.Result, Type: p.Type(say, e.Type), Place: p.Place(e.Area), Body: p.Body(e.Body), Days: e.Days,
			At: e.At, Post: root + "/" + e.ID, Matter: "/desk/matters/" + e.Matter, Revision: e.Revision, Public: e.State == example.Published, Own: e.Proposer == webkit.ActorOf(r).Account,
		})
	}
	return out
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	found, err := p.Examples.List(r.Context(), p.Realm, example.Published, after, page.Default)
	if err != nil {
		return err
	}
	view := ListPage{Page: p.Kit.Page(r, "example.title")}
	view.Lines = p.lines(r, view.Printer, found.Items)
	var ids []string
	for _, e := range found.Items {
		ids = append(ids, e.Matter)
	}
	photos, err := p.PublicPhotos(r.Context(), ids)
	if err != nil {
		return err
	}
	for i, e := range found.Items {
		view.Lines[i].Photos = photos[e.Matter]
	}
	if found.Next.More() {
		view.Next = "/examples?after=" + found.Next.String()
	}
	view.Empty = webkit.Empty{Icon: "circle-check", Heading: view.T("example.none"), Text: view.T("example.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "examples", view)
}

func (p *Pages) page(r *http.Request, titleKey string) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey), err
}

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	return p.deskPage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) deskPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "example.desk.title")
	if err != nil {
		return err
	}
	view := DeskPage{Page: about, Form: f}
	view.Errors = f.Errors
	proposed, err := p.Examples.List(r.Context(), p.Realm, example.Proposed, page.Cursor{}, page.Max)
	if err != nil {
		return err
	}
	published, err := p.Examples.List(r.Context(), p.Realm, example.Published, after, page.Default)
	if err != nil {
		return err
	}
	view.Proposed, view.Published = p.lines(r, about.Printer, proposed.Items), p.lines(r, about.Printer, published.Items)
	if published.Next.More() {
		view.Next = root + "?after=" + published.Next.String()
	}
	return p.Kit.Render(w, r, status, "example_desk", view)
}

func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := example.Decide{Realm: p.Realm, ID: r.PathValue("id"), Release: r.PostFormValue("act") == "release", Reason: r.PostFormValue("reason"), By: webkit.ActorOf(r)}
	c.Revision, _ = strconv.Atoi(r.PostFormValue("revision")) // anything else is stale
	_, err := p.Examples.Decide(r.Context(), c)
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale, fault.Conflict:
		return p.deskPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root, "example.done.decided")
	return nil
}

func (p *Pages) proposeForm(w http.ResponseWriter, r *http.Request) error {
	return p.proposePage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) proposePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	d, err := p.Matters.Open(r.Context(), webkit.ActorOf(r), r.PathValue("id"), sight.Page)
	if err != nil {
		return err
	}
	if !example.Tellable(d.Matter) {
		return fault.New(fault.Conflict, "example.not_tellable")
	}
	about, err := p.page(r, "example.propose.title")
	if err != nil {
		return err
	}
	say := about.Printer
	view := ProposePage{Page: about, Form: f, Back: "/desk/matters/" + d.ID, Post: "/desk/matters/" + d.ID + "/example"}
	view.Errors = f.Errors
	view.Facts = []webkit.Fact{
		{Term: say.T("matter.type"), Value: p.Type(say, d.Type)}, {Term: say.T("matter.text"), Value: d.Text},
		{Term: say.T("form.matter.feed_back.reply"), Value: d.Reply},
	}
	return p.Kit.Render(w, r, status, "example_propose", view)
}

func (p *Pages) propose(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	_, err := p.Examples.Propose(r.Context(), example.Propose{
		Realm: p.Realm, Matter: r.PathValue("id"), Title: r.PostFormValue("title"), Story: r.PostFormValue("story"),
		Result: r.PostFormValue("result"), By: webkit.ActorOf(r),
	})
	if fault.KindOf(err) == fault.Invalid {
		return p.proposePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root, "example.done.proposed")
	return nil
}

// Samples registers a page of each kind with something in every place, so that
// tests can execute every template in every language.
func Samples(k *webkit.Kit) {
	clerk := webkit.Page{Actor: identity.Actor{Account: "a", Name: "Test Clerk"}}
	at := time.Date(2026, 9, 16, 7, 0, 0, 0, time.UTC)
	line := Line{
		Title: "A lamp shines again", Story: "It was dark", Result: "It is light", Type: "Lamp", Place: "East", Body: "Office", Days: 3,
		At: at, Post: root + "/1", Matter: "/desk/matters/1", Revision: 1, Photos: []webkit.Photo{{Thumb: "/t", Full: "/f", Alt: "A lamp"}},
	}
	own := line
	own.Own = true
	f := webkit.NewForm("1")
	k.Register("examples", ListPage{
		Page: webkit.Page{Lang: "en", Printer: k.Printer("en"), Title: "Examples"}, Lines: []Line{line}, Next: "/examples?after=x",
	})
	k.Register("example_desk", DeskPage{Page: clerk, Form: f, Proposed: []Line{line, own}, Published: []Line{line}, Next: root + "?after=x"})
	k.Register("example_propose", ProposePage{Page: clerk, Form: f, Facts: []webkit.Fact{{Term: "Type", Value: "Lamp"}}, Post: "/desk/matters/1/example", Back: "/desk/matters/1"})
}
