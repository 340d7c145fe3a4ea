// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/platform/db"
)

// TokenPrefix begins every token of a program, so that one that leaks can be
// recognised as ours.
const TokenPrefix = "pvt_"

// Scopes are what a token may be limited to. A token never reaches beyond what
// its account was granted; its scopes narrow that.
func Scopes() []string {
	return []string{"matters:read", "matters:report", "matters:move", "figures:read", "rules:read"}
}

// Bounds of tokens.
const (
	longestToken  = 366 * 24 * time.Hour
	maxTokens     = 20
	maxTokenName  = 60
	tokenLastUsed = time.DateOnly
)

// Token is the right of a program to act for an account.
type Token struct {
	ID      string
	Account string
	Name    string // what it is for
	Scopes  []string
	Created time.Time
	Until   time.Time
	Revoked time.Time // zero while it counts
	UsedOn  string    // day of the last use; empty before the first
}

// NewToken asks for a token of one's own.
type NewToken struct {
	Name   string
	Scopes []string
	Until  time.Time // within a year
	By     Actor
}

// CreateToken makes a token and returns the secret, which is shown this once. It is
// for somebody who has proved who they are a moment ago.
func (s *Service) CreateToken(ctx context.Context, c NewToken) (secret string, t Token, err error) {
	now := s.Now()
	if err := c.By.ProvedLately(now); err != nil {
		return "", t, err
	}
	name, bad := form.CleanText(c.Name, false)
	var faults []*fault.Error
	if bad != nil || name == "" || len([]rune(name)) > maxTokenName {
		faults = append(faults, fault.New(fault.Invalid, "identity.token_name").At("name"))
	}
	if len(c.Scopes) == 0 || slices.ContainsFunc(c.Scopes, func(x string) bool { return !slices.Contains(Scopes(), x) }) {
		faults = append(faults, fault.New(fault.Invalid, "identity.token_scopes").At("scopes"))
	}
	if !c.Until.After(now) || c.Until.After(now.Add(longestToken)) {
		faults = append(faults, fault.New(fault.Invalid, "identity.token_until").At("until"))
	}
	if c.By.Anonymous() {
		return "", t, errOut
	}
	if err := fault.Join(faults...); err != nil {
		return "", t, err
	}
	secret = TokenPrefix + newToken()
	t = Token{ID: id.New(), Account: c.By.Account, Name: name, Scopes: slices.Sorted(slices.Values(c.Scopes)), Created: now, Until: c.Until}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		there, err := tokens(ctx, tx, c.By.Realm, c.By.Account)
		if err != nil {
			return err
		}
		live := slices.DeleteFunc(there, func(t Token) bool { return !t.counts(now) })
		if len(live) >= maxTokens {
			return fault.New(fault.Conflict, "identity.too_many_tokens")
		}
		s.note(ctx, tx, c.By.Realm, c.By.Account, "identity.token_made", c.By, now, map[string]any{"token": t.ID, "scopes": t.Scopes})
		return insertToken(ctx, tx, c.By.Realm, digest(secret), t)
	})
	if err != nil {
		return "", t, fmt.Errorf("make token: %w", err)
	}
	return secret, t, nil
}

// counts reports whether a token may be used.
func (t Token) counts(now time.Time) bool { return t.Revoked.IsZero() && now.Before(t.Until) }

// Tokens lists somebody's tokens, the newest first.
func (s *Service) Tokens(ctx context.Context, by Actor) (out []Token, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = tokens(ctx, tx, by.Realm, by.Account)
		return err
	})
	return out, err
}

// RevokeToken ends one of somebody's own tokens at once. One that has ended
// already is no failure.
func (s *Service) RevokeToken(ctx context.Context, by Actor, name string) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := revokeToken(ctx, tx, by.Realm, by.Account, name, s.Now())
		if err == nil && n == 0 {
			err = fault.New(fault.Missing, "identity.token_missing")
		}
		s.note(ctx, tx, by.Realm, by.Account, "identity.token_revoked", by, s.Now(), map[string]any{"token": name})
		return err
	})
}

// UseToken returns the actor for whom a program acts, with the grants that count
// now, and the token's scopes: no privileged ones while the account lacks the second
// factor that they ask for. It fails with the fault identity.signed_out when
// the token was never made, has ended, was revoked, or its account is disabled.
func (s *Service) UseToken(ctx context.Context, realm, secret string) (a Actor, scopes []string, err error) {
	if !strings.HasPrefix(secret, TokenPrefix) || len(secret) != len(TokenPrefix)+len(newToken()) {
		return Actor{}, nil, errOut
	}
	now := s.Now()
	var t Token
	var step Step
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if a, t, err = tokenByDigest(ctx, tx, realm, digest(secret)); err != nil {
			return err
		}
		if !t.counts(now) {
			return errOut
		}
		if a.Grants, err = grantsOf(ctx, tx, realm, a.Account, now); err != nil {
			return err
		}
		step, err = nextStep(ctx, tx, realm, a.Account, now)
		return err
	})
	if err != nil {
		return Actor{}, nil, fmt.Errorf("use token: %w", err)
	}
	a.Grants = slices.DeleteFunc(a.Grants, func(g Grant) bool { return !g.Live(now) || step == Enrol && g.Role.privileged() })
	if day := now.Format(tokenLastUsed); day != t.UsedOn {
		err := s.DB.InTx(ctx, func(tx *db.Tx) error { return touchToken(ctx, tx, realm, digest(secret), day) })
		if err != nil { // a full disk must not keep programs from reading
			s.Log.WarnContext(ctx, "use of a token not kept", "realm", realm, "err", err)
		}
	}
	return a, t.Scopes, nil
}
