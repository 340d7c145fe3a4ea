// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sight

import (
	"context"

	"pavilion/internal/platform/db"
)

// Sweep removes stated purposes that no longer count. Looks are never removed
// here: they are what somebody may have to account for.
func (s *Service) Sweep(ctx context.Context, realm string) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM sight_purpose WHERE realm = ? AND until_at <= ?`, realm, s.Now().UnixMicro())
		return err
	})
}

// Forget takes from the record of who saw a subject what they wrote about why; who
// looked, when and for which purpose stays.
func Forget(ctx context.Context, tx *db.Tx, realm, subject string) error {
	if _, err := tx.Exec(ctx, `UPDATE sight_look SET words = '' WHERE realm = ? AND subject = ?`, realm, subject); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM sight_purpose WHERE realm = ? AND subject = ?`, realm, subject)
	return err
}
