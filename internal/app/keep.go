// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"errors"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/holding"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
	"pavilion/internal/platform/search"
)

// keep makes what keeps to the time that data may be kept.
func (a *App) keep(_ form.Forms) {
	a.Keeping = retention.New(retention.Service{DB: a.DB, Now: a.Now, Log: a.Log, Org: a.Org, Editions: a.Editions})
	a.Keeping.Keepers = a.keepers()
}

// keepers are all parts that keep something about people. One that is missing here
// is asked for nothing and forgets nothing.
func (a *App) keepers() []retention.Keeper {
	return []retention.Keeper{
		&holding.Keeper{Matters: a.Matters, Files: a.Files, Sentence: a.Say(text.First, "retention.sentence")},
		intake.Keeper{},
		accounts{a.Identity, a.Say(text.First, "retention.former")},
		logs{},
	}
}

// retainEvery is how often the schedule is looked at; what it does is counted in days.
const retainEvery = time.Hour

// retain carries out the schedule of every realm.
func (a *App) retain(ctx context.Context) error {
	var failures []error
	for _, realm := range a.realms() {
		did, err := a.Keeping.Run(ctx, realm)
		if did.Gone > 0 || did.Held > 0 {
			a.Log.Info("the schedule of retention was carried out", "realm", realm, "gone", did.Gone, "held", did.Held)
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// scrub takes what was destroyed off the disk.
func (a *App) scrub(ctx context.Context, list []jobs.Job) []error {
	err := errors.Join(search.Purge(ctx, a.DB), a.DB.Scrub(ctx))
	answers := make([]error, len(list))
	for i := range answers {
		answers[i] = err
	}
	return answers
}

// accounts is what accounts hold about those who work here.
type accounts struct {
	identity *identity.Service
	former   string // what stands in the place of a name
}

const accountKind = "account"

// Kinds are the kinds of data that accounts hold: while a log must say who acted,
// the account says who that was.
func (k accounts) Kinds() []retention.Kind {
	return []retention.Kind{{Name: accountKind, Deeds: []retention.Deed{retention.Deidentify, retention.Keep}, Min: logDays, Basis: "basis.csl_logs"}}
}

// Over lists accounts that were disabled.
func (k accounts) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
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
func (k accounts) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	return 1, identity.ForgetOwner(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, "account/"), k.former)
}

// Held returns what an account says about its owner.
func (k accounts) Held(ctx context.Context, realm, subject string) ([]retention.Record, error) {
	account, ok := strings.CutPrefix(subject, "account/")
	if !ok {
		return nil, nil
	}
	who, err := k.identity.Account(ctx, realm, account)
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
func (k accounts) Correct(_ context.Context, _ *db.Tx, c retention.Correction) (bool, error) {
	if strings.HasPrefix(c.Subject, "account/") {
		return false, fault.New(fault.Conflict, "rights.correct_account")
	}
	return false, nil
}

// logDays is how long network logs are kept at least: six months, Cybersecurity Law
// art. 23 as in force from 2026-01-01.
const logDays = 183

// logs is the audit: it is never destroyed by this program, and the schedule says so.
type logs struct{}

// Kinds are the kinds of data that logs are.
func (logs) Kinds() []retention.Kind {
	return []retention.Kind{{Name: "audit", Deeds: []retention.Deed{retention.Keep}, Min: logDays, Basis: "basis.csl_logs"}}
}

// Over lists nothing: nothing of the audit is ever over.
func (logs) Over(context.Context, *db.Tx, retention.Question) ([]retention.Item, error) {
	return nil, nil
}

// Forget refuses.
func (logs) Forget(context.Context, *db.Tx, retention.Stone) (int, error) {
	return 0, fault.New(fault.Conflict, "retention.deed_unknown")
}

// Held says nothing: the audit holds references, no personal data.
func (logs) Held(context.Context, string, string) ([]retention.Record, error) { return nil, nil }

// Correct keeps nothing.
func (logs) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
