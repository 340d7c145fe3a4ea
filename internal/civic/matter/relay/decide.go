// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"
	"fmt"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Decide is a second person agreeing to a request or declining it.
type Decide struct {
	Realm, ID string
	Revision  int // as they saw it
	Approve   bool
	Reason    string // of a refusal; must lead to nobody
	By        identity.Actor
}

// Decide opens the contact to the asker for half an hour, or declines. It fails
// with Denied for the asker, for posts that the asker gave or that were taken by
// breaking the glass, and for bodies concerned; with Stale or Conflict if somebody
// was quicker, time ran out, or others are concerned than when it was asked for.
// Whoever may agree proves first that it is they (identity.prove_first).
func (s *Service) Decide(ctx context.Context, c Decide) (r Reveal, err error) {
	reason := ""
	if !c.Approve {
		if reason, err = words("reason", c.Reason, MaxWords); err != nil {
			return Reveal{}, err
		}
	}
	now := s.Now()
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if r, err = find(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		m, err := s.load(ctx, tx, c.By, r.Matter)
		if err != nil {
			return err
		}
		if err := mayDecide(r, c.By, s.roles(c.By, m.Matter, r.Asker), m); err != nil {
			return err
		}
		if err := waits(r, m, c.Revision, now); err != nil {
			return err
		}
		if c.Approve {
			if err := c.By.ProvedLately(now); err != nil {
				return err
			}
		}
		act := "matter.contact_approved"
		r.State, r.Decider, r.Decided, r.Ends, r.Reason = Approved, c.By.Account, now, now.Add(OpenLasts), reason
		if !c.Approve {
			act, r.State, r.Ends = "matter.contact_declined", Declined, now
		}
		if err := update(ctx, tx, r); err != nil {
			return err
		}
		r.Revision++
		s.note(ctx, tx, m.Matter, act, c.By.Account, map[string]string{"reveal": r.ID, "purpose": string(r.Purpose), "asker": r.Asker})
		if err := inbox.Clear(ctx, tx, r.Realm, r.Subject()); err != nil {
			return err
		}
		return outbox.Add(ctx, tx, r.Realm, RevealDecided, now, changed(r, m))
	})
	if err != nil {
		return Reveal{}, fmt.Errorf("decide on request %s: %w", c.ID, err)
	}
	return r, nil
}
