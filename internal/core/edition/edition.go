// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package edition keeps rules that are data: catalogues, tables, calendars,
// definitions of indicators. A set of rules has one draft at most; published, it
// is in force from a day on until the next edition is, and is never changed.
// What the rules say is for the package that owns them; edition keeps them,
// has them checked, and knows which were in force when.
//
//	edition.go  what an edition is; the questions
//	publish.go  drafting, publishing, discarding, and the first edition of all
//	reader.go   rules read into memory, following what is published
//	store*.go   where they are kept (the only SQL)
package edition

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// State is where an edition stands.
type State string

// The states, in their order.
const (
	Draft      State = "draft"
	Coming     State = "coming"   // published, in force from a later day
	InForce    State = "in_force" // the one that counts
	Superseded State = "superseded"
)

// Edition is one version of a set of rules.
type Edition struct {
	Realm       string
	Kind        string // such as "matter.types"
	Number      int    // 1, 2, …; 0 for the draft
	State       State  // as of the moment it was asked for
	Body        json.RawMessage
	Basis       string    // the decision it rests on
	Note        string    // what is new, in the words of whoever drafted it
	From        time.Time // in force from; zero for a draft
	By          string    // who drafted it
	At          time.Time // and when last
	PublishedBy string
	PublishedAt time.Time
	Revision    int // of the draft; guards against lost updates
}

// Problem is something wrong with rules: where, and as a text key.
type Problem struct {
	Path   string // into the body, such as "010101.handle"
	Key    string
	Params map[string]string
}

// fault is p as a fault at its place.
func (p Problem) fault() *fault.Error {
	f := fault.New(fault.Invalid, p.Key).At(p.Path)
	for name, value := range p.Params {
		f = f.With(name, value)
	}
	return f
}

// Check lists what is wrong with rules of one kind.
type Check func(ctx context.Context, realm string, body []byte) []Problem

// Service keeps editions.
type Service struct {
	DB     *db.DB
	Now    clock.Clock
	Checks map[string]Check // by kind, or by its part before the first dot

	// Whole returns the interval of all places of a realm. Without it nobody but the
	// system changes rules.
	Whole func(realm string) (lo, hi int64)
}

// everywhere is more places than any realm has.
const everywhere = 1 << 60

// May reports whether somebody may change the rules of a realm: its rules count in
// all its places, so only administrators of all of them do.
func (s *Service) May(realm string, by identity.Actor) bool {
	lo, hi := int64(0), int64(everywhere)
	if s.Whole != nil {
		lo, hi = s.Whole(realm)
	}
	return by.Realm == realm && by.Holds(identity.Administrator, lo, hi, s.Now())
}

// errDenied answers those who may not change rules.
var errDenied = fault.New(fault.Denied, "edition.not_yours")

// List returns the editions of a kind, the draft first, then the newest.
func (s *Service) List(ctx context.Context, realm, kind string) (out []Edition, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = list(ctx, tx, realm, kind)
		return err
	})
	return states(out, s.Now()), err
}

// states tells each edition of a list where it stands at an instant.
func states(list []Edition, now time.Time) []Edition {
	inForce := false
	for i := range list {
		e := &list[i]
		switch {
		case e.Number == 0:
			e.State = Draft
		case e.From.After(now):
			e.State = Coming
		case !inForce:
			e.State, inForce = InForce, true
		default:
			e.State = Superseded
		}
	}
	return list
}

// Kinds lists the kinds that a realm has editions of, in order.
func (s *Service) Kinds(ctx context.Context, realm string) (out []string, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = kinds(ctx, tx, realm)
		return err
	})
	return out, err
}

// Draft returns the draft of a kind, if there is one.
func (s *Service) Draft(ctx context.Context, realm, kind string) (Edition, bool, error) {
	e, err := s.Version(ctx, realm, kind, 0)
	if fault.KindOf(err) == fault.Missing {
		return Edition{}, false, nil
	}
	return e, err == nil, err
}

// Version returns one edition; number 0 is the draft. It is Missing if there is none.
func (s *Service) Version(ctx context.Context, realm, kind string, number int) (e Edition, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := list(ctx, tx, realm, kind)
		if err != nil {
			return err
		}
		for _, e = range states(all, s.Now()) {
			if e.Number == number {
				return nil
			}
		}
		return fault.New(fault.Missing, "edition.missing")
	})
	if err != nil {
		return Edition{}, fmt.Errorf("edition %d of %s: %w", number, kind, err)
	}
	return e, nil
}

// At returns the edition of a kind that was in force at an instant. It is
// Missing before the first.
func (s *Service) At(ctx context.Context, realm, kind string, at time.Time) (e Edition, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		e, err = inForce(ctx, tx, realm, kind, at)
		return err
	})
	if err != nil {
		return Edition{}, fmt.Errorf("%s in force: %w", kind, err)
	}
	e.State = InForce
	return e, nil
}

// check lists what is wrong with rules of a kind.
func (s *Service) check(ctx context.Context, realm, kind string, body []byte) []Problem {
	if !json.Valid(body) {
		return []Problem{{Key: "edition.not_json"}}
	}
	if do := s.checkOf(kind); do != nil {
		return do(ctx, realm, body)
	}
	return nil
}

// Problems lists what keeps rules from being published.
func (s *Service) Problems(ctx context.Context, realm, kind string, body []byte) []Problem {
	return s.check(ctx, realm, kind, body)
}
