// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package federation lets people sign in with what another house knows of them: an
// identity provider, such as a province's unified sign-in, asked by OpenID Connect.
//
// A provider says who somebody is and gives nobody an account. Its subject is linked
// to an account by the account's owner, who has proved to be it, and is known by
// issuer and subject alone: never by a login, a name or an address, which others may
// be given later. A provider is one factor, unless it is trusted to have asked for
// two.
//
// A sign-in on its way is a flow: kept by a digest of what the browser holds, good
// once and for ten minutes. State, nonce and verifier are computed from what the
// browser holds, so that whoever reads the database can take part in none.
//
//	federation.go  the service, and what is asked of the outside
//	provider.go    providers: adding, changing, closing, removing
//	begin.go       sending a browser to a provider
//	answer.go      what comes back
//	link.go        whose account a subject is
//	rules.go       what may be written of a provider; secrets of a flow; trust
//	store*.go      the only SQL
package federation

import (
	"context"
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
	Outside  Outside
	Realms   Realms
}

// Outside asks providers. It is never asked within a transaction.
type Outside interface {
	// Discover fails unless there is a provider at the issuer's address.
	Discover(ctx context.Context, issuer string) error
	// Address is where a browser is sent.
	Address(ctx context.Context, site Site, q Question) (string, error)
	// From fails unless an answer that names an issuer may be from the site's.
	From(ctx context.Context, site Site, named string) error
	// Redeem says whom a code is about.
	Redeem(ctx context.Context, site Site, q Question, code string) (Subject, error)
}

// Realms knows which places a realm has.
type Realms interface {
	// Whole returns the interval of all places of a realm.
	Whole(realm string) (lo, hi int64)
}

// Site is this site as a provider knows it; Callback is where answers are sent.
type Site struct{ Issuer, ID, Secret, Callback string }

// Question is one sign-in that a provider is asked for. Afresh has it ask people
// again, Levels are the classes that are wished for.
type Question struct {
	State, Nonce, Verifier string
	Afresh                 bool
	Levels                 []string
}

// Subject is whom a provider names, how sure it is (acr, amr), and since when.
type Subject struct {
	ID      string
	Level   string
	Methods []string
	Since   time.Time
}

// Provider is an identity provider of a realm. Strong are the words in acr or amr by
// which it says that it has asked for two factors; none: it is never trusted to.
type Provider struct {
	Realm    string
	ID       string
	Name     string // on the button
	Issuer   string
	Client   string
	Strong   []string
	Active   bool
	Keyed    bool // it has given us a secret
	Links    int  // accounts that are linked to it
	Created  time.Time
	Revision int

	secret string // sealed
}

// The faults that more than one use case answers with.
var (
	errMissing = fault.New(fault.Missing, "federation.missing")
	errDenied  = fault.New(fault.Denied, "federation.not_yours")
	errStale   = fault.New(fault.Stale, "federation.changed")
	errClosed  = fault.New(fault.Conflict, "federation.closed")
	errOver    = fault.New(fault.Conflict, "federation.over")
	errOther   = fault.New(fault.Denied, "federation.other_browser")
	errUnknown = fault.New(fault.Denied, "federation.unknown")
	errTaken   = fault.New(fault.Conflict, "federation.taken")
	errHasOne  = fault.New(fault.Conflict, "federation.has_one")
	errLast    = fault.New(fault.Conflict, "federation.last_way")
)

// note adds to the audit what was done to an account's links or to a provider.
func (s *Service) note(ctx context.Context, tx *db.Tx, realm, subject, act, by string, detail any) {
	audit.Add(ctx, tx, audit.Entry{Realm: realm, Subject: subject, Act: act, Actor: by, At: s.Now(), Detail: detail})
}

// about is what a provider's secret is sealed for.
func about(realm, id string) string { return "provider/" + realm + "/" + id }

// sum is what is kept of a subject.
func (s *Service) sum(realm, issuer, subject string) string {
	return s.Box.Sum("subject", realm, issuer, subject)
}
