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
