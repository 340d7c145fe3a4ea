// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/transparency-dev/merkle"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"pavilion/internal/platform/seal"
)

// kinds begin an encoded verifier key and say by which suite it verifies. The first
// is what signed notes call Ed25519; 0xff is what they leave to names of one's own.
var kinds = map[string][]byte{
	seal.International: {1},
	seal.National:      append([]byte{0xff}, "sm2-sm3"...),
}

// algorithms are how a log is hashed, and how its heads are signed.
type algorithms struct{ seal.Suite }

// hasher hashes leaves and nodes as RFC 6962 says, with the suite's hash.
func (a algorithms) hasher() merkle.LogHasher {
	if a.Name() == seal.International {
		return rfc6962.DefaultHasher
	}
	return hasher(a)
}

// hasher is RFC 6962 over the hash of a suite.
type hasher algorithms

// Prefixes of what is hashed. Basis: RFC 6962, section 2.1.
const (
	leafPrefix = 0
	nodePrefix = 1
)

func (h hasher) sum(parts ...[]byte) []byte {
	sum := h.Hash()
	for _, p := range parts {
		sum.Write(p)
	}
	return sum.Sum(nil)
}

// EmptyRoot is the root of no leaves.
func (h hasher) EmptyRoot() []byte { return h.sum() }

// HashLeaf is the hash of a leaf.
func (h hasher) HashLeaf(leaf []byte) []byte { return h.sum([]byte{leafPrefix}, leaf) }

// HashChildren is the hash of a node.
func (h hasher) HashChildren(left, right []byte) []byte {
	return h.sum([]byte{nodePrefix}, left, right)
}

// Size is how many bytes a hash has.
func (h hasher) Size() int { return h.Hash().Size() }

// verifier is a published key: whose it is, and what it verifies by. It is a
// note.Verifier.
type verifier struct {
	algorithms
	name   string
	public []byte
}

// Name is that of the key, and of the log.
func (v verifier) Name() string { return v.name }

// encoded is the key with what says how it verifies.
func (v verifier) encoded() []byte { return append(bytes.Clone(kinds[v.Suite.Name()]), v.public...) }

// KeyHash tells keys of one name apart, as signed notes do.
func (v verifier) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(v.name+"\n"), v.encoded()...))
	return binary.BigEndian.Uint32(sum[:])
}

// Verify reports whether the key's other half signed a text.
func (v verifier) Verify(text, signature []byte) bool {
	return v.Suite.Verify(v.public, text, signature)
}

// String is the key as it is published.
func (v verifier) String() string {
	return fmt.Sprintf("%s+%08x+%s", v.name, v.KeyHash(), base64.StdEncoding.EncodeToString(v.encoded()))
}

// parseKey reads a key as it is published. It fails with errHead for anything else.
func parseKey(text string) (verifier, error) {
	name, rest, _ := strings.Cut(text, "+")
	sum, coded, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.DecodeString(coded)
	want, failed := strconv.ParseUint(sum, 16, 32)
	if err != nil || failed != nil {
		return verifier{}, errHead
	}
	for suite, kind := range kinds {
		public, ok := bytes.CutPrefix(key, kind)
		s, err := seal.SuiteNamed(suite)
		if !ok || err != nil {
			continue
		}
		v := verifier{algorithms{s}, name, public}
		if v.KeyHash() == uint32(want) && v.String() == text {
			return v, nil
		}
	}
	return verifier{}, errHead
}

// signer signs a realm's heads. It is a note.Signer.
type signer struct {
	verifier
	realm string
	seed  []byte
}

// newSigner fails for a seed of another length than 32 bytes.
func newSigner(realm string, suite seal.Suite, seed []byte) (signer, error) {
	public, err := suite.Public(seed)
	return signer{verifier{algorithms{suite}, origin + realm, public}, realm, seed}, err
}

// Sign signs a text.
func (s signer) Sign(text []byte) ([]byte, error) { return s.Suite.Sign(s.seed, text) }

// head returns h with its note.
func (s signer) head(h Head) (Head, error) {
	h.Realm, h.At = s.realm, h.At.UTC().Truncate(precision)
	signed, err := note.Sign(&note.Note{Text: h.text()}, s)
	h.Note = string(signed)
	return h, err
}
