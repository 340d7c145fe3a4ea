// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package search

import (
	"strings"
	"sync"
	"unicode"

	"github.com/longbridgeapp/opencc"
	"golang.org/x/text/unicode/norm"
)

const (
	// maxGrams bounds a text's tokens: PostgreSQL counts positions to 16383.
	maxGrams = 16383
	// maxWord bounds a word written in letters, in characters; the rest of a
	// longer one is left out of the index and of questions alike.
	maxWord = 64
	// maxWords bounds the words of a question; those after them are not asked for.
	maxWords = 16
)

// simplified maps traditional characters to simplified ones, each by itself, so
// that a character becomes the same whatever stands beside it. That is 4,105
// entries, made in 15 ms when first wanted.
var simplified = sync.OnceValue(func() map[rune]rune {
	table := map[rune]rune{}
	cc, err := opencc.New("t2s")
	if err != nil { // its data is compiled in
		return table
	}
	for _, block := range [][2]rune{{0x3400, 0x9FFF}, {0x20000, 0x2FA1F}} {
		for r := block[0]; r <= block[1]; r++ {
			text, err := cc.Convert(string(r))
			if to := []rune(text); err == nil && len(to) == 1 && to[0] != r {
				table[r] = to[0]
			}
		}
	}
	return table
})

// Normalise writes s as the index knows it: full-width letters as plain ones,
// lower case, simplified characters.
func Normalise(s string) string {
	table := simplified()
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if to, ok := table[r]; ok {
			return to
		}
		return r
	}, norm.NFKC.String(s))
}

// Grams returns the tokens that s is indexed by. A run of letters or digits is
// one token; a run of Chinese characters is one for each two neighbours and one
// for its last character, so that every character begins a token.
func Grams(s string) []string {
	var out []string
	for _, word := range words(s) {
		for _, run := range word {
			out = append(out, run.grams()...)
		}
	}
	return out[:min(len(out), maxGrams)]
}

// run is a piece of a word in one kind of writing.
type run struct {
	text    []rune
	chinese bool
}

// grams returns the tokens of a run in their order.
func (r run) grams() []string {
	if !r.chinese {
		return []string{string(r.text[:min(len(r.text), maxWord)])}
	}
	out := make([]string, 0, len(r.text))
	for i := range r.text[1:] {
		out = append(out, string(r.text[i:i+2]))
	}
	return append(out, string(r.text[len(r.text)-1:]))
}

// words cuts s into words at whatever is neither letter nor digit, and each word
// into its runs.
func words(s string) [][]run {
	var out [][]run
	inside := false
	for _, r := range Normalise(s) {
		if !unicode.In(r, unicode.L, unicode.N, unicode.M) {
			inside = false
			continue
		}
		if !inside {
			out, inside = append(out, nil), true
		}
		word := &out[len(out)-1]
		chinese := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
		if n := len(*word); n == 0 || (*word)[n-1].chinese != chinese {
			*word = append(*word, run{chinese: chinese})
		}
		last := &(*word)[len(*word)-1]
		last.text = append(last.text, r)
	}
	return out
}
