// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpeople

import (
	"strings"
	"unicode"

	"pavilion/internal/base/text"
)

// KindGroup is a group of types with its own, for looking up codes.
type KindGroup struct {
	Code, Name string
	Kinds      []KindLine
}

// KindLine is a group of the second level or a type.
type KindLine struct {
	Code, Name string
	Deep       bool // a type
}

// kinds lists the catalogue in its order: groups, groups below them, types.
func (p *Pages) kinds(say *text.Printer) []KindGroup {
	var out []KindGroup
	seen := map[string]bool{}
	for _, k := range p.Matters.Types.Current(p.Realm).All() {
		top, middle := k.Code[:2], k.Code[:4]
		if !seen[top] {
			out = append(out, KindGroup{Code: top, Name: kindName(say, top)})
		}
		group := &out[len(out)-1]
		if !seen[middle] {
			group.Kinds = append(group.Kinds, KindLine{Code: middle, Name: kindName(say, middle)})
		}
		group.Kinds = append(group.Kinds, KindLine{Code: k.Code, Name: kindName(say, k.Code), Deep: true})
		seen[top], seen[middle] = true, true
	}
	return out
}

// kindName is what a type is called, or a group of them.
func kindName(say *text.Printer, code string) string {
	if len(code) == 6 {
		return say.T("type." + code)
	}
	return say.T("type.group." + code)
}

// kindNames are codes with their names, in one line.
func kindNames(say *text.Printer, codes []string) string {
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = code + " " + kindName(say, code)
	}
	return strings.Join(words, say.T("kit.comma"))
}

// codesTyped are the codes that somebody typed, with whatever stands between them.
func codesTyped(words string) []string {
	return strings.FieldsFunc(words, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;/、，；", r) })
}
