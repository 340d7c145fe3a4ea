// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"slices"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
)

// Case is a matter together with the facts about the actor that its rules ask
// for: what a procedure's guards see.
type Case struct {
	Matter
	Limit       clock.Term // the catalogue's limit for handling; zero if it has none
	ActorBodies []string   // the bodies the actor works for
	HandlerBody string     // the body that handled it last; empty before
}

// Guards are the conditions that a matter procedure may name.
func Guards() map[string]procedure.Guard[Case] {
	return map[string]procedure.Guard[Case]{
		"placed":       placed,
		"categorised":  categorised,
		"own_body":     ownBody,
		"other_body":   otherBody,
		"other_person": otherPerson,
		"not_handler":  otherPerson,
	}
}

// handleFallback is the handling limit of a matter whose type names none: the
// middle of what cities publish, five workdays.
var handleFallback = clock.Term{Unit: clock.Workday, N: 5}

// Terms are the lengths of time that a matter procedure may name.
func Terms() map[string]procedure.TermOf[Case] {
	return map[string]procedure.TermOf[Case]{
		"handle_limit": func(c Case) clock.Term {
			if c.Limit.N > 0 {
				return c.Limit
			}
			return handleFallback
		},
	}
}

// placed holds once an area below the realm is known: without one nobody owns it.
func placed(c Case, _ procedure.Attempt) error {
	if c.Town == 0 {
		return fault.New(fault.Invalid, "matter.area_required").At("area")
	}
	return nil
}

// categorised holds once the matter has a catalogue entry, which sets its terms.
func categorised(c Case, _ procedure.Attempt) error {
	if c.Type == "" {
		return fault.New(fault.Invalid, "matter.type_required").At("category")
	}
	return nil
}

// ownBody holds for those who work for the body the matter was given to.
func ownBody(c Case, _ procedure.Attempt) error {
	if c.Owner == "" || !slices.Contains(c.ActorBodies, c.Owner) {
		return fault.New(fault.Denied, "matter.other_body_owns")
	}
	return nil
}

// otherBody keeps checking apart from handling: whoever works for the body that
// handled a matter does not check it. Basis: the two axes of GB/T 30428.8, in
// which no unit both handles and closes its own case.
func otherBody(c Case, _ procedure.Attempt) error {
	if slices.Contains(c.ActorBodies, c.HandlerBody) {
		return fault.New(fault.Denied, "matter.own_work_checked")
	}
	return nil
}

// otherPerson keeps the handler from judging the same work in another capacity.
func otherPerson(c Case, try procedure.Attempt) error {
	if c.Handler != "" && c.Handler == try.Actor {
		return fault.New(fault.Denied, "matter.own_work_checked")
	}
	return nil
}

// Seeing are the roles that may see a matter of their place.
var seeing = []identity.Role{identity.Dispatcher, identity.GridWorker}

// MaySee reports whether a may read m: those who dispatch or check at its place,
// and those who work for the body it was given to. Of a sealed one grid workers
// see nothing.
func MaySee(a identity.Actor, m Matter, roles []identity.Role) bool {
	if a.Anonymous() || a.Realm != m.Realm {
		return false
	}
	if m.Privacy == PrivacySealed {
		return slices.Contains(roles, identity.Dispatcher) || slices.Contains(roles, identity.Handler)
	}
	return slices.ContainsFunc(roles, func(r identity.Role) bool {
		return slices.Contains(seeing, r) || r == identity.Handler
	})
}

// Publishable reports whether a matter may stand on the public list: of a type
// without personal data, and taken on by the desk.
func Publishable(m Matter) bool {
	return m.Privacy == PrivacyNone && m.Type != "" && m.Owner != ""
}

// inward are the moves that concern staff alone, and aside those whose words
// are meant for colleagues though the reporter sees that they were made.
var (
	inward = []procedure.Action{"remark", "escalate"}
	aside  = []procedure.Action{"dispatch", "fail"}
)

// forReporter is a history as its reporter may see it.
func forReporter(history []Event) []Event {
	var out []Event
	for _, e := range history {
		if slices.Contains(inward, e.Action) {
			continue
		}
		if slices.Contains(aside, e.Action) {
			e.Answers = map[string]string{"body": e.Answers["body"]} // whom it was given to is no secret
		}
		out = append(out, e)
	}
	return out
}
