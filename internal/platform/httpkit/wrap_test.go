// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/clock"
)

// ask returns what a handler is called with.
func ask(method, url string, headers ...string) (*httptest.ResponseRecorder, *http.Request) {
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return httptest.NewRecorder(), r
}

func answer(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	})
}

func TestRecoverShowsThePage(t *testing.T) {
	var log bytes.Buffer
	h := Chain(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"half":`)
		panic("broken rule")
	}), SecurityHeaders(), Recover(slog.New(slog.NewTextHandler(&log, nil)), answer(500, "sorry")), Compress)
	w, r := ask("GET", "/", "Accept-Encoding", "gzip")
	h.ServeHTTP(w, r)
	if w.Code != 500 || w.Body.String() != "sorry" {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
	if w.Header().Get("Content-Type") == "application/json" || w.Header().Get("X-Frame-Options") == "" {
		t.Errorf("header %v", w.Header())
	}
	if !strings.Contains(log.String(), "broken rule") || !strings.Contains(log.String(), "wrap_test.go") {
		t.Errorf("log without cause or place: %s", log.String())
	}
}

func TestRecoverCutsTheConnectionOfHalfAnAnswer(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	url, _, _ := start(t, Recover(log, answer(500, "sorry"))(http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "half")
			http.NewResponseController(w).Flush()
			panic("broken rule")
		})), drain)
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("the client took %q for the whole answer", body)
	}
}

func TestAccessLogHoldsNothingPersonal(t *testing.T) {
	var log bytes.Buffer
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { at = at.Add(7 * time.Millisecond); return at }
	mux := http.NewServeMux()
	mux.Handle("POST /track/{code}", answer(422, "four"))
	replaced := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.Clone(r.Context()))
		})
	}
	h := Chain(Routed(mux), AccessLog(slog.New(slog.NewJSONHandler(&log, nil)), now), replaced)
	r := httptest.NewRequest("POST", "/track/SECRET7?phone=13800000000", strings.NewReader("words"))
	r.RemoteAddr = "203.0.113.9:1"
	h.ServeHTTP(httptest.NewRecorder(), r)
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"route": "POST /track/{code}", "status": 422.0, "bytes": 4.0, "ms": 7.0, "method": "POST"} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
	for _, secret := range []string{"SECRET7", "13800000000", "words", "203.0.113.9"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	log.Reset()
	w, odd := ask("GET", "/")
	odd.Method = "SECRET7"
	h.ServeHTTP(w, odd)
	if strings.Contains(log.String(), "SECRET7") {
		t.Error("the log holds an invented method")
	}
}

func TestSecurityHeaders(t *testing.T) {
	w, r := ask("GET", "/")
	SecurityHeaders("https://tiles.example.org")(answer(200, "")).ServeHTTP(w, r)
	csp := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "https://tiles.example.org"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy lacks %s: %s", want, csp)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Errorf("policy allows the unsafe: %s", csp)
	}
	for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if !strings.Contains(w.Header().Get("Permissions-Policy"), "geolocation=(self)") {
		t.Error("the page may not ask where it is")
	}
}

func TestHTTPSIsRememberedForAYear(t *testing.T) {
	for scheme, want := range map[string]string{"https": "max-age=31536000; includeSubDomains", "http": "", "": ""} {
		w, r := ask("GET", "/", "X-Forwarded-Proto", scheme)
		SecurityHeaders()(answer(200, "")).ServeHTTP(w, r)
		if got := w.Header().Get("Strict-Transport-Security"); got != want {
			t.Errorf("by %q: %q, want %q", scheme, got, want)
		}
	}
}

func TestSameOrigin(t *testing.T) {
	guard, err := SameOrigin(answer(403, "no"), "https://friend.example.org")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, method, site, origin string
		want                       int
	}{
		{"our own form", "POST", "same-origin", "", 200},
		{"another site's form", "POST", "cross-site", "https://evil.example.org", 403},
		{"another site's link", "GET", "cross-site", "", 200},
		{"a trusted site's form", "POST", "cross-site", "https://friend.example.org", 200},
		{"a program", "POST", "", "", 200},
		{"an old browser on another site", "POST", "", "https://evil.example.org", 403},
	} {
		w, r := ask(tt.method, "/")
		for name, v := range map[string]string{"Sec-Fetch-Site": tt.site, "Origin": tt.origin} {
			if v != "" {
				r.Header.Set(name, v)
			}
		}
		if guard(answer(200, "")).ServeHTTP(w, r); w.Code != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, w.Code, tt.want)
		}
	}
	if _, err := SameOrigin(answer(403, ""), "not an origin"); err == nil {
		t.Error("a bad origin was accepted")
	}
}

func TestCompress(t *testing.T) {
	long, short := strings.Repeat("<p>manhole</p>", 200), "<p>short</p>"
	for _, tt := range []struct {
		name, method, accept, kind, body string
		zipped                           bool
	}{
		{"a long page", "GET", "gzip, br", "text/html; charset=utf-8", long, true},
		{"any encoding", "GET", "*", "text/html", long, true},
		{"a short page", "GET", "gzip", "text/html", short, false},
		{"a page without a type", "GET", "gzip", "", "<!doctype html>" + long, true},
		{"a photo", "GET", "gzip", "image/jpeg", long, false},
		{"a client that cannot", "GET", "", "text/html", long, false},
		{"a client that will not", "GET", "gzip;q=0, *", "text/html", long, false},
		{"only the header", "HEAD", "gzip", "text/html", long, false},
		{"nothing at all", "GET", "gzip", "text/html", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, r := ask(tt.method, "/", "Accept-Encoding", tt.accept)
			Compress(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.kind != "" {
					w.Header().Set("Content-Type", tt.kind)
				}
				w.Header().Set("ETag", `"x"`)
				for part := range strings.SplitSeq(tt.body, ">") {
					io.WriteString(w, part+">")
				}
			})).ServeHTTP(w, r)
			body, h := io.Reader(w.Body), w.Header()
			if zipped := h.Get("Content-Encoding") == "gzip"; zipped != tt.zipped {
				t.Fatalf("compressed: %v, want %v", zipped, tt.zipped)
			}
			if tt.zipped {
				var err error
				if body, err = gzip.NewReader(body); err != nil {
					t.Fatal(err)
				}
				if h.Get("ETag") != `W/"x"` || h.Get("Vary") != "Accept-Encoding" {
					t.Errorf("header %v", h)
				}
			}
			got, err := io.ReadAll(body)
			if want := tt.body + ">"; err != nil || string(got) != want && tt.method != "HEAD" {
				t.Errorf("%d bytes, %v; want %d", len(got), err, len(want))
			}
		})
	}
}

func TestCompressKeepsStatusesAndFlushes(t *testing.T) {
	w, r := ask("GET", "/", "Accept-Encoding", "gzip")
	Compress(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(304) })).ServeHTTP(w, r)
	if w.Code != 304 || w.Body.Len() != 0 {
		t.Errorf("got %d with %d bytes", w.Code, w.Body.Len())
	}
	w, r = ask("GET", "/", "Accept-Encoding", "gzip")
	Compress(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(404)
		io.WriteString(w, "part")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		io.WriteString(w, " whole")
	})).ServeHTTP(w, r)
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(z); string(got) != "part whole" || w.Code != 404 || !w.Flushed {
		t.Errorf("got %d %q", w.Code, got)
	}
}

func BenchmarkLayers(b *testing.B) {
	page := []byte(strings.Repeat("<p>manhole cover</p>\n", 1000))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write(page)
	})
	log := slog.New(slog.DiscardHandler)
	h := Chain(Routed(mux), AccessLog(log, clock.System), SecurityHeaders(), Recover(log, answer(500, "")), Compress)
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(ask("GET", "/", "Accept-Encoding", "gzip"))
	}
}
