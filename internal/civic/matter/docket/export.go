// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"pavilion/internal/base/page"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/privacy"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
)

// exportPage is how many matters are read at a time.
const exportPage = 1000

// ExportSubject is what taking a list away is called in the log of looks.
const ExportSubject = "export/matters"

// Export is somebody taking a list away as a table.
type Export struct {
	By       identity.Actor
	Filter   Filter
	Mark     func(trace.Kind) string // what stands for a trace that is taken out
	Complete bool                    // the words as they were written
	Purpose  sight.Purpose           // what a complete one is for
	Words    string                  // the purpose in words
}

// Line is a matter of an export, with the words that its class leaves to lists.
type Line struct {
	matter.Matter
	Found []trace.Kind // traces of persons in its words: taken out, unless it is complete
}

// Export yields what All does, looked through for traces of persons as it goes.
// That somebody takes the words as they were written is recorded first, with the
// purpose: it fails with Invalid, at the field, without one.
func (s *Docket) Export(ctx context.Context, c Export) (iter.Seq2[Line, error], error) {
	if c.Complete {
		if err := s.DB.InTx(ctx, func(tx *db.Tx) error { return s.taken(ctx, tx, c) }); err != nil {
			return nil, fmt.Errorf("export: %w", err)
		}
	}
	return func(yield func(Line, error) bool) {
		for m, err := range s.All(ctx, c.By, c.Filter) {
			if !yield(c.line(m), err) {
				return
			}
		}
	}, nil
}

// taken records that somebody takes words away.
func (s *Docket) taken(ctx context.Context, tx *db.Tx, c Export) error {
	now := s.Now()
	if err := identity.Recheck(ctx, tx, c.By, now); err != nil {
		return err
	}
	g := s.widest(c.By)
	err := sight.Say(ctx, tx, sight.State{
		Realm: c.By.Realm, Subject: ExportSubject, Place: g.Lo, Account: c.By.Account, Purpose: c.Purpose, Words: c.Words, At: now, Until: now,
	})
	if err != nil {
		return err
	}
	return sight.Record(ctx, tx, sight.Look{
		Realm: c.By.Realm, Subject: ExportSubject, Place: g.Lo, Purpose: c.Purpose, Words: c.Words, Account: c.By.Account,
		Fields: []string{string(privacy.Title), string(privacy.Address), string(privacy.PublicText)},
		Role:   g.Role, Body: g.Body, Way: sight.Export, At: now,
	})
}

// widest is the grant under which somebody sees most matters.
func (s *Docket) widest(a identity.Actor) identity.Grant {
	var out identity.Grant
	for _, g := range a.Grants {
		if g.Live(s.Now()) && (g.Role == identity.Handler || matter.Seeing(g.Role)) && g.Hi-g.Lo > out.Hi-out.Lo {
			out = g
		}
	}
	return out
}

// line looks through what is not a code or a name of the catalogue.
func (c Export) line(m matter.Matter) Line {
	out := Line{Matter: m}
	for _, words := range []*string{&out.Title, &out.Address, &out.PublicText} {
		found := trace.Find(*words)
		for _, t := range found {
			if !slices.Contains(out.Found, t.Kind) {
				out.Found = append(out.Found, t.Kind)
			}
		}
		if len(found) > 0 && !c.Complete {
			*words = trace.Redact(*words, c.Mark)
		}
	}
	return out
}

// All yields every matter of a list, in its order, reading a page at a time: the
// memory it takes does not grow with the list. Each page is a snapshot of its own.
// An error ends it.
func (s *Docket) All(ctx context.Context, a identity.Actor, f Filter) iter.Seq2[matter.Matter, error] {
	return func(yield func(matter.Matter, error) bool) {
		for after := (page.Cursor{}); ; {
			found, err := s.List(ctx, a, f, after, exportPage)
			if err != nil {
				yield(matter.Matter{}, err)
				return
			}
			for _, m := range found.Items {
				if !yield(m, nil) {
					return
				}
			}
			if after = found.Next; !after.More() {
				return
			}
		}
	}
}
