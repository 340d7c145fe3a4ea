// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package commitment

import (
	"context"
	"strings"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// Words is the kind of draft that the words of a promise are.
const Words = "commitment"

// subject is how a commitment is named in drafts and audit.
func subject(id string) string { return "commitment/" + id }

// Publish announces a promise whose words were released, in these words. Words that
// are taken back are shown no more: the promise stands as withdrawn, with the reason.
func (s *Service) Publish(ctx context.Context, tx *db.Tx, d release.Draft) error {
	m, err := find(ctx, tx, d.Realm, strings.TrimPrefix(d.Subject, "commitment/"))
	if err != nil {
		return err
	}
	by := identity.Actor{Realm: d.Realm, Account: d.Releaser}
	if d.State == release.Released {
		m.Title, m.State = d.Text("title"), Announced
		if err := publish(ctx, tx, m); err != nil {
			return err
		}
		return s.tell(ctx, tx, m, "announced", "", by)
	}
	m.Title, m.State, m.Result, m.Done = "", Withdrawn, d.Reason, s.Today()
	m.Revision++
	if err := publish(ctx, tx, m); err != nil {
		return err
	}
	return s.tell(ctx, tx, m, "withdrawn", d.Reason, by)
}
