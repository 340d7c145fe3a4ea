// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webrelease has the pages of what is to become public: what waits, read
// and released several at once; a draft with what was found in it, its proposal and
// its trail; and the form in which the desk describes a matter for the public.
//
//	webrelease.go  what it is given, its routes and menu
//	list.go        what waits and what is public; releasing several
//	draft.go       one draft; mending and deciding
//	describe.go    words for the public about a matter
//	draw.go        how drafts are drawn: finds marked, proposals
//	samples.go     one filled page of each kind, for tests
package webrelease

import (
	"context"
	"net/http"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	webmatter.Shared
	Releases *release.Service
	Counts   func(*http.Request) (map[string]int, error)             // the numbers beside the menu's entries
	Name     func(ctx context.Context, account string) string        // of a person who works here
	Stories  func(context.Context, identity.Actor) (int, error)      // how many examples this person may release; may be nil
	Photo    func(ctx context.Context, d release.Draft) (src string) // the address of a draft's photo for the desk; may be nil
}

// root is the address under which the pages lie.
const root = "/desk/releases"

// maxForm bounds a sent form, in bytes.
const maxForm = 256 << 10

// looking are those who write for the public, release it, or audit both.
var (
	looking  = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Handler, identity.Auditor)
	acting   = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Handler)
	deciding = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead)
)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "release.menu", Icon: "eye", Group: webkit.OfPublic, Access: looking}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET "+root, looking, p.list)
	ro.Handle("POST "+root, deciding, p.releaseAll)
	ro.Handle("GET "+root+"/{id}", looking, p.draft)
	ro.Handle("POST "+root+"/{id}", acting, p.decide)
	ro.Handle("GET /desk/matters/{id}/public", deciding, p.describeForm)
	ro.Handle("POST /desk/matters/{id}/public", deciding, p.describe)
}

// page begins a page of the desk.
func (p *Pages) page(r *http.Request, titleKey string) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey), err
}
