// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"math/rand/v2"
	"testing"

	"pavilion/catalogue"
)

func TestRatesPrintAsTheyAre(t *testing.T) {
	for _, tt := range []struct {
		n, of, decimals int
		want            string
	}{
		{39_928, 40_000, 2, "99.82%"},
		{39_926, 40_000, 2, "99.82%"}, // 99.815, half up
		{39_925, 40_000, 2, "99.81%"},
		{0, 0, 2, "—"},
		{0, 7, 2, "0.00%"},
		{7, 7, 2, "100.00%"},
		{1, 3, 0, "33%"},
		{2, 3, 0, "67%"},
		{17, 32, 1, "53.1%"},
		{1, 8, 2, "12.50%"},
	} {
		if got := (Rate{N: tt.n, Of: tt.of, Decimals: tt.decimals}).String(); got != tt.want {
			t.Errorf("%d of %d prints %s, want %s", tt.n, tt.of, got, tt.want)
		}
	}
	if got := (Rate{N: 3, Of: 4, Decimals: 2, Held: true}).String(); got != None {
		t.Errorf("what is held back prints %s", got)
	}
}

func TestABetterValueNeverLowersAScore(t *testing.T) {
	book := &Book{
		Indicators: []Indicator{{Code: "up", Better: "higher"}, {Code: "down", Better: "lower"}},
		Scores:     []Weights{{Code: "s", Weights: map[string]int{"up": 30, "down": 70}}},
	}
	rnd := rand.New(rand.NewPCG(3, 5))
	for range 5000 {
		of := 1 + rnd.IntN(500)
		up, down := rnd.IntN(of), 1+rnd.IntN(of)
		at := func(up, down int) int {
			s := book.scores([]Figure{{book.Indicators[0], Rate{N: up, Of: of}}, {book.Indicators[1], Rate{N: down, Of: of}}})[0]
			if !s.Known || s.Value < 0 || s.Value > 10_000 {
				t.Fatalf("%d and %d of %d score %+v", up, down, of, s)
			}
			return s.Value
		}
		if base := at(up, down); at(up+1, down) < base || at(up, down-1) < base {
			t.Fatalf("%d and %d of %d: a better value lowers the score", up, down, of)
		}
	}
	best := book.scores([]Figure{{book.Indicators[0], Rate{N: 9, Of: 9}}, {book.Indicators[1], Rate{N: 0, Of: 9}}})[0]
	if best.String() != "100.00" {
		t.Errorf("the best there is scores %s", best)
	}
	few := book.scores([]Figure{{book.Indicators[0], Rate{N: 9, Of: 9, Minimum: 10}}, {book.Indicators[1], Rate{N: 0, Of: 9}}})[0]
	if few.Known || few.String() != None {
		t.Errorf("too few cases score %s", few)
	}
}

func TestWhatWouldTellOfFewIsHeldBack(t *testing.T) {
	lines := func(sizes ...int) []Line {
		var out []Line
		for _, n := range sizes {
			out = append(out, Line{Figures: []Figure{{Rate: Rate{N: 1, Of: n}}}, Scores: []Score{{Known: true}}})
		}
		return out
	}
	for _, tt := range []struct {
		name  string
		sizes []int
		held  []bool
	}{
		{"many everywhere", []int{10, 20, 30}, []bool{false, false, false}},
		{"one of few takes the next smallest with it", []int{3, 20, 30}, []bool{true, true, false}},
		{"two of few hide one another", []int{3, 20, 4}, []bool{true, false, true}},
		{"nothing is not few", []int{0, 20, 30}, []bool{false, false, false}},
		{"few by themselves", []int{4}, []bool{true}},
		{"five are enough", []int{5, 9}, []bool{false, false}},
	} {
		got := HoldBack(lines(tt.sizes...))
		for i, l := range got {
			if r := l.Figures[0].Rate; r.Held != tt.held[i] || r.Held && (r.N != 0 || r.Of != 0 || l.Scores != nil) {
				t.Errorf("%s: line %d is %+v", tt.name, i, r)
			}
		}
	}
	before := lines(3)
	HoldBack(before)
	if before[0].Figures[0].Rate.Held {
		t.Error("the lines that were given are changed")
	}
}

func TestLintFindsFaultyDefinitions(t *testing.T) {
	body, err := catalogue.FS().Open("indicators.json")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	sound := Indicator{Code: "a", Numerator: "solved", Denominator: "called", Period: "called", Better: "higher", Basis: "x"}
	for want, change := range map[string]func(*Book){
		"":                       func(*Book) {},
		"figures.lint.code":      func(b *Book) { b.Indicators = append(b.Indicators, sound) },
		"figures.lint.measure":   func(b *Book) { b.Indicators[0].Numerator = "guessed" },
		"figures.lint.period":    func(b *Book) { b.Indicators[0].Period = "someday" },
		"figures.lint.decimals":  func(b *Book) { b.Indicators[0].Decimals = 9 },
		"figures.lint.minimum":   func(b *Book) { b.Indicators[0].Minimum = -1 },
		"figures.lint.better":    func(b *Book) { b.Indicators[0].Better = "bigger" },
		"figures.lint.basis":     func(b *Book) { b.Indicators[0].Basis = "" },
		"figures.lint.exclusion": func(b *Book) { b.Indicators[0].Exclude = []string{"unpleasant"} },
		"figures.lint.weight":    func(b *Book) { b.Scores[0].Weights = map[string]int{"b": 100} },
		"figures.lint.weights":   func(b *Book) { b.Scores[0].Weights = map[string]int{"a": 99} },
	} {
		b := &Book{Indicators: []Indicator{sound}, Scores: []Weights{{"s", map[string]int{"a": 100}}}}
		change(b)
		found := want == "" && len(b.Lint()) == 0
		for _, f := range b.Lint() {
			found = found || f.Key == want
		}
		if !found {
			t.Errorf("%q was not found: %v", want, b.Lint())
		}
	}
}
