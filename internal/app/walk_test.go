// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

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
	actor  identity.Actor
	inside bool // the matter lies in their area or is their body's
}

// TestEveryRouteAsEveryRole walks all routes of the pages and of the API as each
// role, inside and outside its area: what a route's access does not allow is
// refused, what lies outside somebody's area does not exist for them, nothing
// fails, and reading changes nothing.
func TestEveryRouteAsEveryRole(t *testing.T) {
	s := perform(t)
	ro, programs, err := s.Edges()
	if err != nil {
		t.Fatal(err)
	}
	m := s.secret(t)
	walkers := s.walkers(t)
	before := s.entries(t)
	for _, w := range walkers {
		t.Run(w.name, func(t *testing.T) {
			for _, route := range ro.Routes() {
				method, path, ok := strings.Cut(route.Pattern, " ")
				if !ok || strings.HasPrefix(path, "/assets/") {
					continue
				}
				res := s.try(t, w, method, fill(path, m))
				allowed := route.Access.Allows(w.actor, s.Now())
				s.judge(t, w, route.Pattern, strings.Contains(path, "/desk/matters/{id}"), allowed, res)
			}
			for _, route := range programs.Routes() {
				if strings.HasSuffix(route.Path, "/sessions/current") {
					continue // it would end the walk
				}
				res := s.try(t, w, route.Method, fill(route.Path, m))
				allowed := route.Access == api.Public || w.token != ""
				s.judge(t, w, route.Method+" "+route.Path, strings.Contains(route.Path, "{id}"), allowed, res)
			}
		})
	}
	if after := s.entries(t); after != before {
		t.Errorf("walking left %d audit entries, want none", after-before)
	}
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
	case allowed && ofMatter && !w.inside && res.StatusCode != http.StatusNotFound && res.StatusCode != http.StatusUnprocessableEntity:
		t.Errorf("%s answers %d about a matter outside their area", route, res.StatusCode)
	case !w.inside && strings.Contains(string(body), secretWords):
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

// walkers are nobody, each person of the demo, and a dispatcher of another town.
func (s *stage) walkers(t *testing.T) []walker {
	t.Helper()
	out := []walker{{name: "nobody"}}
	inside := map[string]bool{"county": true, "desk": true, "grid": true, "head": true, "hall": true}
	for login, password := range s.passwords {
		out = append(out, s.walker(t, login, password, inside[login]))
	}
	system := identity.System(s.Config.Realm)
	town, _ := s.Org.AreaByCode(s.Config.Realm, "410928100")
	account, err := s.Identity.CreateAccount(t.Context(), identity.NewAccount{
		Realm: s.Config.Realm, Login: "elsewhere", Name: "测试外乡派遣员", Language: "en", Password: "a long passphrase", By: system,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Identity.Grant(t.Context(), grantIn(town, identity.Grant{
		Realm: s.Config.Realm, Account: account.ID, Role: identity.Dispatcher,
	}), system)
	if err != nil {
		t.Fatal(err)
	}
	return append(out, s.walker(t, "elsewhere", "a long passphrase", false))
}

func (s *stage) walker(t *testing.T, login, password string, inside bool) walker {
	t.Helper()
	entry, err := s.Identity.SignIn(t.Context(), s.Config.Realm, login, password, identity.Client{IP: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	token := entry.Token
	actor, err := s.Identity.Session(t.Context(), s.Config.Realm, token)
	if err != nil {
		t.Fatal(err)
	}
	jar := httptest.NewRecorder()
	webkit.SetSession(jar, httptest.NewRequest(http.MethodGet, "/", nil), token)
	return walker{login, jar.Result().Cookies()[0], token, actor, inside}
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
