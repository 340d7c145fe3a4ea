// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"time"

	"pavilion/internal/base/clock"
)

// Past is one step of a case as its clocks remember it.
type Past struct {
	From, To State
	At       time.Time
	Term     clock.Term // of the state that was entered; zero if it has none, or goes on with what it had
	Extra    clock.Term // granted in addition to the term of the state
	Whole    clock.Term // of the case as a whole, in the step with which that began
}

// entered reports whether the step began a state anew, also the one it left.
func (p Past) entered() bool { return p.From != p.To || p.Term.N > 0 }

// Clocks are the terms that run for a case. They follow from its history alone:
// see Replay.
type Clocks struct {
	Stage clock.Run // of the present state; without a term if it has none
	Held  clock.Run // of the state From, which stands still while the case is in one that pauses
	From  State     // empty unless the present state pauses
	Whole clock.Run // of the case as a whole; without a term before it began
}

// Replay returns the clocks of a case with the given history, oldest first.
func (d *Definition) Replay(history []Past) Clocks {
	var c Clocks
	for _, p := range history {
		c = d.after(c, p)
	}
	return c
}

// after returns the clocks after one more step.
func (d *Definition) after(c Clocks, p Past) Clocks {
	if p.Extra.N > 0 {
		c.Stage = c.Stage.Extend(p.Extra)
		if c.Whole.Timed() {
			c.Whole = c.Whole.Extend(p.Extra)
		}
	}
	if !p.entered() {
		return c
	}
	pauses, resumes := d.States[p.To].Pauses, c.From != "" && !d.States[p.To].Pauses
	if pauses && c.From == "" {
		c.From, c.Held, c.Whole = p.From, c.Stage.Pause(p.At), c.Whole.Pause(p.At)
	}
	stage := clock.Run{From: p.At, Term: p.Term}
	if resumes {
		c.Whole = c.Whole.Resume(p.At)
		if p.To == c.From && p.Term.N == 0 {
			stage = c.Held.Resume(p.At)
		}
		c.From, c.Held = "", clock.Run{}
	}
	if d.States[p.To].Final {
		c.Whole = clock.Run{}
	}
	c.Stage = stage
	if p.Whole.N > 0 {
		c.Whole = clock.Run{From: p.At, Term: p.Whole}
	}
	return c
}

// Times are the instants that follow from clocks and the calendar. Each is zero
// when its term has no end.
type Times struct {
	Due         time.Time // when the present state's term ends
	Warn        time.Time // when its light turns yellow
	Whole       time.Time // when the term of the case as a whole ends
	Unpublished []int     // years counted without published holidays
}

// Times reads the clocks on the machine's calendar.
func (m *Machine[S]) Times(c Clocks) Times {
	stage := m.cal.End(c.Stage)
	return Times{
		Due: stage.At, Warn: m.cal.Reached(c.Stage, clock.WarnShare),
		Whole: m.cal.End(c.Whole).At, Unpublished: stage.Unpublished,
	}
}

// Replay returns the clocks of a case with the given history, oldest first.
func (m *Machine[S]) Replay(history []Past) Clocks { return m.def.Replay(history) }
