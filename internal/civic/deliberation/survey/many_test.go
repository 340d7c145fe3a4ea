// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// BenchmarkTenThousandHouseholds opens a survey of 10,000, answers for all of them,
// finds the door that comes next near the end, and counts.
func BenchmarkTenThousandHouseholds(b *testing.B) {
	const n = 10_000
	for name, make := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := open(b, make(b))
				began := time.Now()
				v := w.start(w.ask(n))
				opened := time.Since(began)
				began = time.Now()
				var next atomic.Int64
				var wait sync.WaitGroup
				for range 8 {
					wait.Go(func() {
						for no := int(next.Add(1)); no < n; no = int(next.Add(1)) {
							if err := w.answer(w.paper(v, no, survey.For)); err != nil {
								b.Error(err)
							}
						}
					})
				}
				wait.Wait()
				answered := time.Since(began)
				began = time.Now()
				_, door, _, err := w.Round(b.Context(), survey.Round{Realm: realm, ID: v.ID, Open: true, Size: 6, By: w.worker})
				if err != nil || len(door) != 1 || door[0].No != n {
					b.Fatal(door, err)
				}
				found := time.Since(began)
				if err := w.answer(w.paper(v, n, survey.For)); err != nil {
					b.Fatal(err)
				}
				began = time.Now()
				if r, err := w.Close(b.Context(), survey.Close{Realm: realm, ID: v.ID, By: w.secretary}); err != nil || r.N(survey.For) != n {
					b.Fatal(r, err)
				}
				b.ReportMetric(opened.Seconds(), "s/open")
				b.ReportMetric(answered.Seconds(), "s/answer")
				b.ReportMetric(found.Seconds()*1000, "ms/door")
				b.ReportMetric(time.Since(began).Seconds(), "s/count")
			}
		})
	}
}
