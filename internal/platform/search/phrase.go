// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package search

import (
	"strconv"
	"strings"
)

// phrase is one word of a question: tokens that follow one another. When open,
// the last token is the beginning of one.
type phrase struct {
	grams []string
	open  bool
}

// ask cuts a question into the phrases that must all be found. A word that ends
// in two or more Chinese characters ends in their pair; one that ends in a
// single character or in letters may go on in the text.
func ask(text string) []phrase {
	var out []phrase
	for _, word := range words(text) {
		var p phrase
		for _, r := range word {
			p.grams = append(p.grams, r.grams()...)
		}
		if last := word[len(word)-1]; last.chinese && len(last.text) > 1 {
			p.grams = p.grams[:len(p.grams)-1] // the last character alone: more may follow it
		} else {
			p.open = true
		}
		if len(p.grams) > maxWord {
			p = phrase{grams: p.grams[:maxWord]}
		}
		if out = append(out, p); len(out) == maxWords {
			break
		}
	}
	return out
}

// forSQLite writes phrases in the language of FTS5. Tokens are letters, digits
// and marks only, so nothing in them can end the quotation.
func forSQLite(phrases []phrase) string {
	var terms []string
	for _, p := range phrases {
		term := `"` + strings.Join(p.grams, " ") + `"`
		if p.open {
			term += " *"
		}
		terms = append(terms, term)
	}
	return strings.Join(terms, " AND ")
}

// forPostgres writes phrases as a tsquery.
func forPostgres(phrases []phrase) string {
	var terms []string
	for _, p := range phrases {
		term := "'" + strings.Join(p.grams, "' <-> '") + "'"
		if p.open {
			term += ":*"
		}
		terms = append(terms, "("+term+")")
	}
	return strings.Join(terms, " & ")
}

// vector writes tokens with their positions as a tsvector. PostgreSQL keeps 256
// positions of a token at most, and so do we.
func vector(grams []string) string {
	const most = 256
	var b strings.Builder
	seen := map[string]int{}
	for i, g := range grams {
		if seen[g]++; seen[g] <= most {
			b.WriteString("'" + g + "':" + strconv.Itoa(i+1) + " ")
		}
	}
	return b.String()
}
