// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"errors"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Vote is a vote by name: called from the roll by the chair, or sent by the voter
// with a credential or signed in.
type Vote struct {
	Realm   string
	ID      string
	Member  string // whose vote it is; empty with a credential
	Secret  string // the credential; empty for the roll and for who is signed in
	Channel Channel
	Choice  string
	By      identity.Actor
}

// Vote keeps a vote by name. The same vote again does nothing; another one is taken
// only by the same channel, and only where the vote may be changed until closing.
func (s *Service) Vote(ctx context.Context, c Vote) error {
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		p, _, _, err := find(ctx, tx, c.Realm, c.ID)
		switch {
		case err != nil:
			return err
		case p.Secret:
			return fault.New(fault.Conflict, "poll.is_secret")
		case !p.Takes(s.Now()):
			return fault.New(fault.Conflict, "poll.closed")
		case c.Channel == Paper:
			return fault.New(fault.Invalid, "form.not_a_choice").At("channel")
		}
		if err := errors.Join(p.chosen(c.Choice), p.by(c.Channel)); err != nil {
			return err
		}
		v, err := s.voting(ctx, tx, p, c)
		if err != nil {
			return err
		}
		took, err := spendByMember(ctx, tx, p, v.Member, c.Channel)
		if err != nil {
			return err
		}
		if !took && v.Channel != c.Channel {
			return taken(v)
		}
		made, err := putVote(ctx, tx, p, v.Member, c.Choice)
		if err == nil && !made {
			return fault.New(fault.Conflict, "poll.voted")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("vote: %w", err)
	}
	return nil
}

// voting finds whose vote it is, and refuses whoever may not give it.
func (s *Service) voting(ctx context.Context, tx *db.Tx, p Poll, c Vote) (Voter, error) {
	if c.Secret != "" && c.Channel == Online {
		return voterByHash(ctx, tx, p, hashOf(p.Realm, p.ID, c.Secret))
	}
	v, err := voterOf(ctx, tx, p, c.Member)
	if err != nil {
		return v, err
	}
	own := c.Channel == Online && v.Account != "" && v.Account == c.By.Account && c.By.Realm == p.Realm
	roll := c.Channel == Room && s.MayChair(c.By, p.Place)
	if !own && !roll {
		return v, fault.New(fault.Denied, "poll.not_your_vote")
	}
	return v, nil
}
