// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webpoll"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

// telephone is a voter's browser without JavaScript.
type telephone struct {
	t    *testing.T
	base string
}

func (p telephone) send(path string, form url.Values) (int, string) {
	p.t.Helper()
	res, err := http.PostForm(p.base+path, form)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if kept := res.Header.Get("Cache-Control"); kept != "no-store" {
		p.t.Errorf("%s may be kept: %q", path, kept)
	}
	return res.StatusCode, string(body)
}

// hidden reads a hidden field of a page.
func hidden(page, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return m[1]
}

// TestAVoterVotesWithALetterAlone goes through a voter's screens as a telephone
// without JavaScript does, and looks the ballot up after counting.
func TestAVoterVotesWithALetterAlone(t *testing.T) {
	now := time.Date(2026, 9, 20, 1, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	box, err := seal.NewBox([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	polls := &poll.Service{DB: dbtest.SQLite(t), Now: clock, Log: slog.New(slog.DiscardHandler), Box: box}
	chair := identity.Actor{Realm: "r", Account: "chair", Grants: []identity.Grant{{Realm: "r", Role: identity.Secretary, Lo: 0, Hi: 10}}}
	half := []tally.Bound{{Measure: tally.People, Of: tally.Entitled, Share: tally.Fraction{Num: 1, Den: 2}}}
	q, err := polls.Start(t.Context(), poll.Open{
		Realm: "r", Key: id.New(), Place: 5, Question: "测试：修缮停车棚", Secret: true, Channels: poll.Channels(), Closes: now.Add(time.Hour), By: chair,
		Voters: []poll.Voter{{Member: "a", Share: tally.Sum{People: 1}}, {Member: "b", Share: tally.Sum{People: 1}}},
		Rule:   tally.Rule{Code: "residents", From: "2026-01-01", Basis: "basis.residents_law", Quorum: half, Pass: half},
	})
	if err != nil {
		t.Fatal(err)
	}
	letters, err := polls.Issue(t.Context(), poll.Issue{Realm: "r", ID: q.ID, By: chair})
	if err != nil {
		t.Fatal(err)
	}
	kit, tries := webkittest.Kit(t, now), 0
	kit.Now = clock
	pages := &webpoll.Pages{
		Kit: kit, Polls: polls, Realm: "r", Zone: time.UTC, Client: func(*http.Request) string { return "c" },
		Allow: func(string) (time.Duration, bool) { tries++; return time.Minute, tries <= 8 },
	}
	ro := kit.Router()
	pages.Register(ro)
	server := httptest.NewServer(ro)
	defer server.Close()
	phone, at := telephone{t, server.URL}, "/votes/"+q.ID
	if code, page := phone.send(at, url.Values{"code": {"ABCD-EFGH-JKLM-NPQR"}}); code != http.StatusNotFound || strings.Contains(page, q.Question) {
		t.Errorf("a guess is answered %d", code)
	}
	code, page := phone.send(at, url.Values{"code": {poll.Spaced(strings.ToLower(letters[0].Secret))}})
	if code != http.StatusOK || !strings.Contains(page, q.Question) {
		t.Fatalf("the letter's code: %d", code)
	}
	form := url.Values{"step": {"choose"}, "code": {hidden(page, "code")}, "nonce": {hidden(page, "nonce")}}
	if code, _ := phone.send(at, form); code != http.StatusUnprocessableEntity {
		t.Errorf("no choice is answered %d", code)
	}
	form.Set("choice", "for")
	if _, page = phone.send(at, form); hidden(page, "step") != "cast" {
		t.Fatal("it is not asked whether that is meant")
	}
	form.Set("step", "cast")
	form.Set("mark", "桂花")
	code, page = phone.send(at, form)
	tracking := poll.Spaced(poll.TrackingCode(q.ID, form.Get("nonce"), "桂花"))
	if code != http.StatusOK || !strings.Contains(page, tracking) {
		t.Fatalf("casting: %d", code)
	}
	if code, page = phone.send(at, form); code != http.StatusOK || !strings.Contains(page, tracking) {
		t.Errorf("the same sent twice: %d", code)
	}
	if _, page = phone.send(at, url.Values{"code": {letters[0].Secret}}); hidden(page, "step") != "" {
		t.Error("who has voted is asked again")
	}
	if code, _ = phone.send(at+"/check", url.Values{"code": {tracking}}); code != http.StatusConflict {
		t.Errorf("before counting a ballot is looked up: %d", code)
	}
	now = now.Add(2 * time.Hour)
	if code, _ = phone.send(at, url.Values{"step": {"cast"}, "code": {letters[1].Secret}, "nonce": {id.Secret(20)}, "choice": {"for"}}); code != http.StatusOK {
		t.Errorf("after closing it is said so: %d", code)
	}
	if _, err := polls.Close(t.Context(), poll.Close{Realm: "r", ID: q.ID}); err != nil {
		t.Fatal(err)
	}
	if r, _ := polls.Result(t.Context(), "r", q.ID); r.Count.For.People != 1 {
		t.Errorf("a vote after closing counts: %+v", r.Count)
	}
	if code, page = phone.send(at+"/check", url.Values{"code": {tracking}}); code != http.StatusOK || !strings.Contains(page, "notice-done") {
		t.Errorf("the ballot is not found: %d", code)
	}
	if code, page = phone.send(at, url.Values{"step": {"list"}, "code": {letters[1].Secret}}); code != http.StatusOK || !strings.Contains(page, poll.Plain(tracking)) {
		t.Errorf("the list: %d", code)
	}
	for range 8 {
		code, _ = phone.send(at, url.Values{"code": {id.Secret(16)}})
	}
	if code != http.StatusTooManyRequests {
		t.Errorf("guessing goes on: %d", code)
	}
}
