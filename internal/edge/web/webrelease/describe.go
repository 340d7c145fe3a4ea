// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrelease

import (
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/release"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
)

// DescribePage is the form of a matter's words for the public.
type DescribePage struct {
	webkit.Page
	Form       webkit.Form
	Facts      []webkit.Fact
	Post, Back string
}

func (p *Pages) describeForm(w http.ResponseWriter, r *http.Request) error {
	return p.describePage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) describePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	d, err := p.Matters.Open(r.Context(), webkit.ActorOf(r), r.PathValue("id"), sight.Page)
	if err != nil {
		return err
	}
	about, err := p.page(r, "release.describe.title")
	if err != nil {
		return err
	}
	say := about.Printer
	if f.Values == nil {
		f = webkit.NewForm("")
	}
	at := "/desk/matters/" + d.ID
	view := DescribePage{Page: about, Form: f, Post: at + "/public", Back: at}
	view.Errors = f.Errors
	view.Facts = []webkit.Fact{
		{Term: say.T("matter.number"), Value: d.Number}, {Term: say.T("matter.type"), Value: p.Type(say, d.Type)}, {Term: say.T("matter.text"), Value: d.Text},
	}
	if d.PublicText != "" {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T("desk.matter.public_text"), Value: d.PublicText})
	}
	return p.Kit.Render(w, r, status, "release_describe", view)
}

func (p *Pages) describe(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	d, err := p.Matters.Describe(r.Context(), matter.Describe{
		Realm: p.Realm, ID: r.PathValue("id"), Text: r.PostFormValue("public_text"), By: webkit.ActorOf(r),
	})
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Stale:
		return p.describePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	done := "release.done.mended"
	if d.State == release.Drafted {
		done = "release.done.drafted"
	}
	webkit.Done(w, r, release.Page(d.ID), done)
	return nil
}
