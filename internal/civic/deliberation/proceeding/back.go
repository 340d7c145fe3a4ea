// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// SendBack is supervision sending a proceeding back to the step that lacks its proof.
// Without a step it stops where it is.
type SendBack struct {
	Realm    string
	ID       string
	Revision int // as it was seen; 0 where it does not matter what others did meanwhile
	Step     Step
	Reason   string
	By       identity.Actor
}

// SendBack brings a proceeding back to before a step, in tx. The reason has to be
// answered before it goes on, and each step after it is looked at anew. It fails with
// Denied for all but who supervises, and with Conflict where the step is still ahead.
func (s *Service) SendBack(ctx context.Context, tx *db.Tx, c SendBack) error {
	p, err := locked(ctx, tx, c.Realm, c.ID)
	if err != nil {
		return err
	}
	if c.Revision == 0 {
		c.Revision = p.Revision
	}
	if p, err = s.seen(ctx, tx, c.Realm, c.ID, c.Revision, c.By); err != nil {
		return err
	}
	action := procedure.Action("stop")
	if c.Step != "" {
		action = backTo(c.Step)
	}
	_, err = s.act(ctx, tx, p, Move{
		Realm: c.Realm, ID: c.ID, Action: action, Values: map[string][]string{"reason": {c.Reason}}, By: c.By,
	}, rolesAt(c.By, p, s))
	return err
}
