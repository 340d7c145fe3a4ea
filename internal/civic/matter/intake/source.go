// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"context"
	"errors"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

const maxName = 60 // characters of a source's name

// NewSource asks for a source. Without an area it is for the whole realm.
type NewSource struct {
	Realm  string
	Name   string
	Origin string
	Area   string
	By     identity.Actor
}

// AddSource makes a source whose columns nobody has named yet.
func (s *Service) AddSource(ctx context.Context, c NewSource) (Source, error) {
	area, ok := s.Matters.Org.Root(c.Realm)
	if c.Area != "" {
		area, ok = s.Matters.Org.Area(c.Realm, c.Area)
	}
	if !ok {
		return Source{}, fault.New(fault.Invalid, "matter.area_unknown").At("area")
	}
	if !s.Works(c.By, area.Lo) {
		return Source{}, fault.New(fault.Denied, "intake.not_yours").At("area")
	}
	name, err := form.CleanText(c.Name, false)
	if f, bad := fault.As(err); bad {
		return Source{}, f.At("name")
	}
	if n := len([]rune(name)); n == 0 || n > maxName {
		return Source{}, fault.New(fault.Invalid, "intake.name").At("name")
	}
	made := Source{
		Realm: c.Realm, ID: id.New(), Name: name, Area: area.ID, Place: area.Lo, By: c.By.Account, At: s.Matters.Now(), Revision: 1,
		Mapping: Mapping{Origin: c.Origin, Columns: map[Field]string{}, Order: Orders()[0], Grid: Grids()[0]},
	}
	for _, f := range listed(made.Mapping.Check()) {
		if f.Field == "origin" {
			return Source{}, f
		}
	}
	err = s.Matters.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Matters.Now()); err != nil {
			return err
		}
		s.note(ctx, tx, made.Realm, made.ID, "matter.intake_source", c.By, nil)
		return insertSource(ctx, tx, made)
	})
	return made, err
}

// Works reports whether somebody takes in matters for the whole area that begins
// at a place.
func (s *Service) Works(a identity.Actor, place int64) bool {
	for _, role := range a.RolesAt(place, "", s.Matters.Now()) {
		if role == identity.Dispatcher || role == identity.Administrator || role == identity.ShiftHead {
			return true
		}
	}
	return false
}

// Map keeps how a source's columns are read. The channel stays what it was: with it
// the matters are known that were taken already.
func (s *Service) Map(ctx context.Context, realm, source string, revision int, m Mapping, by identity.Actor) (Source, error) {
	var out Source
	err := s.Matters.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, by, s.Matters.Now()); err != nil {
			return err
		}
		found, err := s.source(ctx, tx, realm, source, by)
		if err != nil {
			return err
		}
		m.Origin = found.Mapping.Origin
		if err := m.Check(); err != nil {
			return err
		}
		found.Revision, found.Mapping = revision, m
		if err := updateSource(ctx, tx, found); err != nil {
			return err
		}
		found.Revision++
		out = found
		s.note(ctx, tx, realm, source, "matter.intake_mapped", by, nil)
		return nil
	})
	return out, err
}

// Translate adds what a sender's words mean to a source's mapping.
func (s *Service) Translate(ctx context.Context, realm, source string, revision int, values map[Field]map[string]string, by identity.Actor) (Source, error) {
	found, err := s.Source(ctx, realm, source, by)
	if err != nil {
		return found, err
	}
	all := map[Field]map[string]string{}
	for _, f := range Translated() {
		all[f] = map[string]string{}
		for _, list := range []map[string]string{found.Mapping.Values[f], values[f]} {
			for theirs, ours := range list {
				all[f][theirs] = ours
			}
		}
	}
	found.Mapping.Values = all
	return s.Map(ctx, realm, source, revision, found.Mapping, by)
}

// CheckGuessed has a run checked with the columns that its headings suggest, and
// keeps them with the source. It fails with Invalid if they do not say which holds
// the text.
func (s *Service) CheckGuessed(ctx context.Context, run Run, source Source, names map[Field][]string, by identity.Actor) (Run, error) {
	m := source.Mapping
	m.Columns = Guess(run.About.Headings, names)
	if _, err := s.Map(ctx, run.Realm, source.ID, source.Revision, m, by); err != nil {
		return run, err
	}
	return s.Check(ctx, run.Realm, run.ID, run.Revision, by)
}

// Source returns one source to somebody who works for its area; to others there
// is none.
func (s *Service) Source(ctx context.Context, realm, source string, by identity.Actor) (out Source, err error) {
	err = s.Matters.DB.View(ctx, func(tx *db.Tx) error {
		out, err = s.source(ctx, tx, realm, source, by)
		return err
	})
	return out, err
}

func (s *Service) source(ctx context.Context, tx *db.Tx, realm, source string, by identity.Actor) (Source, error) {
	out, err := findSource(ctx, tx, realm, source)
	if err == nil && !s.Works(by, out.Place) {
		err = fault.New(fault.Missing, "intake.source_missing")
	}
	return out, err
}

// AreaOf finds the one area within a source's that goes by a name or code.
func (s *Service) AreaOf(source Source, text string) (string, bool) {
	r := reading{areas: s.areasOf(source)}
	return r.area(text)
}

// areasOf lists the ids of the areas within a source's, by name and by code.
func (s *Service) areasOf(source Source) map[string][]string {
	out := map[string][]string{}
	whole, _ := s.Matters.Org.Area(source.Realm, source.Area)
	for _, a := range s.Matters.Org.Within(source.Realm, whole.Lo, whole.Hi) {
		out[a.Name] = append(out[a.Name], a.ID)
		if a.Code != "" && a.Code != a.Name {
			out[a.Code] = append(out[a.Code], a.ID)
		}
	}
	return out
}

// SourceNamed returns the source of a name.
func (s *Service) SourceNamed(ctx context.Context, realm, name string, by identity.Actor) (Source, error) {
	list, err := s.Sources(ctx, realm, by)
	for _, out := range list {
		if out.Name == name {
			return out, err
		}
	}
	return Source{}, errors.Join(err, fault.New(fault.Missing, "intake.source_missing"))
}

// Sources lists the sources that somebody works with, by name. A realm has dozens
// at most.
func (s *Service) Sources(ctx context.Context, realm string, by identity.Actor) (out []Source, err error) {
	err = s.Matters.DB.View(ctx, func(tx *db.Tx) error {
		all, err := listSources(ctx, tx, realm)
		out = nil
		for _, one := range all {
			if s.Works(by, one.Place) {
				out = append(out, one)
			}
		}
		return err
	})
	return out, err
}

// note leaves an entry in the audit.
func (s *Service) note(ctx context.Context, tx *db.Tx, realm, subject, act string, by identity.Actor, detail any) {
	audit.Add(ctx, tx, audit.Entry{Realm: realm, Subject: "intake/" + subject, Act: act, Actor: by.Account, At: s.Matters.Now(), Detail: detail})
}
