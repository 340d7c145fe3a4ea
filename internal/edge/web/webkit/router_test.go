// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
)

// site is a router with one route of each access; the token is the role.
func site(t *testing.T) *webkit.Router {
	return siteOf(t, webkittest.Kit(t, wednesday))
}

func siteOf(t *testing.T, k *webkit.Kit) *webkit.Router {
	t.Helper()
	k.Session = func(_ context.Context, token string) (identity.Actor, error) {
		if token == "expired" {
			return identity.Actor{}, errors.New("no such session")
		}
		a := identity.Actor{Account: "a-" + token, Name: "测试办事员乙", Language: "en"}
		if token != "nothing" {
			a.Grants = []identity.Grant{{Role: identity.Role(token), Lo: 0, Hi: 1 << 60, From: wednesday.AddDate(0, -1, 0)}}
		}
		return a, nil
	}
	ro := k.Router()
	hello := func(w http.ResponseWriter, _ *http.Request) error { _, err := w.Write([]byte("hello")); return err }
	ro.Handle("GET /open", webkit.Public, hello)
	ro.Handle("GET /account", webkit.SignedIn, hello)
	ro.Handle("GET /queue", webkit.AnyOf(identity.Dispatcher, identity.Handler), hello)
	ro.Handle("POST /queue", webkit.AnyOf(identity.Dispatcher), hello)
	ro.Handle("GET /nobody", "", hello)
	ro.Handle("GET /fault/{kind}", webkit.Public, func(_ http.ResponseWriter, r *http.Request) error {
		return fault.New(fault.Kind(r.PathValue("kind")), "kit.no_page").Because(errors.New("secret cause"))
	})
	ro.Handle("GET /plain", webkit.Public, func(http.ResponseWriter, *http.Request) error { return errors.New("secret cause") })
	return ro
}

// ask sends a request as the holder of a token.
func ask(h http.Handler, method, path, token string, change ...func(*http.Request)) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Accept-Language", "zh-CN,zh;q=0.9")
	if token != "" {
		r.AddCookie(&http.Cookie{Name: "pv_session", Value: token})
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(r *http.Response) string {
	var b strings.Builder
	buf := make([]byte, 1<<20)
	n, _ := r.Body.Read(buf)
	b.Write(buf[:n])
	return b.String()
}

func TestRoutesAdmitWhomTheyName(t *testing.T) {
	ro := site(t)
	for _, c := range []struct {
		name, method, path, token string
		status                    int
		to                        string
	}{
		{"anybody opens a public page", "GET", "/open", "", 200, ""},
		{"a stranger is sent to sign in and comes back", "GET", "/queue?p=2", "", 303, "/signin?next=%2Fqueue%3Fp%3D2"},
		{"an ended session counts for nothing", "GET", "/account", "expired", 303, "/signin?next=%2Faccount"},
		{"a stranger's form is refused", "POST", "/queue", "", 403, ""},
		{"an account without roles opens account pages", "GET", "/account", "nothing", 200, ""},
		{"an account without roles does not open the queue", "GET", "/queue", "nothing", 403, ""},
		{"one of the roles is enough", "GET", "/queue", "handler", 200, ""},
		{"a handler does not dispatch", "POST", "/queue", "handler", 403, ""},
		{"a dispatcher does", "POST", "/queue", "dispatcher", 200, ""},
		{"a route that names nobody admits nobody", "GET", "/nobody", "administrator", 403, ""},
		{"an unknown page is missing", "GET", "/elsewhere", "", 404, ""},
		{"a form page is not opened by reading", "PUT", "/queue", "dispatcher", 405, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ask(ro, c.method, c.path, c.token)
			if got.StatusCode != c.status || got.Header.Get("Location") != c.to {
				t.Errorf("got %d %q, want %d %q", got.StatusCode, got.Header.Get("Location"), c.status, c.to)
			}
			if c.status >= 400 {
				for _, problem := range webkittest.Lint([]byte(body(got))) {
					t.Error(problem)
				}
			}
		})
	}
}

func TestEveryRouteSaysWhoMayUseIt(t *testing.T) {
	routes := site(t).Routes()
	if len(routes) != 8 || routes[3].Pattern != "GET /queue" || routes[3].Access != "dispatcher|handler" {
		t.Errorf("got %v", routes)
	}
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	got := ask(site(t), "POST", "/queue", "dispatcher", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") })
	if got.StatusCode != http.StatusForbidden || !strings.Contains(body(got), "not sent from our own pages") {
		t.Errorf("got %d", got.StatusCode)
	}
}

func TestEveryKindOfFaultHasAPage(t *testing.T) {
	ro := site(t)
	want := map[fault.Kind]int{fault.Invalid: 422, fault.Denied: 403, fault.Missing: 404, fault.Conflict: 409, fault.Stale: 412, fault.Internal: 500}
	for _, kind := range fault.Kinds() {
		got := ask(ro, "GET", "/fault/"+string(kind), "")
		text := body(got)
		if got.StatusCode != want[kind] || want[kind] == 0 {
			t.Errorf("%s: got %d, want %d", kind, got.StatusCode, want[kind])
		}
		if strings.Contains(text, "secret") {
			t.Errorf("%s: the cause is shown", kind)
		}
		for _, problem := range webkittest.Lint([]byte(text)) {
			t.Errorf("%s: %s", kind, problem)
		}
	}
	if got := ask(ro, "GET", "/plain", ""); got.StatusCode != 500 || strings.Contains(body(got), "secret") {
		t.Errorf("a plain error is answered with %d", got.StatusCode)
	}
}

// The log says who was refused what and which route failed, and no address.
func TestRefusalsAreLoggedWithoutAddresses(t *testing.T) {
	var log bytes.Buffer
	k := webkittest.Kit(t, wednesday)
	k.Log = slog.New(slog.NewJSONHandler(&log, nil))
	ro := siteOf(t, k)
	ro.Handle("GET /t/{code}", webkit.Public, func(http.ResponseWriter, *http.Request) error { return errors.New("disk") })
	ask(ro, "GET", "/queue", "handler")
	ask(ro, "POST", "/queue", "handler")
	ask(ro, "GET", "/fault/denied?word=SECRET7", "handler")
	ask(ro, "GET", "/t/SECRET7", "")
	for _, want := range []string{`"refused","route":"POST /queue","account":"a-handler","why":"kit.not_yours"`,
		`"route":"GET /fault/{kind}","account":"a-handler"`, `"page failed","route":"GET /t/{code}","error":"disk"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	if n := strings.Count(log.String(), "refused"); n != 2 || strings.Contains(log.String(), "SECRET7") {
		t.Errorf("%d refusals are logged:\n%s", n, log.String())
	}
}

func TestTheLanguageIsChosen(t *testing.T) {
	ro := site(t)
	cookie := func(v string) func(*http.Request) {
		return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "pv_lang", Value: v}) }
	}
	for _, c := range []struct {
		name, path, token string
		change            []func(*http.Request)
		want              string
	}{
		{"by the browser", "/none", "", nil, "zh-Hans"},
		{"by the account before the browser", "/none", "nothing", nil, "en"},
		{"by what was chosen before the account", "/none", "nothing", []func(*http.Request){cookie("zh-Hans")}, "zh-Hans"},
		{"by the address before all", "/none?lang=en", "", []func(*http.Request){cookie("zh-Hans")}, "en"},
		{"never by an unknown word", "/none?lang=xx", "", []func(*http.Request){cookie("yy")}, "zh-Hans"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ask(ro, "GET", c.path, c.token, c.change...)
			if l := got.Header.Get("Content-Language"); l != c.want {
				t.Errorf("got %q, want %q", l, c.want)
			}
			if set := len(got.Cookies()) > 0; set != strings.Contains(c.path, "lang=en") {
				t.Errorf("a cookie was set: %v", set)
			}
		})
	}
}

func TestSessionCookiesAreKeptClose(t *testing.T) {
	for _, c := range []struct {
		name, scheme, cookie string
		secure               bool
	}{
		{"on the machine itself", "http", "pv_session", false},
		{"over an encrypted connection", "https", "__Host-pv_session", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("X-Forwarded-Proto", c.scheme)
			w := httptest.NewRecorder()
			webkit.SetSession(w, r, "token")
			got := w.Result().Cookies()[0]
			if got.Name != c.cookie || got.Secure != c.secure || !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Path != "/" {
				t.Errorf("got %v", got)
			}
			kit, chosen := site(t), httptest.NewRecorder()
			r = httptest.NewRequest("GET", "/none?lang=zh-Hans", nil)
			r.Header.Set("X-Forwarded-Proto", c.scheme)
			kit.ServeHTTP(chosen, r)
			want := strings.Replace(c.cookie, "pv_session", "pv_lang", 1)
			if got := chosen.Result().Cookies(); len(got) != 1 || got[0].Name != want || got[0].Secure != c.secure || !got[0].HttpOnly {
				t.Errorf("the language: got %v", got)
			}
		})
	}
}

func TestNobodyIsLedAway(t *testing.T) {
	for next, want := range map[string]string{
		"/desk?p=1": "/desk?p=1", "https://example.org/": "/desk", "//example.org": "/desk", "/\\example.org": "/desk", "": "/desk", "desk": "/desk",
	} {
		r := httptest.NewRequest("GET", "/signin", nil)
		q := r.URL.Query()
		q.Set("next", next)
		r.URL.RawQuery = q.Encode()
		if got := webkit.Next(r, "/desk"); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestAssetsAreServedForGood(t *testing.T) {
	ro := site(t)
	page := body(ask(ro, "GET", "/none", ""))
	_, rest, _ := strings.Cut(page, `href="/assets/main-`)
	name, _, _ := strings.Cut(rest, `"`)
	got := ask(ro, "GET", "/assets/main-"+name, "", func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") })
	h := got.Header
	if got.StatusCode != 200 || h.Get("Content-Encoding") != "gzip" || !strings.Contains(h.Get("Cache-Control"), "immutable") || h.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("got %d %v", got.StatusCode, h)
	}
	for _, path := range []string{"/assets/main.css", "/assets/manifest.json", "/assets/../web.go"} {
		if got := ask(ro, "GET", path, ""); got.StatusCode == 200 {
			t.Errorf("%s is served", path)
		}
	}
}
