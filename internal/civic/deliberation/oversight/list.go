// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"context"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// places are those whose records somebody reads; none is Denied.
func (s *Service) places(by identity.Actor) ([]span, error) {
	out := spans(by, s.Now(), identity.Inspector, identity.Auditor)
	if len(out) == 0 {
		return nil, denied()
	}
	return out, nil
}

// Records lists proceedings of somebody's places, the newest first; with red only those
// that have passed a step which lacks its proof.
func (s *Service) Records(ctx context.Context, by identity.Actor, red bool, before page.Cursor, size int) (out page.Page[Trail], err error) {
	places, err := s.places(by)
	if err != nil {
		return out, err
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := trailsOf(ctx, tx, by.Realm, red, places, before, size+1)
		out = page.Cut(all, size, func(t Trail) page.Cursor { return page.Cursor{At: micros(t.Begun), ID: t.Proceeding} })
		return err
	})
	return out, err
}

// Open lists the inspections of somebody's places in a state, the oldest first.
func (s *Service) Open(ctx context.Context, by identity.Actor, state State, after page.Cursor, size int) (out page.Page[Inspection], err error) {
	places, err := s.places(by)
	if err != nil {
		return out, err
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := inState(ctx, tx, by.Realm, state, places, after, size+1)
		out = page.Cut(all, size, func(i Inspection) page.Cursor { return page.Cursor{At: micros(i.At), ID: i.ID} })
		return err
	})
	return out, err
}

// Samples lists the samples of areas that somebody reads wholly, the newest first.
func (s *Service) Samples(ctx context.Context, by identity.Actor, before page.Cursor, size int) (out page.Page[Sample], err error) {
	if _, err := s.places(by); err != nil {
		return out, err
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := samplesOf(ctx, tx, by.Realm, before, size+1)
		out = page.Cut(all, size, func(c Sample) page.Cursor { return page.Cursor{At: micros(c.At), ID: c.ID} })
		return err
	})
	kept := out.Items[:0]
	for _, c := range out.Items {
		if s.seesSample(by, c) {
			kept = append(kept, c)
		}
	}
	out.Items = kept
	return out, err
}

func (s *Service) seesSample(by identity.Actor, c Sample) bool {
	return by.Realm == c.Realm && reads(by, c.Lo, s.Now()) && reads(by, c.Hi-1, s.Now())
}

// Sample returns a sample and what was drawn with it, in the order of the lots.
func (s *Service) Sample(ctx context.Context, realm, id string, by identity.Actor) (c Sample, list []Inspection, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		c, list, err = s.sample(ctx, tx, realm, id, by)
		return err
	})
	return c, list, err
}

func (s *Service) sample(ctx context.Context, tx *db.Tx, realm, id string, by identity.Actor) (Sample, []Inspection, error) {
	c, err := findSample(ctx, tx, realm, id)
	if err == nil && !s.seesSample(by, c) {
		err = fault.New(fault.Missing, "oversight.missing")
	}
	if err != nil {
		return Sample{}, nil, err
	}
	list, err := ofSample(ctx, tx, realm, id)
	return c, list, err
}

// View is an inspection with the record before it.
type View struct {
	Inspection
	Record   proceeding.Detail
	Findings []Finding // what it lacks now; once judged, what it lacked then
	Own      bool      // it is the inspector's who asked, who may go on with it
	Barred   bool      // who asked took part in the proceeding since
}

// Inspection returns an inspection with the steps of its record.
func (s *Service) Inspection(ctx context.Context, realm, id string, by identity.Actor) (v View, err error) {
	mine, err := s.memberOf(ctx, by)
	if err != nil {
		return v, err
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		i, err := findInspection(ctx, tx, realm, id, false)
		if err != nil {
			return err
		}
		if by.Realm != realm || !reads(by, i.Place, s.Now()) {
			return fault.New(fault.Missing, "oversight.missing")
		}
		t, err := findTrail(ctx, tx, realm, i.Proceeding, false)
		if err != nil {
			return err
		}
		v.Inspection, v.Barred = i, t.TookPart(by.Account, mine)
		v.Own = i.Inspector == by.Account && Inspects(by, i.Place, s.Now()) && !v.Barred
		if v.Record, err = s.Proceedings.Steps(ctx, tx, realm, i.Proceeding); err != nil {
			return err
		}
		v.Findings = i.Findings
		if i.State.open() {
			v.Findings = append(Findings(v.Record, i.Step, s.here()), owned(i.Findings)...)
		}
		return nil
	})
	if err != nil {
		return View{}, err
	}
	return v, nil
}

// Record is a proceeding before somebody who reads its record.
type Record struct {
	Trail
	Steps       proceeding.Detail
	Findings    []Finding // what it lacks now
	Inspections []Inspection
	May         bool // who asked may inspect it
}

// Record returns the record of a proceeding, for somebody who reads it.
func (s *Service) Record(ctx context.Context, realm, id string, by identity.Actor) (r Record, err error) {
	mine, err := s.memberOf(ctx, by)
	if err != nil {
		return r, err
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if r.Trail, err = findTrail(ctx, tx, realm, id, false); err != nil {
			return err
		}
		if by.Realm != realm || !reads(by, r.Place, s.Now()) {
			return fault.New(fault.Missing, "oversight.missing")
		}
		if r.Steps, err = s.Proceedings.Steps(ctx, tx, realm, id); err != nil {
			return err
		}
		r.Findings, r.May = Findings(r.Steps, "", s.here()), s.barred(by, r.Trail, mine) == nil
		r.Inspections, err = ofProceeding(ctx, tx, realm, id)
		return err
	})
	if err != nil {
		return Record{}, err
	}
	return r, nil
}
