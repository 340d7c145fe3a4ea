// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webrights has the pages on which people see what is kept about them and
// ask for it to be copied, set right or deleted; those on which the desk answers;
// and those about how long what is kept, what is held, and what was destroyed.
//
//	webrights.go  what it is given, its routes and menu
//	data.go       one's own data: by number and code, and of one's account
//	copy.go       a copy, as a file and to print
//	desk.go       the requests of the desk, and writing one down
//	one.go        one request
//	keeping.go    schedule, holds, emergencies
//	report.go     what was destroyed
//	samples.go    filled pages, for tests
package webrights

import (
	"context"
	"net/http"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/retention"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	Kit     *webkit.Kit
	Rights  *rights.Service
	Keeping *retention.Service
	Org     *org.Service
	Types   *kind.Library
	Realm   string
	Counts  func(*http.Request) (map[string]int, error)           // the numbers beside the menu's entries
	Known   func(*http.Request) (matter.Detail, error)            // the matter whose code this browser has shown
	Ask     func(http.ResponseWriter, *http.Request, error) error // asks for number and code
	Name    func(ctx context.Context, account string) string      // of a person who works here
}

const (
	root    = "/desk/rights"
	keeping = "/desk/retention"
	maxForm = 64 << 10
)

var (
	answering = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Receptionist, identity.Auditor)
	taking    = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Receptionist)
	looking   = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Security, identity.Auditor, identity.Administrator)
	holding   = webkit.AnyOf(identity.ShiftHead, identity.Security)
	declaring = webkit.AnyOf(identity.ShiftHead)
)

// Menu is what the pages add to the menu of the desk.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{
		{Href: root, Key: "rights.menu", Icon: "user", Group: webkit.OfReporters, Access: answering},
		{Href: keeping, Key: "retention.menu", Icon: "history", Group: webkit.OfRules, Access: looking},
	}
}

// Register adds the pages to ro.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /m/{number}/data", webkit.Public, p.data)
	ro.Handle("POST /m/{number}/data", webkit.Public, p.wish)
	ro.Handle("GET /desk/account/data", webkit.SignedIn, p.own)
	ro.Handle("POST /desk/account/data", webkit.SignedIn, p.ownWish)
	ro.Handle("GET "+root, answering, p.desk)
	ro.Handle("GET "+root+"/new", taking, p.takeForm)
	ro.Handle("POST "+root, taking, p.take)
	ro.Handle("GET "+root+"/{request}", webkit.SignedIn, p.one)
	ro.Handle("POST "+root+"/{request}", webkit.SignedIn, p.move)
	ro.Handle("GET "+keeping, looking, p.schedule)
	ro.Handle("GET "+keeping+"/report", looking, p.report)
	ro.Handle("POST "+keeping+"/holds", holding, p.hold)
	ro.Handle("POST "+keeping+"/holds/{hold}", holding, p.lift)
	ro.Handle("POST "+keeping+"/emergencies", declaring, p.declare)
	ro.Handle("POST "+keeping+"/emergencies/{emergency}", declaring, p.over)
}

// page begins a page of the desk.
func (p *Pages) page(r *http.Request, titleKey string, args ...any) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey, args...), err
}

func tag(say *text.Printer, state procedure.State) webkit.Tag {
	colours := map[procedure.State]string{"done": "green", "refused": "red", "proposed": "amber", "working": "blue", "received": "blue"}
	return webkit.Tag{Word: say.T("rights.state." + string(state)), Colour: colours[state]}
}

// private keeps a page with somebody's data out of every store on the way.
func private(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }
