// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package edition

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// maxBody bounds a set of rules, in bytes.
const maxBody = 8 << 20

// Save is somebody making the draft of a kind, or changing it.
type Save struct {
	Realm, Kind string
	Body        json.RawMessage
	Basis, Note string
	Revision    int // of the draft that was changed; 0 to make one
	By          identity.Actor
}

// Save keeps the draft. A draft may have problems; it must be JSON. It fails with
// Stale if somebody else changed the draft first, and with Denied for all but
// administrators of the whole realm.
func (s *Service) Save(ctx context.Context, c Save) (Edition, error) {
	switch {
	case !s.May(c.Realm, c.By):
		return Edition{}, errDenied
	case len(c.Body) > maxBody:
		return Edition{}, fault.New(fault.Invalid, "edition.too_large").At("body")
	case !json.Valid(c.Body):
		return Edition{}, fault.New(fault.Invalid, "edition.not_json").At("body")
	}
	e := Edition{
		Realm: c.Realm, Kind: c.Kind, State: Draft, Body: c.Body, Basis: strings.TrimSpace(c.Basis),
		Note: strings.TrimSpace(c.Note), By: c.By.Account, At: s.Now(), Revision: c.Revision + 1,
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		done, err := store(ctx, tx, e, c.Revision)
		if err == nil && !done {
			err = fault.New(fault.Stale, "edition.stale")
		}
		s.tell(ctx, tx, e, "edition.drafted", c.By)
		return err
	})
	if err != nil {
		return Edition{}, fmt.Errorf("draft %s: %w", c.Kind, err)
	}
	return e, nil
}

// Publish is somebody putting the draft of a kind in force.
type Publish struct {
	Realm, Kind string
	Revision    int       // of the draft as it was seen
	From        time.Time // in force from then on; zero: at once
	By          identity.Actor
}

// Published is what the rest of the system learns about it.
type Published struct {
	Kind   string `json:"kind"`
	Number int    `json:"number"`
	From   int64  `json:"from"` // microseconds
}

// Publish turns the draft into the next edition. It fails with Invalid, naming
// every problem, if the rules are faulty, lack a basis, or would begin in the
// past or before an edition that is published already, and with Denied for all but
// administrators of the whole realm.
func (s *Service) Publish(ctx context.Context, c Publish) (Edition, error) {
	if !s.May(c.Realm, c.By) {
		return Edition{}, errDenied
	}
	draft, err := s.Version(ctx, c.Realm, c.Kind, 0)
	if err != nil {
		return Edition{}, err
	}
	if draft.Revision != c.Revision {
		return Edition{}, fault.New(fault.Stale, "edition.stale")
	}
	var faults []*fault.Error
	for _, p := range s.check(ctx, c.Realm, c.Kind, draft.Body) {
		faults = append(faults, p.fault())
	}
	now := s.Now()
	if draft.Basis == "" {
		faults = append(faults, fault.New(fault.Invalid, "edition.basis_required").At("basis"))
	}
	from := c.From
	if from.IsZero() {
		from = now
	}
	if from.Before(now) {
		faults = append(faults, fault.New(fault.Invalid, "edition.from_past").At("from"))
	}
	if len(faults) > 0 {
		return Edition{}, fault.Join(faults...)
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		draft.From, draft.PublishedBy, draft.PublishedAt = from, c.By.Account, now
		draft, err = s.publish(ctx, tx, draft)
		return err
	})
	if db.IsDuplicate(err) {
		err = fault.New(fault.Stale, "edition.stale")
	}
	if err != nil {
		return Edition{}, fmt.Errorf("publish %s: %w", c.Kind, err)
	}
	return draft, nil
}

// publish gives e the next number and stores it, in place of the draft it came from.
func (s *Service) publish(ctx context.Context, tx *db.Tx, e Edition) (Edition, error) {
	last, err := newest(ctx, tx, e.Realm, e.Kind)
	if err != nil {
		return e, err
	}
	if e.From.Before(last.From) {
		return e, fault.New(fault.Invalid, "edition.from_before_last").At("from")
	}
	taken, err := take(ctx, tx, e)
	if err != nil {
		return e, err
	}
	if !taken {
		return e, fault.New(fault.Stale, "edition.stale")
	}
	e.Number = last.Number + 1
	if err := insert(ctx, tx, e); err != nil {
		return e, err
	}
	s.tell(ctx, tx, e, "edition.published", identity.Actor{Account: e.PublishedBy})
	return e, outbox.Add(ctx, tx, e.Realm, "edition.published", e.PublishedAt, Published{e.Kind, e.Number, e.From.UnixMicro()})
}

// Discard is somebody giving up the draft of a kind.
type Discard struct {
	Realm, Kind string
	Revision    int
	By          identity.Actor
}

// Discard removes the draft. It fails with Stale if it was changed meanwhile.
func (s *Service) Discard(ctx context.Context, c Discard) error {
	if !s.May(c.Realm, c.By) {
		return errDenied
	}
	e := Edition{Realm: c.Realm, Kind: c.Kind, Revision: c.Revision}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		done, err := take(ctx, tx, e)
		if err == nil && !done {
			err = fault.New(fault.Stale, "edition.stale")
		}
		s.tell(ctx, tx, e, "edition.discarded", c.By)
		return err
	})
}

// Seed makes the rules that come with the program those of a realm that has
// none of the kind, or none but earlier ones that came with it. What people
// published is never replaced.
func (s *Service) Seed(ctx context.Context, realm, kind string, body []byte, basis string) error {
	const program = "system"
	var compact strings.Builder
	if err := compacted(&compact, body); err != nil {
		return fmt.Errorf("seed %s: %w", kind, err)
	}
	seed := func(tx *db.Tx) error {
		last, err := newest(ctx, tx, realm, kind)
		if err != nil {
			return err
		}
		if last.Number > 0 && (last.PublishedBy != program || string(last.Body) == compact.String()) {
			return nil
		}
		now := s.Now()
		e := Edition{
			Realm: realm, Kind: kind, Number: last.Number + 1, Body: json.RawMessage(compact.String()), Basis: basis,
			From: now, By: program, At: now, PublishedBy: program, PublishedAt: now, Revision: 1,
		}
		if last.Number == 0 {
			e.From = time.UnixMicro(1) // the first is in force for all that came before it
		}
		s.tell(ctx, tx, e, "edition.published", identity.System(realm))
		return insert(ctx, tx, e)
	}
	err := s.DB.InTx(ctx, seed)
	if db.IsDuplicate(err) {
		err = s.DB.InTx(ctx, seed) // another process was quicker: see what it published
	}
	if err != nil {
		return fmt.Errorf("seed %s: %w", kind, err)
	}
	return nil
}

// tell keeps in the audit who did what to an edition.
func (s *Service) tell(ctx context.Context, tx *db.Tx, e Edition, act string, by identity.Actor) {
	audit.Add(ctx, tx, audit.Entry{
		Realm: e.Realm, Subject: "edition/" + e.Kind, Act: act, Actor: by.Account, At: s.Now(),
		Detail: map[string]any{"number": e.Number, "revision": e.Revision},
	})
}

// checkOf finds the check of a kind: its own, or that of its family.
func (s *Service) checkOf(kind string) Check {
	if do, ok := s.Checks[kind]; ok {
		return do
	}
	family, _, _ := strings.Cut(kind, ".")
	return s.Checks[family]
}
