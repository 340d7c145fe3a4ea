// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
)

// standard is the catalogue's procedure of a matter, with guards that refuse
// when the subject's bit is not set, and terms as long as it says.
func standard(t testing.TB) *Machine[uint8] {
	t.Helper()
	d, err := Read(catalogue.FS(), "matter.standard")
	if err != nil {
		t.Fatal(err)
	}
	guards, terms := map[string]Guard[uint8]{}, map[string]TermOf[uint8]{}
	for _, m := range d.Moves {
		for _, g := range m.Guards {
			guards[g] = func(subject uint8, _ Attempt) error {
				if subject&1 == 0 {
					return fault.New(fault.Denied, "procedure.not_your_role")
				}
				return nil
			}
		}
	}
	named := []string{d.Whole.Term}
	for _, m := range d.Moves {
		named = append(named, m.Extends)
	}
	for _, rule := range d.States {
		named = append(named, rule.Term)
	}
	for _, name := range named {
		if name != "" {
			terms[name] = func(subject uint8) clock.Term { return clock.Term{Unit: clock.Workday, N: float64(1 + subject)} }
		}
	}
	m, err := New(d, guards, terms, calendar(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// walk makes the attempts of a script, two bytes each, on a new case and checks
// after each that the case is where a case may be.
func walk[S any](t *testing.T, m *Machine[S], subject func(byte) S, script []byte) {
	d := m.Definition()
	actions, roles := []Action{"nonsense"}, []Role{"stranger", System}
	for _, move := range d.Moves {
		actions, roles = append(actions, move.Action), append(roles, move.By...)
	}
	now := time.Date(2026, 2, 13, 9, 0, 0, 0, m.cal.Zone())
	at, timer := d.Start, m.Begin(subject(0), now).Timer
	for i := 0; i+1 < len(script) && i < 200; i += 2 {
		now = now.Add(time.Duration(script[i]) * time.Minute)
		try := Attempt{Action: actions[int(script[i])%len(actions)], Roles: []Role{roles[int(script[i+1])%len(roles)]}, At: now}
		s := subject(script[i+1])
		step, err := m.Decide(s, at, try)
		offered := false
		for _, o := range m.Moves(s, at, try) {
			offered = offered || o.Action == try.Action && o.Why == nil
		}
		if offered != (err == nil) {
			t.Fatalf("in %s, %s by %s is offered: %v, decided: %v", at, try.Action, try.Roles, offered, err)
		}
		if err != nil {
			continue
		}
		if problem := wrong(d, at, step); problem != "" {
			t.Fatalf("in %s, %s by %s: %s", at, try.Action, try.Roles, problem)
		}
		at, timer = step.To, step.NextTimer(timer)
		if expires := d.States[at].OnExpiry != ""; expires == timer.IsZero() {
			t.Fatalf("in %s, after %s, the system acts next at %v", at, try.Action, timer)
		}
	}
}

// wrong says what about a step from a state cannot be.
func wrong(d *Definition, at State, step Step) string {
	rule, defined := d.States[step.To]
	switch {
	case d.States[at].Final:
		return "it left a final state"
	case !defined:
		return "it reached an undefined state"
	case step.From != at:
		return "it says it came from elsewhere"
	case step.Stays && (step.To != at || !step.Due.IsZero()):
		return "it stays, and yet moves or begins a term"
	case !step.Stays && rule.timed() != !step.Due.IsZero():
		return "its term is not the state's"
	case !step.Due.IsZero() && step.Due.Before(step.At):
		return "its term ends before it begins"
	}
	return ""
}

// FuzzDecide walks both procedures at random: whatever is tried, a case is
// always in a defined state, never leaves a final one, what is offered is what
// is allowed, and no move makes the system forget a case whose term will end.
func FuzzDecide(f *testing.F) {
	f.Add([]byte{1, 2, 2, 3, 5, 5, 6, 2, 7, 1, 0, 0})
	f.Add([]byte("a report travels through the town"))
	small, full := machine(f, sample()), standard(f)
	f.Fuzz(func(t *testing.T, script []byte) {
		walk(t, small, func(b byte) subject { return subject{int(b / 16 % 2)} }, script)
		walk(t, full, func(b byte) uint8 { return b / 64 }, script)
	})
}

// TestAReportReachesItsEnd makes the likeliest move in each state.
func TestAReportReachesItsEnd(t *testing.T) {
	m := standard(t)
	now := time.Date(2026, 9, 21, 9, 0, 0, 0, calendar(t).Zone())
	at, made := m.Definition().Start, []Action(nil)
	for !m.Final(at) && len(made) < 20 {
		offers := m.Moves(1, at, Attempt{Roles: []Role{m.Next(at)}, At: now})
		if len(offers) == 0 || offers[0].Why != nil {
			t.Fatalf("in %s whoever's turn it is is offered %v", at, offers)
		}
		step, err := m.Decide(1, at, Attempt{Action: offers[0].Action, Roles: []Role{m.Next(at)}, At: now})
		if err != nil {
			t.Fatal(err)
		}
		at, made = step.To, append(made, step.Action)
	}
	if at != "closed" || len(made) != 7 {
		t.Errorf("the likeliest moves %v lead to %s, want seven to closed", made, at)
	}
}
