// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webprovider_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webprovider"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/gateway/openid"
	"pavilion/internal/platform/gateway/openid/openidtest"
	"pavilion/internal/platform/seal"
)

const (
	realm    = "r1"
	password = "three blue kettles"
)

type outside struct{ *openid.Client }

func (o outside) Address(ctx context.Context, site federation.Site, q federation.Question) (string, error) {
	return o.Client.Address(ctx, openid.Site(site), openid.Question(q))
}

func (o outside) From(ctx context.Context, site federation.Site, named string) error {
	return o.Client.From(ctx, openid.Site(site), named)
}

func (o outside) Redeem(ctx context.Context, site federation.Site, q federation.Question, code string) (federation.Subject, error) {
	who, err := o.Client.Redeem(ctx, openid.Site(site), openid.Question(q), code)
	return federation.Subject(who), err
}

type whole struct{}

func (whole) Whole(string) (lo, hi int64) { return 0, 100 }

// office is the pages over a real database and a provider.
type office struct {
	*testing.T
	identity *identity.Service
	site     http.Handler
	provider *openidtest.Provider
	clerk    identity.Account
}

func open(t *testing.T, d *db.DB) *office {
	t.Helper()
	o := &office{T: t, provider: openidtest.Start(t)}
	log := slog.New(slog.DiscardHandler)
	box, err := seal.NewBox([]byte("0123456789abcdef0123456789abcdef"))
	o.check(err)
	o.identity = identity.New(d, clock.System, log)
	o.check(o.identity.MakeFactorsOptional(t.Context(), realm))
	kit := webkittest.Kit(t, clock.System())
	kit.Now = clock.System
	kit.Session = func(ctx context.Context, token string) (identity.Actor, error) {
		return o.identity.Session(ctx, realm, token)
	}
	pages := &webprovider.Pages{
		Kit: kit, Identity: o.identity, Realm: realm, Counts: func(*http.Request) (map[string]int, error) { return nil, nil },
		Houses: &federation.Service{DB: d, Now: clock.System, Log: log, Box: box, Identity: o.identity,
			Outside: outside{openid.New(openidtest.Calls(), clock.System)}, Realms: whole{}},
	}
	ro := kit.Router()
	pages.Register(ro)
	o.site = ro
	o.clerk = o.account("clerk", identity.Dispatcher)
	o.account("chief", identity.Security)
	return o
}

func (o *office) check(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) account(login string, role identity.Role) identity.Account {
	o.Helper()
	system := identity.System(realm)
	a, err := o.identity.CreateAccount(o.Context(), identity.NewAccount{Realm: realm, Login: login, Name: "测试人员", Language: "en", Password: password, By: system})
	o.check(err)
	_, err = o.identity.Grant(o.Context(), identity.Grant{Realm: realm, Account: a.ID, Role: role, Area: "a", Hi: 100}, system)
	o.check(err)
	return a
}

// browser keeps cookies as a browser does that came by https.
type browser struct {
	*office
	cookies map[string]string
	set     []*http.Cookie
}

func (o *office) browser(login string) *browser {
	o.Helper()
	b := &browser{office: o, cookies: map[string]string{"__Host-pv_lang": "en"}}
	if login != "" {
		e, err := o.identity.SignIn(o.Context(), realm, login, password, identity.Client{IP: "192.0.2.1"})
		o.check(err)
		b.cookies["__Host-pv_session"] = e.Token
	}
	return b
}

// ask sends a request and returns the answer, of which every page is read for what is
// wrong with it.
func (b *browser) ask(method, path string, form url.Values) (*http.Response, string) {
	b.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-Proto", "https")
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	body := w.Body.String()
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && len(body) > 100 {
		for _, problem := range webkittest.Lint([]byte(body)) {
			b.Errorf("%s %s: %s", method, path, problem)
		}
	}
	b.set = w.Result().Cookies()
	for _, c := range b.set {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w.Result(), body
}

// send presses a button and goes to the provider; it returns the address that the
// provider leads back to.
func (b *browser) send(path string, form url.Values) string {
	b.Helper()
	res, page := b.ask("POST", path, form)
	wait, to, _ := strings.Cut(res.Header.Get("Refresh"), "url=")
	if res.StatusCode != http.StatusOK || wait != "0; " || !strings.Contains(page, `rel="noreferrer"`) {
		b.Fatalf("%s answers %d and leads to %q:\n%s", path, res.StatusCode, to, page)
	}
	return "/signin/callback?" + b.provider.Visit(b, to).Encode()
}

var providerOf = regexp.MustCompile(`action="/desk/providers/([^"/]+)"`)

// add has the chief set up the provider, and returns its id.
func (o *office) add() string {
	o.Helper()
	b := o.browser("chief")
	res, _ := b.ask("POST", "/desk/providers", url.Values{"name": {"Test Sign-in"}, "issuer": {o.provider.Site().Issuer},
		"client": {openidtest.ID}, "secret": {openidtest.Secret}})
	to := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther {
		o.Fatalf("adding answers %d", res.StatusCode)
	}
	_, page := b.ask("GET", to, nil)
	if strings.Contains(page, openidtest.Secret) || !strings.Contains(page, "A secret is kept") {
		o.Error("the page shows the secret, or not that there is one")
	}
	return providerOf.FindStringSubmatch(page)[1]
}

func TestSigningInByAProvider(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id := o.add()
		b := o.browser("clerk")
		back := b.send("/desk/account/links/"+id, nil)
		res, _ := b.ask("GET", back, nil)
		if to := res.Header.Get("Location"); to != "/desk/account?done=provider.done.linked" {
			t.Fatalf("linking leads to %q", to)
		}
		b = o.browser("")
		b.cookies["__Host-pv_session"] = "planted"
		back = b.send("/signin/with/"+id, url.Values{"next": {"/desk/notices"}})
		for _, c := range b.set {
			if c.Name != "__Host-pv_flow" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 600 {
				t.Errorf("the flow's cookie is %+v", c)
			}
		}
		res, _ = b.ask("HEAD", back, nil)
		if res.StatusCode != http.StatusConflict {
			t.Errorf("HEAD answers %d", res.StatusCode)
		}
		other := o.browser("")
		if res, page := other.ask("GET", back, nil); res.StatusCode != http.StatusConflict || strings.Count(page, "Please begin again") != 1 {
			t.Errorf("in another browser it answers %d", res.StatusCode)
		}
		if res, _ := b.ask("GET", back+"&state=x", nil); res.StatusCode != http.StatusForbidden {
			t.Errorf("with two states it answers %d", res.StatusCode)
		}
		res, _ = b.ask("GET", back, nil)
		session := b.cookies["__Host-pv_session"]
		if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/desk/notices" || session == "planted" || b.cookies["__Host-pv_flow"] != "" {
			t.Fatalf("it leads to %q with %v", res.Header.Get("Location"), b.cookies)
		}
		if a, err := o.identity.Session(t.Context(), realm, session); err != nil || a.Account != o.clerk.ID {
			t.Errorf("the session is %q's, %v", a.Account, err)
		}
		if res, _ := b.ask("GET", back, nil); res.StatusCode != http.StatusConflict {
			t.Errorf("again it answers %d", res.StatusCode)
		}
		back = b.send("/desk/prove/with/"+id, url.Values{"next": {"/desk/tokens"}})
		if res, _ := b.ask("GET", back, nil); res.Header.Get("Location") != "/desk/tokens" || b.cookies["__Host-pv_session"] == session {
			t.Errorf("the proof leads to %q", res.Header.Get("Location"))
		}
	})
}

func TestWhatAFailedSignInSays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id := o.add()
		for _, tt := range []struct {
			what string
			bend func(*openidtest.Provider)
			want string
		}{
			{"an unknown subject", func(*openidtest.Provider) {}, "is not linked to an account here"},
			{"a refusal", func(p *openidtest.Provider) { p.Refuses = true }, "You cancelled"},
			{"another nonce", func(p *openidtest.Provider) { p.Claims["nonce"] = "x" }, "did not pass our checks"},
		} {
			o.provider.Bend(func(p *openidtest.Provider) { p.Refuses, p.Claims = false, map[string]any{} })
			o.provider.Bend(tt.bend)
			b := o.browser("")
			_, page := b.ask("GET", b.send("/signin/with/"+id, nil), nil)
			if strings.Count(page, tt.want) != 1 || !strings.Contains(page, `href="/signin"`) || b.cookies["__Host-pv_session"] != "" {
				t.Errorf("%s is told %q", tt.what, page)
			}
		}
		for path, want := range map[string]int{
			"/signin/with/nothing": http.StatusNotFound, "/invite/invented/with/" + id: http.StatusNotFound,
			"/desk/account/links/" + id: http.StatusForbidden, "/desk/prove/with/" + id: http.StatusForbidden,
		} {
			if res, _ := o.browser("").ask("POST", path, nil); res.StatusCode != want {
				t.Errorf("%s answers %d, want %d", path, res.StatusCode, want)
			}
		}
		if res, _ := o.browser("clerk").ask("POST", "/desk/account/links/"+id+"/end", nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("unlinking what is not linked answers %d", res.StatusCode)
		}
	})
}

func TestAnInvitationIsAcceptedByLinking(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id := o.add()
		token, err := o.identity.Invite(t.Context(), realm, o.clerk.ID, identity.System(realm))
		o.check(err)
		b := o.browser("")
		res, _ := b.ask("GET", b.send("/invite/"+token+"/with/"+id, nil), nil)
		if res.Header.Get("Location") != "/desk" || b.cookies["__Host-pv_session"] == "" {
			t.Errorf("it leads to %q", res.Header.Get("Location"))
		}
		if _, err := o.identity.Invited(t.Context(), realm, token); err == nil {
			t.Error("the invitation is still open")
		}
	})
}

func TestProvidersAreManagedByForms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id := o.add()
		b := o.browser("chief")
		wrong := url.Values{"name": {"<b>"}, "issuer": {"https://10.0.0.1"}, "client": {"c"}, "secret": {"geheim"}}
		res, page := b.ask("POST", "/desk/providers", wrong)
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#f-issuer"`) || !strings.Contains(page, "outgoing_networks") ||
			!strings.Contains(page, `value="https://10.0.0.1"`) || strings.Contains(page, "geheim") || strings.Contains(page, "<b>") {
			t.Errorf("a wrong address answers %d", res.StatusCode)
		}
		change := url.Values{"name": {"Other Name"}, "client": {openidtest.ID}, "strong": {"mfa, otp"}, "revision": {"1"}}
		if res, _ := b.ask("POST", "/desk/providers/"+id, change); res.StatusCode != http.StatusSeeOther {
			t.Errorf("a change answers %d", res.StatusCode)
		}
		if res, _ := b.ask("POST", "/desk/providers/"+id, change); res.StatusCode != http.StatusPreconditionFailed {
			t.Errorf("the same revision answers %d", res.StatusCode)
		}
		if _, page := b.ask("GET", "/desk/providers", nil); !strings.Contains(page, "Other Name") {
			t.Error("the list does not show the change")
		}
		for _, step := range []string{"close", "open", "remove"} {
			if res, _ := b.ask("POST", "/desk/providers/"+id+"/"+step, nil); res.StatusCode != http.StatusSeeOther {
				t.Errorf("%s answers %d", step, res.StatusCode)
			}
		}
		if res, _ := b.ask("GET", "/desk/providers/"+id, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("after removing it answers %d", res.StatusCode)
		}
		if res, _ := o.browser("clerk").ask("GET", "/desk/providers", nil); res.StatusCode != http.StatusForbidden {
			t.Errorf("a clerk is answered %d", res.StatusCode)
		}
	})
}

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, time.Date(2026, 9, 16, 1, 0, 0, 0, time.UTC))
	webprovider.Samples(k)
	webkittest.Pages(t, k, "provider")
}

// TestReadingChangesNothing counts the pages that anybody can open: the one that is
// no mere reading is the callback.
func TestReadingChangesNothing(t *testing.T) {
	ro := webkittest.Kit(t, clock.System()).Router()
	(&webprovider.Pages{Kit: webkittest.Kit(t, clock.System()), Houses: &federation.Service{}}).Register(ro)
	for _, route := range ro.Routes() {
		read, public := strings.HasPrefix(route.Pattern, "GET "), route.Access == webkit.Public
		if read && public && route.Pattern != "GET /signin/callback" && !strings.HasPrefix(route.Pattern, "GET /assets/") {
			t.Errorf("%s can be opened by anybody", route.Pattern)
		}
	}
}
