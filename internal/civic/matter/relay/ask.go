// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Ask is somebody asking to open a matter's contact.
type Ask struct {
	Realm, Matter string
	Purpose       Purpose
	Words         string // why; must lead to nobody
	Call          string // the call it is for, with the purpose CallBack; empty for none
	By            identity.Actor
}

// Changed is what the rest of the system learns of a request. It names who must not
// hear of it, and holds no words.
type Changed struct {
	ID     string   `json:"id"`
	Matter string   `json:"matter"`
	Number string   `json:"number"`
	Place  int64    `json:"place"`
	Asker  string   `json:"asker"`
	State  State    `json:"state"`
	Barred []string `json:"barred,omitempty"` // bodies whose people are not told
}

// The events of this package.
const (
	RevealAsked   = "relay.reveal_asked"
	RevealDecided = "relay.reveal_decided"
	Written       = "relay.written"
	Answered      = "relay.answered"
	CallMade      = "relay.call_made"
)

// Ask keeps a request until a second person decides on it. It fails with Invalid at
// the field at fault, with Denied for those who may not open contacts, with
// Conflict if there is no contact or a request of theirs waits or runs.
func (s *Service) Ask(ctx context.Context, c Ask) (r Reveal, err error) {
	var faults []*fault.Error
	if !slices.Contains(Purposes(), c.Purpose) {
		faults = append(faults, fault.New(fault.Invalid, "relay.purpose_required").At("purpose"))
	}
	why, err := words("words", c.Words, MaxWords)
	faults = append(faults, fault.All(err)...)
	if err := fault.Join(faults...); err != nil {
		return Reveal{}, err
	}
	now := s.Now()
	r = Reveal{
		Realm: c.Realm, ID: id.New(), Matter: c.Matter, Purpose: c.Purpose, Words: why, Call: c.Call, Asker: c.By.Account,
		State: Asked, At: now, Ends: now.Add(AskLasts), Revision: 1,
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		m, err := s.load(ctx, tx, c.By, c.Matter)
		if err != nil {
			return err
		}
		if err := mayAsk(c.By, s.roles(c.By, m.Matter, ""), m, c.Purpose); err != nil {
			return err
		}
		if !m.Contactable {
			return fault.New(fault.Conflict, "relay.no_contact")
		}
		if err := s.callWaits(ctx, tx, c); err != nil {
			return err
		}
		if err := s.lapse(ctx, tx, c.Realm, c.Matter, now); err != nil {
			return err
		}
		r.Number, r.Place, r.Ground = m.Number, m.Place, ground(m)
		if err := insert(ctx, tx, r); err != nil {
			return err
		}
		s.note(ctx, tx, m.Matter, "matter.contact_asked", c.By.Account, map[string]string{"reveal": r.ID, "purpose": string(r.Purpose)})
		if err := inbox.Put(ctx, tx, s.waiting(r, m)); err != nil {
			return err
		}
		return outbox.Add(ctx, tx, r.Realm, RevealAsked, now, changed(r, m))
	})
	if err != nil {
		return Reveal{}, fmt.Errorf("ask for the contact of matter %s: %w", c.Matter, err)
	}
	return r, nil
}

// callWaits fails unless the call that a request names waits at this matter.
func (s *Service) callWaits(ctx context.Context, tx *db.Tx, c Ask) error {
	if c.Call == "" {
		return nil
	}
	call, err := findCall(ctx, tx, c.Realm, c.Call)
	if err == nil && (call.Matter != c.Matter || call.State != CallWaits || c.Purpose != CallBack) {
		err = fault.New(fault.Conflict, "relay.call_done")
	}
	return err
}

// InboxRole is the role before which requests wait: dispatchers and shift heads have it.
const InboxRole = "reveal"

// waiting is the item that puts a request before those who may decide on it. The
// number stays out where it could reach a body that is complained about.
func (s *Service) waiting(r Reveal, m subject) inbox.Item {
	title := m.Number
	if m.About != "" {
		title = ""
	}
	return inbox.Item{
		Realm: r.Realm, Subject: r.Subject(), Role: InboxRole, Kind: m.Type, Place: m.Place, Town: m.Town,
		Title: title, Link: "/desk/reveals/" + r.ID, Since: r.At, Due: r.Ends,
	}
}

func changed(r Reveal, m subject) Changed {
	return Changed{ID: r.ID, Matter: r.Matter, Number: r.Number, Place: r.Place, Asker: r.Asker, State: r.State, Barred: m.bodies}
}

// lapse writes down which requests of a matter have run out of time, so that they
// stand in nobody's way.
func (s *Service) lapse(ctx context.Context, tx *db.Tx, realm, matter string, now time.Time) error {
	list, err := late(ctx, tx, realm, matter, now, sweeping)
	for i := 0; i < len(list) && err == nil; i++ {
		err = s.lapsed(ctx, tx, list[i], now)
	}
	return err
}
