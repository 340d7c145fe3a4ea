// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package clock

import (
	"slices"
	"time"
)

// Span is a time during which a term stood still. While it still does, To is zero.
type Span struct{ From, To time.Time }

// open reports whether the span has not ended.
func (s Span) open() bool { return s.To.IsZero() }

// Run is a term that runs: all it takes to say when it ends. Pauses are in order
// and do not overlap.
type Run struct {
	From   time.Time
	Term   Term
	Pauses []Span
	Extra  []Term // granted in addition, each counted from the end of what came before
}

// Timed reports whether there is a term at all.
func (r Run) Timed() bool { return r.Term.N > 0 }

// Paused reports whether the term stands still.
func (r Run) Paused() bool { return len(r.Pauses) > 0 && r.Pauses[len(r.Pauses)-1].open() }

// Pause returns r standing still from at on. One that does so already stays as it is.
func (r Run) Pause(at time.Time) Run {
	if r.Timed() && !r.Paused() {
		r.Pauses = append(slices.Clone(r.Pauses), Span{From: at})
	}
	return r
}

// Resume returns r running again from at on.
func (r Run) Resume(at time.Time) Run {
	if r.Paused() {
		r.Pauses = slices.Clone(r.Pauses)
		r.Pauses[len(r.Pauses)-1].To = at
	}
	return r
}

// Extend returns r with t granted in addition.
func (r Run) Extend(t Term) Run {
	r.Extra = append(slices.Clone(r.Extra), t)
	return r
}

// End returns when r ends. It is zero while r stands still, unless r ended
// before it stopped, and for a run without a term.
//
// Hours pass only outside pauses. A day counts unless the term stood still at
// its end: at six in the evening for workdays, at midnight for calendar days, so
// that a question answered on the day it was put costs nobody a day.
func (c *Calendar) End(r Run) Deadline {
	if !r.Timed() {
		return Deadline{}
	}
	at := c.end(r.From, r.Term, r.Pauses)
	for _, t := range r.Extra {
		if at.IsZero() {
			break
		}
		at = c.end(at, t, r.Pauses)
	}
	d := Deadline{At: at}
	if r.Term.Unit != UrgentHour {
		d.Unpublished = slices.Clip(c.Unpublished(r.From, at))
	}
	return d
}

// end is when one term ends that begins at from and stands still in pauses.
func (c *Calendar) end(from time.Time, t Term, pauses []Span) time.Time {
	switch start := from.In(c.zone); t.Unit {
	case UrgentHour:
		return passing(start, hours(t.N), pauses, time.Time.Add, between)
	case WorkHour:
		return passing(start, hours(t.N), pauses, c.workHours, c.Working)
	case Workday:
		return c.days(start, int(t.N), laterTo, pauses, c.workedDay)
	default:
		return c.days(start, int(t.N), wholeDay, pauses, func(int) bool { return true })
	}
}

func between(from, to time.Time) time.Duration { return to.Sub(from) }

// passing returns the instant at which left has passed since from outside
// pauses, given how to add a length to an instant and to tell the length between
// two. It is zero if that instant lies behind an open pause.
func passing(from time.Time, left time.Duration, pauses []Span,
	add func(time.Time, time.Duration) time.Time, length func(from, to time.Time) time.Duration) time.Time {
	for _, p := range pauses {
		if !p.open() && !p.To.After(from) {
			continue
		}
		if p.From.After(from) {
			free := length(from, p.From)
			if left <= free {
				break
			}
			left -= free
		}
		if p.open() {
			return time.Time{}
		}
		from = p.To
	}
	return add(from, left)
}

// days returns the end of the nth day after from's that counts and at whose end,
// the given offset into it, no pause was on. The last one is a worked day.
func (c *Calendar) days(from time.Time, n int, end time.Duration, pauses []Span, counts func(day int) bool) time.Time {
	day := dayNumber(from)
	for {
		day++
		at := c.at(day, end)
		held, open := paused(at, pauses)
		switch {
		case open:
			return time.Time{}
		case held:
			continue
		case counts(day):
			n--
		}
		if n <= 0 && c.workedDay(day) {
			return at
		}
	}
}

// paused reports whether a term stood still at an instant, and whether it has
// done so ever since.
func paused(at time.Time, pauses []Span) (held, open bool) {
	for _, p := range pauses {
		if !at.Before(p.From) && (p.open() || at.Before(p.To)) {
			return true, p.open()
		}
	}
	return false, false
}

// Working returns how much of the time between two instants is working time.
func (c *Calendar) Working(from, to time.Time) time.Duration {
	from, to = from.In(c.zone), to.In(c.zone)
	var sum time.Duration
	for day := dayNumber(from); day <= dayNumber(to); day++ {
		if !c.workedDay(day) {
			continue
		}
		start := c.at(day, 0)
		for _, part := range [2][2]time.Duration{{morningFrom, morningTo}, {laterFrom, laterTo}} {
			if free := min(to.Sub(start), part[1]) - max(from.Sub(start), part[0]); free > 0 {
				sum += free
			}
		}
	}
	return sum
}

// Reached returns the instant at which the given share of r, between 0 and 1, is
// used up: of working time for terms counted in it, else of time. It is zero
// when r has no end.
func (c *Calendar) Reached(r Run, share float64) time.Time {
	end := c.End(r).At
	if end.IsZero() {
		return end
	}
	add, length := time.Time.Add, between
	if r.Term.Unit == WorkHour || r.Term.Unit == Workday {
		add, length = c.workHours, c.Working
	}
	total := length(r.From.In(c.zone), end)
	for _, p := range r.Pauses {
		if !p.open() && p.From.Before(end) {
			total -= length(p.From, p.To)
		}
	}
	part := time.Duration(float64(total) * share).Truncate(time.Minute)
	return passing(r.From.In(c.zone), part, r.Pauses, add, length)
}
