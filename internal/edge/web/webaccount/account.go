// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webaccount

import (
	"net/http"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/edge/web/webkit"
)

// AccountPage is somebody's own account.
type AccountPage struct {
	webkit.Page
	Facts     []webkit.Fact
	Form      webkit.Form
	Languages []webkit.Choice
	Factor    factor.State
	Keeps     bool // the code app may be removed
	Passkeys  []passkey.Passkey
	Here      bool // passkeys can be made at this address
	Exempt    bool // the realm does not ask privileged roles for a factor
	Sessions  []identity.SessionLine
	Others    bool // there are sessions besides this one
	Password  bool // there is one
	Ways      []federation.Way
}

// PasswordPage changes the password.
type PasswordPage struct {
	webkit.Page
	Form  webkit.Form
	Login string
}

func (p *Pages) account(w http.ResponseWriter, r *http.Request) error {
	return p.accountPage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) accountPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	actor := webkit.ActorOf(r)
	a, err := p.Identity.Account(r.Context(), p.Realm, actor.Account)
	if err != nil {
		return err
	}
	view := AccountPage{Form: f}
	if view.Page, err = p.page(r, "account.title"); err != nil {
		return err
	}
	view.Errors = f.Errors
	view.Facts = []webkit.Fact{{Term: view.T("account.name"), Value: a.Name}, {Term: view.T("kit.signin.login"), Value: a.Login}}
	if a.Mail != "" {
		view.Facts = append(view.Facts, webkit.Fact{Term: view.T("account.mail"), Value: a.Mail})
	}
	for _, lang := range p.Kit.Languages() {
		view.Languages = append(view.Languages, webkit.Choice{Value: lang, Label: view.T("kit.language." + lang)})
	}
	if view.Form.Values == nil {
		view.Form = webkit.NewForm("")
		view.Form.Values.Set("language", a.Language)
	}
	if view.Factor, err = p.Factors.State(r.Context(), p.Realm, a.ID); err != nil {
		return err
	}
	if view.Passkeys, err = p.Passkeys.List(r.Context(), p.Realm, a.ID); err != nil {
		return err
	}
	_, view.Here = p.site(r)
	view.Keeps = !view.Factor.Required || working(view.Passkeys) > 0
	now := p.Kit.Now()
	view.Exempt = !view.Factor.Required && (actor.Has(identity.Administrator, now) || actor.Has(identity.Auditor, now))
	if view.Sessions, err = p.Identity.Sessions(r.Context(), actor); err != nil {
		return err
	}
	view.Others, view.Password = len(view.Sessions) > 1, a.Ready
	if view.Ways, err = p.Houses.Ways(r.Context(), actor); err != nil {
		return err
	}
	return p.Kit.Render(private(w), r, status, "account", view)
}

// setLanguage keeps the language pages are shown in.
func (p *Pages) setLanguage(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	lang, actor := r.PostFormValue("language"), webkit.ActorOf(r)
	if !slices.Contains(p.Kit.Languages(), lang) {
		err := fault.New(fault.Invalid, "identity.bad_language").At("language")
		return p.accountPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	a, err := p.Identity.Account(r.Context(), p.Realm, actor.Account)
	if err != nil {
		return err
	}
	err = p.Identity.Amend(r.Context(), identity.Amend{
		Realm: p.Realm, Account: a.ID, Revision: a.Revision, Name: a.Name, Language: lang, Mail: a.Mail, By: actor,
	})
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"?lang="+lang, "account.done.language")
	return nil
}

func (p *Pages) passwordForm(w http.ResponseWriter, r *http.Request) error {
	return p.passwordPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) passwordPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "account.password.title")
	if err != nil {
		return err
	}
	a, err := p.Identity.Account(r.Context(), p.Realm, webkit.ActorOf(r).Account)
	if err != nil {
		return err
	}
	view := PasswordPage{Page: about, Form: f, Login: a.Login}
	view.Errors = f.Errors
	return p.Kit.Render(private(w), r, status, "account_password", view)
}

func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	token, err := p.change(r)
	if correctable(err) {
		return p.passwordPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.SetSession(w, r, token)
	webkit.Done(w, r, root, "account.done.password")
	return nil
}

func (p *Pages) change(r *http.Request) (string, error) {
	chosen := r.PostFormValue("password")
	if r.PostFormValue("again") != chosen {
		return "", fault.New(fault.Invalid, "desk.invite.differ").At("again")
	}
	return p.Identity.ChangePassword(r.Context(), webkit.ActorOf(r), r.PostFormValue("old"), chosen)
}

func (p *Pages) endSession(w http.ResponseWriter, r *http.Request) error {
	if err := p.Identity.EndSession(r.Context(), webkit.ActorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	webkit.Done(w, r, root, "account.done.ended")
	return nil
}

func (p *Pages) endOthers(w http.ResponseWriter, r *http.Request) error {
	if err := p.Identity.EndOthers(r.Context(), webkit.ActorOf(r)); err != nil {
		return err
	}
	webkit.Done(w, r, root, "account.done.ended")
	return nil
}
