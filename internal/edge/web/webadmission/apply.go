// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webadmission

import (
	"net/http"
	"slices"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/admission"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// ApplyPage is the form of an application.
type ApplyPage struct {
	webkit.Page
	Form   webkit.Form
	Kinds  []webkit.Choice
	Bodies []webkit.Choice
	Areas  []webkit.Choice
	Types  []webkit.Choice
	Fields []webkit.Field
	Until  webkit.Field
}

func (p *Pages) applyForm(w http.ResponseWriter, r *http.Request) error {
	return p.applyPage(w, r, http.StatusOK, webkit.NewForm(id.New()))
}

func (p *Pages) applyPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "admission.apply.title")
	if err != nil {
		return err
	}
	view, say := ApplyPage{Page: about, Form: f}, about.Printer
	view.Errors = f.Errors
	view.Kinds = []webkit.Choice{
		{Value: "", Label: say.T("admission.apply.lasting")},
		{Value: "once", Label: say.T("admission.apply.once"), Hint: say.T("admission.apply.once_hint")},
	}
	view.Bodies = p.bodies(say, webkit.ActorOf(r))
	view.Areas = p.areas(say, 3)
	if view.Types, err = p.unlisted(r, say); err != nil {
		return err
	}
	for _, field := range p.Tasks.Forms["admission.apply"].Fields {
		drawn := webkit.FieldOf(say, f, "admission.apply", field)
		if field.Name == "until" {
			view.Until = drawn
			continue
		}
		view.Fields = append(view.Fields, drawn)
	}
	return p.Kit.Render(w, r, status, "admission_apply", view)
}

// bodies lists for whom somebody may apply: the bodies they work for, or all for
// a desk.
func (p *Pages) bodies(say *text.Printer, a identity.Actor) []webkit.Choice {
	out := []webkit.Choice{{Label: say.T("matter.choose_body")}}
	desk := a.Has(identity.Dispatcher, p.Kit.Now()) || a.Has(identity.ShiftHead, p.Kit.Now())
	own := a.Bodies()
	for _, b := range p.Org.Bodies(p.Realm) {
		if desk || slices.Contains(own, b.ID) {
			out = append(out, webkit.Choice{Value: b.ID, Label: b.Name})
		}
	}
	return out
}

// areas lists the areas down to a depth.
func (p *Pages) areas(say *text.Printer, depth int) []webkit.Choice {
	out := []webkit.Choice{{Label: say.T("matter.choose_area")}}
	for _, a := range p.Org.Areas(p.Realm) {
		if a.Depth <= depth {
			out = append(out, webkit.Choice{Value: a.ID, Label: strings.Repeat("\u3000", a.Depth) + a.Name})
		}
	}
	return out
}

// unlisted are the types of matter that a grid may get and that are on no list.
func (p *Pages) unlisted(r *http.Request, say *text.Printer) ([]webkit.Choice, error) {
	l, err := p.Tasks.Listed(r.Context(), p.Realm)
	if err != nil {
		return nil, err
	}
	on := map[string]bool{}
	for _, a := range l.Tasks {
		for _, code := range a.Types {
			on[code] = on[code] || a.Until == "" && a.State != "trial"
		}
	}
	var out []webkit.Choice
	for _, k := range p.Types.Current(p.Realm).All() {
		if !on[k.Code] && p.Tasks.Types.Sendable(r.Context(), p.Realm, k.Code) == nil {
			out = append(out, webkit.Choice{Value: k.Code, Label: say.T("type." + k.Code), Hint: k.Code})
		}
	}
	return out, nil
}

func (p *Pages) apply(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c := admission.Apply{
		Realm: p.Realm, Key: r.PostFormValue("client"), Once: r.PostFormValue("kind") == "once", Body: r.PostFormValue("body"),
		Area: r.PostFormValue("area"), By: webkit.ActorOf(r),
	}
	c.Types, c.Values = r.PostForm["types"], r.PostForm
	a, err := p.Tasks.Apply(r.Context(), c)
	if fault.KindOf(err) == fault.Invalid {
		return p.applyPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+a.ID, "admission.done.applied")
	return nil
}
