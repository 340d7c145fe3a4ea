// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package sight knows who saw what of it, and for which purpose.
//
// Whoever is about to show somebody a sensitive field calls Record in the
// transaction that reads the field: what cannot be recorded is not shown. A
// record names the subject, the fields, the purpose and the reader, and holds no
// value that was read. Each is an entry of the audit too, so the log covers it.
//
// The same look repeated within ten minutes is counted in the record that is
// there: the audit says that there were looks from that moment on, the record
// how many. It is never more than ten minutes that one entry speaks for.
//
//	sight.go   looks and purposes, and Record
//	purpose.go saying what one needs to read something for
//	read.go    the log of looks; reading it is a look too
//	sample.go  auditors draw looks by chance and judge them; the person asked answers
//	rules.go   what may be said, what is drawn (no I/O)
//	store*.go  the only SQL
package sight

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Service carries out the use cases. All fields are required.
type Service struct {
	DB  *db.DB
	Now clock.Clock
}

// Purpose is what somebody needs to read something for.
type Purpose string

// The purposes. Those that people state themselves are listed by Purposes.
const (
	Handling    Purpose = "handling"    // to deal with it
	Deciding    Purpose = "deciding"    // to send it out, to approve, to arbitrate
	Checking    Purpose = "checking"    // to see whether it was dealt with
	Answering   Purpose = "answering"   // to answer who asked
	Contacting  Purpose = "contacting"  // to reach who reported
	Request     Purpose = "request"     // to answer what somebody asks of their own data
	Supervising Purpose = "supervising" // to examine, on what somebody complained of
	Other       Purpose = "other"       // in words
	Auditing    Purpose = "auditing"    // to read this log
)

// Way is how something was shown.
type Way string

// The ways.
const (
	Page   Way = "page"
	API    Way = "api"
	Export Way = "export"
)

// Look is somebody reading sensitive fields of one subject.
type Look struct {
	Realm   string
	Subject string // as in the audit
	Place   int64
	Fields  []string // keys, never values
	Purpose Purpose
	Words   string // what the reader added; they stay out of the audit
	Account string
	Role    identity.Role // in which, and the body for which, they acted
	Body    string
	Way     Way
	At      time.Time
}

// Entry is a look as it was kept.
type Entry struct {
	Look
	ID    string
	Last  time.Time // when it was repeated last; At if it was not
	Times int
}

// again is how long the same look is counted in one entry.
const again = 10 * time.Minute

// Record keeps the look with tx. It must have been called without a fault before
// what was read is shown. It fails with Invalid for a purpose that does not exist.
func Record(ctx context.Context, tx *db.Tx, l Look) error {
	if l.Realm == "" || l.Subject == "" || l.Account == "" || l.At.IsZero() || len(l.Fields) == 0 || l.Way == "" {
		return fmt.Errorf("a look at %q by %q lacks a part", l.Subject, l.Account)
	}
	if err := checkPurpose(l.Purpose, l.Words, everyPurpose); err != nil {
		return err
	}
	l.Fields = slices.Compact(slices.Sorted(slices.Values(l.Fields)))
	folded, err := repeat(ctx, tx, l, l.At.Add(-again))
	if err != nil || folded {
		return err
	}
	e := Entry{Look: l, ID: id.New(), Last: l.At, Times: 1}
	if err := insertLook(ctx, tx, e); err != nil {
		return fmt.Errorf("record a look: %w", err)
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: l.Realm, Subject: l.Subject, Act: "sight.looked", Actor: l.Account, At: l.At,
		Detail: map[string]string{
			"look": e.ID, "fields": strings.Join(l.Fields, " "), "purpose": string(l.Purpose),
			"role": string(l.Role), "body": l.Body, "way": string(l.Way),
		},
	})
	return nil
}

// The faults that more than one use case answers with.
var (
	errDenied  = fault.New(fault.Denied, "sight.auditors_only")
	errMissing = fault.New(fault.Missing, "sight.missing")
)
