// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package org knows the realms, their areas from district to micro-grid, and the
// bodies and posts that serve them.
//
//	org.go       what areas, bodies and posts are; the service
//	rules.go     how areas nest (no I/O)
//	change.go    adding and changing areas
//	body.go      adding bodies and posts
//	snapshot.go  all of it in memory, following every change
//	place.go     the questions that others ask
//	importing.go areas and bodies from CSV, outlines from GeoJSON
//	reading.go   what such files hold
//	division.go  the official divisions, and a realm made of them
//	synthetic.go outlines for a realm that has no survey
//	store.go     where it is kept (the only SQL)
package org

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/geo"
	"pavilion/internal/platform/db"
)

// Kinds of area, from the largest to the smallest.
const (
	District  = "district"
	Township  = "township"
	Village   = "village"
	Grid      = "grid"
	MicroGrid = "micro_grid"
)

// kinds in the order in which they nest. A kind may be left out.
var kinds = []string{District, Township, Village, Grid, MicroGrid}

// Realm is one authority that runs Pavilion. Version is raised by every change
// of its areas, bodies and posts.
type Realm struct {
	ID      string
	Name    string
	Version int64
}

// Area is a part of a realm. Lo and Hi are its interval: an area lies in another
// if its interval does, so that "all below this office" is one comparison, and
// an area's Lo, kept on other rows, is their place. Intervals never change.
type Area struct {
	Realm     string
	ID        string
	Parent    string // empty for the realm's root
	Kind      string
	Code      string // official code; may be empty
	Name      string
	Lo, Hi    int64
	Town      int64 // Lo of the ancestor at depth 1; 0 for the root
	Depth     int   // 0 for the root
	Shape     geo.MultiPolygon
	Synthetic bool   // the outline was generated and is no survey
	Grade     int    // 1 core, 2 second, 3 rural: scales terms in working time; 0: as the area above
	Profile   string // what sort of place it is, such as "park"; empty for an ordinary one
	Revision  int
}

// Body is an office or enterprise that deals with matters in an area.
type Body struct {
	Realm    string
	ID       string
	Kind     string // as the catalogue's types name them: URBAN, UTIL, COMM, …
	Name     string
	Area     string
	Lo, Hi   int64 // of the area it serves
	Revision int
}

// Post is a seat in a body, whoever holds it.
type Post struct {
	Realm    string
	ID       string
	Body     string
	Area     string
	Name     string
	Revision int
}

// Service carries out changes and answers questions from memory.
type Service struct {
	db  *db.DB
	now clock.Clock
	log *slog.Logger

	reading sync.Mutex // one reload at a time
	current atomic.Pointer[snapshot]
}

// New returns a service over d that knows nothing until Load.
func New(d *db.DB, now clock.Clock, log *slog.Logger) *Service {
	s := &Service{db: d, now: now, log: log}
	s.current.Store(&snapshot{realms: map[string]*realm{}})
	return s
}

// Load reads every realm that has changed since it was last read.
func (s *Service) Load(ctx context.Context) error {
	s.reading.Lock()
	defer s.reading.Unlock()
	return s.reload(ctx)
}
