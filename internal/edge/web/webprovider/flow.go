// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webprovider

import (
	"net/http"
	"net/url"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/httpkit"
)

// OnwardPage leads to a provider.
type OnwardPage struct {
	webkit.Page
	Name, Href string
}

// FailedPage says why a sign-in by a provider led to nothing, and where to go.
type FailedPage struct {
	webkit.Page
	Text, Href, Button string
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	return p.send(w, r, federation.Begin{Purpose: federation.SignIn}, "/desk")
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	return p.send(w, r, federation.Begin{Purpose: federation.Accept, Invite: r.PathValue("token")}, "/desk")
}

func (p *Pages) link(w http.ResponseWriter, r *http.Request) error {
	return p.send(w, r, federation.Begin{Purpose: federation.Bind}, accounts)
}

func (p *Pages) prove(w http.ResponseWriter, r *http.Request) error {
	return p.send(w, r, federation.Begin{Purpose: federation.Prove}, accounts)
}

// send begins a flow and leads to the provider. The answer to the form is a page of
// ours that goes on by itself, and no redirect: form-action in our policy holds for
// all redirects that follow a form, and where a provider leads its visitors is not
// ours to list.
func (p *Pages) send(w http.ResponseWriter, r *http.Request, c federation.Begin, next string) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c.Realm, c.Provider, c.By, c.From = p.Realm, r.PathValue("id"), webkit.ActorOf(r), p.client(r)
	c.Callback, c.Next = p.callback(r), webkit.Next(r, next)
	on, err := p.Houses.Begin(r.Context(), c)
	if err != nil {
		return p.failed(w, r, c.Purpose, err)
	}
	webkit.SetFlow(w, r, on.Token)
	w.Header().Set("Refresh", "0; url="+on.Address)
	view := OnwardPage{Page: p.Kit.Page(r, "provider.onward.title", "name", on.Name), Name: on.Name, Href: on.Address}
	return p.Kit.Render(private(w), r, http.StatusOK, "provider_onward", view)
}

func (p *Pages) client(r *http.Request) identity.Client {
	return identity.Client{IP: httpkit.ClientIP(r, p.Proxies).String(), Agent: r.UserAgent()}
}

// single is a parameter of an address that may be there once (RFC 6749, 3.1).
func single(q url.Values, name string) string {
	if len(q[name]) != 1 {
		return ""
	}
	return q.Get(name)
}

// answer takes what a provider sends back. It is the one GET that changes something:
// it ends a flow that a form of ours has begun in this browser, and does nothing for
// anybody else or a second time. A HEAD is answered without looking.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet {
		return fault.New(fault.Conflict, "federation.over")
	}
	q := r.URL.Query()
	out, err := p.Houses.Answer(r.Context(), federation.Answer{
		Realm: p.Realm, Token: webkit.FlowToken(r), By: webkit.ActorOf(r), From: p.client(r), Callback: p.callback(r),
		State: single(q, "state"), Code: single(q, "code"), Issuer: single(q, "iss"), Error: single(q, "error"),
	})
	if out.Purpose != "" {
		webkit.ClearFlow(w, r)
	}
	if err != nil {
		return p.failed(w, r, out.Purpose, err)
	}
	switch out.Purpose {
	case federation.Bind:
		webkit.Done(w, r, accounts, "provider.done.linked")
	case federation.Prove:
		webkit.SetSession(w, r, out.Token)
		http.Redirect(w, r, out.Next, http.StatusSeeOther)
	default:
		if before := webkit.SessionToken(r); before != "" {
			if err := p.Identity.SignOut(r.Context(), p.Realm, before); err != nil {
				return err
			}
		}
		webkit.Enter(w, r, out.Entry, out.Next)
	}
	return nil
}

// failed says what went wrong and leads back to where the flow began.
func (p *Pages) failed(w http.ResponseWriter, r *http.Request, purpose federation.Purpose, err error) error {
	f, known := fault.As(err)
	if !known || f.Kind == fault.Internal || f.Key == "identity.prove_first" || f.Key == "identity.invite_missing" {
		return err
	}
	view := FailedPage{Page: p.Kit.Page(r, "provider.failed.title"), Href: "/signin"}
	view.Button = view.T("provider.failed.signin")
	if purpose == federation.Bind || purpose == federation.Prove {
		view.Href, view.Button = accounts, view.T("account.back")
	}
	view.Text = webkit.Sentence(view.Printer, f)
	return p.Kit.Render(private(w), r, webkit.StatusOf(err), "provider_failed", view)
}

// unlink takes a link away.
func (p *Pages) unlink(w http.ResponseWriter, r *http.Request) error {
	if err := p.Houses.Unlink(r.Context(), r.PathValue("id"), webkit.ActorOf(r)); err != nil {
		return p.failed(w, r, federation.Bind, err)
	}
	webkit.Done(w, r, accounts, "provider.done.unlinked")
	return nil
}
