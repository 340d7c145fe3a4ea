// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sight

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/core/audit"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Stated is a purpose that somebody stated and that still counts.
type Stated struct {
	Purpose Purpose
	Words   string
	Until   time.Time
}

// State is somebody saying what they need to read a subject for. It counts for
// this person and this subject until Until, and a later one replaces it.
type State struct {
	Realm   string
	Subject string
	Place   int64
	Account string
	Purpose Purpose
	Words   string
	At      time.Time
	Until   time.Time
	Alarm   bool // the auditors of the place are told
}

// Alarm is the body of the event "sight.alarmed": somebody reached for what is
// protected. Purpose is empty for somebody who was refused.
type Alarm struct {
	Subject string  `json:"subject"`
	Place   int64   `json:"place"`
	Account string  `json:"account"`
	Purpose Purpose `json:"purpose,omitempty"`
}

// Say keeps a stated purpose with tx. That is no look yet: each look is recorded
// when it happens. It fails with Invalid for what may not be said.
func Say(ctx context.Context, tx *db.Tx, c State) error {
	words, err := clean("words", c.Words)
	if err != nil {
		return err
	}
	if err := checkPurpose(c.Purpose, words, Purposes()); err != nil {
		return err
	}
	if err := upsertPurpose(ctx, tx, c, words); err != nil {
		return fmt.Errorf("state a purpose: %w", err)
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: c.Realm, Subject: c.Subject, Act: "sight.purpose_stated", Actor: c.Account, At: c.At,
		Detail: map[string]string{"purpose": string(c.Purpose)},
	})
	if !c.Alarm {
		return nil
	}
	return Warn(ctx, tx, c.Realm, c.At, Alarm{Subject: c.Subject, Place: c.Place, Account: c.Account, Purpose: c.Purpose})
}

// Warn tells the auditors of a place, when tx commits, that somebody reached for
// what is protected.
func Warn(ctx context.Context, tx *db.Tx, realm string, at time.Time, a Alarm) error {
	audit.Add(ctx, tx, audit.Entry{
		Realm: realm, Subject: a.Subject, Act: "sight.alarmed", Actor: a.Account, At: at,
		Detail: map[string]string{"purpose": string(a.Purpose)},
	})
	return outbox.Add(ctx, tx, realm, "sight.alarmed", at, a)
}

// Find returns the purpose that an account stated for a subject and that counts
// now; ok is false without one.
func Find(ctx context.Context, tx *db.Tx, realm, account, subject string, now time.Time) (s Stated, ok bool, err error) {
	return findPurpose(ctx, tx, realm, account, subject, now)
}
