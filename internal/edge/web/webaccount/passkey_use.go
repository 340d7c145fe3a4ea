// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webaccount

import (
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/httpkit"
)

// owned is what somebody has beside their password.
type owned struct {
	code     bool // an app that makes codes
	required bool
	passkeys []passkey.Passkey
}

func (p *Pages) ownFactors(r *http.Request, account string) (o owned, err error) {
	st, err := p.Factors.State(r.Context(), p.Realm, account)
	if err != nil {
		return o, err
	}
	o.code, o.required = st.On(), st.Required
	o.passkeys, err = p.Passkeys.List(r.Context(), p.Realm, account)
	return o, err
}

// working counts the passkeys that are not locked.
func working(list []passkey.Passkey) (n int) {
	for _, k := range list {
		if k.Locked.IsZero() {
			n++
		}
	}
	return n
}

// useForm has one of somebody's passkeys used. It is nil where none works here.
func (p *Pages) useForm(r *http.Request, o owned, as webkit.PasskeyForm) *webkit.PasskeyForm {
	s, ok := p.site(r)
	if !ok {
		return nil
	}
	for _, k := range o.passkeys {
		if k.Site == s.ID && k.Locked.IsZero() {
			as.Lead = !o.code
			return &as
		}
	}
	return nil
}

// SignInForm has a passkey used on the page for signing in. It is nil where the
// address allows none.
func (p *Pages) SignInForm(r *http.Request) *webkit.PasskeyForm {
	if _, ok := p.site(r); !ok {
		return nil
	}
	return &webkit.PasskeyForm{Ask: "/signin/passkey", Post: "/signin/passkey", Next: webkit.Next(r, ""), Key: "account.passkey.signin"}
}

func (p *Pages) askSignIn(w http.ResponseWriter, r *http.Request) error {
	return p.question(w, r, func(s passkey.Site) (passkey.Ceremony, error) { return p.Passkeys.Ask(p.Realm, s) })
}

// signIn takes a passkey alone, and ends the session the browser had before.
func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	from := identity.Client{IP: httpkit.ClientIP(r, p.Proxies).String(), Agent: r.UserAgent()}
	token, err := p.Passkeys.SignIn(r.Context(), p.Realm, r.PostFormValue("sealed"), r.PostFormValue("answer"), from)
	if _, known := fault.As(err); known {
		f := p.Kit.Again(r, err)
		view := webkit.SignInPage{Page: p.Kit.Page(r, "kit.signin.title"), Form: f, Next: webkit.Next(r, ""), Passkey: p.SignInForm(r)}
		view.Errors = f.Errors
		return p.Kit.Render(private(w), r, webkit.StatusOf(err), "signin", view)
	}
	if err != nil {
		return err
	}
	if before := webkit.SessionToken(r); before != "" {
		if err := p.Identity.SignOut(r.Context(), p.Realm, before); err != nil {
			return err
		}
	}
	p.enter(w, r, token)
	return nil
}

func (p *Pages) askStep(w http.ResponseWriter, r *http.Request) error {
	return p.question(w, r, func(s passkey.Site) (passkey.Ceremony, error) {
		return p.Passkeys.AskHalf(r.Context(), p.Realm, webkit.HalfToken(r), s)
	})
}

// step takes a passkey as the second factor.
func (p *Pages) step(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	h, here, err := p.standing(w, r, identity.Code)
	if !here {
		return err
	}
	token, err := p.Passkeys.Finish(r.Context(), p.Realm, webkit.HalfToken(r), r.PostFormValue("sealed"), r.PostFormValue("answer"))
	if correctable(err) {
		return p.codePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), h)
	}
	if err != nil {
		return err
	}
	p.enter(w, r, token)
	return nil
}

func (p *Pages) askProof(w http.ResponseWriter, r *http.Request) error {
	return p.question(w, r, func(s passkey.Site) (passkey.Ceremony, error) {
		return p.Passkeys.AskProof(r.Context(), webkit.ActorOf(r), s)
	})
}

// provePasskey takes a passkey as proof, and leads back to what was asked for.
func (p *Pages) provePasskey(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	token, err := p.Passkeys.Prove(r.Context(), webkit.ActorOf(r), r.PostFormValue("sealed"), r.PostFormValue("answer"))
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
