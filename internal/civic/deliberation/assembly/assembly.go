// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package assembly keeps the bodies that decide: who belongs to one and until when,
// which of them decides what, and who may vote on a day. Before a vote its roster is
// frozen: it says for each member whether they are entitled and why, by the rule of
// that day, and never changes. Names and households are sealed; who belongs to a party
// meeting is seen by its secretary and scrutineer only.
//
//	assembly.go         what a body is; founding and changing one
//	kind.go             the kinds of bodies, and what the law asks of each (no I/O)
//	decision.go         which kind decides what, as data (no I/O)
//	member.go           members and their mandates
//	taking.go           lists of members from a table, whole or not at all
//	finding.go          what a body lacks (no I/O)
//	roster.go           rosters: who is entitled (no I/O)
//	freeze.go           freezing one
//	calling.go          who of a body should come on a day
//	votes.go            the rules of votes that are in force in a realm
//	list.go             the questions pages ask
//	keeper.go           what is held about people, and its end
//	store*.go           the only SQL
package assembly

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Assembly is one body that decides, in an area.
type Assembly struct {
	Realm    string
	ID       string
	Kind     Kind
	Name     string // in public words
	Area     string
	Place    int64
	Counts   Counts
	Ended    string // the day from which it is no more; empty while it is
	Revision int
}

// name is how an assembly is named in audit and events.
func (a Assembly) name() string { return "assembly/" + a.ID }

// Counts are what its secretary counted, so that law can be held against it. They are
// numbers and say nothing about one person. Zero is not counted.
type Counts struct {
	Households int // that it stands for
	Women      int // among the representatives
}

// Service carries out the use cases.
type Service struct {
	DB       *db.DB
	Now      clock.Clock
	Log      *slog.Logger
	Zone     *time.Location
	Org      *org.Service
	Box      *seal.Box
	Editions *edition.Service
	Law      *tally.Book // the national rules of votes
	Table    *Table      // who decides what

	local *edition.Reader[*tally.Book]
}

// New returns the service over what s names.
func New(s Service) *Service {
	s.local = edition.NewReader(s.Editions, Edition, readBook)
	return &s
}

// Today is the day it is where the realms are.
func (s *Service) Today() string { return s.Now().In(s.Zone).Format(time.DateOnly) }

// Found is a secretary making the register of a body.
type Found struct {
	Realm  string
	Key    string // a UUID; the same for the same body, so that a retry makes no second one. Empty: no such guard
	Kind   Kind
	Name   string
	Area   string
	Counts Counts
	By     identity.Actor
}

// Bounds of what is entered.
const (
	maxName       = 60
	maxHouseholds = 1_000_000
)

// Found keeps a body. It fails with Denied for all but the secretary of the place.
func (s *Service) Found(ctx context.Context, c Found) (Assembly, error) {
	name, bad := publicName(c.Name)
	var faults []*fault.Error
	if bad != nil {
		faults = append(faults, bad)
	}
	if !c.Kind.Known() {
		faults = append(faults, fault.New(fault.Invalid, "form.not_a_choice").At("kind"))
	}
	area, known := s.Org.Area(c.Realm, c.Area)
	if !known {
		faults = append(faults, fault.New(fault.Invalid, "matter.area_unknown").At("area"))
	}
	faults = append(faults, c.Counts.check()...)
	if err := fault.Join(faults...); err != nil {
		return Assembly{}, err
	}
	a := Assembly{Realm: c.Realm, ID: c.Key, Kind: c.Kind, Name: name, Area: area.ID, Place: area.Lo, Counts: c.Counts, Revision: 1}
	if a.ID == "" {
		a.ID = id.New()
	}
	if !id.Valid(a.ID) {
		return Assembly{}, fault.New(fault.Invalid, "form.not_a_choice").At("key")
	}
	if !s.MayKeep(c.By, a) {
		return Assembly{}, notYours()
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		made, err := insert(ctx, tx, a)
		if err != nil {
			return err
		}
		if !made {
			there, err := find(ctx, tx, a.Realm, a.ID)
			if err == nil && !s.MayKeep(c.By, there) {
				err = notYours()
			}
			a = there
			return err
		}
		s.tell(ctx, tx, a, "founded", c.By, map[string]string{"kind": string(a.Kind)})
		return nil
	})
	return a, err
}

// check lists counts that cannot be.
func (c Counts) check() (out []*fault.Error) {
	for field, n := range map[string]int{"households": c.Households, "women": c.Women} {
		if n < 0 || n > maxHouseholds {
			out = append(out, fault.New(fault.Invalid, "form.out_of_range").At(field).With("min", "0").With("max", strconv.Itoa(maxHouseholds)))
		}
	}
	return out
}

// publicName is the name of a body as the public reads it.
func publicName(given string) (string, *fault.Error) {
	name, err := form.CleanText(given, false)
	if f, ok := fault.As(err); ok {
		return "", f.At("name")
	}
	switch n := len([]rune(name)); {
	case n == 0:
		return "", fault.New(fault.Invalid, "form.required").At("name")
	case n > maxName:
		return "", fault.New(fault.Invalid, "form.too_long").At("name").With("max", strconv.Itoa(maxName))
	}
	if f, ok := fault.As(trace.Gate("name", name)); ok {
		return "", f
	}
	return name, nil
}

// Change is a secretary correcting what is said of a body, or ending it.
type Change struct {
	Realm    string
	ID       string
	Revision int
	Name     string
	Counts   Counts
	Ended    string // a day, or empty
	By       identity.Actor
}

// Change keeps what is said of a body. It fails with Stale if somebody was quicker.
func (s *Service) Change(ctx context.Context, c Change) (a Assembly, err error) {
	name, bad := publicName(c.Name)
	faults := c.Counts.check()
	if bad != nil {
		faults = append(faults, bad)
	}
	if f := day(c.Ended, "ended", true); f != nil {
		faults = append(faults, f)
	}
	if err := fault.Join(faults...); err != nil {
		return a, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if a, err = s.kept(ctx, tx, c.Realm, c.ID, c.By); err != nil {
			return err
		}
		if a.Revision != c.Revision {
			return fault.New(fault.Stale, "matter.stale")
		}
		a.Name, a.Counts, a.Ended = name, c.Counts, c.Ended
		if err := update(ctx, tx, a); err != nil {
			return err
		}
		a.Revision++
		s.tell(ctx, tx, a, "changed", c.By, map[string]string{"ended": a.Ended})
		return nil
	})
	if err != nil {
		return Assembly{}, fmt.Errorf("change assembly %s: %w", c.ID, err)
	}
	return a, nil
}

// kept is an assembly that somebody keeps. It is Missing for whoever may not see that
// it is there, and Denied for whoever sees it and does not keep it.
func (s *Service) kept(ctx context.Context, tx *db.Tx, realm, id string, by identity.Actor) (Assembly, error) {
	a, err := find(ctx, tx, realm, id)
	switch {
	case err != nil:
	case !s.MaySee(by, a):
		err = fault.New(fault.Missing, "assembly.missing")
	case !s.MayKeep(by, a):
		err = notYours()
	}
	return a, err
}

func notYours() error { return fault.New(fault.Denied, "assembly.not_yours") }

// MayKeep reports whether somebody keeps a body's register: the secretary of its place.
func (s *Service) MayKeep(by identity.Actor, a Assembly) bool {
	return by.Realm == a.Realm && s.has(by, a, identity.Secretary)
}

// MaySee reports whether somebody sees a body's members without being one: its
// secretary and its scrutineer. Whoever is a member sees their own body's roster, a
// party meeting's excepted.
func (s *Service) MaySee(by identity.Actor, a Assembly) bool {
	return by.Realm == a.Realm && s.has(by, a, identity.Secretary, identity.Scrutineer)
}

func (s *Service) has(by identity.Actor, a Assembly, roles ...identity.Role) bool {
	for _, role := range by.RolesAt(a.Place, "", s.Now()) {
		for _, r := range roles {
			if role == r {
				return true
			}
		}
	}
	return false
}

// tell writes what was done into the audit: references and numbers.
func (s *Service) tell(ctx context.Context, tx *db.Tx, a Assembly, act string, by identity.Actor, detail any) {
	audit.Add(ctx, tx, audit.Entry{Realm: a.Realm, Subject: a.name(), Act: "assembly." + act, Actor: by.Account, At: s.Now(), Detail: detail})
}

// day says what is wrong with a day as 2026-09-20, or nil.
func day(text, field string, empty bool) *fault.Error {
	if text == "" && empty {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return fault.New(fault.Invalid, "form.not_a_date").At(field)
	}
	return nil
}
