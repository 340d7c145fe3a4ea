// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpeople

import (
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// PostsPage is what somebody may do and what they gave others for a time.
type PostsPage struct {
	webkit.Page
	Own    []GrantLine
	Given  []GrantLine
	Lend   webkit.Form
	Assign webkit.Form
	Glass  webkit.Form
	Posts  []webkit.Choice // that may be lent
	Roles  []webkit.Choice // that may be assigned in an emergency
	Bodies []webkit.Choice
	Heads  bool   // this person may assign in an emergency
	Breaks bool   // this person may break the glass
	Prove  string // where they prove who they are first; empty when they have
}

// assignable are the roles that a shift head gives in an emergency.
var assignable = []identity.Role{identity.Dispatcher, identity.Receptionist, identity.Handler, identity.GridWorker, identity.Patrol}

func (p *Pages) posts(w http.ResponseWriter, r *http.Request) error {
	return p.postsPage(w, r, http.StatusOK, webkit.Form{})
}

// postsPage shows the posts. What was sent is shown again in the form it was
// sent from, which its prefix names.
func (p *Pages) postsPage(w http.ResponseWriter, r *http.Request, status int, again webkit.Form) error {
	about, err := p.page(r, "people.posts.title")
	if err != nil {
		return err
	}
	given, err := p.Identity.Given(r.Context(), about.Actor)
	if err != nil {
		return err
	}
	view := PostsPage{
		Page: about, Lend: webkit.Form{Prefix: "lend-"}, Assign: webkit.Form{Prefix: "assign-"}, Glass: webkit.Form{Prefix: "glass-"},
		Own: p.lines(r, about.Printer, about.Actor.Grants), Given: p.lines(r, about.Printer, given),
	}
	for _, f := range []*webkit.Form{&view.Lend, &view.Assign, &view.Glass} {
		if f.Prefix == again.Prefix {
			*f = again
		}
	}
	now := p.Kit.Now()
	view.Errors, view.Posts = again.Errors, p.lendable(about.Printer, about.Actor)
	view.Roles, view.Bodies = roles(about.Printer, assignable), p.bodies(about.Printer)
	view.Heads, view.Breaks = heading.Allows(about.Actor, now), making.Allows(about.Actor, now)
	view.Prove = p.proving(r)
	return p.Kit.Render(w, r, status, "people_posts", view)
}

// lendable are the posts of somebody that they may lend.
func (p *Pages) lendable(say *text.Printer, a identity.Actor) []webkit.Choice {
	var out []webkit.Choice
	for _, g := range a.Grants {
		if g.Lendable() {
			out = append(out, webkit.Choice{Value: g.ID, Label: say.T("people.post", "role", say.T("role."+string(g.Role)), "area", p.Place(g.Area))})
		}
	}
	return out
}

// loan reads what the three forms have in common. Whoever is named by a login
// that nobody has is refused as unknown.
func (p *Pages) loan(w http.ResponseWriter, r *http.Request) (identity.Loan, error) {
	if err := readForm(w, r); err != nil {
		return identity.Loan{}, err
	}
	c := identity.Loan{
		Realm: p.Realm, Grant: r.PostFormValue("grant"), Role: identity.Role(r.PostFormValue("role")), Body: r.PostFormValue("body"),
		Until: p.date(r.PostFormValue("until")), Reason: r.PostFormValue("reason"), By: webkit.ActorOf(r),
	}
	if login := r.PostFormValue("to"); login != "" {
		to, err := p.Identity.Named(r.Context(), p.Realm, login)
		if fault.KindOf(err) == fault.Missing {
			err = fault.New(fault.Invalid, "people.login_unknown").At("to")
		}
		if err != nil {
			return c, err
		}
		c.To = to
	}
	return c, nil
}

// placed is loan with an area.
func (p *Pages) placed(w http.ResponseWriter, r *http.Request) (identity.Loan, error) {
	c, err := p.loan(w, r)
	if err != nil {
		return c, err
	}
	a, err := p.area(r)
	c.Area, c.Lo, c.Hi, c.Town = a.ID, a.Lo, a.Hi, a.Town
	return c, err
}

// lent answers one of the forms.
func (p *Pages) lent(w http.ResponseWriter, r *http.Request, form, done string, err error) error {
	if _, known := fault.As(err); known && !unproved(err) {
		return p.postsPage(w, r, webkit.StatusOf(err), p.Kit.AgainIn(r, err, form+"-"))
	}
	if err != nil {
		return err
	}
	webkit.Done(w, r, "/desk/posts", done)
	return nil
}

// lend gives one's own post to a deputy.
func (p *Pages) lend(w http.ResponseWriter, r *http.Request) error {
	c, err := p.loan(w, r)
	if err == nil {
		_, err = p.Identity.Delegate(r.Context(), c)
	}
	return p.lent(w, r, "lend", "people.done.lent", err)
}

// assign gives a role in an emergency.
func (p *Pages) assign(w http.ResponseWriter, r *http.Request) error {
	c, err := p.placed(w, r)
	if err == nil {
		_, err = p.Identity.Assign(r.Context(), c)
	}
	return p.lent(w, r, "assign", "people.done.assigned", err)
}

// breakGlass gives an administrator the sight of a dispatcher, for an hour.
func (p *Pages) breakGlass(w http.ResponseWriter, r *http.Request) error {
	c, err := p.placed(w, r)
	if err == nil {
		_, err = p.Identity.BreakGlass(r.Context(), c)
	}
	return p.lent(w, r, "glass", "people.done.glass", err)
}
