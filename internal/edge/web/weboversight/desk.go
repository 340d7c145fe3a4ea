// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package weboversight

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// DeskPage is what waits for an inspector, and what could be looked at.
type DeskPage struct {
	webkit.Page
	May      bool // this person draws
	Form     webkit.Form
	Areas    []webkit.Choice
	Waiting  []Line
	Returned []Line
	Red      []Line
	Samples  []SampleLine
	Next     string // of the red records
}

// Line is a record or an inspection in a list.
type Line struct {
	Href, Title, Place, Who, Lacks string
	State                          webkit.Tag
	At                             time.Time
}

// SampleLine is a sample in a list.
type SampleLine struct {
	Href, Days, Size, Place, Who string
	At                           time.Time
}

// onDesk is how many of each kind the page lists.
const onDesk = 20

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm(id.New())
	now := p.Kit.Now().In(p.Zone)
	f.Values.Set("from_day", now.AddDate(0, -3, 0).Format(time.DateOnly))
	f.Values.Set("to_day", now.Format(time.DateOnly))
	f.Values.Set("size", "5")
	return p.deskPage(w, r, http.StatusOK, f)
}

func (p *Pages) deskPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	before, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "oversight.title")
	if err != nil {
		return err
	}
	by := webkit.ActorOf(r)
	view := DeskPage{Page: about, Form: f, May: inspecting.Allows(by, p.Kit.Now()), Areas: p.areas(by)}
	view.Errors = f.Errors
	for _, state := range []oversight.State{oversight.Answered, oversight.Drawn} {
		if err := p.inspections(r, &view.Waiting, state, by); err != nil {
			return err
		}
	}
	view.Waiting = slices.DeleteFunc(view.Waiting, func(l Line) bool { return view.May && l.Who != p.Name(r.Context(), by.Account) })
	if err := p.inspections(r, &view.Returned, oversight.SentBack, by); err != nil {
		return err
	}
	red, err := p.Oversight.Records(r.Context(), by, true, before, onDesk)
	if err != nil {
		return err
	}
	for _, t := range red.Items {
		view.Red = append(view.Red, Line{
			Href: root + "/records/" + t.Proceeding, Title: t.Title, Place: p.placeOf(t.Place), At: t.Begun,
			Lacks: about.T("oversight.red_n", "n", strconv.Itoa(t.Red)), State: webkit.Tag{Word: about.T("topic.state." + string(t.State))},
		})
	}
	if red.Next.More() {
		view.Next = root + "?after=" + red.Next.String()
	}
	drawn, err := p.Oversight.Samples(r.Context(), by, page.Cursor{}, onDesk)
	if err != nil {
		return err
	}
	for _, c := range drawn.Items {
		a, _ := p.Org.Area(p.Realm, c.Area)
		view.Samples = append(view.Samples, SampleLine{
			Href: root + "/samples/" + c.ID, Days: p.days(about, c), Place: a.Name, Who: p.Name(r.Context(), c.Inspector), At: c.At,
			Size: about.T("oversight.sample.of", "n", strconv.Itoa(min(c.Size, c.Found-c.Barred)), "of", strconv.Itoa(c.Found)),
		})
	}
	return p.Kit.Render(w, r, status, "oversight_desk", view)
}

// inspections adds those in a state to a list.
func (p *Pages) inspections(r *http.Request, to *[]Line, state oversight.State, by identity.Actor) error {
	found, err := p.Oversight.Open(r.Context(), by, state, page.Cursor{}, onDesk)
	if err != nil {
		return err
	}
	say := p.Kit.Printer(p.Kit.LanguageOf(r))
	for _, i := range found.Items {
		*to = append(*to, Line{
			Href: oversight.Desk(i.ID), Title: i.Title, Place: p.placeOf(i.Place), Who: p.Name(r.Context(), i.Inspector), State: stateTag(say, i.State), At: i.At,
		})
	}
	return nil
}

// areas are those whose records somebody may draw from: where they inspect, and the
// parts of it.
func (p *Pages) areas(by identity.Actor) (out []webkit.Choice) {
	for _, g := range by.Grants {
		top, ok := p.Org.Area(p.Realm, g.Area)
		if !ok || g.Role != identity.Inspector || !g.Live(p.Kit.Now()) {
			continue
		}
		out = append(out, webkit.Choice{Value: top.ID, Label: top.Name})
		for _, a := range p.Org.Areas(p.Realm) {
			if a.Parent == top.ID {
				out = append(out, webkit.Choice{Value: a.ID, Label: a.Name})
			}
		}
	}
	return out
}

// days says from which day to which a sample reaches.
func (p *Pages) days(about webkit.Page, c oversight.Sample) string {
	return about.T("oversight.sample.days", "from", about.Printer.Date(c.From.In(p.Zone)), "to", about.Printer.Date(c.To.Add(-time.Second).In(p.Zone)))
}

func (p *Pages) draw(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c := oversight.Draw{Realm: p.Realm, Key: r.PostFormValue("client"), Area: r.PostFormValue("area"), By: webkit.ActorOf(r)}
	var err error
	if c.From, err = p.day(r, "from_day"); err == nil {
		c.To, err = p.day(r, "to_day")
		c.To = c.To.AddDate(0, 0, 1)
	}
	c.Size, _ = strconv.Atoi(r.PostFormValue("size")) // what is no number is none
	if err == nil {
		c2, failed := p.Oversight.Draw(r.Context(), c)
		if err = failed; err == nil {
			webkit.Done(w, r, root+"/samples/"+c2.ID, "oversight.done.drawn")
			return nil
		}
	}
	if again(err) {
		return p.deskPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	return err
}

// day reads a date of a form as the beginning of that day.
func (p *Pages) day(r *http.Request, field string) (time.Time, error) {
	at, err := time.ParseInLocation(time.DateOnly, r.PostFormValue(field), p.Zone)
	if err != nil {
		return at, fault.New(fault.Invalid, "oversight.bad_day").At(field)
	}
	return at, nil
}
