// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"math"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
)

// Privacy classes that matters ask for by name.
const (
	PrivacyNone     = kind.PrivacyNone
	PrivacyOrdinary = kind.PrivacyOrdinary
	PrivacySealed   = kind.PrivacySealed
)

// Case is a matter together with the facts that its rules ask for: what a
// procedure's guards see. Where a move changes what a guard asks about, the
// field says how it was before.
type Case struct {
	Matter
	Book        *kind.Book  // the catalogue in force
	Kind        kind.Kind   // the matter's type, of the edition that sets its terms
	ActorBodies []string    // the bodies the actor works for
	Own         bool        // the actor reported it
	OwnerBefore string      // the body that had it before this move
	Asking      Application // what this move applies for
	Decided     Application // what this move decides
	Owing       bool        // an answer to supervision was owed before this move
	Offered     string      // the account it was offered to before this move
}

// Terms are the lengths of time that a matter procedure may name.
func Terms() map[string]procedure.TermOf[Case] {
	return map[string]procedure.TermOf[Case]{
		"respond_limit": respondLimit,
		"handle_limit":  handleLimit,
		"whole_limit":   wholeLimit,
		"suspension_limit": func(c Case) clock.Term {
			return clock.Term{Unit: clock.CalendarDay, N: float64(max(c.Decided.Days, 1))}
		},
		"applied_term":   func(c Case) clock.Term { return clock.Term{Unit: clock.Workday, N: float64(max(c.Decided.Days, 1))} },
		"sampling_limit": samplingLimit,
	}
}

// Terms of matters whose type names none, or that have no type: the middle of
// what cities publish.
var (
	respondFallback = clock.Term{Unit: clock.WorkHour, N: 2}
	handleFallback  = clock.Term{Unit: clock.Workday, N: 5}
)

// respondLimit is how long a body has to sign for it. A whistle is answered
// within two hours, day or night. Basis: practice of the street's whistle.
func respondLimit(c Case) clock.Term {
	switch {
	case c.Relation == Whistle:
		return clock.Term{Unit: clock.UrgentHour, N: 2}
	case c.Kind.Respond.N > 0:
		return c.Kind.Scaled(c.Kind.Respond, c.Grade)
	default:
		return respondFallback
	}
}

// handleLimit is how long a body has to deal with it, by type, condition and the
// grade of the area.
func handleLimit(c Case) clock.Term {
	if t := c.Kind.Limit(c.Condition, c.Grade); t.N > 0 {
		return t
	}
	return handleFallback
}

// wholeLimit is how long all of it may take from the day it is taken on: the
// time for handling, and for the desk before and after. Basis: local default.
func wholeLimit(c Case) clock.Term {
	t := handleLimit(c)
	switch t.Unit {
	case clock.UrgentHour:
		return clock.Term{Unit: t.Unit, N: t.N + 24}
	case clock.WorkHour:
		return clock.Term{Unit: clock.Workday, N: math.Ceil(t.N/8) + 3}
	case clock.Workday:
		return clock.Term{Unit: t.Unit, N: t.N + 3}
	default:
		return clock.Term{Unit: t.Unit, N: t.N + 7}
	}
}

// samplingLimit is how long what was settled on the spot waits before it is
// closed: ten workdays for those drawn for a look, one for the others.
func samplingLimit(c Case) clock.Term {
	if c.Drawn {
		return clock.Term{Unit: clock.Workday, N: 10}
	}
	return clock.Term{Unit: clock.Workday, N: 1}
}

// locals are the kinds of body below the township: to them nothing is sent that
// a department must lead.
var locals = []string{"COMM", "GRID"}

// offices are the township's own kinds of body, which do not get what a superior
// has taken back.
var offices = []string{"COMM", "GRID", "PEACE", "SERV", "DUTY"}

// Local reports whether bodies of a kind are below the township.
func Local(kind string) bool { return slices.Contains(locals, kind) }

func local(b org.Body) bool { return Local(b.Kind) }

// Barred says why a body must not get a matter of the given type, or nil. Basis:
// nobody judges a complaint about oneself; the township's duty lists of 2025
// (basic B, cooperating C, taken back T), in which departments do not pass their
// duties down; reports on officials (R) go to the discipline organ alone.
func Barred(k kind.Kind, m Matter, b org.Body) error {
	refused := func(key string) error { return fault.New(fault.Denied, key).At("body").With("body", b.Name) }
	switch {
	case m.About != "" && m.About == b.ID:
		return refused("matter.body_complained_about")
	case k.List == "R" && b.Kind != k.Lead:
		return refused("matter.sealed_route")
	case k.List == "T" && slices.Contains(offices, b.Kind):
		return refused("matter.taken_back")
	case k.List == "C" && local(b) && m.Relation == "":
		return refused("matter.department_leads")
	}
	return nil
}

// seeing are the roles that may see a matter of their place.
var seeing = []identity.Role{identity.Dispatcher, identity.ShiftHead, identity.Receptionist, identity.GridWorker}

// sealing are the roles that may see sealed ones too.
var sealing = []identity.Role{identity.Dispatcher, identity.ShiftHead, identity.Handler}

// Seeing reports whether a role may see the matters of its place.
func Seeing(r identity.Role) bool { return slices.Contains(seeing, r) }

// SeeingSealed reports whether a role may see the sealed ones too.
func SeeingSealed(r identity.Role) bool { return slices.Contains(sealing, r) }

// MaySee reports whether a may read m: those who dispatch or check at its place,
// and those who work for the body it was given to. Of a sealed one grid workers
// see nothing, and of one about a body nobody sees anything who has a grant for it.
func MaySee(a identity.Actor, m Matter, roles []identity.Role) bool {
	if a.Anonymous() || a.Realm != m.Realm || m.About != "" && slices.Contains(a.Bodies(), m.About) {
		return false
	}
	if m.Privacy == PrivacySealed {
		return slices.ContainsFunc(roles, func(r identity.Role) bool { return slices.Contains(sealing, r) })
	}
	return slices.ContainsFunc(roles, func(r identity.Role) bool {
		return slices.Contains(seeing, r) || r == identity.Handler
	})
}

// whyHidden says which rule keeps a matter from somebody, the one that stands first
// where several do, or nil if they may see it. It says the same as MaySee.
func whyHidden(a identity.Actor, m Matter, now time.Time) *fault.Error {
	roles := a.RolesAt(m.Place, m.Owner, now, m.Type)
	if MaySee(a, m, roles) {
		return nil
	}
	refused := func(key string) *fault.Error { return fault.New(fault.Denied, key) }
	if m.About != "" && slices.Contains(a.Bodies(), m.About) {
		return refused("matter.hidden_about")
	}
	if len(roles) > 0 {
		if m.Privacy == PrivacySealed && slices.ContainsFunc(roles, Seeing) {
			return refused("matter.hidden_sealed")
		}
		return refused("matter.hidden_role")
	}
	here := slices.DeleteFunc(slices.Clone(a.Grants), func(g identity.Grant) bool { return !g.Covers(m.Place) })
	live := slices.DeleteFunc(slices.Clone(here), func(g identity.Grant) bool { return !g.Live(now) })
	switch {
	case len(here) == 0 && len(a.Grants) == 0:
		return refused("matter.hidden_none")
	case len(here) == 0:
		return refused("matter.hidden_place")
	case len(live) == 0:
		return refused("matter.hidden_time")
	case m.Type == "" && slices.ContainsFunc(live, func(g identity.Grant) bool { return !g.For() }):
		return refused("matter.hidden_untyped")
	case slices.ContainsFunc(live, func(g identity.Grant) bool { return !g.For(m.Type) }):
		return refused("matter.hidden_kind")
	}
	return refused("matter.hidden_body")
}

// Publishable reports whether a matter may stand on the public list: of a type
// without personal data, and taken on by the desk.
func Publishable(m Matter) bool {
	return m.Privacy == PrivacyNone && m.Type != "" && m.Owner != ""
}

// told are the moves that a reporter is told of, and which of their answers. A
// move that is not listed concerns staff alone.
var told = map[procedure.Action][]string{
	"report": nil, "register": nil, "refuse": {"reason"}, "clarify": {"question"}, "answer": {"text"},
	"resume": nil, "dispatch": {"body"}, "reassign": {"body"}, "arbitrate": {"body"}, "sign": nil, "question": {"question"},
	"handle": {"note"}, "settle": {"note"}, "sample_pass": nil, "sample_fail": nil, "pass": {"note"}, "fail": nil,
	"rework": nil, "feed_back": {"reply"}, "rate": {"rating", "comment"}, "reopen": {"reason"}, "close": nil,
	"grant_extension": {"told"}, "grant_suspension": {"told"}, "grant_void": {"told"}, "update": {"text"},
	"merge": nil, "unmerge": nil, "file": nil,
	"forget_contact": nil, "forget_words": nil, "forget_photo": nil,
}

// forReporter is a history as its reporter may see it.
func forReporter(history []Event) []Event {
	var out []Event
	for _, e := range history {
		fields, ok := told[e.Action]
		if !ok {
			continue
		}
		answers := map[string]string{}
		for _, name := range fields {
			if text := e.Answers[name]; text != "" {
				answers[name] = text
			}
		}
		e.Answers = answers
		out = append(out, e)
	}
	return out
}

// maskSigns are what stands for a hidden letter or digit: stars, bullets, blocks.
const maskSigns = "*\uFF0A\u2022\u25CF\u25CB\u2588\u00D7"

// masked reports whether a part of what a text says was hidden by whoever showed
// it. Kept, it would stand in place of the true value.
func masked(text string) bool { return strings.ContainsAny(text, maskSigns) }
