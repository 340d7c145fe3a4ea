// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"cmp"
	"slices"
	"strings"

	"pavilion/internal/base/geo"
)

func (s *Service) realm(id string) *realm {
	if r := s.current.Load().realms[id]; r != nil {
		return r
	}
	return &realm{}
}

// Realms lists the realms by id.
func (s *Service) Realms() []Realm {
	var out []Realm
	for _, r := range s.current.Load().realms {
		out = append(out, r.Realm)
	}
	slices.SortFunc(out, func(a, b Realm) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Realm returns one realm.
func (s *Service) Realm(id string) (Realm, bool) {
	r, ok := s.current.Load().realms[id]
	if !ok {
		return Realm{}, false
	}
	return r.Realm, true
}

// Version is raised by every change of a realm's areas, bodies and posts.
func (s *Service) Version(realm string) int64 { return s.realm(realm).Version }

// Root returns the area that is the whole realm.
func (s *Service) Root(realm string) (Area, bool) {
	r := s.realm(realm)
	if len(r.areas) == 0 {
		return Area{}, false
	}
	return r.areas[0], true
}

// Area returns one area.
func (s *Service) Area(realm, id string) (Area, bool) {
	r := s.realm(realm)
	i, ok := r.byID[id]
	if !ok {
		return Area{}, false
	}
	return r.areas[i], true
}

// Grade is that of an area, or of the nearest one above it that has one; 1 where
// none has.
func (s *Service) Grade(realm, id string) int {
	for a, ok := s.Area(realm, id); ok; a, ok = s.Area(realm, a.Parent) {
		if a.Grade > 0 {
			return a.Grade
		}
	}
	return 1
}

// AreaByCode returns the area with an official code.
func (s *Service) AreaByCode(realm, code string) (Area, bool) {
	r := s.realm(realm)
	i, ok := r.byCode[code]
	if !ok {
		return Area{}, false
	}
	return r.areas[i], true
}

// Areas lists all areas, each followed by those in it. The list must not be changed.
func (s *Service) Areas(realm string) []Area { return s.realm(realm).areas }

// Within lists the areas whose place lies from lo up to but not at hi: for an
// area's interval, the area and all that lies in it. The list must not be changed.
func (s *Service) Within(realm string, lo, hi int64) []Area {
	all := s.realm(realm).areas
	byLo := func(a Area, at int64) int { return cmp.Compare(a.Lo, at) }
	from, _ := slices.BinarySearchFunc(all, lo, byLo)
	to, _ := slices.BinarySearchFunc(all, hi, byLo)
	return all[from:max(from, to):max(from, to)]
}

// AreaAt returns the area whose interval begins at lo: the one that a place, kept
// on other rows, stands for.
func (s *Service) AreaAt(realm string, lo int64) (Area, bool) {
	areas := s.realm(realm).areas
	i, ok := slices.BinarySearchFunc(areas, lo, func(a Area, lo int64) int { return cmp.Compare(a.Lo, lo) })
	if !ok {
		return Area{}, false
	}
	return areas[i], true
}

// Children lists the areas directly below one, in the order they were added.
func (s *Service) Children(realm, id string) []Area {
	r := s.realm(realm)
	out := make([]Area, 0, len(r.children[id]))
	for _, i := range r.children[id] {
		out = append(out, r.areas[i])
	}
	return out
}

// Path names an area and those above it, from the largest; the root is left out
// unless it is the area itself, and so is one whose name the smaller begins with.
func (s *Service) Path(realm, id string) []string {
	var out []string
	a, ok := s.Area(realm, id)
	for ok && (a.Parent != "" || len(out) == 0) {
		if len(out) == 0 || !strings.HasPrefix(out[len(out)-1], a.Name) {
			out = append(out, a.Name)
		}
		a, ok = s.Area(realm, a.Parent)
	}
	slices.Reverse(out)
	return out
}

// Locate returns the smallest area that contains p.
func (s *Service) Locate(realm string, p geo.Point) (Area, bool) {
	r := s.realm(realm)
	if r.index == nil {
		return Area{}, false
	}
	i, ok := r.index.Find(p)
	if !ok {
		return Area{}, false
	}
	return r.deepest(int(i)), true
}

// deepest follows an only child that fills its parent, as a village with one
// grid does, when the index could not tell them apart by size.
func (r *realm) deepest(i int) Area {
	for {
		below := r.children[r.areas[i].ID]
		if len(below) != 1 || len(r.areas[below[0]].Shape) == 0 {
			return r.areas[i]
		}
		low, high := r.areas[i].Shape.Bounds()
		low2, high2 := r.areas[below[0]].Shape.Bounds()
		if low != low2 || high != high2 {
			return r.areas[i]
		}
		i = below[0]
	}
}

// Shaped lists the areas that have an outline and no smaller outlined one in
// them: what a map shows.
func (s *Service) Shaped(realm string) []Area {
	r := s.realm(realm)
	var out []Area
	for i, a := range r.areas {
		if len(a.Shape) == 0 {
			continue
		}
		if i+1 < len(r.areas) && r.areas[i+1].Lo < a.Hi && len(r.areas[i+1].Shape) > 0 {
			continue
		}
		out = append(out, a)
	}
	return out
}

// Body returns one body.
func (s *Service) Body(realm, id string) (Body, bool) {
	r := s.realm(realm)
	i, ok := r.body[id]
	if !ok {
		return Body{}, false
	}
	return r.bodies[i], true
}

// Bodies lists the bodies by name. The list must not be changed.
func (s *Service) Bodies(realm string) []Body { return s.realm(realm).bodies }

// BodiesServing lists the bodies whose area contains a place, those with the
// smallest area first.
func (s *Service) BodiesServing(realm string, place int64) []Body {
	var out []Body
	for _, b := range s.realm(realm).bodies {
		if place >= b.Lo && place < b.Hi {
			out = append(out, b)
		}
	}
	slices.SortStableFunc(out, func(a, b Body) int { return cmp.Compare(a.Hi-a.Lo, b.Hi-b.Lo) })
	return out
}
