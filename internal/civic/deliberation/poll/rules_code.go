// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"slices"
	"strings"
)

// secretLength is the characters of a credential, of five bits each: nobody tries
// 2^80 of them, neither here nor on a stolen table of hashes.
const secretLength = 16

// codeLength is the characters of a tracking code.
const codeLength = 16

// letters are those of base/id's secrets.
var letters = base32.NewEncoding("23456789ABCDEFGHJKLMNPQRSTUVWXYZ").WithPadding(base32.NoPadding)

// digest hashes parts for a purpose; where one part ends is part of what is hashed.
func digest(purpose string, parts ...string) []byte {
	h := sha256.New()
	for _, p := range append([]string{"pavilion/poll", purpose}, parts...) {
		h.Write([]byte{byte(len(p) >> 8), byte(len(p))})
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

// Plain is a credential or a code as it is compared: without the spaces and dashes
// that make it readable, in capitals.
func Plain(typed string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\u3000", "", "\t", "").Replace(typed))
}

// Spaced writes a credential or a code in groups of four.
func Spaced(code string) string {
	var out []string
	for group := range slices.Chunk([]byte(code), 4) {
		out = append(out, string(group))
	}
	return strings.Join(out, "-")
}

// hashOf is what is kept of a credential.
func hashOf(realm, poll, secret string) string {
	return hex.EncodeToString(digest("credential", realm, poll, Plain(secret)))
}

// TrackingCode is under what a ballot is listed after counting. Nonce was drawn for
// the voter's page and mark is a word of the voter's own, so that neither page nor
// server can give one code to two voters. Anybody can work it out from the two.
func TrackingCode(poll, nonce, mark string) string {
	return letters.EncodeToString(digest("code", poll, nonce, mark))[:codeLength]
}

// slot is where a ballot lies in the urn. It does not follow from the code, so
// that a listed ballot does not lead back to it.
func slot(poll, nonce, mark string) string {
	return hex.EncodeToString(digest("slot", poll, nonce, mark))
}

// Leaf is the commitment to one ballot, as RFC 6962 hashes leaves.
func Leaf(poll string, b Ballot) [sha256.Size]byte {
	return sha256.Sum256(append([]byte{0}, digest("leaf", poll, b.Code, b.Choice)...))
}

// Root is the root of the Merkle tree (RFC 6962) over ballots in the order of their
// codes, in hexadecimal. That order is the same whoever lists them.
func Root(poll string, ballots []Ballot) string {
	sorted := slices.SortedFunc(slices.Values(ballots), func(a, b Ballot) int { return strings.Compare(a.Code, b.Code) })
	leaves := make([][sha256.Size]byte, len(sorted))
	for i, b := range sorted {
		leaves[i] = Leaf(poll, b)
	}
	root := tree(leaves)
	return hex.EncodeToString(root[:])
}

func tree(leaves [][sha256.Size]byte) [sha256.Size]byte {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := tree(leaves[:k]), tree(leaves[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, left[:], right[:]))
}
