// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webgathering

import (
	"net/http"
	"time"

	"pavilion/internal/core/gathering"
	"pavilion/internal/edge/web/webkit"
)

// ChangePage changes a gathering that has not begun: its agenda, its hour, or all of it.
type ChangePage struct {
	webkit.Page
	Form  webkit.Form
	Href  string
	What  string // "agenda", "postpone" or "cancel"
	About string
	Items []ItemRow
}

func (p *Pages) agendaForm(w http.ResponseWriter, r *http.Request) error {
	return p.changeForm(w, r, "agenda")
}

func (p *Pages) postponeForm(w http.ResponseWriter, r *http.Request) error {
	return p.changeForm(w, r, "postpone")
}

func (p *Pages) cancelForm(w http.ResponseWriter, r *http.Request) error {
	return p.changeForm(w, r, "cancel")
}

func (p *Pages) changeForm(w http.ResponseWriter, r *http.Request, what string) error {
	record, err := p.read(r)
	if err != nil {
		return err
	}
	f, g := webkit.NewForm(""), record.Gathering
	f.Values.Set("revision", revision(g))
	f.Values.Set("day", p.Meetings.Day(g))
	f.Values.Set("from", g.Starts.In(p.Zone).Format("15:04"))
	f.Values.Set("to", g.Ends.In(p.Zone).Format("15:04"))
	f.Values.Set("where", g.Where)
	for _, i := range g.Agenda {
		f.Values.Add("item", i.Title)
		f.Values.Add("item_kind", string(i.Kind))
	}
	return p.changePage(w, r, http.StatusOK, what, f)
}

func (p *Pages) changePage(w http.ResponseWriter, r *http.Request, status int, what string, f webkit.Form) error {
	record, err := p.read(r)
	if err != nil {
		return err
	}
	about, err := p.page(r, "gathering."+what+".title")
	if err != nil {
		return err
	}
	view := ChangePage{Page: about, Form: f, Href: root + "/" + record.ID, What: what}
	view.About = record.Title + " · " + p.when(about.Printer, record.Gathering)
	view.Errors = f.Errors
	if what == "agenda" {
		view.Items = items(about.Printer, f)
	}
	return p.Kit.Render(w, r, status, "gathering_change", view)
}

func (p *Pages) amend(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	at := p.at(r)
	_, err := p.Meetings.Amend(r.Context(), gathering.Amend{At: at, Agenda: agenda(r), Reason: r.PostFormValue("reason")})
	return p.changed(w, r, "agenda", err)
}

func (p *Pages) postpone(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	at, day := p.at(r), r.PostFormValue("day")
	_, err := p.Meetings.Postpone(r.Context(), gathering.Postpone{
		At: at, Starts: p.stamp(day, r.PostFormValue("from")), Ends: p.stamp(day, r.PostFormValue("to")), Where: r.PostFormValue("where"), Reason: r.PostFormValue("reason"),
	})
	return p.changed(w, r, "postpone", err)
}

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	_, err := p.Meetings.Cancel(r.Context(), gathering.Cancel{At: p.at(r), Reason: r.PostFormValue("reason")})
	return p.changed(w, r, "cancel", err)
}

// changed leads back to the gathering, or shows the form again.
func (p *Pages) changed(w http.ResponseWriter, r *http.Request, what string, err error) error {
	if correctable(err) {
		return p.changePage(w, r, webkit.StatusOf(err), what, p.timed(p.Kit.Again(r, err)))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+r.PathValue("gathering"), "gathering.done."+what)
	return nil
}

// dated is a day as it is stored, in words.
func (p *Pages) dated(say interface{ Date(time.Time) string }, day string) string {
	at, err := time.ParseInLocation(time.DateOnly, day, p.Zone)
	if err != nil {
		return day
	}
	return say.Date(at)
}
