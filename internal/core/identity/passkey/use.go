// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package passkey

import (
	"context"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Ask asks a browser for any passkey it has for the site. It tells nothing of who
// has one.
func (s *Service) Ask(realm string, site Site) (Ceremony, error) {
	rp, err := library(site)
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for passkey: %w", err)
	}
	options, _, err := rp.BeginDiscoverableLogin()
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for passkey: %w", err)
	}
	return s.seal(whose{purpose: entering, realm: realm}, options.Response, options.Response.Challenge.String(), site, "")
}

// SignIn answers a right passkey with a session's token: it counts as both factors.
// A passkey nobody has, one of another realm, one that was removed or locked, a
// wrong signature and a disabled account are one fault. Attempts are throttled as
// those at a password are.
func (s *Service) SignIn(ctx context.Context, realm, sealed, answer string, from identity.Client) (string, error) {
	var counted identity.Attempt
	token, err := s.use(ctx, whose{purpose: entering, realm: realm}, sealed, answer, way{
		admit: func(credential string) (err error) {
			counted, err = s.Identity.AdmitKey(ctx, realm, credential, from)
			return err
		},
		open: func(tx *db.Tx, account string) (string, error) { return s.Identity.Enter(ctx, tx, counted, account) },
	})
	if f, known := fault.As(err); known && f.Key == "identity.signed_out" {
		return "", errRefused
	}
	return token, err
}

// AskHalf asks a browser for a passkey of whoever stands between password and
// session.
func (s *Service) AskHalf(ctx context.Context, realm, half string, site Site) (Ceremony, error) {
	h, err := s.Identity.Half(ctx, realm, half)
	if err != nil {
		return Ceremony{}, err
	}
	return s.ask(ctx, whose{finishing, realm, h.Actor.Account, half}, site)
}

// Finish turns half a session into a session when the passkey is right, and returns
// its token.
func (s *Service) Finish(ctx context.Context, realm, half, sealed, answer string) (string, error) {
	h, err := s.Identity.Half(ctx, realm, half)
	if err != nil {
		return "", err
	}
	return s.use(ctx, whose{finishing, realm, h.Actor.Account, half}, sealed, answer, s.second(ctx, realm, h.Actor.Account, func(tx *db.Tx) (string, error) {
		return s.Identity.Finish(ctx, tx, realm, h.Actor.Account, half)
	}))
}

// AskProof asks a browser for a passkey of the actor's.
func (s *Service) AskProof(ctx context.Context, by identity.Actor, site Site) (Ceremony, error) {
	return s.ask(ctx, whose{proving, by.Realm, by.Account, by.Session}, site)
}

// Prove takes a passkey as proof that it is still its owner who uses the session,
// and returns the session's new token.
func (s *Service) Prove(ctx context.Context, by identity.Actor, sealed, answer string) (string, error) {
	return s.use(ctx, whose{proving, by.Realm, by.Account, by.Session}, sealed, answer, s.second(ctx, by.Realm, by.Account, func(tx *db.Tx) (string, error) {
		return s.Identity.Renew(ctx, tx, by, true)
	}))
}

// ask asks for one of an account's passkeys for the site.
func (s *Service) ask(ctx context.Context, w whose, site Site) (Ceremony, error) {
	var keys []webauthn.Credential
	err := s.DB.View(ctx, func(tx *db.Tx) error {
		rows, err := ofAccount(ctx, tx, w.realm, w.account)
		for _, r := range rows {
			if r.site != site.ID || r.locked != 0 {
				continue
			}
			c, err := r.credential()
			if err != nil {
				return err
			}
			keys = append(keys, c)
		}
		return err
	})
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for passkey: %w", err)
	}
	if len(keys) == 0 {
		return Ceremony{}, errNone
	}
	rp, err := library(site)
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for passkey: %w", err)
	}
	options, _, err := rp.BeginDiscoverableLogin(webauthn.WithAllowedCredentials(webauthn.Credentials(keys).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for passkey: %w", err)
	}
	return s.seal(w, options.Response, options.Response.Challenge.String(), site, "")
}

// way is what stands before a passkey, and what it opens.
type way struct {
	admit func(credential string) error
	open  func(tx *db.Tx, account string) (string, error)
}

// second is the way of a second factor: attempts at an account are counted together
// with those at its codes.
func (s *Service) second(ctx context.Context, realm, account string, open func(*db.Tx) (string, error)) way {
	return way{
		admit: func(string) error { return s.Identity.AdmitCode(ctx, realm, account) },
		open: func(tx *db.Tx, _ string) (string, error) {
			if err := s.Identity.ForgiveCode(ctx, tx, realm, account); err != nil {
				return "", err
			}
			return open(tx)
		},
	}
}

// use checks an answer, keeps the new count of signatures, and opens what the
// passkey is good for, in one transaction.
func (s *Service) use(ctx context.Context, w whose, sealed, answer string, way way) (token string, err error) {
	a, err := s.resume(w, sealed)
	if err != nil {
		return "", err
	}
	got, err := readUsed(answer)
	if err != nil {
		return "", err
	}
	credential := coding.EncodeToString(got.RawID)
	if err := way.admit(credential); err != nil {
		return "", err
	}
	if err := s.spend(ctx, w.realm, a); err != nil {
		return "", err
	}
	r, err := s.right(ctx, w, a, credential, got)
	if err != nil {
		return "", err
	}
	copied := false
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		copied, token = false, ""
		flags := got.Response.AuthenticatorData
		n, err := count(ctx, tx, w.realm, r.id, int64(flags.Counter), int64(flags.Flags), s.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			copied = true
			return s.lock(ctx, tx, w.realm, r)
		}
		token, err = way.open(tx, r.account)
		return err
	})
	if err == nil && copied {
		s.Log.WarnContext(ctx, "a passkey's count did not grow", "realm", w.realm, "account", r.account)
		err = errRefused
	}
	if err != nil {
		return "", fmt.Errorf("use passkey: %w", err)
	}
	return token, nil
}

// right returns the passkey that an answer was made with, if it is right in all but
// the count of signatures.
func (s *Service) right(ctx context.Context, w whose, a asked, credential string, got *protocol.ParsedCredentialAssertionData) (r row, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		r, err = byCredential(ctx, tx, w.realm, credential)
		return err
	})
	if err != nil {
		return row{}, fmt.Errorf("use passkey: %w", err)
	}
	named := w.account != ""
	if r.id == "" || r.locked != 0 || r.site != a.Site.ID || named && r.account != w.account {
		err = errRefused
	} else {
		err = verifyUsed(a, r, named, got)
	}
	if err != nil {
		s.Log.InfoContext(ctx, "passkey refused", "realm", w.realm, "account", r.account)
		return row{}, err
	}
	return r, nil
}

// lock closes a passkey whose count of signatures has not grown, ends all sessions
// of its account, for whoever has the copy may have signed in first, and has its
// owner told. One that was locked or removed a moment ago stays as it is.
func (s *Service) lock(ctx context.Context, tx *db.Tx, realm string, r row) error {
	n, err := lockRow(ctx, tx, realm, r.id, s.Now())
	if err != nil || n == 0 {
		return err
	}
	if err := s.Identity.EndEverywhere(ctx, tx, realm, r.account); err != nil {
		return err
	}
	s.note(ctx, tx, realm, r.account, Locked, r.id, identity.System(realm).Account)
	return outbox.Add(ctx, tx, realm, Locked, s.Now(), Copied{Account: r.account, Passkey: r.id})
}
