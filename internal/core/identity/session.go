// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/platform/db"
)

// session is one browser's access to an account.
type session struct {
	account                string
	created, seen, expires time.Time
}

// Session returns the actor whose session a token is, with the grants that count
// at this moment. It fails with the fault identity.signed_out when the session
// was ended, lay idle for 12 hours or is 7 days old, and when the account is
// disabled.
func (s *Service) Session(ctx context.Context, realm, token string) (Actor, error) {
	if len(token) != len(newToken()) {
		return Actor{}, errOut
	}
	now := s.Now()
	var a Actor
	var ses session
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		if a, ses, err = sessionByToken(ctx, tx, realm, digest(token)); err != nil {
			return err
		}
		if !ses.alive(now) {
			return errOut
		}
		a.Grants, err = grantsOf(ctx, tx, realm, a.Account, now)
		return err
	})
	if err != nil {
		return Actor{}, fmt.Errorf("read session: %w", err)
	}
	live := a.Grants[:0]
	for _, g := range a.Grants {
		if g.Live(now) {
			live = append(live, g)
		}
	}
	a.Grants = live
	if now.Sub(ses.seen) >= seen {
		s.keepAlive(ctx, realm, token, now)
	}
	return a, nil
}

// keepAlive notes that a session is used. A full disk must not keep people from
// reading, so a failure is only logged.
func (s *Service) keepAlive(ctx context.Context, realm, token string, now time.Time) {
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		return touchSession(ctx, tx, realm, digest(token), now, now.Add(-seen))
	})
	if err != nil {
		s.Log.WarnContext(ctx, "session not kept alive", "realm", realm, "err", err)
	}
}

// SignOut ends the session of a token. One that has ended already is no failure.
func (s *Service) SignOut(ctx context.Context, realm, token string) error {
	now := s.Now()
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		account, err := endSession(ctx, tx, realm, digest(token), now)
		if err == nil && account != "" {
			s.note(ctx, tx, realm, account, "identity.signed_out", Actor{Account: account}, now, nil)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// ChangePassword replaces a password by its owner's wish and signs them out
// everywhere. Wrong guesses of the old one are throttled like sign-ins.
func (s *Service) ChangePassword(ctx context.Context, by Actor, old, new string) error {
	pair := digest("change\x00" + by.Account)
	var login, phc string
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		login, phc, err = passwordByID(ctx, tx, by.Realm, by.Account)
		return err
	})
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	if err := checkPassword(new, login); err != nil {
		return err
	}
	if err := s.admit(ctx, by.Realm, pair); err != nil {
		return err
	}
	right, err := fits(ctx, old, phc)
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	if !right {
		return errWrong.At("old")
	}
	hash, err := hashPassword(ctx, new)
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	return s.storeChange(ctx, by, phc, hash, pair)
}

// storeChange replaces the hash seen before by a new one.
func (s *Service) storeChange(ctx context.Context, by Actor, seen, hash, pair string) error {
	now := s.Now()
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := lockAccount(ctx, tx, by.Realm, by.Account, seen)
		if err != nil {
			return err
		}
		if n == 0 {
			return errStale
		}
		if err := setAttempts(ctx, tx, by.Realm, pair, attempts{last: now}); err != nil {
			return err
		}
		s.note(ctx, tx, by.Realm, by.Account, "identity.password_changed", by, now, nil)
		return s.replacePassword(ctx, tx, by.Realm, by.Account, hash, now)
	})
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	return nil
}

// replacePassword stores a hash and ends what the old one had opened.
func (s *Service) replacePassword(ctx context.Context, tx *db.Tx, realm, account, phc string, now time.Time) error {
	if err := setPassword(ctx, tx, realm, account, phc); err != nil {
		return err
	}
	if err := endInvites(ctx, tx, realm, account, now); err != nil {
		return err
	}
	return endSessions(ctx, tx, realm, account, now)
}
