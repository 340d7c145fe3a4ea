// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

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

	May    bool // this person may grade it
	Form   webkit.Form
	Grades []webkit.Choice
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
	root, _ := p.Org.Root(p.Realm)
	id := r.URL.Query().Get("area")
	if id == "" {
		id = root.ID
	}
	return p.areaPage(w, r, http.StatusOK, id, webkit.Form{})
}

// gradeArea keeps the grade and profile of an area.
func (p *Pages) gradeArea(w http.ResponseWriter, r *http.Request) error {
	c := org.GradeArea{Realm: p.Realm, ID: r.PathValue("id"), Profile: r.PostFormValue("profile"), By: webkit.ActorOf(r)}
	c.Revision, _ = strconv.Atoi(r.PostFormValue("revision")) // anything else is stale
	var err error
	if c.Grade, err = strconv.Atoi(r.PostFormValue("grade")); err != nil {
		c.Grade = -1 // refused as no grade
	}
	err = p.Org.GradeArea(r.Context(), c)
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale:
		return p.areaPage(w, r, webkit.StatusOf(err), c.ID, p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, areaAddress(c.ID), "desk.done.area_graded")
	return nil
}

func (p *Pages) areaPage(w http.ResponseWriter, r *http.Request, status int, id string, again webkit.Form) error {
	a, ok := p.Org.Area(p.Realm, id)
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
	grade := view.T("desk.areas.grade." + strconv.Itoa(p.Org.Grade(p.Realm, a.ID)))
	if a.Grade == 0 {
		grade = view.T("desk.areas.grade_above", "grade", grade)
	}
	view.Facts = append(view.Facts, webkit.Fact{Term: view.T("desk.areas.grade"), Value: grade})
	if a.Profile != "" {
		view.Facts = append(view.Facts, webkit.Fact{Term: view.T("desk.areas.profile"), Value: a.Profile})
	}
	if view.May = administering.Allows(webkit.ActorOf(r), p.Matters.Now()); view.May {
		view.Form, view.Errors = again, again.Errors
		if again.Values == nil {
			view.Form.Values = url.Values{"grade": {strconv.Itoa(a.Grade)}, "profile": {a.Profile}}
		}
		for _, g := range []string{"0", "1", "2", "3"} {
			view.Grades = append(view.Grades, webkit.Choice{Value: g, Label: view.T("desk.areas.grade." + g)})
		}
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
	return p.Kit.Render(w, r, status, "desk_areas", view)
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
