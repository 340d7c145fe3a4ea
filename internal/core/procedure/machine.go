// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
)

// Guard is a condition on a subject of type S that a definition may name. It
// returns nil to allow the move, or a fault that says why not.
type Guard[S any] func(subject S, try Attempt) error

// TermOf is a length of time that depends on the subject.
type TermOf[S any] func(subject S) clock.Term

// Attempt is somebody trying an action.
type Attempt struct {
	Action  Action
	Roles   []Role // the capacities in which the actor acts here
	Actor   string // account; empty for somebody without one
	At      time.Time
	Answers map[string]string // the form as it was filled in
	Clocks  Clocks            // of the case, as its history tells
}

// Step is the outcome of an allowed attempt: what to store.
type Step struct {
	From, To State
	Action   Action
	Role     Role // the capacity that allowed it
	Stays    bool // the state is not left: its term goes on
	At       time.Time
	Timer    time.Time // when the system acts next, see NextTimer; zero if this step does not say
	Basis    string
	Past     Past   // what the clocks are to remember of it
	Clocks   Clocks // as they are after it
	Times           // that follow from them
}

// NextTimer is when the system acts next on a case whose timer stood at before.
// A person's move that stays in the state does not touch the timer: a remark
// must not put off what happens when the term runs out.
func (s Step) NextTimer(before time.Time) time.Time {
	if s.Stays && s.Timer.IsZero() {
		return before
	}
	return s.Timer
}

// Offer is a move that an actor may make now, or why they may not.
type Offer struct {
	Action Action
	To     State
	Form   string
	Why    error // a guard's refusal; nil when the move is possible
}

// Machine runs one definition over subjects of type S. It does not change and
// is safe for concurrent use.
type Machine[S any] struct {
	def    *Definition
	guards map[string]Guard[S]
	terms  map[string]TermOf[S]
	cal    *clock.Calendar
}

// New returns a machine for def. It refuses a definition that Lint finds fault
// with, or that names a guard or term nobody has written.
func New[S any](def *Definition, guards map[string]Guard[S], terms map[string]TermOf[S], cal *clock.Calendar) (*Machine[S], error) {
	known := Known{Guards: keys(guards), Terms: keys(terms)}
	if problems := Lint(def, known); len(problems) > 0 {
		return nil, fmt.Errorf("procedure %s v%d: %s", def.Name, def.Version, problems[0])
	}
	return &Machine[S]{def: def, guards: guards, terms: terms, cal: cal}, nil
}

// keys returns the names in a map, sorted; never nil.
func keys[V any](m map[string]V) []string { return append([]string{}, slices.Sorted(maps.Keys(m))...) }

// Version is the version of the definition.
func (m *Machine[S]) Version() int { return m.def.Version }

// Definition returns the definition, which must not be changed.
func (m *Machine[S]) Definition() *Definition { return m.def }

// Final reports whether nothing leaves a state.
func (m *Machine[S]) Final(s State) bool { return m.def.States[s].Final }

// OnExpiry is what the system does when a state's term has run out.
func (m *Machine[S]) OnExpiry(s State) Action { return m.def.States[s].OnExpiry }

// Next is the role whose turn it is in a state: the first that has a move out of it.
func (m *Machine[S]) Next(s State) Role {
	for _, move := range m.def.Moves {
		if slices.Contains(move.From, s) && !move.Stays() {
			return move.By[0]
		}
	}
	return ""
}

// Form is the form that an action takes from a state, if there is such an action.
func (m *Machine[S]) Form(at State, action Action) (form string, ok bool) {
	for _, move := range m.def.Moves {
		if move.Action == action && slices.Contains(move.From, at) {
			return move.Form, true
		}
	}
	return "", false
}

// Begin is the step by which a case enters the procedure.
func (m *Machine[S]) Begin(subject S, at time.Time) Step {
	return m.enter(subject, Step{To: m.def.Start, At: at, Basis: m.def.Basis}, Clocks{}, true)
}

// Decide says what follows if try is made on subject in state at. It reads only
// its arguments, so every procedure can be tested without a database. It fails
// with Conflict if no such move leads from the state, with Denied if it is not
// this actor's, or with what a guard says.
func (m *Machine[S]) Decide(subject S, at State, try Attempt) (Step, error) {
	move, role, err := m.find(at, try)
	if err != nil {
		return Step{}, err
	}
	if err := m.allowed(move, subject, try); err != nil {
		return Step{}, err
	}
	step := Step{From: at, To: move.To, Action: try.Action, Role: role, At: try.At, Basis: move.Basis}
	if move.Stays() {
		return m.stay(subject, step, move, try.Clocks), nil
	}
	return m.enter(subject, step, try.Clocks, move.Anew), nil
}

// Moves lists what an actor may try now, in the order of the definition, with a
// guard's refusal where there is one. The system's moves are no one else's.
func (m *Machine[S]) Moves(subject S, at State, who Attempt) []Offer {
	var out []Offer
	for _, move := range m.def.Moves {
		if !slices.Contains(move.From, at) {
			continue
		}
		who.Action = move.Action
		if _, _, err := m.find(at, who); err != nil || offered(out, move.Action) {
			continue
		}
		out = append(out, Offer{Action: move.Action, To: move.To, Form: move.Form, Why: m.allowed(move, subject, who)})
	}
	return out
}

// Verdict is what the procedure says about one move of one person.
type Verdict struct {
	Action Action
	By     []Role // who may make it at all
	Why    error  // why this person may not, now; nil if they may
}

// Explain says of every move out of a state why an actor may or may not make it,
// in the order of the definition.
func (m *Machine[S]) Explain(subject S, at State, who Attempt) []Verdict {
	var out []Verdict
	for _, move := range m.def.Moves {
		if !slices.Contains(move.From, at) {
			continue
		}
		v := Verdict{Action: move.Action, By: move.By}
		if slices.ContainsFunc(who.Roles, func(r Role) bool { return slices.Contains(move.By, r) }) {
			v.Why = m.allowed(move, subject, who)
		} else {
			v.Why = fault.New(fault.Denied, "procedure.not_your_role")
		}
		out = append(out, v)
	}
	return out
}

func offered(list []Offer, action Action) bool {
	return slices.ContainsFunc(list, func(o Offer) bool { return o.Action == action })
}

// allowed asks the move's guards in their order and returns the first refusal.
func (m *Machine[S]) allowed(move Move, subject S, try Attempt) error {
	for _, g := range move.Guards {
		if err := m.guards[g](subject, try); err != nil {
			return err
		}
	}
	return nil
}

// find returns the move that try makes from state at, or says whether it is the
// state or the actor that rules it out.
func (m *Machine[S]) find(at State, try Attempt) (Move, Role, error) {
	possible := false
	for _, move := range m.def.Moves {
		if move.Action != try.Action || !slices.Contains(move.From, at) {
			continue
		}
		possible = true
		for _, r := range try.Roles {
			if slices.Contains(move.By, r) {
				return move, r, nil
			}
		}
	}
	if possible {
		return Move{}, "", fault.New(fault.Denied, "procedure.not_your_role")
	}
	return Move{}, "", fault.New(fault.Conflict, "procedure.not_from_here")
}

// enter fills in what the new state's rule says. A term that stood still goes on,
// unless it is to begin anew.
func (m *Machine[S]) enter(subject S, step Step, clocks Clocks, anew bool) Step {
	rule := m.def.States[step.To]
	step.Past = Past{From: step.From, To: step.To, At: step.At}
	if goesOn := clocks.From == step.To && clocks.Held.Timed(); anew || !goesOn {
		step.Past.Term = m.term(rule, subject)
	}
	if w := m.def.Whole; w != nil && w.From == step.To && !clocks.Whole.Timed() {
		step.Past.Whole = bare(m.terms[w.Term](subject))
	}
	step.Clocks = m.def.after(clocks, step.Past)
	step.Times = m.Times(step.Clocks)
	if rule.OnExpiry != "" {
		step.Timer = step.Due
	}
	return step
}

// term is how long a case may stay in a state.
func (m *Machine[S]) term(rule StateRule, subject S) clock.Term {
	switch {
	case rule.Term != "":
		return bare(m.terms[rule.Term](subject))
	case rule.Within != nil:
		return bare(*rule.Within)
	default:
		return clock.Term{}
	}
}

// bare is a term without its basis, which stands with the rule.
func bare(t clock.Term) clock.Term { return clock.Term{Unit: t.Unit, N: t.N} }

// stay says what a step changes on a case that does not leave its state: the
// term that the move extends, and when the system acts next. After its own
// expiry move that is when the move is to be repeated.
func (m *Machine[S]) stay(subject S, step Step, move Move, clocks Clocks) Step {
	step.Stays, step.To = true, step.From
	step.Past = Past{From: step.From, To: step.From, At: step.At}
	rule := m.def.States[step.From]
	if move.Extends != "" {
		step.Past.Extra = bare(m.terms[move.Extends](subject))
	}
	step.Clocks = m.def.after(clocks, step.Past)
	step.Times = m.Times(step.Clocks)
	switch {
	case step.Action == rule.OnExpiry && rule.Repeat != nil:
		step.Timer = m.cal.Due(step.At, *rule.Repeat).At
	case step.Past.Extra.N > 0 && rule.OnExpiry != "":
		step.Timer = step.Due
	}
	return step
}
