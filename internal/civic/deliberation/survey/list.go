// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Find returns a survey.
func (s *Service) Find(ctx context.Context, tx *db.Tx, realm, id string) (Survey, error) {
	return find(ctx, tx, realm, id)
}

// Result returns what was counted, all of it. It fails with Conflict before that, for
// everybody. What of it everybody may see is Result.Public.
func (s *Service) Result(ctx context.Context, tx *db.Tx, realm, id string) (Result, error) {
	v, err := find(ctx, tx, realm, id)
	if err != nil {
		return Result{}, err
	}
	if v.State != Closed {
		return Result{}, fault.New(fault.Conflict, "survey.uncounted")
	}
	return resultOf(ctx, tx, v)
}

// For lists the surveys for a purpose, oldest first.
func (s *Service) For(ctx context.Context, tx *db.Tx, realm, purpose string) ([]Survey, error) {
	return forPurpose(ctx, tx, realm, purpose)
}

// Shown is a survey with its result once it is counted.
type Shown struct {
	Survey
	Result *Result // for everybody: with few households held back
}

// Public returns a survey as everybody sees it. It is Missing before it is released.
func (s *Service) Public(ctx context.Context, realm, id string) (out Shown, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if out.Survey, err = find(ctx, tx, realm, id); err != nil {
			return err
		}
		if out.Opened.IsZero() {
			return fault.New(fault.Missing, "survey.missing")
		}
		if out.Reason != "" {
			out.Question, out.About, out.Options = "", "", nil
			return nil
		}
		if out.State != Closed {
			return nil
		}
		r, err := resultOf(ctx, tx, out.Survey)
		r = r.Public()
		out.Result = &r
		return err
	})
	return out, err
}

// Published lists surveys in a state that everybody may see, newest first.
func (s *Service) Published(ctx context.Context, realm string, state State, after page.Cursor, size int) (out page.Page[Survey], err error) {
	if state != Running && state != Closed {
		return out, fault.New(fault.Invalid, "form.not_a_choice").At("state")
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := inState(ctx, tx, realm, state, after.ID, size+1)
		out = page.Cut(all, size, cursor)
		for i := range out.Items {
			if out.Items[i].Reason != "" {
				out.Items[i].Question = ""
			}
		}
		return err
	})
	return out, err
}

func cursor(v Survey) page.Cursor { return page.Cursor{At: 1, ID: v.ID} }

// List lists the surveys that somebody works on, newest first.
func (s *Service) List(ctx context.Context, realm string, by identity.Actor, after page.Cursor, size int) (out page.Page[Survey], err error) {
	root, ok := s.Org.Root(realm)
	if !ok || by.Realm != realm {
		return out, fault.New(fault.Denied, "survey.not_yours")
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		var found []Survey
		for next := after.ID; len(found) <= size; {
			some, err := listed(ctx, tx, realm, root, next, size+1)
			if err != nil {
				return err
			}
			for _, v := range some {
				if s.MaySee(by, v) {
					found = append(found, v)
				}
			}
			if len(some) <= size {
				break
			}
			next = some[len(some)-1].ID
		}
		out = page.Cut(found, size, cursor)
		return nil
	})
	return out, err
}

// Progress is how far a survey is, for who works on it: how many, never what.
type Progress struct {
	Asked, Answered, Letters int
	By                       map[Channel]int
	Remarks                  int // that nobody has settled
}

// Progress returns how far a survey is. It is Missing for who does not work on it.
func (s *Service) Progress(ctx context.Context, realm, id string, by identity.Actor) (v Survey, out Progress, r *Result, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if v, err = s.seen(ctx, tx, realm, id, by); err != nil {
			return err
		}
		if out, err = progressOf(ctx, tx, v); err != nil || v.State != Closed {
			return err
		}
		whole, err := resultOf(ctx, tx, v)
		r = &whole
		if !s.MayType(by, v) {
			shown := whole.Public()
			r = &shown
		}
		return err
	})
	return v, out, r, err
}

// seen is a survey that somebody works on; for others there is none.
func (s *Service) seen(ctx context.Context, tx *db.Tx, realm, id string, by identity.Actor) (Survey, error) {
	v, err := find(ctx, tx, realm, id)
	if err == nil && !s.MaySee(by, v) {
		err = fault.New(fault.Missing, "survey.missing")
	}
	return v, err
}

// Round asks for households of a survey: those somebody asks at the door, by number.
type Round struct {
	Realm string
	ID    string
	Open  bool // only those that have not answered
	After int  // the number of the last one seen
	Size  int
	By    identity.Actor
}

// Round lists households, and whether there are more. A grid worker is listed those of
// their grids and those whose grid nobody knows.
func (s *Service) Round(ctx context.Context, c Round) (v Survey, out []Household, more bool, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, more = nil, false
		if v, err = s.seen(ctx, tx, c.Realm, c.ID, c.By); err != nil {
			return err
		}
		rounds := s.rounds(c.By, v)
		if s.MayType(c.By, v) {
			rounds = nil
		}
		out, err = s.households(ctx, tx, v, c, rounds)
		if more = len(out) > c.Size; more {
			out = out[:c.Size]
		}
		return err
	})
	return v, out, more, err
}

// Household returns one household for who works on it.
func (s *Service) Household(ctx context.Context, realm, id string, no int, by identity.Actor) (v Survey, h Household, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if v, err = s.seen(ctx, tx, realm, id, by); err != nil {
			return err
		}
		if h, err = s.household(ctx, tx, v, no); err == nil && !s.MayType(by, v) && !visits(s.rounds(by, v), v, h) {
			err = fault.New(fault.Missing, "survey.no_household").At("no")
		}
		return err
	})
	return v, h, err
}

// OfCode returns the household that a code is for, with the answer that counts for it.
func (s *Service) OfCode(ctx context.Context, realm, id, code string) (v Survey, h Household, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if v, err = find(ctx, tx, realm, id); err != nil {
			return err
		}
		h, err = s.byCode(ctx, tx, v, code)
		return err
	})
	return v, h, err
}

// Given is one answer of a household's trace.
type Given struct {
	Seq     int
	Channel Channel
	Choice  string
	By      string // account; empty for the household itself
	At      time.Time
}

// Trace lists all answers that a household gave, for who keeps the survey.
func (s *Service) Trace(ctx context.Context, realm, id string, no int, by identity.Actor) (out []Given, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		v, err := s.seen(ctx, tx, realm, id, by)
		if err != nil {
			return err
		}
		if !s.MayKeep(by, v) {
			return fault.New(fault.Denied, "survey.not_yours")
		}
		out, err = traceOf(ctx, tx, v, no)
		return err
	})
	return out, err
}

// Remarks lists what was said beside answers, for who keeps the survey.
func (s *Service) Remarks(ctx context.Context, realm, id string, by identity.Actor, after page.Cursor, size int) (v Survey, out page.Page[Remark], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if v, err = s.seen(ctx, tx, realm, id, by); err != nil {
			return err
		}
		if !s.MayKeep(by, v) {
			return fault.New(fault.Denied, "survey.not_yours")
		}
		all, err := s.remarks(ctx, tx, v, after.ID, size+1)
		out = page.Cut(all, size, func(r Remark) page.Cursor { return page.Cursor{At: 1, ID: r.ID} })
		return err
	})
	return v, out, err
}
