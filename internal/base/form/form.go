// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package form reads forms: fields that people fill in, on paper-like pages and
// offline. A definition is data; what an answer means is its reader's business.
//
//	form.go   definitions and their linter
//	load.go   the forms of a catalogue
//	read.go   answers, with every fault named at its field
//	clean.go  what text may contain
package form

import (
	"fmt"
	"slices"
)

// Kind is what sort of answer a field takes.
type Kind string

// The kinds. Body, Bodies and Area take ids; whether they exist is for the use
// case to say. Photos and Point bring their own input and are not answers.
const (
	Text     Kind = "text"
	LongText Kind = "long_text"
	Choice   Kind = "choice"
	Number   Kind = "number"
	Date     Kind = "date" // YYYY-MM-DD
	Rating   Kind = "rating"
	Phone    Kind = "phone"
	Mail     Kind = "mail"
	Photos   Kind = "photos"
	Point    Kind = "point"
	Body     Kind = "body"
	Bodies   Kind = "bodies" // several, with commas between them
	Area     Kind = "area"
)

var kinds = []Kind{Text, LongText, Choice, Number, Date, Rating, Phone, Mail, Photos, Point, Body, Bodies, Area}

// Longest answers in characters, where a field names no maximum of its own.
const (
	MaxText     = 200
	MaxLongText = 5000
)

// Definition is one form.
type Definition struct {
	Name   string  `json:"name"`
	Fields []Field `json:"fields"`
}

// Field is one question. Min and Max bound the length of a text in characters,
// the value of a number or rating, the number of photos. A Max of zero is no
// bound; a Min of zero keeps numbers from being negative.
type Field struct {
	Name     string   `json:"name"`
	Kind     Kind     `json:"kind"`
	Required bool     `json:"required,omitempty"`
	Min      float64  `json:"min,omitempty"`
	Max      float64  `json:"max,omitempty"`
	Choices  []string `json:"choices,omitempty"` // empty: whatever the use case accepts
}

// Lint lists what is wrong with d.
func (d *Definition) Lint() []string {
	var out []string
	if d.Name == "" {
		out = append(out, "a form has no name")
	}
	seen := map[string]bool{}
	for _, f := range d.Fields {
		where := fmt.Sprintf("form %s, field %q: ", d.Name, f.Name)
		switch {
		case f.Name == "" || seen[f.Name]:
			out = append(out, where+"the name is empty or used twice")
		case !slices.Contains(kinds, f.Kind):
			out = append(out, where+"there is no kind "+string(f.Kind))
		case f.Max != 0 && f.Max < f.Min:
			out = append(out, where+"the maximum is below the minimum")
		case f.Kind == Rating && (f.Min < 1 || f.Max <= f.Min):
			out = append(out, where+"a rating needs a minimum of at least 1 and a maximum above it")
		}
		seen[f.Name] = true
	}
	return out
}
