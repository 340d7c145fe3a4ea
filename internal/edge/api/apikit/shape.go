// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apikit

import (
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
)

// PageInput asks for a page of a list.
type PageInput struct {
	Cursor string `query:"cursor" doc:"Next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

// KeyInput is the header by which a retry is known.
type KeyInput struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same key never makes a second one: a retry is answered with the first. Choose it at random."`
}

// Once is the id of what somebody makes under a key, or a new one.
func (k KeyInput) Once(realm, account, what string) string {
	if k.Key == "" {
		return id.New()
	}
	return id.Of(realm, account, what, k.Key)
}

// Instant writes a time for JSON; the zero time is absent.
func Instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// Basis says the rule that something rests on, if it is named by a key.
func Basis(say *text.Printer, key string) string {
	if say.Has(key) {
		return say.T(key)
	}
	return key
}
