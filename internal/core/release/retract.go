// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package release

import (
	"context"

	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Retract is the owner of a subject taking back what there is of it.
type Retract struct {
	Realm, Kind, Subject string
	Reason               string
	By                   identity.Actor
}

// Retract withdraws the drafts of a kind about a subject that wait or are public, in tx.
// Whether somebody may is for the use case that calls, and what was shown is for it to
// clear: its Publisher is not told.
func (s *Service) Retract(ctx context.Context, tx *db.Tx, c Retract) error {
	drafts, err := of(ctx, tx, c.Realm, c.Subject)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if d.Kind != c.Kind || !d.State.Live() && d.State != Released {
			continue
		}
		if _, err := s.end(ctx, tx, d, Withdrawn, "withdrawn", Decide{Reason: c.Reason, By: c.By}); err != nil {
			return err
		}
	}
	return nil
}
