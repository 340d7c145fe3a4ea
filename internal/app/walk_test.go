// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/geo"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api"
	"pavilion/internal/edge/web/webkit"
)

// secretWords stand in the matter that the walk must not come across.
const secretWords = "走查用的字句"

// walker is somebody who tries every route.
type walker struct {
	name   string
	cookie *http.Cookie
	token  string
	actor  identity.Actor // nobody here, for those who are signed in to another realm
	sees   bool           // they may see the matter
}

// TestEveryRouteAsEveryRole walks all routes of the pages and of the API as each
// role, inside and outside its area and from another realm: every route says who
// may use it, what its access does not allow is refused, what lies outside
// somebody's area does not exist for them, nothing fails, and reading changes
// nothing.
func TestEveryRouteAsEveryRole(t *testing.T) {
	s := perform(t)
	ro, programs, err := s.Edges()
	if err != nil {
		t.Fatal(err)
	}
	m := s.secret(t)
	walkers := s.walkers(t, m)
	before := s.entries(t)
	for _, route := range ro.Routes() {
		if !stated(route.Access) {
			t.Errorf("%s does not say who may use it: %q", route.Pattern, route.Access)
		}
	}
	for _, w := range walkers {
		t.Run(w.name, func(t *testing.T) {
			for _, route := range ro.Routes() {
				method, path, ok := strings.Cut(route.Pattern, " ")
				if !ok || strings.HasPrefix(path, "/assets/") {
					continue
				}
				res := s.try(t, w, method, fill(path, m))
				allowed := route.Access.Allows(w.actor, s.Now())
				ofMatter := strings.Contains(path, "/desk/matters/{id}") && !(strings.HasSuffix(path, "/access") && watches(w.actor, m, s.Now()))
				s.judge(t, w, route.Pattern, ofMatter, allowed, res)
			}
			for _, route := range programs.Routes() {
				if strings.HasSuffix(route.Path, "/sessions/current") {
					continue // it would end the walk
				}
				res := s.try(t, w, route.Method, fill(route.Path, m))
				allowed := route.Access == api.Public || !w.actor.Anonymous()
				s.judge(t, w, route.Method+" "+route.Path, strings.Contains(route.Path, "{id}"), allowed, res)
			}
		})
	}
	if after := s.entries(t); after != before {
		t.Errorf("walking left %d audit entries, want none", after-before)
	}
}

// stated reports whether an access names people that there are.
func stated(a webkit.Access) bool {
	if a == webkit.Public || a == webkit.SignedIn {
		return true
	}
	for role := range strings.SplitSeq(string(a), "|") {
		if !slices.Contains(identity.Roles(), identity.Role(role)) {
			return false
		}
	}
	return true
}

// watches reports whether somebody may look at who sees a matter without seeing it.
func watches(a identity.Actor, m matter.Matter, at time.Time) bool {
	return a.Holds(identity.Security, m.Place, m.Place+1, at) || a.Holds(identity.Auditor, m.Place, m.Place+1, at)
}

// judge says whether an answer is right for somebody.
func (s *stage) judge(t *testing.T, w walker, route string, ofMatter, allowed bool, res *http.Response) {
	t.Helper()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	refused := res.StatusCode == http.StatusForbidden || res.StatusCode == http.StatusUnauthorized ||
		res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/signin?")
	switch {
	case res.StatusCode >= 500:
		t.Errorf("%s fails with %d: %.200s", route, res.StatusCode, body)
	case !allowed && !refused:
		t.Errorf("%s answers %d to somebody it does not allow", route, res.StatusCode)
	case allowed && ofMatter && !w.sees && res.StatusCode != http.StatusNotFound && res.StatusCode != http.StatusUnprocessableEntity:
		t.Errorf("%s answers %d about a matter outside their area", route, res.StatusCode)
	case !w.sees && strings.Contains(string(body), secretWords):
		t.Errorf("%s shows the matter to somebody outside its area", route)
	}
}

// secret makes a matter in a village of the demo's town.
func (s *stage) secret(t *testing.T) matter.Matter {
	t.Helper()
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	low, high := village.Shape.Bounds()
	made, err := s.Matters.Report(t.Context(), matter.Report{
		Realm: s.Config.Realm, Origin: "test", Type: "020103", Text: secretWords,
		Point: &geo.Point{Lon: (low.Lon + high.Lon) / 2, Lat: (low.Lat + high.Lat) / 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Matters.Followed(t.Context(), s.Config.Realm, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d.Matter
}

// walkers are nobody, somebody of each role in the matter's village and in
// another town, and a dispatcher of another realm.
func (s *stage) walkers(t *testing.T, m matter.Matter) []walker {
	t.Helper()
	here, _ := s.Org.Area(s.Config.Realm, m.Area)
	there, _ := s.Org.AreaByCode(s.Config.Realm, "410928100")
	out := []walker{{name: "nobody"}}
	for _, role := range identity.Roles() {
		g := identity.Grant{Role: role}
		if role == identity.Handler {
			g.Body = s.Org.Bodies(s.Config.Realm)[0].ID
		}
		out = append(out, s.holder(t, s.Config.Realm, string(role)+" inside", grantIn(here, g)))
		out = append(out, s.holder(t, s.Config.Realm, string(role)+" outside", grantIn(there, g)))
	}
	if _, err := s.Init(t.Context(), InitRealm{Name: "测试邻县"}); err != nil {
		t.Fatal(err)
	}
	root, _ := s.Org.Root("realm-1")
	foreign := s.holder(t, "realm-1", "dispatcher of another realm", grantIn(root, identity.Grant{Role: identity.Dispatcher}))
	foreign.actor, foreign.sees = identity.Actor{}, false
	for i := range out {
		out[i].sees = s.Matters.Sees(out[i].actor, m)
	}
	return append(out, foreign)
}

// holder makes an account with one grant and signs it in.
func (s *stage) holder(t *testing.T, realm, name string, g identity.Grant) walker {
	t.Helper()
	login, system := strings.ReplaceAll(name, " ", "."), identity.System(realm)
	account, err := s.Identity.CreateAccount(t.Context(), identity.NewAccount{
		Realm: realm, Login: login, Name: "测试人员", Language: "en", Password: "a long passphrase", By: system,
	})
	if err != nil {
		t.Fatal(err)
	}
	g.Realm, g.Account = realm, account.ID
	if _, err := s.Identity.Grant(t.Context(), g, system); err != nil {
		t.Fatal(err)
	}
	w := s.walker(t, realm, login, "a long passphrase")
	w.name = name
	return w
}

func (s *stage) walker(t *testing.T, realm, login, password string) walker {
	t.Helper()
	entry, err := s.Identity.SignIn(t.Context(), realm, login, password, identity.Client{IP: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	token := entry.Token
	actor, err := s.Identity.Session(t.Context(), realm, token)
	if err != nil {
		t.Fatal(err)
	}
	jar := httptest.NewRecorder()
	webkit.SetSession(jar, httptest.NewRequest(http.MethodGet, "/", nil), token)
	return walker{name: login, cookie: jar.Result().Cookies()[0], token: token, actor: actor}
}

// fill puts the matter into a pattern's places.
func fill(path string, m matter.Matter) string {
	return strings.NewReplacer("{$}", "", "{id}", m.ID, "{number}", m.Number, "{code}", "ZZZZZZZZ", "{seq}", "1",
		"{photo}", m.ID, "{size}", "full", "{token}", "nobody").Replace(path)
}

// try makes a request that changes nothing even where it is allowed: what it
// sends is no valid form of anything.
func (s *stage) try(t *testing.T, w walker, method, path string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	body := io.Reader(nil)
	kind := ""
	if method == http.MethodPost {
		body, kind = strings.NewReader(url.Values{"action": {"nothing"}}.Encode()), "application/x-www-form-urlencoded"
		if strings.HasPrefix(path, api.Prefix) {
			body, kind = strings.NewReader(`{}`), "application/json"
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, s.server.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	switch {
	case strings.HasPrefix(path, api.Prefix) && w.token != "":
		r.Header.Set("Authorization", "Bearer "+w.token)
	case w.cookie != nil && path != "/signout":
		r.AddCookie(w.cookie)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// entries counts the audit.
func (s *stage) entries(t *testing.T) int {
	t.Helper()
	report, err := audit.Verify(t.Context(), s.DB, s.Config.Realm)
	if err != nil || len(report.Problems) > 0 {
		t.Fatalf("audit: %v, %v", report.Problems, err)
	}
	return report.Entries
}
