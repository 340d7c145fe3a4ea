// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package fault names the ways a use case can fail that the caller can act on.
//
// Everything else is a plain error: logged in full, shown to nobody. The edges
// turn a Kind into a status code and a translated sentence, in one place each.
package fault

import (
	"errors"
	"fmt"
	"maps"
)

// Kind says what the caller can do about a failure.
type Kind string

// The kinds. A new one must be added to Kinds and to every edge's table.
const (
	Invalid  Kind = "invalid"  // correct the input and try again
	Denied   Kind = "denied"   // this actor may not do it
	Missing  Kind = "missing"  // there is no such thing, or none you may see
	Conflict Kind = "conflict" // the rules forbid it in the present state
	Stale    Kind = "stale"    // somebody changed it first; reload
	Internal Kind = "internal" // our fault; the default for plain errors
)

// Kinds lists every kind, so that each edge can be tested to answer all of them.
func Kinds() []Kind { return []Kind{Invalid, Denied, Missing, Conflict, Stale, Internal} }

// Error is a failure with a Kind, a message key for people, and the field at
// fault when there is one. Basis cites the rule that was applied, if any.
type Error struct {
	Kind   Kind
	Key    string // message key, never a sentence
	Field  string
	Basis  string
	Params map[string]string // the message's named places
	More   []*Error          // other fields at fault in the same input
	Err    error             // the cause, for the log only
}

// New returns an error of the given kind with a message key.
func New(kind Kind, key string) *Error { return &Error{Kind: kind, Key: key} }

// Error writes the failure for the log. People see the translated Key.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s", e.Kind, e.Key)
	if e.Field != "" {
		text += " at " + e.Field
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// At returns a copy of e that points at one input field.
func (e *Error) At(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// With returns a copy of e whose message has value at the named place.
func (e *Error) With(name, value string) *Error {
	c := *e
	c.Params = maps.Clone(e.Params)
	if c.Params == nil {
		c.Params = map[string]string{}
	}
	c.Params[name] = value
	return &c
}

// Because returns a copy of e that keeps err as its cause.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// Join returns one error for all of list: the first, which carries the others in
// More. It returns nil if list is empty.
func Join(list ...*Error) error {
	if len(list) == 0 {
		return nil
	}
	c := *list[0]
	c.More = append(c.More[:len(c.More):len(c.More)], list[1:]...)
	return &c
}

// KindOf reports the kind of the first Error in err's chain, or Internal.
func KindOf(err error) Kind {
	if e, ok := As(err); ok {
		return e.Kind
	}
	return Internal
}

// As returns the first Error in err's chain.
func As(err error) (*Error, bool) {
	e := (*Error)(nil)
	ok := errors.As(err, &e)
	return e, ok
}

// All lists the first Error in err's chain and those it carries in More.
func All(err error) []*Error {
	e, ok := As(err)
	if !ok {
		return nil
	}
	return append([]*Error{e}, e.More...)
}
