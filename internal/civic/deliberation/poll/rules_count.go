// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/tally"
)

// Ballot is a secret vote as it is listed after counting.
type Ballot struct {
	Code   string `json:"code"`
	Choice string `json:"choice"`
}

// OptionCount is how many chose an option.
type OptionCount struct {
	Option string    `json:"option"`
	Votes  tally.Sum `json:"votes"`
}

// Result is what was counted, and what follows. It is the same however often and in
// whatever order the same votes are counted.
type Result struct {
	Count    tally.Count       `json:"count"` // on options: for is the leading one, against all others
	Verdict  tally.Verdict     `json:"verdict"`
	Rule     tally.Rule        `json:"rule"`
	Options  []OptionCount     `json:"options,omitempty"`
	Winner   string            `json:"winner,omitempty"`
	By       map[Channel]int64 `json:"by"`      // voters, by channel
	Missing  int64             `json:"missing"` // papers that were given out and not found among the counted
	Unused   int64             `json:"unused"`  // papers that were not given out
	Listed   int64             `json:"listed"`  // ballots in the list
	Root     string            `json:"root"`    // of the list's tree, in hexadecimal
	ClosedAt time.Time         `json:"closed_at"`
}

// box is all that counting reads.
type box struct {
	poll    Poll
	voters  []Voter
	votes   map[string]string // by name, of an open vote
	ballots []Ballot          // of a secret one
	sheets  []Sheet
}

// paper is what both scrutineers counted. It fails while papers were given out and
// fewer than two have counted them, or they counted differently.
func (b box) paper() (Sheet, error) {
	given := int64(0)
	for _, v := range b.voters {
		if onPaper(b.poll, v) {
			given++
		}
	}
	switch {
	case given == 0 && len(b.sheets) == 0:
		return Sheet{}, nil
	case len(b.sheets) < 2:
		return Sheet{}, fault.New(fault.Conflict, "poll.paper_uncounted")
	case len(b.sheets[0].Differ(b.sheets[1])) > 0:
		return Sheet{}, fault.New(fault.Conflict, "poll.paper_differs")
	}
	return b.sheets[0], nil
}

// onPaper reports whether a voter's vote is on a paper that scrutineers count. In an
// open vote the roll that is called in the room is none.
func onPaper(p Poll, v Voter) bool { return v.Channel == Paper || p.Secret && v.Channel == Room }

// count counts. It fails for papers that are not counted twice alike, and for a
// count that cannot be.
func (b box) count() (Result, error) {
	sheet, err := b.paper()
	if err != nil {
		return Result{}, err
	}
	r := Result{Rule: b.poll.Rule, By: map[Channel]int64{}, Unused: sheet.Unused, Listed: int64(len(b.ballots))}
	sums := map[string]tally.Sum{}
	add := func(choice string, s tally.Sum) { sums[choice] = sums[choice].Plus(s) }
	var papers, counted int64
	for _, v := range b.voters {
		r.Count.Entitled = r.Count.Entitled.Plus(v.Share)
		if v.Aside || v.Channel == "" {
			continue
		}
		r.By[v.Channel]++
		r.Count.Attended = r.Count.Attended.Plus(v.Share)
		choice := b.votes[v.Member]
		if onPaper(b.poll, v) {
			papers++
			choice = sheet.Votes[v.Member]
			if choice != "" {
				counted++
			}
		}
		if choice != "" && !b.poll.Secret {
			add(choice, v.Share)
		}
	}
	for _, one := range b.ballots {
		add(one.Choice, tally.Sum{People: 1})
	}
	if b.poll.Secret {
		for choice, n := range sheet.Counts {
			add(choice, tally.Sum{People: n})
			counted += n
		}
		add(Spoilt, tally.Sum{People: sheet.Spoilt})
		counted += sheet.Spoilt
	}
	r.Missing, r.Root = papers-counted, Root(b.poll.ID, b.ballots)
	r.Count.Abstained, r.Count.Spoilt = sums[Abstain], sums[Spoilt]
	b.decide(&r, sums)
	if err := r.Count.Sound(); err != nil || r.Missing < 0 {
		return Result{}, fault.New(fault.Conflict, "poll.paper_more").Because(err)
	}
	return r, nil
}

// decide holds the sums against the rule: of options the leading one.
func (b box) decide(r *Result, sums map[string]tally.Sum) {
	if len(b.poll.Options) == 0 {
		r.Count.For, r.Count.Against = sums[For], sums[Against]
		r.Verdict = r.Rule.Decide(r.Count)
		return
	}
	for i, name := range b.poll.Options {
		r.Options = append(r.Options, OptionCount{name, sums[Option(i)]})
	}
	first := ranked(r.Options)
	r.Count.For = first[0].Votes
	for _, other := range first[1:] {
		r.Count.Against = r.Count.Against.Plus(other.Votes)
	}
	r.Verdict = r.Rule.Decide(r.Count)
	level := first[0].Votes == first[1].Votes
	switch {
	case r.Verdict.Outcome == tally.NoQuorum:
	case level:
		r.Verdict.Outcome = tally.Tied
	case r.Verdict.Outcome == tally.Passed:
		r.Winner = first[0].Option
	default:
		r.Verdict.Outcome = tally.Rejected // half against all others is no tie
	}
}

// ranked sorts options by votes, the most first; those that are level stay in order.
func ranked(options []OptionCount) []OptionCount {
	out := slices.Clone(options)
	slices.SortStableFunc(out, func(a, b OptionCount) int {
		return cmp.Or(cmp.Compare(b.Votes.People, a.Votes.People), cmp.Compare(b.Votes.Area, a.Votes.Area))
	})
	return out
}

// Runoff lists the options of a second round, in the order in which they stood: the
// best two, and all that are level with the second. It is empty where one has won,
// and where there were none.
func (r Result) Runoff() []string {
	if r.Winner != "" || len(r.Options) < 2 || r.Verdict.Outcome == tally.NoQuorum {
		return nil
	}
	bar := ranked(r.Options)[1].Votes
	var out []string
	for _, o := range r.Options {
		if o.Votes.People > bar.People || o.Votes.People == bar.People && o.Votes.Area >= bar.Area {
			out = append(out, o.Option)
		}
	}
	return out
}

// same reports whether two results say the same.
func (r Result) same(o Result) bool {
	a, bad := json.Marshal(r)
	b, wrong := json.Marshal(o)
	return bad == nil && wrong == nil && bytes.Equal(a, b)
}

// turnout is how many have voted, and whether that is a quorum.
func turnout(p Poll, voters []Voter, sheets []Sheet) Turnout {
	out := Turnout{By: map[Channel]int64{}, Sheets: len(sheets)}
	var c tally.Count
	for _, v := range voters {
		out.Entitled++
		c.Entitled = c.Entitled.Plus(v.Share)
		if v.Aside {
			continue
		}
		out.Casting++
		if v.Letters > 0 {
			out.Letters++
		}
		if v.Channel != "" {
			out.Voted++
			out.By[v.Channel]++
			c.Attended = c.Attended.Plus(v.Share)
		}
	}
	checks, met := p.Rule.Present(c)
	out.Met = met
	for _, k := range checks {
		out.Quorum = append(out.Quorum, Step{k.Had, k.Needed, k.Whole, k.Measure == tally.Area, k.Holds})
	}
	if len(sheets) == scrutineers {
		out.Differ = sheets[0].Differ(sheets[1])
	}
	return out
}
