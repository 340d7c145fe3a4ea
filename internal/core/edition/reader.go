// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package edition

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// fresh is how long a reader trusts what it knows: after it, what another
// process published is seen.
const fresh = time.Second

// Reader gives the rules of one kind in the form in which they are used, each
// edition read once. It is safe for concurrent use.
type Reader[T any] struct {
	s     *Service
	kind  string
	parse func(body []byte) (T, error)

	mu     sync.RWMutex
	realms map[string]*known[T]
}

// known is what a reader knows of one realm.
type known[T any] struct {
	asked    time.Time
	editions []begin // by From
	parsed   map[int]T
}

// begin is when an edition comes in force.
type begin struct {
	number int
	from   time.Time
}

// NewReader returns a reader of one kind of rules.
func NewReader[T any](s *Service, kind string, parse func(body []byte) (T, error)) *Reader[T] {
	return &Reader[T]{s: s, kind: kind, parse: parse, realms: map[string]*known[T]{}}
}

// At returns the rules that are, or were, in force at an instant, and the number
// of their edition. They are Missing before the first.
func (r *Reader[T]) At(ctx context.Context, realm string, at time.Time) (rules T, number int, err error) {
	now := r.s.Now()
	r.mu.RLock()
	k := r.realms[realm]
	if k != nil && now.Sub(k.asked) < fresh && !now.Before(k.asked) {
		rules, number, ok := k.at(at)
		if ok {
			r.mu.RUnlock()
			return rules, number, nil
		}
	}
	r.mu.RUnlock()
	if err := r.look(ctx, realm, now); err != nil {
		return rules, 0, err
	}
	r.mu.RLock()
	number = r.realms[realm].number(at)
	r.mu.RUnlock()
	if number == 0 {
		return rules, 0, fmt.Errorf("%s of realm %s: %w", r.kind, realm, fault.New(fault.Missing, "edition.missing"))
	}
	rules, err = r.Version(ctx, realm, number)
	return rules, number, err
}

// In is At within a transaction: it takes no connection besides, so that many use cases
// at once never wait for one another's. It remembers nothing of what it reads there.
func (r *Reader[T]) In(ctx context.Context, tx *db.Tx, realm string, at time.Time) (rules T, number int, err error) {
	e, err := inForce(ctx, tx, realm, r.kind, at)
	if err != nil {
		return rules, 0, fmt.Errorf("%s of realm %s: %w", r.kind, realm, err)
	}
	r.mu.RLock()
	if k := r.realms[realm]; k != nil {
		if rules, ok := k.parsed[e.Number]; ok {
			r.mu.RUnlock()
			return rules, e.Number, nil
		}
	}
	r.mu.RUnlock()
	if rules, err = r.parse(e.Body); err != nil {
		return rules, 0, fmt.Errorf("edition %d of %s: %w", e.Number, r.kind, err)
	}
	return rules, e.Number, nil
}

// Version returns the rules of one edition.
func (r *Reader[T]) Version(ctx context.Context, realm string, number int) (rules T, err error) {
	r.mu.RLock()
	if k := r.realms[realm]; k != nil {
		if rules, ok := k.parsed[number]; ok {
			r.mu.RUnlock()
			return rules, nil
		}
	}
	r.mu.RUnlock()
	e, err := r.s.Version(ctx, realm, r.kind, number)
	if err != nil {
		return rules, err
	}
	if rules, err = r.parse(e.Body); err != nil {
		return rules, fmt.Errorf("edition %d of %s: %w", number, r.kind, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.realms[realm]
	if k == nil {
		k = &known[T]{parsed: map[int]T{}}
		r.realms[realm] = k
	}
	if number > 0 { // a draft is never remembered
		k.parsed[number] = rules
	}
	return rules, nil
}

// look learns which editions there are.
func (r *Reader[T]) look(ctx context.Context, realm string, now time.Time) error {
	var found []begin
	err := r.s.DB.View(ctx, func(tx *db.Tx) (err error) {
		found, err = begins(ctx, tx, realm, r.kind)
		return err
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.realms[realm]
	if k == nil {
		k = &known[T]{parsed: map[int]T{}}
		r.realms[realm] = k
	}
	k.asked, k.editions = now, found
	return nil
}

// number is the edition in force at an instant; 0 if there is none.
func (k *known[T]) number(at time.Time) int {
	for _, b := range slices.Backward(k.editions) {
		if !b.from.After(at) {
			return b.number
		}
	}
	return 0
}

// at returns the rules in force at an instant if they were read before.
func (k *known[T]) at(at time.Time) (rules T, number int, ok bool) {
	number = k.number(at)
	rules, ok = k.parsed[number]
	return rules, number, ok
}

// compacted writes JSON without the spaces between its parts.
func compacted(w io.Writer, body []byte) error {
	var b bytes.Buffer
	if err := json.Compact(&b, body); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}
