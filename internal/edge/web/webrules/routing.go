// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrules

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/org"
	"pavilion/internal/core/routing"
	"pavilion/internal/edge/web/webkit"
)

// WhyPage says who would get something, and why.
type WhyPage struct {
	webkit.Page
	Form    webkit.Form
	Types   []webkit.Choice
	Areas   []webkit.Choice
	Asked   bool
	Body    string
	Reasons []string
	Draft   bool // the realm has a draft of the table
	Changes []ChangeLine
	Looked  int // cases that the draft was tried on
}

// ChangeLine is what a draft of the table would give to another body.
type ChangeLine struct {
	Type, Place, Before, After string
	Count                      int
}

// why shows who gets a type in an area at a time, and what a draft would change.
func (p *Pages) why(w http.ResponseWriter, r *http.Request) error {
	view := WhyPage{}
	var err error
	if view.Page, err = p.page(r, "rules.routing.title"); err != nil {
		return err
	}
	say, q := view.Printer, r.URL.Query()
	view.Form = webkit.Form{Values: url.Values{"code": q["code"], "area": q["area"], "at": q["at"]}}
	view.Types = []webkit.Choice{{Label: say.T("matter.type_none")}}
	book := p.Types.Current(p.Realm)
	for _, k := range book.All() {
		view.Types = append(view.Types, webkit.Choice{Value: k.Code, Label: k.Code + " " + typeName(say, k)})
	}
	root, _ := p.Org.Root(p.Realm)
	view.Areas = []webkit.Choice{{Label: say.T("matter.choose_area")}}
	for _, a := range p.Org.Areas(p.Realm) {
		if a.Depth == 1 || a.Depth == 2 || a.ID == q.Get("area") {
			view.Areas = append(view.Areas, webkit.Choice{Value: a.ID, Label: strings.Repeat("\u3000", a.Depth-1) + a.Name})
		}
	}
	if kind, ok := book.Find(q.Get("code")); ok {
		area, found := p.Org.Area(p.Realm, q.Get("area"))
		if !found {
			area = root
		}
		at := p.Kit.Now()
		if given, err := time.ParseInLocation("2006-01-02T15:04", q.Get("at"), p.Kit.Calendar.Zone()); err == nil {
			at = given
		}
		proposal, err := p.Routing.Propose(r.Context(), routing.Ask{
			Realm: p.Realm, Code: kind.Code, Lead: kind.Lead, Area: area.ID, At: at,
			Barred: func(b org.Body) error { return p.Barred(kind.Code, b) },
		})
		if err != nil {
			return err
		}
		view.Asked, view.Body, view.Reasons = true, proposal.Body.Name, Reasons(say, p.Org, p.Realm, proposal)
	}
	if err := p.preview(r, &view); err != nil {
		return err
	}
	return p.Kit.Render(w, r, http.StatusOK, "rules_routing", view)
}

// preview tries the draft of the table on recent cases.
func (p *Pages) preview(r *http.Request, view *WhyPage) error {
	draft, ok, err := p.Editions.Draft(r.Context(), p.Realm, routing.Edition)
	if err != nil || !ok {
		return err
	}
	view.Draft = true
	cases, err := p.Recent(r)
	if err != nil {
		return err
	}
	changes, err := p.Routing.Preview(r.Context(), draft.Body, cases)
	if err != nil {
		return nil // the draft cannot be read: its own page says why
	}
	view.Looked = len(cases)
	say := view.Printer
	for _, c := range changes {
		line := ChangeLine{Type: say.T("type." + c.Code), Before: c.Before.Body.Name, After: c.After.Body.Name, Count: c.Count}
		line.Place = strings.Join(p.Org.Path(p.Realm, c.Area), " ")
		view.Changes = append(view.Changes, line)
	}
	return nil
}

// Reasons says in words why a body should get something.
func Reasons(say *text.Printer, places *org.Service, realm string, p routing.Proposal) []string {
	var out []string
	switch {
	case p.Row != nil:
		out = append(out, say.T("rules.routing.row", "n", p.Edition, "row", rowText(say, places, realm, *p.Row)))
	case p.ByKind:
		out = append(out, say.T("rules.routing.by_kind", "kind", p.Body.Kind))
	default:
		out = append(out, say.T("rules.routing.nobody"))
	}
	for _, r := range p.Beaten {
		body, _ := places.Body(realm, r.Body)
		out = append(out, say.T("rules.routing.beaten", "body", body.Name, "row", rowText(say, places, realm, r)))
	}
	for _, b := range p.Barred {
		if f, ok := fault.As(b.Why); ok {
			out = append(out, say.T("rules.routing.barred", "body", b.Body.Name, "why", say.T(f.Key, pairs(f.Params)...)))
		}
	}
	return out
}

// rowText is a row in words.
func rowText(say *text.Printer, places *org.Service, realm string, r routing.Row) string {
	code, area, hours := say.T("rules.routing.any_type"), say.T("rules.routing.any_area"), say.T("rules.routing.any_time")
	switch {
	case len(r.Code) == 6:
		code = say.T("type." + r.Code)
	case r.Code != "":
		code = r.Code + "…"
	}
	if a, ok := places.Area(realm, r.Area); ok {
		area = a.Name
	}
	if r.From != "" {
		hours = r.From + "–" + r.To
	}
	var days []string
	for _, d := range r.Days {
		days = append(days, say.T("date.weekday."+strconv.Itoa(d)))
	}
	if len(days) > 0 {
		hours = strings.TrimSpace(strings.Join(days, " ") + " " + hours)
	}
	return say.T("rules.routing.words", "type", code, "area", area, "time", hours)
}
