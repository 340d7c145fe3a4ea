// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/platform/db"
)

// NewRealm asks for a realm with one area, its root.
type NewRealm struct {
	ID   string // short, lower case, such as the division code; stands in links
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
	if c.ID == "" || len(c.ID) > 40 {
		return Area{}, fault.New(fault.Invalid, "org.realm_id").At("realm")
	}
	if c.Kind == "" {
		c.Kind = District
	}
	root := Area{Realm: c.ID, ID: id.New(), Kind: c.Kind, Code: c.Code, Name: name, Hi: rootHi, Revision: 1}
	err = s.change(ctx, c.ID, func(tx *db.Tx) error {
		if err := insertRealm(ctx, tx, Realm{ID: c.ID, Name: name}, s.now()); err != nil {
			return err
		}
		s.note(ctx, tx, c.ID, root.ID, "org.realm_created", c.By, map[string]string{"name": name})
		return insertArea(ctx, tx, root)
	})
	if db.IsDuplicate(err) {
		return Area{}, fault.New(fault.Conflict, "org.realm_taken").At("realm")
	}
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
		Realm: c.Realm, ID: id.New(), Parent: parent.ID, Kind: c.Kind, Code: c.Code, Name: name,
		Town: parent.Town, Depth: parent.Depth + 1, Shape: c.Shape, Synthetic: c.Synthetic, Revision: 1,
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

// ChangeArea asks for another name or outline of an area.
type ChangeArea struct {
	Realm    string
	ID       string
	Revision int // as its editor saw it
	Name     string
	Shape    geo.MultiPolygon
	By       string
}

// ChangeArea renames or reshapes an area; its interval stays. It fails with
// Stale if somebody changed it first.
func (s *Service) ChangeArea(ctx context.Context, c ChangeArea) error {
	name, err := line(c.Name, "name")
	if err != nil {
		return err
	}
	return s.change(ctx, c.Realm, func(tx *db.Tx) error {
		s.note(ctx, tx, c.Realm, c.ID, "org.area_changed", c.By, map[string]string{"name": name})
		return updateArea(ctx, tx, Area{Realm: c.Realm, ID: c.ID, Revision: c.Revision, Name: name, Shape: c.Shape})
	})
}

// NewBody asks for a body that serves an area.
type NewBody struct {
	Realm string
	Kind  string
	Name  string
	Area  string
	Posts []string
	By    string
}

// AddBody makes a body with its posts.
func (s *Service) AddBody(ctx context.Context, c NewBody) (Body, error) {
	var made Body
	err := s.change(ctx, c.Realm, func(tx *db.Tx) (err error) {
		made, err = s.addBody(ctx, tx, c)
		return err
	})
	return made, err
}

func (s *Service) addBody(ctx context.Context, tx *db.Tx, c NewBody) (Body, error) {
	name, err := line(c.Name, "name")
	if err != nil {
		return Body{}, err
	}
	area, err := findArea(ctx, tx, c.Realm, c.Area)
	if err != nil {
		return Body{}, err
	}
	b := Body{Realm: c.Realm, ID: id.New(), Kind: c.Kind, Name: name, Area: area.ID, Lo: area.Lo, Hi: area.Hi, Revision: 1}
	for _, post := range c.Posts {
		p := Post{Realm: c.Realm, ID: id.New(), Body: b.ID, Area: area.ID, Name: post, Revision: 1}
		if err := insertPost(ctx, tx, p); err != nil {
			return Body{}, err
		}
	}
	s.note(ctx, tx, c.Realm, b.ID, "org.body_added", c.By, map[string]string{"name": b.Name, "kind": b.Kind})
	return b, insertBody(ctx, tx, b)
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
	return s.Load(context.WithoutCancel(ctx))
}

func (s *Service) note(ctx context.Context, tx *db.Tx, realm, subject, act, by string, detail any) {
	audit.Add(ctx, tx, audit.Entry{Realm: realm, Subject: "org/" + subject, Act: act, Actor: by, At: s.now(), Detail: detail})
}

// line reads a name: one line that is not empty.
func line(text, field string) (string, error) {
	out, err := form.CleanText(text, false)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	if out == "" || len([]rune(out)) > 100 {
		return "", fault.New(fault.Invalid, "org.name_length").At(field)
	}
	return out, nil
}
