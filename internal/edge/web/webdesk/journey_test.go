// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// phone is the contact of a reporter who does not exist.
const phone = "13800000000"

// cover is a type of matter without personal data, led by the urban office.
const cover = "010101"

func TestAMatterTravelsAcrossTheDesk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, d)
		id := k.report(matter.Report{Text: "桥头堆着垃圾，三天没人清。", Address: "桥头", Contact: matter.Contact{Name: "测试居民甲", Phone: phone}})
		dispatcher, handler, worker := k.as("dispatcher"), k.as("handler"), k.as("worker")

		first := dispatcher.get("/desk").listed()
		if len(first) != 1 || !strings.HasPrefix(first[0], "/desk/matters/"+id) {
			t.Fatalf("waits for the dispatcher: %v", first)
		}
		if p := handler.get("/desk/matters/" + id); p.status != http.StatusNotFound {
			t.Errorf("before it is dispatched the handler gets %d", p.status)
		}
		p := dispatcher.get(first[0])
		if got := p.moves(); got != "register refuse clarify ask_void merge remark" {
			t.Errorf("offered to the dispatcher: %s", got)
		}
		if len(p.listed()) != 1 {
			t.Error("the list is not beside the matter")
		}
		p = dispatcher.move(id, "register", url.Values{"category": {cover}, "area": {k.village.ID}})
		if !p.says("Taken on. Next, send it out to a body.") {
			t.Errorf("after registering: %s", p.words())
		}
		dispatcher.move(id, "dispatch", url.Values{"body": {k.urban.ID}, "note": {"请今天清走"}})

		if got := handler.get("/desk").listed(); len(got) != 1 {
			t.Fatalf("waits for the handler: %v", got)
		}
		handler.move(id, "sign", nil)
		p = handler.move(id, "handle", url.Values{"note": {"已清运两车"}})
		if got := p.moves(); got != "update remark" {
			t.Errorf("offered to the handler after handling: %s", got)
		}
		if p.says(phone) || p.says("测试居民甲") || p.form("/reveals", "") != nil {
			t.Error("the handler sees something of the contact")
		}

		if got := worker.get("/desk").listed(); len(got) != 1 {
			t.Fatalf("waits for the grid worker: %v", got)
		}
		p = worker.move(id, "pass", url.Values{"note": {"看过了，已干净"}})
		if p.says(phone) || p.form("/reveals", "") != nil {
			t.Error("the grid worker sees something of the contact")
		}
		p = dispatcher.move(id, "feed_back", url.Values{"reply": {"垃圾已经清走。"}})
		if !p.says("Answered") || !p.says("垃圾已经清走。") {
			t.Errorf("in the end: %s", p.words())
		}
		if got := dispatcher.get("/desk").listed(); len(got) != 0 {
			t.Errorf("still waits: %v", got)
		}
	})
}

func TestAGridWorkerOfAnotherTownFindsNothing(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	id := k.report(matter.Report{Text: "桥头堆着垃圾"})
	stranger := k.as("stranger")
	for _, path := range []string{"", "/point.json", "?from=matters"} {
		if p := stranger.get("/desk/matters/" + id + path); p.status != http.StatusNotFound || p.says("桥头") {
			t.Errorf("GET %s: %d", path, p.status)
		}
	}
	for _, path := range []string{"/moves"} {
		if p := stranger.post("/desk/matters/"+id+path, url.Values{"action": {"remark"}, "note": {"x"}, "revision": {"1"}, "reason": {"x"}}); p.status != http.StatusNotFound {
			t.Errorf("POST %s: %d", path, p.status)
		}
	}
	if got := len(stranger.get("/desk/matters").listed()) + len(stranger.get("/desk/search?q=垃圾").listed()) + len(stranger.get("/desk").listed()); got != 0 {
		t.Errorf("lists %d matters of another town", got)
	}
}

func TestWhoHandledDoesNotCheck(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	both := k.person("both")
	k.grant(both.ID, k.people["handler"])
	k.grant(both.ID, identity.Grant{Role: identity.GridWorker, Area: k.village.ID})
	id := k.dispatched()
	b := k.as("both")
	b.move(id, "sign", nil)
	p := b.move(id, "handle", url.Values{"note": {"已清运"}})
	if got := p.moves(); got != "update remark" {
		t.Errorf("offered: %s", got)
	}
	if !p.says("Whoever did the work may not check it.") {
		t.Errorf("does not say why: %s", p.words())
	}
	revision := value(p.form("/moves", "remark"), "revision")
	if p := b.post("/desk/matters/"+id+"/moves", url.Values{"action": {"pass"}, "revision": {revision}}); p.status != http.StatusForbidden {
		t.Errorf("sent all the same: %d", p.status)
	}
}

// dispatched is a matter that was given to the urban office.
func (k *desk) dispatched() string {
	k.t.Helper()
	id := k.report(matter.Report{Text: "桥头堆着垃圾", Contact: matter.Contact{Phone: phone}})
	b := k.as("dispatcher")
	b.move(id, "register", url.Values{"category": {cover}})
	b.move(id, "dispatch", url.Values{"body": {k.urban.ID}})
	return id
}
