// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// examination is a check while it goes on.
type examination struct {
	reading *reading
	found   Found
	lines   map[string]int // the first line of each key
	unknown map[word]int
	last    int // the last line that was bad
}

// examine checks every line of a run and says what it found. It keeps nothing but
// that: a check that breaks off is begun again.
func (s *Service) examine(ctx context.Context, run Run, by identity.Actor, progress func(part int)) (Found, error) {
	r, err := s.reading(ctx, run)
	if err != nil {
		return Found{}, err
	}
	e := &examination{reading: r, lines: map[string]int{}, unknown: map[word]int{}}
	for part := range run.Parts {
		rows, err := s.part(ctx, run, part)
		if err != nil {
			return Found{}, err
		}
		for _, w := range rows {
			if err := s.examineRow(ctx, e, run, w, by); err != nil {
				return Found{}, err
			}
		}
		progress(part + 1)
	}
	e.found.Unknown = map[Field][]Unknown{}
	for w, lines := range e.unknown {
		e.found.Unknown[w.field] = append(e.found.Unknown[w.field], Unknown{w.value, lines})
	}
	for f, list := range e.found.Unknown {
		slices.SortFunc(list, func(a, b Unknown) int { return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Value, b.Value)) })
		e.found.Unknown[f] = list[:min(len(list), maxUnknown)]
	}
	return e.found, nil
}

// examineRow checks one line. An error is one that ends the check.
func (s *Service) examineRow(ctx context.Context, e *examination, run Run, w row, by identity.Actor) error {
	c, unknown, faults := e.reading.report(w)
	for _, u := range unknown {
		e.unknown[u]++
		e.bad(w.Line, e.reading.mapping.Columns[u.field], fault.New(fault.Invalid, "intake.unknown").With("value", u.value))
	}
	for _, f := range faults {
		e.bad(w.Line, f.Field, f)
	}
	e.trace(w)
	if len(faults) == 0 {
		if err := s.wouldTake(ctx, e, run, w, c, by); err != nil {
			return err
		}
	}
	first, twice := e.lines[c.Key]
	switch numbered := e.reading.cell(w, ID) != ""; {
	case twice && numbered:
		e.bad(w.Line, e.reading.mapping.Columns[ID], fault.New(fault.Invalid, "intake.number_twice").With("line", strconv.Itoa(first)))
	case twice:
		e.found.Same++
	default:
		e.lines[c.Key] = w.Line
	}
	return nil
}

// spoken are the fields whose words could be shown in public one day.
var spoken = []Field{Title, Text, Address}

// trace lists what leads to a person in the words of a line, as long as there is room.
func (e *examination) trace(w row) {
	traced := false
	for _, f := range spoken {
		kinds := trace.KindsOf(e.reading.cell(w, f))
		if len(kinds) == 0 {
			continue
		}
		traced = true
		if len(e.found.Traces) < maxTraced {
			e.found.Traces = append(e.found.Traces, Traced{Line: w.Line, Heading: e.reading.mapping.Columns[f], Kinds: kinds})
		}
	}
	if traced {
		e.found.Traced++
	}
}

// wouldTake asks whether the matter would be taken, and lies where it may.
func (s *Service) wouldTake(ctx context.Context, e *examination, run Run, w row, c matter.Report, by identity.Actor) error {
	c.By = by
	prepared, err := s.Matters.Prepare(ctx, c, run.CheckedAt)
	if err == nil && !s.within(e.reading.source, prepared.Place()) {
		err = fault.New(fault.Invalid, "intake.outside").At(string(Area))
		if c.Point != nil {
			err = fault.New(fault.Invalid, "intake.outside").At("point")
		}
	}
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	for _, f := range listed(err) {
		e.bad(w.Line, run.Mapping.headingOf(f.Field), f)
	}
	return nil
}

// bad lists a problem, as long as there is room.
func (e *examination) bad(line int, heading string, f *fault.Error) {
	if e.last != line {
		e.last = line
		e.found.Bad++
	}
	if len(e.found.Problems) == maxProblems {
		e.found.More++
		return
	}
	e.found.Problems = append(e.found.Problems, Problem{Line: line, Heading: heading, Key: f.Key, Params: f.Params})
}

// within reports whether a place lies in a source's area.
func (s *Service) within(source Source, place int64) bool {
	area, ok := s.Matters.Org.Area(source.Realm, source.Area)
	return ok && area.Lo <= place && place < area.Hi
}

// reading gathers what reading a run's rows takes, as it was when its check began.
func (s *Service) reading(ctx context.Context, run Run) (*reading, error) {
	r := &reading{
		mapping: run.Mapping, headings: run.About.Headings, zone: s.Matters.Calendar.Zone(),
		types: map[string]bool{},
	}
	r.look()
	book, err := s.Matters.Types.At(ctx, run.Realm, run.CheckedAt)
	if err != nil {
		return nil, err
	}
	for _, k := range book.All() {
		r.types[k.Code] = true
	}
	err = s.Matters.DB.View(ctx, func(tx *db.Tx) (err error) {
		r.source, err = findSource(ctx, tx, run.Realm, run.Source)
		return err
	})
	if err != nil {
		return nil, err
	}
	r.areas = s.areasOf(r.source)
	return r, nil
}
