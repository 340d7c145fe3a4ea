// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"slices"
	"strings"
	"unicode"

	"pavilion/internal/base/text"
)

// Names are the words by which columns are known, in every language: the texts
// under intake.names, with a stroke between the words.
func Names(texts *text.Catalogue) map[Field][]string {
	out := map[Field][]string{}
	for _, lang := range texts.Languages() {
		say := texts.Printer(lang)
		for _, f := range Fields() {
			out[f] = append(out[f], strings.Split(say.T("intake.names."+string(f)), "|")...)
		}
	}
	return out
}

// Guess says which heading is probably which field, from the names that each field
// goes by, the most telling first. A heading is used once; the longer of two names
// that it contains decides.
func Guess(headings []string, names map[Field][]string) map[Field]string {
	out := map[Field]string{}
	taken := map[string]bool{}
	match := func(same func(heading, name string) bool) {
		for _, f := range Fields() {
			for _, name := range names[f] {
				at := slices.IndexFunc(headings, func(h string) bool { return !taken[h] && same(bare(h), bare(name)) })
				if out[f] == "" && at >= 0 {
					out[f], taken[headings[at]] = headings[at], true
				}
			}
		}
	}
	match(func(heading, name string) bool { return heading == name })
	match(func(heading, name string) bool { return len([]rune(name)) > 1 && strings.Contains(heading, name) })
	return out
}

// bare is a heading without what people put around it.
func bare(heading string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}
