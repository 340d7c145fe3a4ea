// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Detail is a proceeding with where each step stands.
type Detail struct {
	Proceeding
	Row     assembly.Decision // who decides it today, by which law
	Steps   []StepView
	History []Event
	Offers  []procedure.Offer // what whoever asked may do now
	Changed string            // the procedure that the law names today, where that is another; empty otherwise
	Lead    bool              // whoever asked leads it
}

// Open returns a proceeding for somebody who may see it; for others it is Missing.
func (s *Service) Open(ctx context.Context, by identity.Actor, realm, id string) (d Detail, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, err := find(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		if !MaySee(by, p, s.Now()) {
			return fault.New(fault.Missing, "proceeding.missing")
		}
		d, err = s.viewed(ctx, tx, p, by)
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	return d, nil
}

// Steps says where each step of a proceeding stands, within a transaction: for whoever
// supervises, and answers for who sees it.
func (s *Service) Steps(ctx context.Context, tx *db.Tx, realm, id string) (Detail, error) {
	p, err := find(ctx, tx, realm, id)
	if err != nil {
		return Detail{}, err
	}
	return s.viewed(ctx, tx, p, identity.Actor{Realm: realm})
}

func (s *Service) viewed(ctx context.Context, tx *db.Tx, p Proceeding, by identity.Actor) (d Detail, err error) {
	machine, err := s.machine(ctx, p.Realm, p.Procedure, p.Version)
	if err != nil {
		return d, err
	}
	k, ended, err := s.caseOf(ctx, tx, p)
	if err != nil {
		return d, err
	}
	d.Proceeding = p
	if d.History, err = history(ctx, tx, p.Realm, p.ID); err != nil {
		return d, err
	}
	k.Behind = behind(machine.Definition(), k, d.History)
	d.Row, _ = s.Bodies.Table.Of(p.Subject, s.Today())
	d.Steps = View(machine.Definition(), k, d.History, ended, s.Now())
	d.Changed, _ = k.Changed(s.Today())
	if by.Account == "" {
		return d, nil
	}
	d.Lead = MayLead(by, p.Place, s.Now())
	d.Offers = slices.DeleteFunc(machine.Moves(k, p.State, procedure.Attempt{Roles: rolesAt(by, p, s), Actor: by.Account, At: s.Now()}),
		func(o procedure.Offer) bool { return o.Action == "remind" })
	return d, nil
}

// List lists the proceedings of somebody's places: those under way by urgency, those
// over with the latest first.
func (s *Service) List(ctx context.Context, by identity.Actor, f Filter, after page.Cursor, size int) (out page.Page[Proceeding], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := listed(ctx, tx, by.Realm, f, after, size+1)
		out = page.Cut(all, size, func(p Proceeding) page.Cursor {
			if f.Ended {
				return page.Cursor{At: p.EnteredAt.UnixMicro(), ID: p.ID}
			}
			return page.Cursor{At: stored(p.Due), ID: p.ID}
		})
		return err
	})
	out.Items = slices.DeleteFunc(out.Items, func(p Proceeding) bool { return !MaySee(by, p, s.Now()) })
	return out, err
}

// Of lists the proceedings of a topic, the newest first, within a transaction: for the
// topic's own page, whose reader may see it.
func (s *Service) Of(ctx context.Context, tx *db.Tx, realm, topic string) ([]Proceeding, error) {
	return ofTopic(ctx, tx, realm, topic)
}

// OfMatter lists the proceedings that a matter led to, the newest first: for the
// matter's own page, whose reader may see it.
func (s *Service) OfMatter(ctx context.Context, realm, matter string) (out []Proceeding, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = ofMatter(ctx, tx, realm, matter)
		return err
	})
	return out, err
}
