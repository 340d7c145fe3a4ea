// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestAReportFromItsBeginningToItsRating(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		desk := o.person("desk", identity.Dispatcher, o.East.Town, "")
		handler := o.person("handler", identity.Handler, o.East.Town, o.Works.ID)
		worker := o.person("worker", identity.GridWorker, o.East.Grid, "")
		number, code, id := o.reported()
		track := map[string]any{"number": number, "code": code}
		seen := o.nobody().post("/track", track).want(http.StatusOK)
		if seen.str("state") != "reported" || seen.str("id") != "" || seen.str("due") == "" {
			t.Fatalf("the reporter sees %s", seen.text)
		}
		if got := desk.get("/matters").list("matters"); len(got) != 1 || got[0]["number"] != number {
			t.Fatalf("the desk's list is %v", got)
		}
		for _, step := range []struct {
			who     caller
			action  string
			answers map[string]string
			state   string
		}{
			{desk, "register", nil, "registered"},
			{desk, "dispatch", map[string]string{"body": o.Works.ID}, "dispatched"},
			{handler, "sign", nil, "signed"},
			{desk, "remark", map[string]string{"note": "只给内部看的话"}, "signed"},
			{handler, "handle", map[string]string{"note": "已补上井盖"}, "handled"},
			{worker, "pass", nil, "checked"},
			{desk, "feed_back", map[string]string{"reply": "井盖已补上。"}, "fed_back"},
		} {
			if got := step.who.move(id, step.action, step.answers).want(http.StatusOK); got.str("state") != step.state {
				t.Fatalf("after %s it is %s", step.action, got.str("state"))
			}
		}
		seen = o.nobody().post("/track", track).want(http.StatusOK)
		if seen.str("reply") != "井盖已补上。" || strings.Contains(seen.text, "只给内部看的话") {
			t.Fatalf("the reporter sees %s", seen.text)
		}
		rate := maps.Clone(track)
		rate["revision"], rate["action"], rate["answers"] = seen.revision(), "rate", map[string]string{"rating": "5"}
		rated := o.nobody().post("/track/moves", rate).want(http.StatusOK)
		if rated.str("state") != "closed" || rated.body["rating"] != 5.0 || len(rated.list("moves")) != 0 {
			t.Errorf("rated: %s", rated.text)
		}
		o.nobody().post("/track/moves", rate).fails(http.StatusPreconditionFailed, "matter.stale")
		public := o.nobody().get("/public-matters").want(http.StatusOK)
		if len(public.list("matters")) != 1 || strings.Contains(public.text, "村口") || strings.Contains(public.text, number) {
			t.Errorf("the public sees %s", public.text)
		}
		desk.send(http.MethodDelete, "/sessions/current", "").want(http.StatusNoContent)
		desk.get("/matters").want(http.StatusUnauthorized)
	})
}

// together runs fn so many times at once and counts the statuses.
func together(n int, fn func(i int) reply) map[int]int {
	var wait sync.WaitGroup
	statuses := make([]int, n)
	for i := range n {
		wait.Go(func() { statuses[i] = fn(i).status })
	}
	wait.Wait()
	out := map[int]int{}
	for _, s := range statuses {
		out[s]++
	}
	return out
}

func TestTheSameKeyMakesOneMatter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		with := o.nobody().with("Idempotency-Key", "a8f0c1d2-key")
		replies := make([]reply, 3)
		got := together(3, func(i int) reply {
			replies[i] = with.post("/reports", o.manhole())
			return replies[i]
		})
		if got[http.StatusCreated] != 1 || got[http.StatusOK] != 2 {
			t.Errorf("statuses %v", got)
		}
		for _, r := range replies[1:] {
			if r.str("number") != replies[0].str("number") || r.str("code") != replies[0].str("code") {
				t.Errorf("one key, two answers: %s and %s", replies[0].text, r.text)
			}
		}
		if n, err := o.Count(t.Context(), realm); n != 1 || err != nil {
			t.Errorf("%d matters, %v", n, err)
		}
		other := with.post("/reports", but(o.manhole(), "text", "另一件事。")).fails(http.StatusConflict, "api.key_used")
		if strings.Contains(other.text, replies[0].str("code")) {
			t.Error("whoever guesses a key learns the code of another's matter")
		}
	})
}

func TestEightDispatchersRegisterAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		people := make([]caller, 8)
		for i := range people {
			people[i] = o.person(fmt.Sprint("desk", i), identity.Dispatcher, o.East.Town, "")
		}
		_, _, id := o.reported()
		got := together(len(people), func(i int) reply {
			return people[i].post("/matters/"+id+"/moves", map[string]any{"revision": 1, "action": "register"})
		})
		if got[http.StatusOK] != 1 || got[http.StatusPreconditionFailed] != 7 {
			t.Errorf("statuses %v, want one 200 and seven 412", got)
		}
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		desk := o.person("desk", identity.Dispatcher, o.East.Town, "")
		handler := o.person("handler", identity.Handler, o.East.Town, o.Works.ID)
		account, err := o.identity.SignIn(t.Context(), realm, "handler", password, identity.Client{IP: "192.0.2.9"})
		if err != nil {
			t.Fatal(err)
		}
		actor, err := o.identity.Session(t.Context(), realm, account.Token)
		if err != nil {
			t.Fatal(err)
		}
		o.grant(actor.Account, identity.GridWorker, o.East.Grid, "")
		number, code, id := o.reported()
		elsewhere := []caller{
			o.person("westdesk", identity.Dispatcher, o.West.Town, ""),
			o.person("westgrid", identity.GridWorker, o.West.Town, ""),
			o.person("otherbody", identity.Handler, o.East.Town, o.City.ID),
		}
		for _, c := range elsewhere {
			c.get("/matters/"+id).fails(http.StatusNotFound, "matter.missing")
			c.move(id, "register", nil).fails(http.StatusNotFound, "matter.missing")
			if got := c.get("/matters").want(http.StatusOK).list("matters"); len(got) != 0 {
				t.Errorf("somebody outside sees %v", got)
			}
		}
		auditor := o.person("auditor", identity.Auditor, o.East.Town, "")
		auditor.get("/matters/"+id).fails(http.StatusForbidden, "kit.not_yours")
		auditor.move(id, "register", nil).fails(http.StatusForbidden, "kit.not_yours")
		handler.move(id, "register", nil).want(http.StatusForbidden)
		desk.move(id, "register", nil).want(http.StatusOK)
		desk.move(id, "pass", nil).want(http.StatusConflict)
		desk.move(id, "dispatch", map[string]string{"body": "nobody"}).fails(http.StatusUnprocessableEntity, "matter.body_unknown")
		desk.move(id, "dispatch", map[string]string{"body": o.Works.ID}).want(http.StatusOK)
		handler.move(id, "sign", nil).want(http.StatusOK)
		handler.move(id, "handle", map[string]string{"note": "已补上井盖"}).want(http.StatusOK)
		handler.move(id, "pass", nil).fails(http.StatusForbidden, "matter.own_work_checked")
		reporter := o.nobody().post("/track/moves", map[string]any{"number": number, "code": code, "revision": 5, "action": "pass"})
		if reporter.status != http.StatusForbidden && reporter.status != http.StatusPreconditionFailed {
			t.Errorf("the reporter checks the work: %d", reporter.status)
		}
		offers := handler.get("/matters/" + id).list("moves")
		if i := slices.IndexFunc(offers, func(m map[string]any) bool { return m["action"] == "pass" }); i >= 0 && offers[i]["why"] == nil {
			t.Error("the handler is offered to check their own work")
		}
	})
}
