// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webmatter

import (
	"context"
	"slices"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/web/webkit"
)

// Audience says for whom a history is drawn.
type Audience int

// To the reporter a history speaks as to somebody; to staff it names the rule.
const (
	Reporter Audience = iota
	Staff
)

// reporter is the role in which reporters act.
const reporter procedure.Role = "reporter"

// said are the answers that are words, in the order they are looked for.
var said = []string{"text", "question", "told", "reason", "note", "reply", "comment", "task", "remark", "result"}

// Timeline draws a matter's history, and last what is to come.
func (s *Shared) Timeline(ctx context.Context, p *text.Printer, d matter.Detail, audience Audience) ([]webkit.Event, error) {
	var out []webkit.Event
	for _, e := range d.History {
		drawn, err := s.event(ctx, p, d.Matter, e, audience)
		if err != nil {
			return nil, err
		}
		out = append(out, drawn)
	}
	if d.Open && !d.Due.IsZero() {
		out = append(out, webkit.Event{
			State: "now", What: Next(p, d.State, audience), Who: s.Body(waiting(d.Matter)), Due: d.Due,
			Light: s.Light(d.Matter, s.Matters.Now()),
		})
	}
	return out, nil
}

// Next says what happens next to a matter in a state.
func Next(p *text.Printer, state procedure.State, audience Audience) string {
	return p.T(sentence(p, "next."+string(state), audience))
}

// sentence is the text of a step: to reporters we say "you" where there is such
// a text, and where there is none, what staff read.
func sentence(p *text.Printer, key string, audience Audience) string {
	if you := "matter.you." + key; audience == Reporter && p.Has(you) {
		return you
	}
	return "matter." + key
}

// held are the states in which the next step is the owner's.
var held = []procedure.State{"dispatched", "signed"}

// waiting is the body whose turn it is, if it is a body's.
func waiting(m matter.Matter) string {
	if slices.Contains(held, m.State) {
		return m.Owner
	}
	return ""
}

func (s *Shared) event(ctx context.Context, p *text.Printer, m matter.Matter, e matter.Event, audience Audience) (webkit.Event, error) {
	drawn := webkit.Event{
		State: "done", What: p.T(sentence(p, "done."+string(e.Action), audience), "body", s.Body(about(m, e))),
		Who: s.who(p, e), At: e.At, Said: first(e.Answers, said), Basis: Basis(p, e.Basis),
	}
	if audience == Reporter {
		drawn.Basis = "" // written for those who keep the procedure
		if e.Role == reporter {
			drawn.Who = p.T("matter.you")
		}
	}
	if rating := e.Answers["rating"]; rating != "" {
		drawn.What += p.T("matter.rated_as", "rating", rating)
	}
	if e.Photos == 0 {
		return drawn, nil
	}
	var err error
	drawn.Photos, err = s.Photos(ctx, p, m, e.Seq)
	return drawn, err
}

// about is the body that an event tells of: the one a matter was sent to then,
// the one that acted, or the one that has it now.
func about(m matter.Matter, e matter.Event) string {
	if to := e.Answers["body"]; to != "" {
		return to
	}
	if e.Role == procedure.Role(identity.Handler) && e.Body != "" {
		return e.Body
	}
	return m.Owner
}

// who names the capacity in which somebody acted, and the body; never a person.
func (s *Shared) who(p *text.Printer, e matter.Event) string {
	return s.RoleOf(p, identity.Role(e.Role), e.Body)
}

// RoleOf names a role and the body for which somebody has it.
func (s *Shared) RoleOf(p *text.Printer, r identity.Role, of string) string {
	role := p.T("role." + string(r))
	if body := s.Body(of); body != "" {
		return p.T("matter.role_of_body", "role", role, "body", body)
	}
	return role
}

func first(answers map[string]string, names []string) string {
	for _, name := range names {
		if text := answers[name]; text != "" {
			return text
		}
	}
	return ""
}

// Basis says the rule that a step rests on. Procedures name it by a text's key,
// or in their own words.
func Basis(p *text.Printer, basis string) string {
	if p.Has(basis) {
		return p.T(basis)
	}
	return basis
}
