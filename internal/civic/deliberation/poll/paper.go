// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Spend is somebody being given a paper: their vote is on it, and nowhere else.
type Spend struct {
	Realm   string
	ID      string
	Member  string // or
	Secret  string // the credential of their letter
	Channel Channel
	By      identity.Actor
}

// Spend marks that somebody votes on paper: in the room, or on a paper sent out. It
// fails with Conflict naming the channel for who has voted otherwise. Given twice by
// the same channel it is one.
func (s *Service) Spend(ctx context.Context, c Spend) error {
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		p, _, _, err := find(ctx, tx, c.Realm, c.ID)
		switch {
		case err != nil:
			return err
		case !s.MayChair(c.By, p.Place) && !s.MayScrutinise(c.By, p.Place):
			return fault.New(fault.Denied, "poll.not_scrutineer")
		case c.Channel == Online || !p.Secret && c.Channel == Room:
			return fault.New(fault.Invalid, "form.not_a_choice").At("channel")
		case !p.Takes(s.Now()):
			return fault.New(fault.Conflict, "poll.closed")
		}
		if err := p.by(c.Channel); err != nil {
			return err
		}
		v, err := s.receiving(ctx, tx, p, c)
		if err != nil {
			return err
		}
		took, err := spendByMember(ctx, tx, p, v.Member, c.Channel)
		if err != nil || took {
			return err
		}
		if v, err = voterOf(ctx, tx, p, v.Member); err == nil && v.Channel != c.Channel {
			return taken(v)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("spend: %w", err)
	}
	return nil
}

func (s *Service) receiving(ctx context.Context, tx *db.Tx, p Poll, c Spend) (Voter, error) {
	if c.Secret != "" {
		return voterByHash(ctx, tx, p, hashOf(p.Realm, p.ID, c.Secret))
	}
	return voterOf(ctx, tx, p, c.Member)
}

// Enter is a scrutineer saying what the papers hold.
type Enter struct {
	Realm string
	ID    string
	Sheet Sheet
	By    identity.Actor
}

// scrutineers is how many count each vote's papers, each without seeing the other's.
const scrutineers = 2

// Enter keeps what a scrutineer counted, in place of what they had entered before.
// Papers are counted once no more are given out: after the closing instant, or
// before it in a vote that is taken in the room alone. A third scrutineer is
// refused: two count.
func (s *Service) Enter(ctx context.Context, c Enter) error {
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		p, err := locked(ctx, tx, c.Realm, c.ID)
		switch {
		case err != nil:
			return err
		case !s.MayScrutinise(c.By, p.Place):
			return fault.New(fault.Denied, "poll.not_scrutineer")
		case p.State != Running:
			return fault.New(fault.Conflict, "poll.closed")
		}
		voters, err := votersOf(ctx, tx, p.Realm, p.ID)
		if err != nil {
			return err
		}
		if err := mayEnd(p, voters, s.Now()); err != nil {
			return err
		}
		var given []string
		for _, v := range voters {
			if onPaper(p, v) {
				given = append(given, v.Member)
			}
		}
		if err := p.sheet(c.Sheet, given); err != nil {
			return err
		}
		others, err := sheetsOf(ctx, tx, p, c.By.Account)
		if err != nil {
			return err
		}
		if len(others) >= scrutineers {
			return fault.New(fault.Conflict, "poll.two_count")
		}
		s.note(ctx, tx, p, "entered", c.By, map[string]any{"papers": len(given)})
		return putSheet(ctx, tx, p, c.By.Account, c.Sheet)
	})
	if err != nil {
		return fmt.Errorf("enter papers: %w", err)
	}
	return nil
}
