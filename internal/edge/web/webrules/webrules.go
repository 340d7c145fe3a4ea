// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webrules has the pages about rules that are data: which editions there
// are, what changed between two, the draft and what is wrong with it; and the
// catalogue of types as people read it.
//
//	webrules.go  what it is given, its routes and menu
//	editions.go  the editions of one set of rules
//	draft.go     changing the draft, publishing and discarding it
//	types.go     the catalogue of types
//	type.go      changing one type in the draft
//	routing.go   who gets what, and why
//	samples.go   filled pages, for tests
package webrules

import (
	"net/http"

	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/routing"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	Kit      *webkit.Kit
	Editions *edition.Service
	Types    *kind.Library
	Routing  *routing.Service
	Org      *org.Service
	Realm    string
	Counts   func(r *http.Request) (map[string]int, error) // open items, for the menu
	Barred   func(code string, b org.Body) error           // why a body must not get a type
	Recent   func(r *http.Request) ([]routing.Case, error) // what was given out lately
}

var changing = webkit.AnyOf(identity.Administrator)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{
		{Href: "/desk/rules", Key: "rules.menu", Icon: "gavel", Group: webkit.OfRules, Access: changing},
		{Href: "/desk/types", Key: "rules.types.menu", Icon: "list", Group: webkit.OfRules, Access: webkit.SignedIn},
		{Href: "/desk/routing", Key: "rules.routing.menu", Icon: "route", Group: webkit.OfRules, Access: webkit.SignedIn},
	}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /desk/types", webkit.SignedIn, p.types)
	ro.Handle("GET /desk/types/{code}", webkit.SignedIn, p.oneType)
	ro.Handle("POST /desk/types/{code}", changing, p.changeType)
	ro.Handle("GET /desk/routing", webkit.SignedIn, p.why)
	ro.Handle("GET /desk/rules", changing, p.rules)
	ro.Handle("GET /desk/rules/{kind}", changing, p.editions)
	ro.Handle("GET /desk/rules/{kind}/{number}", changing, p.export)
	ro.Handle("POST /desk/rules/{kind}/draft", changing, p.save)
	ro.Handle("POST /desk/rules/{kind}/publish", changing, p.publish)
	ro.Handle("POST /desk/rules/{kind}/discard", changing, p.discard)
}

// page begins a page of the desk.
func (p *Pages) page(r *http.Request, titleKey string, args ...any) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey, args...), err
}
