// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"maps"
	"slices"

	"pavilion/internal/base/form"
	"pavilion/internal/core/procedure"
)

// always are the guards without which nothing is archived, by whatever procedure: that
// the matter is one for deliberation, was proposed in words, decided by the body that
// decides with its notice, its minutes and its vote, published for the lawful days,
// carried out, the outcome published, and filed where law wants it.
func always() []string {
	return []string{
		"allowed", "proposal", "notice_given", "decision_held", "decision_vote", "resolution_posted", "resolution_stood", "works", "outcome_posted",
		"outcome_stood", "filed",
	}
}

// Lint lists what is wrong with a procedure of topics, given the forms there are. Besides
// what every procedure has to keep, no way leads past what law asks of every decision.
func Lint(d *procedure.Definition, forms form.Forms) []string {
	known := procedure.Known{Roles: Roles(), Guards: slices.Sorted(maps.Keys(guards())), Terms: []string{}}
	for name := range forms {
		known.Forms = append(known.Forms, name)
	}
	out := procedure.Lint(d, known)
	bad := func(what string) { out = append(out, "procedure "+d.Name+": "+what) }
	if _, there := d.States[archived]; !there {
		bad("there is no archive")
		return out
	}
	for s, rule := range d.States {
		if rule.Final && s != rejected && s != withdrawn {
			bad("it ends in " + string(s) + ", which is neither rejected nor withdrawn")
		}
	}
	must := Musts(d)
	for _, g := range always() {
		if !slices.Contains(must, g) {
			bad("a way leads to the archive past " + g)
		}
	}
	if slices.Contains(must, "party_vote") && !(slices.Contains(must, "plan_sent") && slices.Contains(must, "party_held")) {
		bad("the party meeting votes without its notice or minutes")
	}
	for _, what := range lintMoves(d, must) {
		bad(what)
	}
	return out
}

// lintMoves lists what is wrong with single moves.
func lintMoves(d *procedure.Definition, must []string) (out []string) {
	all := checks()
	for _, m := range d.Moves {
		supervised := slices.Contains(m.By, inspector)
		step, back := backFrom(m.Action)
		switch {
		case supervised && len(m.By) > 1:
			out = append(out, "supervision alone makes "+string(m.Action))
		case supervised && !back && m.Action != "stop":
			out = append(out, "supervision moves nothing on, as "+string(m.Action)+" would")
		case back && !supervised:
			out = append(out, string(m.Action)+" is for supervision")
		case back && !slices.Contains(m.Guards, "behind"):
			out = append(out, string(m.Action)+" could lead ahead")
		case back && !slices.Contains(Steps(), step):
			out = append(out, string(m.Action)+" names no step")
		case onward(m) && !slices.Contains(m.Guards, "answered"):
			out = append(out, string(m.Action)+" goes on before what was sent back is answered")
		}
		if m.To != archived {
			continue
		}
		for _, g := range must {
			if k := all[g]; k.step != "" && g != "resolution_posted" && g != "outcome_posted" && !slices.Contains(m.Guards, g) {
				out = append(out, string(m.Action)+" does not look at "+g+" once more")
			}
		}
	}
	for _, g := range must {
		step := all[g].step
		if step != "" && !slices.ContainsFunc(d.Moves, func(m procedure.Move) bool { return m.Action == backTo(step) }) {
			out = append(out, "nobody can send back to "+string(step))
		}
		lost := map[string]string{"party_vote": "party_lost", "decision_vote": "decision_lost"}[g]
		if lost != "" && !slices.ContainsFunc(d.Moves, func(m procedure.Move) bool { return m.To == rejected && slices.Contains(m.Guards, lost) }) {
			out = append(out, "a vote that is lost leads nowhere: "+g)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Musts lists the guards that no way to the archive leads past, sorted.
func Musts(d *procedure.Definition) (out []string) {
	for g := range checks() {
		if !reaches(d, g) {
			out = append(out, g)
		}
	}
	slices.Sort(out)
	return out
}

// reaches reports whether the archive is reached by moves that do not have a guard. Those
// of supervision lead only to what was passed already.
func reaches(d *procedure.Definition, without string) bool {
	seen := map[procedure.State]bool{d.Start: true}
	for todo := []procedure.State{d.Start}; len(todo) > 0; todo = todo[1:] {
		for _, m := range d.Moves {
			if m.Stays() || slices.Contains(m.By, inspector) || seen[m.To] || !slices.Contains(m.From, todo[0]) || slices.Contains(m.Guards, without) {
				continue
			}
			seen[m.To] = true
			todo = append(todo, m.To)
		}
	}
	return seen[archived]
}

// Covers lists what a realm's own procedure leaves out of what another asks, which it is
// to stand for. One that leaves out anything cannot be followed in its place.
func Covers(own, law *procedure.Definition) (left []string) {
	have := Musts(own)
	for _, g := range Musts(law) {
		if !slices.Contains(have, g) {
			left = append(left, g)
		}
	}
	return left
}
