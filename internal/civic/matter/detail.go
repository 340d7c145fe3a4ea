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

// ClassesIn returns the privacy classes of matters by id, within a transaction.
func (s *Service) ClassesIn(ctx context.Context, tx *db.Tx, realm string, ids []string) (map[string]string, error) {
	return classes(ctx, tx, realm, ids)
}

// pastsOf is what the clocks have to know of a history.
func pastsOf(history []Event) []procedure.Past {
	out := make([]procedure.Past, len(history))
	for i, e := range history {
		out[i] = procedure.Past{From: e.From, To: e.To, At: e.At, Term: e.Term, Extra: e.Extra, Whole: e.Whole}
	}
	return out
}

// Access says who can see a matter and what one person may do with it.
type Access struct {
	Number  string
	Privacy string           // its class
	State   procedure.State  // in which it is
	Seen    []identity.Grant // by which grants it can be seen, the narrowest places first
	Moves   []procedure.Verdict
}

// Access explains, to whoever may see a matter and to the security
// administrators and auditors of its place, who can see it and why. What it says
// of moves is what the procedure would answer the asker; it holds no word of the
// matter itself.
func (s *Service) Access(ctx context.Context, a identity.Actor, id string, grants Covering) (Access, error) {
	var m Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		m, err = find(ctx, tx, a.Realm, id)
		return err
	})
	watches := a.Holds(identity.Security, m.Place, m.Place+1, s.Now()) || a.Holds(identity.Auditor, m.Place, m.Place+1, s.Now())
	if err == nil && !s.Sees(a, m) && !watches {
		err = fault.New(fault.Missing, "matter.missing")
	}
	if err != nil {
		return Access{}, err
	}
	out := Access{Number: m.Number, Privacy: m.Privacy, State: m.State}
	list, err := grants(ctx, m.Realm, m.Place, identity.Roles())
	if err != nil {
		return out, err
	}
	for _, g := range list {
		if s.Sees(identity.Actor{Realm: m.Realm, Account: g.Account, Grants: []identity.Grant{g}}, m) {
			out.Seen = append(out.Seen, g)
		}
	}
	machine, err := s.machine(ctx, m.Realm, m.Version)
	if err != nil {
		return out, err
	}
	subject, err := s.about(ctx, m, a)
	out.Moves = machine.Explain(subject, m.State, procedure.Attempt{
		Roles: s.roles(m, Move{By: a}), Actor: a.Account, At: s.Now(),
	})
	return out, err
}

// Covering finds the grants of some roles that count at a place.
type Covering func(ctx context.Context, realm string, place int64, roles []identity.Role) ([]identity.Grant, error)
