// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpeople

import (
	"net/http"
	"slices"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/edge/web/webkit"
)

// MatterPage says who can see one matter, and what its reader may do and not do.
type MatterPage struct {
	webkit.Page
	Facts []webkit.Fact
	Seen  []GrantLine
	Moves []MoveLine
	Back  string // the matter's own page, for those who may see it
}

// MoveLine is one move, and why its reader may not make it.
type MoveLine struct {
	Name, Who string
	May       bool
	Why       string
}

// matter holds no word of the matter, so that security administrators and
// auditors can look at who sees it without seeing it themselves.
func (p *Pages) matter(w http.ResponseWriter, r *http.Request) error {
	a, err := p.Matters.Access(r.Context(), webkit.ActorOf(r), r.PathValue("id"), p.Identity.Covering)
	if err != nil {
		return err
	}
	view := MatterPage{}
	if view.Page, err = p.page(r, "people.matter.title", "number", a.Number); err != nil {
		return err
	}
	view.Facts = []webkit.Fact{
		{Term: view.T("matter.number"), Value: a.Number},
		{Term: view.T("rules.types.privacy"), Value: a.Privacy + " " + view.T("rules.privacy."+a.Privacy)},
		{Term: view.T("people.matter.state"), Value: view.T("matter.state." + string(a.State))},
	}
	view.Seen = p.lines(r, view.Printer, a.Seen)
	if slices.ContainsFunc(view.Seen, func(l GrantLine) bool { return strings.HasSuffix(l.Href, "/"+view.Actor.Account) }) {
		view.Back = "/desk/matters/" + r.PathValue("id")
	}
	if !powers.Allows(view.Actor, p.Kit.Now()) {
		for i := range view.Seen { // only they may open accounts
			view.Seen[i].Href = ""
		}
	}
	for _, v := range a.Moves {
		line := MoveLine{Name: view.T("matter.action." + string(v.Action)), May: v.Why == nil}
		var by []string
		for _, role := range v.By {
			by = append(by, view.T("role."+string(role)))
		}
		line.Who = strings.Join(by, view.T("kit.comma"))
		if f, known := fault.As(v.Why); known {
			line.Why = webkit.Sentence(view.Printer, f)
		}
		view.Moves = append(view.Moves, line)
	}
	return p.Kit.Render(w, r, http.StatusOK, "people_matter", view)
}
