// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"reflect"
	"testing"
	"time"

	"pavilion/internal/base/clock"
)

// pausing is the sample with a state that pauses, an extension and a whole term.
func pausing() *Definition {
	d := sample()
	day := clock.Term{Unit: clock.CalendarDay, N: 3}
	d.States["asked"] = StateRule{Within: &day, Pauses: true, OnExpiry: "go_on"}
	d.Whole = &WholeRule{From: "accepted", Term: "limit", Basis: "rule 1"}
	d.Moves = append(d.Moves,
		Move{Action: "ask", From: []State{"accepted"}, To: "asked", By: []Role{"handler"}},
		Move{Action: "go_on", From: []State{"asked"}, To: "accepted", By: []Role{"handler", System}},
		Move{Action: "extend", From: []State{"accepted"}, By: []Role{"dispatcher"}, Extends: "limit"},
		Move{Action: "again", From: []State{"accepted"}, To: "accepted", By: []Role{"dispatcher"}},
	)
	return d
}

// script makes moves on a case, each at its time, and returns every step.
func script(t *testing.T, m *Machine[subject], moves ...string) []Step {
	t.Helper()
	at := func(s string) time.Time {
		got, err := time.ParseInLocation("2006-01-02 15:04", s, calendar(t).Zone())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	steps := []Step{m.Begin(subject{}, at("2026-09-21 08:00"))}
	for i := 0; i < len(moves); i += 2 {
		last := steps[len(steps)-1]
		step, err := m.Decide(subject{}, last.To, Attempt{
			Action: Action(moves[i]), Roles: []Role{"dispatcher", "handler"}, At: at(moves[i+1]), Clocks: last.Clocks,
		})
		if err != nil {
			t.Fatalf("%s: %v", moves[i], err)
		}
		steps = append(steps, step)
	}
	return steps
}

func TestTermsStandStillAndGoOn(t *testing.T) {
	for _, tt := range []struct {
		name       string
		moves      []string
		due, whole string
	}{
		{"a term begins with its state", []string{"accept", "2026-09-21 09:00"}, "2026-09-22 18:00", "2026-09-22 18:00"},
		{"a state that pauses has its own term, and the whole stands still", []string{"accept", "2026-09-21 09:00", "ask", "2026-09-21 10:00"}, "2026-09-24 23:59", ""},
		{"after it the first term goes on", []string{"accept", "2026-09-21 09:00", "ask", "2026-09-22 10:00", "go_on", "2026-09-23 10:00"}, "2026-09-23 18:00", "2026-09-23 18:00"},
		{"twice", []string{"accept", "2026-09-21 09:00", "ask", "2026-09-22 10:00", "go_on", "2026-09-23 10:00", "ask", "2026-09-23 11:00", "go_on", "2026-09-24 11:00"}, "2026-09-24 18:00", "2026-09-24 18:00"},
		{"an extension is added to both", []string{"accept", "2026-09-21 09:00", "extend", "2026-09-21 10:00"}, "2026-09-23 18:00", "2026-09-23 18:00"},
		{"a state entered anew begins its term anew, the whole goes on", []string{"accept", "2026-09-21 09:00", "again", "2026-09-22 09:00"}, "2026-09-23 18:00", "2026-09-22 18:00"},
		{"parking ends the stage and not the whole", []string{"accept", "2026-09-21 09:00", "park", "2026-09-21 10:00"}, "", "2026-09-22 18:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := machine(t, pausing())
			steps := script(t, m, tt.moves...)
			last := steps[len(steps)-1]
			if due, whole := show(last.Due, "2006-01-02 15:04"), show(last.Whole, "2006-01-02 15:04"); due != tt.due || whole != tt.whole {
				t.Errorf("due %q and as a whole %q, want %q and %q", due, whole, tt.due, tt.whole)
			}
			var history []Past
			for _, s := range steps {
				history = append(history, s.Past)
			}
			if got := m.Replay(history); !reflect.DeepEqual(got, last.Clocks) {
				t.Errorf("replayed the clocks are\n%+v, not\n%+v", got, last.Clocks)
			}
			if last.Timer.IsZero() == (tt.due != "") && m.OnExpiry(last.To) != "" {
				t.Errorf("the system acts at %v on a term that ends at %q", last.Timer, tt.due)
			}
		})
	}
}

func TestLintFindsFaultyPausesAndExtensions(t *testing.T) {
	base := pausing()
	known := everything()
	known.Texts, known.Guards, known.Forms, known.Roles = nil, nil, nil, nil
	if got := Lint(base, known); len(got) > 0 {
		t.Fatalf("the sample is faulty: %v", got)
	}
	for want, change := range map[string]func(*Definition){
		`the whole case is counted from undefined state "nowhere"`:        func(d *Definition) { d.Whole.From = "nowhere" },
		`the whole case is counted from "closed", in which no term runs`:  func(d *Definition) { d.Whole.From = "closed" },
		`the whole case names unknown term "guess"`:                       func(d *Definition) { d.Whole.Term = "guess" },
		`the term of the whole case has no basis`:                         func(d *Definition) { d.Whole.Basis = "" },
		`state "asked" pauses others' terms and does not expire`:          rule("asked", func(r *StateRule) { r.OnExpiry = "" }),
		`state "reported" pauses and nothing ran before or runs after it`: rule("reported", func(r *StateRule) { r.Pauses = true }),
		`leap extends a term and leaves its state`:                        add(Move{Action: "leap", From: []State{"accepted"}, To: "closed", By: []Role{"handler"}, Extends: "limit"}),
		`stretch extends by unknown term "guess"`:                         add(Move{Action: "stretch", From: []State{"accepted"}, By: []Role{"handler"}, Extends: "guess"}),
		`stretch extends the term of "parked", which has none`:            add(Move{Action: "stretch", From: []State{"parked"}, By: []Role{"handler"}, Extends: "limit"}),
	} {
		d := pausing()
		change(d)
		found := false
		for _, problem := range Lint(d, known) {
			found = found || problem == want
		}
		if !found {
			t.Errorf("not found: %s; found %v", want, Lint(d, known))
		}
	}
}
