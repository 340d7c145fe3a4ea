// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// Invite makes a token with which the account's owner may set a password, once,
// within a day. Earlier invitations of the account end. Only the digest of the
// token is kept, so it can be shown this once. Whoever holds one of the three
// powers is invited anew on the server only (pavilion appoint): a link that sets
// their password would be a second power in another's hand.
func (s *Service) Invite(ctx context.Context, realm, account string, by Actor) (token string, err error) {
	now, token := s.Now(), newToken()
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := s.mayAdminister(ctx, tx, by, realm, account, now); err != nil {
			return err
		}
		if err := s.mayInvite(ctx, tx, realm, account, by, now); err != nil {
			return err
		}
		if err := endInvites(ctx, tx, realm, account, now); err != nil {
			return err
		}
		s.note(ctx, tx, realm, account, "identity.invited", by, now, nil)
		return insertInvite(ctx, tx, realm, digest(token), account, now.Add(inviting))
	})
	if err != nil {
		return "", fmt.Errorf("invite: %w", err)
	}
	return token, nil
}

// mayInvite refuses a link to an account that holds a power.
func (s *Service) mayInvite(ctx context.Context, tx *db.Tx, realm, account string, by Actor, now time.Time) error {
	grants, err := grantsOf(ctx, tx, realm, account, now)
	if err == nil && !by.system() && slices.ContainsFunc(grants, Grant.power) {
		return fault.New(fault.Denied, "identity.power_on_server")
	}
	return err
}

// Invited returns the account that a token invites, so that its owner sees whose
// password is asked for. A used, expired or invented token is the same fault.
func (s *Service) Invited(ctx context.Context, realm, token string) (a Account, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		a, err = invitedAccount(ctx, tx, realm, digest(token), s.Now())
		return err
	})
	if err != nil {
		return Account{}, fmt.Errorf("read invitation: %w", err)
	}
	return a, nil
}

// KeptInvite returns what is kept of an open invitation's token, with which nobody but
// the server can accept it.
func (s *Service) KeptInvite(ctx context.Context, realm, token string) (kept string, err error) {
	_, err = s.Invited(ctx, realm, token)
	return digest(token), err
}

// SpendInvite accepts an invitation by what is kept of it without setting a password, signs
// its owner out everywhere, and returns the account.
func (s *Service) SpendInvite(ctx context.Context, tx *db.Tx, realm, kept string) (Account, error) {
	now := s.Now()
	a, err := invitedAccount(ctx, tx, realm, kept, now)
	if err != nil {
		return Account{}, err
	}
	if n, err := useInvite(ctx, tx, realm, kept, now); err != nil || n == 0 {
		return Account{}, failed(err, errInvite)
	}
	s.note(ctx, tx, realm, a.ID, "identity.invite_accepted", Actor{Account: a.ID}, now, nil)
	if err := endInvites(ctx, tx, realm, a.ID, now); err != nil {
		return Account{}, err
	}
	return a, endSessions(ctx, tx, realm, a.ID, "", now)
}

// AcceptInvite sets the password of the account that a token invites, and signs
// its owner out everywhere.
func (s *Service) AcceptInvite(ctx context.Context, realm, token, password string) error {
	a, err := s.Invited(ctx, realm, token)
	if err != nil {
		return err
	}
	if err := checkPassword(password, a.Login); err != nil {
		return err
	}
	phc, err := hashPassword(ctx, password)
	if err != nil {
		return fmt.Errorf("accept invitation: %w", err)
	}
	now := s.Now()
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := useInvite(ctx, tx, realm, digest(token), now)
		if err != nil {
			return err
		}
		if n == 0 {
			return errInvite
		}
		s.note(ctx, tx, realm, a.ID, "identity.invite_accepted", Actor{Account: a.ID}, now, nil)
		return s.replacePassword(ctx, tx, Actor{Realm: realm, Account: a.ID}, phc, now)
	})
	if err != nil {
		return fmt.Errorf("accept invitation: %w", err)
	}
	return nil
}
