// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package edition

import (
	"context"

	"pavilion/internal/platform/db"
)

// take removes the draft with e's revision, because it is published or given up,
// and reports whether it was there.
func take(ctx context.Context, tx *db.Tx, e Edition) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM edition WHERE realm = ? AND kind = ? AND number = 0 AND revision = ?`,
		e.Realm, e.Kind, e.Revision)
	return n == 1, err
}
