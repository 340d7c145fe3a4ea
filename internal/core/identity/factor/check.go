// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package factor

import (
	"context"
	"fmt"

	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Finish turns half a session into a session when the code is right, and returns
// its token.
func (s *Service) Finish(ctx context.Context, realm, half, code string) (string, error) {
	h, err := s.Identity.Half(ctx, realm, half)
	if err != nil {
		return "", err
	}
	return s.check(ctx, realm, h.Actor.Account, code, func(tx *db.Tx) (string, error) {
		return s.Identity.Finish(ctx, tx, realm, h.Actor.Account, half)
	})
}

// Prove takes a code as proof that it is still its owner who uses the session, and
// returns the session's new token.
func (s *Service) Prove(ctx context.Context, by identity.Actor, code string) (string, error) {
	return s.check(ctx, by.Realm, by.Account, code, func(tx *db.Tx) (string, error) {
		return s.Identity.Renew(ctx, tx, by, true)
	})
}

// check spends a code, and opens what it is good for in the same transaction.
func (s *Service) check(ctx context.Context, realm, account, code string, open func(*db.Tx) (string, error)) (token string, err error) {
	if err := s.Identity.AdmitCode(ctx, realm, account); err != nil {
		return "", err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := s.spend(ctx, tx, realm, account, clean(code)); err != nil {
			return err
		}
		if err := s.Identity.ForgiveCode(ctx, tx, realm, account); err != nil {
			return err
		}
		token, err = open(tx)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("check code: %w", err)
	}
	return token, nil
}

// spend fails unless the code is right and was not used before.
func (s *Service) spend(ctx context.Context, tx *db.Tx, realm, account, code string) error {
	f, err := load(ctx, tx, realm, account)
	if err != nil {
		return err
	}
	if f.secret == "" {
		return errMissing
	}
	var n int64
	if isPeriodic(code) {
		secret, err := s.Box.Open(f.secret, about(realm, account))
		if err != nil {
			return err
		}
		count, ok := match(string(secret), code, s.Now(), f.counter)
		if !ok {
			return errCode
		}
		n, err = advance(ctx, tx, realm, account, count)
		if err != nil {
			return err
		}
	} else {
		n, err = spendRecovery(ctx, tx, realm, account, s.sum(realm, account, code), s.Now())
		if err != nil {
			return err
		}
		s.note(ctx, tx, realm, account, "factor.recovery_used", account)
	}
	if n == 0 {
		return errCode
	}
	return nil
}
