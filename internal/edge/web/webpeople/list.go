// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpeople

import (
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// perPage is how many accounts a page lists.
const perPage = 30

// ListPage lists accounts, the newest first, and makes one.
type ListPage struct {
	webkit.Page
	Lines     []PersonLine
	Next      string
	May       bool // this person may make accounts
	Form      webkit.Form
	Languages []webkit.Choice
}

// PersonLine is one account of the list.
type PersonLine struct {
	Href, Name, Login string
	Posts             []string
	State             webkit.Tag
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.listPage(w, r, http.StatusOK, webkit.NewForm(""))
}

func (p *Pages) listPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form) error {
	after, err := page.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	found, err := p.Identity.Accounts(r.Context(), p.Realm, after, perPage)
	if err != nil {
		return err
	}
	view := ListPage{Form: f}
	if view.Page, err = p.page(r, "people.title"); err != nil {
		return err
	}
	view.Errors = f.Errors
	view.May = making.Allows(view.Actor, p.Kit.Now())
	for _, lang := range p.Kit.Languages() {
		view.Languages = append(view.Languages, webkit.Choice{Value: lang, Label: view.T("kit.language." + lang)})
	}
	for _, a := range found.Items {
		line := PersonLine{Href: root + "/" + a.ID, Name: a.Name, Login: a.Login, State: state(view.Page, a)}
		grants, err := p.Identity.Grants(r.Context(), p.Realm, a.ID)
		if err != nil {
			return err
		}
		for _, g := range grants {
			line.Posts = append(line.Posts, view.T("people.post", "role", view.T("role."+string(g.Role)), "area", p.Place(g.Area)))
		}
		view.Lines = append(view.Lines, line)
	}
	if found.Next.More() {
		view.Next = root + "?after=" + found.Next.String()
	}
	return p.Kit.Render(w, r, status, "people", view)
}

// state says whether somebody can sign in.
func state(about webkit.Page, a identity.Account) webkit.Tag {
	switch {
	case !a.Disabled.IsZero():
		return webkit.Tag{Word: about.T("people.disabled"), Colour: "red"}
	case !a.Ready:
		return webkit.Tag{Word: about.T("people.invited"), Colour: "amber"}
	}
	return webkit.Tag{Word: about.T("people.active"), Colour: "green"}
}

// create makes an account and shows the link that sets its password, this once.
func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	by := webkit.ActorOf(r)
	a, err := p.Identity.CreateAccount(r.Context(), identity.NewAccount{
		Realm: p.Realm, Login: r.PostFormValue("login"), Name: r.PostFormValue("name"),
		Language: r.PostFormValue("language"), Mail: r.PostFormValue("mail"), By: by,
	})
	if _, known := fault.As(err); known {
		return p.listPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err))
	}
	if err != nil {
		return err
	}
	return p.invited(w, r, a.ID)
}
