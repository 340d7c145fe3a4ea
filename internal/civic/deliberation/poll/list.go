// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Find returns a poll.
func (s *Service) Find(ctx context.Context, realm, id string) (p Poll, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, _, _, err = find(ctx, tx, realm, id)
		return err
	})
	return p, err
}

// Read returns a poll within a transaction, with what was counted if it was.
func (s *Service) Read(ctx context.Context, tx *db.Tx, realm, id string) (p Poll, r Result, err error) {
	p, _, r, err = find(ctx, tx, realm, id)
	return p, r, err
}

// Result returns what was counted. It fails with Conflict before that, for everybody:
// nobody sees a part of a result.
func (s *Service) Result(ctx context.Context, realm, id string) (r Result, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		var p Poll
		if p, _, r, err = find(ctx, tx, realm, id); err != nil {
			return err
		}
		if p.State != Counted {
			return fault.New(fault.Conflict, "poll.uncounted")
		}
		return nil
	})
	return r, err
}

// Turnout is what the chair sees while a vote runs: how many, never what.
type Turnout struct {
	Entitled, Voted int64
	Casting         int64 // entitled who do not stand aside
	By              map[Channel]int64
	Quorum          []Step
	Met             bool
	Letters         int64 // voters who were sent a credential
	Sheets          int   // scrutineers who have counted
	Differ          []string
}

// Step is a bound of the quorum held against who has come so far.
type Step struct {
	Had, Needed, Whole int64
	Area               bool
	Holds              bool
}

// Turnout returns how many have voted, for who chairs or counts there.
func (s *Service) Turnout(ctx context.Context, realm, id string, by identity.Actor) (out Turnout, voters []Voter, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, _, _, err := find(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		if !s.MayChair(by, p.Place) && !s.MayScrutinise(by, p.Place) {
			return fault.New(fault.Denied, "poll.not_chair")
		}
		if voters, err = votersOf(ctx, tx, realm, id); err != nil {
			return err
		}
		sheets, err := sheetsOf(ctx, tx, p, "")
		if err != nil {
			return err
		}
		out = turnout(p, voters, sheets)
		return nil
	})
	return out, voters, err
}

// Own lists the polls in which an account may vote, newest first.
func (s *Service) Own(ctx context.Context, by identity.Actor) (out []Poll, err error) {
	if by.Account == "" {
		return nil, nil
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = ofAccount(ctx, tx, by.Realm, by.Account)
		return err
	})
	return out, err
}

// OwnBallot is one vote that an account may give in a poll: its owner's, or one whose
// proxy they hold.
type OwnBallot struct {
	Voter
	Choice string // as it was given, by whatever channel; empty while it was not, and for a paper that is not counted
}

// Mine returns a poll with the votes that somebody may give in it signed in. It is
// Missing for who has none there.
func (s *Service) Mine(ctx context.Context, id string, by identity.Actor) (p Poll, out []OwnBallot, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out = nil
		if p, _, _, err = find(ctx, tx, by.Realm, id); err != nil {
			return err
		}
		if out, err = ballotsOfAccount(ctx, tx, p, by.Account); err == nil && len(out) == 0 {
			err = fault.New(fault.Missing, "poll.missing")
		}
		return err
	})
	return p, out, err
}

// Voter returns for whom a credential speaks. It is no proof that a vote came.
func (s *Service) Voter(ctx context.Context, realm, id, secret string) (v Voter, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, _, _, err := find(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		v, err = voterByHash(ctx, tx, p, hashOf(realm, id, secret))
		return err
	})
	return v, err
}

// List lists polls at places from lo up to hi, newest first.
func (s *Service) List(ctx context.Context, realm string, lo, hi int64, after page.Cursor, size int) (out page.Page[Poll], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := listed(ctx, tx, realm, [2]int64{lo, hi}, after.ID, size+1)
		out = page.Cut(all, size, func(p Poll) page.Cursor { return page.Cursor{At: 1, ID: p.ID} })
		return err
	})
	return out, err
}

// Ballots lists the ballots of a counted secret vote in the order of their codes,
// so that anybody can count them again and work out the root.
func (s *Service) Ballots(ctx context.Context, realm, id string) (out []Ballot, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, _, _, err := find(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		if p.State != Counted {
			return fault.New(fault.Conflict, "poll.uncounted")
		}
		out, err = ballotsOf(ctx, tx, p)
		return err
	})
	return out, err
}

// byCode orders ballots.
func byCode(a, b Ballot) int { return strings.Compare(a.Code, b.Code) }
