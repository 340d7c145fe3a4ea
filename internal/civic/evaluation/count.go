// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"context"
	"slices"
	"time"

	"pavilion/internal/platform/db"
)

// Counts of the months back to recent are made anew after fresh, because what is
// overdue changes as time passes.
const (
	recent Month = 2
	fresh        = time.Hour
)

// cell is one count.
type cell struct {
	dimension              Dimension
	within, part, measured string
}

// Count makes the counts of all months anew whose facts, or whose definitions,
// have changed, and returns how many months that were. Counts are made from
// facts each time, so that they cannot drift.
func (s *Service) Count(ctx context.Context, realm string) (int, error) {
	book, edition, err := s.Book(ctx, realm)
	if err != nil {
		return 0, err
	}
	var due []stale
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		due, err = staleMonths(ctx, tx, realm, edition, MonthOf(s.Now(), s.Zone)-recent, s.Now().Add(-fresh))
		return err
	})
	if err != nil {
		return 0, err
	}
	for n, m := range due {
		if err := s.count(ctx, realm, book, edition, m); err != nil {
			return n, err
		}
	}
	return len(due), nil
}

// count makes the counts of one month.
func (s *Service) count(ctx context.Context, realm string, book *Book, edition int, m stale) error {
	now := s.Now()
	cells := map[cell]int{}
	for _, date := range []string{"reported", "dispatched", "handled", "called"} {
		about := slices.DeleteFunc(slices.Clone(book.Indicators), func(i Indicator) bool { return i.Period != date })
		if len(about) == 0 {
			continue
		}
		err := s.DB.View(ctx, func(tx *db.Tx) error {
			return eachFact(ctx, tx, realm, date, m.month, func(f Fact) {
				tally(cells, about, f, now.UnixMicro())
			})
		})
		if err != nil {
			return err
		}
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		return putCounts(ctx, tx, realm, m, edition, cells, now)
	})
}

// tally adds one fact to the cells of the indicators it counts for.
func tally(cells map[cell]int, about []Indicator, f Fact, now int64) {
	for _, i := range about {
		of, n := i.counts(f, now)
		if !of {
			continue
		}
		for _, d := range []Dimension{All, Town, Place, Body, Class, Kind, Channel, Profile} {
			within, part := f.part(d)
			cells[cell{d, within, part, i.Code + ".d"}]++
			if n {
				cells[cell{d, within, part, i.Code + ".n"}]++
			}
		}
	}
}
