// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Sees reports whether a may read m.
func (s *Service) Sees(a identity.Actor, m Matter) bool {
	return MaySee(a, m, a.RolesAt(m.Place, m.Owner, s.Now()))
}

// Detail is a matter with all that its page shows.
type Detail struct {
	Matter
	History []Event
	Offers  []procedure.Offer // what this person may do now, the likeliest first
	Clocks  procedure.Clocks  // the terms that run for it, replayed from its history
	Near    []Matter          // its relatives: parent or main first, then parts, then those merged into it
	Warning []int             // years whose holidays are not published yet
}

// Open returns a matter for somebody signed in. For those who may not see it,
// it is Missing.
func (s *Service) Open(ctx context.Context, a identity.Actor, id string) (Detail, error) {
	return s.detail(ctx, a.Realm, id, Move{Realm: a.Realm, ID: id, By: a})
}

// Followed returns a matter for the reporter who has shown its code, without
// what staff say among themselves.
func (s *Service) Followed(ctx context.Context, realm, id string) (Detail, error) {
	return s.detail(ctx, realm, id, Move{Realm: realm, ID: id, Reporter: true, By: identity.Actor{Realm: realm}})
}

// FollowedNumber returns what Followed does, by the matter's number.
func (s *Service) FollowedNumber(ctx context.Context, realm, number string) (Detail, error) {
	var m Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		m, err = findNumber(ctx, tx, realm, number)
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	return s.Followed(ctx, realm, m.ID)
}

func (s *Service) detail(ctx context.Context, realm, id string, who Move) (Detail, error) {
	var d Detail
	var past []procedure.Past
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		if d.Matter, err = find(ctx, tx, realm, id); err != nil {
			return err
		}
		if !who.Reporter && !s.Sees(who.By, d.Matter) {
			return fault.New(fault.Missing, "matter.missing")
		}
		if d.History, err = history(ctx, tx, realm, id); err != nil {
			return err
		}
		past = pastsOf(d.History)
		if who.Reporter {
			d.History = forReporter(d.History)
		}
		d.Near, err = relatives(ctx, tx, d.Matter)
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	machine, err := s.machine(ctx, realm, d.Version)
	if err != nil {
		return Detail{}, err
	}
	subject, err := s.about(ctx, d.Matter, who.By)
	if err != nil {
		return Detail{}, err
	}
	d.Clocks = machine.Replay(past)
	d.Offers = machine.Moves(subject, d.State, procedure.Attempt{
		Roles: s.roles(d.Matter, who), Actor: who.By.Account, At: s.Now(),
	})
	d.Warning = s.Calendar.Unpublished(d.EnteredAt, d.Due)
	return d, nil
}

// Count says how many matters a realm has. It reads all of them: for tools, not
// for pages.
func (s *Service) Count(ctx context.Context, realm string) (n int, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		n, err = count(ctx, tx, realm)
		return err
	})
	return n, err
}

// pastsOf is what the clocks have to know of a history.
func pastsOf(history []Event) []procedure.Past {
	out := make([]procedure.Past, len(history))
	for i, e := range history {
		out[i] = procedure.Past{From: e.From, To: e.To, At: e.At, Term: e.Term, Extra: e.Extra, Whole: e.Whole}
	}
	return out
}
