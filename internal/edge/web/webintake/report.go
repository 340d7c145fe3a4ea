// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webintake

import (
	"net/http"
	"slices"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// ReportPage is where staff take in what somebody says, or what they found.
type ReportPage struct {
	webkit.Page
	Form     webkit.Form
	Channels []webkit.Choice
	Types    []webkit.Choice
	Areas    []webkit.Choice
	Bodies   []webkit.Choice
	Max      int
	Receipt  *webkit.Receipt // of the matter that was taken in
	Open     string          // its page
}

// channelsOf are the channels by which somebody in a role takes matters in.
func channelsOf(r identity.Role) []string {
	switch r {
	case identity.Receptionist:
		return []string{"hall", "hotline"}
	case identity.Dispatcher, identity.ShiftHead:
		return []string{"hotline", "desk"}
	case identity.GridWorker:
		return []string{"grid"}
	case identity.Patrol:
		return []string{"patrol", "volunteer"}
	}
	return nil
}

// telling is for those who report in the course of their work.
var telling = webkit.AnyOf(identity.Receptionist, identity.Dispatcher, identity.ShiftHead, identity.GridWorker, identity.Patrol)

// mine are the channels that a person may choose from.
func (p *Pages) mine(a identity.Actor) []string {
	var out []string
	for _, g := range a.Grants {
		if g.Live(p.Matters.Now()) {
			out = append(out, channelsOf(g.Role)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (p *Pages) reportForm(w http.ResponseWriter, r *http.Request) error {
	return p.reportPage(w, r, http.StatusOK, webkit.NewForm(id.New()), nil)
}

func (p *Pages) reportPage(w http.ResponseWriter, r *http.Request, status int, f webkit.Form, made *matter.Receipt) error {
	view := ReportPage{Form: f, Max: matter.MaxText}
	var err error
	if view.Page, err = p.page(r, "intake.report.title"); err != nil {
		return err
	}
	view.Errors = f.Errors
	say, actor := view.Printer, webkit.ActorOf(r)
	for _, c := range p.mine(actor) {
		view.Channels = append(view.Channels, webkit.Choice{Value: c, Label: say.T("desk.origin." + c)})
	}
	view.Types, view.Areas = p.Types(say), p.reportAreas(say, actor)
	view.Bodies = []webkit.Choice{{Label: say.T("intake.report.about_none")}}
	for _, b := range p.Org.Bodies(p.Realm) {
		view.Bodies = append(view.Bodies, webkit.Choice{Value: b.ID, Label: b.Name})
	}
	if made != nil {
		view.Receipt = &webkit.Receipt{
			Number: made.Number, Code: made.Code[:4] + " " + made.Code[4:], Next: webmatter.Next(say, made.State, webmatter.Reporter), Until: made.Due,
		}
		if d, err := p.Matters.Open(r.Context(), actor, made.ID, sight.Page); err == nil {
			view.Open = "/desk/matters/" + d.ID
		}
		w.Header().Set("Cache-Control", "no-store")
	}
	return p.Kit.Render(w, r, status, "intake_report", view)
}

// reportAreas lists where somebody may report: what lies in the areas of their grants.
func (p *Pages) reportAreas(say *text.Printer, a identity.Actor) []webkit.Choice {
	out := []webkit.Choice{{Label: say.T("matter.choose_area")}}
	for _, area := range p.Org.Areas(p.Realm) {
		inside := slices.ContainsFunc(a.Grants, func(g identity.Grant) bool { return g.Lo <= area.Lo && area.Hi <= g.Hi && channelsOf(g.Role) != nil })
		if inside && area.Depth > 0 && area.Depth < 4 {
			out = append(out, webkit.Choice{Value: area.ID, Label: strings.Repeat("\u3000", area.Depth-1) + area.Name})
		}
	}
	return out
}

// takeIn keeps what was said. Sending it again makes no second matter.
func (p *Pages) takeIn(w http.ResponseWriter, r *http.Request) error {
	err := webmatter.Parse(w, r)
	c := matter.Report{Realm: p.Realm, By: webkit.ActorOf(r)}
	if err == nil {
		c.Photos, err = p.Received(r, "photos")
	}
	if err == nil {
		c.Origin, c.Key = r.PostFormValue("channel"), r.PostFormValue("client")
		c.Type, c.Text, c.Area = r.PostFormValue("category"), r.PostFormValue("text"), r.PostFormValue("area")
		c.Address, c.About = r.PostFormValue("address"), r.PostFormValue("about")
		c.Contact = matter.Contact{
			Name: r.PostFormValue("contact_name"), Phone: r.PostFormValue("contact_phone"),
			Mail: r.PostFormValue("contact_mail"), Address: r.PostFormValue("contact_address"),
		}
		if !slices.Contains(p.mine(c.By), c.Origin) {
			err = fault.New(fault.Invalid, "intake.report.channel_unknown").At("channel")
		}
	}
	var made matter.Receipt
	if err == nil {
		made, err = p.Matters.Report(r.Context(), c)
	}
	if _, known := fault.As(err); known {
		return p.reportPage(w, r, webkit.StatusOf(err), p.Kit.Again(r, err), nil)
	}
	if err != nil {
		return err
	}
	return p.reportPage(w, r, http.StatusCreated, webkit.NewForm(id.New()), &made)
}
