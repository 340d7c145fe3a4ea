// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"cmp"
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/platform/db"
)

// Call is a chair having a roster frozen and a vote opened on it, in one transaction.
// Of Open it takes question, options, secrecy, channels, closing and former poll; the
// rest follows from the body.
type Call struct {
	Open
	Freeze assembly.Freeze
}

// Call opens a vote of a body. It fails with Invalid naming each field at fault, and
// where the body is not the one that decides.
func (s *Service) Call(ctx context.Context, c Call) (p Poll, err error) {
	if !id.Valid(c.Key) {
		return Poll{}, fault.New(fault.Invalid, "poll.no_key")
	}
	f := c.Freeze
	f.For, f.Title, f.Secret = "poll/"+c.Key, c.Question, c.Secret
	plan, err := s.Bodies.Plan(ctx, f)
	if err != nil {
		return Poll{}, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		body, err := s.Bodies.Find(ctx, tx, c.Realm, f.Assembly)
		if err != nil {
			return err
		}
		roster, err := s.Bodies.Freeze(ctx, tx, plan)
		if err != nil {
			return err
		}
		open := c.on(roster, body.Place)
		if !open.Secret {
			if err := s.signedIn(ctx, tx, f, open.Voters); err != nil {
				return err
			}
		}
		p, err = s.Open(ctx, tx, open)
		return err
	})
	if err != nil {
		return Poll{}, fmt.Errorf("call a vote: %w", err)
	}
	return p, nil
}

// signedIn gives voters by name the account that votes for them without a credential:
// their own, or that of who holds their vote. A secret vote has none: an account would
// say who came.
func (s *Service) signedIn(ctx context.Context, tx *db.Tx, f assembly.Freeze, voters []Voter) error {
	accounts, err := s.Bodies.Accounts(ctx, tx, f.Realm, f.Assembly)
	for i, v := range voters {
		voters[i].Account = accounts[cmp.Or(v.Holder, v.Member)]
	}
	return err
}

// on is the opening of the vote that is called, on its roster.
func (c Call) on(r assembly.Roster, place int64) Open {
	o := c.Open
	o.Roster, o.Voters, o.Rule, o.Place = r.ID, VotersOf(r), r.Rule, place
	o.Secret = c.Secret || r.Secret
	if o.Subject == "" {
		o.Subject = r.Subject
	}
	return o
}

// VotersOf are the entitled of a roster, those among them who stand aside.
func VotersOf(r assembly.Roster) (out []Voter) {
	for _, e := range r.Entries {
		if e.Entitled {
			out = append(out, Voter{Member: e.Member, Holder: e.Holder, Share: tally.Sum{People: 1, Area: e.Share}, Aside: e.Aside})
		}
	}
	return out
}
