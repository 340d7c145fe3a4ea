// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pavilion/internal/base/geo"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/search"
)

// Asked is a report that may have been made before.
type Asked struct {
	Realm string
	ID    string // of the matter itself, if it is kept already
	Type  string
	Text  string
	Area  string
	Town  int64
	Point *geo.Point
	At    time.Time
}

// Alike is a matter that may be the same.
type Alike struct {
	matter.Matter
	Reasons []string // "place", "kind", "words", "time": why it is suggested
	score   float64
}

const (
	maxAlike   = 3
	maxCompare = 300 // the newest of the town that are looked at
)

// Similar suggests which matters a report may be the same as, the likeliest
// first: near in place, of its type, recent, in similar words. To an anonymous
// actor it suggests only what is public, without anybody's words; to staff, what
// they may see. It suggests and decides nothing.
func (s *Docket) Similar(ctx context.Context, by identity.Actor, a Asked) ([]Alike, error) {
	if a.Town == 0 {
		return nil, nil
	}
	var found []matter.Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		found, err = near(ctx, tx, a, a.At.Add(-longAgo), maxCompare)
		return err
	})
	grams := search.Grams(search.Normalise(a.Text))
	var out []Alike
	for _, m := range found {
		public := by.Anonymous()
		if m.ID == a.ID || public && !m.Published || !public && !s.Matters.Sees(by, m) {
			continue
		}
		seen := matter.Listed(m) // words that are kept back are not compared either
		if public {
			seen = matter.Public(m)
		}
		words := seen.Text
		if public {
			words = m.Text
		}
		l := likeness{
			place: nearness(a.Point, m.Point, a.Area != "" && a.Area == m.Area), kind: sameKind(a.Type, m.Type),
			time: recency(m.ReportedAt, a.At), words: shared(grams, search.Grams(search.Normalise(words))),
		}
		if sum := l.sum(); sum >= alikeFrom {
			seen.Text = ""
			out = append(out, Alike{seen, l.reasons(), sum})
		}
	}
	slices.SortStableFunc(out, func(a, b Alike) int { return cmp.Compare(b.score, a.score) })
	return out[:min(len(out), maxAlike)], err
}
