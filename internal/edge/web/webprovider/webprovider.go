// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webprovider has the pages about sign-in services of other houses: the way
// there and back, linking one's account, and what a security administrator sets up.
//
//	webprovider.go  what it is given, its routes and menu
//	flow.go         the way to a provider, and back
//	manage.go       the providers of the realm
//	samples.go      one filled page of each kind, for tests
package webprovider

import (
	"net/http"
	"net/netip"
	"net/url"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields but Address are required.
type Pages struct {
	Kit      *webkit.Kit
	Identity *identity.Service
	Houses   *federation.Service
	Realm    string
	Counts   func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries
	Proxies  []netip.Prefix                              // whose word about the client's address is believed
	Address  string                                      // where people reach the site; empty: as the request did
}

// Where the pages lie.
const (
	root     = "/desk/providers"
	back     = "/signin/callback"
	accounts = "/desk/account"
)

// maxForm bounds a sent form, in bytes.
const maxForm = 16 << 10

// Security administrators look after providers, auditors read what is set up.
var (
	managing = webkit.AnyOf(identity.Security)
	reading  = webkit.AnyOf(identity.Security, identity.Auditor)
)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "provider.menu", Icon: "login-2", Group: webkit.OfAccess, Access: reading}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("POST /signin/with/{id}", webkit.Public, p.signIn)
	ro.Handle("POST /invite/{token}/with/{id}", webkit.Public, p.accept)
	ro.Handle("POST "+accounts+"/links/{id}", webkit.SignedIn, p.link)
	ro.Handle("POST "+accounts+"/links/{id}/end", webkit.SignedIn, p.unlink)
	ro.Handle("POST /desk/prove/with/{id}", webkit.SignedIn, p.prove)
	ro.Handle("GET "+back, webkit.Public, p.answer)
	ro.Handle("GET "+root, reading, p.list)
	ro.Handle("POST "+root, managing, p.add)
	ro.Handle("GET "+root+"/{id}", reading, p.one)
	ro.Handle("POST "+root+"/{id}", managing, p.amend)
	ro.Handle("POST "+root+"/{id}/close", managing, p.turn(p.Houses.Close, "provider.done.closed"))
	ro.Handle("POST "+root+"/{id}/open", managing, p.turn(p.Houses.Open, "provider.done.opened"))
	ro.Handle("POST "+root+"/{id}/remove", managing, p.turn(p.Houses.Remove, "provider.done.removed"))
}

// Ways are the providers that people may come in by from a page.
func (p *Pages) Ways(r *http.Request, page string) ([]webkit.SignInWay, error) {
	list, err := p.Houses.Offered(r.Context(), p.Realm)
	var out []webkit.SignInWay
	for _, h := range list {
		out = append(out, webkit.SignInWay{Name: h.Name, Post: page + "/with/" + h.ID})
	}
	return out, err
}

// page begins a page of the desk: its menu says how much waits.
func (p *Pages) page(r *http.Request, titleKey string) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey), err
}

// callback is where providers send their answers.
func (p *Pages) callback(r *http.Request) string { return webkit.Origin(r, p.Address) + back }

// readForm reads a sent form within its bounds.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "desk.form_unreadable").Because(err)
	}
	return nil
}

// proving is where somebody proves who they are and comes back from, while what they
// may do asks for it; nothing once they have.
func (p *Pages) proving(r *http.Request) string {
	if webkit.ActorOf(r).ProvedLately(p.Kit.Now()) == nil {
		return ""
	}
	return "/desk/prove?next=" + url.QueryEscape(r.URL.Path)
}

// private keeps a page out of every cache.
func private(w http.ResponseWriter) http.ResponseWriter {
	w.Header().Set("Cache-Control", "no-store")
	return w
}
