// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package id makes identifiers and secrets.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"github.com/google/uuid"
)

// Source makes a new identifier each time it is called. New is the real one.
type Source func() string

// New returns a UUID of version 7: unique anywhere, and later ones of a process
// sort after earlier ones.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// Of returns the UUID of version 8 that belongs to names: the same for the same
// ones, so that what is asked for again is found.
func Of(names ...string) string {
	sum := sha256.New()
	for _, name := range names {
		fmt.Fprintf(sum, "%d:%s", len(name), name) // no two lists are written alike
	}
	u := uuid.UUID(sum.Sum(nil)[:16])
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return u.String()
}

// Valid reports whether s is a UUID in the form that New writes.
func Valid(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s
}

// unambiguous are letters and digits that are not mistaken for one another when
// they are read aloud or copied by hand. There are 32: a byte's low five bits.
const unambiguous = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// Secret returns n random characters that are easy to copy, 5 bits each.
func Secret(n int) string {
	return pick(n, func(b byte) (byte, bool) { return unambiguous[b&31], true })
}

// Digits returns n random digits.
func Digits(n int) string {
	return pick(n, func(b byte) (byte, bool) { return '0' + b%10, b < 250 })
}

// pick turns random bytes into n characters; char refuses a byte that would make
// some characters likelier than others.
func pick(n int, char func(byte) (byte, bool)) string {
	out := make([]byte, 0, n)
	random := make([]byte, n+8)
	for {
		rand.Read(random) // never fails
		for _, b := range random {
			c, ok := char(b)
			if ok && len(out) < n {
				out = append(out, c)
			}
		}
		if len(out) == n {
			return string(out)
		}
	}
}
