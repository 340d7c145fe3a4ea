// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// NewRealm asks for a realm with one area, its root.
type NewRealm struct {
	ID   string // stands in links: up to 40 of a-z, 0-9, dot, hyphen, underscore
	Name string
	Code string // official code of the root
	Kind string // kind of the root; district when empty
	By   string
}

// CreateRealm makes a realm and its root.
func (s *Service) CreateRealm(ctx context.Context, c NewRealm) (Area, error) {
	name, err := line(c.Name, "name")
	if err != nil {
		return Area{}, err
	}
	official, err := code(c.Code, "code")
	if err != nil {
		return Area{}, err
	}
	if c.Kind == "" {
		c.Kind = District
	}
	if err := fits(c.Kind, ""); err != nil {
		return Area{}, err
	}
	root := Area{Realm: c.ID, ID: id.New(), Kind: c.Kind, Code: official, Name: name, Hi: rootHi, Grade: 1, Revision: 1}
	err = s.create(ctx, Realm{ID: c.ID, Name: name}, func(tx *db.Tx) error {
		s.note(ctx, tx, c.ID, root.ID, "org.realm_created", c.By, map[string]string{"name": name})
		return insertArea(ctx, tx, root)
	})
	return root, err
}

// NewArea asks for an area below another.
type NewArea struct {
	Realm     string
	Parent    string
	Kind      string
	Code      string
	Name      string
	Shape     geo.MultiPolygon
	Synthetic bool
	Grade     int    // 1 core, 2 second, 3 rural; 0: as the area above
	Profile   string // what sort of place it is; empty for an ordinary one
	By        string
}

// AddArea makes an area. Its interval is the next free part of its parent's.
func (s *Service) AddArea(ctx context.Context, c NewArea) (Area, error) {
	var made Area
	err := s.change(ctx, c.Realm, func(tx *db.Tx) (err error) {
		made, err = s.addArea(ctx, tx, c)
		return err
	})
	if db.IsDuplicate(err) {
		return Area{}, fault.New(fault.Conflict, "org.code_taken").At("code")
	}
	return made, err
}

// addArea makes an area inside a change, which holds the realm's row and so
// keeps others from taking the same part.
func (s *Service) addArea(ctx context.Context, tx *db.Tx, c NewArea) (Area, error) {
	name, err := line(c.Name, "name")
	if err != nil {
		return Area{}, err
	}
	official, err := code(c.Code, "code")
	if err != nil {
		return Area{}, err
	}
	shape, err := outline(c.Shape)
	if err != nil {
		return Area{}, err
	}
	if err := checkGrade(c.Grade, c.Profile); err != nil {
		return Area{}, err
	}
	parent, err := findArea(ctx, tx, c.Realm, c.Parent)
	if err != nil {
		return Area{}, err
	}
	if err := fits(c.Kind, parent.Kind); err != nil {
		return Area{}, err
	}
	taken, err := countChildren(ctx, tx, c.Realm, parent.ID)
	if err != nil {
		return Area{}, err
	}
	a := Area{
		Realm: c.Realm, ID: id.New(), Parent: parent.ID, Kind: c.Kind, Code: official, Name: name,
		Town: parent.Town, Depth: parent.Depth + 1, Shape: shape, Synthetic: c.Synthetic && shape != nil, Grade: c.Grade,
		Profile: c.Profile, Revision: 1,
	}
	if a.Lo, a.Hi, err = part(parent, taken+1); err != nil {
		return Area{}, err
	}
	if a.Depth == 1 {
		a.Town = a.Lo
	}
	s.note(ctx, tx, c.Realm, a.ID, "org.area_added", c.By, map[string]string{"name": a.Name, "code": a.Code, "kind": a.Kind})
	return a, insertArea(ctx, tx, a)
}

// RenameArea asks for another name of an area.
type RenameArea struct {
	Realm    string
	ID       string
	Revision int // as its editor saw it
	Name     string
	By       string
}

// RenameArea gives an area another name; nothing else of it changes. It fails
// with Stale if somebody changed the area first.
func (s *Service) RenameArea(ctx context.Context, c RenameArea) error {
	name, err := line(c.Name, "name")
	if err != nil {
		return err
	}
	return s.change(ctx, c.Realm, func(tx *db.Tx) error {
		s.note(ctx, tx, c.Realm, c.ID, "org.area_renamed", c.By, map[string]string{"name": name})
		return renameArea(ctx, tx, c.Realm, c.ID, c.Revision, name)
	})
}

// ShapeArea asks for another outline of an area.
type ShapeArea struct {
	Realm     string
	ID        string
	Revision  int              // as its editor saw it
	Shape     geo.MultiPolygon // none takes the outline away
	Synthetic bool             // it was generated and is no survey
	By        string
}

// ShapeArea gives an area another outline; its interval stays. It fails with
// Stale if somebody changed the area first.
func (s *Service) ShapeArea(ctx context.Context, c ShapeArea) error {
	shape, err := outline(c.Shape)
	if err != nil {
		return err
	}
	return s.change(ctx, c.Realm, func(tx *db.Tx) error {
		s.note(ctx, tx, c.Realm, c.ID, "org.area_shaped", c.By, map[string]bool{"synthetic": c.Synthetic})
		return reshapeArea(ctx, tx, Area{Realm: c.Realm, ID: c.ID, Revision: c.Revision, Shape: shape, Synthetic: c.Synthetic && shape != nil})
	})
}

// GradeArea asks for another grade and profile of an area.
type GradeArea struct {
	Realm    string
	ID       string
	Revision int    // as its editor saw it
	Grade    int    // 1 core, 2 second, 3 rural; 0: as the area above
	Profile  string // up to 20 small letters and underscores; empty for an ordinary place
	By       identity.Actor
}

// GradeArea says how close to the core an area is, and what sort of place. The
// terms of matters that are dispatched from then on follow it. It fails with
// Stale if somebody changed the area first, and with Denied for all but the
// administrators of the whole area.
func (s *Service) GradeArea(ctx context.Context, c GradeArea) error {
	if err := checkGrade(c.Grade, c.Profile); err != nil {
		return err
	}
	a, there := s.Area(c.Realm, c.ID)
	if there && (c.By.Realm != c.Realm || !c.By.Holds(identity.Administrator, a.Lo, a.Hi, s.now())) {
		return fault.New(fault.Denied, "org.not_yours")
	}
	return s.change(ctx, c.Realm, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.now()); err != nil {
			return err
		}
		s.note(ctx, tx, c.Realm, c.ID, "org.area_graded", c.By.Account, map[string]any{"grade": c.Grade, "profile": c.Profile})
		return gradeArea(ctx, tx, c)
	})
}

// change runs fn in a transaction that raises the realm's version, and has the
// snapshot follow at once.
func (s *Service) change(ctx context.Context, realm string, fn func(*db.Tx) error) error {
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := raiseVersion(ctx, tx, realm); err != nil {
			return err
		}
		return fn(tx)
	})
	if err != nil {
		return fmt.Errorf("change areas of %s: %w", realm, err)
	}
	s.see(ctx)
	return nil
}

// create makes a realm's row and runs fn in the same transaction.
func (s *Service) create(ctx context.Context, r Realm, fn func(*db.Tx) error) error {
	if err := checkRealmID(r.ID); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insertRealm(ctx, tx, r, s.now()); err != nil {
			return err
		}
		return fn(tx)
	})
	if db.IsDuplicate(err) {
		return fault.New(fault.Conflict, "org.realm_taken").At("realm")
	}
	if err != nil {
		return fmt.Errorf("create realm %s: %w", r.ID, err)
	}
	s.see(ctx)
	return nil
}

// see reads a change that is committed. It cannot fail the change: what is not
// seen here, Follow sees within a second.
func (s *Service) see(ctx context.Context) {
	if err := s.Load(context.WithoutCancel(ctx)); err != nil {
		s.log.Error("read areas after a change", "err", err)
	}
}

func (s *Service) note(ctx context.Context, tx *db.Tx, realm, subject, act, by string, detail any) {
	audit.Add(ctx, tx, audit.Entry{Realm: realm, Subject: "org/" + subject, Act: act, Actor: by, At: s.now(), Detail: detail})
}
