// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"context"

	"pavilion/internal/platform/db"
)

// removeView forgets a filter that its owner does not want any more.
func removeView(ctx context.Context, tx *db.Tx, realm, account, id string) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM matter_view WHERE realm = ? AND account = ? AND id = ?`, realm, account, id)
}
