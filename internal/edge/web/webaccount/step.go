// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webaccount

import (
	"net/http"
	"net/url"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// CodePage asks for the second factor: a code where there is an app, a passkey
// where there is one.
type CodePage struct {
	webkit.Page
	Form    webkit.Form
	Code    bool
	Next    string
	Passkey *webkit.PasskeyForm
}

// EnrolPage has a second factor set up before the first session.
type EnrolPage struct {
	webkit.Page
	Setup   Setup
	Passkey *webkit.PasskeyForm
}

// CodesPage shows recovery codes, this once.
type CodesPage struct {
	webkit.Page
	Codes []string
	Next  string
}

// standing returns who stands between password and session, if they are at the
// step; else it sends them to where they belong.
func (p *Pages) standing(w http.ResponseWriter, r *http.Request, step identity.Step) (h identity.Half, here bool, err error) {
	next := webkit.Next(r, "/desk")
	h, err = p.Identity.Half(r.Context(), p.Realm, webkit.HalfToken(r))
	if f, known := fault.As(err); known && f.Key == "identity.signed_out" {
		webkit.ClearHalf(w, r)
		http.Redirect(w, r, "/signin?next="+url.QueryEscape(next), http.StatusSeeOther)
		return h, false, nil
	}
	if err == nil && h.Step != step {
		http.Redirect(w, r, "/signin/"+string(h.Step)+"?next="+url.QueryEscape(next), http.StatusSeeOther)
		return h, false, nil
	}
	return h, err == nil, err
}

func (p *Pages) codeForm(w http.ResponseWriter, r *http.Request) error {
	h, here, err := p.standing(w, r, identity.Code)
	if !here {
		return err
	}
	return p.codePage(w, r, http.StatusOK, webkit.NewForm(""), h)
}

func (p *Pages) codePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form, h identity.Half) error {
	view := CodePage{Page: p.Kit.Page(r, "account.code.title"), Form: f, Next: webkit.Next(r, "")}
	o, err := p.ownFactors(r, h.Actor.Account)
	if err != nil {
		return err
	}
	if view.Code = o.code; !o.code {
		view.Page = p.Kit.Page(r, "account.step.title")
	}
	view.Passkey = p.useForm(r, o, webkit.PasskeyForm{Ask: "/signin/code/passkey", Post: "/signin/code/passkey", Next: view.Next, Key: "account.passkey.step"})
	view.Errors = f.Errors
	return p.Kit.Render(private(w), r, status, "account_code", view)
}

// code takes the second factor and gives the browser its session.
func (p *Pages) code(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	h, here, err := p.standing(w, r, identity.Code)
	if !here {
		return err
	}
	token, err := p.Factors.Finish(r.Context(), p.Realm, webkit.HalfToken(r), r.PostFormValue("code"))
	if correctable(err) {
		return p.codePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), h)
	}
	if err != nil {
		return err
	}
	p.enter(w, r, token)
	return nil
}

// enter gives the browser its session and leads to what was asked for.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, token string) {
	webkit.ClearHalf(w, r)
	webkit.SetSession(w, r, token)
	http.Redirect(w, r, webkit.Next(r, "/desk"), http.StatusSeeOther)
}

func (p *Pages) enrolForm(w http.ResponseWriter, r *http.Request) error {
	h, here, err := p.standing(w, r, identity.Enrol)
	if !here {
		return err
	}
	return p.enrolPage(w, r, http.StatusOK, webkit.NewForm(""), h)
}

func (p *Pages) enrolPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form, h identity.Half) error {
	o, err := p.offer(r, h.Actor.Account, h.Login)
	if err != nil {
		return err
	}
	view := EnrolPage{Page: p.Kit.Page(r, "account.enrol.title")}
	view.Errors = f.Errors
	if view.Setup, err = setup(f, o, "/signin/enrol", webkit.Next(r, "")); err != nil {
		return err
	}
	view.Passkey = p.newForm(r, f, 0, webkit.PasskeyForm{Ask: "/signin/enrol/passkey", Post: "/signin/enrol/passkey", Next: webkit.Next(r, "")})
	return p.Kit.Render(private(w), r, status, "account_enrol", view)
}

// enrol sets up the factor, gives the browser its session, and shows the recovery
// codes.
func (p *Pages) enrol(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	h, here, err := p.standing(w, r, identity.Enrol)
	if !here {
		return err
	}
	made, err := p.Factors.EnrolHalf(r.Context(), p.Realm, webkit.HalfToken(r), r.PostFormValue("offer"), r.PostFormValue("code"))
	if correctable(err) {
		return p.enrolPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), h)
	}
	if err != nil {
		return err
	}
	webkit.ClearHalf(w, r)
	webkit.SetSession(w, r, made.Token)
	view := CodesPage{Page: p.Kit.Page(r, "account.codes.title"), Codes: made.Codes, Next: webkit.Next(r, "/desk")}
	return p.Kit.Render(private(w), r, http.StatusCreated, "account_enrolled", view)
}
