// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package routing says who gets what, where and when: a table of rows in which
// the most specific one that applies wins. It does not know what the things are:
// they have a code of digits, two or four of which name a class of them.
//
//	routing.go  the table of a realm, and proposals
//	rules.go    which row wins, and what is wrong with a table (no I/O)
package routing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/org"
)

// Edition is the name of the table among a realm's rules.
const Edition = "routing"

// Service proposes who gets something.
type Service struct {
	Editions *edition.Service
	Org      *org.Service
	Zone     *time.Location

	reader *edition.Reader[*Table]
}

// New returns a service over the realms' tables.
func New(editions *edition.Service, places *org.Service, zone *time.Location) *Service {
	return &Service{Editions: editions, Org: places, Zone: zone, reader: edition.NewReader(editions, Edition, Parse)}
}

// Ask is what is to be given to somebody.
type Ask struct {
	Realm string
	Code  string
	Lead  string // the kind of body that leads it where no row says otherwise
	Area  string
	At    time.Time
	// Barred says why a body must not get it; nil lets every body.
	Barred func(org.Body) error
}

// Proposal is who should get it, and why.
type Proposal struct {
	Body    org.Body // with an empty ID when nobody can
	Row     *Row     // that won; nil when no row applies
	Edition int      // of the table
	Beaten  []Row    // rows that apply too and are less specific
	Barred  []Barred // who would have got it and must not
	ByKind  bool     // no row applies: it is the nearest body of the kind that leads
}

// Barred is a body that must not get something, and why.
type Barred struct {
	Body org.Body
	Why  error
}

// Propose says who should get something: the body of the most specific row that
// applies; else the body of the leading kind that serves the smallest area
// around it. Bodies that must not get it are passed over.
func (s *Service) Propose(ctx context.Context, a Ask) (Proposal, error) {
	table, number, err := s.table(ctx, a.Realm, a.At)
	if err != nil {
		return Proposal{}, err
	}
	return s.propose(table, number, a), nil
}

// table is the one in force at an instant, and its edition; an empty one before
// the first.
func (s *Service) table(ctx context.Context, realm string, at time.Time) (*Table, int, error) {
	table, number, err := s.reader.At(ctx, realm, at)
	if fault.KindOf(err) == fault.Missing {
		return &Table{}, 0, nil
	}
	return table, number, err
}

// propose reads one table.
func (s *Service) propose(table *Table, number int, a Ask) Proposal {
	out := Proposal{Edition: number}
	allowed := func(b org.Body) bool {
		if a.Barred == nil {
			return true
		}
		why := a.Barred(b)
		if why != nil && !slices.ContainsFunc(out.Barred, func(x Barred) bool { return x.Body.ID == b.ID }) {
			out.Barred = append(out.Barred, Barred{b, why})
		}
		return why == nil
	}
	chain := s.chain(a.Realm, a.Area)
	for _, row := range table.Applying(a.Code, chain, a.At.In(s.Zone)) {
		body, ok := s.Org.Body(a.Realm, row.Body)
		switch {
		case !ok || !allowed(body):
		case out.Row == nil:
			out.Row, out.Body = &row, body
		default:
			out.Beaten = append(out.Beaten, row)
		}
	}
	if out.Row != nil {
		return out
	}
	area, _ := s.Org.Area(a.Realm, a.Area)
	serving := s.Org.BodiesServing(a.Realm, area.Lo)
	slices.SortStableFunc(serving, func(x, y org.Body) int { return int(min(1, max(-1, (x.Hi-x.Lo)-(y.Hi-y.Lo)))) })
	for _, b := range serving {
		if b.Kind == a.Lead && allowed(b) {
			out.Body, out.ByKind = b, true
			return out
		}
	}
	return out
}

// chain are the ids of an area and of those above it, the smallest first.
func (s *Service) chain(realm, id string) []string {
	var out []string
	for a, ok := s.Org.Area(realm, id); ok; a, ok = s.Org.Area(realm, a.Parent) {
		out = append(out, a.ID)
	}
	return out
}

// Case is something that was given out, as often as it was.
type Case struct {
	Ask
	Count int
}

// Change is what a draft of the table would give to another body.
type Change struct {
	Case
	Before, After Proposal
}

// Preview says which of the given cases would go to another body under a draft
// of the table than under the one in force, at the hour at which each was given out.
func (s *Service) Preview(ctx context.Context, draft []byte, cases []Case) ([]Change, error) {
	table, err := Parse(draft)
	if err != nil {
		return nil, err
	}
	var out []Change
	for _, c := range cases {
		now, number, err := s.table(ctx, c.Realm, s.Editions.Now())
		if err != nil {
			return nil, err
		}
		before := s.propose(now, number, c.Ask)
		if after := s.propose(table, 0, c.Ask); after.Body.ID != before.Body.ID {
			out = append(out, Change{c, before, after})
		}
	}
	return out, nil
}

// Check lists what is wrong with a table, for the realm whose areas and bodies it names.
func (s *Service) Check(_ context.Context, realm string, body []byte) []edition.Problem {
	t, err := Parse(body)
	if err != nil {
		return []edition.Problem{{Path: "body", Key: "routing.unreadable", Params: map[string]string{"problem": err.Error()}}}
	}
	var out []edition.Problem
	for _, f := range t.Lint() {
		out = append(out, edition.Problem{Path: fmt.Sprintf("rows.%d", f.Row+1), Key: f.Key, Params: map[string]string{"row": fmt.Sprint(f.Other + 1)}})
	}
	for i, r := range t.Rows {
		body, ok := s.Org.Body(realm, r.Body)
		area, there := s.Org.Area(realm, r.Area)
		switch path := fmt.Sprintf("rows.%d", i+1); {
		case !ok:
			out = append(out, edition.Problem{Path: path, Key: "routing.body_unknown"})
		case r.Area != "" && !there:
			out = append(out, edition.Problem{Path: path, Key: "routing.area_unknown"})
		case r.Area != "" && (area.Lo < body.Lo || area.Hi > body.Hi):
			out = append(out, edition.Problem{Path: path, Key: "routing.not_served"})
		}
	}
	return out
}
