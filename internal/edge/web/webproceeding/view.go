// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webproceeding

import (
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/core/gathering"
	"pavilion/internal/edge/web/webkit"
)

// StepLine is a step as pages show it.
type StepLine struct {
	Step     string
	Name     string
	Status   string // ahead, now, done or failing
	Tag      webkit.Tag
	Passed   string   // in words
	Numbers  []string // of its vote
	Rule     string
	Missing  []string
	Proofs   []ProofLine
	Href     string
	Optional bool
}

// ProofLine is a proof as pages show it.
type ProofLine struct {
	ID, Kind, Text, Day, Href string
	Said                      string // of a proposal
	Lacks                     string // of a meeting: the parts of its minutes
	Promised                  []webkit.Fact
	Ended                     string // why it was taken away; empty while it counts
	May                       bool   // be taken away
}

// stepTag is where a step stands, in a word.
func stepTag(say *text.Printer, s proceeding.Status) webkit.Tag {
	colour := map[proceeding.Status]string{proceeding.Now: "blue", proceeding.Done: "green", proceeding.Failing: "red"}[s]
	return webkit.Tag{Word: say.T("proceeding.status." + string(s)), Colour: colour}
}

// numbers are a vote in words: how many should and did come, how they voted.
func numbers(say *text.Printer, n *proceeding.Numbers) (out []string) {
	if n == nil || n.Count.Entitled.People == 0 {
		return nil
	}
	c := n.Count
	out = append(out, say.T("proceeding.numbers.came", "should", n64(c.Entitled.People), "came", n64(c.Attended.People), "rate", webkit.Percent(c.Attended.People, c.Entitled.People)))
	if voted := c.For.People + c.Against.People + c.Abstained.People + c.Spoilt.People; voted > 0 {
		out = append(out, say.T("proceeding.numbers.voted", "for", n64(c.For.People), "against", n64(c.Against.People), "abstained", n64(c.Abstained.People), "spoilt", n64(c.Spoilt.People)))
	}
	if c.Entitled.Area > 0 {
		out = append(out, say.T("proceeding.numbers.area", "should", metres(c.Entitled.Area), "came", metres(c.Attended.Area), "for", metres(c.For.Area)))
	}
	if n.Verdict.Outcome != "" {
		out = append(out, say.T("proceeding.outcome."+string(n.Verdict.Outcome)))
	}
	return out
}

// rule is the rule of a vote in words, with the law.
func rule(say *text.Printer, n *proceeding.Numbers) string {
	if n == nil || n.Verdict.Rule == "" {
		return ""
	}
	code, from, _ := strings.Cut(n.Verdict.Rule, "@")
	return say.T("proceeding.by_rule", "rule", say.T("assembly.rule."+code), "from", from, "law", say.T(n.Basis))
}

func n64(n int64) string { return strconv.FormatInt(n, 10) }

func metres(n int64) string { return strconv.FormatFloat(float64(n)/100, 'f', -1, 64) }

// proofLine is a proof in words.
func (p *Pages) proofLine(say *text.Printer, f proceeding.Fact) ProofLine {
	if !f.Live() {
		return ProofLine{ID: f.ID, Kind: say.T("proceeding.kind." + string(f.Kind)), Ended: f.Why}
	}
	l := ProofLine{ID: f.ID, Kind: say.T("proceeding.kind." + string(f.Kind)), Day: f.Day, Text: f.Title, May: f.Kind != proceeding.Words && !strings.Contains(f.ID, "/")}
	switch f.Kind {
	case proceeding.Words:
		l.Said, l.Text = f.Said.Plan, say.T("form.topic.propose.from."+f.Said.From)
		if f.Said.From == "" {
			l.Text = ""
		}
		if f.Said.Paper != "" {
			l.Text += " " + f.Said.Paper
		}
	case proceeding.Meeting:
		l.Href = "/desk/gatherings/" + f.Ref
		var parts []string
		for _, part := range f.Lacking {
			parts = append(parts, say.T("gathering.part."+part))
		}
		if len(parts) > 0 && f.Held {
			l.Lacks = say.T("proceeding.minutes_lack", "parts", strings.Join(parts, say.T("kit.comma")))
		}
		for _, r := range f.Resolved {
			if r.Dropped != "" {
				continue
			}
			value := r.Text
			for _, t := range r.Terms {
				value += " · " + t.Who + " " + charge(say, t)
			}
			l.Promised = append(l.Promised, webkit.Fact{Term: r.Due, Value: value})
		}
	case proceeding.Ballot:
		l.Href = "/desk/votes/" + f.Ref
	case proceeding.Inquiry:
		l.Href = survey.Desk(f.Ref)
		if f.Done {
			l.Text += " " + say.T("proceeding.asked", "households", n64(f.Asked.Households), "answered", n64(f.Asked.Answered))
		}
	case proceeding.Posting:
		l.Href = disclosure.DeskPage(f.Ref)
		if f.Stand.Posted != "" {
			l.Text += " " + say.T("proceeding.stands", "days", strconv.Itoa(f.Stand.Days), "of", strconv.Itoa(f.Stand.Of))
		}
	case proceeding.Errand:
		l.Href = "/desk/matters/" + f.Ref
	case proceeding.Receipt:
		l.Text = f.Paper.With + " " + f.Paper.Number
	}
	return l
}

// charge is a rate in words.
func charge(say *text.Printer, t gathering.Term) string {
	if t.Amount == 0 {
		return say.T("proceeding.free")
	}
	return say.T("proceeding.charge", "amount", metres(t.Amount), "unit", say.T("proceeding.unit."+t.Unit))
}

// stepLine is a step in words, for the desk.
func (p *Pages) stepLine(say *text.Printer, d proceeding.Detail, v proceeding.StepView) StepLine {
	l := StepLine{
		Step: string(v.Step), Name: say.T("proceeding.step." + string(v.Step)), Status: string(v.Status), Tag: stepTag(say, v.Status), Optional: v.Optional,
		Numbers: numbers(say, v.Numbers), Rule: rule(say, v.Numbers), Href: proceeding.Desk(d.ID) + "/steps/" + string(v.Step),
	}
	if !v.Passed.IsZero() {
		l.Passed = say.Date(v.Passed.In(p.Zone))
	}
	if v.Status != proceeding.Ahead || slices.ContainsFunc(v.Facts, func(f proceeding.Fact) bool { return f.Live() }) {
		for _, f := range v.Missing() {
			l.Missing = append(l.Missing, webkit.Sentence(say, f))
		}
	}
	for _, f := range v.Facts {
		again := func(o proceeding.Fact) bool { return o.Live() && f.Ref != "" && o.Kind == f.Kind && o.Ref == f.Ref }
		if !f.Live() && slices.ContainsFunc(v.Facts, again) {
			continue // the same was put there again; history tells
		}
		l.Proofs = append(l.Proofs, p.proofLine(say, f))
	}
	return l
}
