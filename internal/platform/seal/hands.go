// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package seal

import (
	"crypto/cipher"
	"crypto/hpke"
	"crypto/sha256"
	"errors"
	"fmt"

	"pavilion/internal/base/id"
)

// Hands is a lock whose key is in the hands of several people. Anybody closes it, with
// what is stored; two of those people together open it, with codes that are stored
// nowhere: not in a backup either, and the installation's key is of no use.
type Hands struct {
	Public []byte   `json:"public"`
	Pairs  []string `json:"pairs"` // the private key, closed with the codes of each two
}

// Opened is a lock that two people have opened.
type Opened struct{ private hpke.PrivateKey }

// ErrCodes says that the codes are not two different ones of a lock.
var ErrCodes = errors.New("seal: these codes do not open the lock")

// codeLength is 100 bits, so that one who knows another's code cannot guess the
// second.
const codeLength = 20

// The algorithms are those of RFC 9180 over X25519 and ML-KEM-768: what is closed is to
// stay so against who keeps it until larger machines are there. Both suites of realms
// use them.
func kem() hpke.KEM   { return hpke.MLKEM768X25519() }
func kdf() hpke.KDF   { return hpke.HKDFSHA256() }
func aead() hpke.AEAD { return hpke.AES256GCM() }

// Entrust makes a lock for so many people, at least two, and the code of each. Codes
// are in nobody's hands but theirs once they are given out.
func Entrust(people int) (Hands, []string, error) {
	if people < 2 {
		return Hands{}, nil, fmt.Errorf("seal: a lock for %d people", people)
	}
	private, err := kem().GenerateKey()
	if err != nil {
		return Hands{}, nil, err
	}
	plain, err := private.Bytes()
	if err != nil {
		return Hands{}, nil, err
	}
	h := Hands{Public: private.PublicKey().Bytes()}
	codes := make([]string, people)
	for i := range codes {
		codes[i] = id.Secret(codeLength)
	}
	for i, a := range codes {
		for _, b := range codes[i+1:] {
			box, err := pair(a, b)
			if err != nil {
				return Hands{}, nil, err
			}
			h.Pairs = append(h.Pairs, coding.EncodeToString(closed(box, nil, "hands", plain)))
		}
	}
	return h, codes, nil
}

// pair is the cipher of two codes, in whatever order.
func pair(a, b string) (cipher.AEAD, error) {
	seed := sha256.Sum256([]byte(min(a, b) + "\x00" + max(a, b)))
	return international{}.AEAD(seed[:])
}

// Seal closes a text. About binds it to what it belongs to.
func (h Hands) Seal(about string, plain []byte) (string, error) {
	public, err := kem().NewPublicKey(h.Public)
	if err != nil {
		return "", fmt.Errorf("seal: the lock: %w", err)
	}
	out, err := hpke.Seal(public, kdf(), aead(), []byte(about), plain)
	return coding.EncodeToString(out), err
}

// Open opens the lock with two codes. It fails with ErrCodes for others.
func (h Hands) Open(a, b string) (Opened, error) {
	box, err := pair(a, b)
	if err != nil {
		return Opened{}, err
	}
	for _, text := range h.Pairs {
		raw, err := coding.DecodeString(text)
		if err != nil {
			return Opened{}, err
		}
		plain, err := opened(box, raw, "hands")
		if err != nil {
			continue // of two others
		}
		private, err := kem().NewPrivateKey(plain)
		return Opened{private}, err
	}
	return Opened{}, ErrCodes
}

// Open opens a text that was closed with the lock, about the same.
func (o Opened) Open(sealed, about string) ([]byte, error) {
	raw, err := coding.DecodeString(sealed)
	if err != nil {
		return nil, err
	}
	return hpke.Open(o.private, kdf(), aead(), []byte(about), raw)
}
