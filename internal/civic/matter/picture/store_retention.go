// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package picture

import (
	"context"
	"fmt"

	"pavilion/internal/core/files"
	"pavilion/internal/platform/db"
)

// Forget ends what is public of a matter's photos and takes away what was said of
// them. It returns how many pictures that were.
func Forget(ctx context.Context, tx *db.Tx, realm, matter string) (int, error) {
	n, err := tx.Exec(ctx, `UPDATE matter_picture SET shown = 0, caption = '' WHERE realm = ? AND matter = ? AND (shown = 1 OR caption <> '')`, realm, matter)
	if err != nil {
		return 0, fmt.Errorf("forget pictures: %w", err)
	}
	return int(n), nil
}

// Destroy forgets the pictures of a matter and destroys their copies. That there were
// some, and what was hidden in them, stays.
func Destroy(ctx context.Context, tx *db.Tx, keep *files.Service, realm, matter string) (int, error) {
	if _, err := Forget(ctx, tx, realm, matter); err != nil {
		return 0, err
	}
	all, err := list(ctx, tx, db.Q(`SELECT `+columns+` FROM matter_picture WHERE realm = ? AND matter = ? ORDER BY id`, realm, matter))
	total := 0
	for _, p := range all {
		n, err := keep.Destroy(ctx, tx, realm, p.owner())
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, err
}
