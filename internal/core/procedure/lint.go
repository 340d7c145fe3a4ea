// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package procedure

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Known is what a definition may name. A nil list is not checked. Texts are keys
// of sentences; those of a procedure begin with the first word of its name.
type Known struct {
	Guards, Terms, Forms, Texts []string
	Roles                       []Role
}

// Lint lists what is wrong with d. A definition with any problem cannot be
// published.
func Lint(d *Definition, known Known) []string {
	l := linter{d: d, known: known, exits: map[State][]Move{}}
	l.head()
	for _, m := range d.Moves {
		l.move(m)
	}
	reached, ends := reach(d.Start, l.exits), ending(d)
	for _, s := range slices.Sorted(maps.Keys(d.States)) {
		l.word("state", string(s))
		l.state(s, reached[s], ends[s])
		l.time(s)
		l.pause(s)
		l.expiry(s)
	}
	l.whole()
	l.texts()
	return l.out
}

type linter struct {
	d     *Definition
	known Known
	exits map[State][]Move // moves by the states they start from
	out   []string
}

func (l *linter) bad(format string, args ...any) { l.out = append(l.out, fmt.Sprintf(format, args...)) }

var (
	word  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	words = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`)
)

// word refuses a name that is not one word of small letters.
func (l *linter) word(what, name string) {
	if !word.MatchString(name) {
		l.bad("%s %q is not a name of small letters", what, name)
	}
}

func (l *linter) head() {
	if !words.MatchString(l.d.Name) {
		l.bad("the procedure's name %q is not of the kind matter.standard", l.d.Name)
	}
	if l.d.Version < 1 {
		l.bad("version %d is not positive", l.d.Version)
	}
	if l.d.Basis == "" {
		l.bad("the procedure names no basis")
	}
	if _, ok := l.d.States[l.d.Start]; !ok {
		l.bad("start state %q is not defined", l.d.Start)
	}
}

func (l *linter) move(m Move) {
	l.word("action", string(m.Action))
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
		l.twins(s, m)
		l.exits[s] = append(l.exits[s], m)
	}
	l.names(m)
	l.extension(m)
}

// twins refuses a second move of the same action from a state where it cannot
// be told which of the two is meant, or which form is to be filled in.
func (l *linter) twins(s State, m Move) {
	for _, other := range l.exits[s] {
		switch {
		case other.Action != m.Action:
		case slices.ContainsFunc(m.By, func(r Role) bool { return slices.Contains(other.By, r) }):
			l.bad("%s from %q is defined twice for the same role", m.Action, s)
		case other.Form != m.Form:
			l.bad("%s from %q has two forms", m.Action, s)
		}
	}
}

// names refuses what a move names and nobody has.
func (l *linter) names(m Move) {
	for _, g := range m.Guards {
		if l.known.Guards != nil && !slices.Contains(l.known.Guards, g) {
			l.bad("%s names unknown guard %q", m.Action, g)
		}
	}
	for _, r := range m.By {
		if l.known.Roles != nil && !slices.Contains(l.known.Roles, r) {
			l.bad("%s names unknown role %q", m.Action, r)
		}
	}
	if m.Form != "" && l.known.Forms != nil && !slices.Contains(l.known.Forms, m.Form) {
		l.bad("%s names unknown form %q", m.Action, m.Form)
	}
}

func (l *linter) state(s State, reached, ends bool) {
	rule := l.d.States[s]
	leaves := slices.ContainsFunc(l.exits[s], func(m Move) bool { return !m.Stays() })
	switch {
	case !reached:
		l.bad("state %q cannot be reached", s)
	case rule.Final && len(l.exits[s]) > 0:
		l.bad("final state %q has a way out", s)
	case !rule.Final && !leaves:
		l.bad("state %q is a dead end but is not final", s)
	case !ends:
		l.bad("no way leads from state %q to an end", s)
	}
}

// texts refuses states, actions and roles that people could not read, and bases
// that are keys of texts nobody wrote. Other bases are citations, shown as they are.
func (l *linter) texts() {
	if l.known.Texts == nil {
		return
	}
	first, _, _ := strings.Cut(l.d.Name, ".")
	keys := map[string]bool{}
	bases := []string{l.d.Basis}
	if l.d.Whole != nil {
		bases = append(bases, l.d.Whole.Basis)
	}
	for s, rule := range l.d.States {
		keys[first+".state."+string(s)] = true
		bases = append(bases, rule.Basis)
		if rule.Within != nil {
			bases = append(bases, rule.Within.Basis)
		}
	}
	for _, m := range l.d.Moves {
		bases = append(bases, m.Basis)
		keys[first+".action."+string(m.Action)] = true
		keys[first+".done."+string(m.Action)] = true
		for _, r := range m.By {
			keys["role."+string(r)] = true
		}
	}
	for _, basis := range bases {
		if strings.HasPrefix(basis, "basis.") {
			keys[basis] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !slices.Contains(l.known.Texts, key) {
			l.bad("there is no text for %s", key)
		}
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

// ending returns every state from which moves lead to a final one.
func ending(d *Definition) map[State]bool {
	ends := map[State]bool{}
	for s, rule := range d.States {
		ends[s] = rule.Final
	}
	for changed := true; changed; {
		changed = false
		for _, m := range d.Moves {
			for _, s := range m.From {
				if !m.Stays() && ends[m.To] && !ends[s] {
					ends[s], changed = true, true
				}
			}
		}
	}
	return ends
}
