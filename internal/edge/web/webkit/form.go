// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
)

// FieldError is one thing wrong with a form, in the reader's language. Field is
// empty when it concerns the whole form.
type FieldError struct {
	Field string
	Text  string
	Href  string // of the field, within the page
}

// Form is what a form shows: what was sent, and what was wrong with it.
type Form struct {
	Values url.Values
	Errors []FieldError
	Client string // id made when the form was first shown; sent again it changes nothing
	Prefix string // keeps the ids of several forms on one page apart
}

// Value returns the first value sent for a field.
func (f Form) Value(name string) string { return f.Values.Get(name) }

// Has reports whether a value is among those sent for a field.
func (f Form) Has(name, value string) bool {
	for _, v := range f.Values[name] {
		if v == value {
			return true
		}
	}
	return false
}

// Error returns what is wrong with a field, or nothing.
func (f Form) Error(name string) string {
	for _, e := range f.Errors {
		if e.Field == name {
			return e.Text
		}
	}
	return ""
}

// ID returns the id of a field's control.
func (f Form) ID(name string) string { return "f-" + f.Prefix + name }

// NewForm returns an empty form with a client id.
func NewForm(client string) Form { return Form{Client: client, Values: url.Values{}} }

// Again returns the form that shows what was sent with what was wrong. The page
// that shows it should carry its Errors, for the summary.
func (k *Kit) Again(r *http.Request, err error) Form {
	return k.AgainIn(r, err, "")
}

// AgainIn is Again for one of several forms on a page, by the prefix of its ids.
func (k *Kit) AgainIn(r *http.Request, err error, prefix string) Form {
	f := Form{Values: Printable(r.PostForm), Client: r.PostFormValue("client"), Prefix: prefix}
	f.Errors = f.explain(k.Printer(languageOf(r)), err)
	return f
}

// Printable returns what was sent without bytes that are no text and without
// control characters, which no page may hold. Somebody who sends it again has
// put them right.
func Printable(sent url.Values) url.Values {
	out := url.Values{}
	for name, list := range sent {
		for _, v := range list {
			out.Add(name, strings.Map(printed, strings.ToValidUTF8(v, "")))
		}
	}
	return out
}

func printed(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
		return -1
	}
	return r
}

// explain turns a fault and those joined to it into sentences.
func (f Form) explain(p *text.Printer, err error) []FieldError {
	first, ok := fault.As(err)
	if !ok {
		return []FieldError{{Text: p.T("kit.problem.internal.help")}}
	}
	var out []FieldError
	for _, e := range append([]*fault.Error{first}, first.More...) {
		item := FieldError{Field: e.Field, Text: Sentence(p, e)}
		if e.Field != "" {
			item.Href = "#" + f.ID(e.Field)
		}
		out = append(out, item)
	}
	return out
}

// Sentence says what a fault tells people: its own sentence with the rule it
// rests on, or its kind's where it has none.
func Sentence(p *text.Printer, e *fault.Error) string {
	key := e.Key
	if !p.Has(key) {
		return p.T("kit.problem." + string(e.Kind) + ".help")
	}
	var args []any
	for name, value := range e.Params {
		args = append(args, name, value)
	}
	out := p.T(key, args...)
	if e.Basis != "" {
		basis := e.Basis
		if p.Has(basis) {
			basis = p.T(basis)
		}
		out = p.T("kit.with_basis", "text", out, "basis", basis)
	}
	return out
}
