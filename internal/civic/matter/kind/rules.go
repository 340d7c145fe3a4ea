// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package kind

import (
	"slices"
	"strings"

	"pavilion/internal/base/clock"
)

// Finding is something wrong with a catalogue: at which type, in which field, as
// a text key.
type Finding struct {
	Code, Field, Key string
}

// Lint lists what is wrong with a catalogue. Basis: the check rules of the
// catalogue of matters. Danger is answered in hours without a break; what a
// department must lead is not led by a community or a grid; everything has
// evidence; no limit is shorter than its response or longer than the law allows.
func (b *Book) Lint() []Finding {
	var out []Finding
	for _, k := range b.types {
		bad := func(wrong bool, field, key string) {
			if wrong {
				out = append(out, Finding{k.Code, field, "kind." + key})
			}
		}
		bad(!slices.Contains([]string{"B", "C", "R", "S", "T"}, k.List), "list", "list_unknown")
		bad(!slices.Contains([]string{"P1", "P2", "P3", "P4"}, k.Priority), "priority", "priority_unknown")
		bad(!slices.Contains([]string{"A", "B", "C", "D"}, k.Privacy), "privacy", "privacy_unknown")
		bad(!slices.Contains(subjects, k.About), "about", "about_person")
		bad(k.Lead == "", "lead", "lead_required")
		bad(len(k.Evidence) == 0, "evidence", "evidence_required")
		bad(strings.Contains("CRT", k.List) && (k.Lead == "COMM" || k.Lead == "GRID"), "lead", "department_leads")
		bad(k.Priority == "P1" && k.Respond.Unit != clock.UrgentHour, "respond", "danger_in_urgent_hours")
		bad(k.Priority == "P1" && k.Handle.Unit != clock.UrgentHour && k.Interim == "", "handle", "danger_needs_interim")
		bad(k.Statutory.N > 0 && k.Statutory.Unit != k.Handle.Unit, "handle", "statutory_unit")
		bad(k.Statutory.N > 0 && k.Handle.N > k.Statutory.N, "handle", "statutory_longer")
		out = append(out, k.terms()...)
	}
	for _, code := range b.frequent {
		if _, ok := b.byCode[code]; !ok {
			out = append(out, Finding{code, "frequent", "kind.frequent_unknown"})
		}
	}
	return out
}

// subjects are what a type may be about. Reports about private persons are not
// taken: guard 16 of the handbook of governance.
var subjects = []string{"", "place", "service", "office", "own_need"}

// longest is the most that a term may count: ten years in days.
const longest = 3660

// terms lists what is wrong with the terms of a type.
func (k Kind) terms() []Finding {
	var out []Finding
	check := func(field string, t clock.Term, required bool) {
		switch {
		case t.N == 0 && !required:
		case !slices.Contains(clock.Units(), t.Unit):
			out = append(out, Finding{k.Code, field, "kind.unit_unknown"})
		case t.N <= 0 || t.N > longest:
			out = append(out, Finding{k.Code, field, "kind.term_out_of_range"})
		}
	}
	check("respond", k.Respond, true)
	check("handle", k.Handle, false)
	if k.Handle.N > 0 && hours(k.Handle) < hours(k.Respond) {
		out = append(out, Finding{k.Code, "handle", "kind.handle_before_respond"})
	}
	for _, c := range k.Conditions {
		check("conditions", c.Handle, true)
		if c.Name == "" {
			out = append(out, Finding{k.Code, "conditions", "kind.condition_unnamed"})
		}
	}
	return out
}

// hours is a term in hours of work, roughly: enough to compare two.
func hours(t clock.Term) float64 {
	return t.N * map[clock.Unit]float64{clock.UrgentHour: 1, clock.WorkHour: 1, clock.Workday: 8, clock.CalendarDay: 5}[t.Unit]
}
