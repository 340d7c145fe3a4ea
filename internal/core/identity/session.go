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
	account                        string
	created, seen, expires, proved time.Time
	agent, network, via            string
	strong                         bool // opened with two factors
}

// Session returns the actor whose session a token is, with the grants that count
// at this moment: in a session opened with one factor those of privileged roles do
// not, unless the realm is exempt. It fails with the fault identity.signed_out when the session
// was ended, lay idle for 12 hours or is 7 days old, and when the account is
// disabled.
func (s *Service) Session(ctx context.Context, realm, token string) (Actor, error) {
	if len(token) != len(newToken()) {
		return Actor{}, errOut
	}
	now := s.Now()
	var a Actor
	var ses session
	weak := false // whether one factor is enough for every role
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		if a, ses, err = sessionByToken(ctx, tx, realm, digest(token)); err != nil {
			return err
		}
		if !ses.alive(now) {
			return errOut
		}
		if a.Grants, err = grantsOf(ctx, tx, realm, a.Account, now); err != nil || ses.strong {
			return err
		}
		weak, err = factorsOptional(ctx, tx, realm)
		return err
	})
	if err != nil {
		return Actor{}, fmt.Errorf("read session: %w", err)
	}
	live := a.Grants[:0]
	for _, g := range a.Grants {
		if g.Live(now) && (ses.strong || weak || !g.Role.privileged()) {
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

// ChangePassword replaces a password by its owner's wish, signs them out
// everywhere else, and returns the new token of this session. Wrong guesses of the
// old one are throttled like sign-ins.
func (s *Service) ChangePassword(ctx context.Context, by Actor, old, new string) (token string, err error) {
	a, err := s.Account(ctx, by.Realm, by.Account)
	if err != nil {
		return "", fmt.Errorf("change password: %w", err)
	}
	if err := checkPassword(new, a.Login); err != nil {
		return "", err
	}
	counted, phc, err := s.guess(ctx, by, old)
	if err != nil {
		return "", err
	}
	hash, err := hashPassword(ctx, new)
	if err != nil {
		return "", fmt.Errorf("change password: %w", err)
	}
	now := s.Now()
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if n, err := lockAccount(ctx, tx, by.Realm, by.Account, phc); err != nil || n == 0 {
			return failed(err, errStale)
		}
		if err := giveBack(ctx, tx, by.Realm, counted, now); err != nil {
			return err
		}
		kept := by
		if token, err = s.Renew(ctx, tx, by, false); err != nil {
			return err
		}
		kept.Session = digest(token)
		s.note(ctx, tx, by.Realm, by.Account, "identity.password_changed", by, now, nil)
		return s.replacePassword(ctx, tx, kept, hash, now)
	})
	if err != nil {
		return "", fmt.Errorf("change password: %w", err)
	}
	return token, nil
}

// replacePassword stores a hash and ends what the old one had opened, but for the
// session the owner sits at.
func (s *Service) replacePassword(ctx context.Context, tx *db.Tx, of Actor, phc string, now time.Time) error {
	if err := setPassword(ctx, tx, of.Realm, of.Account, phc); err != nil {
		return err
	}
	if err := endInvites(ctx, tx, of.Realm, of.Account, now); err != nil {
		return err
	}
	return endSessions(ctx, tx, of.Realm, of.Account, of.Session, now)
}

// Sweep removes a realm's sessions and invitations that have expired and its
// failed attempts that no longer count. It is meant to run each hour.
func (s *Service) Sweep(ctx context.Context, realm string) error {
	now := s.Now()
	err := s.DB.InTx(ctx, func(tx *db.Tx) error { return sweep(ctx, tx, realm, now) })
	if err != nil {
		return fmt.Errorf("sweep identity: %w", err)
	}
	return nil
}
