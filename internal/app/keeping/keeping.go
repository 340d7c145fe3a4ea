// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package keeping offers for those who keep something about people and must not know
// that there are keepers: accounts, drafts for the public, and logs.
package keeping

import (
	"context"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// Accounts is what accounts hold about those who work here.
type Accounts struct {
	Identity *identity.Service
	Former   string // what stands in the place of a name
}

const accountKind = "account"

// Kinds are the kinds of data that accounts hold: while a log must say who acted,
// the account says who that was.
func (k Accounts) Kinds() []retention.Kind {
	return []retention.Kind{{Name: accountKind, Deeds: []retention.Deed{retention.Deidentify, retention.Keep}, Min: logDays, Basis: "basis.csl_logs"}}
}

// Over lists accounts that were disabled.
func (k Accounts) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	only, named := strings.CutPrefix(q.Subject, "account/")
	if q.Kind != accountKind || q.Subject != "" && !named || q.During != nil {
		return nil, nil
	}
	list, err := identity.Departed(ctx, tx, q.Realm, only, q.Before, strings.TrimPrefix(q.After, "account/"), q.Limit)
	out := make([]retention.Item, len(list))
	for i, d := range list {
		out[i] = retention.Item{Kind: accountKind, Subject: "account/" + d.Account, Ended: d.At, Open: d.Open}
	}
	return out, err
}

// Forget takes from an account whose it was.
func (k Accounts) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	return 1, identity.ForgetOwner(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, "account/"), k.Former)
}

// Held returns what an account says about its owner.
func (k Accounts) Held(ctx context.Context, realm, subject string) ([]retention.Record, error) {
	account, ok := strings.CutPrefix(subject, "account/")
	if !ok {
		return nil, nil
	}
	who, err := k.Identity.Account(ctx, realm, account)
	if err != nil {
		return nil, err
	}
	out := []retention.Record{
		{Kind: accountKind, Key: "rights.field.login", Value: who.Login, At: who.Created},
		{Kind: accountKind, Key: "rights.field.name", Value: who.Name, At: who.Created},
	}
	if who.Mail != "" {
		out = append(out, retention.Record{Kind: accountKind, Key: "rights.field.mail", Value: who.Mail, At: who.Created})
	}
	return out, nil
}

// Correct sends people to the page of their account: name and address are changed
// there, at once.
func (k Accounts) Correct(_ context.Context, _ *db.Tx, c retention.Correction) (bool, error) {
	if strings.HasPrefix(c.Subject, "account/") {
		return false, fault.New(fault.Conflict, "rights.correct_account")
	}
	return false, nil
}

// logDays is how long network logs are kept at least: six months, Cybersecurity Law
// art. 23 as in force from 2026-01-01.
const logDays = 183

// Logs is the audit: it is never destroyed by this program, and the schedule says so.
type Logs struct{}

// Kinds are the kinds of data that logs are.
func (Logs) Kinds() []retention.Kind {
	return []retention.Kind{{Name: "audit", Deeds: []retention.Deed{retention.Keep}, Min: logDays, Basis: "basis.csl_logs"}}
}

// Over lists nothing: nothing of the audit is ever over.
func (Logs) Over(context.Context, *db.Tx, retention.Question) ([]retention.Item, error) {
	return nil, nil
}

// Forget refuses.
func (Logs) Forget(context.Context, *db.Tx, retention.Stone) (int, error) {
	return 0, fault.New(fault.Conflict, "retention.deed_unknown")
}

// Held says nothing: the audit holds references, no personal data.
func (Logs) Held(context.Context, string, string) ([]retention.Record, error) { return nil, nil }

// Correct keeps nothing.
func (Logs) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
