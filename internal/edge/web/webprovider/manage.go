// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webprovider

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/edge/web/webkit"
)

// ListPage lists the providers, and adds one.
type ListPage struct {
	webkit.Page
	Lines    []Line
	Form     webkit.Form
	May      bool   // this person may add
	Prove    string // where they prove who they are first; empty when they have
	Callback string // what a provider has to be told
}

// Line is one provider of the list.
type Line struct {
	Name, Issuer, Href string
	State              webkit.Tag
	Links              int
}

// OnePage is one provider.
type OnePage struct {
	webkit.Page
	Facts  []webkit.Fact
	State  webkit.Tag
	Form   webkit.Form
	Post   string // where its forms go
	Active bool
	Keyed  bool // a secret is kept
	May    bool
	Prove  string
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.listPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) listPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	about, err := p.page(r, "provider.title")
	if err != nil {
		return err
	}
	list, err := p.Houses.Providers(r.Context(), p.Realm)
	if err != nil {
		return err
	}
	view := ListPage{Page: about, Form: f, Callback: p.callback(r), May: p.may(r), Prove: p.proving(r)}
	view.Errors = f.Errors
	for _, h := range list {
		view.Lines = append(view.Lines, Line{Name: h.Name, Issuer: h.Issuer, Href: root + "/" + h.ID, State: state(about, h), Links: h.Links})
	}
	return p.Kit.Render(private(w), r, status, "providers", view)
}

// may reports whether the reader looks after providers, once they have proved it.
func (p *Pages) may(r *http.Request) bool {
	f, known := fault.As(p.Houses.May(p.Realm, webkit.ActorOf(r)))
	return !known || f.Key == "identity.prove_first"
}

// state is a provider's state as a word.
func state(page webkit.Page, h federation.Provider) webkit.Tag {
	if h.Active {
		return webkit.Tag{Word: page.T("provider.state.open"), Colour: "green"}
	}
	return webkit.Tag{Word: page.T("provider.state.closed")}
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	made, err := p.Houses.Add(r.Context(), federation.Add{
		Realm: p.Realm, Name: r.PostFormValue("name"), Issuer: r.PostFormValue("issuer"), Client: r.PostFormValue("client"),
		Secret: r.PostFormValue("secret"), Strong: r.PostFormValue("strong"), By: webkit.ActorOf(r),
	})
	if correctable(err) {
		return p.listPage(w, r, webkit.StatusOf(err), p.again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+made.ID, "provider.done.added")
	return nil
}

// again is the form as it was sent, without the secret.
func (p *Pages) again(r *http.Request, err error) webkit.Form {
	f := p.Kit.Again(r, err)
	f.Values.Del("secret")
	return f
}

// correctable reports whether a failure is shown beside the form it came from.
func correctable(err error) bool {
	f, known := fault.As(err)
	return known && (f.Kind == fault.Invalid || f.Kind == fault.Conflict)
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.onePage(w, r, http.StatusOK, webkit.Form{})
}

func (p *Pages) onePage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	h, err := p.Houses.Provider(r.Context(), p.Realm, r.PathValue("id"))
	if err != nil {
		return err
	}
	about, err := p.page(r, "provider.title")
	if err != nil {
		return err
	}
	if f.Values == nil {
		f = webkit.NewForm("")
		f.Values.Set("name", h.Name)
		f.Values.Set("client", h.Client)
		f.Values.Set("strong", strings.Join(h.Strong, " "))
		f.Values.Set("revision", strconv.Itoa(h.Revision))
	}
	view := OnePage{
		Page: about, Form: f, State: state(about, h), Post: root + "/" + h.ID, Active: h.Active, Keyed: h.Keyed, May: p.may(r), Prove: p.proving(r),
	}
	view.Title, view.Errors = h.Name, f.Errors
	strong := about.T("provider.strong_none")
	if len(h.Strong) > 0 {
		strong = strings.Join(h.Strong, " ")
	}
	view.Facts = []webkit.Fact{
		{Term: about.T("provider.issuer"), Value: h.Issuer}, {Term: about.T("provider.client"), Value: h.Client},
		{Term: about.T("provider.strong"), Value: strong}, {Term: about.T("provider.links"), Value: strconv.Itoa(h.Links)},
		{Term: about.T("provider.callback"), Value: p.callback(r)},
	}
	return p.Kit.Render(private(w), r, status, "provider", view)
}

func (p *Pages) amend(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	revision, _ := strconv.Atoi(r.PostFormValue("revision"))
	err := p.Houses.Amend(r.Context(), federation.Amend{
		Realm: p.Realm, ID: r.PathValue("id"), Revision: revision, Name: r.PostFormValue("name"), Client: r.PostFormValue("client"),
		Secret: r.PostFormValue("secret"), Strong: r.PostFormValue("strong"), By: webkit.ActorOf(r),
	})
	if correctable(err) {
		return p.onePage(w, r, webkit.StatusOf(err), p.again(r, err))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, root+"/"+r.PathValue("id"), "provider.done.changed")
	return nil
}

// turn is the handler of a form that changes whether a provider counts.
func (p *Pages) turn(change func(context.Context, string, string, identity.Actor) error, done string) webkit.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := change(r.Context(), p.Realm, r.PathValue("id"), webkit.ActorOf(r)); err != nil {
			return err
		}
		webkit.Done(w, r, root, done)
		return nil
	}
}
