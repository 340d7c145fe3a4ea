// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websight

import (
	"net/http"
	"net/url"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
)

// PurposePage asks what somebody needs a matter's words for.
type PurposePage struct {
	webkit.Page
	Number   string
	Heading  string
	Tags     []webkit.Tag
	Facts    []webkit.Fact
	Form     webkit.Form
	Purposes []webkit.Choice
	Post     string
	Back     string
}

func (p *Pages) purposeForm(w http.ResponseWriter, r *http.Request) error {
	return p.purposePage(w, r, http.StatusOK, webkit.Form{})
}

// purposePage draws the form with what is known without the words. Where none is
// asked, or one is stated already, it leads on.
func (p *Pages) purposePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	d, err := p.Matters.Open(r.Context(), webkit.ActorOf(r), r.PathValue("id"), sight.Page)
	if err != nil {
		return err
	}
	if status == http.StatusOK && (!d.Asks || d.Stated.Purpose != "") {
		http.Redirect(w, r, matterAddress(r), http.StatusSeeOther)
		return nil
	}
	view := PurposePage{Form: f, Back: "/desk/matters", Post: matterAddress(r, "purpose"), Number: d.Number}
	if view.Page, err = p.page(r, "sight.purpose.title", "number", d.Number); err != nil {
		return err
	}
	view.Errors = f.Errors
	say := view.Printer
	m := matter.Listed(d.Matter)
	view.Heading, view.Tags = p.Heading(say, m), []webkit.Tag{p.State(say, d.State)}
	if d.Privacy == matter.PrivacySealed {
		view.Tags = append(view.Tags, webkit.Tag{Word: say.T("desk.matter.sealed"), Colour: "red"})
	}
	view.Facts = []webkit.Fact{{Term: say.T("rules.types.privacy"), Value: d.Privacy + " " + say.T("rules.privacy."+d.Privacy)}}
	if body := p.Body(d.Owner); body != "" {
		view.Facts = append(view.Facts, webkit.Fact{Term: say.T("matter.owner"), Value: body})
	}
	for _, purpose := range sight.Purposes() {
		view.Purposes = append(view.Purposes, webkit.Choice{Value: string(purpose), Label: say.T("sight.purpose." + string(purpose))})
	}
	return p.Kit.Render(w, r, status, "sight_purpose", view)
}

// matterAddress is a matter's page, or one below it; the list beside it is kept.
func matterAddress(r *http.Request, below ...string) string {
	to := "/desk/matters/" + url.PathEscape(r.PathValue("id"))
	for _, part := range below {
		to += "/" + part
	}
	if from := r.URL.Query().Get("from"); from != "" {
		to += "?" + url.Values{"from": {from}}.Encode()
	}
	return to
}

func (p *Pages) statePurpose(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	err := p.Matters.StatePurpose(r.Context(), matter.StatePurpose{
		Realm: p.Realm, ID: r.PathValue("id"), By: webkit.ActorOf(r),
		Purpose: sight.Purpose(r.PostFormValue("purpose")), Words: r.PostFormValue("words"),
	})
	if fault.KindOf(err) == fault.Invalid {
		return p.purposePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, matterAddress(r), http.StatusSeeOther)
	return nil
}
