// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// SignIn answers a right login and password with a session's token. A wrong
// password, an unknown login and a disabled account are one fault and take the
// same time. After five failures the same login from the same network has to
// wait, longer each time; from elsewhere its owner can still sign in.
func (s *Service) SignIn(ctx context.Context, realm, login, password, ip string) (token string, err error) {
	login = fold(login)
	pair := digest(login + "\x00" + network(ip))
	if err := s.admit(ctx, realm, pair); err != nil {
		return "", err
	}
	account, phc, err := s.candidate(ctx, realm, login)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	right, err := fits(ctx, password, phc)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	if !right {
		s.Log.InfoContext(ctx, "sign-in failed", "realm", realm, "account", account)
		return "", errWrong
	}
	return s.open(ctx, realm, account, phc, pair)
}

// admit counts an attempt before its password is looked at, so that many at once
// count like many in turn, or says how long to wait.
func (s *Service) admit(ctx context.Context, realm, pair string) error {
	now := s.Now()
	var wait time.Duration
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		a, err := takeAttempts(ctx, tx, realm, pair)
		if err != nil {
			return err
		}
		if a, wait = a.attempt(now); wait > 0 {
			return nil
		}
		return setAttempts(ctx, tx, realm, pair, a)
	})
	if err != nil {
		return fmt.Errorf("count attempt: %w", err)
	}
	if wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		return fault.New(fault.Denied, "identity.too_many_attempts").With("seconds", strconv.Itoa(seconds))
	}
	return nil
}

// candidate returns the account of a login and its password hash. The hash is
// empty where nobody may sign in.
func (s *Service) candidate(ctx context.Context, realm, login string) (account, phc string, err error) {
	if checkLogin(login) != nil {
		return "", "", nil
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		account, phc, err = passwordByLogin(ctx, tx, realm, login)
		return err
	})
	return account, phc, err
}

// open begins a session, unless the account was disabled or its password
// replaced since it was looked up.
func (s *Service) open(ctx context.Context, realm, account, phc, pair string) (string, error) {
	now, token := s.Now(), newToken()
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := lockAccount(ctx, tx, realm, account, phc)
		if err != nil {
			return err
		}
		if n == 0 {
			return errWrong
		}
		if err := setAttempts(ctx, tx, realm, pair, attempts{last: now}); err != nil {
			return err
		}
		s.note(ctx, tx, realm, account, "identity.signed_in", Actor{Account: account}, now, nil)
		return insertSession(ctx, tx, realm, digest(token),
			session{account: account, created: now, seen: now, expires: now.Add(absolute)})
	})
	if err != nil {
		return "", fmt.Errorf("open session: %w", err)
	}
	return token, nil
}
