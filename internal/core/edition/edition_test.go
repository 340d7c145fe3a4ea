// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package edition_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const (
	realm = "r"
	kind  = "sample.rules"
)

var who = identity.Actor{Realm: realm, Account: "编者甲", Grants: []identity.Grant{{Role: identity.Administrator, Hi: 1000}}}

// rules are what the sample's editions hold: a number that must not be negative.
type rules struct {
	N int `json:"n"`
}

type desk struct {
	*edition.Service
	now time.Time
}

func open(d *db.DB) *desk {
	k := &desk{now: time.Date(2026, 9, 21, 9, 0, 0, 0, time.UTC)}
	k.Service = &edition.Service{DB: d, Now: func() time.Time { return k.now }, Whole: func(string) (lo, hi int64) { return 0, 1000 }, Checks: map[string]edition.Check{
		"sample": func(_ context.Context, _ string, body []byte) []edition.Problem {
			var r rules
			if json.Unmarshal(body, &r) != nil || r.N < 0 {
				return []edition.Problem{{Path: "n", Key: "sample.negative"}, {Path: "n", Key: "sample.odd", Params: map[string]string{"n": "1"}}}
			}
			return nil
		},
	}}
	return k
}

func (k *desk) save(t *testing.T, body string, revision int) edition.Edition {
	t.Helper()
	e, err := k.Save(t.Context(), edition.Save{Realm: realm, Kind: kind, Body: json.RawMessage(body), Basis: "第 1 号决定", Revision: revision, By: who})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (k *desk) publish(t *testing.T, revision int, from time.Time) (edition.Edition, error) {
	t.Helper()
	return k.Publish(t.Context(), edition.Publish{Realm: realm, Kind: kind, Revision: revision, From: from, By: who})
}

func TestFromDraftToSuperseded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(d)
		if _, err := k.At(t.Context(), realm, kind, k.now); fault.KindOf(err) != fault.Missing {
			t.Fatalf("before the first edition: %v", err)
		}
		draft := k.save(t, `{"n":1}`, 0)
		if _, there, err := k.Draft(t.Context(), realm, kind); !there || err != nil {
			t.Fatalf("the draft is there: %v, %v", there, err)
		}
		first, err := k.publish(t, draft.Revision, time.Time{})
		if err != nil || first.Number != 1 {
			t.Fatalf("first edition %+v, %v", first, err)
		}
		if _, there, _ := k.Draft(t.Context(), realm, kind); there {
			t.Error("what is published is a draft still")
		}
		draft = k.save(t, `{"n":2}`, 0)
		draft = k.save(t, `{"n":3}`, draft.Revision)
		later := k.now.Add(48 * time.Hour)
		if _, err := k.publish(t, draft.Revision, later); err != nil {
			t.Fatal(err)
		}
		k.save(t, `{"n":4}`, 0)
		want := func(states ...edition.State) {
			t.Helper()
			list, err := k.List(t.Context(), realm, kind)
			if err != nil || len(list) != len(states) {
				t.Fatalf("%d editions, %v", len(list), err)
			}
			for i, e := range list {
				if e.State != states[i] {
					t.Errorf("edition %d is %s, want %s", e.Number, e.State, states[i])
				}
			}
		}
		want(edition.Draft, edition.Coming, edition.InForce)
		k.now = later
		want(edition.Draft, edition.InForce, edition.Superseded)
		for at, n := range map[time.Time]string{later: `{"n":3}`, later.Add(-time.Second): `{"n":1}`} {
			if e, err := k.At(t.Context(), realm, kind, at); err != nil || string(e.Body) != n {
				t.Errorf("at %v %s is in force, %v; want %s", at, e.Body, err, n)
			}
		}
	})
}

func TestWhatIsNotPublished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(d)
		draft := k.save(t, `{"n":1}`, 0)
		later := k.now.Add(time.Hour)
		if _, err := k.publish(t, draft.Revision, later); err != nil {
			t.Fatal(err)
		}
		draft = k.save(t, `{"n":-1}`, 0)
		_, err := k.publish(t, draft.Revision, k.now.Add(-time.Hour))
		f, _ := fault.As(err)
		if f == nil || f.Kind != fault.Invalid || len(f.More) != 2 {
			t.Fatalf("faulty rules from yesterday: %v", err)
		}
		draft = k.save(t, `{"n":1}`, draft.Revision)
		for name, tt := range map[string]struct {
			revision int
			from     time.Time
			key      string
		}{
			"a draft that was changed":         {draft.Revision - 1, time.Time{}, "edition.stale"},
			"what would begin before the last": {draft.Revision, k.now, "edition.from_before_last"},
			"what would have begun already":    {draft.Revision, k.now.Add(-time.Second), "edition.from_past"},
		} {
			if _, err := k.publish(t, tt.revision, tt.from); !is(err, tt.key) {
				t.Errorf("%s: %v, want %s", name, err, tt.key)
			}
		}
		if _, err := k.Save(t.Context(), edition.Save{Realm: realm, Kind: kind, Body: json.RawMessage(`{`), Revision: draft.Revision, By: who}); !is(err, "edition.not_json") {
			t.Errorf("what is not JSON: %v", err)
		}
		if _, err := k.Save(t.Context(), edition.Save{Realm: realm, Kind: kind, Body: json.RawMessage(`{}`), By: who}); !is(err, "edition.stale") {
			t.Errorf("a second draft: %v", err)
		}
		if err := k.Discard(t.Context(), edition.Discard{Realm: realm, Kind: kind, Revision: draft.Revision, By: who}); err != nil {
			t.Fatal(err)
		}
		if _, err := k.publish(t, draft.Revision, later); fault.KindOf(err) != fault.Missing {
			t.Errorf("a draft that was given up: %v", err)
		}
	})
}

func is(err error, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Key == key
}

func TestTwoPublishAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(d)
		draft := k.save(t, `{"n":1}`, 0)
		errs := make([]error, 6)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, errs[i] = k.publish(t, draft.Revision, time.Time{}) })
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			switch {
			case err == nil:
				done++
			case fault.KindOf(err) != fault.Stale && fault.KindOf(err) != fault.Missing:
				t.Error(err)
			}
		}
		list, err := k.List(t.Context(), realm, kind)
		if done != 1 || len(list) != 1 || err != nil {
			t.Errorf("%d published, %d editions, %v", done, len(list), err)
		}
	})
}

func TestSeedNeverReplacesWhatPeoplePublished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(d)
		seed := func(body string) {
			t.Helper()
			k.now = k.now.Add(time.Minute)
			if err := k.Seed(t.Context(), realm, kind, []byte(body), "basis"); err != nil {
				t.Fatal(err)
			}
		}
		count := func(want int, body string) {
			t.Helper()
			e, err := k.At(t.Context(), realm, kind, k.now)
			if err != nil || e.Number != want || !bytes.Equal(e.Body, []byte(body)) {
				t.Errorf("edition %d %s, %v; want %d %s", e.Number, e.Body, err, want, body)
			}
		}
		seed(`{"n": 1}`)
		seed(`{ "n":1 }`)
		count(1, `{"n":1}`)
		if _, err := k.At(t.Context(), realm, kind, k.now.AddDate(-5, 0, 0)); err != nil {
			t.Errorf("the first edition is not in force for what came before: %v", err)
		}
		seed(`{"n": 2}`)
		count(2, `{"n":2}`)
		if _, err := k.publish(t, k.save(t, `{"n":9}`, 0).Revision, time.Time{}); err != nil {
			t.Fatal(err)
		}
		seed(`{"n": 3}`)
		count(3, `{"n":9}`)
	})
}

func TestAReaderFollowsAnotherProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(d)
		reads := 0
		r := edition.NewReader(k.Service, kind, func(body []byte) (rules, error) {
			reads++
			var got rules
			if err := json.Unmarshal(body, &got); err != nil {
				return got, err
			}
			if got.N == 13 {
				return got, errors.New("thirteen")
			}
			return got, nil
		})
		if _, _, err := r.At(t.Context(), realm, k.now); fault.KindOf(err) != fault.Missing {
			t.Fatalf("before the first edition: %v", err)
		}
		publish := func(body string) {
			t.Helper()
			if _, err := k.publish(t, k.save(t, body, 0).Revision, time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		publish(`{"n":1}`)
		k.now = k.now.Add(2 * time.Second)
		for range 3 {
			if got, n, err := r.At(t.Context(), realm, k.now); err != nil || got.N != 1 || n != 1 {
				t.Fatalf("%+v of edition %d, %v", got, n, err)
			}
		}
		publish(`{"n":2}`)
		before := k.now.Add(-time.Second)
		k.now = k.now.Add(2 * time.Second)
		if got, n, err := r.At(t.Context(), realm, k.now); err != nil || got.N != 2 || n != 2 {
			t.Errorf("%+v of edition %d, %v", got, n, err)
		}
		if got, n, err := r.At(t.Context(), realm, before); err != nil || got.N != 1 || n != 1 {
			t.Errorf("before it, %+v of edition %d, %v", got, n, err)
		}
		if got, err := r.Version(t.Context(), realm, 1); err != nil || got.N != 1 || reads != 2 {
			t.Errorf("the first: %+v, %v, read %d times", got, err, reads)
		}
		if _, err := r.Version(t.Context(), realm, 7); fault.KindOf(err) != fault.Missing {
			t.Errorf("a seventh: %v", err)
		}
		publish(`{"n":13}`)
		k.now = k.now.Add(2 * time.Second)
		if _, _, err := r.At(t.Context(), realm, k.now); err == nil {
			t.Error("rules that cannot be read were read")
		}
	})
}

func TestRulesOfTheRealmAreForThoseOfTheWholeRealm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(d)
		draft := k.save(t, `{"n": 1}`, 0)
		post := func(of string, g identity.Grant) identity.Actor {
			return identity.Actor{Realm: of, Account: "编者乙", Grants: []identity.Grant{g}}
		}
		for name, by := range map[string]identity.Actor{
			"nobody":                              {Realm: realm},
			"an administrator of a part":          post(realm, identity.Grant{Role: identity.Administrator, Hi: 999}),
			"one whose post has ended":            post(realm, identity.Grant{Role: identity.Administrator, Hi: 1000, Until: k.now}),
			"one of another realm":                post("other", identity.Grant{Role: identity.Administrator, Hi: 1000}),
			"who dispatches in the whole realm":   post(realm, identity.Grant{Role: identity.Dispatcher, Hi: 1000}),
			"who grants posts in the whole realm": post(realm, identity.Grant{Role: identity.Security, Hi: 1000}),
		} {
			_, saved := k.Save(t.Context(), edition.Save{Realm: realm, Kind: kind, Body: json.RawMessage(`{"n": 2}`), Basis: "自己定的", Revision: draft.Revision, By: by})
			_, published := k.Publish(t.Context(), edition.Publish{Realm: realm, Kind: kind, Revision: draft.Revision, By: by})
			discarded := k.Discard(t.Context(), edition.Discard{Realm: realm, Kind: kind, Revision: draft.Revision, By: by})
			for deed, err := range map[string]error{"drafts": saved, "publishes": published, "discards": discarded} {
				if !is(err, "edition.not_yours") {
					t.Errorf("%s %s: %v", name, deed, err)
				}
			}
		}
		if now, there, err := k.Draft(t.Context(), realm, kind); err != nil || !there || now.Revision != draft.Revision {
			t.Errorf("the draft is %+v, %v", now, err)
		}
	})
}
