// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package passkey

import (
	"bytes"
	"encoding/base64"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// coding is how ids, handles and keys are written in the table.
var coding = base64.RawURLEncoding

// readMade reads the answer of a browser that made a passkey.
func readMade(answer string) (*protocol.ParsedCredentialCreationData, error) {
	if len(answer) > maxAnswer {
		return nil, errRefused
	}
	got, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return nil, errRefused.Because(err)
	}
	return got, nil
}

// readUsed reads the answer of a browser that used one.
func readUsed(answer string) (*protocol.ParsedCredentialAssertionData, error) {
	if len(answer) > maxAnswer {
		return nil, errRefused
	}
	got, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return nil, errRefused.Because(err)
	}
	return got, nil
}

// holder is an account as the library sees it.
type holder struct {
	handle      []byte
	name, shown string
	keys        []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return h.handle }
func (h holder) WebAuthnName() string                       { return h.name }
func (h holder) WebAuthnDisplayName() string                { return h.shown }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// verifyMade checks all that the standard asks of a new passkey (§7.1): challenge,
// origin, site, that its owner was verified, the key's algorithm.
func verifyMade(a asked, got *protocol.ParsedCredentialCreationData) (*webauthn.Credential, error) {
	rp, err := library(a.Site)
	if err != nil {
		return nil, err
	}
	handle, err := coding.DecodeString(a.Handle)
	if err != nil {
		return nil, err
	}
	made, err := rp.CreateCredential(holder{handle: handle}, webauthn.SessionData{
		Challenge: a.Challenge, UserID: handle,
		UserVerification: protocol.VerificationRequired, CredParams: webauthn.CredentialParametersDefault(),
	}, got)
	if err != nil {
		return nil, errRefused.Because(err)
	}
	return made, nil
}

// verifyUsed checks all that the standard asks of a use (§7.2), the count of
// signatures apart: that is compared where it is kept. Whoever named no account
// must be named by the device.
func verifyUsed(a asked, r row, named bool, got *protocol.ParsedCredentialAssertionData) error {
	rp, err := library(a.Site)
	if err != nil {
		return err
	}
	handle, err := coding.DecodeString(r.handle)
	if err != nil {
		return err
	}
	if !named && !bytes.Equal(got.Response.UserHandle, handle) {
		return errRefused
	}
	key, err := r.credential()
	if err != nil {
		return err
	}
	_, err = rp.ValidateLogin(holder{handle: handle, keys: []webauthn.Credential{key}}, webauthn.SessionData{
		Challenge: a.Challenge, UserID: handle,
		UserVerification: protocol.VerificationRequired,
	}, got)
	if err != nil {
		return errRefused.Because(err)
	}
	return nil
}
