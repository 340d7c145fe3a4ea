// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webmatter

import (
	"strconv"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/edge/web/webkit"
)

// ClockView explains one term of a matter.
type ClockView struct {
	Heading string
	Lines   []string
}

// Clocks explains why the terms of a matter end when they do: that of its
// present state, and that of the matter as a whole.
func (s *Shared) Clocks(p *text.Printer, d matter.Detail) []ClockView {
	var out []ClockView
	for _, c := range []struct {
		key string
		run clock.Run
	}{{"stage", d.Clocks.Stage}, {"held", d.Clocks.Held}, {"whole", d.Clocks.Whole}} {
		if !c.run.Timed() || !d.Open {
			continue
		}
		v := ClockView{Heading: p.T("matter.clock." + c.key)}
		for _, r := range s.Matters.Calendar.Explain(c.run) {
			v.Lines = append(v.Lines, s.reason(p, r))
		}
		out = append(out, v)
	}
	return out
}

// reason says one reason of an explanation.
func (s *Shared) reason(p *text.Printer, r clock.Reason) string {
	key := "matter.clock." + string(r.Why)
	switch r.Why {
	case clock.Began:
		return p.T(key, "at", s.moment(p, r.From), "term", Term(p, r.Term))
	case clock.Extended:
		return p.T(key, "term", Term(p, r.Term))
	case clock.NotPublished:
		return p.T(key, "year", strconv.Itoa(r.Year))
	case clock.Ends:
		if r.From.IsZero() {
			return p.T("matter.clock.stands_still")
		}
		return p.T(key, "at", s.moment(p, r.From))
	case clock.StoodStill:
		if r.To.IsZero() {
			return p.T("matter.clock.stands_still_since", "from", s.moment(p, r.From))
		}
		return p.T(key, "from", s.moment(p, r.From), "to", s.moment(p, r.To))
	}
	if r.From.Equal(r.To) {
		return p.T(key+".one", "day", s.day(p, r.From))
	}
	return p.T(key+".many", "from", s.day(p, r.From), "to", s.day(p, r.To))
}

// moment is an instant with its day of the week.
func (s *Shared) moment(p *text.Printer, at time.Time) string {
	return p.DateTime(at.In(s.Matters.Calendar.Zone()))
}

// day is a date with its day of the week.
func (s *Shared) day(p *text.Printer, at time.Time) string {
	return p.Date(at.In(s.Matters.Calendar.Zone()))
}

// Term says a length of time in words.
func Term(say *text.Printer, t clock.Term) string {
	n := strconv.FormatFloat(t.N, 'f', -1, 64)
	if t.N == 1 {
		return say.T("desk.procedure.unit."+string(t.Unit)+".one", "n", n)
	}
	return say.T("desk.procedure.unit."+string(t.Unit)+".many", "n", n)
}

// lights are the lights of pages by those of terms.
var lights = map[clock.Light]webkit.Light{
	clock.Green: webkit.OnTime, clock.Yellow: webkit.Near, clock.Red: webkit.Over, clock.NoLight: webkit.None,
}
