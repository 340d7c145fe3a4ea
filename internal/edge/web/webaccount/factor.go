// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webaccount

import (
	"net/http"

	"pavilion/internal/edge/web/webkit"
)

// FactorPage sets up a second factor.
type FactorPage struct {
	webkit.Page
	Setup Setup
}

// factorForm offers a secret to somebody who has proved who they are.
func (p *Pages) factorForm(w http.ResponseWriter, r *http.Request) error {
	if err := webkit.ActorOf(r).ProvedLately(p.Kit.Now()); err != nil {
		return err
	}
	return p.factorPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) factorPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "account.factor.title")
	if err != nil {
		return err
	}
	a, err := p.Identity.Account(r.Context(), p.Realm, webkit.ActorOf(r).Account)
	if err != nil {
		return err
	}
	o, err := p.offer(r, a.ID, a.Login)
	if err != nil {
		return err
	}
	view := FactorPage{Page: about}
	view.Errors = f.Errors
	if view.Setup, err = setup(f, o, root+"/factor", ""); err != nil {
		return err
	}
	return p.Kit.Render(private(w), r, status, "account_factor", view)
}

func (p *Pages) addFactor(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	made, err := p.Factors.Enrol(r.Context(), webkit.ActorOf(r), r.PostFormValue("offer"), r.PostFormValue("code"))
	if correctable(err) {
		return p.factorPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.SetSession(w, r, made.Token)
	return p.codesPage(w, r, made.Codes)
}

func (p *Pages) codesPage(w http.ResponseWriter, r *http.Request, codes []string) error {
	about, err := p.page(r, "account.codes.title")
	if err != nil {
		return err
	}
	return p.Kit.Render(private(w), r, http.StatusCreated, "account_codes", CodesPage{Page: about, Codes: codes, Next: root})
}

// newCodes replaces the recovery codes.
func (p *Pages) newCodes(w http.ResponseWriter, r *http.Request) error {
	codes, err := p.Factors.NewCodes(r.Context(), webkit.ActorOf(r))
	if err != nil {
		return err
	}
	return p.codesPage(w, r, codes)
}

func (p *Pages) removeFactor(w http.ResponseWriter, r *http.Request) error {
	if err := p.Factors.Remove(r.Context(), webkit.ActorOf(r)); err != nil {
		return err
	}
	webkit.Done(w, r, root, "account.done.factor_removed")
	return nil
}
