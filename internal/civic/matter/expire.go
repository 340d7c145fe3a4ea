// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"errors"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// expireBatch is how many matters are looked at in one go.
const expireBatch = 200

// Expire makes the moves that the procedure names for matters whose term has
// run out: escalating, or closing when the reporter has not answered. It goes on
// until none is left and returns how many moved. Each matter is a transaction of
// its own; a person who is quicker wins.
func (s *Service) Expire(ctx context.Context, realm string) (int, error) {
	total := 0
	for {
		var ids []string
		err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
			ids, err = expired(ctx, tx, realm, s.Now(), expireBatch)
			return err
		})
		if err != nil || len(ids) == 0 {
			return total, err
		}
		moved := 0
		var failures []error
		for _, id := range ids {
			switch err := s.expire(ctx, realm, id); {
			case err == nil:
				moved++
			case fault.KindOf(err) != fault.Stale:
				failures = append(failures, err)
			}
		}
		total += moved
		if moved == 0 || len(failures) > 0 {
			return total, errors.Join(failures...)
		}
	}
}

// expire lets the system make the move that one matter's state names.
func (s *Service) expire(ctx context.Context, realm, id string) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		m, err := s.find(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		now := s.Now()
		if m.Timer.IsZero() || m.Timer.After(now) {
			return fault.New(fault.Stale, "matter.stale")
		}
		machine, err := s.machine(ctx, realm, m.Version)
		if err != nil {
			return err
		}
		c := Move{Realm: realm, ID: id, Action: machine.OnExpiry(m.State), By: identity.System(realm)}
		_, err = s.act(ctx, tx, m, c, []procedure.Role{procedure.System})
		return err
	})
}
