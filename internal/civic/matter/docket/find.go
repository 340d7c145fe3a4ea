// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"context"
	"encoding/json"
	"slices"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/search"
)

// indexed names matters in the search index.
const indexed = "matter"

// Levels of access in the search index.
const (
	accessStaff  = 1
	accessSealed = 2
)

// IndexReported makes newly reported matters findable.
func (s *Docket) IndexReported(ctx context.Context, events []outbox.Event) error {
	byRealm := map[string][]string{}
	for _, e := range events {
		var r matter.Reported
		if err := json.Unmarshal(e.Body, &r); err != nil {
			return err
		}
		byRealm[e.Realm] = append(byRealm[e.Realm], r.ID)
	}
	for realm, ids := range byRealm {
		if err := s.index(ctx, realm, ids); err != nil {
			return err
		}
	}
	return nil
}

// IndexMoved keeps matters in the index as they are when a move may have changed
// their place or their class: what the new class keeps back is taken out.
func (s *Docket) IndexMoved(ctx context.Context, events []outbox.Event) error {
	byRealm := map[string][]string{}
	for _, e := range events {
		var moved matter.Moved
		if err := json.Unmarshal(e.Body, &moved); err != nil {
			return err
		}
		if moved.Action == "register" || moved.Action == "settle" {
			byRealm[e.Realm] = append(byRealm[e.Realm], moved.ID)
		}
	}
	for realm, ids := range byRealm {
		if err := s.index(ctx, realm, ids); err != nil {
			return err
		}
	}
	return nil
}

func (s *Docket) index(ctx context.Context, realm string, ids []string) error {
	// The words are read where they are indexed: what is forgotten meanwhile must not
	// come back through the index.
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		found, err := texts(ctx, tx, realm, ids)
		if err != nil {
			return err
		}
		docs := make([]search.Doc, len(found))
		for i, m := range found {
			docs[i] = document(realm, m)
		}
		return search.Put(ctx, tx, docs...)
	})
}

// document is what search knows of a matter: by its number any can be found, by its
// words those whose class shows them to all who work with it.
func document(realm string, m matter.Matter) search.Doc {
	access := accessStaff
	if m.Privacy == matter.PrivacySealed {
		access = accessSealed
	}
	m = matter.Listed(m)
	return search.Doc{
		Realm: realm, Kind: indexed, Ref: m.ID, Place: m.Place, Access: access, At: m.ReportedAt.UnixMicro(),
		Text: m.Number + "\n" + m.Title + "\n" + m.Text + "\n" + m.Address,
	}
}

// rounds bounds how often Find asks again when matters it may not show to this
// person filled a page.
const rounds = 8

// Named returns those of some matters that a may see, by id, as lists show them.
func (s *Docket) Named(ctx context.Context, a identity.Actor, ids []string) (map[string]matter.Matter, error) {
	var found []matter.Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		found, err = listIDs(ctx, tx, a.Realm, ids)
		return err
	})
	out := map[string]matter.Matter{}
	for _, m := range found {
		if s.Matters.Sees(a, m) {
			out[m.ID] = m
		}
	}
	return out, err
}

// Find lists the matters that a may see whose number, title, text or address
// has all the words, the newest first. Where very many hits are not for a's eyes a
// page is shorter than it might be, and the next goes on from there.
func (s *Docket) Find(ctx context.Context, a identity.Actor, words string, before page.Cursor, size int) (page.Page[matter.Matter], error) {
	q := search.Question{Realm: a.Realm, Kind: indexed, Text: words, Access: accessStaff, Before: before, Limit: size + 1}
	for _, sc := range s.Scopes(a) {
		q.Ranges = append(q.Ranges, search.Range{Lo: sc.Lo, Hi: sc.Hi})
	}
	if slices.ContainsFunc(a.Grants, func(g identity.Grant) bool { return g.Role != identity.GridWorker }) {
		q.Access = accessSealed
	}
	var out []found
	var rest page.Cursor
	err := s.DB.View(ctx, func(tx *db.Tx) error {
		out, rest = nil, page.Cursor{}
		for range rounds {
			hits, err := search.Find(ctx, tx, q)
			if err != nil {
				return err
			}
			some, err := s.resolve(ctx, tx, a, hits)
			if err != nil {
				return err
			}
			out = append(out, some...)
			if len(hits) < q.Limit || len(out) > size {
				return nil
			}
			q.Before = page.Cursor{At: hits[len(hits)-1].Doc}
		}
		rest = q.Before
		return nil
	})
	if err != nil {
		return page.Page[matter.Matter]{}, err
	}
	cut := page.Cut(out[:min(len(out), size+1)], size, func(f found) page.Cursor { return page.Cursor{At: f.doc} })
	items := make([]matter.Matter, len(cut.Items))
	for i, f := range cut.Items {
		items[i] = f.Matter
	}
	if len(out) > size {
		rest = cut.Next
	}
	return page.Page[matter.Matter]{Items: items, Next: rest}, nil
}

// found is a matter and its number in the index.
type found struct {
	matter.Matter
	doc int64
}

// resolve turns hits into the matters that a may see, in the order of the hits.
func (s *Docket) resolve(ctx context.Context, tx *db.Tx, a identity.Actor, hits []search.Hit) ([]found, error) {
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.Ref
	}
	list, err := listIDs(ctx, tx, a.Realm, ids)
	if err != nil {
		return nil, err
	}
	byID := map[string]matter.Matter{}
	for _, m := range list {
		byID[m.ID] = m
	}
	var out []found
	for _, h := range hits {
		if m, ok := byID[h.Ref]; ok && s.Matters.Sees(a, m) {
			out = append(out, found{m, h.Doc})
		}
	}
	return out, nil
}
