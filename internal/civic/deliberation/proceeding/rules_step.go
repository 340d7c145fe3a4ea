// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
)

// Status is where a step stands.
type Status string

// The statuses.
const (
	Ahead   Status = "ahead"
	Now     Status = "now"     // it is this step's turn
	Done    Status = "done"    // it was passed, and all it has to prove is there
	Failing Status = "failing" // it was passed, and something it has to prove is gone
)

// Check is one thing that a step has to prove.
type Check struct {
	Guard string
	Why   *fault.Error // that it does not hold now; nil when it does
}

// StepView is a step of a proceeding as pages, programs and supervision see it.
type StepView struct {
	Step     Step
	Status   Status
	Action   procedure.Action // with which it is first passed
	Checks   []Check
	Facts    []Fact // live and ended, oldest first
	Numbers  *Numbers
	Passed   time.Time // zero while it was not
	Days     int       // since the step before was passed, until this was, or until now
	Optional bool      // nothing has to be proved for this subject
}

// Missing lists what a step lacks now.
func (v StepView) Missing() []*fault.Error {
	var out []*fault.Error
	for _, k := range v.Checks {
		if k.Why != nil && !slices.ContainsFunc(out, func(f *fault.Error) bool { return f.Key == k.Why.Key }) {
			out = append(out, k.Why)
		}
	}
	return out
}

// route is the way of a case from beginning to archive: of each state the first move
// on, but for those whose guards on who leads speak against it.
func route(d *procedure.Definition, c Case) []procedure.Move {
	all := checks()
	var out []procedure.Move
	seen := map[procedure.State]bool{}
	for at := d.Start; !seen[at]; {
		seen[at] = true
		i := slices.IndexFunc(d.Moves, func(m procedure.Move) bool {
			return slices.Contains(m.From, at) && onward(m) && !slices.ContainsFunc(m.Guards, func(g string) bool {
				return (g == "one_leader" || g == "two_leaders") && all[g].why(c) != nil
			})
		})
		if i < 0 {
			return out
		}
		out = append(out, d.Moves[i])
		at = d.Moves[i].To
	}
	return out
}

// onward reports whether a move leads on: the secretary makes it, and does not give up.
func onward(m procedure.Move) bool {
	return !m.Stays() && slices.Contains(m.By, secretary) && m.To != rejected && m.To != withdrawn && !aside(m)
}

// aside reports whether a move leads into a state in which is waited, or back from it.
func aside(m procedure.Move) bool {
	return slices.ContainsFunc(m.Guards, func(g string) bool {
		return g == "party_no_quorum" || g == "decision_no_quorum" || g == "objections_open" || g == "objections_closed"
	}) || m.Action == "call_again"
}

// stands returns how many moves of a route lie behind a case: as many as lead to the
// last state of the route that its history has.
func stands(way []procedure.Move, start procedure.State, history []Event) int {
	for i := len(history) - 1; i >= 0; i-- {
		if history[i].Action == "carry" && history[i].State == start {
			return 0
		}
		if history[i].State == start {
			return 0
		}
		for n, m := range way {
			if m.To == history[i].State {
				return n + 1
			}
		}
	}
	return 0
}

// behind lists the steps that a case has passed, the first moves of which lie behind it.
func behind(d *procedure.Definition, c Case, history []Event) (out []Step) {
	way, all := route(d, c), checks()
	for _, m := range way[:stands(way, d.Start, history)] {
		for _, g := range m.Guards {
			if s := all[g].step; s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// View says where each step of a case stands.
func View(d *procedure.Definition, c Case, history []Event, ended map[Step][]Fact, now time.Time) []StepView {
	way, all := route(d, c), checks()
	at := stands(way, d.Start, history)
	index, first, last := map[Step]int{}, map[Step]int{}, map[Step]int{}
	var out []StepView
	for n, m := range way {
		for _, g := range m.Guards {
			k, known := all[g]
			if !known || k.step == "" {
				continue
			}
			i, there := index[k.step]
			if !there {
				i, first[k.step] = len(out), n
				index[k.step] = i
				out = append(out, StepView{Step: k.step, Action: m.Action, Facts: append(slices.Clone(ended[k.step]), c.Facts[k.step]...)})
			}
			if slices.ContainsFunc(out[i].Checks, func(have Check) bool { return have.Guard == g }) {
				continue
			}
			last[k.step] = n
			out[i].Checks = append(out[i].Checks, Check{g, k.why(c)})
		}
	}
	for i := range out {
		s := out[i].Step
		out[i].Status = status(at, first[s], last[s], out[i].Missing())
		out[i].Optional = s == Filing && !c.Files
		if at > first[s] {
			out[i].Passed = passedAt(history, way[first[s]].To)
		}
		out[i].Numbers = numbersOf(c, s)
	}
	days(out, history, now)
	return out
}

// status is where a step stands whose checks belong to the moves from first to last.
func status(at, first, last int, missing []*fault.Error) Status {
	switch {
	case at < first:
		return Ahead
	case at > last && len(missing) > 0:
		return Failing
	case at > last:
		return Done
	}
	return Now
}

// passedAt is when a history last came into a state.
func passedAt(history []Event, to procedure.State) time.Time {
	for i := len(history) - 1; i >= 0; i-- {
		if history[i].State == to && (i == 0 || history[i-1].State != to) {
			return history[i].At
		}
	}
	return time.Time{}
}

// days fills in how long each step took, in whole days.
func days(list []StepView, history []Event, now time.Time) {
	if len(history) == 0 {
		return
	}
	from := history[0].At
	for i := range list {
		until := list[i].Passed
		if until.IsZero() {
			if list[i].Status != Now {
				continue
			}
			until = now
		}
		list[i].Days = max(0, int(until.Sub(from).Hours()/24))
		if !list[i].Passed.IsZero() {
			from = list[i].Passed
		}
	}
}

// numbersOf are the numbers of a step's vote, as they are now.
func numbersOf(c Case, s Step) *Numbers {
	f := c.vote(s)
	if f == nil {
		f = c.newest(s, Meeting)
	}
	if f == nil || !f.Counted && f.Kind != Meeting {
		return nil
	}
	return &Numbers{Count: f.Count, Verdict: f.Verdict, Basis: f.Rule.Basis, Body: string(f.Body), Day: f.Day}
}

// backTo is the move with which supervision sends back to a step.
func backTo(s Step) procedure.Action { return procedure.Action("send_back_" + string(s)) }

// backFrom is the step that a move of supervision sends back to.
func backFrom(a procedure.Action) (Step, bool) {
	s, ok := strings.CutPrefix(string(a), "send_back_")
	return Step(s), ok
}

// tookPart reports whether somebody led or proved something: who did does not supervise
// it, whatever roles they have meanwhile. The program does neither.
func tookPart(past []Event, by identity.Actor) bool {
	return by.Account != identity.System(by.Realm).Account && slices.ContainsFunc(past, func(e Event) bool {
		return e.Actor == by.Account && e.Role != inspector
	})
}
