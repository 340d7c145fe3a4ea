// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/page"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// recountBatch is how many matters are looked at in one go.
const recountBatch = 500

// Recount is the calendar having changed under terms that run. Basis names the
// notice; it is kept in the history of every matter that moves.
type Recount struct {
	Realm    string
	Basis    string
	By       identity.Actor
	Progress func(looked, moved int) // called after each batch; may be nil
}

// Recounted is a matter whose term ends at another time than before.
type Recounted struct {
	ID, Number  string
	Before, Now time.Time
}

// Recounting says what a recount did. Moved lists no more than MaxRecounted; all
// of them have it in their history.
type Recounting struct {
	Looked, Changed int
	Moved           []Recounted
}

// MaxRecounted bounds the matters that a recount lists.
const MaxRecounted = 1000

// Recount replays the terms of all matters that run, on the calendar as it is
// now, and changes those that end at another time. Each change is a line of the
// matter's history. A matter that somebody moves meanwhile is counted by that
// move. Doing it again changes nothing.
func (s *Service) Recount(ctx context.Context, c Recount) (Recounting, error) {
	var out Recounting
	for after := (page.Cursor{}); ; {
		var batch []Matter
		var histories map[string][]procedure.Past
		err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
			if batch, err = timed(ctx, tx, c.Realm, after, recountBatch); err != nil {
				return err
			}
			histories, err = manyPasts(ctx, tx, c.Realm, batch)
			return err
		})
		if err != nil || len(batch) == 0 {
			return out, err
		}
		var wrong []Matter
		for _, m := range batch {
			again, err := s.replay(ctx, m, histories[m.ID])
			if err != nil {
				return out, err
			}
			if !same(m, again) {
				wrong = append(wrong, m)
			}
		}
		if err := s.correct(ctx, c, wrong, &out); err != nil {
			return out, err
		}
		out.Looked += len(batch)
		if c.Progress != nil {
			c.Progress(out.Looked, out.Changed)
		}
		last := batch[len(batch)-1]
		after = page.Cursor{At: 1, ID: last.ID}
	}
}

// same reports whether two states of a matter have the same terms.
func same(a, b Matter) bool {
	return a.Due.Equal(b.Due) && a.Warn.Equal(b.Warn) && a.Whole.Equal(b.Whole)
}

// replay returns m with its terms as its history and the calendar say.
func (s *Service) replay(ctx context.Context, m Matter, history []procedure.Past) (Matter, error) {
	machine, err := s.machine(ctx, m.Realm, m.Version)
	if err != nil {
		return m, err
	}
	clocks := machine.Replay(history)
	if !clocks.Stage.Timed() && !m.Due.IsZero() {
		return m, nil // from before histories told their terms
	}
	now, before := machine.Times(clocks), m.Due
	m.Due, m.Warn, m.Whole = now.Due, now.Warn, now.Whole
	if !m.Timer.IsZero() && (m.Timer.Equal(before) || m.Due.After(s.Now())) {
		m.Timer = m.Due
	}
	return m, nil
}

// correct writes the new terms of matters, several to a transaction.
func (s *Service) correct(ctx context.Context, c Recount, wrong []Matter, out *Recounting) error {
	for len(wrong) > 0 {
		some := wrong[:min(len(wrong), 100)]
		wrong = wrong[len(some):]
		var moved []Recounted
		err := s.DB.InTx(ctx, func(tx *db.Tx) error {
			moved = nil
			for _, seen := range some {
				one, err := s.recount(ctx, tx, c, seen.ID)
				if fault.KindOf(err) == fault.Stale {
					continue
				}
				if err != nil {
					return fmt.Errorf("recount matter %s: %w", seen.ID, err)
				}
				moved = append(moved, one)
			}
			return nil
		})
		if err != nil {
			return err
		}
		out.Changed += len(moved)
		out.Moved = append(out.Moved, moved[:min(len(moved), MaxRecounted-len(out.Moved))]...)
	}
	return nil
}

// recount corrects the terms of one matter. It fails with Stale if they are
// right already.
func (s *Service) recount(ctx context.Context, tx *db.Tx, c Recount, name string) (Recounted, error) {
	before, err := s.find(ctx, tx, c.Realm, name)
	if err != nil {
		return Recounted{}, err
	}
	history, err := pasts(ctx, tx, c.Realm, name)
	if err != nil {
		return Recounted{}, err
	}
	m, err := s.replay(ctx, before, history)
	if err != nil {
		return Recounted{}, err
	}
	if same(m, before) {
		return Recounted{}, fault.New(fault.Stale, "matter.stale")
	}
	machine, err := s.machine(ctx, m.Realm, m.Version)
	if err != nil {
		return Recounted{}, err
	}
	now := s.Now()
	m.UpdatedAt = now
	step := procedure.Step{
		From: m.State, To: m.State, Action: "recount", Role: procedure.System, Stays: true, At: now, Basis: c.Basis,
	}
	answers := form.Answers{"before": moment(before.Due), "now": moment(m.Due)}
	_, err = s.enter(ctx, tx, machine, before, m, step, Move{Action: "recount", By: c.By}, answers)
	return Recounted{ID: m.ID, Number: m.Number, Before: before.Due, Now: m.Due}, err
}

// moment is how an instant stands in the answers of an event.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// RecountAll recounts a realm and keeps in the audit how many terms moved.
func (s *Service) RecountAll(ctx context.Context, c Recount) (Recounting, error) {
	out, err := s.Recount(ctx, c)
	kept := s.DB.InTx(ctx, func(tx *db.Tx) error {
		audit.Add(ctx, tx, audit.Entry{
			Realm: c.Realm, Subject: "calendar", Act: "matter.recounted", Actor: c.By.Account, At: s.Now(),
			Detail: map[string]any{"basis": c.Basis, "looked": out.Looked, "changed": out.Changed},
		})
		return nil
	})
	return out, errors.Join(err, kept)
}
