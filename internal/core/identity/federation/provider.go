// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package federation

import (
	"context"
	"fmt"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Add asks for a provider. Strong lists words, with spaces between them.
type Add struct {
	Realm, Name, Issuer, Client, Secret, Strong string
	By                                          identity.Actor
}

// Amend asks for a change. The issuer stays what it is: links belong to it, and a
// secret is never sent to another address than it was given for. An empty Secret
// keeps the one there is. Revision is the one its author saw.
type Amend struct {
	Realm, ID                    string
	Revision                     int
	Name, Client, Secret, Strong string
	By                           identity.Actor
}

// May fails unless by looks after the providers of a realm: the security
// administrators of all its places, who have proved a moment ago who they are.
func (s *Service) May(realm string, by identity.Actor) error {
	lo, hi := s.Realms.Whole(realm)
	if by.Realm != realm || !by.Holds(identity.Security, lo, hi, s.Now()) {
		return errDenied
	}
	return by.ProvedLately(s.Now())
}

// read cleans and checks what is the same in adding and changing.
func read(p *Provider, name, secret, strong string) []*fault.Error {
	var badName, badStrong *fault.Error
	p.Name, badName = checkName(name)
	p.Strong, badStrong = wordsOf(strong)
	return []*fault.Error{badName, checkClient(p.Client), checkSecret(secret), badStrong}
}

// joined is all faults of a form as one error, or nil.
func joined(list []*fault.Error) error {
	var found []*fault.Error
	for _, f := range list {
		if f != nil {
			found = append(found, f)
		}
	}
	return fault.Join(found...)
}

// Add adds a provider once it has answered at its address.
func (s *Service) Add(ctx context.Context, c Add) (Provider, error) {
	if err := s.May(c.Realm, c.By); err != nil {
		return Provider{}, err
	}
	p := Provider{
		Realm: c.Realm, ID: id.New(), Issuer: strings.TrimSpace(c.Issuer), Client: strings.TrimSpace(c.Client),
		Active: true, Created: s.Now(), Revision: 1,
	}
	secret := strings.TrimSpace(c.Secret)
	faults := read(&p, c.Name, secret, c.Strong)
	if err := joined(append(faults, checkIssuer(p.Issuer))); err != nil {
		return Provider{}, err
	}
	if err := s.answers(ctx, p.Issuer); err != nil {
		return Provider{}, err
	}
	if err := s.lock(&p, secret); err != nil {
		return Provider{}, fmt.Errorf("add provider: %w", err)
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		list, err := providers(ctx, tx, p.Realm)
		if err != nil {
			return err
		}
		if len(list) >= maxProviders {
			return fault.New(fault.Conflict, "federation.too_many")
		}
		s.note(ctx, tx, p.Realm, "provider/"+p.ID, "federation.provider_added", c.By.Account, detailOf(p))
		return insertProvider(ctx, tx, p)
	})
	if db.IsDuplicate(err) {
		return Provider{}, fault.New(fault.Conflict, "federation.issuer_twice").At("issuer")
	}
	if err != nil {
		return Provider{}, fmt.Errorf("add provider: %w", err)
	}
	return p, nil
}

// answers asks whether there is a provider. What is wrong is wrong with the issuer.
func (s *Service) answers(ctx context.Context, issuer string) error {
	err := s.Outside.Discover(ctx, issuer)
	if f, known := fault.As(err); known {
		return f.At("issuer")
	}
	return err
}

// lock seals a provider's secret.
func (s *Service) lock(p *Provider, secret string) (err error) {
	if secret == "" {
		return nil
	}
	p.Keyed = true
	p.secret, err = s.Box.Seal(p.Realm, about(p.Realm, p.ID), []byte(secret))
	return err
}

// Amend changes a provider.
func (s *Service) Amend(ctx context.Context, c Amend) error {
	if err := s.May(c.Realm, c.By); err != nil {
		return err
	}
	p, err := s.Provider(ctx, c.Realm, c.ID)
	if err != nil {
		return err
	}
	p.Client, p.Revision, p.secret = strings.TrimSpace(c.Client), c.Revision, ""
	secret := strings.TrimSpace(c.Secret)
	if err := joined(read(&p, c.Name, secret, c.Strong)); err != nil {
		return err
	}
	if err := s.answers(ctx, p.Issuer); err != nil {
		return err
	}
	if err := s.lock(&p, secret); err != nil {
		return fmt.Errorf("change provider: %w", err)
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := amendProvider(ctx, tx, p)
		if err == nil && n == 0 {
			err = errStale
		}
		detail := detailOf(p)
		detail["secret_changed"] = secret != ""
		s.note(ctx, tx, p.Realm, "provider/"+p.ID, "federation.provider_changed", c.By.Account, detail)
		return err
	})
	if err != nil {
		return fmt.Errorf("change provider: %w", err)
	}
	return nil
}

// Close lets nobody in by a provider from now on, and ends what it has opened.
func (s *Service) Close(ctx context.Context, realm, provider string, by identity.Actor) error {
	return s.turn(ctx, realm, provider, by, "federation.provider_closed", func(tx *db.Tx) (int64, error) {
		return setActive(ctx, tx, realm, provider, false)
	})
}

// Open lets people in by a provider again.
func (s *Service) Open(ctx context.Context, realm, provider string, by identity.Actor) error {
	return s.turn(ctx, realm, provider, by, "federation.provider_opened", func(tx *db.Tx) (int64, error) {
		return setActive(ctx, tx, realm, provider, true)
	})
}

// Remove closes a provider for good and forgets its secret. Links stay with the
// issuer, for the day it is added again.
func (s *Service) Remove(ctx context.Context, realm, provider string, by identity.Actor) error {
	return s.turn(ctx, realm, provider, by, "federation.provider_removed", func(tx *db.Tx) (int64, error) {
		return removeProvider(ctx, tx, realm, provider, s.Now())
	})
}

// turn changes whether a provider counts. Whatever the change, the sessions it has
// opened end where it no longer does.
func (s *Service) turn(ctx context.Context, realm, provider string, by identity.Actor, act string, change func(*db.Tx) (int64, error)) error {
	if err := s.May(realm, by); err != nil {
		return err
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := change(tx)
		if err != nil {
			return err
		}
		if n == 0 {
			return errMissing
		}
		s.note(ctx, tx, realm, "provider/"+provider, act, by.Account, nil)
		if act == "federation.provider_opened" {
			return nil
		}
		return identity.EndVia(ctx, tx, realm, provider, s.Now())
	})
	if err != nil {
		return fmt.Errorf("turn provider: %w", err)
	}
	return nil
}

// Provider returns one provider that was not removed.
func (s *Service) Provider(ctx context.Context, realm, provider string) (p Provider, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, err = providerByID(ctx, tx, realm, provider)
		return err
	})
	if err != nil {
		return Provider{}, fmt.Errorf("read provider: %w", err)
	}
	return p, nil
}

// Providers lists a realm's providers by name, but those that were removed.
func (s *Service) Providers(ctx context.Context, realm string) (list []Provider, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		list, err = providers(ctx, tx, realm)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list providers: %w", err)
	}
	return list, nil
}

// Offered lists the providers that people can sign in by.
func (s *Service) Offered(ctx context.Context, realm string) ([]Provider, error) {
	list, err := s.Providers(ctx, realm)
	out := list[:0]
	for _, p := range list {
		if p.Active {
			out = append(out, p)
		}
	}
	return out, err
}

// detailOf is what the audit keeps of a provider.
func detailOf(p Provider) map[string]any {
	return map[string]any{"issuer": p.Issuer, "client": p.Client, "strong": p.Strong}
}
