// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"net/http"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// AreasPage is one area with what lies directly in it and the bodies that serve
// it alone.
type AreasPage struct {
	webkit.Page
	Path   []webkit.Fact // the areas above, each with its address
	Area   org.Area
	Facts  []webkit.Fact
	Areas  []AreaLine
	Bodies []BodyLine
}

// AreaLine is one area below.
type AreaLine struct {
	Href, Name, Kind, Code string
	Below                  int
	Outline                string // what is known of its outline
}

// BodyLine is one body.
type BodyLine struct{ Name, Kind string }

func (p *Pages) areas(w http.ResponseWriter, r *http.Request) error {
	a, ok := p.Org.Root(p.Realm)
	if id := r.URL.Query().Get("area"); id != "" {
		a, ok = p.Org.Area(p.Realm, id)
	}
	if !ok {
		return fault.New(fault.Missing, "desk.areas.missing")
	}
	about, err := p.page(r, "desk.areas.title")
	if err != nil {
		return err
	}
	view := AreasPage{Page: about, Area: a}
	view.Facts = []webkit.Fact{
		{Term: view.T("desk.areas.kind"), Value: view.T("desk.areas.kind." + a.Kind)},
		{Term: view.T("desk.areas.code"), Value: a.Code},
		{Term: view.T("desk.areas.outline"), Value: outline(view.Page, a)},
	}
	for up, ok := p.Org.Area(p.Realm, a.Parent); ok; up, ok = p.Org.Area(p.Realm, up.Parent) {
		view.Path = append(view.Path, webkit.Fact{Value: up.Name, Href: areaAddress(up.ID)})
	}
	slices.Reverse(view.Path)
	for _, below := range p.Org.Children(p.Realm, a.ID) {
		view.Areas = append(view.Areas, AreaLine{
			Href: areaAddress(below.ID), Name: below.Name, Kind: view.T("desk.areas.kind." + below.Kind), Code: below.Code,
			Below: len(p.Org.Children(p.Realm, below.ID)), Outline: outline(view.Page, below),
		})
	}
	for _, b := range p.Org.Bodies(p.Realm) {
		if b.Area == a.ID {
			view.Bodies = append(view.Bodies, BodyLine{b.Name, b.Kind})
		}
	}
	return p.Kit.Render(w, r, http.StatusOK, "desk_areas", view)
}

func areaAddress(id string) string {
	return address("/desk/areas", map[string][]string{"area": {id}})
}

// outline says what is known of an area's outline.
func outline(about webkit.Page, a org.Area) string {
	switch {
	case len(a.Shape) == 0:
		return about.T("desk.areas.no_outline")
	case a.Synthetic:
		return about.T("desk.areas.synthetic")
	}
	return about.T("desk.areas.surveyed")
}
