// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package passkey

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Offer asks the browser of somebody who is signed in, and has proved who they
// are, to make a passkey.
func (s *Service) Offer(ctx context.Context, by identity.Actor, site Site) (Ceremony, error) {
	if err := by.ProvedLately(s.Now()); err != nil {
		return Ceremony{}, err
	}
	return s.offer(ctx, whose{adding, by.Realm, by.Account, by.Session}, site)
}

// OfferHalf does the same between password and session, for those who may not sign
// in without a second factor and have none.
func (s *Service) OfferHalf(ctx context.Context, realm, half string, site Site) (Ceremony, error) {
	h, err := s.Identity.Half(ctx, realm, half)
	if err != nil {
		return Ceremony{}, err
	}
	return s.offer(ctx, whose{adding, realm, h.Actor.Account, half}, site)
}

func (s *Service) offer(ctx context.Context, w whose, site Site) (Ceremony, error) {
	a, err := s.Identity.Account(ctx, w.realm, w.account)
	if err != nil {
		return Ceremony{}, err
	}
	var rows []row
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		rows, err = ofAccount(ctx, tx, w.realm, w.account)
		return err
	})
	if err != nil {
		return Ceremony{}, fmt.Errorf("offer passkey: %w", err)
	}
	known, handle, err := present(rows)
	if err != nil {
		return Ceremony{}, err
	}
	rp, err := library(site)
	if err != nil {
		return Ceremony{}, fmt.Errorf("offer passkey: %w", err)
	}
	options, _, err := rp.BeginRegistration(holder{handle: handle, name: a.Login, shown: a.Name},
		webauthn.WithExclusions(webauthn.Credentials(known).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, fmt.Errorf("offer passkey: %w", err)
	}
	return s.seal(w, options.Response, options.Response.Challenge.String(), site, coding.EncodeToString(handle))
}

// present returns the passkeys of an account, and what the account is called in its
// owner's devices: a device keeps one passkey for each such name.
func present(rows []row) (known []webauthn.Credential, handle []byte, err error) {
	for _, r := range rows {
		c, err := r.credential()
		if err != nil {
			return nil, nil, err
		}
		known = append(known, c)
		if handle, err = coding.DecodeString(r.handle); err != nil {
			return nil, nil, err
		}
	}
	if handle == nil {
		handle = make([]byte, handleSize)
		rand.Read(handle) // never fails
	}
	return known, handle, nil
}

// Made is a passkey that a browser has made, as its form brings it.
type Made struct{ Sealed, Answer, Name string }

// Add keeps a passkey that was made for the actor, who has proved who they are, and
// returns the session's new token. The session counts as opened with two factors
// from then on.
func (s *Service) Add(ctx context.Context, by identity.Actor, m Made) (string, error) {
	if err := by.ProvedLately(s.Now()); err != nil {
		return "", err
	}
	return s.add(ctx, whose{adding, by.Realm, by.Account, by.Session}, m, func(tx *db.Tx) (string, error) {
		if err := identity.ProvedFully(ctx, tx, by, s.Now()); err != nil {
			return "", err
		}
		return s.Identity.Renew(ctx, tx, by, true)
	})
}

// AddHalf does the same between password and session, if there is no second factor
// yet, and returns the token of the session.
func (s *Service) AddHalf(ctx context.Context, realm, half string, m Made) (string, error) {
	h, err := s.Identity.Half(ctx, realm, half)
	if err != nil {
		return "", err
	}
	return s.add(ctx, whose{adding, realm, h.Actor.Account, half}, m, func(tx *db.Tx) (string, error) {
		return s.Identity.FinishFirst(ctx, tx, realm, h.Actor.Account, half)
	})
}

func (s *Service) add(ctx context.Context, w whose, m Made, open func(*db.Tx) (string, error)) (token string, err error) {
	name, err := checkName(m.Name)
	if err != nil {
		return "", err
	}
	a, err := s.resume(w, m.Sealed)
	if err != nil {
		return "", err
	}
	got, err := readMade(m.Answer)
	if err != nil {
		return "", err
	}
	if err := s.spend(ctx, w.realm, a); err != nil {
		return "", err
	}
	made, err := verifyMade(a, got)
	if err != nil {
		s.Log.InfoContext(ctx, "passkey not added", "realm", w.realm, "account", w.account)
		return "", err
	}
	r := rowOf(made, a, w, name, s.Now())
	r.id = id.New()
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if token, err = open(tx); err != nil {
			return err
		}
		return s.keep(ctx, tx, w.realm, r)
	})
	if err != nil {
		return "", fmt.Errorf("add passkey: %w", err)
	}
	return token, nil
}

// keep stores a passkey unless there are too many, or it is somebody's already.
func (s *Service) keep(ctx context.Context, tx *db.Tx, realm string, r row) error {
	there, err := ofAccount(ctx, tx, realm, r.account)
	if err != nil {
		return err
	}
	if len(there) >= most {
		return errMany
	}
	n, err := insert(ctx, tx, realm, r)
	if err != nil {
		return err
	}
	if n == 0 {
		return errKnown
	}
	s.note(ctx, tx, realm, r.account, "passkey.added", r.id, r.account)
	return nil
}

// transports are the ways to a passkey that browsers are told of again.
func transports(list []protocol.AuthenticatorTransport) []string {
	var out []string
	for _, t := range list {
		if word := string(t); len(out) < 8 && len(word) < 20 {
			out = append(out, word)
		}
	}
	return out
}
