// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"fmt"
	"maps"
	"slices"
)

// Known is what a definition may name. A nil list is not checked.
type Known struct {
	Guards, Terms, Forms []string
	Roles                []Role
}

// Lint lists what is wrong with d. A definition with any problem cannot be
// published.
func Lint(d *Definition, known Known) []string {
	l := linter{d: d, exits: map[State][]Move{}}
	if _, ok := d.States[d.Start]; !ok {
		l.bad("start state %q is not defined", d.Start)
	}
	for _, m := range d.Moves {
		l.move(m, known)
	}
	reached := reach(d.Start, l.exits)
	for _, s := range slices.Sorted(maps.Keys(d.States)) {
		l.state(s, reached[s], known)
	}
	return l.out
}

type linter struct {
	d     *Definition
	exits map[State][]Move // moves by the states they start from
	out   []string
}

func (l *linter) bad(format string, args ...any) { l.out = append(l.out, fmt.Sprintf(format, args...)) }

func (l *linter) move(m Move, known Known) {
	if len(m.By) == 0 {
		l.bad("nobody may %s", m.Action)
	}
	if len(m.From) == 0 {
		l.bad("%s starts from no state", m.Action)
	}
	used := slices.Clone(m.From)
	if !m.Stays() {
		used = append(used, m.To)
	}
	for _, s := range used {
		if _, ok := l.d.States[s]; !ok {
			l.bad("%s uses undefined state %q", m.Action, s)
		}
	}
	for _, s := range m.From {
		for _, other := range l.exits[s] {
			if other.Action == m.Action && slices.ContainsFunc(m.By, func(r Role) bool { return slices.Contains(other.By, r) }) {
				l.bad("%s from %q is defined twice for the same role", m.Action, s)
			}
		}
		l.exits[s] = append(l.exits[s], m)
	}
	l.names(m, known)
}

// names refuses what a move names and nobody has.
func (l *linter) names(m Move, known Known) {
	for _, g := range m.Guards {
		if known.Guards != nil && !slices.Contains(known.Guards, g) {
			l.bad("%s names unknown guard %q", m.Action, g)
		}
	}
	for _, r := range m.By {
		if known.Roles != nil && !slices.Contains(known.Roles, r) {
			l.bad("%s names unknown role %q", m.Action, r)
		}
	}
	if m.Form != "" && known.Forms != nil && !slices.Contains(known.Forms, m.Form) {
		l.bad("%s names unknown form %q", m.Action, m.Form)
	}
}

func (l *linter) state(s State, reached bool, known Known) {
	rule := l.d.States[s]
	leaves := slices.ContainsFunc(l.exits[s], func(m Move) bool { return !m.Stays() })
	timed := rule.Within != nil || rule.Term != ""
	switch {
	case !reached:
		l.bad("state %q cannot be reached", s)
	case rule.Final && len(l.exits[s]) > 0:
		l.bad("final state %q has a way out", s)
	case !rule.Final && !leaves:
		l.bad("state %q is a dead end but is not final", s)
	case !rule.Final && !timed:
		l.bad("state %q has no time limit", s)
	}
	if rule.Within != nil && rule.Within.N <= 0 {
		l.bad("state %q has a time limit that is not positive", s)
	}
	if rule.Term != "" && known.Terms != nil && !slices.Contains(known.Terms, rule.Term) {
		l.bad("state %q names unknown term %q", s, rule.Term)
	}
	l.expiry(s, rule)
}

func (l *linter) expiry(s State, rule StateRule) {
	if rule.OnExpiry == "" {
		return
	}
	i := slices.IndexFunc(l.exits[s], func(m Move) bool { return m.Action == rule.OnExpiry })
	switch {
	case i < 0:
		l.bad("state %q expires into %q, which is not a move from it", s, rule.OnExpiry)
	case !slices.Contains(l.exits[s][i].By, System):
		l.bad("state %q expires into %q, which the system may not make", s, rule.OnExpiry)
	case l.exits[s][i].Stays() && (rule.Repeat == nil || rule.Repeat.N <= 0):
		l.bad("state %q expires into %q, which stays in it, and does not say when again", s, rule.OnExpiry)
	}
}

// reach returns every state that moves lead to from start.
func reach(start State, exits map[State][]Move) map[State]bool {
	seen := map[State]bool{start: true}
	for todo := []State{start}; len(todo) > 0; todo = todo[1:] {
		for _, m := range exits[todo[0]] {
			if !m.Stays() && !seen[m.To] {
				seen[m.To] = true
				todo = append(todo, m.To)
			}
		}
	}
	return seen
}
