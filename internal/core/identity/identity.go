// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package identity knows who somebody is and what they may do where.
//
// People who work with Pavilion have accounts; residents need none. An account
// signs in with a password and gets a session, whose token is known only to the
// browser. What a person may do follows from grants: a role, in an area, for a
// body, for a time. When a grant ends so does the access, with the next request.
//
//	identity.go    accounts, the service, who may administer whom
//	actor.go       roles, grants and the person behind a request
//	rules.go       what logins, passwords and grants are allowed; throttling
//	password.go    hashing
//	account.go     making, changing, disabling accounts
//	grant.go       appointing and revoking
//	lend.go        what is given for a time: to a deputy, in an emergency, to oneself
//	invite.go      one-time links that set a password
//	signin.go      signing in, throttled for each login and network
//	session.go     the actor behind a token, signing out, changing the password
//	step.go        what stands between password and session, proofs, one's sessions
//	store*.go      the only SQL
package identity

import (
	"log/slog"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// Service carries out the use cases. All fields but Known are required.
type Service struct {
	DB  *db.DB
	Now clock.Clock
	Log *slog.Logger

	// Known reports whether there are kinds that begin with a code; without it any
	// code will do.
	Known func(realm, code string) bool
}

// New returns a service on d.
func New(d *db.DB, now clock.Clock, log *slog.Logger) *Service {
	return &Service{DB: d, Now: now, Log: log}
}

// Account is somebody who can sign in. Disabled is zero while they may.
type Account struct {
	Realm    string
	ID       string
	Login    string
	Name     string
	Language string
	Mail     string
	Ready    bool // has set a password
	Disabled time.Time
	Created  time.Time
	Revision int
}

// The faults that more than one use case answers with.
var (
	errMissing = fault.New(fault.Missing, "identity.account_missing")
	errDenied  = fault.New(fault.Denied, "identity.not_yours_to_administer")
	errStale   = fault.New(fault.Stale, "identity.account_changed")
	errWrong   = fault.New(fault.Denied, "identity.wrong_login")
	errOut     = fault.New(fault.Denied, "identity.signed_out")
	errInvite  = fault.New(fault.Missing, "identity.invite_missing")
)
