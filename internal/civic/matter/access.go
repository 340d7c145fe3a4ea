// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter/privacy"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Access says who can see a matter, and what one person sees of it and may do with
// it. It holds no word of the matter.
type Access struct {
	Number  string
	Privacy string           // its class
	State   procedure.State  // in which it is
	Seen    []identity.Grant // by which grants it can be seen, the narrowest places first
	By      []identity.Grant // by which of their grants this person sees it
	Against *fault.Error     // which rule keeps it from them; nil if they see it
	Purpose bool             // they read its words once they have stated what for
	Moves   []Ruling
}

// Ruling says of one move whether somebody may make it, and by which grants.
type Ruling struct {
	procedure.Verdict
	Grants []identity.Grant // that give a role which makes the move
}

// Grants are the questions that explaining asks about who was granted what.
type Grants interface {
	// Covering finds the grants of some roles that count at a place.
	Covering(ctx context.Context, realm string, place int64, roles []identity.Role) ([]identity.Grant, error)
	// Grants lists all that an account has.
	Grants(ctx context.Context, realm, account string) ([]identity.Grant, error)
}

// Access explains, to whoever may see a matter and to the security administrators
// and auditors of its place, who can see it and why, and what the given account may
// do; another account than the asker's only to the latter. Nobody who works for the
// body that a matter is about learns of it in any office. For whoever may not ask it
// is Missing, for another's account Denied.
func (s *Service) Access(ctx context.Context, a identity.Actor, id, account string, grants Grants) (Access, error) {
	var m Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		m, err = s.find(ctx, tx, a.Realm, id)
		return err
	})
	watches := s.watches(a, m)
	if err == nil && !s.Sees(a, m) && !watches {
		err = fault.New(fault.Missing, "matter.missing")
	}
	if err == nil && account != a.Account && !watches {
		err = fault.New(fault.Denied, "matter.access_others")
	}
	if err != nil {
		return Access{}, err
	}
	who := a
	if account != a.Account {
		list, err := grants.Grants(ctx, a.Realm, account)
		if err != nil {
			return Access{}, err
		}
		who = identity.Actor{Realm: a.Realm, Account: account, Grants: list}
	}
	out := Access{Number: m.Number, Privacy: m.Privacy, State: m.State, Against: whyHidden(who, m, s.Now())}
	if out.Against == nil {
		out.By = alone(who, m, func(one identity.Actor) bool { return whyHidden(one, m, s.Now()) == nil })
		out.Purpose = privacy.Asks(m.Privacy, s.audiences(who, m))
	}
	if out.Seen, err = s.seen(ctx, m, grants); err != nil {
		return out, err
	}
	out.Moves, err = s.rulings(ctx, m, who, out.Against)
	return out, err
}

// watches reports whether a looks after who sees what at m's place.
func (s *Service) watches(a identity.Actor, m Matter) bool {
	if m.ID == "" || m.About != "" && slices.Contains(a.Bodies(), m.About) {
		return false
	}
	return a.Holds(identity.Security, m.Place, m.Place+1, s.Now()) || a.Holds(identity.Auditor, m.Place, m.Place+1, s.Now())
}

// seen are the grants by which a matter can be seen: not those of people who work for
// the body that it is about besides.
func (s *Service) seen(ctx context.Context, m Matter, grants Grants) (out []identity.Grant, err error) {
	list, err := grants.Covering(ctx, m.Realm, m.Place, identity.Roles())
	if err != nil {
		return nil, err
	}
	for _, g := range list {
		who := identity.Actor{Realm: m.Realm, Account: g.Account, Grants: []identity.Grant{g}}
		if !s.Sees(who, m) {
			continue
		}
		if m.About != "" {
			if who.Grants, err = grants.Grants(ctx, m.Realm, g.Account); err != nil {
				return nil, err
			}
		}
		if s.Sees(who, m) {
			out = append(out, g)
		}
	}
	return out, nil
}

// rulings say of every action out of m's state what would become of it if somebody
// tried: what keeps the matter from them keeps every move from them.
func (s *Service) rulings(ctx context.Context, m Matter, who identity.Actor, against *fault.Error) ([]Ruling, error) {
	machine, err := s.machine(ctx, m.Realm, m.Version)
	if err != nil {
		return nil, err
	}
	subject, err := s.about(ctx, m, who)
	if err != nil {
		return nil, err
	}
	roles := s.roles(m, Move{By: who})
	var out []Ruling
	for _, v := range machine.Explain(subject, m.State, procedure.Attempt{Roles: roles, Actor: who.Account, At: s.Now()}) {
		if against != nil {
			v.Why = against
		}
		theirs := slices.ContainsFunc(roles, func(r procedure.Role) bool { return slices.Contains(v.By, r) })
		i := slices.IndexFunc(out, func(r Ruling) bool { return r.Action == v.Action })
		switch {
		case i < 0:
			out = append(out, Ruling{Verdict: v})
			i = len(out) - 1
		case theirs && len(out[i].Grants) == 0: // the first way that is open to their role is the one tried
			out[i].Why = v.Why
			fallthrough
		default:
			out[i].By = slices.Compact(slices.Sorted(slices.Values(slices.Concat(out[i].By, v.By))))
		}
		if theirs && against == nil && len(out[i].Grants) == 0 {
			out[i].Grants = alone(who, m, func(one identity.Actor) bool {
				return slices.ContainsFunc(s.roles(m, Move{By: one}), func(r procedure.Role) bool { return slices.Contains(v.By, r) })
			})
		}
	}
	return out, nil
}

// alone are the grants of somebody of which each for itself would do.
func alone(who identity.Actor, m Matter, does func(identity.Actor) bool) (out []identity.Grant) {
	for _, g := range who.Grants {
		one := who
		one.Grants = []identity.Grant{g}
		if g.Covers(m.Place) && does(one) {
			out = append(out, g)
		}
	}
	return out
}
