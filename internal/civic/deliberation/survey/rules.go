// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"pavilion/internal/base/fault"
)

// What can be answered besides options.
const (
	For       = "for"
	Against   = "against"
	NoOpinion = "none"
)

// Bounds of a survey.
const (
	leastOptions   = 2
	mostOptions    = 8
	longestTerm    = 90 * 24 * time.Hour
	maxQuestion    = 200
	maxAbout       = 1000
	maxOption      = 80
	maxLabel       = 60
	maxWords       = 500
	maxReason      = 200
	mostHouseholds = 20_000
)

// Option is the answer of the option at an index.
func Option(i int) string { return "o" + strconv.Itoa(i+1) }

// Choices lists what a household can answer.
func (v Survey) Choices() []string {
	if len(v.Options) == 0 {
		return []string{For, Against, NoOpinion}
	}
	var out []string
	for i := range v.Options {
		out = append(out, Option(i))
	}
	return append(out, NoOpinion)
}

// offers fails for a choice or a channel that v does not have.
func (v Survey) offers(choice string, c Channel) error {
	if !slices.Contains(v.Channels, c) {
		return fault.New(fault.Conflict, "survey.no_channel")
	}
	if !slices.Contains(v.Choices(), choice) {
		return fault.New(fault.Invalid, "survey.no_choice").At("choice")
	}
	return nil
}

// check finds what is wrong with a survey that is to be opened at now.
func check(v Survey, list []Household, now time.Time) []*fault.Error {
	var out []*fault.Error
	bad := func(wrong bool, field, key string) {
		if wrong {
			out = append(out, fault.New(fault.Invalid, key).At(field))
		}
	}
	n := len(v.Options)
	bad(n > 0 && n < leastOptions || n > mostOptions, "options", "survey.options_number")
	sorted := slices.Sorted(slices.Values(v.Options))
	bad(len(slices.Compact(sorted)) < n, "options", "survey.options_twice")
	bad(len(v.Channels) == 0, "channels", "form.required")
	for _, c := range v.Channels {
		bad(!slices.Contains(Channels(), c), "channels", "form.not_a_choice")
	}
	bad(!v.Closes.After(now), "closes", "survey.closes_past")
	bad(v.Closes.Sub(now) > longestTerm, "closes", "survey.closes_late")
	bad(len(list) == 0, "households", "survey.nobody")
	bad(len(list) > mostHouseholds, "households", "survey.too_many")
	seen := map[string]int{}
	for i, h := range list {
		key := sameHousehold(h.Label)
		if first, twice := seen[key]; twice {
			out = append(out, fault.New(fault.Invalid, "survey.household_twice").At("households").With("label", h.Label).With("line", fmt.Sprint(first+1)))
			break
		}
		seen[key] = i
		bad(key == "" || len([]rune(h.Label)) > maxLabel, "households", "survey.household_label")
	}
	return out
}

// sameHousehold is a label as labels are compared: without spaces and dashes, in small
// letters, full-width ones as the usual ones.
func sameHousehold(label string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		if unicode.IsSpace(r) {
			return -1
		}
		if unicode.Is(unicode.Pd, r) {
			return '-'
		}
		return unicode.ToLower(r)
	}, label)
}

// Count is how many households gave one answer.
type Count struct {
	Choice string `json:"choice"`
	N      int    `json:"n"`
}

// Line is the answers that came by one channel.
type Line struct {
	Channel  Channel `json:"channel"`
	Answered int     `json:"answered"`
	Counts   []Count `json:"counts"`
	Held     bool    `json:"held,omitempty"` // not shown: it would tell of few households
}

// Result is what was counted. Every household of the list was asked.
type Result struct {
	Asked    int       `json:"asked"`
	Answered int       `json:"answered"`
	Counts   []Count   `json:"counts"`
	Lines    []Line    `json:"lines"`
	Held     bool      `json:"held,omitempty"` // the counts are not shown: they would tell of few households
	ClosedAt time.Time `json:"closed_at"`
}

// N is how many households gave an answer.
func (r Result) N(choice string) int { return number(r.Counts, choice) }

// Of is how many of those who answered by the line's channel gave an answer.
func (l Line) Of(choice string) int { return number(l.Counts, choice) }

func number(counts []Count, choice string) int {
	i := slices.IndexFunc(counts, func(c Count) bool { return c.Choice == choice })
	if i < 0 {
		return 0
	}
	return counts[i].N
}

// cell is how many households gave an answer by a channel.
type cell struct {
	channel Channel
	choice  string
	n       int
}

// result adds cells up.
func result(v Survey, cells []cell) Result {
	r := Result{Asked: v.Asked, Counts: zeroes(v)}
	for _, c := range v.Channels {
		r.Lines = append(r.Lines, Line{Channel: c, Counts: zeroes(v)})
	}
	for _, one := range cells {
		r.Answered += one.n
		add(r.Counts, one)
		i := slices.IndexFunc(r.Lines, func(l Line) bool { return l.Channel == one.channel })
		r.Lines[i].Answered += one.n
		add(r.Lines[i].Counts, one)
	}
	return r
}

func zeroes(v Survey) (out []Count) {
	for _, c := range v.Choices() {
		out = append(out, Count{Choice: c})
	}
	return out
}

func add(counts []Count, one cell) {
	for i := range counts {
		if counts[i].Choice == one.choice {
			counts[i].N += one.n
		}
	}
}

// Few is the smallest number of households whose answers are shown. Basis: guard on
// small cells, k = 5, as in the figures.
const Few = 5

// Public is what of a result everybody may see. The answers of fewer than Few
// households are held back; a channel with so few takes the next smallest with it
// where it is the only one, so that it cannot be had by subtraction.
func (r Result) Public() Result {
	out := r
	out.Lines = slices.Clone(r.Lines)
	if r.Answered < Few {
		out.Held, out.Counts = true, nil
		for i := range out.Lines {
			out.Lines[i].hold()
		}
		return out
	}
	var held []int
	smallest := -1
	for i, l := range r.Lines {
		switch {
		case l.Answered > 0 && l.Answered < Few:
			held = append(held, i)
		case l.Answered > 0 && (smallest < 0 || l.Answered < r.Lines[smallest].Answered):
			smallest = i
		}
	}
	if len(held) == 1 && smallest >= 0 {
		held = append(held, smallest)
	}
	for _, i := range held {
		out.Lines[i].hold()
	}
	return out
}

func (l *Line) hold() { l.Held, l.Answered, l.Counts = true, 0, nil }

// mayEnd fails unless v can be counted at now: after its closing instant, or when
// every household has answered.
func mayEnd(v Survey, answered int, now time.Time) error {
	if now.Before(v.Closes) && answered < v.Asked {
		return fault.New(fault.Conflict, "survey.not_over")
	}
	return nil
}
