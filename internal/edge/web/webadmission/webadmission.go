// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webadmission has the pages of what departments may ask of the grids: the
// public list, and at the desk the applications, their moves, and who tried to
// send the grids something else.
//
//	webadmission.go  what it is given, its routes and menus
//	list.go          the public list, and the desk's
//	apply.go         applying
//	one.go           one application with its moves
//	samples.go       one filled page of each kind, for tests
package webadmission

import (
	"context"
	"net/http"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	Kit    *webkit.Kit
	Tasks  *admission.Service
	Types  *kind.Library
	Org    *org.Service
	Realm  string
	Counts func(*http.Request) (map[string]int, error)      // the numbers beside the menu's entries
	Name   func(ctx context.Context, account string) string // of a person who works here
}

// root is the address under which the desk's pages lie.
const root = "/desk/admissions"

// maxForm bounds a sent form, in bytes.
const maxForm = 128 << 10

var (
	reading  = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Handler, identity.GridWorker, identity.Auditor, identity.Administrator)
	applying = webkit.AnyOf(identity.Handler, identity.Dispatcher, identity.ShiftHead)
	moving   = webkit.AnyOf(identity.Handler, identity.Dispatcher, identity.ShiftHead, identity.GridWorker)
	watching = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Auditor)
)

// Menu lists what the public menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: "/admissions", Key: "admission.menu", Icon: "list", Access: webkit.Public}}
}

// DeskMenu lists what the desk's menu offers.
func DeskMenu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "admission.desk.title", Icon: "lock", Group: webkit.OfRules, Access: reading}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /admissions", webkit.Public, p.list)
	ro.Handle("GET "+root, reading, p.desk)
	ro.Handle("GET "+root+"/new", applying, p.applyForm)
	ro.Handle("POST "+root, applying, p.apply)
	ro.Handle("GET "+root+"/{id}", reading, p.one)
	ro.Handle("POST "+root+"/{id}", moving, p.move)
}

// page begins a page of the desk: its menu says how much waits.
func (p *Pages) page(r *http.Request, titleKey string) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey), err
}

// tag is the word and colour of a state.
func tag(say *text.Printer, state procedure.State) webkit.Tag {
	colours := map[procedure.State]string{
		"listed": "green", "allowed": "green", "trial": "blue", "tried": "blue", "review_due": "yellow", "rejected": "red", "exited": "red",
	}
	return webkit.Tag{Word: say.T("admission.state." + string(state)), Colour: colours[state]}
}
