// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/tally"
)

// What can be chosen besides options, and what a paper can be.
const (
	For     = "for"
	Against = "against"
	Abstain = "abstain"
	Spoilt  = "spoilt" // papers only
)

const (
	mostOptions = 20
	longestTerm = 60 * 24 * time.Hour
)

// Option is the choice of the option at an index.
func Option(i int) string { return "o" + strconv.Itoa(i+1) }

// Choices lists what a voter of p can choose.
func (p Poll) Choices() []string {
	if len(p.Options) == 0 {
		return []string{For, Against, Abstain}
	}
	var out []string
	for i := range p.Options {
		out = append(out, Option(i))
	}
	return append(out, Abstain)
}

// chosen fails for a choice that p does not offer.
func (p Poll) chosen(choice string) error {
	if !slices.Contains(p.Choices(), choice) {
		return fault.New(fault.Invalid, "poll.no_choice").At("choice")
	}
	return nil
}

// by fails for a channel that p does not have.
func (p Poll) by(c Channel) error {
	if !slices.Contains(p.Channels, c) {
		return fault.New(fault.Conflict, "poll.no_channel")
	}
	return nil
}

// weighed reports whether a rule measures area.
func weighed(r tally.Rule) bool {
	return slices.ContainsFunc(slices.Concat(r.Quorum, r.Pass), func(b tally.Bound) bool { return b.Measure == tally.Area })
}

// check finds what is wrong with a poll that is to be opened at now. An area is
// nearly a name: whoever weighs votes by it cannot have them secret.
func check(p Poll, voters []Voter, now time.Time) error {
	var out []*fault.Error
	bad := func(wrong bool, field, key string) {
		if wrong {
			out = append(out, fault.New(fault.Invalid, key).At(field))
		}
	}
	bad(len(p.Options) == 1 || len(p.Options) > mostOptions, "options", "poll.options_number")
	sorted := slices.Sorted(slices.Values(p.Options))
	bad(len(slices.Compact(sorted)) < len(p.Options), "options", "poll.options_twice")
	bad(len(p.Channels) == 0, "channels", "form.required")
	for _, c := range p.Channels {
		bad(!slices.Contains(Channels(), c), "channels", "form.not_a_choice")
	}
	bad(!p.Closes.After(now), "closes", "poll.closes_past")
	bad(p.Closes.Sub(now) > longestTerm, "closes", "poll.closes_late")
	bad(p.Secret && weighed(p.Rule), "secret", "poll.secret_by_area")
	bad(p.Rule.Secret && !p.Secret, "secret", "poll.must_be_secret")
	bad(p.Secret && p.Changeable, "changeable", "poll.secret_changes")
	bad(p.Rule.Code == "" || len(p.Rule.Quorum) == 0 || len(p.Rule.Pass) == 0, "rule", "poll.no_rule")
	bad(len(voters) == 0, "roster", "poll.nobody")
	seen := map[string]bool{}
	for _, v := range voters {
		bad(v.Member == "" || seen[v.Member], "roster", "poll.voter_twice")
		bad(v.Share.People != 1 || v.Share.Area < 0, "roster", "poll.voter_share")
		seen[v.Member] = true
	}
	return fault.Join(out...)
}

// follows fails if p cannot come after a former poll: a vote without a quorum is
// repeated with the same question, and one on options that nobody won has a second
// round between those that are left.
func follows(p, former Poll, r Result) error {
	switch {
	case former.State != Counted:
		return fault.New(fault.Conflict, "poll.former_running")
	case r.Verdict.Outcome == tally.NoQuorum && slices.Equal(p.Options, former.Options):
		return nil
	case r.Verdict.Outcome != tally.NoQuorum && len(former.Options) > 0 && r.Winner == "" && slices.Equal(p.Options, r.Runoff()):
		return nil
	}
	return fault.New(fault.Conflict, "poll.former_decided")
}

// mayEnd fails unless p can be counted at now: after its closing instant, or sooner
// when it is taken in the room alone or everybody has voted.
func mayEnd(p Poll, voters []Voter, now time.Time) error {
	open := slices.ContainsFunc(voters, func(v Voter) bool { return !v.Aside && v.Channel == "" })
	alone := len(p.Channels) == 1 && p.Channels[0] == Room
	if now.Before(p.Closes) && open && !alone {
		return fault.New(fault.Conflict, "poll.not_over")
	}
	return nil
}

// Sheet is what one scrutineer counted of the papers: by choice, and in an open
// vote paper by paper.
type Sheet struct {
	Counts map[string]int64  `json:"counts,omitempty"` // secret: by choice
	Votes  map[string]string `json:"votes,omitempty"`  // open: by member
	Spoilt int64             `json:"spoilt"`
	Unused int64             `json:"unused"` // printed and not given out
}

// sheet fails for a sheet that cannot be: what is no choice, numbers below zero or
// of nobody, more papers than were given out.
func (p Poll) sheet(c Sheet, given []string) error {
	if c.Spoilt < 0 || c.Unused < 0 || c.Spoilt > mostPapers || c.Unused > mostPapers {
		return fault.New(fault.Invalid, "poll.paper_number").At("spoilt")
	}
	sum := c.Spoilt
	for choice, n := range c.Counts {
		if n < 0 || n > mostPapers || p.chosen(choice) != nil {
			return fault.New(fault.Invalid, "poll.paper_number").At(choice)
		}
		sum += n
	}
	for member, choice := range c.Votes {
		if !slices.Contains(given, member) || choice != Spoilt && p.chosen(choice) != nil {
			return fault.New(fault.Invalid, "poll.paper_member").At("vote-" + member)
		}
		sum++
	}
	if p.Secret && len(c.Votes) > 0 || !p.Secret && (len(c.Counts) > 0 || c.Spoilt > 0) {
		return fault.New(fault.Invalid, "poll.paper_kind")
	}
	if sum > int64(len(given)) {
		return fault.New(fault.Invalid, "poll.paper_more").With("counted", fmt.Sprint(sum)).With("given", fmt.Sprint(len(given)))
	}
	return nil
}

const mostPapers = 1_000_000

// Differ lists the fields in which two sheets are not the same.
func (c Sheet) Differ(o Sheet) []string {
	var out []string
	for _, pair := range []struct {
		field string
		same  bool
	}{{Spoilt, c.Spoilt == o.Spoilt}, {"unused", c.Unused == o.Unused}} {
		if !pair.same {
			out = append(out, pair.field)
		}
	}
	for _, choice := range keys(c.Counts, o.Counts) {
		if c.Counts[choice] != o.Counts[choice] {
			out = append(out, choice)
		}
	}
	for _, member := range keys(c.Votes, o.Votes) {
		if c.Votes[member] != o.Votes[member] {
			out = append(out, "vote-"+member)
		}
	}
	return out
}

// keys lists the keys of both maps, each once, in order.
func keys[V any](a, b map[string]V) []string {
	var out []string
	for _, m := range []map[string]V{a, b} {
		for k := range m {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
