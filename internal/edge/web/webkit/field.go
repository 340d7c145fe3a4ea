// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"fmt"
	"slices"
	"strings"

	"pavilion/internal/base/text"
)

// fieldKinds are the controls that the template "field" can draw.
var fieldKinds = []string{
	"text", "long_text", "phone", "email", "password", "number", "date", "code", "search",
	"select", "choice", "checks", "rating", "photos", "point",
}

// Choice is one answer of a select, choice or checks field. Label and Hint are
// sentences, not keys.
type Choice struct{ Value, Label, Hint string }

// Field is one field of a form, as the template "field" draws it.
type Field struct {
	Form         Form
	Name, ID     string
	Kind         string
	Label, Hint  string
	Optional     bool
	Heading      bool // the label is the page's h1: one question a page
	Value, Error string
	Choices      []Choice
	Row          bool // choices beside one another
	Max          int  // characters of a text, number of photos
	Autocomplete string
	Short        bool   // for values of known short length
	Src          string // of a point field: the grids' GeoJSON
	UseKey       string // a shortcut on the desk
}

// newField makes a Field from pairs: "kind" (text when absent), "label" and
// "hint" (text keys) or "label_text" and "hint_text" (sentences), "optional",
// "heading", "row", "short" (bool), "choices" ([]Choice), "max" (int),
// "autocomplete", "src", "key", "value" (shown when nothing was sent).
func newField(p *text.Printer, form Form, name string, pairs []any) (Field, error) {
	f := Field{Form: form, Name: name, ID: form.ID(name), Kind: "text", Error: form.Error(name), Value: form.Value(name)}
	args, err := dict(pairs...)
	if err != nil {
		return f, fmt.Errorf("field %s: %w", name, err)
	}
	for arg, value := range args {
		if err := f.set(p, arg, value); err != nil {
			return f, fmt.Errorf("field %s: %w", name, err)
		}
	}
	if !slices.Contains(fieldKinds, f.Kind) {
		return f, fmt.Errorf("field %s: no kind %q", name, f.Kind)
	}
	if f.Label == "" {
		return f, fmt.Errorf("field %s has no label", name)
	}
	return f, nil
}

// set puts one pair into the field.
func (f *Field) set(p *text.Printer, name string, value any) error {
	ok := true
	word, isWord := value.(string)
	switch name {
	case "kind":
		f.Kind, ok = word, isWord
	case "label":
		f.Label, ok = p.T(word), isWord
	case "label_text":
		f.Label, ok = word, isWord
	case "hint":
		f.Hint, ok = p.T(word), isWord
	case "hint_text":
		f.Hint, ok = word, isWord
	case "optional":
		f.Optional, ok = value.(bool)
	case "heading":
		f.Heading, ok = value.(bool)
	case "row":
		f.Row, ok = value.(bool)
	case "short":
		f.Short, ok = value.(bool)
	case "choices":
		f.Choices, ok = value.([]Choice)
	case "max":
		f.Max, ok = value.(int)
	case "autocomplete":
		f.Autocomplete, ok = word, isWord
	case "src":
		f.Src, ok = word, isWord
	case "key":
		f.UseKey, ok = word, isWord
	case "value":
		if !f.Form.Values.Has(f.Name) {
			f.Value = word
		}
		ok = isWord
	default:
		return fmt.Errorf("unknown argument %q", name)
	}
	if !ok {
		return fmt.Errorf("argument %q cannot be %T", name, value)
	}
	return nil
}

// Chosen reports whether a choice is selected.
func (f Field) Chosen(value string) bool {
	if f.Form.Values.Has(f.Name) {
		return f.Form.Has(f.Name, value)
	}
	return f.Value == value
}

// Group reports whether the field has several controls and so a fieldset.
func (f Field) Group() bool {
	return f.Kind == "choice" || f.Kind == "checks" || f.Kind == "rating" || f.Kind == "point"
}

// Described lists the ids of what explains the control.
func (f Field) Described() string {
	var out []string
	if f.Hint != "" {
		out = append(out, f.ID+"-hint")
	}
	if f.Error != "" {
		out = append(out, f.ID+"-error")
	}
	return strings.Join(out, " ")
}

// ChoiceID returns the id of the nth choice: the first has the field's own, so
// that the error summary leads to it.
func (f Field) ChoiceID(n int) string {
	if n == 0 {
		return f.ID
	}
	return fmt.Sprintf("%s-%d", f.ID, n+1)
}

// Input returns the type attribute of a one-line control.
func (f Field) Input() string {
	switch f.Kind {
	case "phone":
		return "tel"
	case "email", "password", "date", "search":
		return f.Kind
	}
	return "text"
}
