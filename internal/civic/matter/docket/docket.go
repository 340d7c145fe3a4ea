// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package docket lists matters: for those who work on them, for the public, and
// for export. It reads what package matter writes, and writes only the views
// that people save.
//
//	docket.go  who may see which lists, and the lists
//	filter.go  what a list can be narrowed to
//	find.go    search by words
//	similar.go what may have been reported before
//	rules.go   how alike two reports are (no I/O)
//	bulk.go    one move on many matters
//	export.go  all of a list, row by row
//	views.go   filters that people keep under a name
//	store*.go  the only SQL
package docket

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
)

// Docket answers what lists ask.
type Docket struct {
	DB      *db.DB
	Now     clock.Clock
	Org     *org.Service
	Matters *matter.Service
}

// Scope is what somebody may see of a realm: the matters of an area, or those of
// them that a body deals with.
type Scope struct {
	Owner  string   // the body; empty for all
	Lo, Hi int64    // the area
	Town   int64    // set when the area is exactly one town
	Sealed bool     // sealed matters too
	Kinds  []string // what the types' codes begin with; none for all

	bodies []string // those whose people ask: what is about them is not for them
}

// covers reports whether everything in b is in a.
func (a Scope) covers(b Scope) bool {
	return a.Owner == b.Owner && b.Lo >= a.Lo && b.Hi <= a.Hi && (a.Sealed || !b.Sealed) &&
		(len(a.Kinds) == 0 || slices.Equal(a.Kinds, b.Kinds))
}

// width orders scopes of one area: the one that sees more comes first.
func width(s Scope) int {
	n := 0
	if s.Sealed {
		n++
	}
	if len(s.Kinds) == 0 {
		n += 2
	}
	return n
}

// Scopes lists what a may see, an area only once.
func (s *Docket) Scopes(a identity.Actor) []Scope {
	var out []Scope
	now := s.Now()
	for _, g := range a.Grants {
		if !g.Live(now) {
			continue
		}
		switch {
		case g.Role == identity.Handler && g.Body != "":
			out = append(out, Scope{Owner: g.Body, Lo: g.Lo, Hi: g.Hi, Sealed: true, Kinds: g.Kinds})
		case matter.Seeing(g.Role):
			sc := Scope{Lo: g.Lo, Hi: g.Hi, Sealed: matter.SeeingSealed(g.Role), Kinds: g.Kinds}
			if area, ok := s.Org.Area(a.Realm, g.Area); ok && area.Depth == 1 {
				sc.Town = area.Lo
			}
			out = append(out, sc)
		}
	}
	slices.SortFunc(out, func(a, b Scope) int {
		return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Lo, b.Lo), cmp.Compare(b.Hi, a.Hi), cmp.Compare(width(b), width(a)))
	})
	out = slices.CompactFunc(out, Scope.covers)
	for i := range out {
		out[i].bodies = a.Bodies()
	}
	return out
}

// List lists the matters that a may see, after the given line: the open ones by
// urgency or, with Filter.Ended, all of them, the newest first. Its cost does not
// grow with the matters there are.
func (s *Docket) List(ctx context.Context, a identity.Actor, f Filter, after page.Cursor, size int) (page.Page[matter.Matter], error) {
	var all []matter.Matter
	now := s.Now()
	f = s.place(a.Realm, f)
	err := s.DB.View(ctx, func(tx *db.Tx) error {
		all = nil
		for _, sc := range s.Scopes(a) {
			some, err := listScope(ctx, tx, a.Realm, sc, f, now, after, size+1)
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	})
	slices.SortFunc(all, f.compare)
	all = slices.CompactFunc(all, func(a, b matter.Matter) bool { return a.ID == b.ID })
	return page.Cut(all[:min(len(all), size+1)], size, f.cursor), err
}

// place says the area of a filter in the way that indexes serve: nothing for the
// whole realm, one number for a town, an interval below.
func (s *Docket) place(realm string, f Filter) Filter {
	area, ok := s.Org.AreaAt(realm, f.Lo)
	switch {
	case f.Hi == 0:
	case !ok || area.Hi != f.Hi || area.Depth > 1:
		f.narrow = true
	case area.Depth == 1:
		f.town, f.Lo, f.Hi = area.Lo, 0, 0
	default:
		f.Lo, f.Hi = 0, 0
	}
	return f
}

// cursor is the place of a matter in the list.
func (f Filter) cursor(m matter.Matter) page.Cursor {
	if f.Ended {
		return page.Cursor{At: m.ReportedAt.UnixMicro(), ID: m.ID}
	}
	return page.Cursor{At: micros(m.Due, far), ID: m.ID}
}

// compare orders two matters as the list does.
func (f Filter) compare(a, b matter.Matter) int {
	x, y := f.cursor(a), f.cursor(b)
	if f.Ended {
		x, y = y, x
	}
	return cmp.Or(cmp.Compare(x.At, y.At), strings.Compare(x.ID, y.ID))
}

// Total counts the matters that a may see, each once. Its cost grows with them:
// pages ask for it apart from the list.
func (s *Docket) Total(ctx context.Context, a identity.Actor, f Filter) (n int, err error) {
	scopes := s.Scopes(a)
	if len(scopes) == 0 {
		return 0, nil
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		n, err = count(ctx, tx, a.Realm, scopes, s.place(a.Realm, f), s.Now())
		return err
	})
	return n, err
}

// Lights counts the open matters that a may see by the light of their term.
func (s *Docket) Lights(ctx context.Context, a identity.Actor, f Filter) (map[clock.Light]int, error) {
	scopes := s.Scopes(a)
	if len(scopes) == 0 {
		return map[clock.Light]int{}, nil
	}
	f = s.place(a.Realm, f)
	f.Ended, f.Light = false, ""
	var out map[clock.Light]int
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		out, err = lights(ctx, tx, a.Realm, scopes, f, s.Now())
		return err
	})
	return out, err
}

// Public lists what may be public, the newest first, optionally below an area.
// Lines hold no words of the reporter's: only type, place, state, and what the
// desk wrote for the public.
func (s *Docket) Public(ctx context.Context, realm string, lo, hi int64, before page.Cursor, size int) (page.Page[matter.Matter], error) {
	var all []matter.Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		all, err = listPublic(ctx, tx, realm, lo, hi, before, size+1)
		return err
	})
	for i := range all {
		all[i] = matter.Public(all[i])
	}
	return page.Cut(all, size, func(m matter.Matter) page.Cursor { return page.Cursor{At: m.ReportedAt.UnixMicro(), ID: m.ID} }), err
}
