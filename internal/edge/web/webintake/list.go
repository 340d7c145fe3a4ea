// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webintake

import (
	"net/http"
	"net/url"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

const (
	listed     = 20 // runs on a page
	afterParam = "after"
)

// ListPage lists sources and runs, and takes a file.
type ListPage struct {
	webkit.Page
	Form    webkit.Form
	Choices []webkit.Choice // sources, and a new one
	Origins []webkit.Choice
	Areas   []webkit.Choice
	Sources []SourceLine
	Runs    []RunLine
	First   string
	Next    string
	Empty   webkit.Empty
}

// SourceLine is one source.
type SourceLine struct {
	Name, Origin, Area string
	Columns            int
}

// RunLine is one run.
type RunLine struct {
	Href, File, Source string
	State              webkit.Tag
	Lines, Made        int
	At                 time.Time
}

// colours tell the states apart besides their words.
var colours = map[intake.State]string{
	intake.Read: "amber", intake.Checking: "blue", intake.Faulty: "red", intake.Checked: "amber", intake.Importing: "blue", intake.Done: "green",
}

func state(about webkit.Page, s intake.State) webkit.Tag {
	return webkit.Tag{Word: about.T("intake.state." + string(s)), Colour: colours[s]}
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, http.StatusOK, webkit.NewForm(""))
}

// show shows the list with a form as it was sent.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, form webkit.Form) error {
	about, err := p.page(r, "intake.title")
	if err != nil {
		return err
	}
	about.Errors = form.Errors
	view := ListPage{Page: about, Form: form, Empty: webkit.Empty{
		Icon: "paperclip", Heading: about.T("intake.empty"), Text: about.T("intake.empty_help"),
	}}
	actor := webkit.ActorOf(r)
	sources, err := p.Intake.Sources(r.Context(), p.Realm, actor)
	if err != nil {
		return err
	}
	view.Choices = []webkit.Choice{}
	for _, s := range sources {
		view.Choices = append(view.Choices, webkit.Choice{Value: s.ID, Label: s.Name})
		view.Sources = append(view.Sources, SourceLine{
			Name: s.Name, Origin: about.T("intake.origin." + s.Mapping.Origin), Area: p.area(s.Area), Columns: len(s.Mapping.Columns),
		})
	}
	view.Choices = append(view.Choices, webkit.Choice{Label: about.T("intake.new_source")})
	for _, o := range intake.Origins() {
		view.Origins = append(view.Origins, webkit.Choice{Value: o, Label: about.T("intake.origin." + o)})
	}
	view.Areas = p.areas(actor)
	if err := p.runs(r, &view, sources); err != nil {
		return err
	}
	if !form.Values.Has("source") && len(sources) > 0 {
		form.Values.Set("source", likely(view.Runs, sources))
	}
	return p.Kit.Render(w, r, status, "intake", view)
}

// area is what an area is called; the realm by its own name.
func (p *Pages) area(id string) string {
	if place := p.Place(id); place != "" {
		return place
	}
	a, _ := p.Org.Area(p.Realm, id)
	return a.Name
}

// likely is the source that a file probably comes from: the one that the last did.
func likely(runs []RunLine, sources []intake.Source) string {
	for _, s := range sources {
		if len(runs) > 0 && runs[0].Source == s.Name {
			return s.ID
		}
	}
	return sources[0].ID
}

// depth is how far below the realm the areas lie that a source may be for.
const depth = 1

// areas lists the areas that a new source may be for: those that somebody takes
// matters in for.
func (p *Pages) areas(actor identity.Actor) []webkit.Choice {
	var out []webkit.Choice
	for _, a := range p.Org.Areas(p.Realm) {
		if a.Depth <= depth && p.Intake.Works(actor, a.Lo) {
			out = append(out, webkit.Choice{Value: a.ID, Label: a.Name})
		}
	}
	return out
}

// runs fills the list of runs.
func (p *Pages) runs(r *http.Request, view *ListPage, sources []intake.Source) error {
	after, err := page.ParseCursor(r.URL.Query().Get(afterParam))
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, s := range sources {
		names[s.ID] = s.Name
	}
	got, err := p.Intake.Runs(r.Context(), p.Realm, webkit.ActorOf(r), after, listed)
	if err != nil {
		return err
	}
	for _, run := range got.Items {
		view.Runs = append(view.Runs, RunLine{
			Href: address(run.ID), File: run.File, Source: names[run.Source], State: state(view.Page, run.State),
			Lines: run.Lines, Made: run.Made, At: run.At,
		})
	}
	if after.More() {
		view.First = root
	}
	if got.Next.More() {
		view.Next = root + "?" + url.Values{afterParam: {got.Next.String()}}.Encode()
	}
	return nil
}
