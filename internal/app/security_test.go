// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pavilion/internal/edge/api"
	"pavilion/internal/edge/web/webkit"
)

// TestWhatEveryAnswerTellsTheBrowser asks for every page and every list of the
// API over https, as nobody and as people of the desk, and reads the headers.
func TestWhatEveryAnswerTellsTheBrowser(t *testing.T) {
	s := perform(t)
	ro, programs, err := s.Edges()
	if err != nil {
		t.Fatal(err)
	}
	m := s.secret(t)
	values := map[string]string{
		"id": m.ID, "number": m.Number, "code": "ZZZZZZZZ", "seq": "1", "photo": m.ID, "size": "full", "token": "nobody",
	}
	site, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	type road struct {
		path   string
		public bool
	}
	roads := []road{{"/healthz", true}, {"/readyz", true}, {"/nowhere", true}}
	for _, route := range ro.Routes() {
		if path, ok := strings.CutPrefix(route.Pattern, "GET "); ok && !strings.HasPrefix(path, "/assets/") {
			roads = append(roads, road{fill(path, values), route.Access == webkit.Public})
		}
	}
	for _, route := range programs.Routes() {
		if route.Method == http.MethodGet {
			roads = append(roads, road{fill(route.Path, values), false})
		}
	}
	shown := 0
	for _, w := range []walker{{name: "nobody"}, s.someone(t, "desk"), s.someone(t, "admin")} {
		for _, to := range roads {
			r := httptest.NewRequest(http.MethodGet, to.path, nil)
			r.Header.Set("X-Forwarded-Proto", "https")
			if w.token != "" {
				r.Header.Set("Authorization", "Bearer "+w.token)
				r.AddCookie(&http.Cookie{Name: "__Host-pv_session", Value: w.token})
			}
			res := httptest.NewRecorder()
			site.ServeHTTP(res, r)
			told(t, w.name+" "+to.path, res)
			inside := !to.public && res.Code == http.StatusOK
			if inside && res.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s may be kept: %q", w.name, to.path, res.Header().Get("Cache-Control"))
			}
			page := strings.HasPrefix(res.Header().Get("Content-Type"), "text/html")
			if inside && page && strings.Contains(res.Body.String(), "<header") {
				shown++
				if !strings.Contains(res.Body.String(), "/signout") {
					t.Errorf("%s %s has no way out", w.name, to.path)
				}
			}
		}
	}
	for _, path := range []string{"/assets/", "/assets/..%2f", "/.git/config", "/data/key", "/.env"} {
		res := httptest.NewRecorder()
		if site.ServeHTTP(res, httptest.NewRequest(http.MethodGet, path, nil)); res.Code == http.StatusOK {
			t.Errorf("%s is served", path)
		}
	}
	for _, path := range []string{"/", "/healthz", "/desk", api.Prefix + "/matters"} {
		res := httptest.NewRecorder()
		if site.ServeHTTP(res, httptest.NewRequest(http.MethodTrace, path, nil)); res.Code < 400 {
			t.Errorf("TRACE %s answers %d", path, res.Code)
		}
	}
	if shown < 10 {
		t.Errorf("only %d pages behind the sign-in were shown", shown)
	}
}

// told holds the headers of one answer against what every answer has.
func told(t *testing.T, what string, res *httptest.ResponseRecorder) {
	t.Helper()
	h := res.Header()
	for name, want := range map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %s is %q", what, name, got)
		}
	}
	policy := h.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%s: the policy lacks %s: %s", what, want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("%s: the policy allows the unsafe: %s", what, policy)
	}
	if got := h.Get("Referrer-Policy"); got != "no-referrer" && got != "same-origin" {
		t.Errorf("%s: Referrer-Policy is %q", what, got)
	}
	kind := h.Get("Content-Type")
	if res.Body.Len() > 0 && (kind == "" || strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "charset=utf-8")) {
		t.Errorf("%s: Content-Type is %q", what, kind)
	}
}

// TestNothingPersonalIsLogged writes everything a log can be given, at its most
// talkative, and looks for what was typed.
func TestNothingPersonalIsLogged(t *testing.T) {
	s := perform(t)
	var log bytes.Buffer
	s.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.Identity.Log = s.Log
	site, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	const person, number, wrong, words = "13800000000", "000000199913310011", "three wrong kettles", "走查用的测试字句"
	send := func(path, kind, body string) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Cookie", "pv_session="+wrong[:5]+number)
		res := httptest.NewRecorder()
		site.ServeHTTP(res, r)
		if res.Code >= http.StatusInternalServerError {
			t.Errorf("%s answers %d", path, res.Code)
		}
	}
	const form = "application/x-www-form-urlencoded"
	send("/signin", form, url.Values{"login": {"desk"}, "password": {wrong}}.Encode())
	send("/signin", form, url.Values{"login": {person}, "password": {wrong}}.Encode())
	send("/track?phone="+person, form, url.Values{"number": {number}, "code": {"ABCDEFGH"}}.Encode())
	send(api.Prefix+"/reports", "application/json",
		`{"text": "`+words+number+`", "type": "020103", "area": "410928212201", "contact": {"name": "`+words+`", "phone": "`+person+`"}}`)
	send(api.Prefix+"/reports", "application/json", `{"text": "`+words+number+`", "`+person+`": 1}`)
	send(api.Prefix+"/sessions", "application/json", `{"login": "desk", "password": "`+wrong+`"}`)
	send("/invite/"+number, form, url.Values{"password": {wrong}, "again": {wrong}}.Encode())
	token := s.someone(t, "desk").token
	for _, secret := range []string{person, number, wrong, words, "ABCDEFGH", token, s.passwords["desk"]} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(log.String(), "sign-in failed") || strings.Count(log.String(), `"msg":"request"`) != 7 ||
		!strings.Contains(log.String(), `"refused","account":"","why":"identity.wrong_login"`) {
		t.Errorf("the log lacks what it should have:\n%s", log.String())
	}
}

func TestSecurityTxtSaysWhomToTell(t *testing.T) {
	s := perform(t)
	ask := func() *httptest.ResponseRecorder {
		site, err := s.Handler()
		if err != nil {
			t.Fatal(err)
		}
		res := httptest.NewRecorder()
		site.ServeHTTP(res, httptest.NewRequest(http.MethodGet, "/.well-known/security.txt", nil))
		return res
	}
	if res := ask(); res.Code != http.StatusNotFound {
		t.Errorf("without a contact it answers %d", res.Code)
	}
	s.Config.Security, s.Config.PublicURL = "mailto:security@example.org", "https://pavilion.example.org/"
	res := ask()
	text, _ := io.ReadAll(res.Body)
	fields := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		fields[name] = value
	}
	if fields["Contact"] != s.Config.Security || fields["Canonical"] != "https://pavilion.example.org/.well-known/security.txt" {
		t.Errorf("it says %s", text)
	}
	if kind := res.Header().Get("Content-Type"); kind != "text/plain; charset=utf-8" {
		t.Errorf("Content-Type is %q", kind)
	}
	until, err := time.Parse(time.RFC3339, fields["Expires"])
	if left := until.Sub(s.Now()); err != nil || left < 30*24*time.Hour || left > 365*24*time.Hour {
		t.Errorf("it expires in %v, %v", left, err)
	}
}
