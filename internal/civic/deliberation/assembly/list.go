// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly

import (
	"context"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
)

// Of returns one body. It is Missing for all but its secretary and its scrutineer.
func (s *Service) Of(ctx context.Context, realm, id string, by identity.Actor) (a Assembly, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		a, err = s.visible(ctx, tx, realm, id, by)
		return err
	})
	return a, err
}

// Accounts are the accounts of a body's members who have one, by member, for whoever
// has a vote by name opened on it.
func (s *Service) Accounts(ctx context.Context, tx *db.Tx, realm, assembly string) (map[string]string, error) {
	return accounts(ctx, tx, realm, assembly)
}

func (s *Service) visible(ctx context.Context, tx *db.Tx, realm, id string, by identity.Actor) (Assembly, error) {
	a, err := find(ctx, tx, realm, id)
	if err == nil && (!s.MaySee(by, a)) {
		return Assembly{}, fault.New(fault.Missing, "assembly.missing")
	}
	return a, err
}

// List lists the bodies in an area and below it whose register somebody sees, by place
// and name; without an area, in the realm.
func (s *Service) List(ctx context.Context, realm, area string, by identity.Actor, after page.Cursor, size int) (out page.Page[Assembly], err error) {
	at, ok := s.Org.Root(realm)
	if area != "" {
		at, ok = s.Org.Area(realm, area)
	}
	if !ok {
		return out, fault.New(fault.Invalid, "matter.area_unknown").At("area")
	}
	if by.Realm != realm || by.Anonymous() {
		return out, notYours()
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		var found []Assembly
		for next := after; len(found) <= size; {
			some, err := list(ctx, tx, realm, at.Lo, at.Hi, next, size+1)
			if err != nil {
				return err
			}
			for _, a := range some {
				if s.MaySee(by, a) {
					found = append(found, a)
				}
			}
			if len(some) <= size {
				break
			}
			next = cursor(some[len(some)-1])
		}
		out = page.Cut(found, size, cursor)
		return nil
	})
	return out, err
}

func cursor(a Assembly) page.Cursor { return page.Cursor{At: a.Place, ID: a.Name + "\x1f" + a.ID} }

// Members lists the members of a body, former ones too, by number. It is Missing
// for all but its secretary and its scrutineer.
func (s *Service) Members(ctx context.Context, realm, assembly string, by identity.Actor) (a Assembly, list []Member, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if a, err = s.visible(ctx, tx, realm, assembly, by); err != nil {
			return err
		}
		list, err = s.members(ctx, tx, realm, assembly)
		return err
	})
	if err == nil {
		err = s.look(ctx, a, by)
	}
	if err != nil {
		return Assembly{}, nil, err
	}
	return a, list, nil
}

// look records that somebody reads who belongs to a party meeting, before it is shown.
func (s *Service) look(ctx context.Context, a Assembly, by identity.Actor) error {
	if !a.Kind.Confidential() {
		return nil
	}
	role := identity.Scrutineer
	if s.MayKeep(by, a) {
		role = identity.Secretary
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		return sight.Record(ctx, tx, sight.Look{
			Realm: a.Realm, Subject: a.name(), Place: a.Place, Fields: []string{"assembly.members"}, Purpose: sight.Handling,
			Account: by.Account, Role: role, Way: sight.Page, At: s.Now(),
		})
	})
}

// Counted is a body in numbers.
type Counted struct {
	Live     int // members whose mandate holds today
	Voting   int // those of them with a vote
	Findings []Finding
}

// Count counts a body for whoever sees its members, without showing them.
func (s *Service) Count(ctx context.Context, a Assembly, by identity.Actor) (out Counted, err error) {
	if !s.MaySee(by, a) {
		return out, fault.New(fault.Missing, "assembly.missing")
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		list, err := s.members(ctx, tx, a.Realm, a.ID)
		out = Counted{Findings: Findings(a, list, s.Today())}
		for _, m := range list {
			if m.Live(s.Today()) {
				out.Live++
			}
			if m.whyNot(s.Today()) == "" {
				out.Voting++
			}
		}
		return err
	})
	return out, err
}

// Member returns one member with the history of the mandate, for those who see the list.
func (s *Service) Member(ctx context.Context, realm, assembly, id string, by identity.Actor) (m Member, history []Line, err error) {
	var a Assembly
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		a, err = s.visible(ctx, tx, realm, assembly, by)
		if err != nil {
			return err
		}
		if m, err = s.findMember(ctx, tx, realm, assembly, id); err != nil {
			return err
		}
		history, err = mandates(ctx, tx, realm, id)
		return err
	})
	if err == nil {
		err = s.look(ctx, a, by)
	}
	if err != nil {
		return Member{}, nil, err
	}
	return m, history, nil
}

// Roster returns a frozen roster. It is Missing for all but the secretary, the
// scrutineer and, a party meeting's excepted, whoever stands on it with an account.
func (s *Service) Roster(ctx context.Context, realm, id string, by identity.Actor) (r Roster, a Assembly, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		r, err = s.RosterIn(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		if a, err = find(ctx, tx, realm, r.Assembly); err != nil {
			return err
		}
		allowed := s.MaySee(by, a)
		if !allowed && by.Realm == realm && !by.Anonymous() && !a.Kind.Confidential() {
			allowed, err = s.stands(ctx, tx, r, by)
		}
		if err == nil && !allowed {
			err = fault.New(fault.Missing, "assembly.no_roster")
		}
		return err
	})
	if err == nil {
		err = s.look(ctx, a, by)
	}
	if err != nil {
		return Roster{}, Assembly{}, err
	}
	return r, a, nil
}

// RosterPart is some of a roster by number: Roster has these entries alone, so that
// sums and proof of the whole are beside it.
type RosterPart struct {
	Roster
	Entitled tally.Sum
	Casting  tally.Sum
	Numbers  map[string]int // of members outside who vote for these, or for whom these vote
	More     bool
}

// RosterPart returns entries of a frozen roster after a number, for whom Roster would
// return it.
func (s *Service) RosterPart(ctx context.Context, realm, id string, by identity.Actor, after, size int) (out RosterPart, a Assembly, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if out.Roster, out.Entitled, err = head(ctx, tx, realm, id); err != nil {
			return err
		}
		if a, err = find(ctx, tx, realm, out.Assembly); err != nil {
			return err
		}
		allowed := s.MaySee(by, a)
		if !allowed && by.Realm == realm && !by.Anonymous() && !a.Kind.Confidential() {
			own, err := s.mine(ctx, tx, realm, by.Account)
			if err != nil {
				return err
			}
			if allowed, err = on(ctx, tx, realm, id, own); err != nil {
				return err
			}
		}
		if !allowed {
			return fault.New(fault.Missing, "assembly.no_roster")
		}
		return s.part(ctx, tx, &out, after, size)
	})
	if err == nil {
		err = s.look(ctx, a, by)
	}
	if err != nil {
		return RosterPart{}, Assembly{}, err
	}
	return out, a, nil
}

// part reads the entries of a part, and what is said of them by others.
func (s *Service) part(ctx context.Context, tx *db.Tx, out *RosterPart, after, size int) (err error) {
	if out.Entries, out.Forgotten, err = s.readEntries(ctx, tx, out.Realm, out.ID, entriesAfter(out.Realm, out.ID, after, size+1)); err != nil {
		return err
	}
	if out.More = len(out.Entries) > size; out.More {
		out.Entries = out.Entries[:size]
	}
	aside, err := asideOf(ctx, tx, out.Realm, out.ID)
	if err != nil {
		return err
	}
	out.Casting = tally.Sum{People: out.Entitled.People - aside.People, Area: out.Entitled.Area - aside.Area}
	out.Numbers, err = proxies(ctx, tx, out.Realm, out.ID, out.Entries)
	return err
}

// stands reports whether an account's owner is on a roster.
func (s *Service) stands(ctx context.Context, tx *db.Tx, r Roster, by identity.Actor) (bool, error) {
	own, err := s.mine(ctx, tx, r.Realm, by.Account)
	return slices.ContainsFunc(own, func(m Member) bool {
		_, on := r.Entry(m.ID)
		return on
	}), err
}

// RosterIn returns a roster within a transaction, for whoever holds a vote by it and
// answers for who sees it.
func (s *Service) RosterIn(ctx context.Context, tx *db.Tx, realm, id string) (Roster, error) {
	return s.findRoster(ctx, tx, realm, id)
}

// Summary returns what a roster says without its people, within a transaction.
func (s *Service) Summary(ctx context.Context, tx *db.Tx, realm, id string) (Frozen, error) {
	return summary(ctx, tx, realm, id)
}

// Rosters lists a body's rosters, the newest first, for those who see its members.
func (s *Service) Rosters(ctx context.Context, realm, assembly string, by identity.Actor, after page.Cursor, size int) (out page.Page[Frozen], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		_, err := s.visible(ctx, tx, realm, assembly, by)
		if err != nil {
			return err
		}
		found, err := rosters(ctx, tx, realm, assembly, after, size+1)
		out = page.Cut(found, size, func(f Frozen) page.Cursor { return page.Cursor{At: f.FrozenAt.UnixMicro(), ID: f.ID} })
		return err
	})
	return out, err
}

// Mine lists the memberships that an account has, with the body of each.
func (s *Service) Mine(ctx context.Context, by identity.Actor) (bodies []Assembly, list []Member, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if list, err = s.mine(ctx, tx, by.Realm, by.Account); err != nil {
			return err
		}
		for _, m := range list {
			a, err := find(ctx, tx, by.Realm, m.Assembly)
			if err != nil {
				return err
			}
			bodies = append(bodies, a)
		}
		return nil
	})
	return bodies, list, err
}

// Find returns a body within a transaction, for other parts that know whose it is.
func (s *Service) Find(ctx context.Context, tx *db.Tx, realm, id string) (Assembly, error) {
	return find(ctx, tx, realm, id)
}

// Proved reports whether a roster is the one that was frozen, as far as its sum says.
func (r Roster) Proved() bool {
	sum, err := r.digest()
	return err == nil && sum == r.Digest
}
