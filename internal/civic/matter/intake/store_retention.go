// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

const (
	broken    = 24 * time.Hour // after which receiving a file has surely ended
	sweepRuns = 50             // runs that one sweep clears
	sweepRows = 500            // parts that one transaction removes
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

// giveUp drops the runs that were never received whole. Those that wait for
// somebody are given up by the schedule: see Keeper.
func giveUp(ctx context.Context, tx *db.Tx, realm string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE matter_intake_run SET state = 'dropped', ended_at = ?, revision = revision + 1
		WHERE realm = ? AND ended_at = 0 AND state = 'reading' AND at < ?`, now.UnixMicro(), realm, now.Add(-broken).UnixMicro())
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

// Rows is the kind of data that the rows of an import are while it waits.
const Rows = "import"

// Keeper offers what waiting imports hold. They are told nobody and corrected by
// nobody: what becomes of them is a matter, or nothing.
type Keeper struct{}

// Kinds are the kinds of data that imports hold. The rows are scratch: seven days
// at most, handbook of guards, no. 6.
func (Keeper) Kinds() []retention.Kind {
	return []retention.Kind{{Name: Rows, Deeds: []retention.Deed{retention.Destroy}, Max: scratchMost, Basis: "basis.pipl_shortest"}}
}

// scratchMost is how many days rows may wait.
const scratchMost = 7

// Over lists the imports that nobody went on with.
func (Keeper) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	type row struct {
		id, state string
		place, at int64
	}
	only, named := strings.CutPrefix(q.Subject, "intake/")
	if q.Kind != Rows || q.Subject != "" && !named || q.During != nil {
		return nil, nil
	}
	s := db.Q(`SELECT id, state, place, at FROM matter_intake_run WHERE realm = ? AND ended_at = 0 AND state IN ('read', 'faulty', 'checked')`, q.Realm).
		If(named, ` AND id = ?`, only).If(!named, ` AND at <= ? AND id > ?`, q.Before.UnixMicro(), strings.TrimPrefix(q.After, "intake/"))
	rows, err := db.All(ctx, tx, s.Add(` ORDER BY id LIMIT ?`, q.Limit), func(r *row) []any { return []any{&r.id, &r.state, &r.place, &r.at} })
	out := make([]retention.Item, len(rows))
	for i, r := range rows {
		out[i] = retention.Item{Kind: Rows, Subject: "intake/" + r.id, State: r.state, Place: r.place, Ended: time.UnixMicro(r.at)}
	}
	return out, err
}

// Forget drops an import with its rows.
func (Keeper) Forget(ctx context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	run := strings.TrimPrefix(s.Item.Subject, "intake/")
	_, err := tx.Exec(ctx, `
		UPDATE matter_intake_run SET state = 'dropped', ended_at = ?, revision = revision + 1
		WHERE realm = ? AND id = ? AND ended_at = 0`, s.At.UnixMicro(), s.Realm, run)
	if err != nil {
		return 0, err
	}
	n, err := tx.Exec(ctx, `DELETE FROM matter_intake_part WHERE realm = ? AND run = ?`, s.Realm, run)
	return int(n), err
}

// Held says nothing: nobody is a subject of an import.
func (Keeper) Held(context.Context, string, string) ([]retention.Record, error) { return nil, nil }

// Correct keeps nothing.
func (Keeper) Correct(context.Context, *db.Tx, retention.Correction) (bool, error) { return false, nil }
