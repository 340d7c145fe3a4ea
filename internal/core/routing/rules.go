// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package routing

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Table says who gets what. It does not change once it is parsed.
type Table struct {
	Rows []Row `json:"rows"`

	byCode map[string][]Row
}

// Row gives a kind of thing in an area, at certain hours, to a body. An empty
// field means any.
type Row struct {
	Code string `json:"code,omitempty"` // six, four or two digits
	Area string `json:"area,omitempty"` // id of an area: it and all that lies in it
	Days []int  `json:"days,omitempty"` // of the week, 0 is Sunday
	From string `json:"from,omitempty"` // "18:00"; with To before it the hours go over midnight
	To   string `json:"to,omitempty"`   // not included
	Body string `json:"body"`
	Note string `json:"note,omitempty"` // why
}

// Parse reads a table.
func Parse(body []byte) (*Table, error) {
	var t Table
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&t); err != nil {
		return nil, fmt.Errorf("routing table: %w", err)
	}
	t.byCode = map[string][]Row{}
	for _, r := range t.Rows {
		t.byCode[r.Code] = append(t.byCode[r.Code], r)
	}
	return &t, nil
}

// timed reports whether a row applies at certain times only.
func (r Row) timed() bool { return len(r.Days) > 0 || r.From != "" }

// Applying lists the rows that apply to something with a code, in an area given
// with those above it, at a local time: the most specific first. A longer code
// weighs more than a smaller area, and that more than certain hours.
func (t *Table) Applying(code string, chain []string, at time.Time) []Row {
	type placed struct {
		Row
		depth int
	}
	var found []placed
	for _, n := range []int{6, 4, 2, 0} {
		if n > len(code) {
			continue
		}
		for _, r := range t.byCode[code[:n]] {
			depth := len(chain)
			if r.Area != "" {
				if depth = slices.Index(chain, r.Area); depth < 0 {
					continue
				}
			}
			if r.at(at) {
				found = append(found, placed{r, depth})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b placed) int {
		return cmp.Or(cmp.Compare(len(b.Code), len(a.Code)), cmp.Compare(a.depth, b.depth), cmp.Compare(order(b.timed()), order(a.timed())), strings.Compare(a.Body, b.Body))
	})
	out := make([]Row, len(found))
	for i, f := range found {
		out[i] = f.Row
	}
	return out
}

func order(b bool) int {
	if b {
		return 1
	}
	return 0
}

// at reports whether a row applies at a local time.
func (r Row) at(t time.Time) bool {
	now := t.Format("15:04")
	day := int(t.Weekday())
	over := r.From != "" && r.To <= r.From
	if over && now < r.To { // after midnight it is the evening before's row
		day = (day + 6) % 7
	}
	if len(r.Days) > 0 && !slices.Contains(r.Days, day) {
		return false
	}
	switch {
	case r.From == "":
		return true
	case over:
		return now >= r.From || now < r.To
	default:
		return now >= r.From && now < r.To
	}
}

// Finding is something wrong with a row; Other is the row it collides with.
type Finding struct {
	Row, Other int
	Key        string
}

// Lint lists what is wrong with a table by itself: malformed codes and times, and
// two rows that are equally specific and apply at the same moment, so that chance
// would decide.
func (t *Table) Lint() []Finding {
	var out []Finding
	for i, r := range t.Rows {
		if n := len(r.Code); n != 0 && n != 2 && n != 4 && n != 6 || strings.Trim(r.Code, "0123456789") != "" {
			out = append(out, Finding{Row: i, Key: "routing.code"})
		}
		if !clockTime(r.From) || !clockTime(r.To) || (r.From == "") != (r.To == "") || r.From != "" && r.From == r.To ||
			slices.ContainsFunc(r.Days, func(d int) bool { return d < 0 || d > 6 }) {
			out = append(out, Finding{Row: i, Key: "routing.time"})
			continue
		}
		for j, other := range t.Rows[:i] {
			if r.Code == other.Code && r.Area == other.Area && r.timed() == other.timed() && overlap(r, other) {
				out = append(out, Finding{i, j, "routing.twice"})
			}
		}
	}
	return out
}

// clockTime reports whether a text is a time of day, or none.
func clockTime(s string) bool {
	_, err := time.Parse("15:04", s)
	return s == "" || err == nil && len(s) == 5
}

// overlap reports whether two rows apply at the same moment of some week.
func overlap(a, b Row) bool {
	week := time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC) // a Sunday
	for _, r := range []Row{a, b} {
		for d := range 8 {
			at := week.AddDate(0, 0, d)
			if r.From != "" {
				hour, err := time.Parse("15:04", r.From)
				if err != nil {
					return false
				}
				at = at.Add(time.Duration(hour.Hour())*time.Hour + time.Duration(hour.Minute())*time.Minute)
			}
			if a.at(at) && b.at(at) {
				return true
			}
		}
	}
	return false
}
