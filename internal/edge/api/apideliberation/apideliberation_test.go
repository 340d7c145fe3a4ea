// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apideliberation_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/edge/api/apideliberation"
	"pavilion/internal/edge/api/apikit"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

const realm = "r"

// hall is the API over a real realm.
type hall struct {
	t       *testing.T
	now     time.Time
	root    org.Area
	bodies  *assembly.Service
	polls   *poll.Service
	surveys *survey.Service
	people  *identity.Service
	tokens  map[string]string
	actors  map[string]identity.Actor
	site    http.Handler
	tries   bool
}

func open(t *testing.T) *hall {
	t.Helper()
	h := &hall{t: t, now: time.Date(2026, 9, 20, 1, 0, 0, 0, time.UTC), tokens: map[string]string{}, actors: map[string]identity.Actor{}, tries: true}
	clock, log, d := func() time.Time { return h.now }, slog.New(slog.DiscardHandler), dbtest.SQLite(t)
	box, err := seal.NewBox([]byte(strings.Repeat("k", 32)))
	h.sound(err)
	texts, err := text.Load(catalogue.FS())
	h.sound(err)
	places := org.New(d, clock, log)
	h.root, err = places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"})
	h.sound(err)
	law, table, err := assembly.Load(catalogue.FS())
	h.sound(err)
	editions := &edition.Service{DB: d, Now: clock, Checks: map[string]edition.Check{}}
	h.bodies = assembly.New(assembly.Service{DB: d, Now: clock, Log: log, Zone: time.UTC, Org: places, Box: box, Editions: editions, Law: law, Table: table})
	h.polls = &poll.Service{DB: d, Now: clock, Log: log, Box: box, Bodies: h.bodies}
	h.surveys = &survey.Service{
		DB: d, Now: clock, Log: log, Zone: time.UTC, Org: places, Box: box, Bodies: h.bodies,
		Releases: &release.Service{DB: d, Now: clock, Publishers: map[string]release.Publisher{}},
	}
	h.people = identity.New(d, clock, log)
	h.sound(h.people.MakeFactorsOptional(t.Context(), realm))
	k := apikit.New(apikit.Means{
		Identity: h.people, Texts: texts, Log: log, Now: clock, Realm: realm, Client: func(*http.Request) string { return "c" },
		Reports: func(string) bool { return true }, Codes: func(string) bool { return true },
		Accounts: func(string) (time.Duration, bool) { return 0, true },
	})
	apideliberation.Add(k, apideliberation.Deps{
		Bodies: h.bodies, Polls: h.polls, Surveys: h.surveys, Org: places, Tries: func(string) bool { return h.tries },
	})
	k.Complete()
	h.site = k
	h.person("secretary", identity.Secretary)
	h.person("scrutineer", identity.Scrutineer)
	h.person("dispatcher", identity.Dispatcher)
	return h
}

func (h *hall) sound(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// person is somebody with a role in the whole realm, signed in.
func (h *hall) person(login string, role identity.Role) {
	h.t.Helper()
	ctx, system := h.t.Context(), identity.System(realm)
	account, err := h.people.CreateAccount(ctx, identity.NewAccount{Realm: realm, Login: login, Name: "测试人员", Language: "en", Password: "a long passphrase", By: system})
	h.sound(err)
	_, err = h.people.Grant(ctx, identity.Grant{Realm: realm, Account: account.ID, Role: role, Area: h.root.ID, Lo: h.root.Lo, Hi: h.root.Hi}, system)
	h.sound(err)
	entry, err := h.people.SignIn(ctx, realm, login, "a long passphrase", identity.Client{IP: "127.0.0.1"})
	h.sound(err)
	h.tokens[login] = entry.Token
	h.actors[login], err = h.people.Session(ctx, realm, entry.Token)
	h.sound(err)
}

// step is somebody calling an operation: what is answered, and what stands in it.
type step struct {
	says, who, call, body string
	code                  int
	has                   []string
}

func (h *hall) walk(steps []step) {
	h.t.Helper()
	for _, s := range steps {
		code, answer := h.do(s)
		if code != s.code {
			h.t.Errorf("%s: %s answers %d, want %d: %s", s.says, s.call, code, s.code, answer)
		}
		for _, part := range s.has {
			if not, found := strings.CutPrefix(part, "-"); found && strings.Contains(answer, not) {
				h.t.Errorf("%s: %s answers %s", s.says, s.call, answer)
			} else if !found && !strings.Contains(answer, part) {
				h.t.Errorf("%s: %s does not answer %s but %s", s.says, s.call, part, answer)
			}
		}
	}
}

func (h *hall) do(s step) (int, string) {
	method, path, _ := strings.Cut(s.call, " ")
	r := httptest.NewRequest(method, apikit.Prefix+path, strings.NewReader(s.body))
	if s.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if s.who != "" {
		r.Header.Set("Authorization", "Bearer "+h.tokens[s.who])
	}
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// id is the id in an answer.
func (h *hall) id(s step) string {
	h.t.Helper()
	code, answer := h.do(s)
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(answer), &made); err != nil || code != s.code {
		h.t.Fatalf("%s answers %d: %s", s.call, code, answer)
	}
	return made.ID
}

// TestAVoteThroughPrograms founds a body, freezes a roster, votes, counts and reads the
// result, as the programs of a town do.
func TestAVoteThroughPrograms(t *testing.T) {
	h := open(t)
	body := h.id(step{call: "POST /assemblies", who: "secretary", code: 201, body: fmt.Sprintf(`{"kind": "residents", "name": "测试居民会议", "area": %q}`, h.root.ID)})
	var members []string
	for i := range 3 {
		m, err := h.bodies.Join(t.Context(), assembly.Join{
			Realm: realm, Assembly: body, Name: fmt.Sprintf("测试居民%d", i), Voting: true, Since: "2026-01-01", By: h.actors["secretary"],
		})
		h.sound(err)
		members = append(members, m.ID)
	}
	frozen := fmt.Sprintf(`{"title": "测试表决", "subject": "community_public", "day": "2026-09-20", "aside": [{"member": %q, "conflict": "contractor"}]}`, members[2])
	roster := h.id(step{call: "POST /assemblies/" + body + "/rosters", who: "secretary", code: 201, body: frozen})
	h.walk([]step{
		{"everybody reads who decides what", "", "GET /decisions", "", 200, []string{`"community_public"`, `"rules":["resident_reps@`, `"residents@`}},
		{"the bodies", "secretary", "GET /assemblies", "", 200, []string{body, `"members":3`}},
		{"one of them, without names", "scrutineer", "GET /assemblies/" + body, "", 200, []string{`"voting":3`, "-测试居民1"}},
		{"not for a dispatcher", "dispatcher", "GET /assemblies/" + body, "", 403, nil},
		{"founded by a scrutineer", "scrutineer", "POST /assemblies", `{"kind": "residents", "name": "测试", "area": "x"}`, 403, nil},
		{"in no area", "secretary", "POST /assemblies", `{"kind": "residents", "name": "测试", "area": "x"}`, 422, []string{"area"}},
		{"the wrong body", "secretary", "POST /assemblies/" + body + "/rosters", strings.Replace(frozen, "community_public", "estate_rules", 1), 409, nil},
		{"the roster, without names", "scrutineer", "GET /rosters/" + roster, "", 200, []string{`"entitled":3`, `"casting":2`, members[2], "-测试居民1"}},
	})
	h.ballots(body)
}

// ballots has a secret vote of the body taken and counted.
func (h *hall) ballots(body string) {
	h.t.Helper()
	q, err := h.polls.Call(h.t.Context(), poll.Call{
		Open: poll.Open{
			Realm: realm, Key: id.New(), Question: "测试：修缮停车棚", Secret: true, Channels: poll.Channels(), Closes: h.now.Add(time.Hour), By: h.actors["secretary"],
		},
		Freeze: assembly.Freeze{Realm: realm, Assembly: body, Subject: "community_public", Day: "2026-09-20", By: h.actors["secretary"]},
	})
	h.sound(err)
	letters, err := h.polls.Issue(h.t.Context(), poll.Issue{Realm: realm, ID: q.ID, By: h.actors["secretary"]})
	h.sound(err)
	at := "/polls/" + q.ID
	ballot := func(i int, choice string) string {
		return fmt.Sprintf(`{"credential": %q, "choice": %q, "nonce": "ABCDEFGHABCDEFG%d", "mark": "桂花"}`, letters[i].Secret, choice, i)
	}
	h.walk([]step{
		{"no credential", "", "POST " + at + "/ballots", `{"credential": "ABCD", "choice": "for", "nonce": "ABCDEFGHABCDEFGH"}`, 404, nil},
		{"a choice that there is not", "", "POST " + at + "/ballots", ballot(0, "o1"), 422, nil},
		{"a ballot", "", "POST " + at + "/ballots", ballot(0, "for"), 200, []string{poll.TrackingCode(q.ID, "ABCDEFGHABCDEFG0", "桂花")}},
		{"the same again", "", "POST " + at + "/ballots", ballot(0, "for"), 200, []string{poll.TrackingCode(q.ID, "ABCDEFGHABCDEFG0", "桂花")}},
		{"nobody sees a part of a result", "", "POST " + at + "/results", fmt.Sprintf(`{"credential": %q}`, letters[0].Secret), 409, nil},
		{"how many have voted", "scrutineer", "GET " + at, "", 200, []string{`"voted":1`, `"online":1`, "-result"}},
		{"not for a dispatcher", "dispatcher", "GET " + at, "", 403, nil},
		{"counted before its time", "secretary", "POST " + at + "/count", "", 409, nil},
		{"the second", "", "POST " + at + "/ballots", ballot(1, "for"), 200, nil},
		{"the third", "", "POST " + at + "/ballots", ballot(2, "against"), 200, nil},
		{"counted by a scrutineer", "scrutineer", "POST " + at + "/count", "", 403, nil},
		{"counted", "secretary", "POST " + at + "/count", "", 200, []string{`"outcome":"passed"`, `"for":{"people":2`}},
		{"again it answers the same", "secretary", "POST " + at + "/count", "", 200, []string{`"outcome":"passed"`}},
		{"everybody with a letter reads result and list", "", "POST " + at + "/results", fmt.Sprintf(`{"credential": %q}`, letters[2].Secret), 200,
			[]string{`"choice":"against"`, poll.TrackingCode(q.ID, "ABCDEFGHABCDEFG2", "桂花"), "-" + letters[0].Secret}},
	})
	h.tries = false
	h.walk([]step{{"tries are limited", "", "POST " + at + "/ballots", ballot(0, "for"), 429, nil}})
	h.tries = true
}

// TestASurveyThroughPrograms answers by code and from a program at the door, corrects
// and counts.
func TestASurveyThroughPrograms(t *testing.T) {
	h := open(t)
	v, err := h.surveys.Start(t.Context(), survey.Open{
		Realm: realm, Key: id.New(), Area: h.root.ID, Question: "测试：是否加装停车棚", Channels: survey.Channels(), Closes: h.now.Add(time.Hour), By: h.actors["secretary"],
		Households: []survey.Household{{Label: "测试1号楼"}, {Label: "测试2号楼"}},
	})
	h.sound(err)
	at := "/surveys/" + v.ID
	h.walk([]step{{"before it is released", "", "GET " + at, "", 404, nil}})
	h.sound(h.surveys.DB.InTx(t.Context(), func(tx *db.Tx) error {
		return h.surveys.Publish(t.Context(), tx, release.Draft{
			Realm: realm, Subject: "survey/" + v.ID, State: release.Released, Releaser: "second", Words: []release.Part{{Name: "question", Text: v.Question}},
		})
	}))
	_, letters, err := h.surveys.Issue(t.Context(), survey.Issue{Realm: realm, ID: v.ID, By: h.actors["secretary"]})
	h.sound(err)
	code := func(choice, key string, seen int) string {
		return fmt.Sprintf(`{"code": %q, "choice": %q, "key": %q, "seen": %d}`, letters[0].Code, choice, key, seen)
	}
	first, second := id.New(), id.New()
	paper := fmt.Sprintf(`{"channel": "paper", "choice": "none", "key": %q}`, id.New())
	h.walk([]step{
		{"everybody reads it", "", "GET " + at, "", 200, []string{"是否加装停车棚", `"asked":2`, `"state":"running"`, "-result"}},
		{"a code that there is not", "", "POST " + at + "/answers", strings.Replace(code("for", first, 0), letters[0].Code, "ABCD", 1), 404, nil},
		{"no key", "", "POST " + at + "/answers", code("for", "x", 0), 422, nil},
		{"answered", "", "POST " + at + "/answers", code("for", first, 0), 200, []string{`"answers":1`}},
		{"the same again", "", "POST " + at + "/answers", code("for", first, 0), 200, []string{`"answers":1`}},
		{"answered twice", "", "POST " + at + "/answers", code("against", second, 0), 409, nil},
		{"corrected", "", "POST " + at + "/answers", code("against", second, 1), 200, []string{`"answers":2`}},
		{"corrected as it was before", "", "POST " + at + "/answers", code("for", id.New(), 1), 412, nil},
		{"by a dispatcher", "dispatcher", "POST " + at + "/households/2/answers", paper, 403, nil},
		{"of a household that there is not", "scrutineer", "POST " + at + "/households/3/answers", paper, 404, nil},
		{"counted before its time", "secretary", "POST " + at + "/count", "", 409, nil},
		{"a paper", "scrutineer", "POST " + at + "/households/2/answers", paper, 200, nil},
		{"how many have answered", "scrutineer", "GET " + at + "/progress", "", 200, []string{`"answered":2`, `"online":1`, `"paper":1`, "-against"}},
		{"counted by a scrutineer", "scrutineer", "POST " + at + "/count", "", 403, nil},
		{"counted", "secretary", "POST " + at + "/count", "", 200, []string{`"against":1`, `"none":1`}},
		{"two households are not told apart in public", "", "GET " + at, "", 200, []string{`"answered":2`, `"held_back":true`, "-against"}},
		{"after closing", "", "POST " + at + "/answers", code("for", id.New(), 2), 409, nil},
	})
}
