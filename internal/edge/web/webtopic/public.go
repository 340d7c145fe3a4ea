// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webtopic

import (
	"net/http"
	"net/url"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/edge/web/webkit"
)

// ListPage lists topics: everybody's, and the desk's.
type ListPage struct {
	webkit.Page
	Form          webkit.Form // of the filter
	Post          string      // its address
	Areas, Stages []webkit.Choice
	Lines         []Line
	Next          string
	Empty         webkit.Empty
	May           bool // gather
	Narrow        bool // something narrows the list
}

// Line is one topic in a list.
type Line struct {
	Href, Title, Place string
	Stage              webkit.Tag
	Level              string
	Backing            string // how many suggestions it was made of, and on paper
	Waits              bool   // not public yet
	Term               webkit.Fact
	Light              webkit.Light
	Topic              topic.Topic
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	view := ListPage{Page: p.Kit.Page(r, "topic.title"), Post: public}
	if err := p.fill(r, &view, true); err != nil {
		return err
	}
	view.Empty = webkit.Empty{Icon: "message", Heading: view.T("topic.none"), Text: view.T("topic.none_help"), Href: public + "/suggest", Action: view.T("topic.suggest.title")}
	return p.Kit.Render(w, r, http.StatusOK, "topics", view)
}

// fill reads a list's filter and its lines.
func (p *Pages) fill(r *http.Request, view *ListPage, open bool) error {
	q, say, by := r.URL.Query(), view.Printer, webkit.ActorOf(r)
	view.Form = webkit.Form{Values: webkit.Printable(q)}
	view.Narrow = view.Form.Value("q") != "" || view.Form.Value("area") != "" || view.Form.Value("stage") != ""
	view.Areas, view.Stages = p.areas(say.T("topic.all_areas"), depths, everywhere), stages(say)
	if words := view.Form.Value("q"); words != "" {
		found, err := p.Topics.Search(r.Context(), p.Realm, words, open, by)
		if err != nil && fault.KindOf(err) != fault.Invalid {
			return err
		}
		view.Lines = p.lines(say, found, open)
		return nil
	}
	after, err := page.ParseCursor(q.Get("after"))
	if err != nil {
		return err
	}
	f := topic.Filter{Area: q.Get("area"), Stage: topic.Stage(q.Get("stage")), Public: open}
	found, err := p.Topics.List(r.Context(), p.Realm, f, by, after, page.Default)
	if err != nil {
		return err
	}
	view.Lines = p.lines(say, found.Items, open)
	if found.Next.More() {
		more := url.Values{"area": {f.Area}, "stage": {string(f.Stage)}, "after": {found.Next.String()}}
		view.Next = view.Post + "?" + more.Encode()
	}
	return nil
}

func (p *Pages) lines(say *text.Printer, list []topic.Topic, open bool) []Line {
	out := make([]Line, len(list))
	for i, t := range list {
		out[i] = Line{
			Href: public + "/" + t.ID, Title: t.Title, Place: p.place(t.Area), Stage: stage(say, t.Stage), Topic: t, Waits: !open && !t.Public(),
			Level: say.T("topic.level." + string(t.Level)), Backing: say.T("topic.backing_line", "n", t.Backing.Suggestions),
		}
		if !open {
			out[i].Href = topic.Page(t.ID)
			out[i].Light = webkit.LightOf(t.Entered, t.Due, p.Kit.Now(), false)
		}
	}
	return out
}

// OnePage is one topic as everybody sees it.
type OnePage struct {
	webkit.Page
	Topic    topic.Topic
	Back     string // why its words were taken back; nothing else is shown then
	Place    string
	Stage    webkit.Tag
	Into     string // address of the topic that it was merged with, where that is public
	Level    string
	Course   string // address of how it is decided
	Backing  []webkit.Fact
	Decides  []webkit.Fact
	Timeline []webkit.Event
	Form     webkit.Form
	Takes    bool // somebody may still stand behind it
	Signed   bool
	Post     string
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	d, err := p.Topics.Public(r.Context(), p.Realm, r.PathValue("topic"))
	if fault.KindOf(err) == fault.Missing {
		return p.takenBack(w, r)
	}
	if err != nil {
		return err
	}
	view := OnePage{Page: p.Kit.Page(r, "topic.title"), Topic: d.Topic, Form: f, Post: public + "/" + d.ID + "/support"}
	say := view.Printer
	view.Title, view.Errors = d.Title, f.Errors
	view.Place, view.Stage, view.Level = p.place(d.Area), stage(say, d.Stage), say.T("topic.level."+string(d.Level))
	view.Backing, view.Decides, view.Timeline = backing(say, d.Backing), p.decides(say, d.Subject), p.history(say, d.History, false)
	view.Takes, view.Signed = d.Stage.Takes(), !view.Actor.Anonymous()
	if id, ok := strings.CutPrefix(d.Ref, course); ok {
		view.Course = "/decisions/" + id
	}
	if d.Into != "" {
		if other, err := p.Topics.Public(r.Context(), p.Realm, d.Into); err == nil {
			view.Into = public + "/" + other.ID
		}
	}
	return p.Kit.Render(w, r, status, "topic", view)
}

// takenBack says in the place of a topic why its words are public no more.
func (p *Pages) takenBack(w http.ResponseWriter, r *http.Request) error {
	why, err := p.Topics.TakenBack(r.Context(), p.Realm, r.PathValue("topic"))
	if err != nil {
		return err
	}
	view := OnePage{Page: p.Kit.Page(r, "topic.title"), Back: why}
	return p.Kit.Render(w, r, http.StatusGone, "topic", view)
}

// support counts somebody who stands behind a topic.
func (p *Pages) support(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := topic.Support{Realm: p.Realm, ID: r.PathValue("topic"), Number: r.PostFormValue("number"), Code: r.PostFormValue("code"), By: webkit.ActorOf(r)}
	if c.By.Anonymous() && c.Code == "" {
		return p.onePage(w, r, http.StatusUnprocessableEntity, p.Kit.Again(r, fault.New(fault.Invalid, "topic.code_needed").At("number")))
	}
	err := p.allow(w, r, p.Codes, "matter.too_many_codes")
	if err == nil {
		_, err = p.Topics.Support(r.Context(), c)
	}
	f, known := fault.As(err)
	if known && (again(err) || f.Key == "topic.wrong_code") {
		return p.onePage(w, r, statusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, public+"/"+c.ID, "topic.did.supported")
	return nil
}
