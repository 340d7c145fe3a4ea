// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webproceeding has the pages of topics on their way through a procedure: the
// desk's list, one proceeding with what each step lacks, the screen of a step where
// proofs are put, and what everybody sees.
//
//	webproceeding.go  what it is given, its routes and menu
//	desk.go           the desk's list, beginning one
//	one.go            one proceeding, its moves
//	step.go           a step and its proofs
//	view.go           a step in words
//	public.go         everybody's page
//	samples.go        one filled page of each kind, for tests
package webproceeding

import (
	"context"
	"net/http"
	"time"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	Kit         *webkit.Kit
	Proceedings *proceeding.Service
	Org         *org.Service
	Realm       string
	Zone        *time.Location
	Counts      func(*http.Request) (map[string]int, error) // the numbers beside the menu's entries
	Name        func(ctx context.Context, account string) string
	Matter      func(ctx context.Context, number string) (id string, err error) // by the number that people quote
	Shown       func(ctx context.Context, matter string) ([]webkit.Photo, error)
	Photos      func(r *http.Request, field string) ([]files.Photo, error)
}

const (
	root    = "/desk/proceedings"
	maxForm = 1 << 20 // bytes of a sent form
)

var (
	seeing  = webkit.AnyOf(identity.Secretary, identity.Scrutineer, identity.ShiftHead, identity.Dispatcher, identity.Auditor, identity.Inspector)
	leading = webkit.AnyOf(identity.Secretary)
	moving  = webkit.AnyOf(identity.Secretary, identity.Inspector)
)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{{Href: root, Key: "proceeding.menu", Icon: "list", Access: seeing}}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /decisions/{proceeding}", webkit.Public, p.course)
	ro.Handle("GET "+root, seeing, p.desk)
	ro.Handle("GET "+root+"/new", leading, p.startForm)
	ro.Handle("POST "+root, leading, p.start)
	ro.Handle("GET "+root+"/{proceeding}", seeing, p.one)
	ro.Handle("POST "+root+"/{proceeding}", moving, p.move)
	ro.Handle("POST "+root+"/{proceeding}/carry", leading, p.carry)
	ro.Handle("GET "+root+"/{proceeding}/steps/{step}", seeing, p.step)
	ro.Handle("POST "+root+"/{proceeding}/steps/{step}", leading, p.work)
}

// page begins a page of the desk: its menu says how much waits.
func (p *Pages) page(r *http.Request, titleKey string) (webkit.Page, error) {
	counts, err := p.Counts(r)
	return p.Kit.DeskPage(r, counts, titleKey), err
}

// place is the name of an area.
func (p *Pages) place(area string) string {
	a, _ := p.Org.Area(p.Realm, area)
	return a.Name
}

// state is a state in a word, with a colour.
func state(say *text.Printer, one proceeding.Proceeding) webkit.Tag {
	return tag(say, string(one.State))
}

func tag(say *text.Printer, state string) webkit.Tag {
	colour := "blue"
	switch state {
	case "archived":
		colour = "green"
	case "rejected", "withdrawn":
		colour = ""
	case "no_quorum", "party_no_quorum", "objection_period":
		colour = "amber"
	case "supervised_stop":
		colour = "red"
	}
	return webkit.Tag{Word: say.T("topic.state." + state), Colour: colour}
}
