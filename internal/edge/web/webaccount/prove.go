// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webaccount

import (
	"net/http"
	"slices"

	"pavilion/internal/core/identity/federation"
	"pavilion/internal/edge/web/webkit"
)

// ProvePage asks for a code or a passkey where there is one, else for the password.
type ProvePage struct {
	webkit.Page
	Form     webkit.Form
	Code     bool
	Password bool
	Ways     []federation.Way
	Next     string
	Passkey  *webkit.PasskeyForm
}

func (p *Pages) proveForm(w http.ResponseWriter, r *http.Request) error {
	return p.provePage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) provePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "account.prove.title")
	if err != nil {
		return err
	}
	o, err := p.ownFactors(r, about.Actor.Account)
	if err != nil {
		return err
	}
	view := ProvePage{Page: about, Form: f, Code: o.code, Password: !o.code && len(o.passkeys) == 0, Next: webkit.Next(r, root)}
	view.Passkey = p.useForm(r, o, webkit.PasskeyForm{Ask: "/desk/prove/passkey", Post: "/desk/prove/passkey", Next: view.Next, Key: "account.passkey.prove"})
	view.Errors = f.Errors
	if err := p.weaker(r, &view); err != nil {
		return err
	}
	return p.Kit.Render(private(w), r, status, "account_prove", view)
}

// weaker adds the ways to prove who one is where there is no second factor.
func (p *Pages) weaker(r *http.Request, view *ProvePage) error {
	if !view.Password {
		return nil
	}
	a, err := p.Identity.Account(r.Context(), p.Realm, view.Actor.Account)
	if err != nil {
		return err
	}
	view.Password = a.Ready
	view.Ways, err = p.Houses.Ways(r.Context(), view.Actor)
	view.Ways = slices.DeleteFunc(view.Ways, func(w federation.Way) bool { return !w.Linked() || !w.Active })
	return err
}

// prove gives the session a new token and leads back to what was asked for.
func (p *Pages) prove(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	token, err := p.proof(r)
	if correctable(err) {
		return p.provePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.SetSession(w, r, token)
	http.Redirect(w, r, webkit.Next(r, root), http.StatusSeeOther)
	return nil
}

// proof takes the stronger of what the account has.
func (p *Pages) proof(r *http.Request) (string, error) {
	actor := webkit.ActorOf(r)
	st, err := p.Factors.State(r.Context(), p.Realm, actor.Account)
	if err != nil {
		return "", err
	}
	if st.On() {
		return p.Factors.Prove(r.Context(), actor, r.PostFormValue("code"))
	}
	return p.Identity.Prove(r.Context(), actor, r.PostFormValue("old"))
}
