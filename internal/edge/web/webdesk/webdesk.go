// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webdesk has the pages for staff: signing in, what waits for them, the
// queue, a matter with the moves they may make, and what administrators look
// after.
//
//	webdesk.go    what it is given, its routes and menu
//	signin.go     signing in and out, accepting an invitation
//	seats.go      for whom items wait
//	work.go       the first page: what waits for this person
//	queue.go      all open matters, filtered
//	filter.go     what they are filtered by; views that people keep
//	export.go     all of a list as a table
//	bulk.go       one move on many matters
//	search.go     finding matters by words
//	list.go       lists, alone or beside a matter
//	matter.go     one matter
//	move.go       making a move
//	notices.go    what this person was told
//	tokens.go     tokens with which programs act for somebody
//	jobs.go       background work that was given up
//	procedure.go  the procedure as a drawing and as tables
//	areas.go      areas and bodies
//	samples.go    one filled page of each kind, for tests
package webdesk

import (
	"context"
	"net/http"
	"net/netip"

	"pavilion/internal/civic/matter/phrase"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/routing"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/platform/db"
)

// Pages is what the desk takes. All fields but Proxies, Stories and Talks are required.
type Pages struct {
	webmatter.Shared
	DB       *db.DB
	Identity *identity.Service
	Routing  *routing.Service
	Replies  *phrase.Library
	Proxies  []netip.Prefix                          // whose word about the client's address is believed
	Passkey  func(*http.Request) *webkit.PasskeyForm // nil where a sign-in by passkey cannot be offered
	// Ways are the sign-in services that people may come in by from a page.
	Ways  func(r *http.Request, page string) ([]webkit.SignInWay, error)
	Relay *relay.Service
	// Stories counts the examples that somebody may release; nil where none are told.
	Stories func(context.Context, identity.Actor) (int, error)
	// Talks lists what became of a matter where people talk it over, and says where a
	// suggestion is made of it, empty for who may not; nil where there is no such place.
	Talks func(r *http.Request, id string) (lines []Relative, suggest string, err error)
}

// maxForm bounds a sent form without photos, in bytes.
const maxForm = 64 << 10

// working is for those whose work is matters, administering for administrators.
var (
	working       = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Receptionist, identity.Handler, identity.GridWorker)
	writing       = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead, identity.Receptionist, identity.Handler)
	deciding      = webkit.AnyOf(identity.Dispatcher, identity.ShiftHead)
	administering = webkit.AnyOf(identity.Administrator)
)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{
		{Href: "/desk", Key: "desk.menu.work", Icon: "inbox", Access: webkit.SignedIn},
		{Href: "/desk/matters", Key: "desk.menu.queue", Icon: "list", Access: working},
		{Href: "/desk/search", Key: "desk.menu.search", Icon: "search", Access: working},
		{Href: "/desk/notices", Key: "desk.menu.notices", Icon: "bell", Access: webkit.SignedIn},
		{Href: "/desk/procedure", Key: "desk.menu.procedure", Icon: "route", Group: webkit.OfRules, Access: webkit.SignedIn},
		{Href: "/desk/areas", Key: "desk.menu.areas", Icon: "map", Group: webkit.OfAccess, Access: administering},
		{Href: "/desk/tokens", Key: "desk.tokens.menu", Icon: "lock", Group: webkit.OfOneself, Access: webkit.SignedIn},
		{Href: "/desk/jobs", Key: "desk.menu.jobs", Icon: "refresh", Group: webkit.OfAccess, Access: administering},
	}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET /signin", webkit.Public, p.signInForm)
	ro.Handle("POST /signin", webkit.Public, p.signIn)
	ro.Handle("POST /signout", webkit.Public, p.signOut)
	ro.Handle("GET /invite/{token}", webkit.Public, p.inviteForm)
	ro.Handle("POST /invite/{token}", webkit.Public, p.acceptInvite)
	ro.Handle("GET /desk", webkit.SignedIn, p.work)
	ro.Handle("GET /desk/menu", webkit.SignedIn, p.menu)
	ro.Handle("GET /desk/matters", working, p.queue)
	ro.Handle("GET /desk/export", working, p.exportForm)
	ro.Handle("POST /desk/export", working, p.exportSent)
	ro.Handle("GET /desk/export/{format}", working, p.exportPlain)
	ro.Handle("GET /desk/bulk", working, p.bulk)
	ro.Handle("POST /desk/bulk", working, p.bulkMove)
	ro.Handle("POST /desk/views", working, p.saveView)
	ro.Handle("POST /desk/views/{id}/drop", working, p.dropView)
	ro.Handle("GET /desk/search", working, p.search)
	ro.Handle("GET /desk/matters/{id}", working, p.matter)
	ro.Handle("GET /desk/matters/{id}/point.json", working, p.point)
	ro.Handle("POST /desk/matters/{id}/moves", working, p.move)
	ro.Handle("GET /desk/notices", webkit.SignedIn, p.notices)
	ro.Handle("POST /desk/areas/{id}/grade", administering, p.gradeArea)
	ro.Handle("POST /desk/notices/read", webkit.SignedIn, p.readNotices)
	ro.Handle("GET /desk/tokens", webkit.SignedIn, p.tokens)
	ro.Handle("POST /desk/tokens", webkit.SignedIn, p.makeToken)
	ro.Handle("POST /desk/tokens/{id}/revoke", webkit.SignedIn, p.revokeToken)
	ro.Handle("GET /desk/procedure", webkit.SignedIn, p.procedure)
	ro.Handle("GET /desk/areas", administering, p.areas)
	ro.Handle("GET /desk/jobs", administering, p.jobs)
	ro.Handle("POST /desk/jobs/{id}/retry", administering, p.retry)
}

// Counts is how much waits for whoever asks, by the menu's addresses: for pages
// of other packages that stand in the desk's frame.
func (p *Pages) Counts(r *http.Request) (map[string]int, error) {
	return p.counts(r.Context(), webkit.ActorOf(r))
}

// page begins a page of the desk: its menu says how much waits.
func (p *Pages) page(r *http.Request, titleKey string, args ...any) (webkit.Page, error) {
	counts, err := p.counts(r.Context(), webkit.ActorOf(r))
	return p.Kit.DeskPage(r, counts, titleKey, args...), err
}
