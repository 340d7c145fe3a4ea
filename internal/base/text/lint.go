// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package text

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// place matches a named place in a sentence.
var place = regexp.MustCompile(`\{[a-z_]+\}`)

// Lint lists keys that a language lacks, places that differ between languages or
// are not written right, and sentences that are empty.
func (c *Catalogue) Lint() []string {
	var out []string
	for _, lang := range c.languages {
		for key, sentence := range c.sentences[lang] {
			if problem := c.wrong(lang, key, sentence); problem != "" {
				out = append(out, problem)
			}
		}
		for key := range c.sentences[First] {
			if _, ok := c.sentences[lang][key]; !ok {
				out = append(out, fmt.Sprintf("%s lacks %s", lang, key))
			}
		}
	}
	slices.Sort(out)
	return out
}

// wrong says what is wrong with one sentence, or nothing.
func (c *Catalogue) wrong(lang, key, sentence string) string {
	first, ok := c.sentences[First][key]
	switch {
	case strings.TrimSpace(sentence) == "":
		return fmt.Sprintf("%s: %s is empty", lang, key)
	case strings.ContainsAny(place.ReplaceAllString(sentence, ""), "{}"):
		return fmt.Sprintf("%s: %s has a brace that is no place", lang, key)
	case !ok:
		return fmt.Sprintf("%s lacks %s, which %s has", First, key, lang)
	case places(first) != places(sentence):
		return fmt.Sprintf("%s: %s has places %s, %s has %s", lang, key, places(sentence), First, places(first))
	}
	return ""
}

// places lists the named places of a sentence, each once, in order of name.
func places(sentence string) string {
	found := place.FindAllString(sentence, -1)
	slices.Sort(found)
	return strings.Join(slices.Compact(found), " ")
}
