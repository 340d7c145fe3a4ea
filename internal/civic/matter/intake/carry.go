// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// slice is how long a job takes parts before it lets others have the writer.
const slice = time.Second

// carry takes the parts of a run that are left, each with its mark in one
// transaction, until none is left or the time is up. Whoever comes second to a part
// finds it marked and gives way.
func (s *Service) carry(ctx context.Context, run Run, by identity.Actor, patience time.Duration) (Run, error) {
	r, err := s.reading(ctx, run)
	if err != nil {
		return run, err
	}
	begun := s.Matters.Now()
	for run.State == Importing && ctx.Err() == nil {
		next, err := s.takePart(ctx, run, r, by)
		if fault.KindOf(err) == fault.Stale {
			return s.load(ctx, run.Realm, run.ID)
		}
		if err != nil {
			return run, fmt.Errorf("import run %s, part %d: %w", run.ID, run.Next, err)
		}
		run = next
		if patience > 0 && s.Matters.Now().Sub(begun) >= patience {
			break
		}
	}
	return run, ctx.Err()
}

// takePart takes the next part of a run.
func (s *Service) takePart(ctx context.Context, run Run, r *reading, by identity.Actor) (Run, error) {
	rows, err := s.part(ctx, run, run.Next)
	if err != nil {
		return run, err
	}
	prepared := make([]matter.Prepared, len(rows))
	for i, w := range rows {
		c, unknown, faults := r.report(w)
		if len(unknown) > 0 || len(faults) > 0 {
			return run, fmt.Errorf("line %d was good and is not any more", w.Line)
		}
		c.By = by
		if prepared[i], err = s.Matters.Prepare(ctx, c, run.CheckedAt); err != nil {
			return run, fmt.Errorf("line %d was good and is not any more: %w", w.Line, err)
		}
	}
	var out Run
	err = s.Matters.DB.InTx(ctx, func(tx *db.Tx) error {
		out = run
		for _, p := range prepared {
			receipt, err := s.Matters.Take(ctx, tx, p)
			if err != nil {
				return err
			}
			if receipt.Repeated {
				out.Repeated++
			} else {
				out.Made++
			}
		}
		if out.Next++; out.Next == out.Parts {
			out.State, out.EndedAt = Done, s.Matters.Now()
			s.note(ctx, tx, out.Realm, out.ID, "matter.intake_done", by, map[string]int{"made": out.Made, "repeated": out.Repeated})
		}
		return s.updateRun(ctx, tx, &out)
	})
	return out, err
}
