// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package webpeople has the pages about who may do what: accounts, what they
// are granted and by whom, what somebody lends to a deputy, what every page asks
// of its reader, and who can see one matter.
//
//	webpeople.go  what it is given, its routes and menu
//	list.go       accounts, and making one
//	person.go     one account: grants, invitations, what was done to it
//	posts.go      one's own posts: lending, emergencies, breaking the glass
//	policy.go     every route with who may use it
//	matter.go     who can see one matter, and why one may not do what
//	samples.go    one filled page of each kind, for tests
package webpeople

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/platform/db"
)

// Pages is what the pages take. All fields are required.
type Pages struct {
	webmatter.Shared
	DB       *db.DB
	Identity *identity.Service
	Routes   func() []Rule                                                      // every route and who may use it
	Reset    func(ctx context.Context, account string, by identity.Actor) error // takes away somebody's second factor
	Counts   func(*http.Request) (map[string]int, error)                        // the numbers beside the menu's entries
	Address  string                                                             // where people reach the site; empty: as the request did
}

// Rule is a route of the pages or of the API, and who may use it.
type Rule struct {
	Route  string
	Access webkit.Access
	Scope  string // that a program's token needs besides; empty for none
}

// root is the address under which the accounts lie.
const root = "/desk/people"

// maxForm bounds a sent form, in bytes.
const maxForm = 64 << 10

// Who may use the pages: administrators look after accounts, security
// administrators after grants, auditors read both.
var (
	powers   = webkit.AnyOf(identity.Powers()...)
	managing = webkit.AnyOf(identity.Administrator, identity.Security)
	making   = webkit.AnyOf(identity.Administrator)
	granting = webkit.AnyOf(identity.Security)
	heading  = webkit.AnyOf(identity.ShiftHead)
)

// Menu lists what the desk's menu offers.
func Menu() []webkit.MenuItem {
	return []webkit.MenuItem{
		{Href: root, Key: "people.menu", Icon: "users", Group: webkit.OfAccess, Access: powers},
		{Href: "/desk/posts", Key: "people.posts.menu", Icon: "user", Group: webkit.OfOneself, Access: webkit.SignedIn},
		{Href: "/desk/policy", Key: "people.policy.menu", Icon: "gavel", Group: webkit.OfAccess, Access: webkit.SignedIn},
	}
}

// Register adds the routes.
func (p *Pages) Register(ro *webkit.Router) {
	Samples(p.Kit)
	ro.Handle("GET "+root, powers, p.list)
	ro.Handle("POST "+root, making, p.create)
	ro.Handle("GET "+root+"/{id}", powers, p.person)
	ro.Handle("POST "+root+"/{id}/grants", granting, p.grant)
	ro.Handle("POST "+root+"/{id}/invite", making, p.invite)
	ro.Handle("POST "+root+"/{id}/disable", managing, p.disable)
	ro.Handle("POST "+root+"/{id}/enable", managing, p.enable)
	ro.Handle("POST "+root+"/{id}/factors", managing, p.reset)
	ro.Handle("POST /desk/grants/{id}/revoke", webkit.SignedIn, p.revoke)
	ro.Handle("GET /desk/posts", webkit.SignedIn, p.posts)
	ro.Handle("POST /desk/posts/lend", webkit.SignedIn, p.lend)
	ro.Handle("POST /desk/posts/assign", heading, p.assign)
	ro.Handle("POST /desk/posts/glass", making, p.breakGlass)
	ro.Handle("GET /desk/policy", webkit.SignedIn, p.policy)
	ro.Handle("GET /desk/matters/{id}/access", webkit.SignedIn, p.matter)
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

// GrantLine is one grant as pages show it.
type GrantLine struct {
	ID, Role, Area, Body string
	Kinds                string // codes and names of what it is narrowed to; empty for all
	Who, Href            string // the account that has it
	Basis, Reason, Giver string
	From, Until          time.Time
	Later                bool // it begins later
	Revocable            bool // by whoever reads the page
}

// lines writes out grants for a reader.
func (p *Pages) lines(r *http.Request, say *text.Printer, list []identity.Grant) []GrantLine {
	var out []GrantLine
	now, reader := p.Kit.Now(), webkit.ActorOf(r)
	for _, g := range list {
		line := GrantLine{
			ID: g.ID, Role: say.T("role." + string(g.Role)), Area: p.Place(g.Area), Body: p.Body(g.Body), Kinds: kindNames(say, g.Kinds), Reason: g.Reason,
			Basis: say.T("people.basis." + string(g.Basis)), From: g.From, Until: g.Until, Later: g.From.After(now),
			Revocable: reader.Holds(identity.Security, g.Lo, g.Hi, now) || g.Basis != identity.Appointed && g.By == reader.Account,
		}
		line.Who, line.Href = p.name(r, g.Account), root+"/"+g.Account
		line.Giver = p.name(r, g.By)
		out = append(out, line)
	}
	return out
}

// name is what an account's owner is called; nothing for an account that is not
// there, as the system's.
func (p *Pages) name(r *http.Request, account string) string {
	if account == "" {
		return ""
	}
	a, err := p.Identity.Account(r.Context(), p.Realm, account)
	if err != nil {
		return ""
	}
	return a.Name
}

// proving is where somebody proves who they are and comes back from, while what
// they may do asks for it; nothing once they have.
func (p *Pages) proving(r *http.Request) string {
	if webkit.ActorOf(r).ProvedLately(p.Kit.Now()) == nil {
		return ""
	}
	return "/desk/prove?next=" + url.QueryEscape(r.URL.Path)
}

// unproved reports whether a fault is that somebody has to prove who they are,
// which the kit answers.
func unproved(err error) bool {
	f, known := fault.As(err)
	return known && f.Key == "identity.prove_first"
}

// date reads a day in the realm's zone as its last moment; zero if it is none.
func (p *Pages) date(day string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, p.Matters.Calendar.Zone())
	if err != nil {
		return time.Time{}
	}
	return at.AddDate(0, 0, 1)
}

// area finds the area whose code was typed.
func (p *Pages) area(r *http.Request) (org.Area, error) {
	a, ok := p.Org.AreaByCode(p.Realm, r.PostFormValue("area"))
	if !ok {
		return a, fault.New(fault.Invalid, "people.area_unknown").At("area")
	}
	return a, nil
}

// roles are choices of roles.
func roles(say *text.Printer, list []identity.Role) []webkit.Choice {
	var out []webkit.Choice
	for _, role := range list {
		out = append(out, webkit.Choice{Value: string(role), Label: say.T("role." + string(role)), Hint: say.T("people.role_hint." + string(role))})
	}
	return out
}

// bodies are choices of bodies, with none at their head.
func (p *Pages) bodies(say *text.Printer) []webkit.Choice {
	out := []webkit.Choice{{Value: "", Label: say.T("people.no_body")}}
	for _, b := range p.Org.Bodies(p.Realm) {
		out = append(out, webkit.Choice{Value: b.ID, Label: b.Name})
	}
	return out
}
