// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package factor

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Offer is a secret that may be set up. Nothing is kept of it: it comes back
// sealed, with the form.
type Offer struct {
	Secret string // in groups, for typing
	URL    string // otpauth, for the QR code
	Sealed string
}

// Enrolled is what setting up answers: the session's token, and the recovery
// codes, shown this once.
type Enrolled struct {
	Token string
	Codes []string
}

// Offer makes a secret for an account. Issuer and login are what the app will
// call it.
func (s *Service) Offer(realm, account, issuer, login string) (Offer, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: login, Digits: digits, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return Offer{}, fmt.Errorf("offer factor: %w", err)
	}
	plain := strconv.FormatInt(s.Now().Unix(), 10) + " " + key.Secret() + " " + key.URL()
	sealed, err := s.Box.Seal(realm, "offer/"+about(realm, account), []byte(plain))
	return shown(key.Secret(), key.URL(), sealed), err
}

// Again returns an offer from what its form sent back, so that a mistyped code
// does not cost scanning again. It fails if it is no offer to the account, or
// older than half an hour.
func (s *Service) Again(realm, account, sealed string) (Offer, error) {
	plain, err := s.Box.Open(sealed, "offer/"+about(realm, account))
	if err != nil {
		return Offer{}, errOffer
	}
	parts := strings.SplitN(string(plain), " ", 3)
	made, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || len(parts) != 3 || s.Now().Sub(time.Unix(made, 0)) >= offered {
		return Offer{}, errOffer
	}
	return shown(parts[1], parts[2], sealed), nil
}

// shown puts a secret into groups of four.
func shown(secret, url, sealed string) Offer {
	var groups []string
	for len(secret) > 4 {
		groups, secret = append(groups, secret[:4]), secret[4:]
	}
	return Offer{Secret: strings.Join(append(groups, secret), " "), URL: url, Sealed: sealed}
}

// Enrol sets up an offered secret, of which a code proves that the app has it, for
// somebody who is signed in and has proved who they are. Their session counts as
// opened with two factors from then on.
func (s *Service) Enrol(ctx context.Context, by identity.Actor, sealed, code string) (Enrolled, error) {
	if err := by.ProvedLately(s.Now()); err != nil {
		return Enrolled{}, err
	}
	return s.enrol(ctx, by.Realm, by.Account, sealed, code, func(tx *db.Tx) (string, error) {
		if err := identity.ProvedFully(ctx, tx, by, s.Now()); err != nil {
			return "", err
		}
		return s.Identity.Renew(ctx, tx, by, true)
	})
}

// EnrolHalf does the same between password and session, for those who may not
// sign in without and have no second factor of any kind.
func (s *Service) EnrolHalf(ctx context.Context, realm, half, sealed, code string) (Enrolled, error) {
	h, err := s.Identity.Half(ctx, realm, half)
	if err != nil {
		return Enrolled{}, err
	}
	return s.enrol(ctx, realm, h.Actor.Account, sealed, code, func(tx *db.Tx) (string, error) {
		return s.Identity.FinishFirst(ctx, tx, realm, h.Actor.Account, half)
	})
}

func (s *Service) enrol(ctx context.Context, realm, account, sealed, code string, open func(*db.Tx) (string, error)) (Enrolled, error) {
	offer, err := s.Again(realm, account, sealed)
	if err != nil {
		return Enrolled{}, err
	}
	secret := strings.ReplaceAll(offer.Secret, " ", "")
	count, ok := match(secret, clean(code), s.Now(), 0)
	if !ok {
		return Enrolled{}, errCode
	}
	out := Enrolled{Codes: fresh()}
	kept, err := s.Box.Seal(realm, about(realm, account), []byte(secret))
	if err != nil {
		return Enrolled{}, fmt.Errorf("enrol factor: %w", err)
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if out.Token, err = open(tx); err != nil {
			return err
		}
		n, err := put(ctx, tx, realm, account, row{kept, count, s.Now()})
		if err != nil {
			return err
		}
		if n == 0 {
			return errOn
		}
		s.note(ctx, tx, realm, account, "factor.added", account)
		return s.replace(ctx, tx, realm, account, out.Codes)
	})
	if err != nil {
		return Enrolled{}, fmt.Errorf("enrol factor: %w", err)
	}
	return out, nil
}

// fresh makes a set of recovery codes.
func fresh() []string {
	out := make([]string, recoveries)
	for i := range out {
		out[i] = grouped(id.Secret(recoveryN))
	}
	return out
}

// replace keeps the sums of a new set of recovery codes; older ones end.
func (s *Service) replace(ctx context.Context, tx *db.Tx, realm, account string, codes []string) error {
	if err := endRecoveries(ctx, tx, realm, account, s.Now()); err != nil {
		return err
	}
	for _, code := range codes {
		if err := insertRecovery(ctx, tx, realm, account, s.sum(realm, account, clean(code))); err != nil {
			return err
		}
	}
	return nil
}

// sum is what is kept of a recovery code.
func (s *Service) sum(realm, account, code string) string {
	return s.Box.Sum("recovery", realm, account, code)
}

// NewCodes makes a new set of recovery codes, for somebody who has proved who they
// are. The old set ends.
func (s *Service) NewCodes(ctx context.Context, by identity.Actor) ([]string, error) {
	if err := by.ProvedLately(s.Now()); err != nil {
		return nil, err
	}
	codes := fresh()
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		f, err := load(ctx, tx, by.Realm, by.Account)
		if err != nil {
			return err
		}
		if f.secret == "" {
			return errMissing
		}
		s.note(ctx, tx, by.Realm, by.Account, "factor.codes_made", by.Account)
		return s.replace(ctx, tx, by.Realm, by.Account, codes)
	})
	if err != nil {
		return nil, fmt.Errorf("make recovery codes: %w", err)
	}
	return codes, nil
}

// Remove takes away the actor's own factor, if they have proved who they are and
// their roles do not ask for one, or a passkey is left.
func (s *Service) Remove(ctx context.Context, by identity.Actor) error {
	if err := by.ProvedLately(s.Now()); err != nil {
		return err
	}
	return s.remove(ctx, by.Realm, by.Account, by, func(tx *db.Tx) error {
		return identity.KeepsFactor(ctx, tx, by, s.Now())
	})
}

// Reset takes away the factor of somebody who has lost both telephone and recovery
// codes. By must administer the account and have proved who they are. Where the
// roles ask for a factor, the next sign-in leads to setting one up.
func (s *Service) Reset(ctx context.Context, realm, account string, by identity.Actor) error {
	if err := by.ProvedLately(s.Now()); err != nil {
		return err
	}
	return s.remove(ctx, realm, account, by, func(tx *db.Tx) error {
		return s.Identity.Administers(ctx, tx, by, realm, account)
	})
}

func (s *Service) remove(ctx context.Context, realm, account string, by identity.Actor, may func(*db.Tx) error) error {
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := clearFactor(ctx, tx, realm, account)
		if err != nil {
			return err
		}
		if err := may(tx); err != nil {
			return err
		}
		if n == 0 {
			return errMissing
		}
		s.note(ctx, tx, realm, account, "factor.removed", by.Account)
		return endRecoveries(ctx, tx, realm, account, s.Now())
	})
	if err != nil {
		return fmt.Errorf("remove factor: %w", err)
	}
	return nil
}
