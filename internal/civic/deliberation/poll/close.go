// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Close is somebody having a vote counted.
type Close struct {
	Realm string
	ID    string
	Codes []string       // of two of those who have the key of the urn, where they have it
	By    identity.Actor // the chair; nobody for the program itself
}

// Close counts a vote: no more votes come in, the urn is opened and its ballots are
// listed in the order of their codes, the key goes, the result stands. All of it is
// one transaction, so that a server which dies meanwhile has counted nothing and
// counts the same when asked again. A vote that is counted has its result returned.
// Where the key of the urn is in the hands of several people it fails with Conflict
// without two of their codes, and with Invalid at "codes" for others.
func (s *Service) Close(ctx context.Context, c Close) (r Result, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		r, err = s.close(ctx, tx, c)
		return err
	})
	if err != nil {
		return Result{}, fmt.Errorf("count: %w", err)
	}
	return r, nil
}

func (s *Service) close(ctx context.Context, tx *db.Tx, c Close) (Result, error) {
	p, err := locked(ctx, tx, c.Realm, c.ID)
	if err != nil {
		return Result{}, err
	}
	if c.By.Account != "" && !s.MayChair(c.By, p.Place) {
		return Result{}, fault.New(fault.Denied, "poll.not_chair")
	}
	switch p.State {
	case Counted:
		_, _, r, err := find(ctx, tx, p.Realm, p.ID)
		return r, err
	case Dropped:
		return Result{}, fault.New(fault.Conflict, "poll.dropped")
	}
	if err := shut(ctx, tx, p); err != nil {
		return Result{}, err
	}
	b, err := s.gather(ctx, tx, p, c.Codes)
	if err != nil {
		return Result{}, err
	}
	if err := mayEnd(p, b.voters, s.Now()); err != nil {
		return Result{}, err
	}
	r, err := b.count()
	if err != nil {
		return Result{}, err
	}
	r.ClosedAt = s.Now().UTC()
	slices.SortFunc(b.ballots, byCode)
	if err := errors.Join(list(ctx, tx, p, b.ballots), empty(ctx, tx, p), counted(ctx, tx, p, r)); err != nil {
		return Result{}, err
	}
	s.note(ctx, tx, p, "counted", c.By, map[string]any{
		"outcome": r.Verdict.Outcome, "rule": r.Verdict.Rule, "count": r.Count, "by": r.By, "listed": r.Listed, "root": r.Root,
		"missing": r.Missing, "unused": r.Unused,
	})
	return r, outbox.Add(ctx, tx, p.Realm, "poll.counted", r.ClosedAt, Happened{Poll: p.ID, Subject: p.Subject, Outcome: r.Verdict.Outcome})
}

// gather reads all that counting needs, from the urn if it is not open yet.
func (s *Service) gather(ctx context.Context, tx *db.Tx, p Poll, codes []string) (b box, err error) {
	b.poll = p
	if b.voters, err = votersOf(ctx, tx, p.Realm, p.ID); err != nil {
		return b, err
	}
	if b.votes, err = votesOf(ctx, tx, p); err != nil {
		return b, err
	}
	if b.sheets, err = sheetsOf(ctx, tx, p, ""); err != nil {
		return b, err
	}
	if p.Secret && p.State == Running {
		b.ballots, err = s.unseal(ctx, tx, p, codes)
		return b, err
	}
	b.ballots, err = ballotsOf(ctx, tx, p)
	return b, err
}

// unseal opens the urn.
func (s *Service) unseal(ctx context.Context, tx *db.Tx, p Poll, codes []string) ([]Ballot, error) {
	_, key, _, err := find(ctx, tx, p.Realm, p.ID)
	if err != nil {
		return nil, err
	}
	box, err := s.opener(p, key, codes)
	if err != nil {
		return nil, err
	}
	closed, err := urnOf(ctx, tx, p)
	if err != nil {
		return nil, err
	}
	out := make([]Ballot, len(closed))
	for i, one := range closed {
		if out[i], err = openBallot(box, p, one.id, one.ballot); err != nil {
			return nil, fmt.Errorf("a ballot of %s does not open: %w", p.name(), err)
		}
	}
	return out, nil
}

// Expire counts what has reached its closing instant and needs nobody's hands. What
// has papers waits for those who count them. It returns how many were counted.
func (s *Service) Expire(ctx context.Context, realm string) (n int, err error) {
	var due []string
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		due, err = dueOf(ctx, tx, realm, s.Now())
		return err
	})
	for _, one := range due {
		_, bad := s.Close(ctx, Close{Realm: realm, ID: one})
		switch fault.KindOf(bad) {
		case fault.Conflict: // papers
		default:
			err = errors.Join(err, bad)
			if bad == nil {
				n++
			}
		}
	}
	return n, err
}

// Recount counts a counted vote anew from what is stored, and fails with Internal
// where the result or the root is another one.
func (s *Service) Recount(ctx context.Context, realm, id string) (r Result, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, _, stands, err := find(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		if p.State != Counted {
			return fault.New(fault.Conflict, "poll.uncounted")
		}
		b, err := s.gather(ctx, tx, p, nil)
		if err != nil {
			return err
		}
		if r, err = b.count(); err != nil {
			return err
		}
		r.ClosedAt = stands.ClosedAt
		if !r.same(stands) {
			return fmt.Errorf("poll %s: counted anew it is another result", id)
		}
		return nil
	})
	return r, err
}

// Drop is a chair giving a vote up before it is counted.
type Drop struct {
	Realm  string
	ID     string
	Reason string
	By     identity.Actor
}

// Drop gives up a vote with a reason, which the audit keeps. What is in the urn is
// never opened.
func (s *Service) Drop(ctx context.Context, c Drop) error {
	reason, err := words(c.Reason, "reason", maxQuestion)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		p, err := locked(ctx, tx, c.Realm, c.ID)
		switch {
		case err != nil:
			return err
		case !s.MayChair(c.By, p.Place):
			return fault.New(fault.Denied, "poll.not_chair")
		case p.State != Running:
			return fault.New(fault.Conflict, "poll.closed")
		}
		if err := errors.Join(shut(ctx, tx, p), empty(ctx, tx, p), dropped(ctx, tx, p)); err != nil {
			return err
		}
		s.note(ctx, tx, p, "dropped", c.By, map[string]any{"reason": reason})
		return outbox.Add(ctx, tx, p.Realm, "poll.dropped", s.Now(), Happened{Poll: p.ID, Subject: p.Subject})
	})
}
