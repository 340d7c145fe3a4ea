// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"strings"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// PlanWords is the kind of drafts that a proposal in public words is.
const PlanWords = "proceeding.plan"

// putWords puts a proposal in public words before somebody who may release them.
func (s *Service) putWords(ctx context.Context, tx *db.Tx, p Proceeding, words string, by identity.Actor) error {
	_, err := s.Releases.Put(ctx, tx, release.Write{
		Realm: p.Realm, Kind: PlanWords, Subject: p.Name(), Title: p.Title, Link: Desk(p.ID), Area: p.Area, Place: p.Place, Town: p.Town,
		Words: []release.Part{{Name: "plan", Text: words}}, By: by,
	})
	return err
}

// Publish shows the proposal in the words that were released, or shows it no more.
func (s *Service) Publish(ctx context.Context, tx *db.Tx, d release.Draft) error {
	plan := ""
	if d.State == release.Released {
		plan = d.Text("plan")
	}
	return show(ctx, tx, d.Realm, strings.TrimPrefix(d.Subject, "proceeding/"), plan)
}
