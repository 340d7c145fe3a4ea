// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package simulate

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
)

// life is one matter of the year: what is drawn for it before it begins, so that
// it does not depend on what others do.
type life struct {
	n         int
	mechanism *Mechanism
	code      string
	area      org.Area
	words     string
	begins    time.Time
	stays     bool // it is never finished
	rnd       *rand.Rand

	m               matter.Matter
	done            map[string]bool // what happens once has happened
	late            bool            // its handling takes longer than its term
	ending          string          // how it ends once it is answered: "rate", "call_back" or "silence"
	settles, solved bool            // a grid worker settles it on the spot; the work solves it in the end
}

// has draws whether something with a chance happens, once in a life.
func (l *life) has(p *Plan, what string) bool {
	if l.done[what] {
		return false
	}
	l.done[what] = true
	return l.rnd.Float64() < p.Chances[what]
}

// act is what somebody does next, and when.
type act struct {
	at       time.Time
	by       identity.Actor
	reporter bool
	action   procedure.Action
	answers  map[string][]string
}

// words that forms are filled in with: plain, and the same in every language.
func said(names ...string) map[string][]string {
	out := map[string][]string{}
	for _, n := range names {
		out[n] = []string{"simulated: " + n}
	}
	return out
}

// with adds an answer.
func with(answers map[string][]string, name, value string) map[string][]string {
	answers[name] = []string{value}
	return answers
}

// next says what happens next to a matter in its state; ok is false when nobody
// does anything and only its terms run on.
func (w *world) next(p *Plan, l *life, now time.Time) (a act, ok bool) {
	m := l.m
	desk := w.desk[m.Town]
	a = act{by: desk}
	switch m.State {
	case "reported":
		a.at = w.after(p, l, now, "register")
		switch {
		case l.settles:
			l.settles = false
			a.by, a.action, a.answers = w.grid[m.Town], "settle", with(said("note"), "category", l.code)
		case l.has(p, "refuse"):
			a.action, a.answers = "refuse", said("reason")
		case l.has(p, "clarify"):
			a.action, a.answers = "clarify", said("question")
		default:
			a.action, a.answers = "register", map[string][]string{"category": {l.code}, "area": {l.area.ID}}
		}
	case "clarifying":
		a.at, a.reporter, a.by, a.action, a.answers = w.hours(now, 1+6*l.rnd.Float64()), true, identity.Actor{Realm: w.realm}, "answer", said("text")
	case "registered":
		a.at, a.action = w.after(p, l, now, "dispatch"), "dispatch"
		a.answers = map[string][]string{"body": {w.receiver(l.code).ID}}
	case "dispatched":
		a.at, a.by, a.action = w.after(p, l, now, "sign"), w.works[m.Owner], "sign"
		if l.has(p, "object") {
			a.action, a.answers = "object", said("reason")
		}
	case "objected":
		a.at, a.by, a.action, a.answers = w.hours(now, 2), w.second[m.Town], "deny_objection", said("note")
	case "signed":
		return w.handling(p, l, now)
	case "questioned":
		a.at, a.reporter, a.by, a.action, a.answers = w.hours(now, 2+8*l.rnd.Float64()), true, identity.Actor{Realm: w.realm}, "answer", said("text")
	case "handled":
		a.at, a.by, a.action, a.answers = w.after(p, l, now, "check"), w.grid[m.Town], "pass", said("note")
		if l.has(p, "fail") {
			a.action, a.answers = "fail", said("reason")
		}
	case "checked":
		a.at, a.action, a.answers = w.after(p, l, now, "answer"), "feed_back", said("reply")
	case "fed_back":
		return w.ending(p, l, now)
	case "settled":
		if !m.Drawn {
			return a, false
		}
		a.at, a.action = w.hours(now, 8+16*l.rnd.Float64()), "sample_pass"
	default: // suspended: it goes on by itself; the rest has ended
		return a, false
	}
	return a, true
}

// handling is what a body does with a matter it has signed for.
func (w *world) handling(p *Plan, l *life, now time.Time) (act, bool) {
	m := l.m
	works := w.works[m.Owner]
	switch {
	case m.Applied.Kind != "":
		return act{at: w.hours(now, 1), by: w.second[m.Town], action: "grant_" + procedure.Action(m.Applied.Kind), answers: said("told")}, true
	case l.stays:
		l.done["stays"] = true
		if l.done["suspended"] {
			return act{}, false
		}
		l.done["suspended"] = true
		return act{at: w.hours(now, 2), by: works, action: "ask_suspension", answers: with(said("reason"), "days", "366")}, true
	case l.has(p, "question"):
		return act{at: w.hours(now, 1), by: works, action: "question", answers: said("question")}, true
	case l.has(p, "extend") && m.Due.After(now.Add(3*time.Hour)):
		return act{at: now.Add(time.Hour), by: works, action: "ask_extension", answers: with(said("reason"), "days", "3")}, true
	case l.has(p, "suspend"):
		return act{at: w.hours(now, 2), by: works, action: "ask_suspension", answers: with(said("reason"), "days", fmt.Sprint(5+l.rnd.IntN(20)))}, true
	}
	at := w.after(p, l, now, "handle")
	if l.late && !m.Due.IsZero() {
		at = w.hours(m.Due, 1+8*l.rnd.Float64())
	}
	return act{at: at, by: works, action: "handle", answers: said("note")}, true
}

// ending is what happens to a matter whose reporter has been answered.
func (w *world) ending(p *Plan, l *life, now time.Time) (act, bool) {
	m, desk := l.m, w.desk[l.m.Town]
	if l.ending == "" {
		switch draw := l.rnd.Float64(); {
		case draw < p.Chances["rate"]:
			l.ending = "rate"
		case draw < p.Chances["rate"]+p.Chances["call_back"]:
			l.ending = "call_back"
		default:
			l.ending = "silence"
		}
	}
	switch {
	case l.has(p, "reopen"):
		return act{at: w.hours(now, 10*l.rnd.Float64()+1), reporter: true, by: identity.Actor{Realm: w.realm}, action: "reopen", answers: said("reason")}, true
	case l.ending == "rate":
		return act{
			at: w.hours(now, 1+12*l.rnd.Float64()), reporter: true, by: identity.Actor{Realm: w.realm}, action: "rate",
			answers: map[string][]string{"rating": {fmt.Sprint(3 + l.rnd.IntN(3))}},
		}, true
	case l.ending == "silence":
		return act{}, false
	case m.Reached == "yes" && m.Solved == "yes" || m.Reached == "no" && m.Tries >= 3:
		return act{at: w.hours(now, 0.25), by: desk, action: "close"}, true
	case m.Reached == "yes" && l.done["rework"]:
		return act{}, false // it was sent back once; what is unsolved then is closed when its term ends
	case m.Reached == "yes":
		l.done["rework"] = true
		return act{at: w.hours(now, 0.5), by: desk, action: "rework", answers: said("reason")}, true
	}
	answers := map[string][]string{"reached": {"no"}}
	if l.rnd.Float64() < p.Chances["reached"] {
		solved := l.solved && (l.done["rework"] || l.rnd.Float64() > atFirst)
		answers = map[string][]string{"reached": {"yes"}, "solved": {yes(solved)}, "satisfied": {yes(solved && l.rnd.Float64() < p.Chances["satisfied"])}}
	}
	return act{at: w.hours(now, 1+4*l.rnd.Float64()), by: desk, action: "call_back", answers: answers}, true
}

// atFirst is the share of what is solved in the end that a first call finds unsolved.
const atFirst = 0.03

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// hours is so many working hours later; for dangers, hours by the clock.
func (w *world) hours(now time.Time, n float64) time.Time {
	return w.Calendar.Due(now, clock.Term{Unit: clock.WorkHour, N: n}).At
}

// after is when a step is made whose term has begun: at a share of the term
// drawn around the plan's median, within the term.
func (w *world) after(p *Plan, l *life, now time.Time, step string) time.Time {
	m := l.m
	if m.Due.IsZero() || !m.Due.After(now) {
		return w.hours(now, 0.5)
	}
	share := p.Delays[step] * math.Exp(0.35*l.rnd.NormFloat64())
	return w.Calendar.Reached(clock.Run{From: now, Term: l.term(now, w)}, min(share, 0.95))
}

// term is the time that is left of a matter's term, in the way it is counted.
func (l *life) term(now time.Time, w *world) clock.Term {
	if left := w.Calendar.Working(now, l.m.Due); left >= 4*time.Minute {
		return clock.Term{Unit: clock.WorkHour, N: left.Hours()}
	}
	return clock.Term{Unit: clock.UrgentHour, N: max(l.m.Due.Sub(now).Hours(), 1.0/30)}
}

// play makes an act. A matter that has changed meanwhile, because a term ran
// out, is looked at again and left for another turn.
func (w *world) play(ctx context.Context, l *life, a act) error {
	at := *w.Matters
	at.Now = clock.Fixed(a.at)
	m, err := at.Move(ctx, matter.Move{
		Realm: w.realm, ID: l.m.ID, Revision: l.m.Revision, Action: a.action, By: a.by, Reporter: a.reporter, Answers: a.answers,
	})
	if kind := fault.KindOf(err); kind == fault.Stale || kind == fault.Conflict || kind == fault.Denied {
		d, seen := at.Followed(ctx, w.realm, l.m.ID)
		if seen != nil {
			return seen
		}
		if d.Revision == l.m.Revision { // nothing has changed: the player is wrong
			return fmt.Errorf("matter %d, %s in %s: %w", l.n, a.action, l.m.State, err)
		}
		l.m = d.Matter
		return nil
	}
	if err != nil {
		return fmt.Errorf("matter %d, %s in %s: %w", l.n, a.action, l.m.State, err)
	}
	l.m = m
	return nil
}

// begin reports the matter.
func (w *world) begin(ctx context.Context, l *life) error {
	at := *w.Matters
	at.Now = clock.Fixed(l.begins)
	by := identity.Actor{Realm: w.realm}
	if l.mechanism.Origin == "grid" {
		by = w.grid[l.area.Town]
	}
	made, err := at.Report(ctx, matter.Report{
		Realm: w.realm, Origin: l.mechanism.Origin, Key: fmt.Sprint("simulated-", l.n), Type: l.code, Text: l.words, Area: l.area.ID, By: by,
	})
	if err != nil {
		return fmt.Errorf("matter %d: %w", l.n, err)
	}
	d, err := at.Followed(ctx, w.realm, made.ID)
	l.m = d.Matter
	return err
}
