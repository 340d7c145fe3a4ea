// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"context"
	"fmt"

	"pavilion/internal/platform/db"
)

// Sweep removes a realm's sessions and invitations that have expired and its
// failed attempts that no longer count. It is meant to run each hour.
func (s *Service) Sweep(ctx context.Context, realm string) error {
	now := s.Now()
	err := s.DB.InTx(ctx, func(tx *db.Tx) error { return sweep(ctx, tx, realm, now) })
	if err != nil {
		return fmt.Errorf("sweep identity: %w", err)
	}
	return nil
}
