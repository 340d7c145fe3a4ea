// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webaccount_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/edge/web/webaccount"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

const (
	realm    = "r1"
	password = "three blue kettles"
)

// office is the pages over a real database, and an auditor.
type office struct {
	*testing.T
	*identity.Service
	site    http.Handler
	pages   *webaccount.Pages
	clock   atomic.Int64
	auditor identity.Account
}

func open(t *testing.T, d *db.DB) *office {
	t.Helper()
	o := &office{T: t}
	o.clock.Store(time.Date(2026, 9, 16, 1, 0, 0, 0, time.UTC).UnixMicro())
	now := func() time.Time { return time.UnixMicro(o.clock.Load()) }
	box, err := seal.NewBox([]byte("0123456789abcdef0123456789abcdef"))
	o.check(err)
	o.Service = identity.New(d, now, slog.New(slog.DiscardHandler))
	kit := webkittest.Kit(t, now())
	kit.Now, kit.Site = now, "Test County"
	kit.Session = func(ctx context.Context, token string) (identity.Actor, error) { return o.Session(ctx, realm, token) }
	pages := &webaccount.Pages{
		Kit: kit, Identity: o.Service, Realm: realm, Counts: func(*http.Request) (map[string]int, error) { return nil, nil },
		Factors:  &factor.Service{DB: d, Now: now, Box: box, Identity: o.Service},
		Passkeys: &passkey.Service{DB: d, Now: now, Log: slog.New(slog.DiscardHandler), Box: box, Identity: o.Service},
		Houses:   &federation.Service{DB: d, Now: now, Box: box, Identity: o.Service},
	}
	ro := kit.Router()
	pages.Register(ro)
	o.site, o.pages = ro, pages
	system := identity.System(realm)
	o.auditor, err = o.CreateAccount(t.Context(), identity.NewAccount{Realm: realm, Login: "auditor", Name: "测试审计员", Language: "en", Password: password, By: system})
	o.check(err)
	_, err = o.Grant(t.Context(), identity.Grant{Realm: realm, Account: o.auditor.ID, Role: identity.Auditor, Area: "a", Hi: 10}, system)
	o.check(err)
	return o
}

func (o *office) check(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// signIn is what a right password opens.
func (o *office) signIn() identity.Entry {
	o.Helper()
	e, err := o.SignIn(o.Context(), realm, "auditor", password, identity.Client{IP: "192.0.2.1"})
	o.check(err)
	return e
}

// ask sends a request with a cookie and returns the answer, of which every page is
// read for what is wrong with it.
func (o *office) ask(method, path, cookie, token string, form url.Values) (*http.Response, string) {
	o.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.AddCookie(&http.Cookie{Name: cookie, Value: token})
	r.AddCookie(&http.Cookie{Name: "pv_lang", Value: "en"})
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	o.site.ServeHTTP(w, r)
	body := w.Body.String()
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && len(body) > 100 {
		for _, problem := range webkittest.Lint([]byte(body)) {
			o.Errorf("%s %s: %s", method, path, problem)
		}
	}
	return w.Result(), body
}

// given is the cookie that an answer sets.
func given(res *http.Response, name string) string {
	for _, c := range res.Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

var (
	secretOf = regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`)
	offerOf  = regexp.MustCompile(`name="offer" value="([^"]+)"`)
)

func (o *office) app(secret string) string {
	o.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), o.Now())
	o.check(err)
	return code
}

// enrol sets up the auditor's factor through the pages.
func (o *office) enrol() (secret, session string) {
	o.Helper()
	half := o.signIn().Token
	_, page := o.ask("GET", "/signin/enrol?next=/desk/account", "pv_half", half, nil)
	secret = secretOf.FindStringSubmatch(page)[1]
	res, _ := o.ask("POST", "/signin/enrol", "pv_half", half, url.Values{"offer": {offerOf.FindStringSubmatch(page)[1]}, "code": {o.app(secret)}})
	session = given(res, "pv_session")
	if res.StatusCode != http.StatusCreated || session == "" || session == half {
		o.Fatalf("enrolling answers %d with the session %q", res.StatusCode, session)
	}
	return secret, session
}

// Between password and session nothing opens but the next step, whichever cookie
// the token is sent in.
func TestHalfASessionOpensNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		half := o.signIn().Token
		for _, cookie := range []string{"pv_half", "pv_session"} {
			for _, path := range []string{"/desk/account", "/desk/account/factor", "/desk/prove", "/desk/account/password"} {
				if res, _ := o.ask("GET", path, cookie, half, nil); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/signin?") {
					t.Errorf("%s as %s answers %d %s", path, cookie, res.StatusCode, res.Header.Get("Location"))
				}
			}
		}
		res, _ := o.ask("GET", "/signin/code?next=/desk", "pv_half", half, nil)
		if to := res.Header.Get("Location"); !strings.HasPrefix(to, "/signin/enrol?") {
			t.Errorf("who has no factor is sent to %q", to)
		}
		_, session := o.enrol()
		if res, _ := o.ask("GET", "/signin/code", "pv_half", session, nil); !strings.HasPrefix(res.Header.Get("Location"), "/signin?") {
			t.Error("a session passes for half of one")
		}
		if res, _ := o.ask("POST", "/signin/code", "pv_half", "invented", url.Values{"code": {"123456"}}); !strings.HasPrefix(res.Header.Get("Location"), "/signin?") {
			t.Error("an invented half is taken")
		}
	})
}

func TestEachStepGivesANewToken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		secret, _ := o.enrol()
		o.clock.Add(time.Minute.Microseconds())
		half := o.signIn().Token
		res, page := o.ask("POST", "/signin/code", "pv_half", half, url.Values{"code": {"000000"}})
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, "The code is wrong") {
			t.Errorf("a wrong code answers %d", res.StatusCode)
		}
		res, _ = o.ask("POST", "/signin/code", "pv_half", half, url.Values{"code": {o.app(secret)}, "next": {"https://evil.example/"}})
		session := given(res, "pv_session")
		if session == "" || session == half || res.Header.Get("Location") != "/desk" {
			t.Fatalf("the code leads to %q with the session %q", res.Header.Get("Location"), session)
		}
		o.clock.Add((10 * time.Minute).Microseconds())
		res, _ = o.ask("POST", "/desk/account/factor/codes", "pv_session", session, nil)
		if to := res.Header.Get("Location"); !strings.HasPrefix(to, "/desk/prove?") {
			t.Fatalf("after ten minutes new codes lead to %q", to)
		}
		res, _ = o.ask("POST", "/desk/prove", "pv_session", session, url.Values{"code": {o.app(secret)}, "next": {"/desk/account"}})
		proved := given(res, "pv_session")
		if proved == "" || proved == session || res.Header.Get("Location") != "/desk/account" {
			t.Fatalf("the proof leads to %q with the session %q", res.Header.Get("Location"), proved)
		}
		if _, err := o.Session(t.Context(), realm, session); err == nil {
			t.Error("the token from before the proof still counts")
		}
		res, page = o.ask("POST", "/desk/account/factor/codes", "pv_session", proved, nil)
		if res.StatusCode != http.StatusCreated || res.Header.Get("Cache-Control") != "no-store" || strings.Count(page, "<li><code") != 10 {
			t.Errorf("new codes answer %d, %q", res.StatusCode, res.Header.Get("Cache-Control"))
		}
	})
}

func TestAStolenCookieEndsWithThePassword(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		secret, stolen := o.enrol()
		o.clock.Add(time.Minute.Microseconds())
		res, _ := o.ask("POST", "/signin/code", "pv_half", o.signIn().Token, url.Values{"code": {o.app(secret)}})
		own := given(res, "pv_session")
		const chosen = "a lamp by the well"
		change := func(old, again string) *http.Response {
			res, _ := o.ask("POST", "/desk/account/password", "pv_session", own, url.Values{"old": {old}, "password": {chosen}, "again": {again}})
			return res
		}
		if res := change("wrong", chosen); res.StatusCode != http.StatusForbidden {
			t.Errorf("a wrong password answers %d", res.StatusCode)
		}
		if res := change(password, "other"); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("two that differ answer %d", res.StatusCode)
		}
		res = change(password, chosen)
		fresh := given(res, "pv_session")
		if res.StatusCode != http.StatusSeeOther || fresh == "" || fresh == own {
			t.Fatalf("the change answers %d with the session %q", res.StatusCode, fresh)
		}
		if res, _ := o.ask("GET", "/desk/account", "pv_session", stolen, nil); res.StatusCode != http.StatusSeeOther {
			t.Errorf("the stolen cookie still opens the account: %d", res.StatusCode)
		}
		if res, page := o.ask("GET", "/desk/account", "pv_session", fresh, nil); res.StatusCode != http.StatusOK || strings.Count(page, "This device") != 1 {
			t.Errorf("their own answers %d", res.StatusCode)
		}
	})
}

func TestWhatTheAccountPageIsSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		_, session := o.enrol()
		for _, tt := range []struct {
			path string
			form url.Values
			want int
		}{
			{"/language", url.Values{"language": {"zh-Hans"}}, http.StatusSeeOther},
			{"/language", url.Values{"language": {"xx"}}, http.StatusUnprocessableEntity},
			{"/sessions/end", nil, http.StatusSeeOther},
			{"/sessions/nothing/end", nil, http.StatusSeeOther},
			{"/factor", url.Values{"offer": {"1.rubbish"}, "code": {"123456"}}, http.StatusUnprocessableEntity},
			{"/factor/remove", nil, http.StatusForbidden},
		} {
			if res, _ := o.ask("POST", "/desk/account"+tt.path, "pv_session", session, tt.form); res.StatusCode != tt.want {
				t.Errorf("%s answers %d, want %d", tt.path, res.StatusCode, tt.want)
			}
		}
		a, err := o.Account(t.Context(), realm, o.auditor.ID)
		if err != nil || a.Language != "zh-Hans" {
			t.Errorf("the language is %q, %v", a.Language, err)
		}
	})
}
