// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
)

// Take is a secretary taking an objection up.
type Take struct {
	Realm    string
	ID       string
	Revision int
	By       identity.Actor
}

// Take keeps that somebody has an objection: from then on whoever made it sees that.
func (s *Service) Take(ctx context.Context, c Take) (o Objection, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := s.claimObjection(ctx, tx, &o, c.Realm, c.ID, c.Revision, c.By)
		if err != nil {
			return err
		}
		if o.State != Received {
			return fault.New(fault.Conflict, "disclosure.taken")
		}
		o.State, o.TakenAt, o.Due = Taken, s.Now(), o.By
		return s.step(ctx, tx, n, &o, "objection_taken", c.By)
	})
	return o, err
}

// claimObjection finds an objection for the secretary of its place, at the revision they saw.
func (s *Service) claimObjection(ctx context.Context, tx *db.Tx, o *Objection, realm, id string, revision int, by identity.Actor) (Notice, error) {
	if err := identity.Recheck(ctx, tx, by, s.Now()); err != nil {
		return Notice{}, err
	}
	var err error
	if *o, err = s.findObjection(ctx, tx, realm, id); err != nil {
		return Notice{}, err
	}
	switch {
	case !s.Reads(by, o.Place):
		return Notice{}, fault.New(fault.Missing, "disclosure.objection_missing")
	case !s.May(by, o.Place):
		return Notice{}, fault.New(fault.Denied, "disclosure.not_yours")
	case o.Revision != revision:
		return Notice{}, fault.New(fault.Stale, "matter.stale")
	}
	return locked(ctx, tx, realm, o.Notice)
}

// step stores an objection, tells of it, and puts it before who is to act next.
func (s *Service) step(ctx context.Context, tx *db.Tx, n Notice, o *Objection, act string, by identity.Actor) error {
	if err := updateObjection(ctx, tx, *o); err != nil {
		return err
	}
	o.Revision++
	if err := s.waits(ctx, tx, n, *o); err != nil {
		return err
	}
	return s.tellObjection(ctx, tx, n, *o, act, by.Account)
}

// Reply is a secretary answering an objection.
type Reply struct {
	Realm    string
	ID       string
	Revision int
	Outcome  ObjectionOutcome
	Deed     Deed // that follows one that is upheld
	Answer   string
	By       identity.Actor
}

// Reply puts an answer before somebody who may release it: with the release the
// objection is answered, everybody may read the answer, and what follows is done. It
// asks for a proof of who does it, given lately.
func (s *Service) Reply(ctx context.Context, c Reply) (o Objection, err error) {
	if err := c.By.ProvedLately(s.Now()); err != nil {
		return o, err
	}
	answer, bad := words(c.Answer, "answer", maxWords, true)
	var faults []*fault.Error
	if f, ok := fault.As(bad); ok {
		faults = append(faults, f)
	}
	if f := oneOf(c.Outcome, []ObjectionOutcome{Upheld, Dismissed}, "outcome"); f != nil {
		faults = append(faults, f)
	}
	if !slices.Contains(Deeds(), c.Deed) || c.Deed != NoDeed && c.Outcome != Upheld {
		faults = append(faults, fault.New(fault.Invalid, "disclosure.deed").At("deed"))
	}
	if err := fault.Join(faults...); err != nil {
		return o, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := s.claimObjection(ctx, tx, &o, c.Realm, c.ID, c.Revision, c.By)
		if err != nil {
			return err
		}
		if o.State == Settled {
			return fault.New(fault.Conflict, "disclosure.answered")
		}
		if o.State == Received {
			o.TakenAt = s.Now()
		}
		o.State, o.Outcome, o.Deed, o.Due = Proposed, c.Outcome, c.Deed, o.By
		if err := s.step(ctx, tx, n, &o, "objection_proposed", c.By); err != nil {
			return err
		}
		area, _ := s.Org.Area(n.Realm, n.Area)
		_, err = s.Releases.Put(ctx, tx, release.Write{
			Realm: o.Realm, Kind: Answer, Subject: prefix + o.subject(), Title: s.Say("disclosure.draft.answer."+string(c.Outcome)) + " " + n.Number,
			Link: ObjectionPage(o.ID), Area: area.ID, Place: area.Lo, Town: area.Town,
			Words: []release.Part{{Name: "answer", Text: answer}}, By: c.By,
		})
		return err
	})
	if err != nil {
		return Objection{}, fmt.Errorf("answer objection %s: %w", c.ID, err)
	}
	return o, nil
}

// ShowAnswer shows an answer that was released and does what follows; in the place of one
// that was taken back stands why. It is told by core/release.
func (s *Service) ShowAnswer(ctx context.Context, tx *db.Tx, d release.Draft) error {
	o, err := s.findObjection(ctx, tx, d.Realm, strings.TrimPrefix(d.Subject, prefix+objection))
	if err != nil {
		return err
	}
	n, err := locked(ctx, tx, o.Realm, o.Notice)
	if err != nil {
		return err
	}
	by := identity.Actor{Realm: d.Realm, Account: d.Releaser}
	if d.State != release.Released {
		o.Answer = d.Reason
		return s.step(ctx, tx, n, &o, "answer_withdrawn", by)
	}
	first := o.State != Settled
	o.State, o.Answer, o.EndedAt, o.Due = Settled, d.Text("answer"), s.Now(), time.Time{}
	if err := s.step(ctx, tx, n, &o, "objection_answered", by); err != nil {
		return err
	}
	if first && o.Deed == TakeDown && (n.State == Stands || n.State == Ended) {
		why := s.Say("disclosure.reason.upheld")
		if err := s.takeDown(ctx, tx, n, why, by); err != nil {
			return err
		}
		return s.Releases.Retract(ctx, tx, release.Retract{Realm: n.Realm, Kind: Words, Subject: n.name(), Reason: why, By: by})
	}
	n.Changed = s.Now()
	return s.keep(ctx, tx, &n)
}

// Answered is an objection as everybody may know it: when it was made, and how it ended.
type Answered struct {
	Number  string
	At      time.Time
	Outcome ObjectionOutcome
	Deed    Deed
	Answer  string
	EndedAt time.Time
}

// Objection returns an objection for who works with it; its words and contact for the
// secretary alone, whose look is recorded before.
func (s *Service) Objection(ctx context.Context, by identity.Actor, id string, way sight.Way) (o Objection, n Notice, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if o, err = s.findObjection(ctx, tx, by.Realm, id); err != nil {
			return err
		}
		if !s.Reads(by, o.Place) {
			return fault.New(fault.Missing, "disclosure.objection_missing")
		}
		if n, err = s.dated(find(ctx, tx, o.Realm, o.Notice)); err != nil {
			return err
		}
		if !s.May(by, o.Place) {
			o.Words, o.Name, o.Phone = "", "", ""
			return nil
		}
		return s.look(ctx, tx, o, by, way)
	})
	return o, n, err
}

// look records that a secretary reads what somebody objected, and how they can be reached.
func (s *Service) look(ctx context.Context, tx *db.Tx, o Objection, by identity.Actor, way sight.Way) error {
	if o.Forgotten {
		return nil
	}
	fields := []string{"disclosure.objection.words"}
	if o.Name != "" || o.Phone != "" {
		fields = append(fields, "disclosure.objection.contact")
	}
	return sight.Record(ctx, tx, sight.Look{
		Realm: o.Realm, Subject: o.subject(), Place: o.Place, Fields: fields, Purpose: sight.Answering, Account: by.Account, Role: identity.Secretary,
		Way: way, At: s.Now(),
	})
}

// Objections lists what is not answered where somebody works, the most urgent first,
// without words and contacts.
func (s *Service) Objections(ctx context.Context, by identity.Actor, after page.Cursor, size int) (out page.Page[Objection], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := s.openObjections(ctx, tx, by.Realm, s.spans(by), after, size+1)
		for i := range all {
			all[i].Words, all[i].Name, all[i].Phone = "", "", ""
		}
		out = page.Cut(all, size, func(o Objection) page.Cursor { return page.Cursor{At: upTo(o.Due), ID: o.ID} })
		return err
	})
	return out, err
}
