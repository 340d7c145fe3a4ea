// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"context"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Row is the counts of one body.
type Row struct {
	Body     string // id; empty for proceedings that no body has met or voted on yet
	Name     string
	N        map[Measure]int64
	Decided  Median // days from beginning to decision, of those decided in the period
	Finished Median // days from beginning to archive, of those finished in the period
}

// Figures are the counts of a period, by body in the order of their ids, and of all.
type Figures struct {
	From, To Month
	Rows     []Row
	All      Row
}

// Count counts a period for the places of an inspector or auditor. Bodies come in no
// order of merit.
func (s *Service) Count(ctx context.Context, by identity.Actor, from, to Month) (Figures, error) {
	places, err := s.places(by)
	if err != nil {
		return Figures{}, err
	}
	return s.count(ctx, by.Realm, from, to, places)
}

// CountAll counts a period for everybody: of all places.
func (s *Service) CountAll(ctx context.Context, realm string, from, to Month) (Figures, error) {
	return s.count(ctx, realm, from, to, nil)
}

func (s *Service) count(ctx context.Context, realm string, from, to Month, places []span) (out Figures, err error) {
	out = Figures{From: from, To: to}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		cells, err := sums(ctx, tx, realm, from, to, places)
		if err != nil {
			return err
		}
		out.Rows, out.All = rowsOf(cells)
		for i := range out.Rows {
			body, err := s.Bodies.Find(ctx, tx, realm, out.Rows[i].Body)
			if err != nil && fault.KindOf(err) != fault.Missing {
				return err
			}
			out.Rows[i].Name = body.Name
		}
		return nil
	})
	return out, err
}

// rowsOf brings sums into rows by body, and adds these up.
func rowsOf(cells []Cell) (rows []Row, all Row) {
	all.N = map[Measure]int64{}
	decided, finished := map[int]int64{}, map[int]int64{}
	for len(cells) > 0 {
		n := 0
		for n < len(cells) && cells[n].Body == cells[0].Body {
			n++
		}
		row := Row{Body: cells[0].Body, N: map[Measure]int64{}}
		d, f := map[int]int64{}, map[int]int64{}
		for _, c := range cells[:n] {
			switch c.Measure {
			case toDecided:
				d[c.Bucket] += c.N
				decided[c.Bucket] += c.N
			case toFinished:
				f[c.Bucket] += c.N
				finished[c.Bucket] += c.N
			default:
				row.N[c.Measure] += c.N
				all.N[c.Measure] += c.N
			}
		}
		row.Decided, row.Finished = median(d), median(f)
		rows, cells = append(rows, row), cells[n:]
	}
	all.Decided, all.Finished = median(decided), median(finished)
	return rows, all
}
