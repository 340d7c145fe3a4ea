// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webfigures has the pages of statistics: what the counts of a period
// are, for whom, by which definitions; and the tables of them.
//
//	webfigures.go  what it is given, its routes and menu
//	page.go        the page for staff, and the public one
//	period.go      which months are meant
//	table.go       the same as a table
//	bulletin.go    what was published about a period, and its proof
//	samples.go     filled pages, for tests
package webfigures

import (
	"net/http"

	"pavilion/internal/civic/evaluation"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/ledger"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	Kit        *webkit.Kit
	Evaluation *evaluation.Service
	Org        *org.Service
	Ledger     *ledger.Service
	Realm      string
	Counts     func(r *http.Request) (map[string]int, error) // open items, for the menu
	Restricted func(code string) bool                        // types whose few cases could tell of persons
}

// seeing are the roles that read statistics of their places.
var seeing = []identity.Role{identity.Dispatcher, identity.ShiftHead, identity.Administrator, identity.Auditor}

var staff = webkit.AnyOf(seeing...)

// publishing publish the statistics of the realm; that it is the whole of it the use
// case asks.
var publishing = webkit.AnyOf(identity.ShiftHead)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: "/desk/figures", Key: "figures.menu", Icon: "list", Access: staff}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /desk/figures", staff, p.figures)
	ro.Handle("GET /desk/figures/table/{format}", staff, p.table)
	ro.Handle("GET /figures", webkit.Public, p.public)
	ro.Handle("GET /figures/bulletins", webkit.Public, p.bulletins)
	ro.Handle("POST /figures/bulletins", publishing, p.publish)
	ro.Handle("GET /figures/bulletins/{number}", webkit.Public, p.bulletin)
	ro.Handle("GET /figures/bulletins/{number}/file", webkit.Public, p.bulletinFile)
}
