// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// Start begins the session: where a quorum is asked for it fails with Conflict while too
// few have come. From then on
// it is fixed who should have come, and how it stood.
func (s *Service) Start(ctx context.Context, at At) (Gathering, error) {
	return s.step(ctx, at, "begun", func(tx *db.Tx, g *Gathering) error {
		switch {
		case g.State != Called:
			return fault.New(fault.Conflict, "gathering.begun")
		case s.Today() < s.Day(*g):
			return fault.New(fault.Conflict, "gathering.early")
		}
		q, err := s.quorum(ctx, tx, *g)
		if err != nil {
			return err
		}
		if !q.Met && g.Rule.needs(PartQuorum) {
			return fault.New(fault.Conflict, "gathering.too_few").With("present", strconv.Itoa(q.Present)).With("due", strconv.Itoa(q.Due))
		}
		if err := s.fix(ctx, tx, *g); err != nil {
			return err
		}
		g.State, g.Begin, g.BegunAt = Running, q, s.Now()
		return nil
	})
}

// fix writes down who should come, as it is now.
func (s *Service) fix(ctx context.Context, tx *db.Tx, g Gathering) error {
	all, err := s.invitees(ctx, tx, g)
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.Vacant {
			continue
		}
		if err := stand(ctx, tx, g, i.notice()); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the session. One that has not begun because too few came has no quorum, and
// decides nothing; it may be called anew.
func (s *Service) Close(ctx context.Context, at At) (Gathering, error) {
	return s.step(ctx, at, "ended", func(tx *db.Tx, g *Gathering) error {
		q, err := s.quorum(ctx, tx, *g)
		if err != nil {
			return err
		}
		switch {
		case g.State == Running:
			g.State = Held
		case g.State != Called:
			return fault.New(fault.Conflict, "gathering.over")
		case s.Now().Before(g.Starts):
			return fault.New(fault.Conflict, "gathering.early")
		case q.Met || !g.Rule.needs(PartQuorum):
			return fault.New(fault.Conflict, "gathering.enough")
		default:
			if err := s.fix(ctx, tx, *g); err != nil {
				return err
			}
			g.State, g.Begin = NoQuorum, q
		}
		g.End, g.EndedAt = q, s.Now()
		return nil
	})
}

// Finish says that the papers of a gathering are complete. It fails with Conflict naming
// how much is missing while a required part is.
func (s *Service) Finish(ctx context.Context, at At) (Gathering, error) {
	return s.step(ctx, at, "completed", func(tx *db.Tx, g *Gathering) error {
		if g.State != Held {
			return fault.New(fault.Conflict, "gathering.not_held")
		}
		r, err := s.Record(ctx, tx, g.Realm, g.ID)
		if err != nil {
			return err
		}
		if missing := r.Missing(); len(missing) > 0 {
			return fault.New(fault.Conflict, "gathering.incomplete").With("missing", strconv.Itoa(len(missing)))
		}
		g.State = Complete
		return nil
	})
}

// step carries out a step of a session.
func (s *Service) step(ctx context.Context, at At, act string, do func(tx *db.Tx, g *Gathering) error) (g Gathering, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if g, err = s.chaired(ctx, tx, at); err != nil {
			return err
		}
		if err := do(tx, &g); err != nil {
			return err
		}
		if err := update(ctx, tx, &g); err != nil {
			return err
		}
		event := "changed"
		if g.State == Held {
			event = "held"
		}
		detail := map[string]string{"state": string(g.State), "due": strconv.Itoa(g.Begin.Due), "present": strconv.Itoa(g.Begin.Present), "rule": g.Begin.Rule}
		return errors.Join(s.note(ctx, tx, g, act, at.By, detail), s.tell(ctx, tx, g, event, act, at.By))
	})
	if err != nil {
		return Gathering{}, fmt.Errorf("%s gathering %s: %w", act, at.ID, err)
	}
	return g, nil
}
