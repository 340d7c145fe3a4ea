// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package trace finds in a text what could lead to a private person: identity
// numbers, telephone numbers, bank cards, addresses of mail, number plates, doors,
// numbers of invoices. It says where they are; a person decides what becomes of
// them. How well it does is measured in docs/trace.md.
//
//	trace.go     kinds, finding, distinct values
//	fold.go      the text with half-width characters, and where each stood
//	number.go    digits with what may separate them, and what they are
//	identity.go  checks of identity numbers, cards and credit codes
//	gate.go      taking finds out, and refusing what may not be public
package trace

import (
	"regexp"
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
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Identity, Phone, Line, Bank, Bill, Plate, Door, Mail} }

// Trace is one find: the bytes of the text from From up to To. One that is not
// Sure has the form of its kind and nothing that confirms it.
type Trace struct {
	Kind     Kind
	From, To int
	Sure     bool
}

// patterns are what is recognised without arithmetic. Provinces on plates, and the
// words for flat, unit and floor, are written by code point; the last province
// is the one of fictional plates.
var patterns = []struct {
	kind  Kind
	form  *regexp.Regexp
	check func(match, after string) bool
}{
	{Mail, regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]*[A-Za-z0-9]\.[A-Za-z]{2,}`), nil},
	{Plate, regexp.MustCompile(`(?i)[\x{4eac}\x{6d25}\x{5180}\x{664b}\x{8499}\x{8fbd}\x{5409}\x{9ed1}\x{6caa}\x{82cf}\x{6d59}\x{7696}\x{95fd}\x{8d63}\x{9c81}\x{8c6b}\x{9102}\x{6e58}\x{7ca4}\x{6842}\x{743c}\x{6e1d}\x{5ddd}\x{8d35}\x{4e91}\x{85cf}\x{9655}\x{7518}\x{9752}\x{5b81}\x{65b0}\x{6d4b}][A-HJ-NP-Z][ \x{b7}\x{2022}-]?[A-HJ-NP-Z0-9]{5,6}`), plate},
	{Door, regexp.MustCompile(`\d{1,4}\s?(?:\x{53f7}\x{697c}|\x{680b}|\x{5e62}|\x{53f7}\x{9662}|\x{5355}\x{5143})[ ,-]?(?:\d{1,2}\s?(?:\x{5355}\x{5143}|\x{5c42}|\x{697c})[ ,-]?)?\d{3,4}\s?(?:\x{5ba4}|\x{6237}|\x{53f7})?`), door},
	{Door, regexp.MustCompile(`(?:\d{1,3}-){0,2}\d{3,4}\s?\x{5ba4}`), nil},
	{Door, regexp.MustCompile(`(?:\x{80e1}\x{540c}|[\x{6751}\x{7ec4}\x{5e84}\x{5c6f}\x{5f04}])\d{1,4}\x{53f7}`), door},
}

// plate asks for three digits at least, and for the end of the word.
func plate(match, after string) bool {
	digits := strings.Count(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, match), "0")
	return digits >= 3 && (after == "" || !alnum(after[0]))
}

// counted begins with what is counted or stands in the street: after these a
// number is no door.
var counted = regexp.MustCompile(`^\s?[\x{697c}\x{4e95}\x{6746}\x{706f}\x{7ebf}\x{6865}\x{8def}\x{95e8}\x{7c73}\x{5e73}\x{5143}\x{4e2a}\x{5428}\x{4eba}\x{8f86}\x{682a}\x{76cf}\x{5904}\x{591a}]`)

func door(_, after string) bool { return !counted.MatchString(after) }

// Find lists the traces of a text in their order. They do not overlap.
func Find(text string) []Trace {
	f := fold(text)
	out := f.numbers()
	for _, p := range patterns {
		for _, at := range p.form.FindAllStringIndex(f.text, -1) {
			if p.kind != Mail && p.kind != Plate && (at[0] > 0 && digit(f.text[at[0]-1]) || at[1] < len(f.text) && digit(f.text[at[1]])) {
				continue
			}
			if p.check == nil || p.check(f.text[at[0]:at[1]], f.text[at[1]:]) {
				out = append(out, Trace{Kind: p.kind, From: at[0], To: at[1], Sure: true})
			}
		}
	}
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
		out[i].From, out[i].To = f.at[t.From], f.at[t.To]
	}
	return out
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
