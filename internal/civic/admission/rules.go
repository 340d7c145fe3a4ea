// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package admission

import (
	"slices"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/core/procedure"
)

// States that the code asks for; all others are known to the procedure only.
const (
	trial     procedure.State = "trial"
	tried     procedure.State = "tried"
	listed    procedure.State = "listed"
	reviewDue procedure.State = "review_due"
	allowed   procedure.State = "allowed"
)

// inForce are the states in which a task may reach the grids.
var inForce = []procedure.State{listed, reviewDue, allowed, trial}

// subject is what the rules look at.
type subject struct {
	Application
	today string
}

// Roles are the capacities that an admission procedure may name.
func Roles() []procedure.Role {
	return []procedure.Role{"handler", "dispatcher", "shift_head", "grid_worker", procedure.System}
}

// Lint lists what is wrong with an admission procedure, given the forms there are.
func Lint(d *procedure.Definition, forms form.Forms) []string {
	known := procedure.Known{Roles: Roles()}
	for name := range guards() {
		known.Guards = append(known.Guards, name)
	}
	for name := range terms() {
		known.Terms = append(known.Terms, name)
	}
	for name := range forms {
		known.Forms = append(known.Forms, name)
	}
	return procedure.Lint(d, known)
}

// guards are the conditions that the procedure may name.
func guards() map[string]procedure.Guard[subject] {
	return map[string]procedure.Guard[subject]{
		"lasting": func(s subject, _ procedure.Attempt) error { return unless(!s.Once, "admission.is_once") },
		"once":    func(s subject, _ procedure.Attempt) error { return unless(s.Once, "admission.is_lasting") },
		"another": func(s subject, try procedure.Attempt) error {
			return unless(try.Actor != s.Applicant && try.Actor != s.Checker && try.Actor != s.Reviewer, "admission.same_person")
		},
		"not_applicant": func(s subject, try procedure.Attempt) error {
			return unless(try.Actor != s.Applicant, "admission.same_person")
		},
	}
}

func unless(ok bool, key string) error {
	if ok {
		return nil
	}
	return fault.New(fault.Denied, key)
}

// terms are the lengths of time that the procedure may name.
func terms() map[string]procedure.TermOf[subject] {
	return map[string]procedure.TermOf[subject]{
		"until_day": func(s subject) clock.Term {
			return clock.Term{Unit: clock.CalendarDay, N: float64(max(days(s.today, s.Until), 1))}
		},
		"trial_days": func(s subject) clock.Term {
			return clock.Term{Unit: clock.CalendarDay, N: float64(max(days(s.today, s.Trial.Until), 1))}
		},
	}
}

// days is how many days lie between two days, both as 2024-03-31.
func days(from, to string) int {
	a, bad := time.Parse(time.DateOnly, from)
	b, worse := time.Parse(time.DateOnly, to)
	if bad != nil || worse != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

// natureOf refuses the powers of a department: permits, penalties and coercion.
func natureOf(nature string) error {
	if slices.Contains(powers, nature) {
		return fault.New(fault.Invalid, "admission.powers_stay").At("nature")
	}
	return nil
}

// until checks the last day of an application: one that is once needs it, and not
// far ahead.
func until(once bool, day, today string) error {
	switch n := days(today, day); {
	case !once:
		return nil
	case day == "":
		return fault.New(fault.Invalid, "admission.until_required").At("until")
	case n < 0 || n > longest:
		return fault.New(fault.Invalid, "admission.until_range").At("until").With("days", "90")
	}
	return nil
}

// Covers reports whether the task may be sent to a grid at place on a day.
func (a Application) Covers(place int64, today string) bool {
	switch {
	case !slices.Contains(inForce, a.State) || place < a.Lo || place >= a.Hi:
		return false
	case a.State == trial:
		return place >= a.Trial.Lo && place < a.Trial.Hi && today <= a.Trial.Until
	}
	return a.Until == "" || today <= a.Until
}
