// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"time"

	"pavilion/internal/platform/db"
)

// sweep deletes what no longer means anything.
func sweep(ctx context.Context, tx *db.Tx, realm string, now time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM identity_session WHERE realm = ? AND expires_at <= ?`,
		realm, now.UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_session WHERE realm = ? AND seen_at <= ?`,
		realm, now.Add(-idle).UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_half WHERE realm = ? AND expires_at <= ?`,
		realm, now.UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_ceremony WHERE realm = ? AND expires_at <= ?`,
		realm, now.UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity_invite WHERE realm = ? AND expires_at <= ?`,
		realm, now.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM identity_attempt WHERE realm = ? AND last_at <= ? AND known_at <= ?`,
		realm, now.Add(-forgotten).UnixMicro(), now.Add(-knownFor).UnixMicro())
	return err
}
