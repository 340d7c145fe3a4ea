// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
)

// between counts the days from one day to another, on the calendar: from 1 June to 11
// June there are ten, whatever hour it is. Both are as 2026-06-13.
func between(from, to string) int {
	a, bad := time.Parse(time.DateOnly, from)
	b, err := time.Parse(time.DateOnly, to)
	if bad != nil || err != nil {
		return 0
	}
	return int(b.Sub(a) / (24 * time.Hour))
}

// short says that notice came too late for a kind, or is nil. The day of notice is not
// counted, that of the gathering is.
func (k Kind) short(noticed, day string) *fault.Error {
	if between(noticed, day) >= k.Days {
		return nil
	}
	first, err := time.Parse(time.DateOnly, noticed)
	if err != nil {
		return fault.New(fault.Invalid, "form.not_a_date").At("noticed")
	}
	f := fault.New(fault.Invalid, "gathering.late_notice").At("starts").With("days", strconv.Itoa(k.Days)).
		With("earliest", first.AddDate(0, 0, k.Days).Format(time.DateOnly))
	f.Basis = k.Basis
	return f
}

// Bounds of an agenda.
const (
	maxItems = 40
	maxTitle = 120
	maxWords = 500
)

// agenda cleans the items of an agenda, and lists what is wrong with them.
func agenda(given []Item) (out []Item, faults []*fault.Error) {
	if len(given) == 0 {
		faults = append(faults, fault.New(fault.Invalid, "gathering.no_items").At("agenda"))
	}
	if len(given) > maxItems {
		return nil, []*fault.Error{fault.New(fault.Invalid, "gathering.many_items").At("agenda").With("max", strconv.Itoa(maxItems))}
	}
	for n, i := range given {
		field := "agenda." + strconv.Itoa(n+1)
		title, f := words(i.Title, field, maxTitle, true)
		if f != nil {
			faults = append(faults, f)
		}
		if !slices.Contains(ItemKinds(), i.Kind) {
			faults = append(faults, fault.New(fault.Invalid, "form.not_a_choice").At(field))
		}
		out = append(out, Item{Kind: i.Kind, Title: title, Ref: i.Ref})
	}
	return out, faults
}

// Warning is something that is not as it should be, and hinders nothing.
type Warning string

// The warnings.
const (
	WarnFirst  Warning = "first"  // the first item is not what it has to be
	WarnNotice Warning = "notice" // notice came later than is usual
	WarnLeft   Warning = "left"   // when it ended, too few were left
)

// Warnings lists what is not as it should be.
func (g Gathering) Warnings(day string) (out []Warning) {
	if g.Rule.First != "" && (len(g.Agenda) == 0 || g.Agenda[0].Kind != g.Rule.First) {
		out = append(out, WarnFirst)
	}
	if g.Rule.short(g.Noticed, day) != nil {
		out = append(out, WarnNotice)
	}
	if g.Rule.needs(PartQuorum) && !g.EndedAt.IsZero() && g.Begin.Met && !g.End.Met {
		out = append(out, WarnLeft)
	}
	return out
}

// Act is what somebody did at the door.
type Act string

// The acts. A line that was a mistake is followed by one that says so.
const (
	Came    Act = "came"
	Left    Act = "left"
	Mistake Act = "mistake" // had not come after all
)

// Coming is one line of who came and left.
type Coming struct {
	Seat string
	Act  Act
	At   time.Time
	Way  Way
	By   string // account; empty for who checked in themselves
}

// Way is how something became known.
type Way string

// The ways.
const (
	ByRoll    Way = "roll"    // called, or ticked by the chair
	ByCode    Way = "code"    // with the code of the day
	ByPaper   Way = "paper"   // from the list they signed
	ByLink    Way = "link"    // the person themselves, by a link
	ByAccount Way = "account" // the person themselves, signed in
	ByStaff   Way = "staff"   // somebody called, or went there
)

// Attendance is when somebody came and left; the last time, if they did so again.
type Attendance struct {
	Came time.Time // zero for who did not
	Left time.Time // zero while they are there
	Way  Way
}

// Present reports whether somebody is there.
func (a Attendance) Present() bool { return !a.Came.IsZero() && a.Left.IsZero() }

// attended folds lines, in their order, into who came.
func attended(lines []Coming) map[string]Attendance {
	out := map[string]Attendance{}
	for _, l := range lines {
		a := out[l.Seat]
		switch l.Act {
		case Came:
			if a.Came.IsZero() {
				a.Came, a.Way = l.At, l.Way
			}
			a.Left = time.Time{}
		case Left:
			a.Left = l.At
		case Mistake:
			a = Attendance{}
		}
		out[l.Seat] = a
	}
	return out
}

// present lists the seats that are there, in order.
func present(lines []Coming) (out []string) {
	for seat, a := range attended(lines) {
		if a.Present() {
			out = append(out, seat)
		}
	}
	slices.Sort(out)
	return out
}

// Missing lists the required parts that the papers lack, in the order of Parts; none
// when they are complete. An empty seat that must be there is missing whoever came.
func (r Record) Missing() []string {
	lacks := map[Part]bool{
		PartChair: r.Minutes.Chair == "", PartWriter: r.Minutes.Writer == "", PartObjections: r.Minutes.Objections == "",
		PartSigned: r.Signed == 0, PartQuorum: !r.Begin.Met, PartAttendance: true, PartSeats: len(r.Empty()) > 0,
		PartNotice: slices.ContainsFunc(r.Seats, func(p Invitee) bool { return p.Standing == Due && p.ToldAt.IsZero() }),
	}
	for _, p := range r.Seats {
		if !p.Came.IsZero() {
			lacks[PartAttendance] = false
		}
	}
	for _, i := range r.Agenda {
		if part := i.part(); !i.done() {
			lacks[part] = true
		}
	}
	out := []string{}
	for _, p := range Parts() {
		if lacks[p] && r.Rule.needs(p) {
			out = append(out, string(p))
		}
	}
	return out
}

// part is the part of the papers that says what became of an item.
func (i Item) part() Part {
	if i.Kind == Question {
		return PartAnswers
	}
	return PartOutcomes
}

// Empty lists the seats that must be there and were not.
func (r Record) Empty() (out []Invitee) {
	for _, p := range r.Seats {
		if p.Must && (p.Vacant || p.Came.IsZero()) {
			out = append(out, p)
		}
	}
	return out
}
