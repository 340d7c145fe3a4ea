// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package rights

import (
	"context"

	"pavilion/internal/platform/db"
)

// blank takes the words out of a request and of its steps.
func blank(ctx context.Context, tx *db.Tx, realm, id string) (int, error) {
	n, err := tx.Exec(ctx, `UPDATE rights_request SET sealed = '' WHERE realm = ? AND id = ? AND sealed <> ''`, realm, id)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `UPDATE rights_event SET answers = '{}' WHERE realm = ? AND request = ?`, realm, id)
	return int(n), err
}
