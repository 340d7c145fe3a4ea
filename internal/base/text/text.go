// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package text holds every sentence that people read, by key and language.
//
// Sentences are data: whole, with {named} places, in texts/<language>/*.json.
// Code knows keys. The language travels with the page, never with a template.
//
//	text.go     loading the sentences, and which language a reader gets
//	printer.go  saying them
//	lint.go     what is wrong with them
package text

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// First is the language of the interface that all others are measured by.
const First = "zh-Hans"

// Catalogue is all sentences in all languages. It does not change and is safe
// for concurrent use.
type Catalogue struct {
	languages []string // First, then the others by name
	sentences map[string]map[string]string
}

// Derived is a language made from another one sentence by sentence, such as
// traditional Chinese characters from simplified ones. A sentence written by
// hand in the language's own files goes before the made one.
type Derived struct {
	Lang, From string
	Convert    func(sentence string) string
}

// Load reads texts/<language>/*.json and makes the derived languages. A key that
// stands twice in a language is an error.
func Load(fsys fs.FS, derived ...Derived) (*Catalogue, error) {
	files, err := fs.Glob(fsys, "texts/*/*.json")
	if err != nil {
		return nil, err
	}
	c := &Catalogue{sentences: map[string]map[string]string{}}
	for _, file := range files {
		if err := c.add(fsys, file); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, d := range derived {
		if c.sentences[d.From] == nil {
			return nil, fmt.Errorf("there are no texts in %s to make %s from", d.From, d.Lang)
		}
		made := c.language(d.Lang)
		for key, sentence := range c.sentences[d.From] {
			if _, own := made[key]; !own {
				made[key] = d.Convert(sentence)
			}
		}
	}
	if c.sentences[First] == nil {
		return nil, fmt.Errorf("there are no texts in %s", First)
	}
	c.languages = slices.DeleteFunc(slices.Sorted(maps.Keys(c.sentences)), func(lang string) bool { return lang == First })
	c.languages = slices.Insert(c.languages, 0, First)
	return c, nil
}

// language returns the sentences of a language, to be added to.
func (c *Catalogue) language(lang string) map[string]string {
	if c.sentences[lang] == nil {
		c.sentences[lang] = map[string]string{}
	}
	return c.sentences[lang]
}

func (c *Catalogue) add(fsys fs.FS, file string) error {
	body, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	into := c.language(path.Base(path.Dir(file)))
	return each(body, func(key, sentence string) error {
		if _, twice := into[key]; twice {
			return fmt.Errorf("%q stands there twice, or in another file too", key)
		}
		into[key] = sentence
		return nil
	})
}

// each calls fn for every pair of a flat JSON object, also for keys that stand
// in it twice, of which a map would show the last.
func each(body []byte, fn func(key, sentence string) error) error {
	if flat := map[string]string(nil); json.Unmarshal(body, &flat) != nil {
		return json.Unmarshal(body, &flat)
	}
	in := json.NewDecoder(bytes.NewReader(body))
	if _, err := in.Token(); err != nil {
		return err
	}
	for in.More() {
		key, err := in.Token()
		if err != nil {
			return err
		}
		var sentence string
		if err := in.Decode(&sentence); err != nil {
			return err
		}
		if err := fn(fmt.Sprint(key), sentence); err != nil {
			return err
		}
	}
	return nil
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
		if lang, ok := c.meets(tag); ok && weight > quality {
			best, quality = lang, weight
		}
	}
	return best
}

// traditional are the parts of a Chinese tag that ask for traditional characters.
var traditional = []string{"hant", "tw", "hk", "mo"}

// meets returns the language that a reader of tag is best served with.
func (c *Catalogue) meets(tag string) (string, bool) {
	parts := strings.Split(strings.ToLower(tag), "-")
	asked := parts[0]
	if asked == "zh" {
		asked = "zh-Hans"
		hant := slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(traditional, p) })
		if hant && !slices.Contains(parts, "hans") && c.sentences["zh-Hant"] != nil {
			asked = "zh-Hant"
		}
	}
	return asked, c.sentences[asked] != nil
}
