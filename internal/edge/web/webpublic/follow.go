// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/privacy"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// TrackPage asks for number and code.
type TrackPage struct {
	webkit.Page
	Form   webkit.Form
	Wanted bool // a page was asked for that wants the code
}

// FollowPage is a matter as its reporter sees it.
type FollowPage struct {
	webkit.Page
	Number   string
	Heading  string
	State    webkit.Tag
	Next     string // what happens next, once nothing more is to come
	Facts    []webkit.Fact
	Reply    string
	Photos   []webkit.Photo // that everybody may see
	Timeline []webkit.Event
	Moves    []webmatter.MoveForm
	Typed    string // what was written for a move that can no longer be made
	Looks    []Look // who looked at what the reporter said
	Relay    Relay
}

func (p *Pages) trackForm(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm("")
	f.Values.Set("number", r.URL.Query().Get("number"))
	return p.Kit.Render(w, r, http.StatusOK, "track", TrackPage{Page: p.Kit.Page(r, "public.track.title"), Form: f})
}

// ask shows the form for number and code, with what was wrong. Somebody who
// opens a matter's address has done nothing wrong yet.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request, err error) error {
	why, ok := fault.As(err)
	if !ok {
		return err
	}
	f := p.Kit.Again(r, err)
	if number := r.PathValue("number"); number != "" {
		f.Values.Set("number", number)
	}
	page := TrackPage{Page: p.Kit.Page(r, "public.track.title"), Form: f, Wanted: why.Key == codeWanted}
	if page.Wanted {
		page.Form.Errors = nil
	}
	page.Errors = page.Form.Errors
	return p.Kit.Render(w, r, statusOf(err), "track", page)
}

func (p *Pages) track(w http.ResponseWriter, r *http.Request) error {
	return p.prove(w, r, r.PostFormValue("number"), r.PostFormValue("code"))
}

// trackLink is where the QR code on a receipt leads.
func (p *Pages) trackLink(w http.ResponseWriter, r *http.Request) error {
	return p.prove(w, r, r.PathValue("number"), r.PathValue("code"))
}

// prove checks number and code and leads on to the matter. Tries from one
// address are limited, right ones included, so that the limit tells nothing.
func (p *Pages) prove(w http.ResponseWriter, r *http.Request, number, code string) error {
	if err := p.allow(w, r, p.Codes, "", "matter.too_many_codes"); err != nil {
		return p.ask(w, r, err)
	}
	m, err := p.Matters.Track(r.Context(), p.Realm, strings.Join(strings.Fields(number), ""), code)
	if err != nil {
		return p.ask(w, r, err)
	}
	p.remember(w, r, m.Number, m.ID)
	http.Redirect(w, r, "/m/"+m.Number, http.StatusSeeOther)
	return nil
}

func (p *Pages) follow(w http.ResponseWriter, r *http.Request) error {
	d, err := p.known(r)
	if err != nil {
		return p.ask(w, r, err)
	}
	return p.matterPage(w, r, d, answer{status: http.StatusOK})
}

// answer is what a page says of a move that was sent and not made.
type answer struct {
	status  int
	form    webkit.Form
	sent    matter.Move
	message webkit.Form // an answer to a message, and what was wrong with it
}

// move makes a move of the reporter's.
func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	if err := webmatter.Parse(w, r); err != nil {
		return err
	}
	d, err := p.known(r)
	if err != nil {
		return p.ask(w, r, err)
	}
	c, err := p.Sent(r)
	if err == nil {
		c.ID, c.Reporter = d.ID, true
		c.By.Realm = p.Realm
		_, err = p.Matters.Move(r.Context(), c)
	}
	if err == nil {
		webkit.Done(w, r, "/m/"+d.Number, "public.done."+string(c.Action))
		return nil
	}
	if _, ok := fault.As(err); !ok {
		return err
	}
	if d, again := p.known(r); again == nil {
		return p.matterPage(w, r, d, answer{status: statusOf(err), form: p.Kit.Again(r, err), sent: c})
	}
	return err
}

func (p *Pages) matterPage(w http.ResponseWriter, r *http.Request, d matter.Detail, a answer) error {
	page := FollowPage{Page: p.Kit.Page(r, "public.follow.title", "number", d.Number), Number: d.Number}
	say := page.Printer
	page.Heading = p.Heading(say, d.Matter)
	page.State, page.Reply = p.State(say, d.State), d.Reply
	if !d.Open {
		page.Next = webmatter.Next(say, d.State, webmatter.Reporter)
	}
	words := d.Text
	if slices.Contains(d.Withheld, privacy.Text) {
		words = say.T("public.follow.withheld")
	}
	page.Facts = []webkit.Fact{
		{Term: say.T("matter.text"), Value: words},
		{Term: say.T("matter.type"), Value: p.Type(say, d.Type)},
		{Term: say.T("matter.place"), Value: strings.TrimSpace(p.Place(d.Area) + " " + d.Address)},
	}
	if body := p.Body(d.Owner); body != "" {
		page.Facts = append(page.Facts, webkit.Fact{Term: say.T("matter.owner"), Value: body})
	}
	shown, err := p.told(r.Context(), []matter.Matter{d.Matter})
	if err != nil {
		return err
	}
	if words := publicWords(say, d.Matter, shown); words != "" {
		page.Facts = append(page.Facts, webkit.Fact{Term: say.T("public.follow.public"), Value: words})
	}
	if page.Facts, err = p.decided(r, d.ID, page.Facts); err != nil {
		return err
	}
	if page.Timeline, err = p.Timeline(r.Context(), say, d, webmatter.Reporter); err != nil {
		return err
	}
	if page.Relay, err = p.relay(r, say, d, a.message); err != nil {
		return err
	}
	p.offer(&page, d, a)
	if page.Looks, err = p.looks(r, say, d); err != nil {
		return err
	}
	page.Errors = append(page.Errors, a.message.Errors...)
	return p.Kit.Render(private(w), r, a.status, "follow", page)
}

// Look is a look at what the reporter said, as the reporter is told of it.
type Look struct {
	At                   time.Time
	Who, Fields, Purpose string
}

// looks tells who looked at what the reporter said: offices and roles, no names.
func (p *Pages) looks(r *http.Request, say *text.Printer, d matter.Detail) ([]Look, error) {
	told, err := p.Matters.Told(r.Context(), p.Realm, d.ID)
	out := make([]Look, len(told))
	for i, t := range told {
		names := make([]string, len(t.Fields))
		for k, f := range t.Fields {
			names[k] = say.T("sight.field." + f)
		}
		out[i] = Look{
			At: t.At, Who: p.RoleOf(say, t.Role, t.Body), Fields: strings.Join(names, say.T("kit.comma")),
			Purpose: say.T("sight.purpose." + string(t.Purpose)),
		}
	}
	return out, err
}

// offer draws the reporter's moves and what a failed one leaves. Moves that
// cannot be made now are not shown: a reporter has no use for them.
func (p *Pages) offer(page *FollowPage, d matter.Detail, a answer) {
	webmatter.Link(a.form.Errors, a.sent.Action)
	page.Errors = a.form.Errors
	open := false
	for _, m := range p.Moves(page.Printer, d, "/m/"+d.Number+"/moves", a.form, a.sent.Action) {
		if m.WhyNot == "" {
			page.Moves = append(page.Moves, m)
			open = open || m.Open
		}
	}
	if open || a.sent.Action == "" {
		return
	}
	for i := range page.Errors {
		page.Errors[i].Href = ""
	}
	for _, name := range []string{"text", "reason", "comment"} {
		if words := a.form.Value(name); words != "" {
			page.Typed = words
		}
	}
}

// private keeps a page out of every store between here and the reader.
func private(w http.ResponseWriter) http.ResponseWriter { return noStore{w} }

// noStore is an answer that nobody keeps.
type noStore struct{ http.ResponseWriter }

// WriteHeader sends the headers, whatever the page itself asked for.
func (n noStore) WriteHeader(status int) {
	n.Header().Set("Cache-Control", "no-store")
	n.ResponseWriter.WriteHeader(status)
}
