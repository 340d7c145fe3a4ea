// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey

import (
	"context"
	"errors"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Close is somebody having a survey counted.
type Close struct {
	Realm string
	ID    string
	By    identity.Actor // the secretary; nobody for the program itself
}

// Close counts a survey: no more answers come in, the result stands. All of it is one
// transaction. A survey that is counted has its result returned. It fails with Conflict
// before the closing instant while households have not answered.
func (s *Service) Close(ctx context.Context, c Close) (r Result, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		r, err = s.close(ctx, tx, c)
		return err
	})
	if err != nil {
		return Result{}, fmt.Errorf("count survey: %w", err)
	}
	return r, nil
}

func (s *Service) close(ctx context.Context, tx *db.Tx, c Close) (Result, error) {
	v, err := locked(ctx, tx, c.Realm, c.ID)
	switch {
	case err != nil:
		return Result{}, err
	case c.By.Account != "" && !s.MayKeep(c.By, v):
		return Result{}, fault.New(fault.Denied, "survey.not_yours")
	case v.State == Closed:
		return resultOf(ctx, tx, v)
	case v.State != Running:
		return Result{}, fault.New(fault.Conflict, "survey.not_running")
	}
	if err := shut(ctx, tx, v); err != nil {
		return Result{}, err
	}
	cells, err := cellsOf(ctx, tx, v)
	if err != nil {
		return Result{}, err
	}
	r := result(v, cells)
	if err := mayEnd(v, r.Answered, s.Now()); err != nil {
		return Result{}, err
	}
	v.State, v.Ended = Closed, s.Now()
	r.ClosedAt = v.Ended.UTC()
	if err := keepResult(ctx, tx, v, r); err != nil {
		return Result{}, err
	}
	s.note(ctx, tx, v, "closed", c.By, map[string]any{"asked": r.Asked, "answered": r.Answered})
	return r, s.happen(ctx, tx, v, "closed", "")
}

// Expire counts what has reached its closing instant. It returns how many were counted.
func (s *Service) Expire(ctx context.Context, realm string) (n int, err error) {
	var due []string
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		due, err = dueOf(ctx, tx, realm, s.Now())
		return err
	})
	for _, one := range due {
		_, bad := s.Close(ctx, Close{Realm: realm, ID: one})
		err = errors.Join(err, bad)
		if bad == nil {
			n++
		}
	}
	return n, err
}
