// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"math"
	"slices"

	"pavilion/internal/base/clock"
)

// longest is the longest term, in hours or days, that a definition may name:
// ten years in days. More is a slip of the pen, and counting it takes long.
const longest = 3660

// time refuses states whose time is not limited without saying why, and limits
// that contradict one another.
func (l *linter) time(s State) {
	rule := l.d.States[s]
	switch {
	case rule.Final && (rule.timed() || rule.Untimed || rule.OnExpiry != ""):
		l.bad("final state %q has a time limit", s)
	case rule.Untimed && rule.timed():
		l.bad("state %q is untimed and has a time limit", s)
	case rule.Untimed && rule.Basis == "":
		l.bad("state %q is untimed and does not say why", s)
	case !rule.Final && !rule.timed() && !rule.Untimed:
		l.bad("state %q has no time limit", s)
	case rule.Within != nil && rule.Term != "":
		l.bad("state %q has two time limits", s)
	}
	if rule.Term != "" && l.known.Terms != nil && !slices.Contains(l.known.Terms, rule.Term) {
		l.bad("state %q names unknown term %q", s, rule.Term)
	}
	l.term(s, "time limit", rule.Within)
	l.term(s, "repeat", rule.Repeat)
}

// whole refuses a term of the whole case that cannot begin or that nobody has written.
func (l *linter) whole() {
	w := l.d.Whole
	if w == nil {
		return
	}
	switch rule, ok := l.d.States[w.From]; {
	case !ok:
		l.bad("the whole case is counted from undefined state %q", w.From)
	case rule.Final || rule.Pauses:
		l.bad("the whole case is counted from %q, in which no term runs", w.From)
	case w.Term == "" || l.known.Terms != nil && !slices.Contains(l.known.Terms, w.Term):
		l.bad("the whole case names unknown term %q", w.Term)
	case w.Basis == "":
		l.bad("the term of the whole case has no basis")
	}
}

// pause refuses a state that lets others stand still without an end in sight.
func (l *linter) pause(s State) {
	rule := l.d.States[s]
	switch {
	case !rule.Pauses:
	case rule.Final || s == l.d.Start:
		l.bad("state %q pauses and nothing ran before or runs after it", s)
	case rule.OnExpiry == "":
		l.bad("state %q pauses others' terms and does not expire", s)
	}
}

// extension refuses moves that extend a term where none runs.
func (l *linter) extension(m Move) {
	switch {
	case m.Extends == "":
		return
	case !m.Stays():
		l.bad("%s extends a term and leaves its state", m.Action)
	case l.known.Terms != nil && !slices.Contains(l.known.Terms, m.Extends):
		l.bad("%s extends by unknown term %q", m.Action, m.Extends)
	}
	for _, s := range m.From {
		if !l.d.States[s].timed() {
			l.bad("%s extends the term of %q, which has none", m.Action, s)
		}
	}
}

// term refuses lengths of time that the calendar cannot count.
func (l *linter) term(s State, what string, t *clock.Term) {
	if t == nil {
		return
	}
	switch {
	case !slices.Contains(clock.Units(), t.Unit):
		l.bad("state %q has a %s in unknown unit %q", s, what, t.Unit)
	case !(t.N > 0):
		l.bad("state %q has a %s that is not positive", s, what)
	case t.N > longest:
		l.bad("state %q has a %s above %d", s, what, longest)
	case (t.Unit == clock.Workday || t.Unit == clock.CalendarDay) && t.N != math.Trunc(t.N):
		l.bad("state %q has a %s with a part of a day", s, what)
	}
}

// expiry refuses a state whose term ends in a move that the system cannot make.
func (l *linter) expiry(s State) {
	rule := l.d.States[s]
	if rule.OnExpiry == "" {
		if rule.Repeat != nil {
			l.bad("state %q repeats nothing", s)
		}
		return
	}
	named := func(m Move) bool { return m.Action == rule.OnExpiry }
	system := func(m Move) bool { return named(m) && slices.Contains(m.By, System) }
	i := slices.IndexFunc(l.exits[s], system)
	switch {
	case !rule.timed():
		l.bad("state %q expires into %q without a time limit", s, rule.OnExpiry)
	case !slices.ContainsFunc(l.exits[s], named):
		l.bad("state %q expires into %q, which is not a move from it", s, rule.OnExpiry)
	case i < 0:
		l.bad("state %q expires into %q, which the system may not make", s, rule.OnExpiry)
	case l.exits[s][i].Form != "":
		l.bad("state %q expires into %q, which asks for a form", s, rule.OnExpiry)
	case l.exits[s][i].Stays() && rule.Repeat == nil:
		l.bad("state %q expires into %q, which stays in it, and does not say when again", s, rule.OnExpiry)
	case !l.exits[s][i].Stays() && rule.Repeat != nil:
		l.bad("state %q expires into %q, which leaves it, and cannot be repeated", s, rule.OnExpiry)
	}
}
