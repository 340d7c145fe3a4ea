// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package factor keeps the second factor of an account: a secret shared with an
// app that makes codes of six digits (TOTP, RFC 6238), and recovery codes on paper
// for the day the telephone is lost.
//
// A code counts once: the last period that was used is kept, and no code of it or
// of an earlier one is taken again. Secrets are sealed with the server's key, and
// of recovery codes there is a keyed sum only.
//
//	factor.go   the service and what it tells
//	enrol.go    offering a secret, setting up, removing
//	check.go    codes at sign-in and as proof
//	rules.go    which code is right; how recovery codes are written
//	store.go    the only SQL
package factor

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Service carries out the use cases. All fields are required.
type Service struct {
	DB       *db.DB
	Now      clock.Clock
	Box      *seal.Box
	Identity *identity.Service
}

// State is how an account stands with its second factor.
type State struct {
	Since    time.Time // zero without one
	Left     int       // recovery codes that were not used
	Required bool      // the account's roles ask for one
}

// On reports whether there is a second factor.
func (s State) On() bool { return !s.Since.IsZero() }

var (
	errCode    = fault.New(fault.Invalid, "factor.wrong_code").At("code")
	errOffer   = fault.New(fault.Invalid, "factor.offer_over").At("code")
	errOn      = fault.New(fault.Conflict, "factor.on_already")
	errMissing = fault.New(fault.Missing, "factor.none")
)

// State returns how an account stands.
func (s *Service) State(ctx context.Context, realm, account string) (st State, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		f, err := load(ctx, tx, realm, account)
		if err != nil {
			return err
		}
		st.Since = f.since
		if st.Left, err = unused(ctx, tx, realm, account); err != nil {
			return err
		}
		st.Required, err = identity.RequiresFactor(ctx, tx, realm, account, s.Now())
		return err
	})
	if err != nil {
		return State{}, fmt.Errorf("read factor: %w", err)
	}
	return st, nil
}

// note adds to the audit what was done to an account's factor.
func (s *Service) note(ctx context.Context, tx *db.Tx, realm, account, act, by string) {
	audit.Add(ctx, tx, audit.Entry{Realm: realm, Subject: "account/" + account, Act: act, Actor: by, At: s.Now()})
}

// about is what an account's secret is sealed for.
func about(realm, account string) string { return "factor/" + realm + "/" + account }
