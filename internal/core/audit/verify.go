// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package audit

import (
	"context"
	"fmt"

	"pavilion/internal/platform/db"
)

// batch is how many entries Verify holds in memory.
const batch = 1000

// listed is how many problems a Report spells out.
const listed = 200

// Report is what Verify found. The chains are whole when Problems is empty.
type Report struct {
	Entries  int      `json:"entries"`
	Lanes    int      `json:"lanes"` // that have entries
	Problems []string `json:"problems"`
}

// Verify reads every entry of a realm and checks that the sequence has no gap,
// that each entry's hash fits its content and the entry before, and that each
// lane ends where its head says. Its memory does not grow with the number of
// entries, and entries may be added while it runs.
func Verify(ctx context.Context, d *db.DB, realm string) (Report, error) {
	c := checker{realm: realm, report: Report{Problems: []string{}}}
	for lane := range Lanes {
		if err := c.lane(ctx, d, lane); err != nil {
			return Report{}, fmt.Errorf("verify audit lane %d: %w", lane, err)
		}
	}
	err := d.View(ctx, func(tx *db.Tx) error {
		n, err := strays(ctx, tx, realm)
		if n > 0 {
			c.problem("%d rows are outside every lane", n)
		}
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("verify audit: %w", err)
	}
	if c.unlisted > 0 {
		c.report.Problems = append(c.report.Problems, fmt.Sprintf("and %d more problems", c.unlisted))
	}
	return c.report, nil
}

// checker walks along the lanes.
type checker struct {
	realm    string
	report   Report
	unlisted int

	seq  int64  // of the entry before
	hash string // of the entry before
}

func (c *checker) problem(format string, args ...any) {
	if len(c.report.Problems) == listed {
		c.unlisted++
		return
	}
	c.report.Problems = append(c.report.Problems, fmt.Sprintf(format, args...))
}

// lane checks one lane batch by batch. The last batch and the head are read in
// one snapshot, so that entries added meanwhile do not look like a difference.
func (c *checker) lane(ctx context.Context, d *db.DB, lane int) error {
	c.seq, c.hash = 0, ""
	k := laneKey{c.realm, lane}
	for more := true; more; {
		var list []Record
		var seq int64
		var hash string
		err := d.View(ctx, func(tx *db.Tx) (err error) {
			if list, err = after(ctx, tx, k, c.seq, batch); err != nil {
				return err
			}
			seq, hash, err = head(ctx, tx, k)
			return err
		})
		if err != nil {
			return err
		}
		for i := range list {
			c.entry(lane, &list[i])
		}
		if more = len(list) == batch; !more {
			c.end(lane, seq, hash)
		}
	}
	return nil
}

// entry checks one entry against itself and the one before, and goes on from
// what it says, so that one alteration is reported once.
func (c *checker) entry(lane int, r *Record) {
	if c.report.Entries++; c.seq == 0 {
		c.report.Lanes++
	}
	where := fmt.Sprintf("lane %d, entry %d (%s)", lane, r.Seq, r.Subject)
	switch {
	case r.Seq == c.seq+2:
		c.problem("lane %d, entry %d is missing", lane, c.seq+1)
	case r.Seq > c.seq+2:
		c.problem("lane %d, entries %d to %d are missing", lane, c.seq+1, r.Seq-1)
	case r.Seq < c.seq+1:
		c.problem("%s has an impossible number", where)
	case r.Prev != c.hash:
		c.problem("%s does not follow the entry before it", where)
	}
	if r.Hash != r.Sum() {
		c.problem("%s was altered: its hash does not fit its content", where)
	}
	if laneOf(r.Subject) != lane {
		c.problem("%s belongs in lane %d", where, laneOf(r.Subject))
	}
	c.seq, c.hash = r.Seq, r.Hash
}

// end compares where the lane ends with what its head says.
func (c *checker) end(lane int, seq int64, hash string) {
	switch {
	case seq == c.seq+1:
		c.problem("lane %d, entry %d is missing at the end", lane, seq)
	case seq > c.seq:
		c.problem("lane %d, entries %d to %d are missing at the end", lane, c.seq+1, seq)
	case seq < c.seq:
		c.problem("lane %d has entries up to %d, its head says %d", lane, c.seq, seq)
	case hash != c.hash:
		c.problem("lane %d, entry %d: the head's hash differs", lane, seq)
	}
}
