// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpeople

import (
	"net/http"
	"slices"
	"strings"

	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// PolicyPage is every route with who may use it, and what each role is.
type PolicyPage struct {
	webkit.Page
	Roles  []webkit.Choice
	Form   webkit.Form
	Routes []RouteLine
}

// RouteLine is one route.
type RouteLine struct {
	Route, Who string
	Scope      string // that a program's token needs besides
	May        bool   // whoever reads the page
}

// policy shows the table that the site itself goes by, narrowed to one role where
// one is asked for.
func (p *Pages) policy(w http.ResponseWriter, r *http.Request) error {
	about, err := p.page(r, "people.policy.title")
	if err != nil {
		return err
	}
	view := PolicyPage{Page: about, Form: webkit.Form{Values: r.URL.Query()}}
	view.Roles = append([]webkit.Choice{{Value: "", Label: view.T("people.policy.all")}}, roles(view.Printer, identity.Roles())...)
	now := p.Kit.Now()
	asked := identity.Role(r.URL.Query().Get("role"))
	one := identity.Actor{Realm: p.Realm, Account: "asked", Grants: []identity.Grant{{Role: asked, From: now}}}
	for _, rule := range p.Routes() {
		if asked != "" && !rule.Access.Allows(one, now) {
			continue
		}
		view.Routes = append(view.Routes, RouteLine{Route: rule.Route, Who: who(view.Printer, rule.Access), Scope: rule.Scope, May: rule.Access.Allows(view.Actor, now)})
	}
	return p.Kit.Render(w, r, http.StatusOK, "people_policy", view)
}

// who says whom an access admits.
func who(say *text.Printer, a webkit.Access) string {
	switch a {
	case webkit.Public:
		return say.T("people.policy.public")
	case webkit.SignedIn:
		return say.T("people.policy.signed_in")
	}
	words := strings.Split(string(a), "|")
	for i, role := range words {
		words[i] = say.T("role." + role)
	}
	return strings.Join(slices.Compact(words), say.T("kit.comma"))
}
