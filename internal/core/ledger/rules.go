// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/transparency-dev/merkle"
	"github.com/transparency-dev/merkle/compact"
	"golang.org/x/mod/sumdb/note"

	"pavilion/internal/core/audit"
)

// leafVersion begins what is hashed, so that a later encoding cannot be mistaken
// for this one.
const leafVersion = "pavilion-leaf-1"

// trees makes ranges of a log.
func trees(h merkle.LogHasher) *compact.RangeFactory {
	return &compact.RangeFactory{Hash: h.HashChildren}
}

// leafHash is the hash of the leaf that commits to an entry.
func leafHash(h merkle.LogHasher, realm string, l audit.Link) []byte {
	var data []byte
	for _, part := range [...]string{leafVersion, realm, strconv.Itoa(l.Lane), strconv.FormatInt(l.Seq, 10), l.Hash} {
		data = binary.BigEndian.AppendUint64(data, uint64(len(part)))
		data = append(data, part...)
	}
	return h.HashLeaf(data)
}

// Head says how large a realm's log is, what its root is, and since when. Note is
// the signed text that says so.
type Head struct {
	Realm string
	Size  int64
	Root  []byte
	At    time.Time // to the microsecond
	Note  string
}

// errHead says that a text is no head, or signed by another key.
var errHead = errors.New("ledger: no head signed by this key")

const (
	precision  = time.Microsecond
	origin     = "pavilion/" // begins the name of a realm's log and key
	timeLayout = "at 2006-01-02T15:04:05.000000Z"
)

// text is what is signed.
func (h Head) text() string {
	return fmt.Sprintf("%s%s\n%d\n%s\n%s\n", origin, h.Realm, h.Size, base64.StdEncoding.EncodeToString(h.Root), h.At.UTC().Format(timeLayout))
}

// parseHead reads a head without checking who signed it.
func parseHead(signed string) (Head, error) {
	text, _, ok := strings.Cut(signed, "\n\n")
	lines := strings.Split(text, "\n")
	if !ok || len(lines) != 4 {
		return Head{}, errHead
	}
	h := Head{Realm: strings.TrimPrefix(lines[0], origin), Note: signed}
	var failed [3]error
	h.Size, failed[0] = strconv.ParseInt(lines[1], 10, 64)
	h.Root, failed[1] = base64.StdEncoding.DecodeString(lines[2])
	h.At, failed[2] = time.Parse(timeLayout, lines[3])
	if errors.Join(failed[:]...) != nil || h.Size < 1 || len(h.Root) != sha256.Size || h.text() != text+"\n" {
		return Head{}, errHead
	}
	return h, nil
}

// OpenHead reads a head that the holder of a verifier key's other half signed.
func OpenHead(signed, key string) (Head, error) {
	v, err := parseKey(key)
	if err != nil {
		return Head{}, err
	}
	return v.open(signed)
}

// open reads a head that the holder of the key's other half signed.
func (v verifier) open(signed string) (Head, error) {
	if _, err := note.Open([]byte(signed), note.VerifierList(v)); err != nil {
		return Head{}, fmt.Errorf("%w: %w", errHead, err)
	}
	h, err := parseHead(signed)
	if err == nil && origin+h.Realm != v.name {
		err = errHead
	}
	return h, err
}
