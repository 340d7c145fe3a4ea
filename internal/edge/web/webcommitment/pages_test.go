// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webcommitment_test

import (
	"context"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/web/webcommitment"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/web"
)

const realm = "testland"

// square is the pages over a real realm: a county with a body in it.
type square struct {
	*commitment.Service
	t      *testing.T
	time   time.Time
	root   org.Area
	office org.Body
	people map[string]identity.Actor
	site   http.Handler
}

func open(t *testing.T, d *db.DB) *square {
	t.Helper()
	q := &square{t: t, time: time.Date(2024, 1, 8, 1, 0, 0, 0, time.UTC)}
	now, log := clock.Clock(func() time.Time { return q.time }), slog.New(slog.DiscardHandler)
	texts, err := text.Load(catalogue.FS())
	q.sound(err)
	calendar, err := clock.LoadCalendar(catalogue.FS(), time.FixedZone("CST", 8*3600))
	q.sound(err)
	places := org.New(d, now, log)
	q.root, err = places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"})
	q.sound(err)
	q.office, err = places.AddBody(t.Context(), org.NewBody{Realm: realm, Kind: "COMM", Name: "测试社区", Area: q.root.ID, By: "test"})
	q.sound(err)
	q.Service = &commitment.Service{DB: d, Now: now, Log: log, Zone: calendar.Zone(), Org: places, Releases: &release.Service{DB: d, Now: now}}
	q.Releases.Publishers = map[string]release.Publisher{commitment.Words: q.Publish, commitment.Reason: q.PublishReason}
	actor := func(role identity.Role, body string) identity.Actor {
		return identity.Actor{Realm: realm, Account: id.New(), Name: "测试人员", Grants: []identity.Grant{{
			Realm: realm, Role: role, Area: q.root.ID, Lo: q.root.Lo, Hi: q.root.Hi, Body: body,
		}}}
	}
	q.people = map[string]identity.Actor{
		"handler": actor(identity.Handler, q.office.ID), "foreigner": actor(identity.Handler, id.New()), "worker": actor(identity.GridWorker, ""),
	}
	kit, err := webkit.New(webkit.Options{
		Files: web.Files, Texts: texts, Calendar: calendar, Now: now, Log: log, Site: "Test County",
		Session: func(_ context.Context, token string) (identity.Actor, error) { return q.people[token], nil },
	})
	q.sound(err)
	ro := kit.Router()
	(&webcommitment.Pages{Kit: kit, Commitments: q.Service, Org: places, Realm: realm}).Register(ro)
	q.site = ro
	return q
}

func (q *square) sound(err error) {
	q.t.Helper()
	if err != nil {
		q.t.Fatal(err)
	}
}

// answer is a page, or where it leads.
type answer struct {
	status   int
	to, page string
}

// ask sends a request as somebody; without a form it reads.
func (q *square) ask(who, path string, form url.Values) answer {
	q.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if who != "" {
		cookies := httptest.NewRecorder()
		webkit.SetSession(cookies, r, who)
		r.AddCookie(cookies.Result().Cookies()[0])
	}
	r.AddCookie(&http.Cookie{Name: "pv_lang", Value: "en"})
	w := httptest.NewRecorder()
	q.site.ServeHTTP(w, r)
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && w.Code != http.StatusSeeOther {
		for _, problem := range webkittest.Lint(w.Body.Bytes()) {
			q.t.Errorf("%s %s: %s", r.Method, path, problem)
		}
	}
	to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return answer{w.Code, to, html.UnescapeString(w.Body.String())}
}

// want ends the test unless the answer is the one wanted and has all the words.
func (a answer) want(t *testing.T, status int, words ...string) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("it answers %d to %s, want %d: %.600s", a.status, a.to, status, a.page)
	}
	for _, word := range words {
		if !strings.Contains(a.page, word) {
			t.Errorf("it does not say %q", word)
		}
	}
	return a
}

// lacks fails the test if the page has one of the words.
func (a answer) lacks(t *testing.T, words ...string) {
	t.Helper()
	for _, word := range words {
		if strings.Contains(a.page, word) {
			t.Errorf("it says %q", word)
		}
	}
}

// promise is a form that announces.
// release has somebody of the desk release all that waits, and says how much did.
func (q *square) release() (n int) {
	q.t.Helper()
	head := identity.Actor{Realm: realm, Account: "head", Grants: []identity.Grant{{Realm: realm, Role: identity.ShiftHead, Lo: q.root.Lo, Hi: q.root.Hi}}}
	for {
		list, err := q.Releases.List(q.t.Context(), head, release.Waiting, page.Cursor{}, page.Max)
		q.sound(err)
		if len(list.Items) == 0 {
			return n
		}
		for _, d := range list.Items {
			_, err := q.Releases.Decide(q.t.Context(), release.Decide{Realm: realm, ID: d.ID, Revision: d.Revision, Act: release.Release, By: head})
			q.sound(err)
			n++
		}
	}
}

func (q *square) promise(title, wording string) url.Values {
	return url.Values{"client": {id.New()}, "title": {title}, "wording": {wording}, "area": {q.root.ID}, "body": {q.office.ID}}
}

func TestAPromiseIsAnnouncedChangedAndFulfilledInPublic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d)
		q.ask("", "/commitments", nil).want(t, http.StatusOK, "Nothing is promised yet").lacks(t, "Announce a promise")
		form := q.promise("The chess room opens", "2024 Q1")
		q.ask("handler", "/commitments", form).want(t, http.StatusSeeOther)
		one := "/commitments/" + form.Get("client")
		q.ask("", "/commitments", nil).want(t, http.StatusOK, "Nothing is promised yet")
		q.ask("", one, nil).want(t, http.StatusNotFound)
		q.ask("foreigner", one, nil).want(t, http.StatusNotFound)
		q.ask("handler", one, nil).want(t, http.StatusOK, "The chess room opens", "waits for a second person").lacks(t, "What became of it")
		q.ask("handler", "/commitments", form).want(t, http.StatusSeeOther) // sent twice
		if n := q.release(); n != 1 {
			t.Errorf("sent twice it made %d", n)
		}
		q.ask("", one, nil).want(t, http.StatusOK, "The chess room opens", "2024 Q1", "Sun 31 Mar 2024", "测试社区", "Announced, to be done by 2024-03-31").lacks(t, "What became of it", "Late")
		q.time = time.Date(2024, 3, 31, 15, 59, 0, 0, time.UTC) // a minute to midnight of its last day
		q.ask("", "/commitments", nil).want(t, http.StatusOK, "The chess room opens").lacks(t, ">Late<")
		q.time = q.time.Add(time.Minute)
		q.ask("", "/commitments", nil).want(t, http.StatusOK, ">Late<")
		q.ask("", one, nil).want(t, http.StatusOK, ">Late<")

		change := url.Values{"revision": {"1"}, "act": {"changed"}, "wording": {"end of May 2024"}, "reason": {" "}}
		refused := q.ask("handler", one, change).want(t, http.StatusUnprocessableEntity, "end of May 2024", "#f-reason")
		if !regexp.MustCompile(`value="changed"[^>]*checked`).MatchString(refused.page) {
			t.Error("what was chosen is not chosen any more")
		}
		change.Set("reason", "The tables come later")
		vague := url.Values{"revision": {"1"}, "act": {"changed"}, "wording": {"soon"}, "reason": {"The tables come later"}}
		q.ask("handler", one, vague).want(t, http.StatusUnprocessableEntity, "#f-wording", `value="soon"`, "The tables come later")
		q.ask("handler", one, url.Values{"revision": {"1"}, "act": {"sold"}, "reason": {"x"}}).want(t, http.StatusUnprocessableEntity, "#f-act")
		q.ask("", one, nil).want(t, http.StatusOK, "Sun 31 Mar 2024").lacks(t, "The day changed")
		q.ask("handler", one, change).want(t, http.StatusSeeOther)
		q.ask("handler", one, change).want(t, http.StatusPreconditionFailed, "The tables come later", "Fri 31 May 2024", `name="revision" value="2"`)
		q.ask("", "/commitments", nil).want(t, http.StatusOK, "end of May 2024", "Fri 31 May 2024").lacks(t, ">Late<")

		q.ask("handler", one, url.Values{"revision": {"2"}, "act": {"fulfilled"}, "reason": {"It is open every day"}}).want(t, http.StatusSeeOther)
		q.ask("", one, nil).want(t, http.StatusOK, "The day changed to 2024-05-31", "The explanation is not public yet.").lacks(t, "It is open every day", "The tables come later")
		if n := q.release(); n != 2 {
			t.Errorf("%d explanations waited", n)
		}
		q.ask("", one, nil).want(t, http.StatusOK, "Announced, to be done by 2024-03-31", "The day changed to 2024-05-31", "The tables come later", "Fulfilled", "It is open every day").lacks(t, "Fulfilled late")
		q.ask("", "/commitments", nil).want(t, http.StatusOK, "It is open every day", ">Fulfilled<").lacks(t, "Under way")
		q.ask("handler", one, nil).want(t, http.StatusOK).lacks(t, "What became of it")
		q.ask("handler", one, url.Values{"revision": {"3"}, "act": {"withdrawn"}, "reason": {"No"}}).want(t, http.StatusConflict)
	})
}

func TestWhatIsUnclearStaysOnTheForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d)
		vague := q.promise("The <chess> room opens", "before the festival")
		page := q.ask("handler", "/commitments", vague).want(t, http.StatusUnprocessableEntity,
			`value="The <chess> room opens"`, `value="before the festival"`, "#f-wording", "The last day is not certain.", `value="`+vague.Get("client")+`"`)
		for _, chosen := range []string{q.root.ID, q.office.ID} {
			if !strings.Contains(page.page, `value="`+chosen+`" selected`) {
				t.Errorf("%s is not chosen any more", chosen)
			}
		}
		page.lacks(t, "#f-title", "#f-area", "#f-body")
		q.ask("handler", "/commitments", url.Values{}).want(t, http.StatusUnprocessableEntity, "#f-title", "#f-wording", "#f-area", "#f-body")
		q.ask("", "/commitments", nil).want(t, http.StatusOK, "Nothing is promised yet")
		vague.Set("wording", "end of February 2024")
		q.ask("handler", "/commitments", vague).want(t, http.StatusSeeOther)
		q.release()
		q.ask("", "/commitments/"+vague.Get("client"), nil).want(t, http.StatusOK, "The <chess> room opens", "Thu 29 Feb 2024")
	})
}

func TestOthersPromiseNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d)
		form := q.promise("The chess room opens", "2024 Q1")
		for _, who := range []string{"", "worker", "foreigner"} {
			q.ask(who, "/commitments", form).want(t, http.StatusForbidden)
		}
		q.ask("", "/commitments", nil).want(t, http.StatusOK, "Nothing is promised yet")
		q.ask("handler", "/commitments", form).want(t, http.StatusSeeOther)
		q.release()
		one := "/commitments/" + form.Get("client")
		done := url.Values{"revision": {"1"}, "act": {"fulfilled"}, "reason": {"It is open"}}
		for _, who := range []string{"", "worker", "foreigner"} {
			q.ask(who, one, done).want(t, http.StatusForbidden)
			q.ask(who, one, nil).want(t, http.StatusOK).lacks(t, "What became of it", "It is open")
		}
		q.ask("", "/commitments/"+id.New(), nil).want(t, http.StatusNotFound)
		q.ask("handler", "/commitments/"+id.New(), done).want(t, http.StatusNotFound)
		q.ask("", "/commitments?after=nonsense", nil).want(t, http.StatusUnprocessableEntity)
	})
}

func TestMorePromisesThanAPageHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d)
		const many = 120
		for n := range many { // several of them for each day
			_, err := q.Announce(t.Context(), commitment.Announce{
				Realm: realm, Title: fmt.Sprintf("Promise %03d", n), Wording: fmt.Sprintf("2024-02-%02d", 1+n*7%20), Area: q.root.ID, Body: q.office.ID, By: q.people["handler"],
			})
			q.sound(err)
		}
		if n := q.release(); n != many {
			t.Errorf("%d wait", n)
		}
		seen, days := map[string]bool{}, []string{}
		next := regexp.MustCompile(`rel="next" href="([^"]*)"`)
		pages := 0
		for path := "/commitments"; path != ""; pages++ {
			page := q.ask("", path, nil).want(t, http.StatusOK)
			for _, m := range regexp.MustCompile(`>(Promise \d+)</a>`).FindAllStringSubmatch(page.page, -1) {
				if seen[m[1]] {
					t.Errorf("%s is listed twice", m[1])
				}
				seen[m[1]] = true
			}
			for _, m := range regexp.MustCompile(`<span>(2024-02-\d\d)</span>`).FindAllStringSubmatch(page.page, -1) {
				days = append(days, m[1])
			}
			path = ""
			if m := next.FindStringSubmatch(page.page); m != nil {
				path = m[1]
			}
		}
		if len(seen) != many || pages != 3 {
			t.Errorf("%d are listed on %d pages", len(seen), pages)
		}
		for i := 1; i < len(days); i++ {
			if days[i] < days[i-1] {
				t.Fatalf("%s is listed after %s", days[i], days[i-1])
			}
		}
	})
}
