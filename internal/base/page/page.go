// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package page cuts long lists into pages by key, so that the thousandth page
// costs what the first does and no line is shown twice or left out because
// others came in between.
package page

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pavilion/internal/base/fault"
)

// Sizes of pages.
const (
	Default = 50
	Max     = 100
)

// maxLength bounds what is read as a cursor.
const maxLength = 200

// Cursor is the place in a list after which a page begins: an instant, or
// another number that the list is ordered by, and the id that breaks ties.
type Cursor struct {
	At int64
	ID string
}

// Page is one page of a list. Next is where the following page begins; it is
// the zero Cursor on the last one.
type Page[T any] struct {
	Items []T
	Next  Cursor
}

// String writes the cursor for an address; the zero Cursor is empty.
func (c Cursor) String() string {
	if c == (Cursor{}) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(c.At, 36) + "." + c.ID))
}

// More reports whether there is a page after c.
func (c Cursor) More() bool { return c != Cursor{} }

// ParseCursor reads what String wrote. It fails with Invalid for anything else,
// and for ids that a database would refuse: bytes that are not UTF-8, control
// characters.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	bad := fault.New(fault.Invalid, "page.bad_cursor").At("cursor")
	if len(s) > maxLength {
		return Cursor{}, bad
	}
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || !utf8.Valid(text) || strings.ContainsFunc(string(text), unicode.IsControl) {
		return Cursor{}, bad
	}
	at, key, ok := strings.Cut(string(text), ".")
	n, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil {
		return Cursor{}, bad
	}
	return Cursor{At: n, ID: key}, nil
}

// Cut makes a page of size items from a list that was asked for one more; key
// tells an item's place in the list. A page has one item at least.
func Cut[T any](items []T, size int, key func(T) Cursor) Page[T] {
	size = max(size, 1)
	if len(items) <= size {
		return Page[T]{Items: items}
	}
	return Page[T]{Items: items[:size:size], Next: key(items[size-1])}
}
