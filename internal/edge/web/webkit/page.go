// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"net/http"
	"net/url"
	"strings"

	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
)

// Page is what every page carries. Page structs embed it.
type Page struct {
	Lang     string
	Title    string // what the browser's tab and history say, without the site
	Site     string
	Path     string // of this page, without the query
	Actor    identity.Actor
	Flash    string   // what was done a moment ago, as a sentence
	Warnings []string // what staff should know about the server, as sentences
	Errors   []FieldError
	Menu     []MenuItem // what this person may open
	Versions []Version  // this page in each language
	Printer  *text.Printer
}

// Common returns the page itself; through it the kit sees what a page struct
// embeds.
func (p Page) Common() Page { return p }

// T says a sentence in the page's language.
func (p Page) T(key string, args ...any) string { return p.Printer.T(key, args...) }

// Version is the same page in one language.
type Version struct {
	Lang, Href string
	Here       bool
}

// MenuItem is one entry of a menu.
type MenuItem struct {
	Href   string
	Key    string // of its text
	Icon   string
	Access Access
	Group  MenuGroup
	Count  int // shown when above zero
	Here   bool
}

// MenuGroup is what entries of the desk's menu have in common. The zero group is the
// daily work and stands first, without a heading.
type MenuGroup string

// The groups, in their order.
const (
	OfReporters MenuGroup = "reporters"
	OfPublic    MenuGroup = "public"
	OfRules     MenuGroup = "rules"
	OfAccess    MenuGroup = "access"
	OfAudit     MenuGroup = "audit"
	OfOneself   MenuGroup = "own"
)

// menuGroups lists the groups.
func menuGroups() []MenuGroup {
	return []MenuGroup{"", OfReporters, OfPublic, OfRules, OfAccess, OfAudit, OfOneself}
}

// MenuPart is one group of a menu.
type MenuPart struct {
	Group MenuGroup
	Items []MenuItem
}

// MenuParts is the page's menu by groups, those that hold nothing left out.
func (p Page) MenuParts() []MenuPart {
	var out []MenuPart
	for _, g := range menuGroups() {
		part := MenuPart{Group: g}
		for _, item := range p.Menu {
			if item.Group == g {
				part.Items = append(part.Items, item)
			}
		}
		if len(part.Items) > 0 {
			out = append(out, part)
		}
	}
	return out
}

// Page begins a public page with the title of the given text.
func (k *Kit) Page(r *http.Request, titleKey string, args ...any) Page {
	p := k.Printer(languageOf(r))
	page := Page{
		Lang: p.Lang(), Title: p.T(titleKey, args...), Site: k.Site, Path: r.URL.Path,
		Actor: ActorOf(r), Flash: k.done(p, r), Printer: p, Versions: k.versions(r, p.Lang()),
	}
	page.Menu = k.menu(k.Public, page)
	if !page.Actor.Anonymous() {
		page.Warnings = k.warnings(p)
	}
	return page
}

// DeskPage begins a page of the desk. Counts are the open items behind the
// menu's addresses.
func (k *Kit) DeskPage(r *http.Request, counts map[string]int, titleKey string, args ...any) Page {
	page := k.Page(r, titleKey, args...)
	page.Menu = k.menu(k.Desk, page)
	for i := range page.Menu {
		page.Menu[i].Count = counts[page.Menu[i].Href]
	}
	return page
}

// menu keeps what the person may open and marks where they are: the entry whose
// address is the longest beginning of the path.
func (k *Kit) menu(items []MenuItem, page Page) []MenuItem {
	var out []MenuItem
	here := -1
	for _, item := range items {
		if !item.Access.Allows(page.Actor, k.Now()) {
			continue
		}
		out = append(out, item)
		under := page.Path == item.Href || strings.HasPrefix(page.Path, strings.TrimSuffix(item.Href, "/")+"/")
		if under && (here < 0 || len(item.Href) > len(out[here].Href)) {
			here = len(out) - 1
		}
	}
	if here >= 0 {
		out[here].Here = true
	}
	return out
}

// versions returns this page's address in each language. A page that answers a
// sent form has no address of its own: its versions lead to the form.
func (k *Kit) versions(r *http.Request, lang string) []Version {
	var out []Version
	for _, l := range k.Languages() {
		q := url.Values{}
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			q = r.URL.Query()
			q.Del("done")
		}
		q.Set("lang", l)
		out = append(out, Version{Lang: l, Href: r.URL.Path + "?" + q.Encode(), Here: l == lang})
	}
	return out
}

// noticeDays is how long before a year begins staff are told that its holidays
// are not loaded. The State Council's notice comes in November.
const noticeDays = 45

// warnings tells staff which years are counted without published holidays.
func (k *Kit) warnings(p *text.Printer) []string {
	var out []string
	now := k.here(k.Now())
	years := []int{now.Year()}
	if next := now.AddDate(0, 0, noticeDays).Year(); next != now.Year() {
		years = append(years, next)
	}
	for _, year := range years {
		if !k.Calendar.Published(year) {
			out = append(out, p.T("kit.calendar_unpublished", "year", year))
		}
	}
	return out
}

// SignInPage asks staff who they are, for the template "signin". Next is where
// they go afterwards; Passkey is nil where there are none.
type SignInPage struct {
	Page
	Form    Form
	Next    string
	Passkey *PasskeyForm
	Ways    []SignInWay
}

// PasskeyForm has the browser use a passkey or, where it gets a name, make one, for
// the template "passkey_form". Ask is where its script gets the question, Post where
// the form takes the answer. It shows itself where the browser has passkeys.
type PasskeyForm struct {
	Ask, Post, Next string
	Key             string // the text on its button
	Named           bool
	Lead            bool // it is the first thing to do on its page
	Form            Form
}

// SignInWay is a sign-in service that somebody may come in by: the name on its button
// and where that leads.
type SignInWay struct{ Name, Post string }
