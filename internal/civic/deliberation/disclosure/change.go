// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// Correct is a secretary wording a notice anew: one that was public, with a reason, or
// one that waits.
type Correct struct {
	Realm    string
	ID       string
	Revision int // as they saw it
	Title    string
	Issuer   string
	Body     string
	Why      string // shown beside the new words; not asked for before the notice was public
	Material bool   // what was decided or paid is another: the period begins anew
	By       identity.Actor
}

// Correct puts new words before somebody who may release them. Until then the old ones
// stand; from then on they can still be read, with the reason. It fails with Conflict for
// a notice that was withdrawn, and with Stale if it was changed.
func (s *Service) Correct(ctx context.Context, c Correct) (n Notice, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if n, err = s.claim(ctx, tx, c.Realm, c.ID, c.Revision, c.By); err != nil {
			return err
		}
		if n.State == Withdrawn || n.State == Dropped {
			return fault.New(fault.Conflict, "disclosure.withdrawn")
		}
		w, err := wording(Wording{Title: c.Title, Issuer: c.Issuer, Body: c.Body, Why: c.Why}, n.Version > 0)
		if err != nil {
			return err
		}
		n.Material = c.Material && n.Version > 0
		if err := update(ctx, tx, n); err != nil {
			return err
		}
		n.Revision++
		audit.Add(ctx, tx, audit.Entry{
			Realm: n.Realm, Subject: n.name(), Act: "disclosure.reworded", Actor: c.By.Account, At: s.Now(), Detail: map[string]any{"material": n.Material},
		})
		return s.propose(ctx, tx, n, w, c.By)
	})
	if err != nil {
		return Notice{}, fmt.Errorf("correct notice %s: %w", c.ID, err)
	}
	return n, nil
}

// claim finds a notice for the secretary of its place, at the revision they saw.
func (s *Service) claim(ctx context.Context, tx *db.Tx, realm, id string, revision int, by identity.Actor) (Notice, error) {
	if err := identity.Recheck(ctx, tx, by, s.Now()); err != nil {
		return Notice{}, err
	}
	n, err := locked(ctx, tx, realm, id)
	switch {
	case err != nil:
		return n, err
	case !s.May(by, n.Place):
		if s.Reads(by, n.Place) || n.State.Public() {
			return n, fault.New(fault.Denied, "disclosure.not_yours")
		}
		return n, fault.New(fault.Missing, "disclosure.missing")
	case n.Revision != revision:
		return n, fault.New(fault.Stale, "matter.stale")
	}
	return n, nil
}

// Withdraw is a secretary taking a notice down.
type Withdraw struct {
	Realm    string
	ID       string
	Revision int
	Reason   string // shown in its place
	Conceal  bool   // its title leads to a person: it is not shown either
	By       identity.Actor
}

// Withdraw takes a notice down: its words are shown no more, and in their place stands
// why, and how many of its days it had stood. One that was not released yet is given up
// and was never public. It asks for a proof of who does it, given lately.
func (s *Service) Withdraw(ctx context.Context, c Withdraw) (n Notice, err error) {
	if err := c.By.ProvedLately(s.Now()); err != nil {
		return Notice{}, err
	}
	why, err := reason(c.Reason)
	if err != nil {
		return Notice{}, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if n, err = s.claim(ctx, tx, c.Realm, c.ID, c.Revision, c.By); err != nil {
			return err
		}
		switch n.State {
		case Withdrawn, Dropped:
			return fault.New(fault.Conflict, "disclosure.withdrawn")
		case Waiting:
			n.State, n.Reason, n.EndedAt, n.Changed = Dropped, why, s.Now(), s.Now()
			if err := update(ctx, tx, n); err != nil {
				return err
			}
			n.Revision++
			audit.Add(ctx, tx, audit.Entry{Realm: n.Realm, Subject: n.name(), Act: "disclosure.dropped", Actor: c.By.Account, At: s.Now()})
		default:
			if c.Conceal {
				n.Title = ""
			}
			if err := s.takeDown(ctx, tx, n, why, c.By); err != nil {
				return err
			}
			if n, err = find(ctx, tx, n.Realm, n.ID); err != nil {
				return err
			}
		}
		return s.Releases.Retract(ctx, tx, release.Retract{Realm: n.Realm, Kind: Words, Subject: n.name(), Reason: why, By: c.By})
	})
	if err != nil {
		return Notice{}, fmt.Errorf("withdraw notice %s: %w", c.ID, err)
	}
	return n, nil
}

// takeDown has a public notice be withdrawn, with the days it had stood.
func (s *Service) takeDown(ctx context.Context, tx *db.Tx, n Notice, why string, by identity.Actor) error {
	n.State, n.Reason, n.EndedAt, n.Changed = Withdrawn, why, s.Now(), s.Now()
	n.Until = s.day(n.EndedAt)
	f, err := factsOf(ctx, tx, n)
	if err != nil {
		return err
	}
	n.Stood = s.reckon(n, f).Stood
	if err := s.keep(ctx, tx, &n); err != nil {
		return err
	}
	return s.tell(ctx, tx, n, "withdrawn", by, Happened{})
}
