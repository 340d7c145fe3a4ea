// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"
	"time"

	"pavilion/internal/civic/matter"
	"pavilion/internal/core/inbox"
	"pavilion/internal/platform/db"
)

// sweeping is how many requests are written off in one transaction.
const sweeping = 100

// Sweep writes down which requests of a realm have run out of time and takes them
// out of people's way. Nothing depends on it: what is over counts as over.
func (s *Service) Sweep(ctx context.Context, realm string) error {
	for full := true; full; {
		err := s.DB.InTx(ctx, func(tx *db.Tx) error {
			now := s.Now()
			list, err := late(ctx, tx, realm, "", now, sweeping)
			full = len(list) == sweeping
			for i := 0; i < len(list) && err == nil; i++ {
				err = s.lapsed(ctx, tx, list[i], now)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) lapsed(ctx context.Context, tx *db.Tx, r Reveal, now time.Time) error {
	if r.State = r.Standing(now); r.State == Expired {
		s.note(ctx, tx, matter.Matter{Realm: r.Realm, ID: r.Matter}, "matter.contact_expired", "system", map[string]string{"reveal": r.ID})
	}
	if err := update(ctx, tx, r); err != nil {
		return err
	}
	return inbox.Clear(ctx, tx, r.Realm, r.Subject())
}
