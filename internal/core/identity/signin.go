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

// SignIn answers a right login and password with a session's token, or with half
// a session's where a second factor is needed. A wrong password, an unknown login
// and a disabled account are one fault and take the same time. After five failures
// the same login from the same network has to wait, longer each time; many
// failures on a login, or from a network, make strangers wait, and not whoever
// signs in from where they did before.
func (s *Service) SignIn(ctx context.Context, realm, login, password string, from Client) (Entry, error) {
	login = fold(login)
	counted, err := s.admit(ctx, realm, gates(login, network(from.IP)))
	if err != nil {
		return Entry{}, err
	}
	account, phc, err := s.candidate(ctx, realm, login)
	if err != nil {
		return Entry{}, fmt.Errorf("sign in: %w", err)
	}
	right, err := fits(ctx, password, phc)
	if err != nil {
		return Entry{}, fmt.Errorf("sign in: %w", err)
	}
	if !right {
		s.Log.InfoContext(ctx, "sign-in failed", "realm", realm, "account", account)
		return Entry{}, errWrong
	}
	return s.open(ctx, realm, account, phc, counted, from)
}

// admit counts an attempt at its gates before it is looked at, so that many at
// once count like many in turn, or says how long to wait. It returns where it
// counted: a place that is known passes the first gate only.
func (s *Service) admit(ctx context.Context, realm string, gates []gate) (counted []gate, err error) {
	now := s.Now()
	var wait time.Duration
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		counted, wait = nil, 0
		var next []attempts
		for i, g := range gates {
			if i > 0 && next[0].isKnown(now) {
				break
			}
			a, err := takeAttempts(ctx, tx, realm, g.pair)
			if err != nil {
				return err
			}
			if a, wait = a.attempt(now, g.limit); wait > 0 {
				return nil
			}
			counted, next = append(counted, g), append(next, a)
		}
		for i, g := range counted {
			if err := setAttempts(ctx, tx, realm, g.pair, next[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count attempt: %w", err)
	}
	if wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		return nil, fault.New(fault.Denied, "identity.too_many_attempts").With("seconds", strconv.Itoa(seconds))
	}
	return counted, nil
}

// giveBack takes a right attempt off the gates that counted it.
func giveBack(ctx context.Context, tx *db.Tx, realm string, counted []gate, now time.Time) error {
	for i, g := range counted {
		a, err := takeAttempts(ctx, tx, realm, g.pair)
		if err != nil {
			return err
		}
		if err := setAttempts(ctx, tx, realm, g.pair, a.right(now, i == 0)); err != nil {
			return err
		}
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

// open begins a session, or half of one, unless the account was disabled or its
// password replaced since it was looked up.
func (s *Service) open(ctx context.Context, realm, account, phc string, counted []gate, from Client) (e Entry, err error) {
	now := s.Now()
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := lockAccount(ctx, tx, realm, account, phc)
		if err != nil {
			return err
		}
		if n == 0 {
			return errWrong
		}
		if err := giveBack(ctx, tx, realm, counted, now); err != nil {
			return err
		}
		e, err = s.begin(ctx, tx, realm, account, Opening{From: from})
		return err
	})
	if err != nil {
		return Entry{}, fmt.Errorf("open session: %w", err)
	}
	return e, nil
}

// Opening says how somebody came in: from where, by which provider, if by one, and
// whether with two factors.
type Opening struct {
	From   Client
	Via    string
	Strong bool
}

// EnterBy begins a session, or half of one, for somebody whom a provider has named, in
// the transaction that found whose account it is. It is Missing where the account is
// disabled.
func (s *Service) EnterBy(ctx context.Context, tx *db.Tx, realm, account string, o Opening) (Entry, error) {
	if n, err := lockEnabled(ctx, tx, realm, account); err != nil || n == 0 {
		return Entry{}, failed(err, errMissing)
	}
	return s.begin(ctx, tx, realm, account, o)
}

// begin opens what the account's owner may have after this step.
func (s *Service) begin(ctx context.Context, tx *db.Tx, realm, account string, o Opening) (e Entry, err error) {
	now := s.Now()
	e = Entry{Token: newToken(), Step: In}
	if !o.Strong {
		if e.Step, err = nextStep(ctx, tx, realm, account, now); err != nil {
			return Entry{}, err
		}
	}
	agent, net := family(o.From.Agent), network(o.From.IP)
	if e.Step != In {
		return e, insertHalf(ctx, tx, realm, digest(e.Token), half{account: account, agent: agent, network: net, via: o.Via, expires: now.Add(halfway)})
	}
	s.noteEntry(ctx, tx, realm, account, o.Via, o.Strong)
	return e, insertSession(ctx, tx, realm, digest(e.Token), session{
		account: account, created: now, seen: now, expires: now.Add(absolute), proved: now, agent: agent, network: net,
		via: o.Via, strong: o.Strong,
	})
}

// noteEntry keeps in the audit that somebody signed in, and how.
func (s *Service) noteEntry(ctx context.Context, tx *db.Tx, realm, account, via string, strong bool) {
	how := map[string]any{}
	if via != "" {
		how["provider"] = via
	}
	if strong {
		how["factors"] = 2
	}
	var detail any
	if len(how) > 0 {
		detail = how
	}
	s.note(ctx, tx, realm, account, "identity.signed_in", Actor{Account: account}, s.Now(), detail)
}

// AdmitFrom counts an attempt of a network that names no login, before it is looked
// at, or says how long to wait.
func (s *Service) AdmitFrom(ctx context.Context, realm string, from Client) error {
	_, err := s.admit(ctx, realm, []gate{onNetwork(network(from.IP))})
	return err
}

// ForgiveFrom takes an attempt off its network: it was right.
func (s *Service) ForgiveFrom(ctx context.Context, tx *db.Tx, realm string, from Client) error {
	g := onNetwork(network(from.IP))
	a, err := takeAttempts(ctx, tx, realm, g.pair)
	if err != nil {
		return err
	}
	return setAttempts(ctx, tx, realm, g.pair, a.right(s.Now(), false))
}

// HasFactor reports whether an account has a second factor.
func HasFactor(ctx context.Context, tx *db.Tx, realm, account string) (bool, error) {
	return hasFactor(ctx, tx, realm, account)
}

// EndVia ends all sessions, and halves, that were opened by a provider.
func EndVia(ctx context.Context, tx *db.Tx, realm, provider string, now time.Time) error {
	return endVia(ctx, tx, realm, provider, now)
}
