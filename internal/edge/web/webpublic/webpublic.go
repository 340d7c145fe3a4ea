// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webpublic has the pages for everybody: report, receipt, following a
// matter, and what may be public of all of them.
//
//	webpublic.go  what it is given, its routes and menu, limits
//	home.go       the first page and the public list
//	geo.go        what maps read
//	report.go     reporting, in three screens
//	draft.go      reading what the screens sent
//	screen.go     drawing the screens
//	follow.go     following a matter with number and code
//	receipt.go    the receipt with its proof, and browsers that have shown a code
//	photos.go     photos, for those who may see the matter
//	samples.go    samples of the pages, for tests
package webpublic

import (
	"math"
	"net/http"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/ledger"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/platform/httpkit"
)

// Pages is what the public pages take.
type Pages struct {
	webmatter.Shared
	Ledger  *ledger.Service              // proves what was reported
	Relay   *relay.Service               // carries messages
	Reports *httpkit.RateLimiter         // reports from one address
	Codes   *httpkit.RateLimiter         // query codes tried from one address
	Client  func(r *http.Request) string // the address that asks
	Address string                       // the site's own, for links that leave it; empty: as it was asked for

	// Decided says where it can be read how something about a matter was decided; nil
	// where nothing is.
	Decided func(r *http.Request, matter string) ([]webkit.Fact, error)
}

// decided are the facts of a matter with what was decided about it.
func (p *Pages) decided(r *http.Request, matter string, facts []webkit.Fact) ([]webkit.Fact, error) {
	if p.Decided == nil {
		return facts, nil
	}
	more, err := p.Decided(r, matter)
	return append(facts, more...), err
}

// Register adds the routes and the samples.
func (p *Pages) Register(ro *webkit.Router) {
	ro.Handle("GET /{$}", webkit.Public, p.home)
	ro.Handle("GET /report", webkit.Public, p.what)
	ro.Handle("POST /report", webkit.Public, p.report)
	ro.Handle("POST /report/follow", webkit.Public, p.followOne)
	ro.Handle("GET /f/{number}/{code}", webkit.Public, p.followed)
	ro.Handle("GET /receipt/{number}", webkit.Public, p.receipt)
	ro.Handle("GET /receipt/{number}/proof", webkit.Public, p.proof)
	ro.Handle("GET /track", webkit.Public, p.trackForm)
	ro.Handle("POST /track", webkit.Public, p.track)
	ro.Handle("GET /t/{number}/{code}", webkit.Public, p.trackLink)
	ro.Handle("GET /m/{number}", webkit.Public, p.follow)
	ro.Handle("POST /m/{number}/moves", webkit.Public, p.move)
	ro.Handle("POST /m/{number}/messages", webkit.Public, p.answerMessage)
	ro.Handle("GET /matters/{id}/photos/{seq}/{photo}/{size}", webkit.Public, p.photo)
	ro.Handle("GET /matters", webkit.Public, p.list)
	ro.Handle("GET /geo/grids.json", webkit.Public, p.grids)
	ro.Handle("GET /geo/matters.json", webkit.Public, p.points)
	Samples(p.Kit)
}

// Menu is the menu of the public pages.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{
		{Href: "/report", Key: "public.menu.report", Access: webkit.Public},
		{Href: "/track", Key: "public.menu.track", Access: webkit.Public},
		{Href: "/matters", Key: "public.menu.list", Access: webkit.Public},
	}
}

// limited are the faults of those who ask too often.
var limited = []string{"matter.too_many_codes", "matter.too_many_reports"}

// allow takes a token of what, for the address that asks, or fails with key and
// says when to come back.
func (p *Pages) allow(w http.ResponseWriter, r *http.Request, l *httpkit.RateLimiter, what, key string) error {
	wait, ok := l.Allow(what + p.Client(r))
	if ok {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return fault.New(fault.Conflict, key)
}

// statusOf is the status with which a form is shown again.
func statusOf(err error) int {
	if f, ok := fault.As(err); ok && slices.Contains(limited, f.Key) {
		return http.StatusTooManyRequests
	}
	return webkit.StatusOf(err)
}
