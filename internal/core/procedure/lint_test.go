// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"slices"
	"strings"
	"testing"

	"pavilion/internal/base/clock"
)

// everything is what the sample may name.
func everything() Known {
	k := Known{
		Guards: []string{"has_photo"}, Terms: []string{"limit"}, Forms: []string{"accept"},
		Roles: []Role{"dispatcher", "handler", System},
	}
	d := sample()
	for s := range d.States {
		k.Texts = append(k.Texts, "sample.state."+string(s))
	}
	for _, m := range d.Moves {
		k.Texts = append(k.Texts, "sample.action."+string(m.Action), "sample.done."+string(m.Action))
	}
	for _, r := range k.Roles {
		k.Texts = append(k.Texts, "role."+string(r))
	}
	return k
}

// rule changes the rule of one state.
func rule(s State, change func(*StateRule)) func(*Definition) {
	return func(d *Definition) {
		r := d.States[s]
		change(&r)
		d.States[s] = r
	}
}

// add appends a move.
func add(m Move) func(*Definition) {
	return func(d *Definition) { d.Moves = append(d.Moves, m) }
}

// within limits the time in the accepted state.
func within(unit clock.Unit, n float64) func(*Definition) {
	return rule("accepted", func(r *StateRule) { r.Term, r.Within = "", &clock.Term{Unit: unit, N: n} })
}

func TestLintFindsFaultyMoves(t *testing.T) {
	staff, reported := []Role{"dispatcher"}, []State{"reported"}
	damaged(t, map[string]func(*Definition){
		`start state "nowhere" is not defined`:                                    func(d *Definition) { d.Start = "nowhere" },
		`the procedure's name "Sample" is not of the kind matter.standard`:        func(d *Definition) { d.Name = "Sample" },
		`version 0 is not positive`:                                               func(d *Definition) { d.Version = 0 },
		`the procedure names no basis`:                                            func(d *Definition) { d.Basis = "" },
		`state "Spare Room" is not a name of small letters`:                       func(d *Definition) { d.States["Spare Room"] = StateRule{Final: true} },
		`action "go-on" is not a name of small letters`:                           add(Move{Action: "go-on", From: reported, To: "closed", By: staff}),
		`state "spare" cannot be reached`:                                         func(d *Definition) { d.States["spare"] = StateRule{Final: true} },
		`final state "closed" has a way out`:                                      func(d *Definition) { d.Moves[0].From = append(d.Moves[0].From, "closed") },
		`state "parked" is a dead end but is not final`:                           func(d *Definition) { d.Moves = slices.Delete(d.Moves, 3, 4) },
		`no way leads from state "accepted" to an end`:                            func(d *Definition) { d.Moves[1].To, d.Moves[6].To = "parked", "parked" },
		`nobody may accept`:                                                       func(d *Definition) { d.Moves[0].By = nil },
		`accept starts from no state`:                                             func(d *Definition) { d.Moves[0].From = nil },
		`accept uses undefined state "elsewhere"`:                                 func(d *Definition) { d.Moves[0].To = "elsewhere" },
		`remark uses undefined state "elsewhere"`:                                 func(d *Definition) { d.Moves[4].From[0] = "elsewhere" },
		`accept from "reported" is defined twice for the same role`:               add(Move{Action: "accept", From: reported, To: "closed", By: staff}),
		`remark from "parked" is defined twice for the same role`:                 func(d *Definition) { d.Moves[4].From[0] = "parked" },
		`accept from "reported" has two forms`:                                    add(Move{Action: "accept", From: reported, To: "closed", By: []Role{"handler"}}),
		`close names unknown guard "mood"`:                                        func(d *Definition) { d.Moves[1].Guards[0] = "mood" },
		`close names unknown role "king"`:                                         func(d *Definition) { d.Moves[1].By[0] = "king" },
		`close names unknown form "long"`:                                         func(d *Definition) { d.Moves[1].Form = "long" },
		`there is no text for sample.state.spare`:                                 func(d *Definition) { d.States["spare"] = StateRule{Final: true} },
		`there is no text for sample.action.wave`:                                 add(Move{Action: "wave", From: reported, By: staff}),
		`there is no text for sample.done.wave`:                                   add(Move{Action: "wave", From: reported, By: staff}),
		`there is no text for role.king`:                                          func(d *Definition) { d.Moves[1].By[0] = "king" },
		`state "reported" expires into "escalate", which the system may not make`: func(d *Definition) { d.Moves[5].By[0] = "handler" },
	})
}

func TestLintFindsBasesWithoutText(t *testing.T) {
	damaged(t, map[string]func(*Definition){
		`there is no text for basis.rule`:  func(d *Definition) { d.Basis = "basis.rule" },
		`there is no text for basis.move`:  func(d *Definition) { d.Moves[0].Basis = "basis.move" },
		`there is no text for basis.state`: rule("parked", func(r *StateRule) { r.Basis = "basis.state" }),
		`there is no text for basis.term`:  rule("reported", func(r *StateRule) { r.Within.Basis = "basis.term" }),
	})
}

func TestLintFindsFaultyTerms(t *testing.T) {
	damaged(t, map[string]func(*Definition){
		`state "accepted" has no time limit`:                            rule("accepted", func(r *StateRule) { *r = StateRule{} }),
		`state "accepted" names unknown term "mood"`:                    rule("accepted", func(r *StateRule) { r.Term = "mood" }),
		`state "accepted" has a time limit that is not positive`:        within(clock.Workday, 0),
		`state "accepted" has a time limit above 3660`:                  within(clock.WorkHour, 1e12),
		`state "accepted" has a time limit with a part of a day`:        within(clock.Workday, 0.5),
		`state "accepted" has a time limit in unknown unit "moon"`:      within("moon", 1),
		`state "reported" has a repeat that is not positive`:            rule("reported", func(r *StateRule) { r.Repeat.N = -1 }),
		`state "reported" has two time limits`:                          rule("reported", func(r *StateRule) { r.Term = "limit" }),
		`state "parked" is untimed and has a time limit`:                rule("parked", func(r *StateRule) { r.Term = "limit" }),
		`state "parked" is untimed and does not say why`:                rule("parked", func(r *StateRule) { r.Basis = "" }),
		`state "parked" repeats nothing`:                                rule("parked", func(r *StateRule) { r.Repeat = &clock.Term{Unit: clock.Workday, N: 1} }),
		`state "parked" expires into "resume" without a time limit`:     rule("parked", func(r *StateRule) { r.OnExpiry = "resume" }),
		`final state "closed" has a time limit`:                         rule("closed", func(r *StateRule) { r.Term = "limit" }),
		`state "accepted" expires into "expire", which asks for a form`: func(d *Definition) { d.Moves[6].Form = "accept" },
		`state "accepted" expires into "vanish", which is not a move from it`: rule("accepted", func(r *StateRule) {
			r.OnExpiry = "vanish"
		}),
		`state "reported" expires into "escalate", which stays in it, and does not say when again`: rule("reported", func(r *StateRule) {
			r.Repeat = nil
		}),
		`state "accepted" expires into "expire", which leaves it, and cannot be repeated`: rule("accepted", func(r *StateRule) {
			r.Repeat = &clock.Term{Unit: clock.Workday, N: 1}
		}),
	})
}

// damaged checks that Lint says each sentence about a sample damaged that way.
func damaged(t *testing.T, cases map[string]func(*Definition)) {
	t.Helper()
	for want, damage := range cases {
		t.Run(want, func(t *testing.T) {
			d := sample()
			damage(d)
			if got := Lint(d, everything()); !slices.Contains(got, want) {
				t.Errorf("it says:\n%s", strings.Join(got, "\n"))
			}
		})
	}
}

func TestLintFindsNothingWrong(t *testing.T) {
	if got := Lint(sample(), everything()); len(got) > 0 {
		t.Errorf("the sample is said to have faults: %q", got)
	}
	if got := Lint(sample(), Known{}); len(got) > 0 {
		t.Errorf("what is not known is checked: %q", got)
	}
	twice := sample() // the same action, by others, with the same form: one of them for the system
	twice.Moves = append([]Move{{Action: "expire", From: []State{"accepted"}, To: "parked", By: []Role{"handler"}}}, twice.Moves...)
	if got := Lint(twice, everything()); len(got) > 0 {
		t.Errorf("an expiry that people may make too is refused: %q", got)
	}
}
