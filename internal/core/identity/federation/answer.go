// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package federation

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Answer is what came back from a provider through a browser: State, Code, Issuer
// (RFC 9207) and Error are the provider's, Token is what the browser had kept, By who
// is signed in there.
type Answer struct {
	Realm, Token               string
	State, Code, Issuer, Error string
	Callback                   string
	By                         identity.Actor
	From                       identity.Client
}

// Outcome is what an answer has led to: an Entry after signing in, the session's new
// Token after a proof. Purpose and Next are those of the flow, also where it failed;
// they are empty while it is not known which flow it was.
type Outcome struct {
	Purpose Purpose
	Next    string
	Entry   identity.Entry
	Token   string
}

// Answer takes a provider's answer. A flow is good once, in the browser that began
// it, and for the provider it was begun with; it is spent before the provider is
// asked whom the code is about, which happens outside any transaction.
func (s *Service) Answer(ctx context.Context, c Answer) (out Outcome, err error) {
	f, p, err := s.underWay(ctx, c.Realm, c.Token)
	if err != nil {
		return Outcome{}, err
	}
	q := question(c.Token, f.purpose == Prove, p.Strong)
	if subtle.ConstantTimeCompare([]byte(c.State), []byte(q.State)) != 1 {
		return Outcome{}, errOther
	}
	out = Outcome{Purpose: f.purpose, Next: f.next}
	if !p.Active {
		return out, errClosed
	}
	site := Site{Issuer: p.Issuer, ID: p.Client, Callback: c.Callback}
	if err := s.Outside.From(ctx, site, c.Issuer); err != nil {
		return out, fmt.Errorf("answer of a provider: %w", err)
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error { return spendFlow(ctx, tx, c.Realm, digest(c.Token), s.Now()) })
	if err != nil {
		return out, fmt.Errorf("spend flow: %w", err)
	}
	if err := refused(c); err != nil {
		return out, err
	}
	if site.Secret, err = s.unlock(p); err != nil {
		return out, fmt.Errorf("secret of a provider: %w", err)
	}
	who, err := s.Outside.Redeem(ctx, site, q, c.Code)
	if err != nil {
		s.Log.InfoContext(ctx, "provider not believed", "realm", c.Realm, "provider", p.ID, "err", err)
		return out, fmt.Errorf("redeem: %w", err)
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if n, err := holdProvider(ctx, tx, p); err != nil || n == 0 {
			return failed(err, errClosed)
		}
		if err := s.Identity.ForgiveFrom(ctx, tx, c.Realm, c.From); err != nil {
			return err
		}
		return s.finish(ctx, tx, finishing{c, f, p, who}, &out)
	})
	if err != nil {
		return out, fmt.Errorf("finish sign-in by provider: %w", err)
	}
	return out, nil
}

// underWay returns the flow whose token a browser kept, and its provider.
func (s *Service) underWay(ctx context.Context, realm, token string) (f flow, p Provider, err error) {
	if len(token) != len(newToken()) {
		return f, p, errOver
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if f, err = flowByToken(ctx, tx, realm, digest(token), s.Now()); err != nil {
			return err
		}
		p, err = providerByID(ctx, tx, realm, f.provider)
		if errors.Is(err, errMissing) {
			err = errClosed
		}
		return err
	})
	if err != nil {
		err = fmt.Errorf("read flow: %w", err)
	}
	return f, p, err
}

// refused says that the provider, or the person there, said no, or sent nothing of
// use.
func refused(c Answer) error {
	switch {
	case c.Error == "access_denied":
		return fault.New(fault.Conflict, "federation.declined")
	case c.Error != "" || c.Code == "" || len(c.Code) > maxCode:
		return fault.New(fault.Conflict, "federation.failed")
	}
	return nil
}

// unlock opens a provider's secret.
func (s *Service) unlock(p Provider) (string, error) {
	if p.secret == "" {
		return "", nil
	}
	plain, err := s.Box.Open(p.secret, about(p.Realm, p.ID))
	return string(plain), err
}

// finishing is all that is known when a provider has named somebody.
type finishing struct {
	c   Answer
	f   flow
	p   Provider
	who Subject
}

// finish does what the flow was for.
func (s *Service) finish(ctx context.Context, tx *db.Tx, e finishing, out *Outcome) error {
	subject := s.sum(e.p.Realm, e.p.Issuer, e.who.ID)
	switch e.f.purpose {
	case SignIn:
		account, err := linkedTo(ctx, tx, e.p.Realm, e.p.Issuer, subject)
		if err != nil {
			return err
		}
		if account == "" {
			return errUnknown
		}
		return s.enter(ctx, tx, e, account, out)
	case Accept:
		a, err := s.Identity.SpendInvite(ctx, tx, e.p.Realm, e.f.invite)
		if err != nil {
			return err
		}
		if err := s.link(ctx, tx, e.p, subject, a.ID); err != nil {
			return err
		}
		return s.enter(ctx, tx, e, a.ID, out)
	}
	if e.c.By.Anonymous() || e.c.By.Account != e.f.account {
		return errOther
	}
	if e.f.purpose == Bind {
		if _, err := identity.Hold(ctx, tx, e.p.Realm, e.f.account); err != nil {
			return err
		}
		return s.link(ctx, tx, e.p, subject, e.f.account)
	}
	return s.prove(ctx, tx, e, subject, out)
}

// enter opens a session, or half of one.
func (s *Service) enter(ctx context.Context, tx *db.Tx, e finishing, account string, out *Outcome) (err error) {
	out.Entry, err = s.Identity.EnterBy(ctx, tx, e.p.Realm, account, identity.Opening{
		From: e.c.From, Via: e.p.ID, Strong: trusts(e.p.Strong, e.who),
	})
	if fault.KindOf(err) == fault.Missing {
		return errUnknown
	}
	return err
}

// prove renews the session of somebody whom the provider has asked again. Who has a
// second factor proves with that, unless the provider has asked for two.
func (s *Service) prove(ctx context.Context, tx *db.Tx, e finishing, subject string, out *Outcome) error {
	account, err := linkedTo(ctx, tx, e.p.Realm, e.p.Issuer, subject)
	if err != nil {
		return err
	}
	if account != e.f.account {
		return errUnknown
	}
	if !fresh(e.who, e.f.began) {
		return fault.New(fault.Conflict, "federation.not_afresh")
	}
	strong := trusts(e.p.Strong, e.who)
	has, err := identity.HasFactor(ctx, tx, e.p.Realm, account)
	if err != nil {
		return err
	}
	if has && !strong {
		return fault.New(fault.Denied, "federation.code_instead")
	}
	out.Token, err = s.Identity.Renew(ctx, tx, e.c.By, strong)
	return err
}

// failed is err, or otherwise where there is none.
func failed(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
