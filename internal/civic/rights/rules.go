// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package rights

import (
	"slices"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
)

// reporter is the role of whoever asks about their own data.
const reporter procedure.Role = "reporter"

// Roles are the capacities that the procedure may name.
func Roles() []procedure.Role {
	return []procedure.Role{"dispatcher", "shift_head", "receptionist", reporter, procedure.System}
}

// Lint lists what is wrong with a procedure for requests, given the forms there
// are. Besides what every procedure has to keep, an answer is owed within fifteen
// working days, and a receipt within three.
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
	out := procedure.Lint(d, known)
	if d.Whole == nil || d.Whole.From != d.Start {
		out = append(out, "procedure "+d.Name+": a request has a term as a whole, from its beginning")
	}
	if w := d.States[d.Start].Within; w == nil || w.Unit != clock.Workday || w.N > ackDays {
		out = append(out, "procedure "+d.Name+": a receipt is given within three workdays")
	}
	for _, m := range d.Moves {
		if m.Action == "carry_out" && !slices.Contains(m.Guards, "another") {
			out = append(out, "procedure "+d.Name+": deletion is decided by another person than who proposed it")
		}
	}
	return out
}

// Lengths of time. Fifteen workdays: rules on apps of 2019 (No. 191), art. 6; within
// thirty days by GB/T 35273-2020, 8.7.
const (
	ackDays   = 3
	wholeDays = 15
	moreDays  = 15
)

func terms() map[string]procedure.TermOf[Request] {
	days := func(n float64) procedure.TermOf[Request] {
		return func(Request) clock.Term { return clock.Term{Unit: clock.Workday, N: n} }
	}
	return map[string]procedure.TermOf[Request]{"whole": days(wholeDays), "more": days(moreDays)}
}

// guards are the conditions that the procedure may name.
func guards() map[string]procedure.Guard[Request] {
	return map[string]procedure.Guard[Request]{
		"deletion": func(r Request, _ procedure.Attempt) error { return unless(r.destroys(), "rights.no_deletion") },
		"other_wish": func(r Request, _ procedure.Attempt) error {
			return unless(!r.destroys(), "rights.is_deletion")
		},
		"at_once": func(r Request, _ procedure.Attempt) error {
			return unless(r.Door != AtDesk && r.Wish != Delete, "rights.not_at_once")
		},
		"another": func(r Request, try procedure.Attempt) error {
			return unless(try.Actor != "" && try.Actor != r.Proposer && try.Actor != r.Taker, "rights.same_person")
		},
		"not_extended": func(r Request, _ procedure.Attempt) error { return unless(!r.Extended, "rights.extended_once") },
	}
}

// destroys reports whether something is destroyed if the wish is granted.
func (r Request) destroys() bool { return r.Wish == Delete || r.Wish == Withdraw }

func unless(ok bool, key string) error {
	if ok {
		return nil
	}
	return fault.New(fault.Denied, key)
}

// named are the wishes that need to name whose data they are about.
func (w Wish) named() bool { return w != Query }

// MaySee reports whether somebody may see a request: the desk of its place,
// auditors, and who asked about their own account.
func MaySee(a identity.Actor, r Request, now time.Time) bool {
	if r.Door == Own && r.Taker == a.Account && a.Account != "" {
		return true
	}
	return slices.ContainsFunc(a.RolesAt(r.Place, "", now), func(role identity.Role) bool {
		return role == identity.Dispatcher || role == identity.ShiftHead || role == identity.Receptionist || role == identity.Auditor
	})
}
