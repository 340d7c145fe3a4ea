// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package retention

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Lengths of what is written here, in characters.
const (
	minReason = 4
	maxReason = 500
)

// holdMost is how long a hold may last; after it, it is placed anew with a reason.
const holdMost = 3 * 366 * 24 * time.Hour

// PlaceHold is somebody keeping data from being destroyed.
type PlaceHold struct {
	Realm   string
	Subject string // one subject, with the place it lies in; empty: all in Area
	Place   int64
	Area    string
	Reason  string
	Until   time.Time
	By      identity.Actor
}

// PlaceHold keeps a subject, or all in an area, until a day. Security
// administrators and shift heads may, for places of theirs. A batch that has begun
// is finished first; none that begins after it touches what is held.
func (s *Service) PlaceHold(ctx context.Context, c PlaceHold) (Hold, error) {
	now := s.Now()
	h := Hold{
		Realm: c.Realm, ID: id.New(), Subject: c.Subject, Lo: c.Place, Hi: c.Place + 1, By: c.By.Account, At: now, Until: c.Until, Revision: 1,
	}
	var faults []*fault.Error
	if c.Subject == "" {
		area, ok := s.Org.Area(c.Realm, c.Area)
		if !ok {
			faults = append(faults, fault.New(fault.Invalid, "matter.area_unknown").At("area"))
		}
		h.Area, h.Lo, h.Hi = area.ID, area.Lo, area.Hi
	}
	var bad *fault.Error
	if h.Reason, bad = written("reason", c.Reason); bad != nil {
		faults = append(faults, bad)
	}
	if !c.Until.After(now) || c.Until.After(now.Add(holdMost)) {
		faults = append(faults, fault.New(fault.Invalid, "retention.until_range").At("until"))
	}
	if err := fault.Join(faults...); err != nil {
		return h, err
	}
	if !s.mayHold(c.By, h) {
		return h, fault.New(fault.Denied, "retention.hold_not_yours")
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := turn(ctx, tx, c.Realm); err != nil {
			return err
		}
		s.tell(ctx, tx, h, "placed", c.By)
		return insertHold(ctx, tx, h)
	})
	return h, err
}

// written cleans what somebody wrote, which must not lead to a person.
func written(field, given string) (string, *fault.Error) {
	out, err := form.CleanText(given, true)
	if f, ok := fault.As(err); ok {
		return given, f.At(field)
	}
	switch n := len([]rune(out)); {
	case n < minReason:
		return out, fault.New(fault.Invalid, "form.required").At(field)
	case n > maxReason:
		return out, fault.New(fault.Invalid, "form.too_long").At(field).With("max", strconv.Itoa(maxReason))
	}
	if f, ok := fault.As(trace.Gate(field, out)); ok {
		return out, f
	}
	return out, nil
}

// mayHold reports whether somebody answers for what a hold keeps.
func (s *Service) mayHold(by identity.Actor, h Hold) bool {
	return by.Holds(identity.Security, h.Lo, h.Hi, s.Now()) || by.Holds(identity.ShiftHead, h.Lo, h.Hi, s.Now())
}

// LiftHold is somebody asking for a hold to end early, or agreeing to it.
type LiftHold struct {
	Realm, ID string
	Revision  int
	Reason    string // of the first
	By        identity.Actor
}

// LiftHold asks for a hold to be lifted; when another person asks too, it is. It
// fails with Denied for the one who asked already.
func (s *Service) LiftHold(ctx context.Context, c LiftHold) (h Hold, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if h, err = findHold(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		switch {
		case !s.mayHold(c.By, h):
			return fault.New(fault.Denied, "retention.hold_not_yours")
		case h.Revision != c.Revision:
			return fault.New(fault.Stale, "matter.stale")
		case !h.Live(s.Now()):
			return fault.New(fault.Conflict, "retention.hold_over")
		case h.LiftBy == c.By.Account:
			return fault.New(fault.Denied, "retention.lift_another")
		}
		act := "lift_asked"
		if h.LiftBy == "" {
			var bad *fault.Error
			if h.LiftWhy, bad = written("reason", c.Reason); bad != nil {
				return bad
			}
			h.LiftBy = c.By.Account
		} else {
			act, h.LiftedBy, h.LiftedAt = "lifted", c.By.Account, s.Now()
		}
		s.tell(ctx, tx, h, act, c.By)
		err := updateHold(ctx, tx, h)
		h.Revision++
		return err
	})
	if err != nil {
		return Hold{}, fmt.Errorf("hold %s: %w", c.ID, err)
	}
	return h, nil
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, h Hold, act string, by identity.Actor) {
	audit.Add(ctx, tx, audit.Entry{
		Realm: h.Realm, Subject: "hold/" + h.ID, Act: "retention.hold_" + act, Actor: by.Account, At: s.Now(),
		Detail: map[string]any{"subject": h.Subject, "area": h.Area, "until": h.Until.UnixMicro()},
	})
}

// holdsShown bounds the holds of a list.
const holdsShown = 200

// Holds lists the holds of a realm that somebody answers for or audits, those that
// count first, then the newest.
func (s *Service) Holds(ctx context.Context, a identity.Actor) (out []Hold, err error) {
	var all []Hold
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err = holds(ctx, tx, a.Realm, holdsShown)
		return err
	})
	var over []Hold
	for _, h := range all {
		switch {
		case !s.mayHold(a, h) && !a.Holds(identity.Auditor, h.Lo, h.Hi, s.Now()):
		case h.Live(s.Now()):
			out = append(out, h)
		default:
			over = append(over, h)
		}
	}
	return append(out, over...), err
}
