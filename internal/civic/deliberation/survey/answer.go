// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Answer is a household answering, or correcting its answer.
type Answer struct {
	Realm   string
	ID      string
	Key     string // a UUID; the same for the same answer, so that a retry is no correction
	No      int    // of the household, or
	Code    string // of its letter
	Channel Channel
	Choice  string
	Words   string // what was said beside; may be empty
	Seen    int    // how many answers the household had given as its author saw it: 0 for the first
	By      identity.Actor
}

// Answer keeps the answer of a household: the first, or in place of the one that its
// author saw. The one before stays in the trace and counts no more. It fails with
// Conflict naming the channel where the household has answered meanwhile, and after
// closing by this server's clock at the moment of keeping; with Stale where another
// correction came first.
func (s *Service) Answer(ctx context.Context, c Answer) (h Household, err error) {
	said, err := words(c.Words, "words", bounds{0, maxWords})
	if err != nil {
		return h, err
	}
	if !id.Valid(c.Key) {
		return h, fault.New(fault.Invalid, "survey.no_key")
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		v, err := find(ctx, tx, c.Realm, c.ID)
		switch {
		case err != nil:
			return err
		case !v.Takes(s.Now()):
			return fault.New(fault.Conflict, "survey.closed")
		}
		if h, err = s.answering(ctx, tx, v, c); err != nil {
			return err
		}
		if err := v.offers(c.Choice, c.Channel); err != nil {
			return err
		}
		took, err := put(ctx, tx, v, h.No, c)
		if err != nil {
			return err
		}
		if !took {
			h, err = s.untaken(ctx, tx, v, h.No, c)
			return err
		}
		h.Channel, h.Choice, h.Answers = c.Channel, c.Choice, c.Seen+1
		return s.answered(ctx, tx, v, h, c, said)
	})
	if err != nil {
		return Household{}, fmt.Errorf("answer: %w", err)
	}
	return h, nil
}

// answering finds the household, and refuses whoever may not answer for it that way.
func (s *Service) answering(ctx context.Context, tx *db.Tx, v Survey, c Answer) (Household, error) {
	if c.Channel == Online {
		return s.byCode(ctx, tx, v, c.Code)
	}
	may := c.Channel == Paper && s.MayType(c.By, v) || c.Channel == Door && s.MayVisit(c.By, v)
	if !may {
		return Household{}, fault.New(fault.Denied, "survey.not_yours")
	}
	h, err := s.household(ctx, tx, v, c.No)
	if err == nil && c.Channel == Door && !visits(s.rounds(c.By, v), v, h) {
		err = fault.New(fault.Missing, "survey.no_household").At("no")
	}
	return h, err
}

// untaken says why an answer was not taken, and nothing if this very one had come before.
func (s *Service) untaken(ctx context.Context, tx *db.Tx, v Survey, no int, c Answer) (Household, error) {
	h, form, closed, err := s.standing(ctx, tx, v, no)
	switch {
	case err != nil:
		return h, err
	case form == markOf(v, c.Key):
		return h, nil
	case closed:
		return h, fault.New(fault.Conflict, "survey.closed")
	case c.Seen == 0:
		return h, fault.New(fault.Conflict, "survey.answered_"+string(h.Channel))
	}
	return h, fault.New(fault.Stale, "survey.corrected")
}

// answered writes trace, remark, audit and event of an answer.
func (s *Service) answered(ctx context.Context, tx *db.Tx, v Survey, h Household, c Answer, said string) error {
	account := c.By.Account
	if c.Channel == Online {
		account = ""
	}
	if err := trail(ctx, tx, v, h, account, s.Now()); err != nil {
		return err
	}
	if said != "" {
		r := Remark{ID: id.Of(v.Realm, v.ID, "remark", c.Key), Words: said, State: Fresh}
		if err := s.putRemark(ctx, tx, v, r); err != nil {
			return err
		}
	}
	act := "answered"
	if h.Answers > 1 {
		act = "corrected"
	}
	s.note(ctx, tx, v, act, identity.Actor{Account: account}, map[string]any{"household": h.No, "channel": h.Channel, "answer": h.Answers})
	return s.happen(ctx, tx, v, "answered", c.Channel)
}
