// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package text holds every sentence that people read, by key and language.
//
// Sentences are data: whole, with {named} places, in texts/<language>/*.json.
// Code knows keys. The language travels with the page, never with a template.
package text

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// First is the language of the interface that all others are measured by.
const First = "zh-Hans"

// Catalogue is all sentences in all languages. It does not change and is safe
// for concurrent use.
type Catalogue struct {
	languages []string // First, then the others by name
	sentences map[string]map[string]string
}

// Load reads texts/<language>/*.json. A key that stands in two files of a
// language is an error.
func Load(fsys fs.FS) (*Catalogue, error) {
	files, err := fs.Glob(fsys, "texts/*/*.json")
	if err != nil {
		return nil, err
	}
	c := &Catalogue{sentences: map[string]map[string]string{}}
	for _, file := range files {
		lang := path.Base(path.Dir(file))
		if c.sentences[lang] == nil {
			c.sentences[lang] = map[string]string{}
			c.languages = append(c.languages, lang)
		}
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		var some map[string]string
		if err := json.Unmarshal(text, &some); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for key, sentence := range some {
			if _, twice := c.sentences[lang][key]; twice {
				return nil, fmt.Errorf("%s: %q stands in another file too", file, key)
			}
			c.sentences[lang][key] = sentence
		}
	}
	if c.sentences[First] == nil {
		return nil, fmt.Errorf("there are no texts in %s", First)
	}
	slices.SortFunc(c.languages, func(a, b string) int {
		if a == First || b == First {
			return strings.Compare(strconv.FormatBool(b == First), strconv.FormatBool(a == First))
		}
		return strings.Compare(a, b)
	})
	return c, nil
}

// Languages lists the languages, the first one first.
func (c *Catalogue) Languages() []string { return slices.Clone(c.languages) }

// Keys lists the keys of a language, sorted.
func (c *Catalogue) Keys(lang string) []string { return slices.Sorted(maps.Keys(c.sentences[lang])) }

// Printer says sentences in one language; an unknown one is the first.
func (c *Catalogue) Printer(lang string) *Printer {
	if c.sentences[lang] == nil {
		lang = First
	}
	return &Printer{lang: lang, sentences: c.sentences[lang]}
}

// Negotiate returns the language that best meets an Accept-Language header.
func (c *Catalogue) Negotiate(accept string) string {
	best, quality := First, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		tag, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		weight := 1.0
		if n, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(q), "q="), 64); err == nil {
			weight = n
		}
		base, _, _ := strings.Cut(tag, "-")
		for _, lang := range c.languages {
			if known, _, _ := strings.Cut(lang, "-"); strings.EqualFold(base, known) && weight > quality {
				best, quality = lang, weight
			}
		}
	}
	return best
}

// place matches a named place in a sentence.
var place = regexp.MustCompile(`\{[a-z_]+\}`)

// Lint lists keys that a language lacks, places that differ between languages,
// and sentences that are empty.
func (c *Catalogue) Lint() []string {
	var out []string
	for _, lang := range c.languages {
		for key, sentence := range c.sentences[lang] {
			first, ok := c.sentences[First][key]
			switch {
			case strings.TrimSpace(sentence) == "":
				out = append(out, fmt.Sprintf("%s: %s is empty", lang, key))
			case !ok:
				out = append(out, fmt.Sprintf("%s lacks %s, which %s has", First, key, lang))
			case places(first) != places(sentence):
				out = append(out, fmt.Sprintf("%s: %s has places %s, %s has %s", lang, key, places(sentence), First, places(first)))
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

// places lists the named places of a sentence, each once, in order of name.
func places(sentence string) string {
	found := place.FindAllString(sentence, -1)
	slices.Sort(found)
	return strings.Join(slices.Compact(found), " ")
}

// Printer says sentences in one language. It is safe for concurrent use.
type Printer struct {
	lang      string
	sentences map[string]string
}

// Lang is the language's tag, such as "zh-Hans".
func (p *Printer) Lang() string { return p.lang }

// Has reports whether there is a sentence for key.
func (p *Printer) Has(key string) bool {
	_, ok := p.sentences[key]
	return ok
}

// T says the sentence of key with the values of its named places, given as name
// and value in turn. Values are plain text. A key without a sentence shows
// itself in ⟦ ⟧, so that a test finds it.
func (p *Printer) T(key string, args ...any) string {
	sentence, ok := p.sentences[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(args) == 0 {
		return sentence
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, "{"+fmt.Sprint(args[i])+"}", fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// Date writes a day in full, with its weekday: the texts date.day, date.month.1
// to 12 and date.weekday.0 to 6 say how.
func (p *Printer) Date(t time.Time) string {
	return p.T("date.day", "year", t.Year(), "month", p.T("date.month."+strconv.Itoa(int(t.Month()))),
		"day", t.Day(), "weekday", p.T("date.weekday."+strconv.Itoa(int(t.Weekday()))))
}

// Time writes the hour and minute.
func (p *Printer) Time(t time.Time) string { return t.Format("15:04") }

// DateTime writes a day in full with the hour and minute.
func (p *Printer) DateTime(t time.Time) string { return p.Date(t) + " " + p.Time(t) }
