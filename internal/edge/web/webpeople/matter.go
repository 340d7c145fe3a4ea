// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpeople

import (
	"net/http"
	"net/url"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
)

// MatterPage says who can see one matter, and what one person may do and not do:
// its reader, or whom a security administrator or auditor asks about.
type MatterPage struct {
	webkit.Page
	Facts  []webkit.Fact
	Asking bool // the reader may ask about others
	Form   webkit.Form
	Post   string // the page itself
	About  string // the person it is about; empty for its reader
	Sees   string // that they see it, and how far
	Not    string // which rule keeps it from them
	By     []GrantLine
	Seen   []GrantLine
	Moves  []MoveLine
	Back   string // the matter's own page, for those who may see it
}

// MoveLine is one move, by which posts somebody may make it, or why not.
type MoveLine struct {
	Name, Who string
	May       bool
	By        []string
	Why       string
}

// asking are those who look after who may what, and who looked.
var asking = webkit.AnyOf(identity.Security, identity.Auditor)

// matter holds no word of the matter, so that security administrators and
// auditors can look at who sees it without seeing it themselves.
func (p *Pages) matter(w http.ResponseWriter, r *http.Request) error {
	reader, id := webkit.ActorOf(r), r.PathValue("id")
	a, err := p.Matters.Access(r.Context(), reader, id, reader.Account, p.Identity)
	if err != nil {
		return err
	}
	view := MatterPage{Asking: asking.Allows(reader, p.Kit.Now()), Post: "/desk/matters/" + id + "/access"}
	view.Form.Values = webkit.Printable(r.URL.Query())
	if view.Page, err = p.page(r, "people.matter.title", "number", a.Number); err != nil {
		return err
	}
	status := http.StatusOK
	if login := strings.TrimSpace(view.Form.Value("who")); login != "" && view.Asking {
		a, err = p.other(r, &view, login, a)
		if fault.KindOf(err) == fault.Invalid {
			status, view.Form = webkit.StatusOf(err), p.Kit.Again(r, err)
			view.Form.Values, view.Errors, err = url.Values{"who": {login}}, view.Form.Errors, nil
		}
		if err != nil {
			return err
		}
	}
	view.explain(p, r, a)
	if a.Against == nil && view.About == "" {
		view.Back = "/desk/matters/" + id
	}
	return p.Kit.Render(w, r, status, "people_matter", view)
}

// other is what the one with a login sees and may do. It is Invalid for a login that
// nobody has, and leaves what its reader may.
func (p *Pages) other(r *http.Request, view *MatterPage, login string, own matter.Access) (matter.Access, error) {
	account, err := p.Identity.Named(r.Context(), p.Realm, login)
	if fault.KindOf(err) == fault.Missing {
		return own, fault.New(fault.Invalid, "people.login_unknown").At("who")
	}
	if err != nil {
		return own, err
	}
	a, err := p.Matters.Access(r.Context(), view.Actor, r.PathValue("id"), account, p.Identity)
	if err == nil && account != view.Actor.Account {
		view.About = p.name(r, account)
	}
	return a, err
}

// explain fills in what there is to say of a matter and a person.
func (view *MatterPage) explain(p *Pages, r *http.Request, a matter.Access) {
	view.Facts = []webkit.Fact{
		{Term: view.T("matter.number"), Value: a.Number},
		{Term: view.T("rules.types.privacy"), Value: a.Privacy + " " + view.T("rules.privacy."+a.Privacy)},
		{Term: view.T("people.matter.state"), Value: view.T("matter.state." + string(a.State))},
	}
	switch {
	case a.Against != nil:
		view.Not = webkit.Sentence(view.Printer, a.Against)
	case a.Purpose:
		view.Sees = view.T("people.matter.sees_purpose")
	default:
		view.Sees = view.T("people.matter.sees")
	}
	view.By, view.Seen = p.lines(r, view.Printer, a.By), p.lines(r, view.Printer, a.Seen)
	if !powers.Allows(view.Actor, p.Kit.Now()) {
		for i := range view.Seen { // only they may open accounts
			view.Seen[i].Href = ""
		}
	}
	for _, v := range a.Moves {
		line := MoveLine{Name: view.T("matter.action." + string(v.Action)), Who: rolesNamed(view.Printer, v.By), May: v.Why == nil}
		for _, g := range p.lines(r, view.Printer, v.Grants) {
			line.By = append(line.By, g.short(view.Printer))
		}
		if f, known := fault.As(v.Why); known {
			line.Why = webkit.Sentence(view.Printer, f)
		}
		view.Moves = append(view.Moves, line)
	}
}

// short is a grant in a line: role, place, basis.
func (l GrantLine) short(say *text.Printer) string {
	return say.T("people.post", "role", l.Role, "area", l.Area) + say.T("kit.comma") + l.Basis
}

// rolesNamed are what roles are called, in one line.
func rolesNamed(say *text.Printer, roles []procedure.Role) string {
	words := make([]string, len(roles))
	for i, role := range roles {
		words[i] = say.T("role." + string(role))
	}
	return strings.Join(words, say.T("kit.comma"))
}
