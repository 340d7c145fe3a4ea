// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdisclosure_test

import (
	"context"
	"encoding/xml"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/web/webdisclosure"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
	"pavilion/web"
)

const realm = "testland"

// square is the pages over a real realm: a county with its secretary and who releases.
type square struct {
	*disclosure.Service
	t      *testing.T
	now    time.Time
	root   org.Area
	people map[string]identity.Actor
	tries  int // that one network has
	site   http.Handler
}

func (q *square) must(err error) {
	q.t.Helper()
	if err != nil {
		q.t.Fatal(err)
	}
}

func open(t *testing.T, d *db.DB) *square {
	t.Helper()
	zone := time.FixedZone("CST", 8*3600)
	q := &square{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, zone), tries: 100}
	now, log := clock.Clock(func() time.Time { return q.now }), slog.New(slog.DiscardHandler)
	texts, err := text.Load(catalogue.FS())
	q.must(err)
	calendar, err := clock.LoadCalendar(catalogue.FS(), zone)
	q.must(err)
	places := org.New(d, now, log)
	q.root, err = places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"})
	q.must(err)
	box, err := seal.OpenBox(filepath.Join(t.TempDir(), "key"))
	q.must(err)
	law, table, err := assembly.Load(catalogue.FS())
	q.must(err)
	bodies := assembly.New(assembly.Service{
		DB: d, Now: now, Log: log, Zone: zone, Org: places, Box: box, Editions: &edition.Service{DB: d, Now: now, Checks: map[string]edition.Check{}}, Law: law, Table: table,
	})
	say := texts.Printer("en")
	q.Service = &disclosure.Service{
		DB: d, Now: now, Log: log, Calendar: calendar, Org: places, Box: box, Bodies: bodies, Releases: &release.Service{DB: d, Now: now},
		Say: func(key string) string { return say.T(key) },
	}
	q.Releases.Publishers = map[string]release.Publisher{disclosure.Words: q.Show, disclosure.Answer: q.ShowAnswer}
	actor := func(role identity.Role) identity.Actor {
		return identity.Actor{Realm: realm, Account: id.New(), Name: "测试人员", Proved: q.now.AddDate(1, 0, 0), Grants: []identity.Grant{{
			Realm: realm, Role: role, Area: q.root.ID, Lo: q.root.Lo, Hi: q.root.Hi,
		}}}
	}
	q.people = map[string]identity.Actor{"secretary": actor(identity.Secretary), "head": actor(identity.ShiftHead), "worker": actor(identity.GridWorker)}
	kit, err := webkit.New(webkit.Options{
		Files: web.Files, Texts: texts, Calendar: calendar, Now: now, Log: log, Site: "Test County",
		Session: func(_ context.Context, token string) (identity.Actor, error) { return q.people[token], nil },
	})
	q.must(err)
	allow := func(string) (time.Duration, bool) { q.tries--; return 30 * time.Second, q.tries >= 0 }
	ro := kit.Router()
	(&webdisclosure.Pages{
		Shared: webmatter.Shared{Kit: kit, Org: places, Realm: realm}, Board: q.Service, Reports: allow, Codes: allow,
		Counts: func(*http.Request) (map[string]int, error) { return nil, nil }, Client: func(*http.Request) string { return "x" },
		Name: func(context.Context, string) string { return "测试人员" }, Address: "https://test.example",
	}).Register(ro)
	q.site = ro
	return q
}

// ask sends a request as somebody; without a form it reads. It fails for pages that are
// not sound.
func (q *square) ask(who, path string, form url.Values) *httptest.ResponseRecorder {
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
	return w
}

// posted is a notice that stands.
func (q *square) posted(title, body string) disclosure.Notice {
	q.t.Helper()
	var n disclosure.Notice
	q.must(q.DB.InTx(q.t.Context(), func(tx *db.Tx) (err error) {
		n, err = q.Publish(q.t.Context(), tx, disclosure.Publish{
			Realm: realm, Key: id.New(), Kind: disclosure.Finance, Area: q.root.ID, Title: title, Issuer: "测试居委会", Body: body, By: q.people["secretary"],
		})
		return err
	}))
	q.release("disclosure/" + n.ID)
	return n
}

func (q *square) release(subject string) {
	q.t.Helper()
	all, err := q.Releases.Of(q.t.Context(), realm, subject)
	q.must(err)
	for _, d := range all {
		if d.State.Live() {
			_, err := q.Releases.Decide(q.t.Context(), release.Decide{Realm: realm, ID: d.ID, Revision: d.Revision, Act: release.Release, By: q.people["head"]})
			q.must(err)
		}
	}
}

// markup is text that would be markup if it were not escaped, in pages and in feeds.
const markup = `<script>alert(1)</script> ]]> & "x"`

func TestWhatPeopleWroteIsTextInPagesAndInTheFeed(t *testing.T) {
	q := open(t, dbtest.SQLite(t))
	n := q.posted("Accounts "+markup, "Income "+markup)
	for _, path := range []string{"/board", "/board/" + n.ID, "/board/" + n.ID + "/print", "/board/" + n.ID + "/object"} {
		w := q.ask("", path, nil)
		if page := w.Body.String(); w.Code != http.StatusOK || strings.Contains(page, "<script>alert") || !strings.Contains(page, "&lt;script&gt;alert") {
			t.Errorf("%s answers %d with markup in it", path, w.Code)
		}
	}
	w := q.ask("", "/board/feed?area="+q.root.ID, nil)
	var feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	q.must(xml.Unmarshal(w.Body.Bytes(), &feed))
	if got := w.Header().Get("Content-Type"); got != "application/atom+xml; charset=utf-8" {
		t.Errorf("the feed is %q", got)
	}
	if len(feed.Entries) != 1 || feed.Entries[0].Title != "[Standing] Accounts "+markup || feed.Entries[0].Content != "Income "+markup || feed.Entries[0].ID != "urn:uuid:"+n.ID {
		t.Errorf("the feed has %+v", feed.Entries)
	}
	for _, l := range feed.Links {
		if !strings.HasPrefix(l.Href, "https://test.example/board") {
			t.Errorf("it leads to %s", l.Href)
		}
	}
	for _, at := range []string{feed.Updated, feed.Entries[0].Updated} {
		if _, err := time.Parse(time.RFC3339, at); err != nil {
			t.Errorf("updated %q: %v", at, err)
		}
	}
	if strings.Contains(w.Body.String(), "<script>") {
		t.Error("there is markup in the feed")
	}
	if w := q.ask("", "/board/feed?area=nowhere", nil); w.Code != http.StatusNotFound {
		t.Errorf("the feed of nowhere answers %d", w.Code)
	}
}

func TestObjectingWithoutAnAccount(t *testing.T) {
	q := open(t, dbtest.SQLite(t))
	n := q.posted("Accounts", "Income 5")
	at := "/board/" + n.ID + "/object"
	form := q.ask("", at, nil)
	key := regexp.MustCompile(`name="client" value="([^"]*)"`).FindStringSubmatch(form.Body.String())[1]
	w := q.ask("", at, url.Values{"client": {key}, "words": {"  "}, "name": {"测试甲"}})
	if page := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="测试甲"`) || !strings.Contains(page, key) {
		t.Errorf("an empty one answers %d without what was typed", w.Code)
	}
	sent := url.Values{"client": {key}, "words": {"测试：金额不对"}, "name": {"测试甲"}, "phone": {"13900000000"}}
	w = q.ask("", at, sent)
	receipt := regexp.MustCompile(`\d{8}-\d{7}`).FindString(w.Body.String())
	code := regexp.MustCompile(`receipt-code">([^<]+)<`).FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusOK || receipt == "" || len(code) != 2 || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("it answers %d: %s", w.Code, w.Body)
	}
	if again := q.ask("", at, sent); !strings.Contains(again.Body.String(), receipt) {
		t.Error("sent again it is another one")
	}
	page := q.ask("", "/board/"+n.ID, nil).Body.String()
	if strings.Contains(page, "金额不对") || strings.Contains(page, "测试甲") || !strings.Contains(page, "Objections: 1, not answered yet: 1") {
		t.Error("the notice shows an objection, or does not count it")
	}
	w = q.ask("", "/objections", url.Values{"number": {receipt}, "code": {"wrong"}})
	if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "金额不对") {
		t.Errorf("a wrong code answers %d", w.Code)
	}
	if w = q.ask("", "/objections", url.Values{"number": {receipt}, "code": {code[1]}}); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "金额不对") {
		t.Errorf("the right code answers %d", w.Code)
	}
	q.tries = 0
	sent.Set("client", id.New())
	if w = q.ask("", at, sent); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "30" || !strings.Contains(w.Body.String(), "金额不对") {
		t.Errorf("too many answer %d, after %q", w.Code, w.Header().Get("Retry-After"))
	}
	q.tries = 100
	q.now = time.Date(2026, 3, 18, 0, 0, 0, 0, q.now.Location())
	if w = q.ask("", at, sent); w.Code != http.StatusConflict {
		t.Errorf("a day after the last one it answers %d", w.Code)
	}
	if page := q.ask("", "/board/"+n.ID, nil).Body.String(); strings.Contains(page, at) || !strings.Contains(page, "after 15 days") {
		t.Error("a day after the last one the notice still asks for objections")
	}
}

func TestAFormOfTheDeskKeepsWhatWasTyped(t *testing.T) {
	q := open(t, dbtest.SQLite(t))
	sent := url.Values{
		"client": {id.New()}, "kind": {"resolution"}, "area": {q.root.ID}, "rule": {"residents"}, "title": {"测试公示"}, "issuer": {"测试居委会"}, "text": {"测试正文"}, "days": {"14"},
	}
	for _, days := range []string{"14", "many", "-1", "0", "366"} {
		sent.Set("days", days)
		w := q.ask("secretary", "/desk/board/new", sent)
		if page := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="测试公示"`) || !strings.Contains(page, sent.Get("client")) {
			t.Errorf("%s days answer %d", days, w.Code)
		}
	}
	sent.Set("days", "20")
	var first string
	for range 2 {
		w := q.ask("secretary", "/desk/board/new", sent)
		to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
		if w.Code != http.StatusSeeOther || first != "" && to != first {
			t.Errorf("it answers %d and leads to %s after %s", w.Code, to, first)
		}
		first = to
	}
	for who, want := range map[string]int{"": http.StatusForbidden, "worker": http.StatusForbidden, "head": http.StatusForbidden} {
		if w := q.ask(who, "/desk/board/new", sent); w.Code != want {
			t.Errorf("%q: %d, want %d", who, w.Code, want)
		}
	}
	q.release("disclosure/" + strings.TrimPrefix(first, "/desk/board/"))
	w := q.ask("secretary", first+"/correct", url.Values{"revision": {"1"}, "title": {"别的标题"}, "issuer": {"测试居委会"}, "text": {"别的正文"}, "why": {"测试"}})
	if w.Code != http.StatusPreconditionFailed || !strings.Contains(w.Body.String(), "别的正文") {
		t.Errorf("a correction of what it was answers %d, and keeps nothing", w.Code)
	}
	w = q.ask("secretary", first+"/withdraw", url.Values{"revision": {"2"}, "reason": {""}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "0 of 20 days") {
		t.Errorf("taken down without a reason it answers %d", w.Code)
	}
}
