// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Rate is a share with its counts. It is computed in whole numbers.
type Rate struct {
	N, Of    int
	Decimals int  // of the percentage
	Minimum  int  // cases below which it is not ranked or scored
	Held     bool // its counts are held back, because they would tell of persons
}

// None is what a rate of nothing prints as: it is neither 0 nor 100 %.
const None = "—"

// String prints the percentage, rounded half up: 39,926 of 40,000 is 99.82 %.
func (r Rate) String() string {
	if r.Of == 0 || r.Held {
		return None
	}
	v := r.rounded()
	scale := pow10(r.Decimals)
	if r.Decimals == 0 {
		return fmt.Sprintf("%d%%", v)
	}
	return fmt.Sprintf("%d.%0*d%%", v/scale, r.Decimals, v%scale)
}

// rounded is the percentage in units of its last decimal, rounded half up.
func (r Rate) rounded() int {
	scale := 100 * pow10(r.Decimals)
	return (2*r.N*scale + r.Of) / (2 * r.Of)
}

func pow10(n int) int {
	out := 1
	for range n {
		out *= 10
	}
	return out
}

// Enough reports whether there are cases enough to rank by the rate.
func (r Rate) Enough() bool { return !r.Held && r.Of > 0 && r.Of >= r.Minimum }

// Compare orders two rates by their value, exactly: whichever counts more for
// each case comes later. Both have cases.
func (r Rate) Compare(other Rate) int { return cmp.Compare(r.N*other.Of, other.N*r.Of) }

// Score is a weighted sum of rates, in ten-thousandths: 10,000 is the best there
// is. It is zero, and not Known, while one of its rates has too few cases.
type Score struct {
	Code  string
	Value int
	Known bool
}

// String prints the score with two decimals, out of 100.
func (s Score) String() string {
	if !s.Known {
		return None
	}
	return fmt.Sprintf("%d.%02d", s.Value/100, s.Value%100)
}

// scores computes the scores of a book from figures.
func (b *Book) scores(figures []Figure) []Score {
	var out []Score
	for _, w := range b.Scores {
		out = append(out, score(w, figures))
	}
	return out
}

// score sums rates by their weights. A better value never lowers it: each rate
// is turned so that more is better, and every weight is positive.
func score(w Weights, figures []Figure) Score {
	out := Score{Code: w.Code, Known: true}
	sum := 0
	for _, code := range slices.Sorted(maps.Keys(w.Weights)) {
		i := slices.IndexFunc(figures, func(f Figure) bool { return f.Indicator.Code == code })
		if i < 0 || !figures[i].Rate.Enough() {
			return Score{Code: w.Code}
		}
		f := figures[i]
		n := f.Rate.N
		if f.Indicator.Better == "lower" {
			n = f.Rate.Of - n
		}
		sum += w.Weights[code] * (n * 10_000 / f.Rate.Of)
	}
	out.Value = sum / 100
	return out
}

// Few is the smallest number of cases that is shown where fewer could tell of
// persons. Basis: guard on small cells, k = 5.
const Few = 5

// HoldBack holds back what would tell of few persons: every rate of fewer than
// Few cases and, if that is one line only, the next smallest too, so that it
// cannot be had by taking the others from the total.
func HoldBack(lines []Line) []Line {
	out := make([]Line, len(lines))
	for i, l := range lines {
		out[i] = l
		out[i].Figures = slices.Clone(l.Figures)
	}
	if len(out) == 0 {
		return out
	}
	for k := range out[0].Figures {
		var held []int
		smallest := -1
		for i := range out {
			switch r := out[i].Figures[k].Rate; {
			case r.Of > 0 && r.Of < Few:
				held = append(held, i)
			case r.Of > 0 && (smallest < 0 || r.Of < out[smallest].Figures[k].Rate.Of):
				smallest = i
			}
		}
		if len(held) == 1 && smallest >= 0 {
			held = append(held, smallest)
		}
		for _, i := range held {
			d := out[i].Figures[k].Rate.Decimals
			out[i].Figures[k].Rate = Rate{Decimals: d, Held: true}
			out[i].Scores = nil
		}
	}
	return out
}

// parts lists the keys of counts in order, all in one without a key first.
func parts(counts map[string]map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), strings.Compare)
}

// Sum adds lines up into one. It has no score: scores are not added.
func Sum(lines []Line) []Line {
	if len(lines) < 2 {
		return lines
	}
	sum := Line{Figures: slices.Clone(lines[0].Figures)}
	for _, l := range lines[1:] {
		for k := range sum.Figures {
			sum.Figures[k].Rate.N += l.Figures[k].Rate.N
			sum.Figures[k].Rate.Of += l.Figures[k].Rate.Of
		}
	}
	return []Line{sum}
}
