// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package inbox

import (
	"context"

	"pavilion/internal/platform/db"
)

// remove forgets an item: what was waited for, and who did it, stands in the
// history of its subject.
func remove(ctx context.Context, tx *db.Tx, realm, subject string) error {
	_, err := tx.Exec(ctx, `DELETE FROM inbox_item WHERE realm = ? AND subject = ?`, realm, subject)
	return err
}
