// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

func TestAssets(t *testing.T) {
	style := strings.Repeat("p { margin: 0 }\n", 200)
	a, err := NewAssets(fstest.MapFS{
		"styles/site.css":   {Data: []byte(style)},
		"icons/ready.js":    {Data: []byte("plain form")},
		"icons/ready.js.gz": {Data: zipped("compressed form")},
		"photo.png":         {Data: []byte("\x89PNG")},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := http.StripPrefix("/static/", a)
	get := func(url string, headers ...string) *httptest.ResponseRecorder {
		w, r := ask("GET", url, headers...)
		h.ServeHTTP(w, r)
		return w
	}
	address := "/static/" + a.URL("styles/site.css")
	w := get(address)
	if w.Body.String() != style || w.Header().Get("Cache-Control") != forever {
		t.Errorf("%s: %d, %v", address, w.Code, w.Header())
	}
	if w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("type %q", w.Header().Get("Content-Type"))
	}
	if again := get(address, "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
		t.Errorf("asked again: %d", again.Code)
	}
	if w := get("/static/styles/site.css?v=old"); w.Header().Get("Cache-Control") == forever {
		t.Error("an address with another hash may be kept for ever")
	}
	w = get(address, "Accept-Encoding", "gzip")
	if unzipped(t, w.Body) != style || w.Header().Get("Content-Length") == "" || w.Header().Get("Vary") == "" {
		t.Errorf("compressed: %v", w.Header())
	}
	if again := get(address, "Accept-Encoding", "gzip", "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
		t.Errorf("compressed, asked again: %d", again.Code)
	}
	if w = get("/static/icons/ready.js", "Accept-Encoding", "gzip"); unzipped(t, w.Body) != "compressed form" {
		t.Error("the compressed file was not used")
	}
	if w = get("/static/icons/ready.js"); w.Body.String() != "plain form" {
		t.Error("the plain file was not used")
	}
	if w = get("/static/photo.png", "Accept-Encoding", "gzip"); w.Header().Get("Content-Encoding") != "" {
		t.Error("a picture was compressed")
	}
	for _, missing := range []string{"/static/", "/static/styles", "/static/none.css", "/static/../go.mod"} {
		if w := get(missing); w.Code != 404 {
			t.Errorf("%s: %d", missing, w.Code)
		}
	}
	if a.URL("none.css") != "none.css" || a.Has("none.css") || !a.Has("photo.png") {
		t.Error("what there is and what not is confused")
	}
}

func zipped(s string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.Bytes()
}

func unzipped(t *testing.T, r io.Reader) string {
	t.Helper()
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// watch is a clock that tests move.
type watch struct{ at time.Time }

func (w *watch) now() time.Time { return w.at }

func newWatch() *watch { return &watch{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func TestRateLimiterGivesABurstAndThenARate(t *testing.T) {
	c := newWatch()
	l := NewRateLimiter(c.now, time.Minute, 3, 10)
	for range 3 {
		if _, ok := l.Allow("a"); !ok {
			t.Fatal("the burst was refused")
		}
	}
	if wait, ok := l.Allow("a"); ok || wait != time.Minute {
		t.Errorf("a fourth time: %v after %v", ok, wait)
	}
	if _, ok := l.Allow("b"); !ok {
		t.Error("one key's use was counted on another")
	}
	c.at = c.at.Add(time.Minute)
	if _, ok := l.Allow("a"); !ok {
		t.Error("no token came back")
	}
	c.at = c.at.Add(-time.Hour)
	if wait, ok := l.Allow("a"); ok || wait > time.Minute {
		t.Errorf("a clock set back gives %v after %v", ok, wait)
	}
}

func TestRateLimiterForgets(t *testing.T) {
	c := newWatch()
	l := NewRateLimiter(c.now, time.Minute, 1, 100)
	for i := range 1000 {
		l.Allow(strconv.Itoa(i))
	}
	if len(l.keys) != 100 || l.used.Len() != 100 {
		t.Errorf("it remembers %d keys", len(l.keys))
	}
	if _, ok := l.Allow("999"); ok {
		t.Error("the last key was forgotten")
	}
	c.at = c.at.Add(time.Minute)
	if l.Allow("new"); len(l.keys) != 1 {
		t.Errorf("%d keys whose buckets are full are kept", len(l.keys))
	}
}

func TestRateLimiterIsSafeForConcurrentUse(t *testing.T) {
	l := NewRateLimiter(newWatch().now, time.Minute, 50, 10)
	var mu sync.Mutex
	var wg sync.WaitGroup
	allowed := 0
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if _, ok := l.Allow("a"); ok {
					mu.Lock()
					allowed++
					mu.Unlock()
				}
			}
		})
	}
	if wg.Wait(); allowed != 50 {
		t.Errorf("%d were allowed", allowed)
	}
}

func TestLimit(t *testing.T) {
	l := NewRateLimiter(newWatch().now, 90*time.Second, 1, 10)
	h := l.Limit(func(r *http.Request) string { return r.URL.Query().Get("k") }, answer(429, "later"))(answer(200, "ok"))
	for _, tt := range []struct {
		url   string
		want  int
		after string
	}{{"/?k=a", 200, ""}, {"/?k=a", 429, "90"}, {"/?k=b", 200, ""}, {"/", 200, ""}, {"/", 200, ""}} {
		w, r := ask("GET", tt.url)
		h.ServeHTTP(w, r)
		if w.Code != tt.want || w.Header().Get("Retry-After") != tt.after {
			t.Errorf("%s: %d, after %q", tt.url, w.Code, w.Header().Get("Retry-After"))
		}
	}
}

func TestLimitBody(t *testing.T) {
	for size, want := range map[int]bool{10: false, 11: true} {
		var err error
		r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", size)))
		LimitBody(10)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err = io.ReadAll(r.Body)
		})).ServeHTTP(httptest.NewRecorder(), r)
		if TooLarge(err) != want {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func TestClientIP(t *testing.T) {
	proxies, err := ParseProxies([]string{"127.0.0.1", "10.0.0.0/8", "::1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, peer, forwarded, want string }{
		{"no proxy", "203.0.113.9:4", "", "203.0.113.9"},
		{"a stranger claims another address", "203.0.113.9:4", "198.51.100.1", "203.0.113.9"},
		{"behind a proxy", "127.0.0.1:4", "198.51.100.1", "198.51.100.1"},
		{"behind two proxies", "127.0.0.1:4", "198.51.100.1, 10.1.2.3", "198.51.100.1"},
		{"a client claims another behind a proxy", "127.0.0.1:4", "192.0.2.1, 198.51.100.1", "198.51.100.1"},
		{"rubbish behind a proxy", "127.0.0.1:4", "rubbish", "127.0.0.1"},
		{"a proxy asks for itself", "127.0.0.1:4", "", "127.0.0.1"},
		{"IPv6", "[2001:db8::1%eth0]:4", "", "2001:db8::1"},
		{"IPv4 in IPv6", "[::ffff:127.0.0.1]:4", "::ffff:198.51.100.1", "198.51.100.1"},
		{"a socket without an address", "@", "198.51.100.1", "invalid IP"},
	} {
		_, r := ask("GET", "/", "X-Forwarded-For", tt.forwarded)
		r.RemoteAddr = tt.peer
		if got := ClientIP(r, proxies); got.String() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	if _, err := ParseProxies([]string{"proxy.example.org"}); err == nil {
		t.Error("a name was taken for an address")
	}
}

func TestNetwork(t *testing.T) {
	for addr, want := range map[string]string{"198.51.100.1": "198.51.100.1", "2001:db8::1:2:3:4": "2001:db8::/64"} {
		if got := Network(netip.MustParseAddr(addr)); got != want {
			t.Errorf("Network(%s) = %s, want %s", addr, got, want)
		}
	}
}

func BenchmarkRateLimiter(b *testing.B) {
	l := NewRateLimiter(newWatch().now, time.Minute, 1, 10000)
	keys := make([]string, 50000)
	for i := range keys {
		keys[i] = strconv.Itoa(i)
	}
	i := 0
	for b.Loop() {
		l.Allow(keys[i%len(keys)])
		i++
	}
}
