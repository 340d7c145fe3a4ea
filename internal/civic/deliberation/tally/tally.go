// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package tally says whether a vote has passed: how many had to come, how many had
// to agree, and by which rule. It reads numbers and knows no voter. All arithmetic
// is of integers, so that two thirds are two thirds.
//
//	tally.go  fractions, bounds, counts, the verdict
//	rule.go   one rule, and the strictest of several
//	book.go   the rules that are in force, by assembly and day
package tally

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Fraction is a share of a whole, exactly: above 0 and at most 1.
type Fraction struct{ Num, Den int64 }

// ParseFraction reads a fraction such as 2/3. It fails for what is not above 0 and
// at most 1, and for parts above a thousand, which no statute has.
func ParseFraction(text string) (Fraction, error) {
	num, den, ok := strings.Cut(text, "/")
	n, err := strconv.ParseInt(num, 10, 64)
	d, failed := strconv.ParseInt(den, 10, 64)
	if !ok || err != nil || failed != nil || n < 1 || d < n || d > 1000 {
		return Fraction{}, fmt.Errorf("tally: %q is no share", text)
	}
	return Fraction{n, d}, nil
}

// String writes a fraction as ParseFraction reads it.
func (f Fraction) String() string { return fmt.Sprintf("%d/%d", f.Num, f.Den) }

// MarshalText writes a fraction as String does.
func (f Fraction) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads a fraction as ParseFraction does.
func (f *Fraction) UnmarshalText(text []byte) (err error) {
	*f, err = ParseFraction(string(text))
	return err
}

// Compare is negative where f is less than g, and zero where they are the same share.
func (f Fraction) Compare(g Fraction) int {
	switch a, b := f.Num*g.Den, g.Num*f.Den; {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// Measure is what is counted.
type Measure string

// The measures. Area is of the flats that owners own, in hundredths of a square metre.
const (
	People Measure = "people"
	Area   Measure = "area"
)

// Base is whose share is meant.
type Base string

// The bases: all who are entitled, or those of them who took part.
const (
	Entitled Base = "entitled"
	Attended Base = "attended"
)

// Bound is a share that has to be reached, or, if Strict, exceeded.
type Bound struct {
	Measure Measure  `json:"measure"`
	Of      Base     `json:"of"`
	Share   Fraction `json:"share"`
	Strict  bool     `json:"strict,omitempty"` // more than, and not at least
}

// Sum is people, and the area that is theirs.
type Sum struct{ People, Area int64 }

// of is one measure of a sum.
func (s Sum) of(m Measure) int64 {
	if m == Area {
		return s.Area
	}
	return s.People
}

// Plus adds two sums.
func (s Sum) Plus(t Sum) Sum { return Sum{s.People + t.People, s.Area + t.Area} }

// Count is what was counted: who was entitled, who took part, and how they voted. A
// spoilt paper and an abstention took part and are not for.
type Count struct{ Entitled, Attended, For, Against, Abstained, Spoilt Sum }

// Cast are the votes that were cast, of whatever kind.
func (c Count) Cast() Sum {
	return c.For.Plus(c.Against).Plus(c.Abstained).Plus(c.Spoilt)
}

// Sound fails for a count that cannot be: below zero, more cast than took part, more
// who took part than were entitled.
func (c Count) Sound() error {
	for _, m := range []Measure{People, Area} {
		for _, s := range []Sum{c.Entitled, c.Attended, c.For, c.Against, c.Abstained, c.Spoilt} {
			if s.of(m) < 0 {
				return fmt.Errorf("tally: a count of %s is below zero", m)
			}
		}
		if c.Cast().of(m) > c.Attended.of(m) || c.Attended.of(m) > c.Entitled.of(m) {
			return fmt.Errorf("tally: of %s %d were cast, %d took part, %d were entitled", m, c.Cast().of(m), c.Attended.of(m), c.Entitled.of(m))
		}
	}
	return nil
}

// whole is the number that a bound's share is of.
func (c Count) whole(b Bound) int64 {
	if b.Of == Entitled {
		return c.Entitled.of(b.Measure)
	}
	return c.Attended.of(b.Measure)
}

// Check is a bound held against a count.
type Check struct {
	Bound
	Had    int64 // in the measure
	Whole  int64 // that the share is of
	Needed int64 // the least that would have been enough
	Holds  bool
}

// check holds a bound against what was had. A share of nobody is never reached.
func (b Bound) check(had, whole int64) Check {
	needed := b.Share.least(whole, b.Strict)
	return Check{b, had, whole, needed, whole > 0 && had >= needed}
}

// least is the smallest whole number that is at least, or more than, a share.
func (f Fraction) least(whole int64, strict bool) int64 {
	product := new(big.Int).Mul(big.NewInt(whole), big.NewInt(f.Num))
	quotient, rest := new(big.Int).QuoRem(product, big.NewInt(f.Den), new(big.Int))
	if strict || rest.Sign() > 0 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return quotient.Int64() // at most whole and one
}

// Outcome is what became of a vote.
type Outcome string

// The outcomes. A tie is a rejection of which it is said that for and against were
// the same; whether there is a second round is for the procedure to say.
const (
	Passed   Outcome = "passed"
	Rejected Outcome = "rejected"
	Tied     Outcome = "tied"
	NoQuorum Outcome = "no_quorum"
)

// Verdict is an outcome with its reasons.
type Verdict struct {
	Outcome Outcome `json:"outcome"`
	Rule    string  `json:"rule"` // code and day of effect
	Quorum  []Check `json:"quorum"`
	Pass    []Check `json:"pass"`
}

// Present holds the quorum's bounds against those who have come so far.
func (r Rule) Present(c Count) (checks []Check, met bool) {
	met = true
	for _, b := range r.Quorum {
		k := b.check(c.Attended.of(b.Measure), c.whole(b))
		checks, met = append(checks, k), met && k.Holds
	}
	return checks, met
}

// Decide says what became of a vote: without a quorum nothing, else passed if every
// bound holds for those in favour. The same count always has the same verdict.
func (r Rule) Decide(c Count) Verdict {
	v := Verdict{Outcome: Passed, Rule: r.Name()}
	met := true
	v.Quorum, met = r.Present(c)
	for _, b := range r.Pass {
		k := b.check(c.For.of(b.Measure), c.whole(b))
		v.Pass = append(v.Pass, k)
		if !k.Holds {
			v.Outcome = Rejected
		}
	}
	if v.Outcome == Rejected && c.For.People == c.Against.People {
		v.Outcome = Tied
	}
	if !met {
		v.Outcome = NoQuorum
	}
	return v
}

// MarshalJSON writes a check with the words of its bound.
func (k Check) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Bound
		Had    int64 `json:"had"`
		Whole  int64 `json:"whole"`
		Needed int64 `json:"needed"`
		Holds  bool  `json:"holds"`
	}{k.Bound, k.Had, k.Whole, k.Needed, k.Holds})
}
