// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webmatter"
)

// ProcedurePage shows which way matters go.
type ProcedurePage struct {
	webkit.Page
	Version int
	Basis   string
	Stages  []StageLine
	Moves   []MoveLine
	Drawing string // Mermaid
}

// StageLine is one state with its term.
type StageLine struct {
	State  string
	Final  bool
	Term   string
	Basis  string
	Expiry string // what the system does when the term has run out
}

// MoveLine is one move.
type MoveLine struct{ Action, From, To, By, If, Basis string }

func (p *Pages) procedure(w http.ResponseWriter, r *http.Request) error {
	d, err := p.definition(r.Context())
	if err != nil {
		return err
	}
	about, err := p.page(r, "desk.procedure.title")
	if err != nil {
		return err
	}
	say := about.Printer
	view := ProcedurePage{Page: about, Version: d.Version, Basis: webmatter.Basis(about.Printer, d.Basis)}
	for _, s := range inOrder(d) {
		view.Stages = append(view.Stages, stage(say, s, d.States[s]))
	}
	for _, m := range d.Moves {
		view.Moves = append(view.Moves, moveLine(say, m))
	}
	view.Drawing = procedure.Mermaid(d, func(key string) string {
		if strings.HasPrefix(key, "role.") {
			return say.T(key)
		}
		return say.T("matter." + key)
	})
	return p.Kit.Render(w, r, http.StatusOK, "desk_procedure", view)
}

// definition is the procedure that new matters follow.
func (p *Pages) definition(ctx context.Context) (*procedure.Definition, error) {
	m, err := procedure.Machines(ctx, p.Matters.Library, p.Realm, matter.Procedure, 0, matter.Guards(), matter.Terms())
	if err != nil {
		return nil, err
	}
	return m.Definition(), nil
}

// inOrder lists the states as a case reaches them: the start, then what each
// move leads to.
func inOrder(d *procedure.Definition) []procedure.State {
	out := []procedure.State{d.Start}
	for i := 0; i < len(out); i++ {
		for _, m := range d.Moves {
			if slices.Contains(m.From, out[i]) && !m.Stays() && !slices.Contains(out, m.To) {
				out = append(out, m.To)
			}
		}
	}
	return out
}

func stage(say *text.Printer, s procedure.State, rule procedure.StateRule) StageLine {
	line := StageLine{State: say.T("matter.state." + string(s)), Final: rule.Final}
	switch {
	case rule.Term != "":
		line.Term = say.T("desk.procedure.term." + rule.Term)
	case rule.Within != nil:
		line.Term, line.Basis = webmatter.Term(say, *rule.Within), webmatter.Basis(say, rule.Within.Basis)
	}
	if rule.OnExpiry == "" {
		return line
	}
	line.Expiry = say.T("matter.action." + string(rule.OnExpiry))
	if rule.Repeat != nil {
		line.Expiry = say.T("desk.procedure.repeated", "action", line.Expiry, "term", webmatter.Term(say, *rule.Repeat))
	}
	return line
}

func moveLine(say *text.Printer, m procedure.Move) MoveLine {
	line := MoveLine{Action: say.T("matter.action." + string(m.Action)), Basis: webmatter.Basis(say, m.Basis)}
	line.From = words(say, "matter.state.", m.From)
	line.By = words(say, "role.", m.By)
	line.If = words(say, "desk.procedure.guard.", m.Guards)
	line.To = say.T("desk.procedure.stays")
	if !m.Stays() {
		line.To = say.T("matter.state." + string(m.To))
	}
	return line
}

// words says the texts that begin with a prefix, with commas between them.
func words[T ~string](say *text.Printer, prefix string, list []T) string {
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = say.T(prefix + string(item))
	}
	return strings.Join(out, say.T("desk.queue.comma"))
}
