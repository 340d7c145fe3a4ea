// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"hash"
	"math/big"

	"github.com/emmansun/gmsm/ecdh"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// Suite is a set of algorithms that belong together. Seeds have 32 bytes.
type Suite interface {
	// Name is what the suite is chosen by.
	Name() string
	// Hash begins a hash; keyed sums are HMAC over it.
	Hash() hash.Hash
	// AEAD returns the cipher for a key that was derived from seed.
	AEAD(seed []byte) (cipher.AEAD, error)
	// Public returns the key with which others verify what seed signs.
	Public(seed []byte) ([]byte, error)
	// Sign signs a message with the key that was derived from seed.
	Sign(seed, message []byte) ([]byte, error)
	// Verify reports whether the holder of public signed the message.
	Verify(public, message, signature []byte) bool
}

// The names of the suites.
const (
	International = "international" // AES-256-GCM, SHA-256, Ed25519
	National      = "national"      // SM4-GCM, SM3, SM2
)

// marks begin sealed texts: what was sealed before there were suites has none.
var marks = map[string]string{International: "", National: "n"}

// suites are all there are, in the order in which their sums' keys are kept.
var suites = []Suite{international{}, national{}}

// SuiteNamed returns the suite of a name, or an error that lists the names.
func SuiteNamed(name string) (Suite, error) {
	for _, s := range suites {
		if s.Name() == name {
			return s, nil
		}
	}
	return nil, fmt.Errorf("there is no suite %q: choose %s or %s", name, International, National)
}

// derive makes a key for one use, so that no key is used for two.
func derive(s Suite, seed []byte, use string, size int) ([]byte, error) {
	if len(seed) != keySize {
		return nil, fmt.Errorf("seal: a key has %d bytes, this one %d", keySize, len(seed))
	}
	return hkdf.Key(s.Hash, seed, nil, use, size)
}

type international struct{}

// Name is International.
func (international) Name() string { return International }

// Hash is SHA-256.
func (international) Hash() hash.Hash { return sha256.New() }

// AEAD is AES-256 in GCM.
func (s international) AEAD(seed []byte) (cipher.AEAD, error) {
	key, err := derive(s, seed, "pavilion seal", keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (s international) private(seed []byte) (ed25519.PrivateKey, error) {
	key, err := derive(s, seed, "pavilion sign", ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(key), nil
}

// Public is an Ed25519 key of 32 bytes.
func (s international) Public(seed []byte) ([]byte, error) {
	key, err := s.private(seed)
	if err != nil {
		return nil, err
	}
	return key.Public().(ed25519.PublicKey), nil
}

// Sign is Ed25519.
func (s international) Sign(seed, message []byte) ([]byte, error) {
	key, err := s.private(seed)
	if err != nil {
		return nil, err
	}
	return ed25519.Sign(key, message), nil
}

// Verify is Ed25519.
func (international) Verify(public, message, signature []byte) bool {
	return len(public) == ed25519.PublicKeySize && ed25519.Verify(public, message, signature)
}

type national struct{}

// Name is National.
func (national) Name() string { return National }

// Hash is SM3.
func (national) Hash() hash.Hash { return sm3.New() }

// AEAD is SM4 in GCM.
func (s national) AEAD(seed []byte) (cipher.AEAD, error) {
	key, err := derive(s, seed, "pavilion seal", 16)
	if err != nil {
		return nil, err
	}
	block, err := sm4.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// private derives a number from 1 to the curve's order less 2. Sixteen bytes more
// than the order has leave no number likelier than another.
func (s national) private(seed []byte) (*sm2.PrivateKey, error) {
	wide, err := derive(s, seed, "pavilion sign", 48)
	if err != nil {
		return nil, err
	}
	limit := new(big.Int).Sub(sm2.P256().Params().N, big.NewInt(2))
	d := new(big.Int).Mod(new(big.Int).SetBytes(wide), limit)
	d.Add(d, big.NewInt(1))
	point, err := ecdh.P256().NewPrivateKey(d.FillBytes(make([]byte, 32)))
	if err != nil {
		return nil, err
	}
	//lint:ignore SA1019 gmsm's keys are made of these fields
	return &sm2.PrivateKey{PrivateKey: ecdsa.PrivateKey{PublicKey: *onCurve(point.PublicKey().Bytes()), D: d}}, nil
}

// onCurve reads a point of 65 bytes, which must be on the curve.
func onCurve(point []byte) *ecdsa.PublicKey {
	//lint:ignore SA1019 gmsm's keys are made of these fields
	return &ecdsa.PublicKey{Curve: sm2.P256(), X: new(big.Int).SetBytes(point[1:33]), Y: new(big.Int).SetBytes(point[33:])}
}

// Public is an SM2 point of 65 bytes, uncompressed.
func (s national) Public(seed []byte) ([]byte, error) {
	key, err := s.private(seed)
	if err != nil {
		return nil, err
	}
	point := make([]byte, 65)
	point[0] = 4
	key.X.FillBytes(point[1:33])
	key.Y.FillBytes(point[33:])
	return point, nil
}

// Sign is SM2 with SM3 and the standard's default identity.
func (s national) Sign(seed, message []byte) ([]byte, error) {
	key, err := s.private(seed)
	if err != nil {
		return nil, err
	}
	return key.SignWithSM2(rand.Reader, nil, message)
}

// Verify is SM2 with SM3 and the standard's default identity.
func (national) Verify(public, message, signature []byte) bool {
	if _, err := ecdh.P256().NewPublicKey(public); err != nil || len(public) != 65 {
		return false
	}
	return sm2.VerifyASN1WithSM2(onCurve(public), nil, message, signature)
}
