// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/privacy"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
)

// Opening is one time that a contact was opened.
type Opening struct {
	Reveal  string
	Seq     int
	Matter  string
	Account string
	Body    string // the asker's; empty for the desk itself
	Purpose Purpose
	At      time.Time
}

// Look is the asker of an approved request looking at the contact.
type Look struct {
	Realm, ID string
	By        identity.Actor
	Way       sight.Way // by which it is shown
}

// Open returns the contact and writes down that it was opened. It fails with Denied
// for all but the asker, or when they could not ask any more, and with Conflict
// once the time is over or others are concerned. Whoever may look proves first that
// it is they (identity.prove_first).
func (s *Service) Open(ctx context.Context, c Look) (contact matter.Contact, r Reveal, err error) {
	now := s.Now()
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if r, err = find(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		m, err := s.load(ctx, tx, c.By, r.Matter)
		if err != nil {
			return err
		}
		if r.Asker != c.By.Account {
			return fault.New(fault.Denied, "relay.other_asker")
		}
		if err := mayAsk(c.By, s.roles(c.By, m.Matter, ""), m, r.Purpose); err != nil {
			return err
		}
		if err := open(r, m, now); err != nil {
			return err
		}
		if err := c.By.ProvedLately(now); err != nil {
			return err
		}
		if r.Openings, err = count(ctx, tx, r, now); err != nil {
			return err
		}
		o := Opening{
			Reveal: r.ID, Seq: r.Openings, Matter: r.Matter, Account: c.By.Account, Body: bodyOf(c.By, m.Matter, now), Purpose: r.Purpose, At: now,
		}
		if err := insertOpening(ctx, tx, r.Realm, o); err != nil {
			return err
		}
		if err := sight.Record(ctx, tx, looked(c, m, o)); err != nil {
			return err
		}
		s.note(ctx, tx, m.Matter, "matter.contact_opened", c.By.Account, map[string]string{"reveal": r.ID, "purpose": string(r.Purpose)})
		contact, err = s.Matters.Contact(ctx, tx, m.Matter)
		return err
	})
	if err != nil {
		return matter.Contact{}, r, fmt.Errorf("open a contact by request %s: %w", c.ID, err)
	}
	return contact, r, nil
}

// looked is an opening as the log of looks keeps it.
func looked(c Look, m subject, o Opening) sight.Look {
	out := sight.Look{
		Realm: m.Realm, Subject: m.Subject(), Place: m.Place, Fields: []string{string(privacy.Contact)},
		Purpose: sight.Contacting, Account: c.By.Account, Body: o.Body, Way: c.Way, At: o.At,
	}
	for _, role := range c.By.RolesAt(m.Place, m.Owner, o.At, m.Type) {
		if out.Role == "" || slices.Contains(asking, role) {
			out.Role = role
		}
	}
	return out
}

// bodyOf is the body for which somebody of the desk acts at the place of m.
func bodyOf(a identity.Actor, m matter.Matter, now time.Time) string {
	for _, g := range a.Grants {
		if g.Live(now) && g.Covers(m.Place) && (g.Role != identity.Handler || g.Body == m.Owner) && g.Body != "" {
			return g.Body
		}
	}
	return ""
}

// End is the asker of a request who no longer needs it.
type End struct {
	Realm, ID string
	Revision  int
	By        identity.Actor
}

// End withdraws a request, or closes the contact before its time. It fails with
// Denied for all but the asker and with Conflict for what has ended.
func (s *Service) End(ctx context.Context, c End) (r Reveal, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if r, err = find(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		switch {
		case r.Asker != c.By.Account:
			return fault.New(fault.Denied, "relay.other_asker")
		case r.Revision != c.Revision:
			return fault.New(fault.Stale, "relay.stale")
		}
		return s.end(ctx, tx, &r)
	})
	if err != nil {
		return Reveal{}, fmt.Errorf("end request %s: %w", c.ID, err)
	}
	return r, nil
}

// end stores that a request waits or runs no longer.
func (s *Service) end(ctx context.Context, tx *db.Tx, r *Reveal) error {
	now := s.Now()
	act := ""
	switch r.Standing(now) {
	case Asked:
		act, r.State = "matter.contact_withdrawn", Withdrawn
	case Approved:
		act, r.State = "matter.contact_closed", Closed
	default:
		return fault.New(fault.Conflict, "relay.decided")
	}
	r.Ends = now
	if err := update(ctx, tx, *r); err != nil {
		return err
	}
	r.Revision++
	s.note(ctx, tx, matter.Matter{Realm: r.Realm, ID: r.Matter}, act, r.Asker, map[string]string{"reveal": r.ID})
	return inbox.Clear(ctx, tx, r.Realm, r.Subject())
}
