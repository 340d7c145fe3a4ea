// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket

import (
	"context"
	"fmt"
	"sync"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
)

// MaxBulk is how many matters one bulk move may be made on.
const MaxBulk = 5000

// atOnce is how many of them are moved side by side: enough to fill a commit.
const atOnce = 16

// Row is a matter as its mover saw it.
type Row struct {
	ID       string
	Revision int
}

// Bulk is somebody making one move on many matters.
type Bulk struct {
	Realm   string
	Action  procedure.Action
	Answers map[string][]string
	Rows    []Row
	By      identity.Actor
}

// Outcome says what happened to one row.
type Outcome struct {
	Row
	Matter matter.Matter // as it is after the move; zero if it failed
	Err    error         // why it was not moved; nil if it was
}

// Bulk makes the move on every row that allows it, each for itself, and says for
// each what happened, in the order of the rows. One that somebody else changed
// first is Stale and stays as it is; the others are moved all the same.
func (s *Docket) Bulk(ctx context.Context, c Bulk) ([]Outcome, error) {
	if len(c.Rows) > MaxBulk {
		return nil, fault.New(fault.Invalid, "docket.too_many_rows").At("rows").With("max", fmt.Sprint(MaxBulk))
	}
	out := make([]Outcome, len(c.Rows))
	rows := make(chan int)
	var all sync.WaitGroup
	for range min(atOnce, len(c.Rows)) {
		all.Go(func() {
			for i := range rows {
				out[i].Row = c.Rows[i]
				out[i].Matter, out[i].Err = s.Matters.Move(ctx, matter.Move{
					Realm: c.Realm, ID: c.Rows[i].ID, Revision: c.Rows[i].Revision, Action: c.Action, By: c.By, Answers: c.Answers,
				})
			}
		})
	}
	for i := range c.Rows {
		rows <- i
	}
	close(rows)
	all.Wait()
	return out, ctx.Err()
}
