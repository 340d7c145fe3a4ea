// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpoll_test

import (
	"context"
	"fmt"
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
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/edge/web/webpoll"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

// hall is the pages over a body of residents; one of them has an account.
type hall struct {
	t       *testing.T
	now     time.Time
	polls   *poll.Service
	body    assembly.Assembly
	members []assembly.Member
	people  map[string]identity.Actor
	site    http.Handler
}

func newHall(t *testing.T, members int) *hall {
	t.Helper()
	h := &hall{t: t, now: time.Date(2026, 9, 20, 1, 0, 0, 0, time.UTC)}
	clock, log, d := func() time.Time { return h.now }, slog.New(slog.DiscardHandler), dbtest.SQLite(t)
	box, err := seal.NewBox([]byte(strings.Repeat("k", 32)))
	h.sound(err)
	places := org.New(d, clock, log)
	root, err := places.CreateRealm(t.Context(), org.NewRealm{ID: "r", Name: "测试区", By: "test"})
	h.sound(err)
	law, table, err := assembly.Load(catalogue.FS())
	h.sound(err)
	editions := &edition.Service{DB: d, Now: clock, Checks: map[string]edition.Check{}}
	bodies := assembly.New(assembly.Service{DB: d, Now: clock, Log: log, Zone: time.UTC, Org: places, Box: box, Editions: editions, Law: law, Table: table})
	editions.Checks[assembly.Edition] = bodies.Check
	actor := func(account string, roles ...identity.Role) identity.Actor {
		a := identity.Actor{Realm: "r", Account: account, Name: "测试人员"}
		for _, role := range roles {
			a.Grants = append(a.Grants, identity.Grant{Realm: "r", Role: role, Lo: root.Lo, Hi: root.Hi})
		}
		return a
	}
	h.people = map[string]identity.Actor{
		"chair": actor("chair", identity.Secretary), "first": actor("first", identity.Scrutineer), "second": actor("second", identity.Scrutineer),
		"resident": actor("resident", identity.Handler), "stranger": actor("stranger", identity.Handler),
	}
	h.polls = &poll.Service{DB: d, Now: clock, Log: log, Box: box, Bodies: bodies}
	h.body, err = bodies.Found(t.Context(), assembly.Found{Realm: "r", Kind: assembly.Residents, Name: "测试居民会议", Area: root.ID, By: h.people["chair"]})
	h.sound(err)
	for i := range members {
		c := assembly.Join{Realm: "r", Assembly: h.body.ID, Name: fmt.Sprintf("测试居民%d", i+1), Voting: true, Since: "2026-01-01", By: h.people["chair"]}
		if i == 0 {
			c.Account = "resident"
		}
		m, err := bodies.Join(t.Context(), c)
		h.sound(err)
		h.members = append(h.members, m)
	}
	kit := webkittest.Kit(t, h.now)
	kit.Now = clock
	kit.Session = func(_ context.Context, token string) (identity.Actor, error) { return h.people[token], nil }
	ro := kit.Router()
	(&webpoll.Pages{
		Kit: kit, Polls: h.polls, Bodies: bodies, Realm: "r", Zone: time.UTC, Client: func(*http.Request) string { return "c" },
		Counts: func(*http.Request) (map[string]int, error) { return nil, nil },
		Allow:  func(string) (time.Duration, bool) { return 0, true },
	}).Register(ro)
	h.site = ro
	return h
}

func (h *hall) sound(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// call opens a vote of the body.
func (h *hall) call(secret bool, channels ...poll.Channel) poll.Poll {
	h.t.Helper()
	p, err := h.polls.Call(h.t.Context(), poll.Call{
		Open: poll.Open{
			Realm: "r", Key: id.New(), Question: "测试：修缮停车棚", Secret: secret, Channels: channels, Closes: h.now.Add(time.Hour), By: h.people["chair"],
		},
		Freeze: assembly.Freeze{Realm: "r", Assembly: h.body.ID, Subject: "community_public", Day: "2026-09-20", By: h.people["chair"]},
	})
	h.sound(err)
	return p
}

// step is somebody sending a form, or asking for a page: what is answered, and words
// that have to stand there, or with a dash before them must not.
type step struct {
	says  string
	who   string
	path  string
	form  url.Values // nil for asking
	code  int
	words []string
}

func (h *hall) walk(steps []step) {
	h.t.Helper()
	for _, s := range steps {
		code, page := h.do(s)
		if code != s.code {
			h.t.Errorf("%s: %s answers %d, want %d: %s", s.says, s.path, code, s.code, webkitErrors(page))
		}
		for _, w := range s.words {
			if not, found := strings.CutPrefix(w, "-"); found && strings.Contains(page, not) {
				h.t.Errorf("%s: %s says %q", s.says, s.path, not)
			} else if !found && !strings.Contains(page, w) {
				h.t.Errorf("%s: %s does not say %q", s.says, s.path, w)
			}
		}
	}
}

func (h *hall) do(s step) (int, string) {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodGet, s.path, nil)
	if s.form != nil {
		r = httptest.NewRequest(http.MethodPost, s.path, strings.NewReader(s.form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if s.who != "" {
		cookies := httptest.NewRecorder()
		webkit.SetSession(cookies, r, s.who)
		r.AddCookie(cookies.Result().Cookies()[0])
	}
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// webkitErrors are the sentences of a page's errors.
func webkitErrors(page string) string {
	return strings.Join(regexp.MustCompile(`class="error"[^>]*>.*?</p>`).FindAllString(page, -1), " ")
}

// TestTheChairCallsTheRoll has the chair call a vote by name, one member vote signed
// in, one bring a paper, and two scrutineers count it.
func TestTheChairCallsTheRoll(t *testing.T) {
	h := newHall(t, 4)
	q := h.call(false, poll.Channels()...)
	at := "/desk/votes/" + q.ID
	m := func(i int) string { return h.members[i].ID }
	vote := func(i int, choice string) url.Values { return url.Values{"member": {m(i)}, "choice": {choice}} }
	h.walk([]step{
		{"the list has it", "chair", "/desk/votes", nil, 200, []string{"测试：修缮停车棚"}},
		{"the roll names everybody", "chair", at + "/roll", nil, 200, []string{"1 测试居民1", "4 测试居民4", "发纸质选票"}},
		{"a stranger sees none", "stranger", at + "/roll", nil, 403, nil},
		{"who has an account finds the vote", "resident", "/desk/votes/mine", nil, 200, []string{"测试：修缮停车棚"}},
		{"and who has none on the roster does not", "stranger", "/desk/votes/mine", nil, 200, []string{"-测试：修缮停车棚"}},
		{"nor guesses it", "stranger", "/desk/ballots/" + q.ID, nil, 404, nil},
		{"a ballot without a choice", "resident", "/desk/ballots/" + q.ID, url.Values{"member": {m(0)}}, 422, []string{"请选择一项"}},
		{"for somebody else", "resident", "/desk/ballots/" + q.ID, vote(1, "for"), 404, nil},
		{"signed in", "resident", "/desk/ballots/" + q.ID, vote(0, "for"), 303, nil},
		{"the same again", "resident", "/desk/ballots/" + q.ID, vote(0, "for"), 303, nil},
		{"another one", "resident", "/desk/ballots/" + q.ID, vote(0, "against"), 409, []string{"不能改票"}},
		{"it shows what was voted", "resident", "/desk/ballots/" + q.ID, nil, 200, []string{"赞成", "-name=\"choice\""}},
		{"called in the room after it was cast online", "chair", at + "/roll", vote(0, "against"), 409, []string{"已经在网上投过"}},
		{"called", "chair", at + "/roll", vote(1, "for"), 303, nil},
		{"called by a scrutineer", "first", at + "/roll", vote(2, "for"), 403, nil},
		{"a choice that there is not", "chair", at + "/roll", vote(2, "o9"), 422, nil},
		{"a paper by no code", "first", at + "/roll", url.Values{"give": {"paper"}, "code": {""}}, 422, nil},
		{"a paper", "first", at + "/roll", url.Values{"give": {"paper"}, "member": {m(2)}}, 303, nil},
		{"counted while somebody may still vote", "first", at + "/count", url.Values{"vote-" + m(2): {"for"}}, 409, nil},
		{"closed before its time", "chair", at + "/close", url.Values{}, 409, nil},
		{"the last is called", "chair", at + "/roll", vote(3, "for"), 303, nil},
		{"the roll says how they came", "first", at + "/roll", nil, 200, []string{"网上", "会场", "纸"}},
		{"papers to print", "first", at + "/papers", nil, 200, []string{"□ 赞成"}},
		{"the sheet asks paper by paper", "first", at + "/count", nil, 200, []string{"3 测试居民3", "vote-" + m(2)}},
		{"a number that is none", "first", at + "/count", url.Values{"unused": {"x"}}, 422, nil},
		{"a paper that was not given out", "first", at + "/count", url.Values{"vote-" + m(3): {"for"}}, 422, nil},
		{"the first counts", "first", at + "/count", url.Values{"vote-" + m(2): {"against"}}, 303, nil},
		{"the second differs", "second", at + "/count", url.Values{"vote-" + m(2): {"for"}}, 303, nil},
		{"it is said", "chair", at, nil, 200, []string{"不一致"}},
		{"and counts again", "second", at + "/count", url.Values{"vote-" + m(2): {"against"}}, 303, nil},
		{"closed by a scrutineer", "first", at + "/close", url.Values{}, 403, nil},
		{"closed", "chair", at + "/close", url.Values{}, 303, nil},
		{"the result", "chair", at, nil, 200, []string{"通过"}},
		{"the resident reads it", "resident", "/desk/ballots/" + q.ID, nil, 200, []string{"通过"}},
		{"who has no post sees a 404", "chair", "/desk/votes/" + id.New(), nil, 404, nil},
	})
	r, err := h.polls.Result(t.Context(), "r", q.ID)
	if err != nil || r.Count.For.People != 3 || r.Count.Against.People != 1 || r.By[poll.Online] != 1 || r.By[poll.Paper] != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestLettersAndPapersOfASecretVote has no account lead to a ballot, letters shown
// once, and sheets of numbers.
func TestLettersAndPapersOfASecretVote(t *testing.T) {
	h := newHall(t, 3)
	q := h.call(true, poll.Channels()...)
	at := "/desk/votes/" + q.ID
	h.walk([]step{
		{"no account leads to a secret ballot", "resident", "/desk/votes/mine", nil, 200, []string{"-测试：修缮停车棚"}},
		{"not even by its address", "resident", "/desk/ballots/" + q.ID, nil, 404, nil},
		{"a scrutineer makes no letters", "first", at + "/letters", url.Values{}, 403, nil},
	})
	code, page := h.do(step{who: "chair", path: at + "/letters", form: url.Values{}})
	codes := regexp.MustCompile(`receipt-number">([A-Z2-9-]+)<`).FindAllStringSubmatch(page, -1)
	if code != 200 || len(codes) != 3 || !strings.Contains(page, "测试居民2") {
		t.Fatalf("letters: %d, %d codes", code, len(codes))
	}
	for _, c := range codes {
		if strings.Contains(page, "code="+c[1]) {
			t.Error("a credential is in an address")
		}
	}
	secret := poll.Plain(codes[1][1])
	h.walk([]step{
		{"all have theirs", "chair", at + "/letters", url.Values{}, 409, []string{"没有需要制作的投票码"}},
		{"another for one", "chair", at + "/letters", url.Values{"member": {h.members[0].ID}}, 200, []string{"测试居民1", "-测试居民2"}},
		{"the one before it ends", "first", at + "/roll", url.Values{"give": {"room"}, "code": {codes[0][1]}}, 404, nil},
		{"a paper for a letter", "first", at + "/roll", url.Values{"give": {"room"}, "code": {codes[1][1]}}, 303, nil},
		{"twice is once", "first", at + "/roll", url.Values{"give": {"room"}, "code": {codes[1][1]}}, 303, nil},
		{"no choice is called in a secret vote", "chair", at + "/roll", url.Values{"member": {h.members[2].ID}, "choice": {"for"}}, 409, nil},
		{"counted before closing", "first", at + "/count", url.Values{"for": {"1"}}, 409, nil},
		{"giving up asks for a reason", "chair", at + "/drop", url.Values{}, 422, nil},
		{"its form", "chair", at + "/drop", nil, 200, nil},
	})
	if _, err := h.polls.Cast(t.Context(), poll.Cast{Realm: "r", ID: q.ID, Secret: secret, Choice: poll.For, Nonce: id.Secret(20)}); err == nil {
		t.Error("a letter that was changed for a paper votes online")
	}
	h.now = h.now.Add(2 * time.Hour)
	h.walk([]step{
		{"more papers than were given", "first", at + "/count", url.Values{"for": {"2"}}, 422, nil},
		{"the first counts", "first", at + "/count", url.Values{"for": {"1"}, "unused": {"2"}}, 303, nil},
		{"the second counts", "second", at + "/count", url.Values{"for": {"1"}, "unused": {"2"}}, 303, nil},
		{"after closing", "chair", at + "/close", url.Values{}, 303, nil},
		{"the result", "chair", at, nil, 200, []string{"-测试居民2"}},
		{"is not given up any more", "chair", at + "/drop", url.Values{"reason": {"测试"}}, 409, nil},
	})
}

// TestALongRollIsCalledInPages has every voter of a long roll stand on one of its pages,
// and whoever calls one stay on theirs.
func TestALongRollIsCalledInPages(t *testing.T) {
	const voters = 201
	h := newHall(t, 0)
	c := poll.Open{
		Realm: "r", Key: id.New(), Place: h.body.Place, Roster: id.New(), Question: "测试：修缮停车棚", Channels: []poll.Channel{poll.Room}, Closes: h.now.Add(time.Hour),
		By: h.people["chair"], Rule: tally.Rule{Code: "residents", From: "2026-01-01", Basis: "basis.residents_law"},
	}
	c.Rule.Quorum = []tally.Bound{{Measure: tally.People, Of: tally.Entitled, Share: tally.Fraction{Num: 1, Den: 2}}}
	c.Rule.Pass = c.Rule.Quorum
	for i := range voters {
		c.Voters = append(c.Voters, poll.Voter{Member: fmt.Sprintf("m%05d", i), Share: tally.Sum{People: 1}})
	}
	q, err := h.polls.Start(t.Context(), c)
	h.sound(err)
	at := "/desk/votes/" + q.ID + "/roll"
	h.walk([]step{
		{"the first page", "chair", at, nil, 200, []string{">m00000<", ">m00199<", "->m00200<", "?after=m00199"}},
		{"the second", "chair", at + "?after=m00199", nil, 200, []string{">m00200<", "->m00199<", "-rel=\"next\""}},
	})
	r := httptest.NewRequest(http.MethodPost, at, strings.NewReader(url.Values{"member": {"m00200"}, "choice": {"for"}, "after": {"m00199"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	cookies, w := httptest.NewRecorder(), httptest.NewRecorder()
	webkit.SetSession(cookies, r, "chair")
	r.AddCookie(cookies.Result().Cookies()[0])
	h.site.ServeHTTP(w, r)
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || !strings.HasPrefix(to, at+"?after=m00199") {
		t.Errorf("after a call: %d, %s", w.Code, to)
	}
}
