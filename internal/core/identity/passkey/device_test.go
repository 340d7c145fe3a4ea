// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package passkey

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// device is a browser with an authenticator in it, which makes one passkey. Its
// fields are what a test bends.
type device struct {
	*testing.T
	key      *ecdsa.PrivateKey
	id       []byte
	handle   []byte
	count    uint32 // of signatures; zero stays zero
	site     string
	origin   string
	verified bool // its owner has shown finger, face or PIN
	forged   bool // it signs with another key
}

func newDevice(t *testing.T) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d := &device{T: t, key: key, id: make([]byte, 16), count: 1, site: town0.ID, origin: town0.Origin, verified: true}
	rand.Read(d.id)
	return d
}

func (d *device) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// data is what the authenticator says of itself.
func (d *device) data(attested []byte) []byte {
	sum := sha256.Sum256([]byte(d.site))
	flags := protocol.FlagUserPresent
	if d.verified {
		flags |= protocol.FlagUserVerified
	}
	if attested != nil {
		flags |= protocol.FlagAttestedCredentialData
	}
	out := append(sum[:], byte(flags))
	out = binary.BigEndian.AppendUint32(out, d.count)
	return append(out, attested...)
}

func (d *device) client(what, challenge string) []byte {
	d.Helper()
	out, err := json.Marshal(map[string]any{"type": what, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	d.must(err)
	return out
}

func (d *device) answer(response map[string]string) string {
	d.Helper()
	id := coding.EncodeToString(d.id)
	out, err := json.Marshal(map[string]any{
		"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	})
	d.must(err)
	return string(out)
}

// make answers the question for a new passkey.
func (d *device) make(c Ceremony) string {
	d.Helper()
	o := c.Options.(protocol.PublicKeyCredentialCreationOptions)
	d.handle = o.User.ID.(protocol.URLEncodedBase64)
	point, err := d.key.PublicKey.Bytes()
	d.must(err)
	public, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	d.must(err)
	attested := append(make([]byte, 16), byte(len(d.id)>>8), byte(len(d.id)))
	attested = append(append(attested, d.id...), public...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": d.data(attested)})
	d.must(err)
	return d.answer(map[string]string{
		"clientDataJSON": coding.EncodeToString(d.client("webauthn.create", o.Challenge.String())), "attestationObject": coding.EncodeToString(object),
	})
}

// use answers the question for one that is there, counting one signature more.
func (d *device) use(c Ceremony) string {
	d.Helper()
	if d.count > 0 {
		d.count++
	}
	o := c.Options.(protocol.PublicKeyCredentialRequestOptions)
	client, data := d.client("webauthn.get", o.Challenge.String()), d.data(nil)
	key := d.key
	if d.forged {
		key = newDevice(d.T).key
	}
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, key, signed[:])
	d.must(err)
	return d.answer(map[string]string{
		"clientDataJSON": coding.EncodeToString(client), "authenticatorData": coding.EncodeToString(data),
		"signature": coding.EncodeToString(signature), "userHandle": coding.EncodeToString(d.handle),
	})
}
