// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package passkey keeps the passkeys of accounts (WebAuthn): keys that a telephone,
// a computer or a stick makes for one site, and uses when its owner has shown it
// finger, face or PIN. One opens a session alone, counts as both factors, and
// answers no other site than the one it was made for.
//
// What the browser is asked is kept nowhere: it travels sealed in the form that
// brings the answer, for five minutes. A challenge is spent when it is answered,
// rightly or not. A passkey whose count of signatures does not grow was copied: it
// is locked, and its owner told.
//
//	passkey.go   the service and what it tells
//	rules.go     for which site passkeys are made; names
//	ceremony.go  what the browser is asked, sealed, spent once
//	answer.go    reading and verifying what it answers
//	add.go       making a passkey
//	use.go       signing in, the second step, proof; locking
//	change.go    renaming, removing
//	store.go     the only SQL
package passkey

import (
	"context"
	"fmt"
	"log/slog"
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
	Log      *slog.Logger
	Box      *seal.Box
	Identity *identity.Service
}

// Passkey is one as its owner sees it.
type Passkey struct {
	ID      string
	Name    string
	Site    string    // the host it was made for
	Synced  bool      // its maker keeps a copy, so that it is on several devices
	Created time.Time // never zero
	Used    time.Time // zero until it is
	Locked  time.Time // zero unless it was found copied
}

// Locked is the event that a passkey was found copied.
const Locked = "passkey.locked"

// Copied is the body of that event.
type Copied struct{ Account, Passkey string }

var (
	errRefused = fault.New(fault.Denied, "passkey.refused")
	errOver    = fault.New(fault.Invalid, "passkey.over")
	errKnown   = fault.New(fault.Conflict, "passkey.known")
	errMany    = fault.New(fault.Conflict, "passkey.many")
	errNone    = fault.New(fault.Conflict, "passkey.none_here")
	errMissing = fault.New(fault.Missing, "passkey.missing")
)

// List returns the passkeys of an account, the oldest first.
func (s *Service) List(ctx context.Context, realm, account string) (out []Passkey, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		rows, err := ofAccount(ctx, tx, realm, account)
		out = make([]Passkey, len(rows))
		for i, r := range rows {
			out[i] = r.passkey()
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list passkeys: %w", err)
	}
	return out, nil
}

// One returns a passkey of the actor's own.
func (s *Service) One(ctx context.Context, by identity.Actor, id string) (Passkey, error) {
	list, err := s.List(ctx, by.Realm, by.Account)
	if err != nil {
		return Passkey{}, err
	}
	for _, p := range list {
		if p.ID == id {
			return p, nil
		}
	}
	return Passkey{}, errMissing
}

// note adds to the audit what was done to a passkey.
func (s *Service) note(ctx context.Context, tx *db.Tx, realm, account, act, passkey, by string) {
	audit.Add(ctx, tx, audit.Entry{
		Realm: realm, Subject: "account/" + account, Act: act, Actor: by, At: s.Now(), Detail: map[string]string{"passkey": passkey},
	})
}
