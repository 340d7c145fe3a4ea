// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Scope is what somebody may see of a realm: the matters of a body, or those
// of an area.
type Scope struct {
	Owner  string // the body; empty for an area
	Lo, Hi int64  // the area
	Town   int64  // set when the area is exactly one town
	Sealed bool   // sealed matters too
}

// covers reports whether everything in b is in a.
func (a Scope) covers(b Scope) bool {
	return a.Owner == b.Owner && b.Lo >= a.Lo && b.Hi <= a.Hi && (a.Sealed || !b.Sealed)
}

// Filter narrows a list. Its zero value narrows nothing.
type Filter struct {
	States    []procedure.State
	Type      string
	Lo, Hi    int64     // an area; Hi 0 is everywhere
	DueBefore time.Time // such as now, for what is overdue
}

// Scopes lists what a may see, an area only once.
func (s *Service) Scopes(a identity.Actor) []Scope {
	var out []Scope
	now := s.Now()
	for _, g := range a.Grants {
		if !g.Live(now) {
			continue
		}
		switch {
		case g.Role == identity.Handler && g.Body != "":
			out = append(out, Scope{Owner: g.Body, Sealed: true})
		case slices.Contains(seeing, g.Role):
			sc := Scope{Lo: g.Lo, Hi: g.Hi, Sealed: g.Role == identity.Dispatcher}
			if area, ok := s.Org.Area(a.Realm, g.Area); ok && area.Depth == 1 {
				sc.Town = area.Lo
			}
			out = append(out, sc)
		}
	}
	slices.SortFunc(out, func(a, b Scope) int {
		return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Lo, b.Lo), cmp.Compare(b.Hi, a.Hi), cmp.Compare(bit(b.Sealed), bit(a.Sealed)))
	})
	return slices.CompactFunc(out, Scope.covers)
}

// Queue lists the open matters that a may see, the most urgent first, after the
// given line. Its cost does not grow with the matters there are.
func (s *Service) Queue(ctx context.Context, a identity.Actor, f Filter, after page.Cursor, size int) (page.Page[Matter], error) {
	var all []Matter
	err := s.DB.View(ctx, func(tx *db.Tx) error {
		all = nil
		for _, sc := range s.Scopes(a) {
			some, err := listScope(ctx, tx, a.Realm, sc, f, after, size+1)
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	})
	slices.SortFunc(all, func(a, b Matter) int {
		return cmp.Or(cmp.Compare(stored(a.Due, far), stored(b.Due, far)), strings.Compare(a.ID, b.ID))
	})
	all = slices.CompactFunc(all, func(a, b Matter) bool { return a.ID == b.ID })
	all = all[:min(len(all), size+1)]
	return page.Cut(all, size, func(m Matter) page.Cursor { return page.Cursor{At: stored(m.Due, far), ID: m.ID} }), err
}

// Public lists what may be public, the newest first, optionally below an area.
// Lines hold no words of the reporter's: only type, place, state, and what the
// desk wrote for the public.
func (s *Service) Public(ctx context.Context, realm string, lo, hi int64, before page.Cursor, size int) (page.Page[Matter], error) {
	var all []Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		all, err = listPublic(ctx, tx, realm, lo, hi, before, size+1)
		return err
	})
	for i := range all {
		all[i].Title, all[i].Address, all[i].Number = "", "", ""
	}
	return page.Cut(all, size, func(m Matter) page.Cursor { return page.Cursor{At: m.ReportedAt.UnixMicro(), ID: m.ID} }), err
}

// Sees reports whether a may read m.
func (s *Service) Sees(a identity.Actor, m Matter) bool {
	return MaySee(a, m, a.RolesAt(m.Place, m.Owner, s.Now()))
}

// Detail is a matter with all that its page shows.
type Detail struct {
	Matter
	History []Event
	Offers  []procedure.Offer // what this person may do now, the likeliest first
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
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		if d.Matter, err = find(ctx, tx, realm, id); err != nil {
			return err
		}
		if !who.Reporter && !s.Sees(who.By, d.Matter) {
			return fault.New(fault.Missing, "matter.missing")
		}
		if d.History, err = history(ctx, tx, realm, id); who.Reporter {
			d.History = forReporter(d.History)
		}
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
