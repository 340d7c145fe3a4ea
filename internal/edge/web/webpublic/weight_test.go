// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"pavilion/internal/platform/db/dbtest"
)

// budget is the most that reporting may cost somebody with a poor connection:
// the first screen with all it loads, compressed, in bytes.
const budget = 60 << 10

func TestReportingIsLight(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	total := 0
	load := func(path string) string {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d, encoded as %q", path, w.Code, w.Header().Get("Content-Encoding"))
		}
		t.Logf("%6d bytes %s", w.Body.Len(), path)
		total += w.Body.Len()
		return w.Body.String()
	}
	load("/report")
	for _, m := range regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`).FindAllStringSubmatch(s.browser("zh-Hans").get("/report").body, -1) {
		load(m[1])
	}
	if total > budget {
		t.Errorf("the first screen costs %d bytes, more than %d", total, budget)
	}
	t.Logf("%6d bytes in all", total)
}
