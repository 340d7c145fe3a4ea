// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"
	"errors"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// expireBatch is how many notices are looked at in one go.
const expireBatch = 100

// Expire ends the periods that are over, and moves on the last day of those that lost
// days. It returns how many ended. Done twice it does nothing the second time.
func (s *Service) Expire(ctx context.Context, realm string) (n int, err error) {
	var ids []string
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		ids, err = due(ctx, tx, realm, s.day(s.Now()), expireBatch)
		return err
	})
	failures := []error{err}
	for _, one := range ids {
		ended := false
		err := s.DB.InTx(ctx, func(tx *db.Tx) error {
			ended, err = s.end(ctx, tx, realm, one)
			return err
		})
		if ended && err == nil {
			n++
		}
		failures = append(failures, err)
	}
	return n, errors.Join(failures...)
}

// end ends a notice whose period is over, or stores its new last day.
func (s *Service) end(ctx context.Context, tx *db.Tx, realm, id string) (bool, error) {
	n, err := locked(ctx, tx, realm, id)
	if err != nil || n.State != Stands {
		return false, err
	}
	f, err := factsOf(ctx, tx, n)
	if err != nil {
		return false, err
	}
	st := s.reckon(n, f)
	if !st.Complete {
		n.Until, n.Changed = st.Last, s.Now()
		return false, s.keep(ctx, tx, &n)
	}
	n.State, n.Until, n.Stood, n.EndedAt, n.Changed = Ended, st.Last, st.Stood, s.Now(), s.Now()
	if err := s.keep(ctx, tx, &n); err != nil {
		return false, err
	}
	return true, s.tell(ctx, tx, n, "ended", identity.System(realm), Happened{})
}

// beatSilence is for how long nothing may be heard of the web board before it is taken to
// have been down.
const beatSilence = 5 * time.Minute

// Beat notes that the web board is up. If nothing was heard of it for longer than some
// minutes, what lies between is a gap in every period. Whoever runs the program calls it
// every minute.
func (s *Service) Beat(ctx context.Context, realm string) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		at := s.Now()
		last, err := beat(ctx, tx, realm, Web, at)
		if err != nil || last.IsZero() || at.Sub(last) <= beatSilence {
			return err
		}
		g := Gap{ID: id.New(), Board: Web, Cause: Server, From: last, To: at}
		return s.lose(ctx, tx, realm, g, identity.System(realm))
	})
}
