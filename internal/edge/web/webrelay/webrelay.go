// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webrelay has the pages between staff and reporters: messages, calls, and
// requests to open a contact.
//
//	webrelay.go  what it is given; routes
//	reporter.go  the page of one matter's reporter
//	reveal.go    one request: deciding, opening, ending
//	list.go      the requests somebody may know of
//	samples.go   every page with something in every place
package webrelay

import (
	"context"
	"net/http"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	webmatter.Shared
	Relay  *relay.Service
	Counts func(*http.Request) (map[string]int, error)      // the numbers beside the menu's entries
	Name   func(ctx context.Context, account string) string // what somebody is called; nothing for unknown accounts
}

// root is the address under which the requests lie.
const root = "/desk/reveals"

// maxForm bounds a sent form, in bytes.
const maxForm = 64 << 10

var (
	writing = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Receptionist, identity.Handler)
	opening = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Receptionist)
	knowing = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Receptionist, identity.Auditor)
)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "relay.menu", Icon: "lock", Group: webkit.OfReporters, Access: knowing}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /desk/matters/{id}/reporter", writing, p.reporter)
	ro.Handle("POST /desk/matters/{id}/reporter/messages", writing, p.write)
	ro.Handle("POST /desk/matters/{id}/reporter/calls", writing, p.askCall)
	ro.Handle("POST /desk/matters/{id}/reporter/calls/{call}", writing, p.record)
	ro.Handle("POST /desk/matters/{id}/reporter/reveals", opening, p.ask)
	ro.Handle("GET "+root, knowing, p.list)
	ro.Handle("GET "+root+"/{id}", knowing, p.request)
	ro.Handle("POST "+root+"/{id}/decision", opening, p.decide)
	ro.Handle("POST "+root+"/{id}/open", opening, p.open)
	ro.Handle("POST "+root+"/{id}/end", opening, p.end)
}

// page begins a page of the desk: its menu says how much waits.
func (p *Pages) page(r *http.Request, titleKey string, args ...any) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey, args...), err
}

// readForm reads a sent form within its bounds.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "desk.form_unreadable").Because(err)
	}
	return nil
}

// revision is the one that the sender saw; anything but a number is stale.
func revision(r *http.Request) int {
	n, _ := strconv.Atoi(r.PostFormValue("revision"))
	return n
}

// shownAgain reports whether a fault is answered by the page it was sent from.
func shownAgain(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Stale, fault.Conflict:
		_, known := fault.As(err)
		return known
	}
	return false
}
