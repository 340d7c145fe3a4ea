// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package tally

import (
	"io/fs"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pavilion/catalogue"
)

// law is the rules that come with the program.
func law(t testing.TB) *Book {
	t.Helper()
	body, err := fs.ReadFile(catalogue.FS(), "deliberation/votes.json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// people counts heads only.
func people(entitled, attended, inFavour, against int64) Count {
	return Count{Entitled: Sum{People: entitled}, Attended: Sum{People: attended}, For: Sum{People: inFavour}, Against: Sum{People: against}}
}

// owners counts heads and whole square metres.
func owners(came, cameArea, inFavour, inFavourArea int64) Count {
	const metre = 100
	return Count{
		Entitled: Sum{900, 90_000 * metre}, Attended: Sum{came, cameArea * metre}, For: Sum{inFavour, inFavourArea * metre},
		Against: Sum{came - inFavour, (cameArea - inFavourArea) * metre},
	}
}

// TestTheGoldenVotes are the cases of the handbook and their neighbours on both sides
// of each threshold.
func TestTheGoldenVotes(t *testing.T) {
	b := law(t)
	for _, tt := range []struct {
		name, code string
		count      Count
		want       Outcome
	}{
		{"villagers' representatives: 40 of 60 are two thirds, 21 are more than half", "villager_reps", people(60, 40, 21, 19), Passed},
		{"20 of 40 are not more than half", "villager_reps", people(60, 40, 20, 19), Rejected},
		{"20 against 20 is a tie", "villager_reps", people(60, 40, 20, 20), Tied},
		{"39 of 60 are too few", "villager_reps", people(60, 39, 39, 0), NoQuorum},
		{"party: 20 of 30 came, 16 are more than half of 30", "party", people(30, 20, 16, 4), Passed},
		{"15 are half of 30, which the stricter text refuses", "party", people(30, 20, 15, 5), Rejected},
		{"19 of 30 are too few", "party", people(30, 19, 19, 0), NoQuorum},
		{"collective: 134 of 200 came and all agree", "collective", people(200, 134, 134, 0), Passed},
		{"133 in favour are fewer than two thirds of all 200", "collective", people(200, 134, 133, 1), Rejected},
		{"133 of 200 are too few", "collective", people(200, 133, 133, 0), NoQuorum},
		{"owners, ordinary: more than half of both", "owners", owners(600, 60_000, 301, 30_001), Passed},
		{"half of the people is not more than half", "owners", owners(600, 60_000, 300, 30_001), Tied},
		{"passing by people and failing by area", "owners", owners(600, 60_000, 301, 30_000), Rejected},
		{"599 people are too few", "owners", owners(599, 60_000, 599, 60_000), NoQuorum},
		{"59,999 square metres are too few", "owners", owners(600, 59_999, 600, 59_999), NoQuorum},
		{"owners, special: three quarters of both", "owners.special", owners(600, 60_000, 450, 45_000), Passed},
		{"449 people are fewer than three quarters", "owners.special", owners(600, 60_000, 449, 45_000), Rejected},
		{"44,999 square metres are fewer than three quarters", "owners.special", owners(600, 60_000, 450, 44_999), Rejected},
		{"residents: 51 of 100 came, 26 are more than half of them", "residents", people(100, 51, 26, 25), Passed},
		{"50 of 100 are not more than half", "residents", people(100, 50, 50, 0), NoQuorum},
		{"five parties: all five seats have to be there", "five_party", people(5, 4, 4, 0), NoQuorum},
		{"five parties: three of five", "five_party", people(5, 5, 3, 2), Passed},
		{"nobody is entitled", "villager_reps", people(0, 0, 0, 0), NoQuorum},
	} {
		r, ok := b.At(tt.code, "2026-09-20")
		if !ok {
			t.Errorf("no law for %s", tt.code)
			continue
		}
		if err := tt.count.Sound(); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if got := r.Decide(tt.count); got.Outcome != tt.want || got.Rule != r.Name() {
			t.Errorf("%s: %s by %s, want %s: %+v", tt.name, got.Outcome, got.Rule, tt.want, got)
		}
	}
}

func TestWhatWasNeededIsSaid(t *testing.T) {
	r, _ := law(t).At("collective", "2026-09-20")
	v := r.Decide(people(200, 134, 133, 1))
	if q, p := v.Quorum[0], v.Pass[0]; q.Needed != 134 || q.Had != 134 || !q.Holds || p.Needed != 134 || p.Had != 133 || p.Holds || p.Whole != 200 {
		t.Errorf("it says %+v and %+v", q, p)
	}
}

// TestAbstentionsAndSpoiltPapersTookPart has 40 come of whom 20 are for.
func TestAbstentionsAndSpoiltPapersTookPart(t *testing.T) {
	r, _ := law(t).At("villager_reps", "2026-09-20")
	c := people(60, 40, 20, 5)
	c.Abstained.People, c.Spoilt.People = 10, 5
	if v := r.Decide(c); v.Outcome != Rejected {
		t.Errorf("20 of 40 with abstentions: %s", v.Outcome)
	}
	c.For.People, c.Spoilt.People = 21, 4
	if v := r.Decide(c); v.Outcome != Passed {
		t.Errorf("21 of 40 with abstentions: %s", v.Outcome)
	}
}

func TestCountsThatCannotBe(t *testing.T) {
	more := people(10, 5, 4, 2)
	crowd := people(10, 11, 4, 2)
	below := people(10, 5, -1, 2)
	for name, c := range map[string]Count{"more votes than voters": more, "more voters than entitled": crowd, "below zero": below} {
		if c.Sound() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// fractions draws shares that statutes have.
func fractions(t *rapid.T) Fraction {
	d := rapid.Int64Range(2, 12).Draw(t, "parts")
	return Fraction{rapid.Int64Range(1, d).Draw(t, "of them"), d}
}

func rules(t *rapid.T) Rule {
	bound := func(name string) []Bound {
		var out []Bound
		for _, m := range rapid.SliceOfNDistinct(rapid.SampledFrom([]Measure{People, Area}), 1, 2, func(m Measure) Measure { return m }).Draw(t, name) {
			out = append(out, Bound{m, rapid.SampledFrom([]Base{Entitled, Attended}).Draw(t, "of"), fractions(t), rapid.Bool().Draw(t, "strict")})
		}
		return out
	}
	return Rule{Code: "x", From: "2026-01-01", Quorum: bound("quorum"), Pass: bound("pass")}
}

// counts draws a count in which not all who came have voted for.
func counts(t *rapid.T) Count {
	var c Count
	for range rapid.IntRange(0, 60).Draw(t, "voters") {
		one := Sum{1, rapid.Int64Range(0, 20_000).Draw(t, "area")}
		c.Entitled = c.Entitled.Plus(one)
		way := rapid.IntRange(0, 5).Draw(t, "way")
		if way == 0 {
			continue
		}
		c.Attended = c.Attended.Plus(one)
		into := []*Sum{&c.For, &c.Against, &c.Abstained, &c.Spoilt, new(Sum)}[way-1]
		*into = into.Plus(one)
	}
	return c
}

// TestOneMoreInFavourNeverTurnsPassedIntoNotPassed has somebody who was against, did
// not vote or did not come be in favour instead.
func TestOneMoreInFavourNeverTurnsPassedIntoNotPassed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, c := rules(t), counts(t)
		if c.Sound() != nil || r.Decide(c).Outcome != Passed {
			return
		}
		from := []*Sum{&c.Against, &c.Abstained, &c.Spoilt}[rapid.IntRange(0, 2).Draw(t, "from")]
		if from.People == 0 {
			return
		}
		area := rapid.Int64Range(0, from.Area).Draw(t, "moved")
		*from, c.For = Sum{from.People - 1, from.Area - area}, c.For.Plus(Sum{1, area})
		if v := r.Decide(c); v.Outcome != Passed {
			t.Errorf("it had passed, and with one more in favour it is %s: %+v", v.Outcome, c)
		}
	})
}

// TestExactlyAtTheThreshold compares the needed number with the fraction itself.
func TestExactlyAtTheThreshold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, whole, strict := fractions(t), rapid.Int64Range(1, 1<<40).Draw(t, "whole"), rapid.Bool().Draw(t, "strict")
		enough := func(n int64) bool { // n/whole against f, without division
			if strict {
				return n*f.Den > whole*f.Num
			}
			return n*f.Den >= whole*f.Num
		}
		if n := f.least(whole, strict); !enough(n) || enough(n-1) {
			t.Errorf("%d is said to be the least of %d for %s, strict %v", n, whole, f, strict)
		}
	})
}

// TestTheStrictestAsksForAtLeastWhatEachAsks has what passes by several rules together
// pass by each.
func TestTheStrictestAsksForAtLeastWhatEachAsks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := rules(t), rules(t), counts(t)
		if Strictest(a, b).Decide(c).Outcome == Passed && (a.Decide(c).Outcome != Passed || b.Decide(c).Outcome != Passed) {
			t.Errorf("together it passes, alone it does not: %+v %+v %+v", a, b, c)
		}
	})
}

func TestRulesByDayAndLevel(t *testing.T) {
	one := 1
	law := Rule{Code: "reps", Level: National, From: "2020-01-01", Basis: "b", Quorum: []Bound{{People, Entitled, Fraction{1, 2}, true}}, Pass: []Bound{{People, Attended, Fraction{1, 2}, true}}, Notice: 3, Disclosure: 7, Proxies: &one}
	newer := law
	newer.From, newer.Quorum, newer.Disclosure = "2026-01-01", []Bound{{People, Entitled, Fraction{2, 3}, false}}, 15
	local := Rule{Code: "reps", Level: Local, From: "2026-06-01", Basis: "b", Disclosure: 20, Pass: []Bound{{People, Entitled, Fraction{1, 2}, false}}}
	b := &Book{Rules: []Rule{local, newer, law}}
	if wrong := b.Lint(); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	for day, want := range map[string]struct {
		name       string
		disclosure int
		pass       int
	}{"2025-12-31": {"reps@2020-01-01", 7, 1}, "2026-01-01": {"reps@2026-01-01", 15, 1}, "2026-06-01": {"reps@2026-06-01", 20, 2}} {
		r, ok := b.At("reps", day)
		if !ok || r.Name() != want.name || r.Disclosure != want.disclosure || len(r.Pass) != want.pass || r.MayHold() != 1 {
			t.Errorf("on %s it is %+v", day, r)
		}
	}
	if _, ok := b.At("reps", "2019-12-31"); ok {
		t.Error("a rule holds before it takes effect")
	}
	if _, ok := b.At("nobody", "2026-01-01"); ok {
		t.Error("there is a rule for nobody")
	}
}

func TestLintFindsFaultyRules(t *testing.T) {
	two := 2
	national := Rule{Code: "reps", Level: National, From: "2020-01-01", Basis: "b", Quorum: []Bound{{People, Entitled, Fraction{2, 3}, false}}, Pass: []Bound{{People, Attended, Fraction{1, 2}, true}}, Notice: 10, Disclosure: 15}
	local := func(change func(*Rule)) Rule {
		r := Rule{Code: "reps", Level: Local, From: "2021-01-01", Basis: "b"}
		change(&r)
		return r
	}
	for want, r := range map[string]Rule{
		"":        local(func(r *Rule) { r.Disclosure = 16 }),
		"weaker":  local(func(r *Rule) { r.Quorum = []Bound{{People, Entitled, Fraction{1, 2}, true}} }),
		"shorter": local(func(r *Rule) { r.Disclosure = 7 }),
		"no_law":  local(func(r *Rule) { r.Code = "others" }),
		"from":    local(func(r *Rule) { r.From = "someday" }),
		"level":   local(func(r *Rule) { r.Level = "family" }),
		"basis":   local(func(r *Rule) { r.Basis = "" }),
		"measure": local(func(r *Rule) { r.Pass = []Bound{{"noise", Entitled, Fraction{1, 2}, false}} }),
		"base":    local(func(r *Rule) { r.Quorum = []Bound{{People, Attended, Fraction{1, 2}, false}} }),
		"share":   local(func(r *Rule) { r.Pass = []Bound{{Measure: People, Of: Entitled}} }),
		"term":    local(func(r *Rule) { r.Notice = 1000 }),
		"code":    national,
		"empty":   {Code: "x", Level: National, From: "2020-01-01", Basis: "b"},
	} {
		b := &Book{Rules: []Rule{national, r}}
		found := want == "" && len(b.Lint()) == 0
		for _, f := range b.Lint() {
			found = found || f.Key == "tally.lint."+want
		}
		if !found {
			t.Errorf("%q was not found: %v", want, b.Lint())
		}
	}
	lavish := local(func(r *Rule) { r.Proxies = &two })
	if wrong := (&Book{Rules: []Rule{national, lavish}}).Lint(); len(wrong) != 1 || !strings.HasSuffix(wrong[0].Key, "weaker") {
		t.Errorf("more proxies than the law has: %v", wrong)
	}
	if _, err := Parse([]byte(`{"rulez":[]}`)); err == nil {
		t.Error("an unknown field was taken")
	}
}

func FuzzParseFraction(f *testing.F) {
	for _, text := range []string{"2/3", "1/1", "0/1", "3/2", "1/0", "-1/2", "a/b", "1/1001"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseFraction(text)
		if err != nil {
			return
		}
		if got.Num < 1 || got.Den < got.Num {
			t.Errorf("%q is %v", text, got)
		}
		if back, err := ParseFraction(got.String()); err != nil || back.Compare(got) != 0 {
			t.Errorf("%q became %v", text, back)
		}
	})
}

func BenchmarkDecide(b *testing.B) {
	r, _ := law(b).At("owners.special", "2026-09-20")
	c := owners(600, 60_000, 450, 45_000)
	for b.Loop() {
		r.Decide(c)
	}
}
