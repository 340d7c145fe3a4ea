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
