// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Loan asks for a grant for a time: of one's own post to a deputy, in an
// emergency, or by breaking the glass.
type Loan struct {
	Realm  string
	Grant  string // the one that is delegated; its role and places are taken over
	Role   Role   // in an emergency
	Area   string
	Lo, Hi int64
	Town   int64
	Body   string
	To     string // the account that receives it
	Until  time.Time
	Reason string // why; kept with the grant and shown to auditors
	By     Actor
}

// Delegate lends one's own post to a deputy, for a quarter at most and no longer
// than one has it. The three powers are not lent, nor is what was borrowed.
func (s *Service) Delegate(ctx context.Context, c Loan) (g Grant, err error) {
	now := s.Now()
	if err := checkLoan(c, now, longestLoan); err != nil {
		return g, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		own, err := grantByID(ctx, tx, c.Realm, c.Grant)
		if err != nil {
			return err
		}
		if c.By.Realm != c.Realm || own.Account != c.By.Account || !own.Live(now) {
			return errDenied
		}
		if !own.Lendable() {
			return fault.New(fault.Denied, "identity.not_lent").At("grant")
		}
		if !own.Until.IsZero() && c.Until.After(own.Until) {
			return fault.New(fault.Invalid, "identity.loan_until").At("until")
		}
		g = own
		g.Account, g.From, g.Until = c.To, now, c.Until
		g.Basis, g.Origin, g.Reason = Delegated, own.ID, c.Reason
		if held, err := liveGrant(ctx, tx, own); err != nil || !held {
			return cmp.Or(err, error(errDenied))
		}
		g, err = s.give(ctx, tx, g, c.By, now)
		return err
	})
	if err != nil {
		return Grant{}, fmt.Errorf("delegate: %w", err)
	}
	return g, nil
}

// Assign gives a role of the daily work in an emergency, for three days at most.
// Shift heads of its places may, so that nobody waits for an office to open.
func (s *Service) Assign(ctx context.Context, c Loan) (g Grant, err error) {
	now := s.Now()
	g = Grant{
		Realm: c.Realm, Account: c.To, Role: c.Role, Area: c.Area, Lo: c.Lo, Hi: c.Hi, Town: c.Town, Body: c.Body,
		From: now, Until: c.Until, Basis: Emergency, Reason: c.Reason,
	}
	if err := checkLoan(c, now, longestEmergency); err != nil {
		return Grant{}, err
	}
	if err := checkGrant(g); err != nil {
		return Grant{}, err
	}
	if g.power() || g.Role == ShiftHead {
		return Grant{}, fault.New(fault.Denied, "identity.not_lent").At("role")
	}
	if c.By.Realm != c.Realm || !c.By.Holds(ShiftHead, c.Lo, c.Hi, now) {
		return Grant{}, errDenied
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		g, err = s.give(ctx, tx, g, c.By, now)
		return err
	})
	if err != nil {
		return Grant{}, fmt.Errorf("assign: %w", err)
	}
	return g, nil
}

// GlassBroken is the event that tells the auditors.
const GlassBroken = "identity.glass_broken"

// Broken is what GlassBroken says. It holds no reason: that stands with the grant.
type Broken struct {
	Grant   string `json:"grant"`
	Account string `json:"account"`
	Place   int64  `json:"place"`
}

// BreakGlass gives an administrator the sight and moves of a dispatcher for an
// hour, in places that they administer, when nobody else can be reached. They
// have proved a moment ago who they are, and the auditors are told at once.
func (s *Service) BreakGlass(ctx context.Context, c Loan) (g Grant, err error) {
	now := s.Now()
	c.To, c.Until = c.By.Account, now.Add(glassLasts)
	if f := checkReason(c.Reason); f != nil {
		return g, f
	}
	if c.By.Anonymous() || c.By.Realm != c.Realm || !c.By.Holds(Administrator, c.Lo, c.Hi, now) {
		return g, errDenied
	}
	if err := c.By.ProvedLately(now); err != nil {
		return g, err
	}
	g = Grant{
		Realm: c.Realm, Account: c.To, Role: Dispatcher, Area: c.Area, Lo: c.Lo, Hi: c.Hi, Town: c.Town,
		From: now, Until: c.Until, Basis: Glass, Reason: c.Reason,
	}
	if f := checkGrant(g); f != nil {
		return Grant{}, f
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		if g, err = s.give(ctx, tx, g, c.By, now); err != nil {
			return err
		}
		s.note(ctx, tx, g.Realm, g.Account, GlassBroken, c.By, now, detailOf(g))
		return outbox.Add(ctx, tx, g.Realm, GlassBroken, now, Broken{Grant: g.ID, Account: g.Account, Place: g.Lo})
	})
	if err != nil {
		return Grant{}, fmt.Errorf("break glass: %w", err)
	}
	return g, nil
}

// Given returns what somebody gave for a time and has not ended.
func (s *Service) Given(ctx context.Context, by Actor) (list []Grant, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		list, err = given(ctx, tx, by.Realm, by.Account, s.Now())
		return err
	})
	return list, err
}

// Covering returns the grants of some roles that count at a place, of people who
// may sign in: role by role in the given order, the narrowest places first.
func (s *Service) Covering(ctx context.Context, realm string, place int64, roles []Role) (list []Grant, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		for _, role := range roles {
			found, err := covering(ctx, tx, realm, role, place, s.Now())
			if err != nil {
				return err
			}
			list = append(list, found...)
		}
		return nil
	})
	return list, err
}
