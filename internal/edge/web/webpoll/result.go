// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll

import (
	"strconv"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/edge/web/webkit"
)

// CheckLine is one bound with what was had and needed.
type CheckLine struct {
	What   string
	Had    string
	Needed string
	Whole  string
	Holds  bool
}

// ResultView is a result as pages show it.
type ResultView struct {
	Outcome webkit.Tag
	Winner  string
	Facts   []webkit.Fact
	Options []webkit.Fact
	Checks  []CheckLine
	Rule    string
	Basis   string
	Listed  int64
	Root    string
	Runoff  []string
}

// result draws a result: should and actual, how they voted, every bound, the rule.
func (p *Pages) result(say *text.Printer, q poll.Poll, r poll.Result) *ResultView {
	colour := map[tally.Outcome]string{tally.Passed: "green", tally.Rejected: "red", tally.Tied: "amber", tally.NoQuorum: "amber"}[r.Verdict.Outcome]
	out := &ResultView{
		Outcome: webkit.Tag{Word: say.T("poll.outcome." + string(r.Verdict.Outcome)), Colour: colour}, Winner: r.Winner, Rule: r.Rule.Name(),
		Basis: say.T(r.Rule.Basis), Listed: r.Listed, Root: r.Root, Runoff: r.Runoff(),
	}
	area := r.Count.Entitled.Area > 0
	add := func(key string, s tally.Sum) {
		value := strconv.FormatInt(s.People, 10)
		if area {
			value = say.T("poll.people_area", "people", s.People, "area", metres(s.Area))
		}
		out.Facts = append(out.Facts, webkit.Fact{Term: say.T("poll.count." + key), Value: value})
	}
	add("entitled", r.Count.Entitled)
	add("attended", r.Count.Attended)
	if len(q.Options) == 0 {
		add("for", r.Count.For)
		add("against", r.Count.Against)
	}
	for _, o := range r.Options {
		out.Options = append(out.Options, webkit.Fact{Term: o.Option, Value: strconv.FormatInt(o.Votes.People, 10)})
	}
	add("abstain", r.Count.Abstained)
	add("spoilt", r.Count.Spoilt)
	for _, c := range poll.Channels() {
		if n := r.By[c]; n > 0 {
			out.Facts = append(out.Facts, webkit.Fact{Term: say.T("poll.by." + string(c)), Value: strconv.FormatInt(n, 10)})
		}
	}
	if r.Missing > 0 {
		out.Facts = append(out.Facts, webkit.Fact{Term: say.T("poll.count.missing"), Value: strconv.FormatInt(r.Missing, 10)})
	}
	out.Facts = append(out.Facts, webkit.Fact{Term: say.T("poll.closed_at"), Value: say.DateTime(r.ClosedAt.In(p.Zone))})
	for _, k := range r.Verdict.Quorum {
		out.Checks = append(out.Checks, line(say, "quorum", k.Bound, poll.Step{Had: k.Had, Needed: k.Needed, Whole: k.Whole, Holds: k.Holds}))
	}
	for _, k := range r.Verdict.Pass {
		out.Checks = append(out.Checks, line(say, "pass", k.Bound, poll.Step{Had: k.Had, Needed: k.Needed, Whole: k.Whole, Holds: k.Holds}))
	}
	return out
}

// line draws a bound: what it asks of whom, what was had.
func line(say *text.Printer, kind string, b tally.Bound, s poll.Step) CheckLine {
	how := "at_least"
	if b.Strict {
		how = "more_than"
	}
	number := func(n int64) string {
		if b.Measure == tally.Area {
			return metres(n)
		}
		return strconv.FormatInt(n, 10)
	}
	what := say.T("poll.bound."+kind, "how", say.T("poll.bound."+how, "share", b.Share.String()), "of", say.T("poll.bound."+string(b.Of)),
		"measure", say.T("poll.bound."+string(b.Measure)))
	return CheckLine{What: what, Had: number(s.Had), Needed: number(s.Needed), Whole: number(s.Whole), Holds: s.Holds}
}

// metres writes hundredths of a square metre.
func metres(n int64) string {
	rest := strconv.FormatInt(n%100, 10)
	if len(rest) == 1 {
		rest = "0" + rest
	}
	return strconv.FormatInt(n/100, 10) + "." + rest + " m²"
}
