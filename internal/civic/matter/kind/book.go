// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package kind

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Book is one edition of the catalogue. It does not change.
type Book struct {
	Number   int // of the edition; 0 for a draft
	types    []Kind
	byCode   map[string]Kind
	frequent []string
}

// file is how a catalogue is written.
type file struct {
	Source   string   `json:"source,omitempty"`
	Frequent []string `json:"frequent"`
	Types    []Kind   `json:"types"`
}

// Parse reads a catalogue. It refuses fields it does not know, and codes that are
// malformed or twice there: everything else is for Lint to say.
func Parse(body []byte) (*Book, error) {
	var f file
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&f); err != nil {
		return nil, fmt.Errorf("catalogue of types: %w", err)
	}
	b := &Book{types: f.Types, byCode: map[string]Kind{}, frequent: f.Frequent}
	for _, k := range b.types {
		if _, twice := b.byCode[k.Code]; twice || !wellFormed(k.Code) {
			return nil, fmt.Errorf("catalogue of types: code %q is malformed or twice there", k.Code)
		}
		b.byCode[k.Code] = k
	}
	return b, nil
}

// wellFormed reports whether a code has six digits.
func wellFormed(code string) bool {
	return len(code) == 6 && !slices.ContainsFunc([]byte(code), func(c byte) bool { return c < '0' || c > '9' })
}

// Find returns the type with the given code, also one that is withdrawn.
func (b *Book) Find(code string) (Kind, bool) {
	k, ok := b.byCode[code]
	return k, ok
}

// Known reports whether a code is one of a type, withdrawn or not, or of one of the
// two levels of groups above the types.
func (b *Book) Known(code string) bool {
	if n := len(code); n != 2 && n != 4 && n != 6 {
		return false
	}
	return slices.ContainsFunc(b.types, func(k Kind) bool { return strings.HasPrefix(k.Code, code) })
}

// All lists the types that may be chosen, in the order of the catalogue.
func (b *Book) All() []Kind {
	return slices.DeleteFunc(b.Listed(), func(k Kind) bool { return k.Withdrawn })
}

// Listed lists all types, those that are withdrawn too.
func (b *Book) Listed() []Kind { return slices.Clone(b.types) }

// Offered lists the types that a reporter may choose from: all but those that
// have a sealed path of their own.
func (b *Book) Offered() []Kind {
	return slices.DeleteFunc(b.All(), func(k Kind) bool { return k.Privacy == PrivacySealed })
}

// Frequent lists the codes that reporters are offered first.
func (b *Book) Frequent() []string {
	return slices.DeleteFunc(slices.Clone(b.frequent), func(code string) bool { return b.byCode[code].Withdrawn })
}

// Emergency lists the numbers to call in danger that any type names, each once,
// in order.
func (b *Book) Emergency() []string {
	var out []string
	for _, k := range b.All() {
		out = append(out, k.Emergency...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
