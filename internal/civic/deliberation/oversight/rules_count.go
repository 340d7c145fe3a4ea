// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
)

// Measure is what a cell counts.
type Measure string

// The measures. Each counts in the month in which it happened; a duration in the month
// in which it ended.
const (
	Begun      Measure = "begun"
	Decided    Measure = "decided"
	Published  Measure = "published"
	Finished   Measure = "finished"
	NoQuorum   Measure = "no_quorum"
	Rejected   Measure = "rejected"
	Back       Measure = "sent_back"
	Objections Measure = "objections"
	Inspected  Measure = "inspected"
	Deficient  Measure = "deficient" // inspected, and something was found

	toDecided  Measure = "days_decided"
	toFinished Measure = "days_finished"
)

// Measures lists those that are counts, in the order in which pages show them.
func Measures() []Measure {
	return []Measure{Begun, Decided, Published, Finished, NoQuorum, Rejected, Back, Objections, Inspected, Deficient}
}

// Month is year * 12 + month - 1.
type Month int

// MonthOf is the month of an instant.
func MonthOf(at time.Time, zone *time.Location) Month {
	at = at.In(zone)
	return Month(at.Year()*12 + int(at.Month()) - 1)
}

// Text writes a month as in 2026-03.
func (m Month) Text() string {
	return time.Date(int(m)/12, time.Month(int(m)%12+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
}

// ParsePeriod reads "2026" or "2026-03" as the months from, up to but not including to.
func ParsePeriod(text string) (from, to Month, ok bool) {
	if t, err := time.Parse("2006-01", text); err == nil {
		m := Month(t.Year()*12 + int(t.Month()) - 1)
		return m, m + 1, true
	}
	if t, err := time.Parse("2006", text); err == nil {
		m := Month(t.Year() * 12)
		return m, m + 12, true
	}
	return 0, 0, false
}

// Cell is a number that a proceeding adds to the counts.
type Cell struct {
	Month   Month   `json:"month"`
	Body    string  `json:"body,omitempty"`
	Measure Measure `json:"measure"`
	Bucket  int     `json:"bucket,omitempty"` // whole days of a duration
	N       int64   `json:"n"`
}

// longest is the number of days from which durations are counted as one.
const longest = 999

// trailOf folds a proceeding into its row.
func trailOf(d proceeding.Detail, zone *time.Location) Trail {
	t := Trail{
		Realm: d.Realm, Proceeding: d.ID, Title: d.Title, Subject: d.Subject, Area: d.Area, Place: d.Place, State: d.State, Begun: d.Started,
		Doers: []string{d.Starter},
	}
	for _, e := range d.History {
		if e.Role != procedure.Role(identity.Inspector) { // who sends back has not taken part
			t.Doers = append(t.Doers, e.Actor)
		}
	}
	for _, v := range d.Steps {
		if v.Status == proceeding.Failing {
			t.Red++
		}
		for _, f := range v.Facts {
			t.Doers = append(t.Doers, f.Account)
			if f.BodyID == "" {
				continue
			}
			t.Bodies = append(t.Bodies, f.BodyID)
			if v.Step == proceeding.Decision && f.Live() && !f.Gone {
				t.Body = f.BodyID
			}
		}
	}
	t.Doers, t.Bodies = unique(t.Doers), unique(t.Bodies)
	t.Counted = counted(d, t.Body, zone)
	return t
}

func unique(all []string) []string {
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
}

// counted lists what a proceeding stands for in the counts.
func counted(d proceeding.Detail, body string, zone *time.Location) []Cell {
	var out []Cell
	add := func(m Measure, at time.Time, bucket int, n int64) {
		if n > 0 && !at.IsZero() {
			out = append(out, Cell{Month: MonthOf(at, zone), Body: body, Measure: m, Bucket: bucket, N: n})
		}
	}
	days := func(at time.Time) int { return min(longest, max(0, int(at.Sub(d.Started).Hours()/24))) }
	add(Begun, d.Started, 0, 1)
	for _, v := range d.Steps {
		passed := v.Passed
		if v.Status == proceeding.Ahead || v.Status == proceeding.Now {
			passed = time.Time{}
		}
		switch v.Step {
		case proceeding.Decision:
			add(Decided, passed, 0, 1)
			add(toDecided, passed, days(passed), 1)
		case proceeding.Resolution:
			add(Published, v.Passed, 0, 1)
		}
		for _, f := range v.Facts {
			if f.Kind == proceeding.Posting && f.Stand.Posted != "" {
				if day, err := time.ParseInLocation(time.DateOnly, f.Stand.Posted, zone); err == nil {
					add(Objections, day, 0, int64(f.Stand.All))
				}
			}
		}
	}
	last := procedure.State("")
	for _, e := range d.History {
		switch {
		case e.State == "archived" && last != e.State && d.State == "archived":
			add(Finished, e.At, 0, 1)
			add(toFinished, e.At, days(e.At), 1)
		case e.State == "rejected" && last != e.State:
			add(Rejected, e.At, 0, 1)
		case strings.HasSuffix(string(e.State), "no_quorum") && last != e.State:
			add(NoQuorum, e.At, 0, 1)
		}
		if strings.HasPrefix(string(e.Action), "send_back_") || e.Action == "stop" {
			add(Back, e.At, 0, 1)
		}
		last = e.State
	}
	return merged(out)
}

// merged adds up cells that are the same, in their order.
func merged(all []Cell) []Cell {
	slices.SortFunc(all, byKey)
	var out []Cell
	for _, c := range all {
		if n := len(out); n > 0 && byKey(out[n-1], c) == 0 {
			out[n-1].N += c.N
			continue
		}
		out = append(out, c)
	}
	return slices.DeleteFunc(out, func(c Cell) bool { return c.N == 0 })
}

func byKey(a, b Cell) int {
	return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Body, b.Body), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Bucket, b.Bucket))
}

// change is what the counts lack when a proceeding stood for one list and stands for
// another.
func change(before, after []Cell) []Cell {
	all := slices.Clone(after)
	for _, c := range before {
		c.N = -c.N
		all = append(all, c)
	}
	return merged(all)
}

// Median is the middle of durations, in halves of a day: with an even number of them
// it lies between two. N is how many there are; with none there is no median.
type Median struct {
	N      int64
	Halves int64
}

// Text writes a median in days; a dash where there is none.
func (m Median) Text() string {
	switch {
	case m.N == 0:
		return "—"
	case m.Halves%2 == 1:
		return strconv.FormatInt(m.Halves/2, 10) + ".5"
	}
	return strconv.FormatInt(m.Halves/2, 10)
}

// median finds the middle of durations that are counted by days.
func median(by map[int]int64) Median {
	days := make([]int, 0, len(by))
	var m Median
	for day, n := range by {
		days = append(days, day)
		m.N += n
	}
	slices.Sort(days)
	at := func(rank int64) int64 { // counted from 0
		for _, day := range days {
			if rank -= by[day]; rank < 0 {
				return int64(day)
			}
		}
		return 0
	}
	if m.N > 0 {
		m.Halves = at((m.N-1)/2) + at(m.N/2)
	}
	return m
}
