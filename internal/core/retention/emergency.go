// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package retention

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Emergency is an event for which things are collected: what is reported of some
// types, in an area, between its beginning and its end.
type Emergency struct {
	Realm, ID string
	Name      string
	Area      string
	Lo, Hi    int64
	Types     []string
	From      time.Time
	By        string
	LiftedAt  time.Time
	LiftedBy  string
	Revision  int
}

// Declare is somebody declaring an emergency.
type Declare struct {
	Realm string
	Name  string
	Area  string
	Types []string
	From  time.Time // zero: now
	By    identity.Actor
}

// Declare keeps an emergency. The shift heads of its area may.
func (s *Service) Declare(ctx context.Context, c Declare) (Emergency, error) {
	e := Emergency{
		Realm: c.Realm, ID: id.New(), Area: c.Area, Types: slices.Compact(slices.Sorted(slices.Values(c.Types))), From: c.From,
		By: c.By.Account, Revision: 1,
	}
	if e.From.IsZero() {
		e.From = s.Now()
	}
	var faults []*fault.Error
	var bad *fault.Error
	if e.Name, bad = written("name", c.Name); bad != nil {
		faults = append(faults, bad)
	}
	area, ok := s.Org.Area(c.Realm, c.Area)
	if !ok {
		faults = append(faults, fault.New(fault.Invalid, "matter.area_unknown").At("area"))
	}
	e.Lo, e.Hi = area.Lo, area.Hi
	if len(e.Types) == 0 {
		faults = append(faults, fault.New(fault.Invalid, "form.required").At("types"))
	}
	if e.From.After(s.Now()) {
		faults = append(faults, fault.New(fault.Invalid, "retention.from_later").At("from"))
	}
	if err := fault.Join(faults...); err != nil {
		return e, err
	}
	if !c.By.Holds(identity.ShiftHead, e.Lo, e.Hi, s.Now()) {
		return e, fault.New(fault.Denied, "retention.emergency_not_yours")
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		s.note(ctx, tx, e, "declared", c.By)
		return insertEmergency(ctx, tx, e)
	})
	return e, err
}

// Lift is somebody declaring an emergency over.
type Lift struct {
	Realm, ID string
	Revision  int
	At        time.Time // zero: now
	By        identity.Actor
}

// Lift ends an emergency; from then on the time runs after which what was
// collected for it is destroyed. It may lie in the past and not before the
// beginning.
func (s *Service) Lift(ctx context.Context, c Lift) (e Emergency, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if e, err = findEmergency(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		at := c.At
		if at.IsZero() {
			at = s.Now()
		}
		switch {
		case !c.By.Holds(identity.ShiftHead, e.Lo, e.Hi, s.Now()):
			return fault.New(fault.Denied, "retention.emergency_not_yours")
		case e.Revision != c.Revision:
			return fault.New(fault.Stale, "matter.stale")
		case !e.LiftedAt.IsZero():
			return fault.New(fault.Conflict, "retention.lifted_already")
		case at.After(s.Now()) || at.Before(e.From):
			return fault.New(fault.Invalid, "retention.lift_range").At("at")
		}
		e.LiftedAt, e.LiftedBy = at, c.By.Account
		s.note(ctx, tx, e, "lifted", c.By)
		err := updateEmergency(ctx, tx, e)
		e.Revision++
		return err
	})
	if err != nil {
		return Emergency{}, fmt.Errorf("emergency %s: %w", c.ID, err)
	}
	return e, nil
}

func (s *Service) note(ctx context.Context, tx *db.Tx, e Emergency, act string, by identity.Actor) {
	audit.Add(ctx, tx, audit.Entry{
		Realm: e.Realm, Subject: "emergency/" + e.ID, Act: "retention.emergency_" + act, Actor: by.Account, At: s.Now(),
		Detail: map[string]any{"area": e.Area, "from": e.From.UnixMicro(), "types": len(e.Types)},
	})
}

// Emergencies lists the emergencies of a realm, the latest first.
func (s *Service) Emergencies(ctx context.Context, realm string) (out []Emergency, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = emergencies(ctx, tx, realm, false)
		return err
	})
	return out, err
}

// Ends is when what was collected for the emergency is destroyed by a schedule;
// zero before it is lifted.
func (e Emergency) Ends(s Schedule) time.Time {
	if e.LiftedAt.IsZero() {
		return time.Time{}
	}
	days := urgentMost
	for _, r := range s.Rows {
		if r.State == Urgent {
			days = min(days, r.Days)
		}
	}
	return e.LiftedAt.AddDate(0, 0, days)
}
