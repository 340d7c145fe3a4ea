// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/civic/matter/docket"
)

// exportFound is one export of about a tenth of the year. Sizes in memory are in
// megabytes; those of the process are 0 where the system does not tell.
type exportFound struct {
	Format   string  `json:"format"`
	Rows     int     `json:"rows"`
	Seconds  float64 `json:"seconds"`
	Bytes    int64   `json:"bytes"`
	Heap     float64 `json:"heap_mb"` // more than before
	Resident float64 `json:"resident_mb"`
	Before   float64 `json:"resident_before_mb"`
}

// exportDays is how many days an export spans.
const exportDays = 37

// measureExports asks for each format three times and keeps the middle one.
func measureExports(ctx context.Context, y *year) ([]exportFound, error) {
	from := y.Now().In(y.Calendar.Zone()).AddDate(0, 0, 1-exportDays)
	day := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, y.Calendar.Zone())
	rows := 0
	for _, err := range y.Docket.All(ctx, y.actors["county"], docket.Filter{Ended: true, From: day}) {
		if err != nil {
			return nil, err
		}
		rows++
	}
	var out []exportFound
	for _, format := range []string{"csv", "xlsx"} {
		var runs []exportFound
		for range 3 {
			e, err := y.export(format, "?ended=1&from_day="+day.Format(time.DateOnly))
			if err != nil {
				return nil, err
			}
			runs = append(runs, e)
		}
		slices.SortFunc(runs, func(a, b exportFound) int { return int((a.Seconds - b.Seconds) * 1e6) })
		runs[1].Rows = rows
		out = append(out, runs[1])
	}
	return out, nil
}

func (y *year) export(format, query string) (exportFound, error) {
	r := httptest.NewRequest(http.MethodGet, "/desk/export/"+format+query, nil)
	for _, c := range y.cookies["county"] {
		r.AddCookie(c)
	}
	debug.FreeOSMemory()
	e := exportFound{Format: format, Before: resident()}
	w := &counter{header: http.Header{}, code: http.StatusOK}
	stop := watch(&e)
	begin := clock.System()
	y.site.ServeHTTP(w, r)
	e.Seconds = clock.System().Sub(begin).Seconds()
	stop()
	e.Bytes = w.n
	if w.code != http.StatusOK {
		return e, fmt.Errorf("export %s: %d", format, w.code)
	}
	return e, nil
}

// watch keeps the most memory that is seen until it is told to stop.
func watch(e *exportFound) (stop func()) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base := m.HeapAlloc
	end := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			runtime.ReadMemStats(&m)
			e.Heap, e.Resident = max(e.Heap, (float64(m.HeapAlloc)-float64(base))/1e6), max(e.Resident, resident())
			select {
			case <-end:
				return
			case <-tick.C:
			}
		}
	})
	return func() {
		close(end)
		done.Wait()
	}
}

// resident is the memory of this process in megabytes, where the system tells.
func resident() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.Atoi(fields[1])
	if err != nil {
		return 0
	}
	return float64(pages) * float64(os.Getpagesize()) / 1e6
}

// counter receives an answer and keeps only its length.
type counter struct {
	header http.Header
	code   int
	n      int64
}

// Header returns the headers that are set.
func (c *counter) Header() http.Header { return c.header }

// WriteHeader keeps the status.
func (c *counter) WriteHeader(code int) { c.code = code }

func (c *counter) Write(b []byte) (int, error) {
	c.n += int64(len(b))
	return len(b), nil
}
