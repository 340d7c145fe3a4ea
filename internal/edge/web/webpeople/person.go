// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpeople

import (
	"net/http"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/db"
)

// remembered is how much of what was done to an account its page shows.
const remembered = 30

// PersonPage is one account.
type PersonPage struct {
	webkit.Page
	Name    string
	State   webkit.Tag
	Facts   []webkit.Fact
	Grants  []GrantLine
	Done    []DoneLine
	Link    string // sets the password; shown this once
	Form    webkit.Form
	Roles   []webkit.Choice
	Bodies  []webkit.Choice
	Kinds   []KindGroup // codes to choose from, for whoever grants
	Post    string      // where its forms go
	Off     bool        // it is disabled
	Grant   bool        // this person may grant
	Prove   string      // where they prove who they are first; empty when they have
	Invite  bool        // this person may send a link
	Disable bool        // this person may disable and enable
}

// DoneLine is one thing that was done to an account.
type DoneLine struct {
	What, Who string
	At        time.Time
}

func (p *Pages) person(w http.ResponseWriter, r *http.Request) error {
	f := webkit.NewForm("")
	if area := r.URL.Query().Get("area"); area != "" {
		f.Values.Set("area", area)
	}
	return p.personPage(w, r, http.StatusOK, r.PathValue("id"), f, "")
}

func (p *Pages) personPage(w http.ResponseWriter, r *http.Request, status int, id string, f webkit.Form, link string) error {
	a, err := p.Identity.Account(r.Context(), p.Realm, id)
	if err != nil {
		return err
	}
	grants, err := p.Identity.Grants(r.Context(), p.Realm, id)
	if err != nil {
		return err
	}
	view := PersonPage{Name: a.Name, Form: f, Link: link, Post: root + "/" + id, Off: !a.Disabled.IsZero()}
	if view.Page, err = p.page(r, "people.person.title", "name", a.Name); err != nil {
		return err
	}
	view.Errors, view.State = f.Errors, state(view.Page, a)
	view.Facts = []webkit.Fact{
		{Term: view.T("people.login"), Value: a.Login},
		{Term: view.T("people.language"), Value: view.T("kit.language." + a.Language)},
		{Term: view.T("people.since"), Value: p.Kit.Day(view.Printer, a.Created)},
	}
	view.Grants = p.lines(r, view.Printer, grants)
	view.Roles, view.Bodies = roles(view.Printer, identity.Roles()), p.bodies(view.Printer)
	now, own := p.Kit.Now(), view.Actor.Account == id
	power := slices.ContainsFunc(grants, func(g identity.Grant) bool { return slices.Contains(identity.Powers(), g.Role) })
	view.Grant, view.Prove = granting.Allows(view.Actor, now) && !own, p.proving(r)
	if view.Grant {
		view.Kinds = p.kinds(view.Printer)
	}
	view.Invite = making.Allows(view.Actor, now) && !own && !power
	view.Disable = (power && granting.Allows(view.Actor, now) || !power && making.Allows(view.Actor, now)) && !own
	if view.Done, err = p.done(r, view.Page, id); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Kit.Render(w, r, status, "people_person", view)
}

// done lists what was done to an account, from the audit.
func (p *Pages) done(r *http.Request, about webkit.Page, id string) (out []DoneLine, err error) {
	var list []audit.Record
	err = p.DB.View(r.Context(), func(tx *db.Tx) error {
		list, err = audit.List(r.Context(), tx, p.Realm, "account/"+id, remembered)
		return err
	})
	for _, e := range list {
		who := p.name(r, e.Actor)
		if e.Actor == id {
			who = about.T("people.themselves")
		} else if who == "" {
			who = about.T("people.system")
		}
		out = append(out, DoneLine{What: about.T(e.Act), Who: who, At: e.At})
	}
	return out, err
}

// again shows a person's page with what was wrong, or passes on what is no fault.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, id string, err error) error {
	if _, known := fault.As(err); known && fault.KindOf(err) != fault.Missing && !unproved(err) {
		return p.personPage(w, r, webkit.StatusOf(err), id, p.Kit.Again(r, err), "")
	}
	return err
}

// grant appoints.
func (p *Pages) grant(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	id := r.PathValue("id")
	area, err := p.area(r)
	if err != nil {
		return p.again(w, r, id, err)
	}
	g := identity.Grant{
		Realm: p.Realm, Account: id, Role: identity.Role(r.PostFormValue("role")), Area: area.ID, Lo: area.Lo, Hi: area.Hi, Town: area.Town,
		Body: r.PostFormValue("body"), Kinds: codesTyped(r.PostFormValue("kinds")),
	}
	if day := r.PostFormValue("until"); day != "" {
		if g.Until = p.date(day); g.Until.Before(p.Kit.Now()) {
			return p.again(w, r, id, fault.New(fault.Invalid, "identity.bad_grant").At("until"))
		}
	}
	if _, known := p.Org.Body(p.Realm, g.Body); g.Body != "" && !known {
		return p.again(w, r, id, fault.New(fault.Invalid, "identity.bad_grant").At("body"))
	}
	if _, err := p.Identity.Grant(r.Context(), g, webkit.ActorOf(r)); err != nil {
		return p.again(w, r, id, err)
	}
	webkit.Done(w, r, root+"/"+id, "people.done.granted")
	return nil
}

// invite makes a link that sets a password.
func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	return p.invited(w, r, r.PathValue("id"))
}

// invited shows a new link on the person's page.
func (p *Pages) invited(w http.ResponseWriter, r *http.Request, id string) error {
	token, err := p.Identity.Invite(r.Context(), p.Realm, id, webkit.ActorOf(r))
	if err != nil {
		return p.again(w, r, id, err)
	}
	link := webkit.Origin(r, p.Address) + "/invite/" + token
	return p.personPage(w, r, http.StatusCreated, id, webkit.NewForm(""), link)
}

func (p *Pages) disable(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Identity.Disable(r.Context(), p.Realm, id, webkit.ActorOf(r)); err != nil {
		return p.again(w, r, id, err)
	}
	webkit.Done(w, r, root+"/"+id, "people.done.disabled")
	return nil
}

func (p *Pages) enable(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Identity.Enable(r.Context(), p.Realm, id, webkit.ActorOf(r)); err != nil {
		return p.again(w, r, id, err)
	}
	webkit.Done(w, r, root+"/"+id, "people.done.enabled")
	return nil
}

// reset helps somebody who has lost what is their second factor.
func (p *Pages) reset(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Reset(r.Context(), id, webkit.ActorOf(r)); err != nil {
		return p.again(w, r, id, err)
	}
	webkit.Done(w, r, root+"/"+id, "people.done.reset")
	return nil
}

// revoke ends a grant and goes back to where it was listed.
func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	if err := p.Identity.Revoke(r.Context(), p.Realm, r.PathValue("id"), webkit.ActorOf(r)); err != nil {
		return err
	}
	webkit.Done(w, r, webkit.Next(r, "/desk/posts"), "people.done.revoked")
	return nil
}
