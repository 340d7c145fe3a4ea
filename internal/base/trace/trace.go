// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package trace finds in a text what could lead to a private person: identity
// numbers, telephone numbers, addresses of mail, number plates and doors. It says
// where they are; a person decides what becomes of them.
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
	Identity Kind = "identity" // identity number, 18 characters with a right check character, or 15 digits with a date
	Phone    Kind = "phone"    // mobile or fixed line
	Mail     Kind = "mail"
	Plate    Kind = "plate" // of a vehicle
	Door     Kind = "door"  // a flat within a building
)

// Trace is one find: the bytes of the text from From up to To.
type Trace struct {
	Kind     Kind
	From, To int
}

// patterns find candidates; a check, where there is one, confirms them. Provinces
// on plates, and the words for flat, unit and floor, are written by code point.
var patterns = []struct {
	kind  Kind
	form  *regexp.Regexp
	check func(string) bool
}{
	{Identity, regexp.MustCompile(`\d{17}[\dXx]`), identity},
	{Identity, regexp.MustCompile(`\d{15}`), func(s string) bool { return date("19" + s[6:12]) }},
	{Phone, regexp.MustCompile(`1[3-9]\d[ -]?\d{4}[ -]?\d{4}`), nil},
	{Phone, regexp.MustCompile(`0\d{2,3}[ -]?\d{7,8}`), nil},
	{Mail, regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`), nil},
	{Plate, regexp.MustCompile(`\p{Han}[A-HJ-NP-Z][ \x{b7}]?[A-HJ-NP-Z0-9]{5,6}`), func(s string) bool { return strings.ContainsAny(s, "0123456789") }},
	{Door, regexp.MustCompile(`\d{1,4}\s*(?:\x{53f7}\x{697c}|\x{680b}|\x{5e62}|\x{697c}|\x{5355}\x{5143})[^\x{3002}\x{ff0c},;\x{ff1b}]{0,8}?\d{2,4}\s*(?:\x{5ba4}|\x{6237}|\x{53f7})?`), nil},
	{Door, regexp.MustCompile(`\d{2,4}\s*(?:\x{5ba4}|\x{6237})`), nil},
}

// Find lists the traces of a text in their order. A run of digits that is longer
// than a pattern is not one: codes of components have seventeen digits.
func Find(text string) []Trace {
	var out []Trace
	for _, p := range patterns {
		for _, at := range p.form.FindAllStringIndex(text, -1) {
			if p.kind != Mail && (digit(text, at[0]-1) || digit(text, at[1])) && p.kind != Plate {
				continue
			}
			if p.check != nil && !p.check(text[at[0]:at[1]]) {
				continue
			}
			inside := func(t Trace) bool { return at[0] < t.To && t.From < at[1] }
			if !slices.ContainsFunc(out, inside) {
				out = append(out, Trace{Kind: p.kind, From: at[0], To: at[1]})
			}
		}
	}
	slices.SortFunc(out, func(a, b Trace) int { return a.From - b.From })
	return out
}

func digit(text string, i int) bool {
	return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9'
}

// identity reports whether s is an identity number by GB 11643-1999: a date of
// birth and a right check character.
func identity(s string) bool {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return date(s[6:14]) && strings.ToUpper(s[17:]) == string("10X98765432"[sum%11])
}

var birth = regexp.MustCompile(`^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$`)

func date(s string) bool { return birth.MatchString(s) }
