// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/sheet"
)

// Table is a list of households as somebody uploads it.
type Table struct {
	Realm string
	Area  string
	In    io.ReaderAt
	Size  int64
	Words map[string]string // headings as people write them, to codes
}

// Problem is a line of a table that cannot be taken. Line 0 is the table itself.
type Problem struct {
	Line  int
	Fault *fault.Error
}

// maxProblems bounds the problems that are listed.
const maxProblems = 200

// columnsOf are the columns that a table may have: how the household is called, and
// the code of its grid.
func columnsOf() []string { return []string{"household", "grid"} }

// Headings are the headings of tables in every language, to codes.
func Headings(t *text.Catalogue) map[string]string {
	out := map[string]string{}
	for _, lang := range t.Languages() {
		for _, c := range columnsOf() {
			out[strings.ToLower(t.Printer(lang).T("survey.column."+c))] = c
			out[c] = c
		}
	}
	return out
}

// Read reads the households of a table. If one line cannot be taken none is, and the
// problems say why.
func (s *Service) Read(c Table) (out []Household, bad []Problem, err error) {
	area, ok := s.Org.Area(c.Realm, c.Area)
	if !ok {
		return nil, nil, fault.New(fault.Invalid, "matter.area_unknown").At("area")
	}
	t, err := sheet.Open(c.In, c.Size, sheet.Limits{Rows: mostHouseholds})
	if err != nil {
		return nil, nil, at("households", err)
	}
	columns, err := columnsIn(t.Headings, c.Words)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	for len(bad) < maxProblems {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, at("households", err)
		}
		h, faults := s.line(area, row, columns)
		if key := sameHousehold(h.Label); key != "" && seen[key] {
			faults = append(faults, fault.New(fault.Invalid, "survey.line_twice").With("label", h.Label))
		} else {
			seen[key] = true
		}
		for _, f := range faults {
			bad = append(bad, Problem{row.Line, f})
		}
		out = append(out, h)
	}
	if len(bad) > 0 {
		return nil, bad, nil
	}
	return out, nil, nil
}

// at places a fault at a field.
func at(field string, err error) error {
	if f, ok := fault.As(err); ok {
		return f.At(field)
	}
	return err
}

// columnsIn says what stands in which column.
func columnsIn(headings []string, words map[string]string) ([]string, error) {
	out := make([]string, len(headings))
	for i, h := range headings {
		if out[i] = words[strings.ToLower(strings.TrimSpace(h))]; out[i] == "" {
			return nil, fault.New(fault.Invalid, "survey.heading_unknown").At("households").With("heading", h)
		}
	}
	if !slices.Contains(out, "household") {
		return nil, fault.New(fault.Invalid, "survey.no_column").At("households")
	}
	return out, nil
}

// line reads one household.
func (s *Service) line(area org.Area, row sheet.Row, columns []string) (h Household, faults []*fault.Error) {
	h.Place, faults = area.Lo, row.Faults
	for i, cell := range row.Cells {
		cell = strings.TrimSpace(cell)
		switch columns[i] {
		case "household":
			label, err := form.CleanText(cell, false)
			if f, ok := fault.As(err); ok {
				faults = append(faults, f)
			}
			if h.Label = label; label == "" || len([]rune(label)) > maxLabel {
				faults = append(faults, fault.New(fault.Invalid, "survey.household_label"))
			}
		case "grid":
			if cell == "" {
				continue
			}
			grid, ok := s.Org.AreaByCode(area.Realm, cell)
			if !ok {
				grid, ok = s.Org.Area(area.Realm, cell)
			}
			if !ok || grid.Lo < area.Lo || grid.Hi > area.Hi {
				faults = append(faults, fault.New(fault.Invalid, "survey.grid_unknown").With("grid", cell))
				continue
			}
			h.Place = grid.Lo
		}
	}
	return h, faults
}

// FromBody lists the households of a body's members whose mandate holds today, each
// once, for its secretary.
func (s *Service) FromBody(ctx context.Context, realm, body string, by identity.Actor) ([]Household, error) {
	a, members, err := s.Bodies.Members(ctx, realm, body, by)
	if err != nil {
		return nil, err
	}
	if a.Kind.Confidential() {
		return nil, fault.New(fault.Conflict, "survey.confidential_body").At("body")
	}
	var out []Household
	seen := map[string]bool{}
	for _, m := range members {
		if !m.Live(s.Bodies.Today()) {
			continue
		}
		for _, h := range m.Holdings {
			if key := sameHousehold(h.Household); key != "" && !seen[key] {
				seen[key] = true
				out = append(out, Household{Label: h.Household, Place: a.Place})
			}
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "survey.body_without").At("body")
	}
	slices.SortStableFunc(out, func(a, b Household) int { return strings.Compare(a.Label, b.Label) })
	return out, nil
}
