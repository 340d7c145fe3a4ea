// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// mostBodies is how many bodies the form offers.
const mostBodies = 200

// Line is one vote in a list.
type Line struct {
	Href, Question string
	State          webkit.Tag
	Secret         bool
	Closes         time.Time
}

// DeskPage lists votes.
type DeskPage struct {
	webkit.Page
	Lines []Line
	May   bool
	Next  string
	Empty webkit.Empty
}

// OpenPage opens a vote.
type OpenPage struct {
	webkit.Page
	Form             webkit.Form
	Bodies, Subjects []webkit.Choice
	Kinds, Channels  []webkit.Choice
	Former           string
}

// places are the widest interval in which somebody holds one of the roles.
func (p *Pages) places(r *http.Request) (lo, hi int64) {
	lo, hi = math.MaxInt64, 0
	now := p.Kit.Now()
	for _, g := range webkit.ActorOf(r).Grants {
		own := identity.Actor{Realm: p.Realm, Grants: []identity.Grant{g}}
		if own.Has(identity.Secretary, now) || own.Has(identity.Scrutineer, now) {
			lo, hi = min(lo, g.Lo), max(hi, g.Hi)
		}
	}
	return lo, hi
}

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "poll.desk.title")
	if err != nil {
		return err
	}
	lo, hi := p.places(r)
	found, err := p.Polls.List(r.Context(), p.Realm, lo, hi, after, page.Default)
	if err != nil {
		return err
	}
	view, by := DeskPage{Page: about}, webkit.ActorOf(r)
	view.May = chairing.Allows(by, p.Kit.Now())
	for _, q := range found.Items {
		if p.Polls.MayChair(by, q.Place) || p.Polls.MayScrutinise(by, q.Place) {
			view.Lines = append(view.Lines, Line{Href: root + "/" + q.ID, Question: q.Question, State: tag(about.Printer, q, p.Kit.Now()), Secret: q.Secret, Closes: q.Closes})
		}
	}
	if found.Next.More() {
		view.Next = root + "?after=" + found.Next.String()
	}
	view.Empty = webkit.Empty{Icon: "check", Heading: about.T("poll.desk.none"), Text: about.T("poll.desk.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "vote_desk", view)
}

func (p *Pages) openForm(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm(id.New())
	f.Values["channel"] = []string{string(poll.Room), string(poll.Paper), string(poll.Online)}
	f.Values.Set("kind", "open")
	if former := r.URL.Query().Get("former"); former != "" {
		if err := p.repeat(r, f, former); err != nil {
			return err
		}
	}
	return p.openPage(w, r, http.StatusOK, f)
}

// repeat fills the form in for what follows on a former vote.
func (p *Pages) repeat(r *http.Request, f webkit.Form, former string) error {
	q, err := p.mine(r, former)
	if err != nil {
		return err
	}
	res, err := p.Polls.Result(r.Context(), p.Realm, former)
	if err != nil {
		return err
	}
	options := q.Options
	if next := res.Runoff(); next != nil {
		options = next
	}
	f.Values.Set("former", q.ID)
	f.Values.Set("question", q.Question)
	f.Values.Set("options", strings.Join(options, "\n"))
	if q.Secret {
		f.Values.Set("kind", "secret")
	}
	return nil
}

func (p *Pages) openPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "poll.open.title")
	if err != nil {
		return err
	}
	view, say := OpenPage{Page: about, Form: f, Former: f.Value("former")}, about.Printer
	view.Errors = f.Errors
	found, err := p.Bodies.List(r.Context(), p.Realm, "", webkit.ActorOf(r), page.Cursor{}, mostBodies)
	if err != nil {
		return err
	}
	for _, a := range found.Items {
		if p.Bodies.MayKeep(webkit.ActorOf(r), a) && a.Ended == "" {
			view.Bodies = append(view.Bodies, webkit.Choice{Value: a.ID, Label: a.Name, Hint: say.T("assembly.kind." + string(a.Kind))})
		}
	}
	for _, s := range p.Bodies.Table.Subjects(p.Bodies.Today()) {
		view.Subjects = append(view.Subjects, webkit.Choice{Value: s, Label: say.T("assembly.subject." + s)})
	}
	view.Kinds = kinds(say)
	for _, c := range poll.Channels() {
		view.Channels = append(view.Channels, webkit.Choice{Value: string(c), Label: say.T("poll.channel." + string(c))})
	}
	return p.Kit.Render(w, r, status, "vote_open", view)
}

// kinds are the ways in which a vote is by name or secret.
func kinds(say *text.Printer) []webkit.Choice {
	return []webkit.Choice{
		{Value: "open", Label: say.T("poll.kind.open"), Hint: say.T("poll.kind.open_hint")},
		{Value: "secret", Label: say.T("poll.kind.secret"), Hint: say.T("poll.kind.secret_hint")},
		{Value: "changeable", Label: say.T("poll.kind.changeable"), Hint: say.T("poll.kind.changeable_hint")},
	}
}

func (p *Pages) open(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	by, kind := webkit.ActorOf(r), r.PostFormValue("kind")
	c := poll.Call{
		Open: poll.Open{
			Realm: p.Realm, Key: r.PostFormValue("client"), Question: r.PostFormValue("question"), Former: r.PostFormValue("former"), By: by,
			Secret: kind == "secret", Changeable: kind == "changeable",
		},
		Freeze: assembly.Freeze{Realm: p.Realm, Assembly: r.PostFormValue("body"), Subject: r.PostFormValue("subject"), Day: p.Bodies.Today(), By: by},
	}
	for _, o := range strings.Split(r.PostFormValue("options"), "\n") {
		if o = strings.TrimSpace(o); o != "" {
			c.Options = append(c.Options, o)
		}
	}
	for _, name := range r.PostForm["channel"] {
		if !slices.Contains(c.Channels, poll.Channel(name)) {
			c.Channels = append(c.Channels, poll.Channel(name))
		}
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", r.PostFormValue("day")+" "+strings.TrimSpace(r.PostFormValue("hour")), p.Zone)
	q := poll.Poll{}
	if err != nil {
		err = fault.New(fault.Invalid, "poll.closes_form").At("hour")
	} else {
		c.Closes = at
		q, err = p.Polls.Call(r.Context(), c)
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Missing:
		return p.openPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+q.ID, "poll.done.opened")
	return nil
}
