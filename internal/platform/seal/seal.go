// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package seal closes what few may read, and makes sums that only this server can
// make. Its keys lie in files outside the database and have versions: a text opens
// with the version that closed it, and the newest closes. A realm uses one of two
// suites of algorithms, chosen when it is made.
//
//	suite.go   the algorithms     ring.go   the files
//	seal.go    closing, opening   rotate.go closing again with the newest key
//	hands.go   locks whose key is in the hands of several people
package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"pavilion/internal/base/fault"
)

// keySize is the length of a key in bytes.
const keySize = 32

// ErrBroken says that a sealed text was altered, or sealed for something else or
// with another key.
var ErrBroken = errors.New("seal: the text cannot be opened")

// ErrNoKey says that a text names a version of the key that is not there.
var ErrNoKey = errors.New("seal: this version of the key is not here")

// marked is the mark of suite and version that a sealed text begins with.
var marked = regexp.MustCompile(`^n?[1-9][0-9]{0,8}$`)

// maxMark is the length of the longest mark.
const maxMark = 10

// coding refuses texts that differ from what it writes.
var coding = base64.RawURLEncoding.Strict()

// Box seals and signs. It is safe for concurrent use, and learns of a new version
// of the key by itself.
type Box struct {
	file  string // of the first version; empty for a box without files
	held  atomic.Pointer[keys]
	learn sync.Mutex // held while files are read anew or written
}

// keys is what a box knows of its files. It is not changed, only replaced.
type keys struct {
	versions []int                  // in order
	closers  map[string]cipher.AEAD // by mark
	sums     map[string][]byte      // keys of sums by suite
	suites   map[string]Suite       // by realm
}

func (k *keys) newest() int { return k.versions[len(k.versions)-1] }

// suite is the realm's, and the international one where none was chosen.
func (k *keys) suite(realm string) Suite {
	if suite, ok := k.suites[realm]; ok {
		return suite
	}
	return international{}
}

// mark is what the texts begin with that a realm seals with the newest version.
func (k *keys) mark(realm string) string {
	return marks[k.suite(realm).Name()] + strconv.Itoa(k.newest())
}

// NewBox returns a box for one key of 32 bytes, without files.
func NewBox(key []byte) (*Box, error) {
	k := empty()
	if err := errors.Join(k.add(1, key), k.derive(key)); err != nil {
		return nil, err
	}
	b := &Box{}
	b.held.Store(k)
	return b, nil
}

func empty() *keys {
	return &keys{closers: map[string]cipher.AEAD{}, sums: map[string][]byte{}, suites: map[string]Suite{}}
}

// add takes a version of the key, for every suite. Versions come in order.
func (k *keys) add(version int, key []byte) error {
	for _, suite := range suites {
		aead, err := suite.AEAD(key)
		if err != nil {
			return err
		}
		k.closers[marks[suite.Name()]+strconv.Itoa(version)] = aead
	}
	k.versions = append(k.versions, version)
	return nil
}

// derive makes the keys of sums from the first version, for every suite.
func (k *keys) derive(first []byte) error {
	for _, suite := range suites {
		sum, err := derive(suite, first, "pavilion sum", keySize)
		if err != nil {
			return err
		}
		k.sums[suite.Name()] = sum
	}
	return nil
}

// present is what the box knows, after a look whether there is a newer version: a
// text must not be closed with a key that is about to be dropped.
func (b *Box) present() (*keys, error) {
	k := b.held.Load()
	if b.file == "" {
		return k, nil
	}
	if _, err := os.Lstat(b.version(k.newest() + 1)); errors.Is(err, os.ErrNotExist) {
		return k, nil
	}
	return b.reload()
}

// Seal closes plain, for a realm, so that only Open with the same about opens it.
// It fails only if there is a new version of the key that cannot be read.
func (b *Box) Seal(realm, about string, plain []byte) (string, error) {
	k, err := b.present()
	if err != nil {
		return "", err
	}
	mark := k.mark(realm)
	return mark + "." + coding.EncodeToString(closed(k.closers[mark], nil, about, plain)), nil
}

// closed appends a fresh nonce and plain, closed, to what goes before them.
func closed(aead cipher.AEAD, before []byte, about string, plain []byte) []byte {
	out := make([]byte, len(before)+aead.NonceSize(), len(before)+aead.NonceSize()+len(plain)+aead.Overhead())
	nonce := out[copy(out, before):]
	rand.Read(nonce) // never fails
	return aead.Seal(out, nonce, plain, []byte(about))
}

// Open returns what Seal closed for about, or ErrBroken. If the version of the key
// is not there, not even in the files as they are now, the error is ErrNoKey.
func (b *Box) Open(sealed, about string) ([]byte, error) {
	mark, text, _ := strings.Cut(sealed, ".")
	if strings.ContainsAny(text, "\r\n") { // the coding would pass over line breaks
		return nil, ErrBroken
	}
	aead, err := b.opener(mark)
	if err != nil {
		return nil, err
	}
	raw, err := coding.DecodeString(text)
	if err != nil {
		return nil, ErrBroken
	}
	return opened(aead, raw, about)
}

// opener is what opens the texts that begin with a mark.
func (b *Box) opener(mark string) (cipher.AEAD, error) {
	if !marked.MatchString(mark) {
		return nil, ErrBroken
	}
	aead, ok := b.held.Load().closers[mark]
	if !ok && b.file != "" {
		k, err := b.reload()
		if err != nil {
			return nil, err
		}
		aead, ok = k.closers[mark]
	}
	if !ok {
		return nil, fault.New(fault.Internal, "seal.no_key").With("version", strings.TrimPrefix(mark, "n")).
			Because(fmt.Errorf("%w: %s", ErrNoKey, mark))
	}
	return aead, nil
}

// opened opens a nonce and what was closed with it, in the memory of raw.
func opened(aead cipher.AEAD, raw []byte, about string) ([]byte, error) {
	n := aead.NonceSize()
	if len(raw) < n {
		return nil, ErrBroken
	}
	plain, err := aead.Open(raw[n:n], raw[:n], raw[n:], []byte(about))
	if err != nil {
		return nil, ErrBroken
	}
	return plain, nil
}

// SealBytes is Seal for what is kept in a file: the mark that it returns and a dot
// stand before the closed bytes, as they do before a text.
func (b *Box) SealBytes(realm, about string, plain []byte) (mark string, sealed []byte, err error) {
	k, err := b.present()
	if err != nil {
		return "", nil, err
	}
	mark = k.mark(realm)
	return mark, closed(k.closers[mark], []byte(mark+"."), about, plain), nil
}

// OpenBytes is Open for what SealBytes closed. It opens in place: what sealed held
// is gone afterwards.
func (b *Box) OpenBytes(sealed []byte, about string) ([]byte, error) {
	mark, raw, _ := bytes.Cut(sealed, []byte("."))
	if len(mark) > maxMark {
		return nil, ErrBroken
	}
	aead, err := b.opener(string(mark))
	if err != nil {
		return nil, err
	}
	return opened(aead, raw, about)
}

// Mark is what a realm's sealed texts and files begin with, before the dot, that
// are closed now.
func (b *Box) Mark(realm string) (string, error) {
	k, err := b.present()
	if err != nil {
		return "", err
	}
	return k.mark(realm), nil
}

// Marks are the marks of a version of the key, one for each suite.
func Marks(version int) []string {
	var out []string
	for _, s := range suites {
		out = append(out, marks[s.Name()]+strconv.Itoa(version))
	}
	return out
}

// VersionOf is the version of the key that a mark names; 0 for what is no mark.
func VersionOf(mark string) int {
	if !marked.MatchString(mark) {
		return 0
	}
	n, _ := strconv.Atoi(strings.TrimPrefix(mark, "n")) // nine digits at most
	return n
}

// Sum signs parts for a purpose in a realm: 64 hexadecimal digits that nobody
// without the key can make. Where one part ends and the next begins is part of what
// is signed. Sums outlive every version of the key: people hold them on paper.
func (b *Box) Sum(purpose, realm string, parts ...string) string {
	k := b.held.Load()
	suite := k.suite(realm)
	h := hmac.New(suite.Hash, k.sums[suite.Name()])
	for _, p := range append([]string{purpose, realm}, parts...) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(p)))
		h.Write(size[:])
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))
}
