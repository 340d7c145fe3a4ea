// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"context"

	"pavilion/internal/platform/db"
)

// blank takes words and contact out of an objection. That there was one, when, and how it
// was answered stays.
func blank(ctx context.Context, tx *db.Tx, realm, id string) (int, error) {
	n, err := tx.Exec(ctx, `UPDATE deliberation_objection SET sealed = '', revision = revision + 1 WHERE realm = ? AND id = ? AND sealed <> ''`, realm, id)
	return int(n), err
}
