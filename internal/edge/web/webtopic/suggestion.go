// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webtopic

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// SuggestionLine is one suggestion at the desk.
type SuggestionLine struct {
	ID, Href, Number string
	Words            string
	Place, Origin    string
	State            webkit.Tag
	Light            webkit.Light // of the reply that is owed
	Due              time.Time
	Reply            string
	Topic            string // address of the topic that it is part of
	Open             bool
}

// InboxPage lists suggestions by when a reply is owed, or those of one session.
type InboxPage struct {
	webkit.Page
	Lines  []SuggestionLine
	States []webkit.Choice
	Form   webkit.Form
	Source string // a session whose questions these are
	Unsaid int    // questions without a reply
	Pick   bool   // some can be gathered
	Next   string
	Empty  webkit.Empty
}

func (p *Pages) suggestionLine(say *text.Printer, g topic.Suggestion) SuggestionLine {
	line := SuggestionLine{
		ID: g.ID, Href: inbox + "/" + g.ID, Number: g.Number, Words: g.Words, Place: p.place(g.Area), Origin: say.T("topic.origin." + string(g.Origin)),
		State: state(say, g, p.Kit.Now()), Reply: g.Reply, Open: g.State.Open(), Light: webkit.None,
	}
	if g.Forgotten {
		line.Words = say.T("topic.forgotten")
	}
	if line.Open {
		line.Due, line.Light = g.Due, webkit.LightOf(g.At, g.Due, p.Kit.Now(), false)
	}
	if g.Topic != "" {
		line.Topic = topic.Page(g.Topic)
	}
	return line
}

func (p *Pages) waiting(w http.ResponseWriter, r *http.Request) error {
	about, err := p.page(r, "topic.inbox.title")
	if err != nil {
		return err
	}
	q, by := r.URL.Query(), webkit.ActorOf(r)
	view := InboxPage{Page: about, Source: q.Get("source"), Form: webkit.Form{Values: webkit.Printable(q)}}
	if view.Source != "" {
		return p.session(w, r, view)
	}
	at := topic.State(q.Get("state"))
	if at == "" {
		at = topic.Waiting
		view.Form.Values.Set("state", string(at))
	}
	after, err := page.ParseCursor(q.Get("after"))
	if err != nil {
		return err
	}
	found, err := p.Topics.Waits(r.Context(), p.Realm, at, by, after, page.Default)
	if err != nil {
		return err
	}
	say := view.Printer
	for _, g := range found.Items {
		view.Lines, view.Pick = append(view.Lines, p.suggestionLine(say, g)), view.Pick || g.Topic == ""
	}
	for _, s := range topic.States() {
		view.States = append(view.States, webkit.Choice{Value: string(s), Label: say.T("topic.said." + string(s))})
	}
	if found.Next.More() {
		view.Next = inbox + "?" + url.Values{"state": {string(at)}, "after": {found.Next.String()}}.Encode()
	}
	view.Empty = webkit.Empty{Icon: "inbox", Heading: say.T("topic.inbox.none"), Text: say.T("topic.inbox.none_help")}
	private(w)
	return p.Kit.Render(w, r, http.StatusOK, "topic_inbox", view)
}

// session lists what was asked in a session: every question gets a reply and a state.
func (p *Pages) session(w http.ResponseWriter, r *http.Request, view InboxPage) error {
	list, err := p.Topics.Questions(r.Context(), p.Realm, view.Source, webkit.ActorOf(r))
	if err != nil {
		return err
	}
	say := view.Printer
	view.Title = say.T("topic.session.title")
	for _, g := range list {
		line := p.suggestionLine(say, g)
		if line.Open {
			view.Unsaid++
			line.State = webkit.Tag{Word: say.T("topic.session.open"), Colour: "red"}
		}
		view.Lines, view.Pick = append(view.Lines, line), view.Pick || g.Topic == ""
	}
	view.Empty = webkit.Empty{Icon: "message", Heading: say.T("topic.session.none"), Text: say.T("topic.session.none_help")}
	private(w)
	return p.Kit.Render(w, r, http.StatusOK, "topic_inbox", view)
}

// TakePage takes a suggestion down.
type TakePage struct {
	webkit.Page
	Form           webkit.Form
	Origins, Areas []webkit.Choice
	Source         string
	Max            int
}

// sourced are the origins by the beginning of what a suggestion comes of.
var sourced = map[string]topic.Origin{"matter": topic.Matter, "gathering": topic.Session, "assembly": topic.Party}

func (p *Pages) takeForm(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm(id.New())
	f.Values.Set("source", r.URL.Query().Get("source"))
	return p.takePage(w, r, http.StatusOK, webkit.Form{Values: webkit.Printable(f.Values), Client: f.Client})
}

func (p *Pages) takePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "topic.take.title")
	if err != nil {
		return err
	}
	view, say, by := TakePage{Page: about, Form: f, Source: f.Value("source"), Max: topic.MaxWords}, about.Printer, webkit.ActorOf(r)
	view.Errors = f.Errors
	if view.Source == "" {
		for _, o := range []topic.Origin{topic.Resident, topic.Party} {
			if o == topic.Resident || keeping.Allows(by, p.Kit.Now()) {
				view.Origins = append(view.Origins, webkit.Choice{Value: string(o), Label: say.T("topic.origin." + string(o))})
			}
		}
		view.Areas = p.areas(say.T("matter.choose_area"), depths+1, func(a org.Area) bool { return p.Topics.MayTake(by, topic.Resident, a.Lo) })
	}
	private(w)
	return p.Kit.Render(w, r, status, "topic_take", view)
}

// take keeps what somebody at the desk wrote down.
func (p *Pages) take(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := topic.Raise{
		Realm: p.Realm, Key: r.PostFormValue("client"), Origin: topic.Origin(r.PostFormValue("origin")), Source: r.PostFormValue("source"),
		Area: r.PostFormValue("area"), Words: r.PostFormValue("words"), Desk: true, By: webkit.ActorOf(r),
		Contact: topic.Contact{Name: r.PostFormValue("contact_name"), Phone: r.PostFormValue("contact_phone")},
	}
	if c.Source != "" {
		kind, _, _ := strings.Cut(c.Source, "/")
		c.Origin = sourced[kind]
	}
	made, err := p.Topics.Raise(r.Context(), c)
	if again(err) {
		return p.takePage(w, r, statusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, inbox+"/"+made.ID, "topic.did.taken")
	return nil
}

// SuggestionPage is one suggestion at the desk.
type SuggestionPage struct {
	webkit.Page
	Line    SuggestionLine
	Facts   []webkit.Fact
	Source  string // address of what it comes of
	Contact bool   // there is one
	Reach   []webkit.Fact
	Likely  []Line
	May     bool // answer and gather
	Form    webkit.Form
	Post    string
	Rev     int
	Code    string // for whoever took it down, to hand to the suggester
	Answers []webkit.Choice
}

func (p *Pages) suggestion(w http.ResponseWriter, r *http.Request) error {
	return p.suggestionPage(w, r, http.StatusOK, SuggestionPage{Form: webkit.NewForm("")})
}

func (p *Pages) suggestionPage(w http.ResponseWriter, r *http.Request, status int, view SuggestionPage) error {
	by := webkit.ActorOf(r)
	g, err := p.Topics.Suggestion(r.Context(), p.Realm, r.PathValue("suggestion"), by)
	if err != nil {
		return err
	}
	if view.Page, err = p.page(r, "topic.suggestion.title", "number", g.Number); err != nil {
		return err
	}
	say := view.Printer
	view.Errors, view.Line, view.Post, view.Rev, view.Contact = view.Form.Errors, p.suggestionLine(say, g), inbox+"/"+g.ID, g.Revision, g.Contactable
	view.May = p.Topics.MayKeep(by, g.Place)
	view.Facts = []webkit.Fact{
		{Term: say.T("topic.origin"), Value: view.Line.Origin}, {Term: say.T("matter.place"), Value: view.Line.Place},
		{Term: say.T("topic.raised_at"), Value: say.DateTime(g.At.In(p.Topics.Calendar.Zone()))},
	}
	if kind, name, _ := strings.Cut(g.Source, "/"); kind == "matter" {
		view.Source = "/desk/matters/" + name
	} else if kind == "gathering" {
		view.Source = "/desk/gatherings/" + name
	}
	if g.Taker == by.Account && g.Origin == topic.Resident {
		view.Code = p.Topics.Code(p.Realm, g.ID)
	}
	for _, a := range []string{"answered", "declined"} {
		view.Answers = append(view.Answers, webkit.Choice{Value: a, Label: say.T("topic.reply." + a)})
	}
	if view.May && g.Topic == "" && !g.Forgotten {
		likely, err := p.Topics.Likely(r.Context(), p.Realm, g.Words, by)
		if err != nil {
			return err
		}
		view.Likely = p.lines(say, likely, false)
	}
	private(w)
	return p.Kit.Render(w, r, status, "topic_suggestion", view)
}

// reply answers a suggestion.
func (p *Pages) reply(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	revision, _ := strconv.Atoi(r.PostFormValue("revision")) // a wrong one is stale
	_, err := p.Topics.Reply(r.Context(), topic.Reply{
		Realm: p.Realm, ID: r.PathValue("suggestion"), Revision: revision, Text: r.PostFormValue("text"), Declined: r.PostFormValue("as") == "declined", By: webkit.ActorOf(r),
	})
	if again(err) {
		return p.suggestionPage(w, r, statusOf(err), SuggestionPage{Form: p.Kit.Again(r, err)})
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, inbox+"/"+r.PathValue("suggestion"), "topic.did.replied")
	return nil
}

// contact shows how whoever suggested may be reached; that it was looked at is recorded
// before.
func (p *Pages) contact(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Topics.Reach(r.Context(), p.Realm, r.PathValue("suggestion"), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	say := p.printer(r)
	view := SuggestionPage{Form: webkit.NewForm("")}
	for _, f := range []webkit.Fact{{Term: say.T("topic.contact_name"), Value: c.Name}, {Term: say.T("topic.contact_phone"), Value: c.Phone}} {
		if f.Value != "" {
			view.Reach = append(view.Reach, f)
		}
	}
	return p.suggestionPage(w, r, http.StatusOK, view)
}
