// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package phrase keeps sentences that a desk says often, by type of matter and by
// move: replies, questions, reasons. They are rules in editions like all others;
// whoever takes one reads it over and changes it before it is sent.
package phrase

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/edition"
)

// Edition is the kind of the editions that hold phrases.
const Edition = "replies"

// Phrase is one sentence, or several.
type Phrase struct {
	Name   string `json:"name"`           // what it is chosen by, in a few characters
	Action string `json:"action"`         // of the move in whose form it is offered
	Type   string `json:"type,omitempty"` // the beginning of a type's code; empty for all
	Text   string `json:"text"`           // with places such as {number}
}

// Book is one edition.
type Book struct {
	Phrases []Phrase `json:"phrases"`
}

// Places are what a phrase may name of a matter; persons are not among them.
var Places = []string{"number", "type", "place", "body"}

// maxText and maxName bound a phrase, in characters: it has to fit every form.
const (
	maxText = 500
	maxName = 20
)

// Parse reads an edition. A field that it does not know is an error.
func Parse(body []byte) (*Book, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var b Book
	if err := d.Decode(&b); err != nil {
		return nil, fmt.Errorf("replies: %w", err)
	}
	return &b, nil
}

// Finding is one thing wrong with an edition.
type Finding struct {
	Path, Key string
	Params    map[string]string
}

var place = regexp.MustCompile(`\{[^{}]*\}`)

// Lint lists what is wrong, given the moves that take words and the codes of types.
func (b *Book) Lint(actions, types []string) []Finding {
	var out []Finding
	seen := map[string]bool{}
	for i, p := range b.Phrases {
		bad := func(field, key string, params ...string) {
			f := Finding{Path: fmt.Sprintf("phrases.%d.%s", i, field), Key: key, Params: map[string]string{}}
			for j := 0; j+1 < len(params); j += 2 {
				f.Params[params[j]] = params[j+1]
			}
			out = append(out, f)
		}
		if n := len([]rune(p.Name)); n == 0 || n > maxName {
			bad("name", "phrase.name_length", "max", fmt.Sprint(maxName))
		}
		if n := len([]rune(p.Text)); n == 0 || n > maxText {
			bad("text", "phrase.text_length", "max", fmt.Sprint(maxText))
		}
		for _, f := range fault.All(trace.Gate("text", p.Text, trace.Line, trace.Door)) {
			bad(f.Field, f.Key, "proposal", f.Params["proposal"])
		}
		if !slices.Contains(actions, p.Action) {
			bad("action", "phrase.action_unknown", "action", p.Action)
		}
		if !slices.ContainsFunc(types, func(code string) bool { return strings.HasPrefix(code, p.Type) }) {
			bad("type", "phrase.type_unknown", "type", p.Type)
		}
		for _, named := range place.FindAllString(p.Text, -1) {
			if !slices.Contains(Places, strings.Trim(named, "{}")) {
				bad("text", "phrase.place_unknown", "place", named)
			}
		}
		if key := p.Action + "/" + p.Type + "/" + p.Name; seen[key] {
			bad("name", "phrase.twice")
		} else {
			seen[key] = true
		}
	}
	return out
}

// For lists the phrases of a move for a type of matter, those for few types first.
func (b *Book) For(action, code string) []Phrase {
	var out []Phrase
	for _, p := range b.Phrases {
		if p.Action == action && strings.HasPrefix(code, p.Type) {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Phrase) int { return len(b.Type) - len(a.Type) })
	return out
}

// Fill writes what a phrase names of a matter into it.
func Fill(text string, values map[string]string) string {
	return place.ReplaceAllStringFunc(text, func(named string) string { return values[strings.Trim(named, "{}")] })
}

// Library gives the phrases of each realm.
type Library struct {
	editions *edition.Service
	reader   *edition.Reader[*Book]
}

// NewLibrary returns a library over the realms' editions.
func NewLibrary(s *edition.Service) *Library {
	return &Library{editions: s, reader: edition.NewReader(s, Edition, Parse)}
}

// At returns the phrases in force in a realm; none before the first edition.
func (l *Library) At(ctx context.Context, realm string, at time.Time) *Book {
	b, _, err := l.reader.At(ctx, realm, at)
	if err != nil {
		return &Book{}
	}
	return b
}

// Seed gives a realm the phrases that come with the program, replies.json of the
// given files, unless it has published its own.
func (l *Library) Seed(ctx context.Context, realm string, files fs.FS) error {
	body, err := fs.ReadFile(files, "replies.json")
	if err != nil {
		return err
	}
	return l.editions.Seed(ctx, realm, Edition, body, "basis.practice")
}
