// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"net/http"
	"net/url"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/httpkit"
)

// InvitePage asks somebody who was invited for a password.
type InvitePage struct {
	webkit.Page
	Form  webkit.Form
	Token string
	Name  string
	Login string
	Ways  []webkit.SignInWay
}

func (p *Pages) signInForm(w http.ResponseWriter, r *http.Request) error {
	if !webkit.ActorOf(r).Anonymous() {
		http.Redirect(w, r, webkit.Next(r, "/desk"), http.StatusSeeOther)
		return nil
	}
	return p.signInPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) signInPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	view := webkit.SignInPage{Page: p.Kit.Page(r, "kit.signin.title"), Form: f, Next: webkit.Next(r, ""), Passkey: p.Passkey(r)}
	view.Errors = f.Errors
	var err error
	if view.Ways, err = p.Ways(r, "/signin"); err != nil {
		return err
	}
	return p.Kit.Render(w, r, status, "signin", view)
}

// signIn checks login and password, and ends the session the browser had before.
// Where a second factor is needed it leads there.
func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	from := identity.Client{IP: httpkit.ClientIP(r, p.Proxies).String(), Agent: r.UserAgent()}
	entry, err := p.Identity.SignIn(r.Context(), p.Realm, r.PostFormValue("login"), r.PostFormValue("password"), from)
	if _, known := fault.As(err); known {
		return p.signInPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	if before := webkit.SessionToken(r); before != "" {
		if err := p.Identity.SignOut(r.Context(), p.Realm, before); err != nil {
			return err
		}
	}
	webkit.Enter(w, r, entry, webkit.Next(r, "/desk"))
	return nil
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if token := webkit.SessionToken(r); token != "" {
		if err := p.Identity.SignOut(r.Context(), p.Realm, token); err != nil {
			return err
		}
	}
	webkit.ClearSession(w, r)
	webkit.Done(w, r, "/signin", "desk.done.signed_out")
	return nil
}

func (p *Pages) inviteForm(w http.ResponseWriter, r *http.Request) error {
	return p.invitePage(w, r, http.StatusOK, webkit.NewForm(""))
}

// invitePage shows whose password is asked for. A link that was used or has
// expired is Missing.
func (p *Pages) invitePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	token := r.PathValue("token")
	a, err := p.Identity.Invited(r.Context(), p.Realm, token)
	if err != nil {
		return err
	}
	view := InvitePage{Page: p.Kit.Page(r, "desk.invite.title"), Form: f, Token: token, Name: a.Name, Login: a.Login}
	view.Errors = f.Errors
	if view.Ways, err = p.Ways(r, "/invite/"+url.PathEscape(token)); err != nil {
		return err
	}
	return p.Kit.Render(w, r, status, "desk_invite", view)
}

func (p *Pages) acceptInvite(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	password := r.PostFormValue("password")
	err := p.accept(r, password)
	if fault.KindOf(err) == fault.Invalid {
		return p.invitePage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.ClearSession(w, r)
	webkit.Done(w, r, "/signin", "desk.done.password_set")
	return nil
}

func (p *Pages) accept(r *http.Request, password string) error {
	if r.PostFormValue("again") != password {
		return fault.New(fault.Invalid, "desk.invite.differ").At("again")
	}
	return p.Identity.AcceptInvite(r.Context(), p.Realm, r.PathValue("token"), password)
}

// readForm reads a sent form within its bounds.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "desk.form_unreadable").Because(err)
	}
	return nil
}
