// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"pavilion/internal/base/geo"
	"pavilion/internal/platform/db"
)

// snapshot is all realms in memory. It does not change: a new one takes its place.
type snapshot struct{ realms map[string]*realm }

// realm is one realm in memory.
type realm struct {
	Realm
	areas    []Area // by Lo, then depth: each followed by what lies in it
	byID     map[string]int
	byCode   map[string]int
	children map[string][]int
	bodies   []Body // by name
	body     map[string]int
	index    *geo.Index
}

// follow is how often changes made by other processes are looked for.
const follow = time.Second

// Follow reads what other processes change, until ctx ends.
func (s *Service) Follow(ctx context.Context) error {
	tick := time.NewTicker(follow)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := s.Load(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("read areas", "err", err)
			}
		}
	}
}

// reload reads the realms whose version is not the one in memory.
func (s *Service) reload(ctx context.Context) error {
	old := s.current.Load()
	next := &snapshot{realms: maps.Clone(old.realms)}
	changed := false
	err := s.db.View(ctx, func(tx *db.Tx) error {
		realms, err := listRealms(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range realms {
			if known := next.realms[r.ID]; known != nil && known.Version == r.Version {
				continue
			}
			read, err := readRealm(ctx, tx, r)
			if err != nil {
				return err
			}
			next.realms[r.ID], changed = read, true
		}
		return nil
	})
	if err == nil && changed {
		s.current.Store(next)
	}
	return err
}

func readRealm(ctx context.Context, tx *db.Tx, r Realm) (*realm, error) {
	out := &realm{Realm: r, byID: map[string]int{}, byCode: map[string]int{}, children: map[string][]int{}, body: map[string]int{}}
	var err error
	if out.areas, err = listAreas(ctx, tx, r.ID); err != nil {
		return nil, err
	}
	if out.bodies, err = listBodies(ctx, tx, r.ID); err != nil {
		return nil, err
	}
	slices.SortFunc(out.areas, func(a, b Area) int { return cmp.Or(cmp.Compare(a.Lo, b.Lo), cmp.Compare(a.Depth, b.Depth)) })
	var shapes []geo.Shape
	for i, a := range out.areas {
		out.byID[a.ID] = i
		if a.Code != "" {
			out.byCode[a.Code] = i
		}
		if a.Parent != "" {
			out.children[a.Parent] = append(out.children[a.Parent], i)
		}
		if len(a.Shape) > 0 {
			shapes = append(shapes, geo.Shape{Key: int32(i), Area: a.Shape})
		}
	}
	for i, b := range out.bodies {
		out.body[b.ID] = i
	}
	out.index = geo.NewIndex(shapes)
	return out, nil
}
