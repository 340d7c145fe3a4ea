// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webgathering

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/core/gathering"
	"pavilion/internal/edge/web/webkit"
)

// Line is one gathering in a list.
type Line struct {
	Href, Title, Number, Kind, Where string
	Hour                             string
	State                            webkit.Tag
}

// DayOf is the gatherings of one day.
type DayOf struct {
	Day   string
	Lines []Line
}

// ListPage lists gatherings by day.
type ListPage struct {
	webkit.Page
	Days   []DayOf
	States []webkit.Choice
	State  string
	Next   string
	Empty  webkit.Empty
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	after, err := page.ParseCursor(q.Get("after"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "gathering.title")
	if err != nil {
		return err
	}
	f := gathering.Filter{State: gathering.State(q.Get("state"))}
	if !slices.Contains(gathering.States(), f.State) {
		f.State = ""
	}
	found, err := p.Meetings.List(r.Context(), p.Realm, f, webkit.ActorOf(r), after, page.Default)
	if err != nil {
		return err
	}
	view, say := ListPage{Page: about, State: string(f.State)}, about.Printer
	view.Days = p.days(say, found.Items, root+"/")
	view.States = []webkit.Choice{{Label: say.T("gathering.state.all")}}
	for _, s := range gathering.States() {
		view.States = append(view.States, webkit.Choice{Value: string(s), Label: say.T("gathering.state." + string(s))})
	}
	if found.Next.More() {
		view.Next = root + "?state=" + view.State + "&after=" + found.Next.String()
	}
	view.Empty = webkit.Empty{Icon: "users", Heading: say.T("gathering.none"), Text: say.T("gathering.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "gathering_list", view)
}

// days groups gatherings that are in order by their days.
func (p *Pages) days(say *text.Printer, list []gathering.Gathering, base string) (out []DayOf) {
	for _, g := range list {
		day := say.Date(g.Starts.In(p.Zone))
		if len(out) == 0 || out[len(out)-1].Day != day {
			out = append(out, DayOf{Day: day})
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, Line{
			Href: base + g.ID, Title: g.Title, Number: g.Number, Kind: say.T("gathering.kind." + g.Kind), Where: g.Where,
			Hour: say.Time(g.Starts.In(p.Zone)), State: tag(say, g),
		})
	}
	return out
}

// ItemRow is one row of a form for an agenda.
type ItemRow struct {
	N           int
	Kind, Title webkit.Field
}

// CallPage calls a gathering: first whose it is, then the rest.
type CallPage struct {
	webkit.Page
	Form   webkit.Form
	Hosts  []webkit.Choice
	Host   gathering.Body
	Kinds  []webkit.Choice
	Guests []webkit.Choice
	Items  []ItemRow
	For    string
	Former string
}

// freeRows is how many empty rows a form for an agenda offers.
const freeRows = 4

// items are the rows of a form for an agenda: those that are filled and some more.
func items(say *text.Printer, f webkit.Form) (out []ItemRow) {
	kinds := []webkit.Choice{}
	for _, k := range gathering.ItemKinds() {
		kinds = append(kinds, webkit.Choice{Value: string(k), Label: say.T("gathering.item." + string(k))})
	}
	filled := len(f.Values["item"])
	for n := range max(filled+2, freeRows) {
		value := func(name string) string {
			if list := f.Values[name]; n < len(list) {
				return list[n]
			}
			return ""
		}
		no := strconv.Itoa(n + 1)
		field := "agenda." + no
		row := ItemRow{N: n + 1}
		row.Kind = webkit.Field{Form: f, Name: "item_kind", ID: f.ID("item_kind." + no), Kind: "select", Label: say.T("gathering.item.kind_n", "n", no), Value: cmp.Or(value("item_kind"), string(gathering.Deliberate)), Choices: kinds}
		row.Title = webkit.Field{Form: f, Name: "item", ID: f.ID(field), Label: say.T("gathering.item.title_n", "n", no), Value: value("item"), Error: f.Error(field)}
		out = append(out, row)
	}
	return out
}

// agenda reads the rows of a form, the empty ones left out, and leaves the form with
// them in their order, so that what is wrong with one is shown at it.
func agenda(r *http.Request) (out []gathering.Item) {
	kinds, titles := r.PostForm["item_kind"], r.PostForm["item"]
	var keptKinds, keptTitles []string
	for n, title := range titles {
		kind := ""
		if n < len(kinds) {
			kind = kinds[n]
		}
		if strings.TrimSpace(title) == "" {
			continue
		}
		out = append(out, gathering.Item{Kind: gathering.ItemKind(kind), Title: title})
		keptKinds, keptTitles = append(keptKinds, kind), append(keptTitles, title)
	}
	r.PostForm["item_kind"], r.PostForm["item"] = keptKinds, keptTitles
	return out
}

func (p *Pages) callForm(w http.ResponseWriter, r *http.Request) error {
	f, q := webkit.NewForm(id.New()), r.URL.Query()
	f.Values.Set("host", q.Get("host"))
	f.Values.Set("for", q.Get("for"))
	if title := q.Get("title"); title != "" { // of what it is called for
		f.Values.Set("title", title)
		f.Values.Set("item", title)
		f.Values.Set("item_kind", string(gathering.Vote))
	}
	if former := q.Get("former"); former != "" {
		g, err := p.Meetings.Read(r.Context(), gathering.At{Realm: p.Realm, ID: former, By: webkit.ActorOf(r)})
		if err != nil {
			return err
		}
		f.Values.Set("former", g.ID)
		f.Values.Set("host", g.Gathering.Host)
		f.Values.Set("for", g.For)
		f.Values.Set("kind", g.Kind)
		f.Values.Set("title", g.Title)
		f.Values.Set("where", g.Where)
		f.Values["guest"] = g.Guests
		for _, i := range g.Agenda {
			f.Values.Add("item", i.Title)
			f.Values.Add("item_kind", string(i.Kind))
		}
	}
	return p.callPage(w, r, http.StatusOK, f)
}

func (p *Pages) callPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "gathering.call.title")
	if err != nil {
		return err
	}
	view, say := CallPage{Page: about, Form: f, For: f.Value("for"), Former: f.Value("former")}, about.Printer
	view.Errors = f.Errors
	bodies, err := p.Meetings.Offered(r.Context(), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	for _, b := range bodies {
		view.Hosts = append(view.Hosts, webkit.Choice{Value: b.Host, Label: b.Name})
		if b.Host == f.Value("host") {
			view.Host = b
		}
	}
	if view.Host.Host == "" {
		return p.Kit.Render(w, r, status, "gathering_host", view)
	}
	book, err := p.Meetings.KindsAt(r.Context(), p.Realm, p.Kit.Now())
	if err != nil {
		return err
	}
	for _, k := range book.Of(view.Host.Sort) {
		view.Kinds = append(view.Kinds, webkit.Choice{Value: k.Code, Label: kindName(say, k.Code)})
	}
	if f.Value("kind") == "" && len(view.Kinds) > 0 {
		f.Values.Set("kind", view.Kinds[0].Value)
	}
	if view.Host.Sort == "body" {
		for _, b := range p.Org.Bodies(p.Realm) {
			view.Guests = append(view.Guests, webkit.Choice{Value: "body/" + b.ID, Label: b.Name})
		}
	}
	view.Items = items(say, f)
	return p.Kit.Render(w, r, status, "gathering_new", view)
}

// kindName is a kind of gathering in words; a realm's own has its code.
func kindName(say *text.Printer, code string) string {
	if key := "gathering.kind." + code; say.Has(key) {
		return say.T(key)
	}
	return code
}

func (p *Pages) call(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	day := r.PostFormValue("day")
	c := gathering.Call{
		Realm: p.Realm, Key: r.PostFormValue("client"), Kind: r.PostFormValue("kind"), Title: r.PostFormValue("title"), Host: r.PostFormValue("host"),
		For: r.PostFormValue("for"), Former: r.PostFormValue("former"), Where: r.PostFormValue("where"), Noticed: r.PostFormValue("noticed"),
		Starts: p.stamp(day, r.PostFormValue("from")), Ends: p.stamp(day, r.PostFormValue("to")), Guests: r.PostForm["guest"], By: webkit.ActorOf(r),
		Agenda: agenda(r),
	}
	var err error
	if typed := strings.TrimSpace(r.PostFormValue("nth")); typed != "" {
		if c.Nth, err = strconv.Atoi(typed); err != nil || c.Nth < 1 {
			err = fault.New(fault.Invalid, "gathering.nth").At("nth")
		}
	}
	var g gathering.Gathering
	if err == nil {
		g, err = p.Meetings.Convene(r.Context(), c)
	}
	if correctable(err) || fault.KindOf(err) == fault.Missing && err != nil {
		return p.callPage(w, r, webkit.StatusOf(err), p.timed(p.Kit.Again(r, err)))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+g.ID, "gathering.done.called")
	return nil
}

// timed has what is wrong with the hours shown at the fields in which they were typed.
func (p *Pages) timed(f webkit.Form) webkit.Form {
	at := map[string]string{"starts": "day", "ends": "to"}
	if p.stamp(f.Value("day"), f.Value("from")).IsZero() && !p.stamp(f.Value("day"), "00:00").IsZero() {
		at["starts"] = "from"
	}
	for i, e := range f.Errors {
		if to := at[e.Field]; to != "" {
			f.Errors[i].Field, f.Errors[i].Href = to, "#"+f.ID(to)
		}
	}
	return f
}

// OwnPage lists the gatherings somebody is invited to.
type OwnPage struct {
	webkit.Page
	Days  []DayOf
	Empty webkit.Empty
}

func (p *Pages) own(w http.ResponseWriter, r *http.Request) error {
	about, err := p.page(r, "gathering.own.title")
	if err != nil {
		return err
	}
	list, err := p.Meetings.Own(r.Context(), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	view := OwnPage{Page: about, Days: p.days(about.Printer, list, inviting)}
	view.Empty = webkit.Empty{Icon: "calendar", Heading: about.T("gathering.own.none"), Text: about.T("gathering.own.none_help")}
	return p.Kit.Render(w, r, http.StatusOK, "gathering_own", view)
}

// today is the day it is, as a form shows it.
func (p *Pages) today() string { return p.Kit.Now().In(p.Zone).Format(time.DateOnly) }
