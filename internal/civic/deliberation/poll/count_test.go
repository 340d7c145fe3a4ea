// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"errors"
	"reflect"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/tally"
)

// boxes draws a vote of any kind with all that was stored of it.
func boxes(t *rapid.T) box {
	b := box{votes: map[string]string{}}
	b.poll = Poll{ID: "p", Secret: rapid.Bool().Draw(t, "secret"), Channels: Channels()}
	for i := range rapid.SampledFrom([]int{0, 2, 3}).Draw(t, "options") {
		b.poll.Options = append(b.poll.Options, "option "+strconv.Itoa(i))
	}
	half := []tally.Bound{{Measure: tally.People, Of: tally.Entitled, Share: tally.Fraction{Num: 1, Den: 2}}}
	b.poll.Rule = tally.Rule{Code: "x", From: "2026-01-01", Quorum: half, Pass: half}
	sheet := Sheet{Counts: map[string]int64{}, Votes: map[string]string{}}
	for i := range rapid.IntRange(1, 40).Draw(t, "voters") {
		v := Voter{Member: strconv.Itoa(i), Share: tally.Sum{People: 1}, Aside: rapid.IntRange(0, 9).Draw(t, "aside") == 0}
		if !v.Aside {
			v.Channel = rapid.SampledFrom([]Channel{"", Room, Paper, Online}).Draw(t, "channel")
		}
		choice := rapid.SampledFrom(b.poll.Choices()).Draw(t, "choice")
		switch {
		case v.Channel == "":
		case onPaper(b.poll, v) && b.poll.Secret:
			sheet.Counts[choice]++
		case onPaper(b.poll, v):
			sheet.Votes[v.Member] = choice
		case b.poll.Secret:
			b.ballots = append(b.ballots, Ballot{Code: TrackingCode("p", v.Member, ""), Choice: choice})
		default:
			b.votes[v.Member] = choice
		}
		b.voters = append(b.voters, v)
	}
	b.sheets = []Sheet{sheet, sheet}
	return b
}

func TestTheOrderOfBallotsNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := boxes(t)
		first, err := b.count()
		if err != nil {
			t.Fatal(err)
		}
		b.ballots, b.voters = rapid.Permutation(b.ballots).Draw(t, "ballots"), rapid.Permutation(b.voters).Draw(t, "voters")
		if second, err := b.count(); err != nil || !reflect.DeepEqual(first, second) {
			t.Errorf("in another order it is %+v, %v, and was %+v", second, err, first)
		}
	})
}

// TestNobodyIsCountedTwiceOrLost has as many votes as voters who voted.
func TestNobodyIsCountedTwiceOrLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := boxes(t)
		r, err := b.count()
		if err != nil {
			t.Fatal(err)
		}
		if r.Count.Cast() != r.Count.Attended || r.Missing != 0 {
			t.Errorf("%d voted, %d were counted", r.Count.Attended.People, r.Count.Cast().People)
		}
		b.ballots = append(b.ballots, Ballot{"one more", Abstain}, Ballot{"and another", Abstain})
		if _, err := b.count(); b.poll.Secret && fault.KindOf(err) != fault.Conflict {
			t.Errorf("ballots that nobody cast are counted: %v", err)
		}
	})
}

func TestTheRootShowsEachChange(t *testing.T) {
	list := []Ballot{{"A", For}, {"B", Against}, {"C", For}}
	root := Root("p", list)
	for name, other := range map[string][]Ballot{
		"one fewer": list[:2], "one changed": {{"A", For}, {"B", For}, {"C", For}}, "one more": append(list[:3:3], Ballot{"D", For}),
		"another code": {{"A", For}, {"B", Against}, {"X", For}},
	} {
		if Root("p", other) == root {
			t.Errorf("%s: the root is the same", name)
		}
	}
	if Root("q", list) == root || Root("p", []Ballot{list[2], list[0], list[1]}) != root {
		t.Error("the root is not of this vote's ballots alone, in whatever order")
	}
	if len(Root("p", nil)) != 64 {
		t.Error("no ballots have no root")
	}
}

func TestRunoffKeepsWhoIsLevel(t *testing.T) {
	r := Result{Verdict: tally.Verdict{Outcome: tally.Rejected}, Options: []OptionCount{
		{"a", tally.Sum{People: 2}}, {"b", tally.Sum{People: 5}}, {"c", tally.Sum{People: 2}}, {"d", tally.Sum{People: 1}},
	}}
	if got := r.Runoff(); !reflect.DeepEqual(got, []string{"a", "b", "c"}) {
		t.Errorf("the second round is between %v", got)
	}
	r.Winner = "b"
	if r.Runoff() != nil {
		t.Error("there is a second round after one has won")
	}
}

func FuzzSheet(f *testing.F) {
	f.Add(int64(1), int64(2), int64(3), "for")
	f.Add(int64(-1), int64(1)<<62, int64(1)<<62, "o1")
	f.Fuzz(func(t *testing.T, a, spoilt, unused int64, choice string) {
		p := Poll{Secret: true}
		err := p.sheet(Sheet{Counts: map[string]int64{choice: a}, Spoilt: spoilt, Unused: unused}, []string{"1", "2", "3"})
		if err == nil && (a < 0 || spoilt < 0 || a+spoilt > 3 || p.chosen(choice) != nil) {
			t.Errorf("taken: %d %q, %d spoilt", a, choice, spoilt)
		}
		if f := (*fault.Error)(nil); err != nil && !errors.As(err, &f) {
			t.Error(err)
		}
	})
}
