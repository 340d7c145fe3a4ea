// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pavilion/internal/base/id"
)

// BenchmarkReport sends reports to the whole site without the network between:
// what remains is what a report costs the server.
func BenchmarkReport(b *testing.B) {
	c := Defaults()
	c.Data, c.ReportLimit = b.TempDir(), -1
	a, err := Open(b.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	if _, err := a.Demo(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	site, err := a.Handler()
	if err != nil {
		b.Fatal(err)
	}
	b.SetParallelism(16)
	b.ResetTimer()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := httptest.NewRequest("POST", "/api/v1/reports", strings.NewReader(
				fmt.Sprintf(`{"text":"测试：村口的路灯不亮了 %s","type":"020101","lon":115.1,"lat":35.6}`, id.Digits(6))))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Idempotency-Key", id.New())
			w := httptest.NewRecorder()
			site.ServeHTTP(w, r)
			if w.Code != http.StatusCreated {
				b.Error(w.Code, w.Body)
				return
			}
		}
	})
}
