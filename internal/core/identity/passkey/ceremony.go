// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package passkey

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"pavilion/internal/platform/db"
)

// Ceremony is what a browser is asked: the options of the standard, and what the
// server has to remember of them, sealed.
type Ceremony struct {
	Options any    `json:"options"`
	Sealed  string `json:"sealed"`
}

// purpose is what a ceremony is for.
type purpose string

const (
	adding    purpose = "add"
	entering  purpose = "enter"
	finishing purpose = "finish"
	proving   purpose = "prove"
)

// whose is whom a ceremony is for. Account is empty when somebody signs in with a
// passkey alone; holder is the session, or the half of one, that was asked.
type whose struct {
	purpose                purpose
	realm, account, holder string
}

// about is what a ceremony is sealed for: it cannot be answered in another realm,
// by another account, in another session or for another purpose.
func (w whose) about() string {
	return strings.Join([]string{"ceremony", string(w.purpose), w.realm, w.account, w.holder}, "/")
}

// asked is what is remembered of a ceremony. Handle is the account's in a passkey
// that is to be made.
type asked struct {
	Challenge string
	Site      Site
	Handle    string
	Made      int64
}

// library is the standard, carried out for a site.
func library(site Site) (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{
		RPID: site.ID, RPDisplayName: site.Name, RPOrigins: []string{site.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Timeout: ceremony},
			Registration: webauthn.TimeoutConfig{Timeout: ceremony},
		},
	})
}

// seal closes what is remembered.
func (s *Service) seal(w whose, options any, challenge string, site Site, handle string) (Ceremony, error) {
	plain, err := json.Marshal(asked{Challenge: challenge, Site: site, Handle: handle, Made: s.Now().UnixMicro()})
	if err != nil {
		return Ceremony{}, err
	}
	sealed, err := s.Box.Seal(w.realm, w.about(), plain)
	return Ceremony{Options: options, Sealed: sealed}, err
}

// resume opens what a form brought back. It fails if it was sealed for another
// ceremony, or five minutes ago.
func (s *Service) resume(w whose, sealed string) (a asked, err error) {
	plain, err := s.Box.Open(sealed, w.about())
	if err != nil || json.Unmarshal(plain, &a) != nil {
		return asked{}, errOver
	}
	if age := s.Now().Sub(time.UnixMicro(a.Made)); age < 0 || age >= ceremony {
		return asked{}, errOver
	}
	return a, nil
}

// spend fails if the challenge was answered before, in this process or another.
func (s *Service) spend(ctx context.Context, realm string, a asked) error {
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := spendChallenge(ctx, tx, realm, a.Challenge, time.UnixMicro(a.Made).Add(ceremony))
		if err == nil && n == 0 {
			err = errOver
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("spend challenge: %w", err)
	}
	return nil
}
