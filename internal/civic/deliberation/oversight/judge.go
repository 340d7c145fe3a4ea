// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Add is an inspector adding something that the program did not find.
type Add struct {
	Realm    string
	ID       string // of the inspection
	Revision int
	Sort     Sort
	Step     proceeding.Step // empty for none
	Words    string
	By       identity.Actor
}

// Add keeps an inspector's own finding. It fails with Missing for an inspection of
// somebody else, with Conflict once it is judged, and with Stale if somebody was quicker.
func (s *Service) Add(ctx context.Context, c Add) error {
	words, err := clean("words", c.Words)
	if err != nil {
		return err
	}
	var faults []*fault.Error
	if !slices.Contains(Sorts(), c.Sort) {
		faults = append(faults, fault.New(fault.Invalid, "oversight.sort_unknown").At("sort"))
	}
	if c.Step != "" && !slices.Contains(proceeding.Steps(), c.Step) {
		faults = append(faults, fault.New(fault.Invalid, "oversight.step_unknown").At("step"))
	}
	if f := long("words", words); f != nil {
		faults = append(faults, f)
	}
	if err := fault.Join(faults...); err != nil {
		return err
	}
	return s.change(ctx, c.Realm, c.ID, c.Revision, c.By, func(tx *db.Tx, i *Inspection) error {
		switch {
		case !i.State.open():
			return fault.New(fault.Conflict, "oversight.judged_already")
		case len(i.Findings) >= maxOwn:
			return fault.New(fault.Conflict, "oversight.too_many").With("max", strconv.Itoa(maxOwn))
		}
		i.Findings = append(i.Findings, Finding{Sort: c.Sort, Step: c.Step, Words: words, Own: true})
		if err := updateInspection(ctx, tx, *i); err != nil {
			return err
		}
		s.note(ctx, tx, *i, "oversight.found", c.By)
		return nil
	})
}

// change has an inspector change an inspection of their own.
func (s *Service) change(ctx context.Context, realm, id string, revision int, by identity.Actor, do func(tx *db.Tx, i *Inspection) error) error {
	mine, err := s.memberOf(ctx, by)
	if err != nil {
		return err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, by, s.Now()); err != nil {
			return err
		}
		i, err := findInspection(ctx, tx, realm, id, true)
		if err != nil {
			return err
		}
		t, err := findTrail(ctx, tx, realm, i.Proceeding, false)
		if err != nil {
			return err
		}
		switch {
		case by.Realm != realm || i.Inspector != by.Account:
			return fault.New(fault.Missing, "oversight.missing")
		case i.Revision != revision:
			return fault.New(fault.Stale, "oversight.stale")
		}
		if err := s.barred(by, t, mine); err != nil {
			return err
		}
		return do(tx, &i)
	})
	if err != nil {
		return fmt.Errorf("inspection %s: %w", id, err)
	}
	return nil
}

// Judge is an inspector deciding about a record.
type Judge struct {
	Realm    string
	ID       string
	Revision int
	Verdict  State           // InOrder, Noted or SentBack
	Step     proceeding.Step // to which it is sent back; empty to stop it where it is
	Words    string
	By       identity.Actor
}

// Judge keeps the verdict together with what the record lacked at that moment. A record
// that lacks something is not in order. Sending back asks for a proof of who one is, and
// sends the proceeding back in the same transaction.
func (s *Service) Judge(ctx context.Context, c Judge) error {
	words, err := clean("words", c.Words)
	if err != nil {
		return err
	}
	c.Words = words
	if c.Verdict == SentBack {
		if err := c.By.ProvedLately(s.Now()); err != nil {
			return err
		}
	}
	return s.change(ctx, c.Realm, c.ID, c.Revision, c.By, func(tx *db.Tx, i *Inspection) error {
		d, err := s.Proceedings.Steps(ctx, tx, c.Realm, i.Proceeding)
		if err != nil {
			return err
		}
		first, own := i.Judged.IsZero(), owned(i.Findings)
		all := append(Findings(d, i.Step, s.here()), own...)
		if err := checkVerdict(*i, c, all); err != nil {
			return err
		}
		i.State, i.Findings, i.Words, i.Judged = c.Verdict, all, c.Words, s.Now()
		if c.Verdict == SentBack {
			i.Step = c.Step
			i.Rounds++
			err := s.Proceedings.SendBack(ctx, tx, proceeding.SendBack{Realm: c.Realm, ID: i.Proceeding, Step: c.Step, Reason: c.Words, By: c.By})
			if err != nil {
				return err
			}
		}
		if err := updateInspection(ctx, tx, *i); err != nil {
			return err
		}
		if err := inbox.Clear(ctx, tx, i.Realm, i.Subject()); err != nil {
			return err
		}
		if first {
			if err := s.countJudged(ctx, tx, *i); err != nil {
				return err
			}
		}
		s.note(ctx, tx, *i, "oversight.judged", c.By)
		return outbox.Add(ctx, tx, i.Realm, "oversight.judged", s.Now(),
			Happened{Sample: i.Sample, Inspection: i.ID, Proceeding: i.Proceeding, State: i.State, Step: i.Step, Place: i.Place})
	})
}

// owned are the findings that an inspector added.
func owned(all []Finding) (out []Finding) {
	for _, f := range all {
		if f.Own {
			out = append(out, f)
		}
	}
	return out
}

// countJudged adds a first verdict to the counts.
func (s *Service) countJudged(ctx context.Context, tx *db.Tx, i Inspection) error {
	t, err := findTrail(ctx, tx, i.Realm, i.Proceeding, false)
	if err != nil {
		return err
	}
	cells := []Cell{{Month: MonthOf(s.Now(), s.Zone), Body: t.Body, Measure: Inspected, N: 1}}
	if i.State != InOrder {
		cells = append(cells, Cell{Month: MonthOf(s.Now(), s.Zone), Body: t.Body, Measure: Deficient, N: 1})
	}
	return addCells(ctx, tx, i.Realm, i.Place, merged(cells))
}
