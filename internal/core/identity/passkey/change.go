// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package passkey

import (
	"context"
	"fmt"

	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Rename gives one of the actor's passkeys another name.
func (s *Service) Rename(ctx context.Context, by identity.Actor, id, name string) error {
	name, err := checkName(name)
	if err != nil {
		return err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := rename(ctx, tx, by.Realm, by.Account, id, name)
		if err != nil {
			return err
		}
		if n == 0 {
			return errMissing
		}
		s.note(ctx, tx, by.Realm, by.Account, "passkey.renamed", id, by.Account)
		return nil
	})
	if err != nil {
		return fmt.Errorf("rename passkey: %w", err)
	}
	return nil
}

// Remove takes away one of the actor's passkeys, if they have proved who they are
// and, where their roles ask for a second factor, one is left that works.
func (s *Service) Remove(ctx context.Context, by identity.Actor, id string) error {
	if err := by.ProvedLately(s.Now()); err != nil {
		return err
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.ProvedFully(ctx, tx, by, s.Now()); err != nil {
			return err
		}
		n, err := removeOne(ctx, tx, by.Realm, by.Account, id, s.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			return errMissing
		}
		s.note(ctx, tx, by.Realm, by.Account, "passkey.removed", id, by.Account)
		return identity.KeepsFactor(ctx, tx, by, s.Now())
	})
	if err != nil {
		return fmt.Errorf("remove passkey: %w", err)
	}
	return nil
}

// Reset takes away all passkeys of somebody who has lost them, and ends their
// sessions. By must administer the account and have proved who they are. It is no
// failure if there are none.
func (s *Service) Reset(ctx context.Context, realm, account string, by identity.Actor) error {
	if err := by.ProvedLately(s.Now()); err != nil {
		return err
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := s.Identity.Administers(ctx, tx, by, realm, account); err != nil {
			return err
		}
		rows, err := ofAccount(ctx, tx, realm, account)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if _, err := removeOne(ctx, tx, realm, account, r.id, s.Now()); err != nil {
				return err
			}
			s.note(ctx, tx, realm, account, "passkey.removed", r.id, by.Account)
		}
		if len(rows) > 0 {
			err = s.Identity.EndEverywhere(ctx, tx, realm, account)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("reset passkeys: %w", err)
	}
	return nil
}
