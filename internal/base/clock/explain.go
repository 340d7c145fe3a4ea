// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package clock

import "time"

// Reason is one sentence of an explanation: why a term ends when it does.
type Reason struct {
	Why      Why
	From, To time.Time // an instant, or the first and the last day of several
	Term     Term      // of Began and Extended
	Year     int       // of NotPublished
}

// Why names what a Reason says.
type Why string

// What may be said of a term, in the order in which it happened.
const (
	Began        Why = "began"         // the term began at From
	Off          Why = "off"           // a weekend, from From to To
	Holiday      Why = "holiday"       // days off with a weekday among them, from From to To
	MadeUp       Why = "made_up"       // From is a weekend day that is worked
	StoodStill   Why = "stood_still"   // from From to To; To is zero if it still does
	Extended     Why = "extended"      // by Term
	NotPublished Why = "not_published" // the holidays of Year are not known: weekdays were counted
	Ends         Why = "ends"          // at From; zero while it stands still
)

// Explain says why r ends when it does, oldest first: what a person would need
// to count it again by hand. Days off are told for terms in working time only,
// and for the last day of a term in calendar days.
func (c *Calendar) Explain(r Run) []Reason {
	if !r.Timed() {
		return nil
	}
	d := c.End(r)
	out := []Reason{{Why: Began, From: r.From, Term: r.Term}}
	for _, p := range r.Pauses {
		out = append(out, Reason{Why: StoodStill, From: p.From, To: p.To})
	}
	for _, t := range r.Extra {
		out = append(out, Reason{Why: Extended, Term: t})
	}
	until := d.At
	if until.IsZero() {
		until = r.Pauses[len(r.Pauses)-1].From
	}
	switch r.Term.Unit {
	case WorkHour, Workday:
		out = append(out, c.unusual(dayNumber(r.From.In(c.zone)), dayNumber(until.In(c.zone)))...)
	case CalendarDay:
		out = append(out, c.rolled(r, dayNumber(until.In(c.zone)))...)
	}
	for _, y := range d.Unpublished {
		out = append(out, Reason{Why: NotPublished, Year: y})
	}
	return append(out, Reason{Why: Ends, From: d.At})
}

// rolled tells the days off over which the last day of a term in calendar days moved.
func (c *Calendar) rolled(r Run, last int) []Reason {
	first := last
	for first > dayNumber(r.From.In(c.zone)) && !c.workedDay(first-1) {
		first--
	}
	return c.unusual(first, last)
}

// unusual tells which days from one to another are off, and which weekend days
// are worked, neighbours that are off in one sentence.
func (c *Calendar) unusual(first, last int) []Reason {
	var out []Reason
	for n := first; n <= last; n++ {
		day := c.at(n, 0)
		switch k := len(out) - 1; {
		case c.workedDay(n) && weekday(n):
		case c.workedDay(n):
			out = append(out, Reason{Why: MadeUp, From: day, To: day})
		case k >= 0 && out[k].Why != MadeUp && dayNumber(out[k].To) == n-1:
			out[k].To = day
			out[k].Why = worse(out[k].Why, n)
		default:
			out = append(out, Reason{Why: worse(Off, n), From: day, To: day})
		}
	}
	return out
}

// worse is what to call days off that include day n: a weekday among them makes
// all of them a holiday.
func worse(so Why, n int) Why {
	if weekday(n) {
		return Holiday
	}
	return so
}
