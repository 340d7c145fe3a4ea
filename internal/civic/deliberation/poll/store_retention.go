// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"

	"pavilion/internal/platform/db"
)

// empty removes what is in the urn. Its ballots are listed, or given up; what they
// were closed as would only tell who came after whom.
func empty(ctx context.Context, tx *db.Tx, p Poll) error {
	_, err := tx.Exec(ctx, `DELETE FROM deliberation_urn WHERE realm = ? AND poll = ?`, p.Realm, p.ID)
	return err
}
