// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// BenchmarkImport imports 100,000 lines: received, checked, carried to the end. It
// tells how long each took and the most memory that the heap held.
func BenchmarkImport(b *testing.B) {
	const lines = 100_000
	text := file(lines)
	for engine, database := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			for b.Loop() {
				importOnce(b, database(b), text, lines)
			}
		})
	}
}

func importOnce(b *testing.B, d *db.DB, text string, lines int) {
	p := open(b, d)
	stop, most := make(chan struct{}), make(chan uint64)
	go func() { most <- watch(stop) }()
	begun := time.Now()
	run, err := p.Receive(b.Context(), intake.Receive{
		Realm: realm, Source: p.source.ID, File: "many.csv", In: strings.NewReader(text), Size: int64(len(text)), By: p.desk,
	})
	p.check(err)
	received := time.Now()
	run, err = p.Finish(b.Context(), realm, run.ID, nil)
	p.check(err)
	checked := time.Now()
	_, err = p.Start(b.Context(), realm, run.ID, run.Revision, p.desk)
	p.check(err)
	run, err = p.Finish(b.Context(), realm, run.ID, nil)
	p.check(err)
	close(stop)
	if run.Made != lines {
		b.Fatalf("made %d", run.Made)
	}
	b.ReportMetric(received.Sub(begun).Seconds(), "s-receive")
	b.ReportMetric(checked.Sub(received).Seconds(), "s-check")
	b.ReportMetric(time.Since(checked).Seconds(), "s-carry")
	b.ReportMetric(float64(<-most)/(1<<20), "peak-MB")
}

// watch returns the most memory that the heap held until it is told to stop.
func watch(stop <-chan struct{}) (most uint64) {
	var m runtime.MemStats
	for {
		select {
		case <-stop:
			return most
		case <-time.After(10 * time.Millisecond):
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
		}
	}
}
