// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pavilion/internal/platform/db"
)

const (
	abandoned = 30 * 24 * time.Hour // how long rows wait for somebody to go on
	broken    = 24 * time.Hour      // after which receiving a file has surely ended
	sweepRuns = 50                  // runs that one sweep clears
	sweepRows = 500                 // parts that one transaction removes
)

// Sweep removes the rows of runs that are over, and gives up those that nobody went
// on with. Who reported what stands in the matters; here it is not kept twice.
func (s *Service) Sweep(ctx context.Context, realm string) error {
	now := s.Matters.Now()
	var over []string
	err := s.Matters.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		if err = giveUp(ctx, tx, realm, now); err != nil {
			return err
		}
		over, err = withRows(ctx, tx, realm)
		return err
	})
	for _, run := range over {
		err = errors.Join(err, s.clear(ctx, realm, run))
	}
	if err != nil {
		return fmt.Errorf("sweep imports: %w", err)
	}
	return nil
}

// giveUp drops the runs that nobody went on with.
func giveUp(ctx context.Context, tx *db.Tx, realm string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE matter_intake_run SET state = 'dropped', ended_at = ?, revision = revision + 1
		WHERE realm = ? AND ended_at = 0 AND (state IN ('read', 'faulty', 'checked') AND at < ? OR state = 'reading' AND at < ?)`,
		now.UnixMicro(), realm, now.Add(-abandoned).UnixMicro(), now.Add(-broken).UnixMicro())
	return err
}

// withRows lists runs that are over and have rows.
func withRows(ctx context.Context, tx *db.Tx, realm string) ([]string, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT id FROM matter_intake_run r
		WHERE realm = ? AND ended_at > 0
			AND EXISTS (SELECT 1 FROM matter_intake_part p WHERE p.realm = r.realm AND p.run = r.id)
		ORDER BY ended_at LIMIT ?`, realm, sweepRuns), func(id *string) []any { return []any{id} })
}

// clear removes the rows of a run, some at a time: the writer is not kept.
func (s *Service) clear(ctx context.Context, realm, run string) error {
	for {
		var n int64
		err := s.Matters.DB.InTx(ctx, func(tx *db.Tx) (err error) {
			n, err = tx.Exec(ctx, `
				DELETE FROM matter_intake_part
				WHERE realm = ? AND run = ? AND part IN (
					SELECT part FROM matter_intake_part WHERE realm = ? AND run = ? ORDER BY part LIMIT ?)`,
				realm, run, realm, run, sweepRows)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// forget drops a run that could not be received, with its rows.
func (s *Service) forget(ctx context.Context, run Run) error {
	err := s.Matters.DB.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM matter_intake_run WHERE realm = ? AND id = ? AND state = 'reading'`, run.Realm, run.ID)
		return err
	})
	return errors.Join(err, s.clear(ctx, run.Realm, run.ID))
}
