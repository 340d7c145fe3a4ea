// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webintake_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"pavilion/catalogue"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webintake"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webmatter"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
	"pavilion/internal/platform/sheet"
	"pavilion/web"
)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := webkittest.Kit(t, time.Date(2026, 9, 16, 1, 0, 0, 0, time.UTC))
	webintake.Samples(k)
	webkittest.Pages(t, k, "intake")
}

// desk is the pages over a real realm; who asks is the session's token.
type desk struct {
	t      *testing.T
	realm  *mattertest.Realmful
	queue  *jobs.Queue
	site   http.Handler
	people map[string]identity.Actor
}

func open(t *testing.T) *desk {
	t.Helper()
	d := dbtest.SQLite(t)
	k := &desk{t: t, realm: mattertest.New(t, d)}
	texts, err := text.Load(catalogue.FS())
	k.check(err)
	root, _ := k.realm.Org.Root(mattertest.Realm)
	k.people = map[string]identity.Actor{
		"county": k.realm.Actor(identity.Dispatcher, root, ""), "east": k.realm.Actor(identity.Dispatcher, k.realm.East.Town, ""),
		"worker": k.realm.Actor(identity.GridWorker, root, ""),
	}
	kit, err := webkit.New(webkit.Options{
		Files: web.Files, Texts: texts, Calendar: k.realm.Calendar, Now: k.realm.Now, Log: slog.New(slog.DiscardHandler),
		Site: "Test County", Desk: webintake.Menu(),
		Session: func(_ context.Context, token string) (identity.Actor, error) { return k.people[token], nil },
	})
	k.check(err)
	service := &intake.Service{Matters: k.realm.Service}
	k.queue = jobs.New(d, k.realm.Now, slog.New(slog.DiscardHandler))
	service.Work(k.queue)
	pages := &webintake.Pages{
		Shared: webmatter.Shared{Kit: kit, Matters: k.realm.Service, Org: k.realm.Org, Realm: mattertest.Realm},
		Intake: service,
		Counts: func(*http.Request) (map[string]int, error) { return nil, nil },
	}
	ro := kit.Router()
	pages.Register(ro)
	k.site = ro
	return k
}

func (k *desk) check(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

// answer is what the site answered.
type answer struct {
	status int
	to     string
	header http.Header
	page   string
}

// ask sends a request as somebody and checks that a page it gets is sound.
func (k *desk) ask(who string, r *http.Request) answer {
	k.t.Helper()
	cookies := httptest.NewRecorder()
	webkit.SetSession(cookies, r, who)
	r.AddCookie(cookies.Result().Cookies()[0])
	r.AddCookie(&http.Cookie{Name: "pv_lang", Value: "en"})
	w := httptest.NewRecorder()
	k.site.ServeHTTP(w, r)
	a := answer{w.Code, w.Header().Get("Location"), w.Header(), w.Body.String()}
	if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && a.status != http.StatusSeeOther {
		for _, problem := range webkittest.Lint(w.Body.Bytes()) {
			k.t.Errorf("%s %s: %s", r.Method, r.URL, problem)
		}
	}
	return a
}

func (k *desk) get(who, path string) answer {
	k.t.Helper()
	return k.ask(who, httptest.NewRequest(http.MethodGet, path, nil))
}

// send sends a form of a page: what it holds already, and what is filled in.
func (k *desk) send(who string, from answer, action string, values url.Values) answer {
	k.t.Helper()
	all := held(k.t, from.page, action)
	for name, list := range values {
		all[name] = list
	}
	r := httptest.NewRequest(http.MethodPost, action, strings.NewReader(all.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return k.ask(who, r)
}

// held reads the values that the form with an action holds.
func held(t *testing.T, page, action string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	out := url.Values{}
	found := false
	attr := func(n *html.Node, name string) (string, bool) {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val, true
			}
		}
		return "", false
	}
	for n := range root.Descendants() {
		if form, _ := attr(n, "action"); n.Data == "form" && form == action {
			found = true
			for c := range n.Descendants() {
				name, _ := attr(c, "name")
				value, _ := attr(c, "value")
				if c.Data == "input" && name != "" {
					out.Set(name, value)
				}
				if c.Data == "select" {
					for o := range c.Descendants() {
						if _, chosen := attr(o, "selected"); chosen {
							value, _ := attr(o, "value")
							out.Set(name, value)
						}
					}
				}
			}
		}
	}
	if !found {
		t.Fatalf("there is no form for %s", action)
	}
	return out
}

// upload sends a file with other fields.
func (k *desk) upload(who, name, content string, values url.Values) answer {
	k.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field := range values {
		k.check(w.WriteField(field, values.Get(field)))
	}
	part, err := w.CreateFormFile("file", name)
	k.check(err)
	_, err = part.Write([]byte(content))
	k.check(errors.Join(err, w.Close()))
	r := httptest.NewRequest(http.MethodPost, "/desk/intake", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return k.ask(who, r)
}

func (k *desk) matters() int {
	k.t.Helper()
	n := 0
	for _, err := range k.realm.Docket.All(k.t.Context(), k.people["county"], docket.Filter{}) {
		k.check(err)
		n++
	}
	return n
}

// says reports whether a page has the words, wherever its tags are.
func (a answer) says(words string) bool {
	plain := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(a.page, "")
	return strings.Contains(html.UnescapeString(plain), words)
}

func (k *desk) want(a answer, status int, words ...string) answer {
	k.t.Helper()
	if a.status != status {
		k.t.Fatalf("answered %d to %s, want %d: %.600s", a.status, a.to, status, a.page)
	}
	for _, w := range words {
		if !a.says(w) {
			k.t.Errorf("the page does not say %q: %s", w, a.page)
		}
	}
	return a
}

func TestATableBecomesMatters(t *testing.T) {
	k := open(t)
	k.want(k.get("county", "/desk/intake"), http.StatusOK, "Nothing has been imported")
	made := k.want(k.upload("county", `C:\files\september.csv`, "工单编号,受理时间,诉求类型,诉求内容,社区,联系电话,坐席\n"+
		"1,2026-09-18 08:10,Manhole cover missing or broken,井盖不见了,东镇一村,13800000001,3\n"+
		"2,2026-02-30,路灯,路灯不亮了,老地方,,3\n", url.Values{"name": {"County hotline"}, "origin": {"hotline"}}), http.StatusSeeOther)
	run := made.to
	page := k.want(k.get("county", run), http.StatusOK, "september.csv", "Columns to be named", "井盖不见了", "UTF-8")
	form := held(t, page.page, run+"/columns")
	for field, heading := range map[string]string{
		"id": "工单编号", "said": "受理时间", "type": "诉求类型", "text": "诉求内容", "area": "社区", "phone": "联系电话", "address": "", "grid": "wgs84",
	} {
		if form.Get(field) != heading {
			t.Errorf("%s is guessed as %q, want %q", field, form.Get(field), heading)
		}
	}
	k.want(k.send("county", page, run+"/columns", url.Values{"text": {""}}), http.StatusUnprocessableEntity, "Say which column holds what was reported.")
	k.want(k.send("county", page, run+"/columns", nil), http.StatusSeeOther)
	if waiting := k.want(k.get("county", run), http.StatusOK, "Checking 2 lines"); waiting.header.Get("Refresh") == "" {
		t.Error("the page that waits is not asked for again")
	}
	k.check(k.queue.Drain(t.Context()))
	page = k.want(k.get("county", run), http.StatusOK, "2 of 2 lines cannot be taken, so none was", "“2026-02-30” cannot be read as a date", "老地方")
	list := k.get("county", run+"/problems.csv")
	if !strings.HasPrefix(list.page, "\ufeffLine,Column,") || !strings.Contains(list.page, "3,受理时间,") || list.status != http.StatusOK {
		t.Errorf("the list of problems is %q", list.page)
	}
	words := held(t, page.page, run+"/words")
	if words.Get("type:Manhole cover missing or broken") != "020103" || words.Get("type:路灯") != "" {
		t.Errorf("the answers suggested are %v", words)
	}
	k.want(k.send("county", page, run+"/words", url.Values{"type:路灯": {"-"}, "area:老地方": {"火星村"}}),
		http.StatusUnprocessableEntity, "There is no “火星村” in the area of this source")
	k.want(k.send("county", page, run+"/words", url.Values{
		"type:Manhole cover missing or broken": {"020103"}, "type:路灯": {"-"}, "area:老地方": {"西镇一村"},
	}), http.StatusSeeOther)
	k.check(k.queue.Drain(t.Context()))
	page = k.want(k.get("county", run), http.StatusOK, "1 of 2 lines cannot be taken")
	k.want(k.send("county", page, run+"/drop", nil), http.StatusSeeOther)
	k.want(k.get("county", run), http.StatusOK, "This import was dropped")
	if k.matters() != 0 {
		t.Error("a dropped import made matters")
	}
	source := regexp.MustCompile(`<option value="([0-9a-f-]{36})"[^>]*>County hotline`).FindStringSubmatch(k.get("county", "/desk/intake").page)
	made = k.want(k.upload("county", "right.csv", "工单编号,受理时间,诉求类型,诉求内容,社区,联系电话\n"+
		"1,2026-09-18 08:10,Manhole cover missing or broken,井盖不见了,东镇一村,13800000001\n2,2026-09-17,路灯,路灯不亮了,老地方,\n", url.Values{"source": {source[1]}}), http.StatusSeeOther)
	k.check(k.queue.Drain(t.Context()))
	page = k.want(k.get("county", made.to), http.StatusOK, "All 2 lines are good", "Import these 2 lines")
	k.want(k.send("county", page, made.to+"/start", nil), http.StatusSeeOther)
	k.want(k.get("county", made.to), http.StatusOK, "Imported 0 of 2 lines", "You may leave this page")
	k.check(k.queue.Drain(t.Context()))
	k.want(k.get("county", made.to), http.StatusOK, "made 2 matters")
	if n := k.matters(); n != 2 {
		t.Errorf("there are %d matters", n)
	}
	k.want(k.send("county", page, made.to+"/start", nil), http.StatusPreconditionFailed)
	k.want(k.get("county", "/desk/intake"), http.StatusOK, "right.csv", "County hotline", "Imported")
}

func TestFilesThatAreNoTables(t *testing.T) {
	k := open(t)
	var merged bytes.Buffer
	w, err := sheet.NewWriter(&merged, sheet.XLSX, []string{"Text"})
	k.check(errors.Join(err, w.Close()))
	source := url.Values{"name": {"Any"}, "origin": {"import"}}
	for _, tt := range []struct{ name, content, says string }{
		{"a picture", "\x89PNG\x00\x01", "This is not a table."},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Save it as XLSX without a password."},
		{"headings alone", merged.String(), "The table has headings and nothing below them."},
		{"nothing", "", "Choose a file."},
	} {
		got := k.want(k.upload("county", "file", tt.content, source), http.StatusUnprocessableEntity, tt.says)
		if id := regexp.MustCompile(`<option value="([0-9a-f-]{36})" selected`).FindStringSubmatch(got.page); id != nil {
			source = url.Values{"source": {id[1]}} // it is there now and stays chosen
		}
	}
	k.want(k.upload("county", "file.csv", "a\n1\n", url.Values{"origin": {"import"}}), http.StatusUnprocessableEntity, "Give the source a name")
	k.want(k.upload("county", "file.csv", "a\n1\n", url.Values{"source": {"none"}}), http.StatusUnprocessableEntity, "There is no such source")
	r := httptest.NewRequest(http.MethodPost, "/desk/intake", strings.NewReader("source=1"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	k.want(k.ask("county", r), http.StatusUnprocessableEntity, "Choose a file.")
	r = httptest.NewRequest(http.MethodPost, "/desk/intake", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	k.want(k.ask("county", r), http.StatusUnprocessableEntity, "The file did not arrive whole.")
}

func TestOthersSeeNoRuns(t *testing.T) {
	k := open(t)
	made := k.want(k.upload("county", "file.csv", "text\nA cover is missing\n", url.Values{"name": {"Hotline"}, "origin": {"hotline"}}), http.StatusSeeOther)
	k.want(k.get("east", made.to), http.StatusNotFound)
	k.want(k.get("east", made.to+"/problems.csv"), http.StatusNotFound)
	if k.want(k.get("east", "/desk/intake"), http.StatusOK).says("file.csv") {
		t.Error("a town's dispatcher sees the county's imports")
	}
	k.want(k.get("worker", "/desk/intake"), http.StatusForbidden)
	k.want(k.get("nobody", "/desk/intake"), http.StatusSeeOther)
	page := k.get("county", made.to)
	for _, action := range []string{"/columns", "/words", "/start", "/drop"} {
		r := httptest.NewRequest(http.MethodPost, made.to+action, strings.NewReader(held(t, page.page, made.to+"/columns").Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		k.want(k.ask("east", r), http.StatusNotFound)
	}
}
