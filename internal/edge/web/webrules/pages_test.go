// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrules_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pavilion/catalogue"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/routing"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webrules"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/web"
)

// hall is the pages over a real realm.
type hall struct {
	*mattertest.Realmful
	t        *testing.T
	editions *edition.Service
	pages    *webrules.Pages
	site     http.Handler
	people   map[string]identity.Actor
	recent   []routing.Case
}

func open(t *testing.T, d *db.DB) *hall {
	t.Helper()
	h := &hall{Realmful: mattertest.New(t, d), t: t}
	texts, err := text.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	h.editions = &edition.Service{DB: d, Now: h.Now, Checks: map[string]edition.Check{}, Whole: func(realm string) (lo, hi int64) {
		root, _ := h.Org.Root(realm)
		return root.Lo, root.Hi
	}}
	table := routing.New(h.editions, h.Org, h.Calendar.Zone())
	h.editions.Checks[routing.Edition] = table.Check
	h.editions.Checks[kind.Edition] = func(_ context.Context, _ string, body []byte) []edition.Problem {
		b, err := kind.Parse(body)
		if err != nil {
			return []edition.Problem{{Path: "body", Key: "edition.not_json"}}
		}
		var out []edition.Problem
		for _, f := range b.Lint() {
			out = append(out, edition.Problem{Path: f.Code + "." + f.Field, Key: f.Key})
		}
		return out
	}
	root, _ := h.Org.Root(mattertest.Realm)
	h.people = map[string]identity.Actor{
		"admin": h.Actor(identity.Administrator, root, ""), "desk": h.Actor(identity.Dispatcher, root, ""),
		"town": h.Actor(identity.Administrator, h.East.Town, ""),
	}
	kit, err := webkit.New(webkit.Options{
		Files: web.Files, Texts: texts, Calendar: h.Calendar, Now: h.Now, Log: slog.New(slog.DiscardHandler), Site: "Test County", Desk: webrules.Menu(),
		Session: func(_ context.Context, token string) (identity.Actor, error) { return h.people[token], nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	h.pages = &webrules.Pages{
		Kit: kit, Editions: h.editions, Types: h.Types, Routing: table, Org: h.Org, Realm: mattertest.Realm,
		Counts: func(*http.Request) (map[string]int, error) { return nil, nil },
		Barred: func(code string, b org.Body) error {
			k, _ := h.Types.Current(mattertest.Realm).Find(code)
			return matter.Barred(k, matter.Matter{}, b)
		},
		Recent: func(*http.Request) ([]routing.Case, error) { return h.recent, nil },
	}
	h.serve(mattertest.Realm)
	return h
}

// serve has the pages be those of a realm.
func (h *hall) serve(realm string) {
	h.pages.Realm = realm
	ro := h.pages.Kit.Router()
	h.pages.Register(ro)
	h.site = ro
}

// answer is a page, or where it leads.
type answer struct {
	status   int
	to, page string
}

func (h *hall) ask(who, method, path string, form url.Values) answer {
	h.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	cookies := httptest.NewRecorder()
	webkit.SetSession(cookies, r, who)
	r.AddCookie(cookies.Result().Cookies()[0])
	r.AddCookie(&http.Cookie{Name: "pv_lang", Value: "en"})
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r)
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && w.Code != http.StatusSeeOther {
		for _, problem := range webkittest.Lint(w.Body.Bytes()) {
			h.t.Errorf("%s %s: %s", method, path, problem)
		}
	}
	return answer{w.Code, w.Header().Get("Location"), w.Body.String()}
}

// want ends the test unless the answer is the one wanted and has all the words.
func (a answer) want(t *testing.T, status int, words ...string) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("it answers %d, want %d: %.400s", a.status, status, a.page)
	}
	for _, word := range words {
		if !strings.Contains(a.page, word) {
			t.Errorf("it does not say %q", word)
		}
	}
	return a
}

func TestADraftOfTheTableIsCheckedTriedAndPublished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		const at = "/desk/rules/routing"
		draft := func(revision int, rows ...routing.Row) url.Values {
			body, _ := json.Marshal(map[string]any{"rows": rows})
			return url.Values{"body": {string(body)}, "basis": {"Decision 1"}, "revision": {fmt.Sprint(revision)}}
		}
		h.ask("desk", http.MethodGet, at, nil).want(t, http.StatusForbidden)
		h.ask("desk", http.MethodPost, at+"/draft", draft(0)).want(t, http.StatusForbidden)
		h.ask("admin", http.MethodPost, at+"/draft", url.Values{"body": {"{rows"}, "basis": {"Decision 1"}, "revision": {"0"}}).want(t, http.StatusUnprocessableEntity, "{rows", "Decision 1")
		if got := h.ask("town", http.MethodGet, at, nil).want(t, http.StatusOK, "administrator of the whole site"); strings.Contains(got.page, `name="body"`) {
			t.Error("an administrator of a town is offered the form")
		}
		h.ask("town", http.MethodPost, at+"/draft", draft(0)).want(t, http.StatusForbidden, "administrator of the whole site")
		row := routing.Row{Code: "020103", Body: h.City.ID}
		h.ask("admin", http.MethodPost, at+"/draft", draft(0, row, row)).want(t, http.StatusSeeOther)
		h.ask("admin", http.MethodGet, at, nil).want(t, http.StatusOK, "rows.2")
		h.ask("admin", http.MethodPost, at+"/publish", url.Values{"revision": {"1"}}).want(t, http.StatusUnprocessableEntity)
		h.ask("admin", http.MethodPost, at+"/draft", draft(7, row)).want(t, http.StatusPreconditionFailed, h.City.ID)
		h.ask("admin", http.MethodPost, at+"/draft", draft(1, row)).want(t, http.StatusSeeOther)

		why := "/desk/routing?code=020103&area=" + h.East.Grid.ID
		h.recent = []routing.Case{{Ask: routing.Ask{Realm: mattertest.Realm, Code: "020103", Lead: "UTIL", Area: h.East.Grid.ID, At: h.Now()}, Count: 5}}
		h.ask("desk", http.MethodGet, why, nil).want(t, http.StatusOK, h.Works.Name, h.City.Name)
		h.ask("town", http.MethodPost, at+"/publish", url.Values{"revision": {"2"}}).want(t, http.StatusForbidden)
		h.ask("town", http.MethodPost, at+"/discard", url.Values{"revision": {"2"}}).want(t, http.StatusForbidden)
		h.ask("admin", http.MethodPost, at+"/publish", url.Values{"revision": {"2"}}).want(t, http.StatusSeeOther)
		got := h.ask("desk", http.MethodGet, why, nil).want(t, http.StatusOK, h.City.Name)
		if strings.Contains(got.page, "5 ") && strings.Contains(got.page, h.Works.Name) {
			t.Error("the draft is still tried after it was published")
		}
		h.ask("admin", http.MethodPost, at+"/publish", url.Values{"revision": {"2"}}).want(t, http.StatusNotFound)
		exported := h.ask("admin", http.MethodGet, at+"/1", nil).want(t, http.StatusOK, `"020103"`)
		if !json.Valid([]byte(exported.page)) {
			t.Error("what is exported is no JSON")
		}
		again := url.Values{"body": {exported.page}, "basis": {"Decision 2"}, "revision": {"0"}}
		h.ask("admin", http.MethodPost, at+"/draft", again).want(t, http.StatusSeeOther)
		h.ask("admin", http.MethodPost, at+"/discard", url.Values{"revision": {"1"}}).want(t, http.StatusSeeOther)
	})
}

func TestATypeIsChangedInTheDraftAndComparedInItsEditions(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	const at, one = "/desk/rules/matter.types", "/desk/types/020103"
	h.ask("desk", http.MethodGet, one, nil).want(t, http.StatusOK, "020103")
	change := url.Values{
		"list": {"B"}, "priority": {"P1"}, "privacy": {"A"}, "lead": {"UTIL"}, "respond_n": {"0.5"}, "respond_unit": {"urgent_hour"},
		"handle_n": {"9"}, "handle_unit": {"urgent_hour"}, "basis": {"Decision 3"},
	}
	h.ask("desk", http.MethodPost, one, change).want(t, http.StatusForbidden)
	wrong := url.Values{"handle_n": {"soon"}, "respond_n": {"1"}, "lead": {"UTIL"}}
	h.ask("admin", http.MethodPost, one, wrong).want(t, http.StatusUnprocessableEntity, "soon")
	h.ask("admin", http.MethodPost, "/desk/types/999999", change).want(t, http.StatusNotFound)
	if to := h.ask("admin", http.MethodPost, one, change).want(t, http.StatusSeeOther).to; !strings.HasPrefix(to, at) {
		t.Errorf("it leads to %s", to)
	}
	second := change
	second.Set("lead", "")
	h.ask("admin", http.MethodPost, "/desk/types/020101", second).want(t, http.StatusSeeOther)
	h.ask("admin", http.MethodGet, at, nil).want(t, http.StatusOK, "020101.lead")
	h.ask("admin", http.MethodPost, at+"/publish", url.Values{"revision": {"2"}}).want(t, http.StatusUnprocessableEntity)
	second.Set("lead", "UTIL")
	h.ask("admin", http.MethodPost, "/desk/types/020101", second).want(t, http.StatusSeeOther)
	h.ask("admin", http.MethodPost, at+"/publish", url.Values{"revision": {"3"}, "from": {"the day after"}}).want(t, http.StatusUnprocessableEntity)
	h.ask("admin", http.MethodPost, at+"/publish", url.Values{"revision": {"3"}}).want(t, http.StatusSeeOther)
	h.ask("admin", http.MethodGet, at+"?from=1&to=2", nil).want(t, http.StatusOK, "020103", "<del>6</del>", "<ins>9</ins>")
	book, err := h.Types.Version(t.Context(), mattertest.Realm, 2)
	if err != nil {
		t.Fatal(err)
	}
	if k, _ := book.Find("020103"); k.Handle.N != 9 || len(k.Evidence) == 0 || len(k.GB) == 0 {
		t.Errorf("in force is %+v", k)
	}
}
