// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webintake has the pages on which a desk takes matters over from hotlines
// and other systems: a file is sent, its columns are named once, its lines are
// checked, and when all are good they become matters.
//
//	webintake.go  what it is given, its routes and menu
//	report.go     staff report what somebody says, or what they found
//	list.go       sources and runs
//	upload.go     a file is sent
//	run.go        one run, at whatever step it is
//	columns.go    what each column is, and what the sender's words mean
//	steps.go      checking, starting, dropping
//	samples.go    one filled page of each kind, for tests
package webintake

import (
	"net/http"

	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	webmatter.Shared
	Intake *intake.Service
	Counts func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries
}

// root is the address under which all pages lie.
const root = "/desk/intake"

// maxForm bounds a sent form without a file, in bytes.
const maxForm = 256 << 10

// taking is for those who take matters in.
var taking = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Administrator)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: "/desk/report", Key: "intake.report.menu", Icon: "plus", Access: telling}, {Href: root, Key: "intake.menu", Icon: "paperclip", Access: taking}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /desk/report", telling, p.reportForm)
	ro.Handle("POST /desk/report", telling, p.takeIn)
	ro.Handle("GET "+root, taking, p.list)
	ro.Handle("POST "+root, taking, p.upload)
	ro.Handle("GET "+root+"/{id}", taking, p.run)
	ro.Handle("GET "+root+"/{id}/problems.csv", taking, p.problems)
	ro.Handle("POST "+root+"/{id}/columns", taking, p.name)
	ro.Handle("POST "+root+"/{id}/words", taking, p.translate)
	ro.Handle("POST "+root+"/{id}/start", taking, p.start)
	ro.Handle("POST "+root+"/{id}/drop", taking, p.drop)
}

// page begins a page: its menu says how much waits.
func (p *Pages) page(r *http.Request, titleKey string, args ...any) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey, args...), err
}

// address is where a run is shown.
func address(run string) string { return root + "/" + run }
