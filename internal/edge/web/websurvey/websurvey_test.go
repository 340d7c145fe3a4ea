// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package websurvey_test

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

	"pavilion/catalogue"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/websurvey"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

// street is the pages over a survey of three households.
type street struct {
	t       *testing.T
	now     time.Time
	tries   bool
	surveys *survey.Service
	people  map[string]identity.Actor
	site    http.Handler
	v       survey.Survey
}

func open(t *testing.T) *street {
	t.Helper()
	w := &street{t: t, now: time.Date(2026, 9, 20, 1, 0, 0, 0, time.UTC), tries: true}
	clock, log, d := func() time.Time { return w.now }, slog.New(slog.DiscardHandler), dbtest.SQLite(t)
	box, err := seal.NewBox([]byte(strings.Repeat("k", 32)))
	w.sound(err)
	texts, err := text.Load(catalogue.FS())
	w.sound(err)
	places := org.New(d, clock, log)
	root, err := places.CreateRealm(t.Context(), org.NewRealm{ID: "r", Name: "测试区", By: "test"})
	w.sound(err)
	law, table, err := assembly.Load(catalogue.FS())
	w.sound(err)
	editions := &edition.Service{DB: d, Now: clock, Checks: map[string]edition.Check{}}
	bodies := assembly.New(assembly.Service{DB: d, Now: clock, Log: log, Zone: time.UTC, Org: places, Box: box, Editions: editions, Law: law, Table: table})
	w.surveys = &survey.Service{
		DB: d, Now: clock, Log: log, Zone: time.UTC, Org: places, Box: box, Bodies: bodies, Suggestions: desk{},
		Releases: &release.Service{DB: d, Now: clock, Publishers: map[string]release.Publisher{}},
	}
	actor := func(account string, role identity.Role) identity.Actor {
		return identity.Actor{Realm: "r", Account: account, Name: "测试人员", Grants: []identity.Grant{{Realm: "r", Role: role, Lo: root.Lo, Hi: root.Hi}}}
	}
	w.people = map[string]identity.Actor{
		"secretary": actor("secretary", identity.Secretary), "typist": actor("typist", identity.Scrutineer), "worker": actor("worker", identity.GridWorker),
		"stranger": actor("stranger", identity.Handler),
	}
	kit := webkittest.Kit(t, w.now)
	kit.Now = clock
	kit.Session = func(_ context.Context, token string) (identity.Actor, error) { return w.people[token], nil }
	ro := kit.Router()
	(&websurvey.Pages{
		Kit: kit, Surveys: w.surveys, Bodies: bodies, Org: places, Texts: texts, Realm: "r", Zone: time.UTC, Client: func(*http.Request) string { return "c" },
		Counts: func(*http.Request) (map[string]int, error) { return nil, nil }, Allow: func(string) (time.Duration, bool) { return time.Minute, w.tries },
	}).Register(ro)
	w.site = ro
	w.v, err = w.surveys.Start(t.Context(), survey.Open{
		Realm: "r", Key: id.New(), Area: root.ID, Question: "测试：是否<b>加装</b>停车棚", Channels: survey.Channels(), Closes: w.now.Add(time.Hour), By: w.people["secretary"],
		Households: []survey.Household{{Label: "测试1号楼"}, {Label: "测试2号楼"}, {Label: "测试3号楼"}},
	})
	w.sound(err)
	return w
}

// desk takes suggestions in.
type desk struct{}

func (desk) Suggest(context.Context, *db.Tx, survey.Suggestion) (string, error) {
	return "suggestion/1", nil
}

func (w *street) sound(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// release shows the words, as a second person does.
func (w *street) release() {
	w.t.Helper()
	w.publish(release.Draft{State: release.Released, Words: []release.Part{{Name: "question", Text: w.v.Question}}})
}

// publish tells the survey what became of its words.
func (w *street) publish(d release.Draft) {
	w.t.Helper()
	d.Realm, d.Subject, d.Releaser = "r", "survey/"+w.v.ID, "second"
	w.sound(w.surveys.DB.InTx(w.t.Context(), func(tx *db.Tx) error { return w.surveys.Publish(w.t.Context(), tx, d) }))
}

func (w *street) send(who, path string, form url.Values) (int, string) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if who != "" {
		cookies := httptest.NewRecorder()
		webkit.SetSession(cookies, r, who)
		r.AddCookie(cookies.Result().Cookies()[0])
	}
	answer := httptest.NewRecorder()
	w.site.ServeHTTP(answer, r)
	return answer.Code, answer.Body.String()
}

// step is somebody sending a form or asking for a page: what is answered, and words that
// stand there, or with a dash before them must not.
type step struct {
	says, who, path string
	form            url.Values
	code            int
	words           []string
}

func (w *street) walk(steps []step) {
	w.t.Helper()
	for _, s := range steps {
		code, page := w.send(s.who, s.path, s.form)
		if code != s.code {
			w.t.Errorf("%s: %s answers %d, want %d", s.says, s.path, code, s.code)
		}
		for _, word := range s.words {
			if not, found := strings.CutPrefix(word, "-"); found && strings.Contains(page, not) {
				w.t.Errorf("%s: %s says %q", s.says, s.path, not)
			} else if !found && !strings.Contains(page, word) {
				w.t.Errorf("%s: %s does not say %q", s.says, s.path, word)
			}
		}
	}
}

// TestASurveyOnItsPages takes answers in every way with what people get wrong, and has
// words shown as text, whatever they are.
func TestASurveyOnItsPages(t *testing.T) {
	w := open(t)
	at, public := survey.Desk(w.v.ID), survey.Page(w.v.ID)
	w.walk([]step{
		{"before it is released", "", public, nil, 404, []string{"-停车棚"}},
		{"the desk says so", "secretary", at, nil, 200, []string{"待审核发布", "-上门登记"}},
		{"a letter before", "secretary", at + "/letters", url.Values{}, 409, nil},
		{"an empty form", "secretary", "/desk/surveys", url.Values{"question": {"测试问题"}}, 422, []string{"测试问题"}},
	})
	w.release()
	code, letters := w.send("secretary", at+"/letters", url.Values{})
	codes := regexp.MustCompile(`receipt-number">([A-Z2-9-]+)<`).FindAllStringSubmatch(letters, -1)
	if code != 200 || len(codes) != 3 || !strings.Contains(letters, "答复单") {
		t.Fatalf("letters: %d, %d codes", code, len(codes))
	}
	door := func(no, choice, words string) url.Values {
		return url.Values{"client": {id.New()}, "no": {no}, "choice": {choice}, "words": {words}, "after": {"0"}}
	}
	own := url.Values{"step": {"answer"}, "code": {codes[1][1]}, "client": {id.New()}, "choice": {"for"}, "seen": {"0"}}
	w.walk([]step{
		{"everybody reads it, as text", "", public, nil, 200, []string{"&lt;b&gt;", "-<b>加装", "不作出决定"}},
		{"a wrong code", "", public, url.Values{"code": {"ABCD"}}, 404, []string{"没有这个答复码", "-测试2号楼"}},
		{"the right one", "", public, url.Values{"code": {codes[1][1]}}, 200, []string{"测试2号楼"}},
		{"no choice", "", public, url.Values{"step": {"answer"}, "code": {codes[1][1]}, "client": {id.New()}, "seen": {"0"}, "words": {"测试附言"}}, 422, []string{"请选择一项", "测试附言"}},
		{"an answer", "", public, own, 200, []string{"已收到你家的答复", "同意"}},
		{"the same again", "", public, own, 200, []string{"已收到你家的答复"}},
		{"at the door of who has answered", "worker", at + "/round", door("2", "against", ""), 409, []string{"已在网上答复过"}},
		{"the round begins with the first", "worker", at + "/round", nil, 200, []string{"测试1号楼"}},
		{"with control characters", "worker", at + "/round", door("1", "for", "a\x00b"), 422, []string{"测试1号楼"}},
		{"noted", "worker", at + "/round", door("1", "for", "<script>测试</script>"), 303, nil},
		{"the next", "worker", at + "/round?last=1", nil, 200, []string{"测试3号楼", "刚登记"}},
		{"a paper of no household", "typist", at + "/paper", door("9", "for", ""), 404, []string{"没有这个户号", `value="9"`}},
		{"a paper of no number", "typist", at + "/paper", door("x", "for", ""), 404, nil},
		{"corrected with a stale page", "typist", at + "/households/1", url.Values{"client": {id.New()}, "channel": {"paper"}, "choice": {"none"}, "seen": {"0"}}, 409, nil},
		{"corrected", "typist", at + "/households/1", url.Values{"client": {id.New()}, "channel": {"paper"}, "choice": {"none"}, "seen": {"1"}}, 303, nil},
		{"the trace is the secretary's", "secretary", at + "/households/1", nil, 200, []string{"答复记录"}},
		{"and not the scrutineer's", "typist", at + "/households/1", nil, 200, []string{"-答复记录"}},
		{"nobody sees a part of a result", "secretary", at, nil, 200, []string{"2</strong>", "-合计"}},
		{"counted before its time", "secretary", at + "/close", url.Values{}, 409, nil},
		{"a stranger", "stranger", at, nil, 403, nil},
		{"a survey that there is not", "secretary", survey.Desk(id.New()), nil, 404, nil},
	})
	w.remarks(at)
	w.tries = false
	w.walk([]step{{"tries are limited", "", public, url.Values{"code": {codes[2][1]}}, 429, []string{"-测试3号楼"}}})
	w.now = w.now.Add(2 * time.Hour)
	w.walk([]step{
		{"after closing", "worker", at + "/round", door("3", "for", ""), 409, nil},
		{"counted", "secretary", at + "/close", url.Values{}, 303, nil},
		{"all of it for the desk", "secretary", at, nil, 200, []string{"合计"}},
		{"two households are not told apart in public", "", public, nil, 200, []string{"不到 5 户", "-合计"}},
	})
	w.tries = true
	w.publish(release.Draft{State: release.Withdrawn, Reason: "测试：问题写错了"})
	w.walk([]step{
		{"taken back, its words are gone", "", public, nil, 200, []string{"测试：问题写错了", "-停车棚"}},
		{"for households as well", "", public, url.Values{"code": {codes[2][1]}}, 200, []string{"测试：问题写错了", "-停车棚"}},
	})
}

// remarks settles the one remark there is.
func (w *street) remarks(at string) {
	w.t.Helper()
	code, page := w.send("secretary", at+"/remarks", nil)
	form := regexp.MustCompile(`action="([^"]+/remarks/[^"]+)"`).FindStringSubmatch(page)
	if code != 200 || form == nil || strings.Contains(page, "<script>测试") || !strings.Contains(page, "&lt;script&gt;测试") {
		w.t.Fatalf("remarks: %d", code)
	}
	w.walk([]step{
		{"not for a scrutineer", "typist", at + "/remarks", nil, 403, nil},
		{"with a telephone in it", "secretary", form[1], url.Values{"act": {"suggest"}, "words": {"测试：打 13800138000"}}, 422, []string{"13800138000"}},
		{"without words", "secretary", form[1], url.Values{"act": {"suggest"}}, 422, nil},
		{"made a suggestion", "secretary", form[1], url.Values{"act": {"suggest"}, "words": {"测试：留消防通道"}}, 303, nil},
		{"twice", "secretary", form[1], url.Values{"act": {"aside"}}, 409, nil},
		{"it says so", "secretary", at + "/remarks", nil, 200, []string{"已转为建议"}},
	})
}
