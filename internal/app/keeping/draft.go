// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package keeping

import (
	"context"
	"strings"

	"pavilion/internal/core/release"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// Drafts is what was written for the public: what nobody mended or released, what
// was given up or taken back, and how what is public read before traces of persons
// were taken out of it.
type Drafts struct {
	Sentence string // what stands in the place of words that are gone
}

const (
	draftKind   = "draft"
	draftPrefix = "release/"
)

// Kinds are the kinds of data that drafts hold.
func (Drafts) Kinds() []retention.Kind {
	kind := retention.Kind{Name: draftKind, Deeds: []retention.Deed{retention.Deidentify, retention.Keep}, Basis: "basis.pipl_shortest"}
	for _, s := range release.States() {
		kind.States = append(kind.States, string(s))
	}
	return []retention.Kind{kind}
}

// Over lists drafts whose words are needed no more. Those about a matter go with it:
// whoever keeps the matter sees to that.
func (Drafts) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	only, named := strings.CutPrefix(q.Subject, draftPrefix)
	if q.Kind != draftKind || q.Subject != "" && !named || q.During != nil {
		return nil, nil
	}
	list, err := release.Aged(ctx, tx, q.Realm, release.State(q.State), q.Before, only, strings.TrimPrefix(q.After, draftPrefix), q.Limit)
	out := make([]retention.Item, len(list))
	for i, d := range list {
		out[i] = retention.Item{Kind: draftKind, Subject: draftPrefix + d.ID, State: string(d.State), Place: d.Place, Ended: d.Ended}
	}
	return out, err
}

// Forget takes the words out of a draft; its trail stays.
func (k Drafts) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	return release.Expire(ctx, tx, s.Realm, strings.TrimPrefix(s.Item.Subject, draftPrefix), k.Sentence, s.By, s.At)
}

// Held says nothing: a draft is the authority's own words.
func (Drafts) Held(context.Context, string, string) ([]retention.Record, error) { return nil, nil }

// Correct keeps nothing.
func (Drafts) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
