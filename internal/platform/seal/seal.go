// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package seal closes what few may read, and signs what only this server can
// have said. Both come from one key, which lies in a file outside the database.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keySize is the length of a key in bytes.
const keySize = 32

// version begins every sealed text, so that a later key or cipher can be told apart.
const version = "1."

// ErrBroken says that a sealed text was altered, or sealed for something else or
// with another key.
var ErrBroken = errors.New("seal: the text cannot be opened")

// Box seals and signs with one key. It is safe for concurrent use.
type Box struct {
	aead cipher.AEAD
	mac  []byte
}

// NewBox returns a box for a key of 32 bytes. Sealing and signing use keys of
// their own, derived from it.
func NewBox(key []byte) (*Box, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("seal: a key has %d bytes, this one %d", keySize, len(key))
	}
	inner, err := hkdf.Key(sha256.New, key, nil, "pavilion seal", keySize)
	if err != nil {
		return nil, err
	}
	mac, err := hkdf.Key(sha256.New, key, nil, "pavilion sum", keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(inner)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &Box{aead: aead, mac: mac}, err
}

// Seal closes plain so that only Open with the same about opens it.
func (b *Box) Seal(plain []byte, about string) string {
	nonce := make([]byte, b.aead.NonceSize(), b.aead.NonceSize()+len(plain)+b.aead.Overhead())
	rand.Read(nonce) // never fails
	return version + base64.RawURLEncoding.EncodeToString(b.aead.Seal(nonce, nonce, plain, []byte(about)))
}

// Open returns what Seal closed for about, or ErrBroken.
func (b *Box) Open(sealed, about string) ([]byte, error) {
	text, ok := strings.CutPrefix(sealed, version)
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if !ok || err != nil || len(raw) < b.aead.NonceSize() {
		return nil, ErrBroken
	}
	n := b.aead.NonceSize()
	plain, err := b.aead.Open(nil, raw[:n], raw[n:], []byte(about))
	if err != nil {
		return nil, ErrBroken
	}
	return plain, nil
}

// Sum signs parts: 64 hexadecimal digits that nobody without the key can make.
// Where one part ends and the next begins is part of what is signed.
func (b *Box) Sum(parts ...string) string {
	h := hmac.New(sha256.New, b.mac)
	for _, p := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(p)))
		h.Write(size[:])
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// LoadKey reads the key in a file, or makes one there if there is no file. It
// refuses a file that others may read or that holds no key.
func LoadKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(path)
	}
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("key file %s: others may read it; allow its owner only (chmod 600)", path)
	}
	key, err := os.ReadFile(path)
	if err == nil && len(key) != keySize {
		err = fmt.Errorf("key file %s: it has %d bytes and not %d", path, len(key), keySize)
	}
	return key, err
}

func makeKey(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	key := make([]byte, keySize)
	rand.Read(key) // never fails
	_, err = f.Write(key)
	return key, errors.Join(err, f.Sync(), f.Close())
}
