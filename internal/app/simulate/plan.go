// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package simulate plays a described year through the real use cases: people
// report, the desk registers and dispatches, bodies sign and handle, somebody
// else checks, terms run out, all at the times of a simulated clock. What comes
// out is a realm like any other, with its history, its audit and its statistics.
//
//	plan.go      what a description says, and what is wrong with one
//	world.go     making the realm, its bodies and its people
//	player.go    what happens next to a matter
//	schedule.go  when, and many at a time
//	simulate.go  the whole of it
package simulate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Plan describes a year. The same plan gives the same figures each time.
type Plan struct {
	Name   string `json:"name"`
	Root   string `json:"root"`   // code of the division that becomes the realm
	Groups int    `json:"groups"` // grids, spread over the villages
	Parks  []Park `json:"parks"`
	Bodies []Body `json:"bodies"`

	Year  int       `json:"year"`
	Until time.Time `json:"until"` // when playing ends; what is open then stays open
	Seed  uint64    `json:"seed"`

	Mechanisms []Mechanism `json:"mechanisms"`
	Season     []float64   `json:"season"`  // weight of each month
	Weekday    []float64   `json:"weekday"` // weight of each day, Sunday first
	Hour       []float64   `json:"hour"`    // weight of each hour
	Open       int         `json:"open"`    // how many of all are never finished

	Chances map[string]float64 `json:"chances"` // that something happens to a matter, see chances
	Delays  map[string]float64 `json:"delays"`  // median share of a step's term that it takes, see steps
}

// Park is a grid of its own for an industrial park.
type Park struct{ Town, Name string }

// Body is an office that serves all of the realm.
type Body struct{ Kind, Name string }

// Mechanism is a way by which matters come, and how many in the year.
type Mechanism struct {
	Name    string             `json:"name"`
	Count   int                `json:"count"`
	Origin  string             `json:"origin"`
	Profile string             `json:"profile,omitempty"` // of the grids they lie in; empty for ordinary ones
	Types   map[string]float64 `json:"types"`             // weight by code
	Settled float64            `json:"settled,omitempty"` // share that grid workers settle on the spot
	Solved  float64            `json:"solved"`            // share that call-backs find solved
	Words   []string           `json:"words"`             // what the reports say
}

// chances are what a plan gives the chance of, and steps whose delay it gives.
var (
	chances = []string{"refuse", "clarify", "object", "question", "extend", "suspend", "late", "fail", "rate", "call_back", "reached", "satisfied", "reopen"}
	steps   = []string{"register", "dispatch", "sign", "handle", "check", "answer"}
)

// Parse reads a description and lists everything that is wrong with it.
func Parse(text []byte) (*Plan, error) {
	var p Plan
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(&p); err != nil {
		return nil, fmt.Errorf("the description cannot be read: %w", err)
	}
	return &p, errors.Join(p.lint()...)
}

func (p *Plan) lint() []error {
	var out []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			out = append(out, fmt.Errorf(format, args...))
		}
	}
	bad(p.Root == "", "root: name the division that becomes the realm")
	bad(p.Year < 2000 || p.Year > 2100, "year: %d is not one from 2000 to 2100", p.Year)
	bad(p.Until.Year() < p.Year, "until: playing ends before the year begins")
	bad(p.Groups < 0 || p.Groups > 100_000, "groups: %d is not from 0 to 100,000", p.Groups)
	bad(len(p.Bodies) == 0, "bodies: somebody has to deal with matters")
	bad(len(p.Mechanisms) == 0, "mechanisms: nothing happens in this year")
	for name, list := range map[string]struct {
		have []float64
		want int
	}{"season": {p.Season, 12}, "weekday": {p.Weekday, 7}, "hour": {p.Hour, 24}} {
		bad(len(list.have) != list.want, "%s: %d weights, want %d", name, len(list.have), list.want)
		bad(!weights(list.have), "%s: weights are not negative, and not all 0", name)
	}
	total := 0
	for i, m := range p.Mechanisms {
		bad(m.Count <= 0, "mechanisms[%d].count: %d is not positive", i, m.Count)
		bad(!weights(slices.Collect(maps.Values(m.Types))), "mechanisms[%d].types: weights are not negative, and not all 0", i)
		bad(len(m.Words) == 0, "mechanisms[%d].words: reports have to say something", i)
		bad(m.Settled < 0 || m.Settled > 1 || m.Solved < 0 || m.Solved > 1, "mechanisms[%d]: a share is from 0 to 1", i)
		total += m.Count
	}
	bad(p.Open < 0 || p.Open > total, "open: %d is not from 0 to the %d there are", p.Open, total)
	for name, c := range p.Chances {
		bad(!slices.Contains(chances, name), "chances: there is no %q", name)
		bad(c < 0 || c > 1, "chances.%s: %g is not from 0 to 1", name, c)
	}
	for name, d := range p.Delays {
		bad(!slices.Contains(steps, name), "delays: there is no %q", name)
		bad(d <= 0 || d > 0.7, "delays.%s: %g is not above 0 and at most 0.7", name, d)
	}
	slices.SortFunc(out, func(a, b error) int { return bytes.Compare([]byte(a.Error()), []byte(b.Error())) })
	return out
}

// weights reports whether there is a weight above 0 and none below.
func weights(list []float64) bool {
	some := false
	for _, w := range list {
		if w < 0 {
			return false
		}
		some = some || w > 0
	}
	return some
}

// Total is how many matters the year has.
func (p *Plan) Total() int {
	n := 0
	for _, m := range p.Mechanisms {
		n += m.Count
	}
	return n
}
