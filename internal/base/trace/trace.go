// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package trace finds in a text what could lead to a private person: identity
// numbers, telephone numbers, bank cards, addresses of mail, number plates, doors,
// numbers of invoices and papers, names in messengers. It says where they are; a person decides what becomes of
// them. How well it does is measured in docs/trace.md.
//
//	trace.go     kinds, finding, distinct values
//	fold.go      the text with half-width characters, and where each stood
//	number.go    digits with what may separate them, and what they are
//	identity.go  checks of identity numbers, cards and credit codes
//	gate.go      taking finds out, and refusing what may not be public
package trace

import (
	"slices"
	"strings"
)

// Kind is what sort of trace it is.
type Kind string

// The kinds.
const (
	Identity Kind = "identity" // identity number, 18 characters or the old 15 digits
	Phone    Kind = "phone"    // mobile
	Line     Kind = "line"     // fixed line
	Bank     Kind = "bank"     // card or account
	Bill     Kind = "bill"     // invoice or receipt
	Plate    Kind = "plate"    // of a vehicle
	Door     Kind = "door"     // a flat within a building, a house of a village
	Mail     Kind = "mail"
	Chat     Kind = "chat"   // a name or number of a messenger
	Permit   Kind = "permit" // passport, travel permit, driving licence
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Identity, Phone, Line, Bank, Bill, Plate, Door, Mail, Chat, Permit}
}

// Trace is one find: the bytes of the text from From up to To. One that is not
// Sure has the form of its kind and nothing that confirms it.
type Trace struct {
	Kind     Kind
	From, To int
	Sure     bool
}

// Find lists the traces of a text in their order. They do not overlap.
func Find(text string) []Trace {
	if !possible(text) {
		return nil
	}
	f := fold(text)
	return f.place(append(f.numbers(), f.shaped()...))
}

// possible reports whether a text has what every find has: a digit or a numeral, a
// sign of mail, or the word before a name.
func possible(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case digit(c) || c == '@':
			return true
		case c == 0xef, c >= 0xe3 && c <= 0xe9 && i+2 < len(text) && suspect(text[i:i+3]):
			return true
		case c|0x20 == 't' && i > 0 && text[i-1]|0x20 == 'a':
			return true
		}
	}
	return false
}

// suspect reports whether a character of three bytes is a numeral, or begins the
// word before a name.
func suspect(s string) bool { return s == "微" || strings.Contains(writtenOut, s) }

// place puts finds in order, drops those that overlap one before, and says where
// they stood.
func (f folded) place(out []Trace) []Trace {
	slices.SortStableFunc(out, func(a, b Trace) int { return a.From - b.From })
	last := 0
	out = slices.DeleteFunc(out, func(t Trace) bool {
		if t.From < last {
			return true
		}
		last = t.To
		return false
	})
	for i, t := range out {
		out[i].From, out[i].To = f.origin(t.From), f.origin(t.To)
	}
	return out
}

// KindsOf lists the kinds found in texts, each once, in the order of Kinds.
func KindsOf(texts ...string) []Kind {
	var out []Kind
	for _, text := range texts {
		for _, t := range Find(text) {
			out = append(out, t.Kind)
		}
	}
	if len(out) < 2 {
		return out
	}
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !slices.Contains(out, k) })
}

// Distinct keeps the first of the finds that have the same value, however it is
// written: with other separators, other widths, another case.
func Distinct(text string, found []Trace) []Trace {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(found), func(t Trace) bool {
		value := string(t.Kind) + strings.Map(bare, strings.ToUpper(fold(text[t.From:t.To]).text))
		known := seen[value]
		seen[value] = true
		return known
	})
}
