// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webaccount

import (
	"encoding/json"
	"net/http"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/edge/web/webkit"
)

// NewPasskeyPage has a passkey made. Passkey is nil where the address allows none.
type NewPasskeyPage struct {
	webkit.Page
	Passkey *webkit.PasskeyForm
}

// PasskeyPage is one passkey: its name, and what removing it means.
type PasskeyPage struct {
	webkit.Page
	Form    webkit.Form
	Passkey passkey.Passkey
	Last    bool // the only second factor of somebody who must have one
}

// site is what passkeys are made for at this address.
func (p *Pages) site(r *http.Request) (passkey.Site, bool) {
	s, ok := passkey.SiteOf(p.Address, r.Host)
	s.Name = p.Kit.Site
	return s, ok
}

// question answers a script with what it is to ask the browser.
func (p *Pages) question(w http.ResponseWriter, r *http.Request, ask func(passkey.Site) (passkey.Ceremony, error)) error {
	s, ok := p.site(r)
	if !ok {
		return fault.New(fault.Conflict, "passkey.none_here")
	}
	c, err := ask(s)
	if err != nil {
		return err
	}
	private(w).Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(c)
}

// newForm has a passkey made, the one after n others. It is nil where the address
// allows none.
func (p *Pages) newForm(r *http.Request, f webkit.Form, n int, as webkit.PasskeyForm) *webkit.PasskeyForm {
	if _, ok := p.site(r); !ok {
		return nil
	}
	as.Form, as.Named, as.Key = f, true, "account.passkey.make"
	if as.Form.Values.Get("name") == "" {
		t := p.Kit.Printer(p.Kit.LanguageOf(r))
		as.Form.Values.Set("name", t.T("account.passkey.numbered", "n", strconv.Itoa(n+1)))
	}
	return &as
}

// made is what a form brings of a passkey that was made.
func made(r *http.Request) passkey.Made {
	return passkey.Made{Sealed: r.PostFormValue("sealed"), Answer: r.PostFormValue("answer"), Name: r.PostFormValue("name")}
}

func (p *Pages) passkeyForm(w http.ResponseWriter, r *http.Request) error {
	if err := webkit.ActorOf(r).ProvedLately(p.Kit.Now()); err != nil {
		return err
	}
	return p.newPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) newPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "account.passkey.add")
	if err != nil {
		return err
	}
	list, err := p.Passkeys.List(r.Context(), p.Realm, about.Actor.Account)
	if err != nil {
		return err
	}
	view := NewPasskeyPage{Page: about}
	view.Errors = f.Errors
	view.Passkey = p.newForm(r, f, len(list), webkit.PasskeyForm{Ask: root + "/passkeys/question", Post: root + "/passkeys", Lead: true})
	return p.Kit.Render(private(w), r, status, "account_passkey_new", view)
}

func (p *Pages) askNew(w http.ResponseWriter, r *http.Request) error {
	return p.question(w, r, func(s passkey.Site) (passkey.Ceremony, error) {
		return p.Passkeys.Offer(r.Context(), webkit.ActorOf(r), s)
	})
}

func (p *Pages) addPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	token, err := p.Passkeys.Add(r.Context(), webkit.ActorOf(r), made(r))
	if correctable(err) {
		return p.newPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.SetSession(w, r, token)
	webkit.Done(w, r, root, "account.done.passkey_added")
	return nil
}

func (p *Pages) passkeyPage(w http.ResponseWriter, r *http.Request) error {
	return p.onePasskey(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) onePasskey(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "account.passkey.title")
	if err != nil {
		return err
	}
	k, err := p.Passkeys.One(r.Context(), about.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	o, err := p.ownFactors(r, about.Actor.Account)
	if err != nil {
		return err
	}
	view := PasskeyPage{Page: about, Form: f, Passkey: k}
	if view.Form.Values == nil {
		view.Form = webkit.NewForm("")
		view.Form.Values.Set("name", k.Name)
	}
	view.Errors = f.Errors
	view.Last = o.required && !o.code && k.Locked.IsZero() && working(o.passkeys) == 1
	return p.Kit.Render(private(w), r, status, "account_passkey", view)
}

func (p *Pages) renamePasskey(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	err := p.Passkeys.Rename(r.Context(), webkit.ActorOf(r), r.PathValue("id"), r.PostFormValue("name"))
	if correctable(err) {
		return p.onePasskey(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root, "account.done.passkey_renamed")
	return nil
}

func (p *Pages) removePasskey(w http.ResponseWriter, r *http.Request) error {
	if err := p.Passkeys.Remove(r.Context(), webkit.ActorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	webkit.Done(w, r, root, "account.done.passkey_removed")
	return nil
}

// askEnrol and enrolPasskey have the first factor set up before the first session.
func (p *Pages) askEnrol(w http.ResponseWriter, r *http.Request) error {
	return p.question(w, r, func(s passkey.Site) (passkey.Ceremony, error) {
		return p.Passkeys.OfferHalf(r.Context(), p.Realm, webkit.HalfToken(r), s)
	})
}

func (p *Pages) enrolPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	h, here, err := p.standing(w, r, identity.Enrol)
	if !here {
		return err
	}
	token, err := p.Passkeys.AddHalf(r.Context(), p.Realm, webkit.HalfToken(r), made(r))
	if correctable(err) {
		return p.enrolPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), h)
	}
	if err != nil {
		return err
	}
	p.enter(w, r, token)
	return nil
}
