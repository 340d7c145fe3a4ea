// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"fmt"
	"testing"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// BenchmarkFigures counts a year of two hundred bodies, each of which has decided in
// every month, after one year and after ten.
func BenchmarkFigures(b *testing.B) {
	for _, years := range []int{1, 10} {
		b.Run(fmt.Sprintf("years=%d", years), func(b *testing.B) {
			d := dbtest.SQLite(b)
			for m := range Month(12 * years) {
				err := d.InTx(b.Context(), func(tx *db.Tx) error {
					for body := range 200 {
						var cells []Cell
						for _, measure := range Measures() {
							cells = append(cells, Cell{Month: m, Body: fmt.Sprintf("body%03d", body), Measure: measure, N: 3})
						}
						for _, days := range []int{20, 30, 60} {
							cells = append(cells, Cell{Month: m, Body: fmt.Sprintf("body%03d", body), Measure: toDecided, Bucket: days, N: 1})
						}
						if err := addCells(b.Context(), tx, "r", int64(body), merged(cells)); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				var rows []Row
				err := d.View(b.Context(), func(tx *db.Tx) error {
					cells, err := sums(b.Context(), tx, "r", 0, 12, nil)
					rows, _ = rowsOf(cells)
					return err
				})
				if err != nil || len(rows) != 200 {
					b.Fatal(len(rows), err)
				}
			}
		})
	}
}
