// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestAPromiseThroughTheAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		desk := o.person("desk", identity.Dispatcher, o.East.Town, "")
		promise := map[string]any{"title": "棋牌室投入使用", "wording": "2024年第一季度", "area": o.East.Town.ID, "body": o.Works.ID}
		made := desk.with("Idempotency-Key", "k1").post("/commitments", promise).want(http.StatusCreated)
		again := desk.with("Idempotency-Key", "k1").post("/commitments", promise).want(http.StatusCreated)
		if made.str("id") != again.str("id") || made.str("due") != "2024-03-31" {
			t.Errorf("sent again it is another: %s, %s", made.text, again.text)
		}
		desk.post("/commitments", but(promise, "wording", "尽快")).fails(http.StatusUnprocessableEntity, "commitment.day_unclear")
		o.nobody().post("/commitments", promise).want(http.StatusUnauthorized)
		o.person("west", identity.Dispatcher, o.West.Town, "").post("/commitments", but(promise, "wording", "2024 Q1")).want(http.StatusForbidden)
		if list := o.nobody().get("/commitments").want(http.StatusOK).list("commitments"); len(list) != 0 {
			t.Errorf("before the release there are %d in public", len(list))
		}
		head := o.person("head", identity.ShiftHead, o.East.Town, "")
		for _, w := range head.get("/releases").want(http.StatusOK).list("releases") {
			head.post("/releases/"+w["id"].(string)+"/decisions", map[string]any{"revision": 1, "act": "release"}).want(http.StatusOK)
		}
		if list := o.nobody().get("/commitments").want(http.StatusOK).list("commitments"); len(list) != 1 {
			t.Errorf("in public there are %d", len(list))
		}
		change := map[string]any{"revision": 1, "act": "fulfilled", "reason": "已开放"}
		desk.post("/commitments/"+made.str("id")+"/changes", change).want(http.StatusOK)
		desk.post("/commitments/"+made.str("id")+"/changes", change).want(http.StatusConflict)
	})
}

func TestATaskOfTheGridsThroughTheAPI(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	root, _ := o.Org.Root(realm)
	dept, desk := o.person("dept", identity.Handler, root, o.Works.ID), o.person("desk", identity.Dispatcher, root, "")
	asked := map[string]any{"body": o.Works.ID, "area": root.ID, "types": []string{"020103"}, "answers": map[string]string{
		"title": "查看井盖", "nature": "look", "basis": "《测试条例》第三条", "content": "看井盖是否完好", "frequency": "weekly", "minutes": "10",
		"data": "无", "training": "维护所", "funding": "维护所",
	}}
	made := dept.with("Idempotency-Key", "k1").post("/admissions", asked).want(http.StatusCreated)
	if again := dept.with("Idempotency-Key", "k1").post("/admissions", asked).want(http.StatusCreated); again.str("id") != made.str("id") {
		t.Error("sent again it makes a second application")
	}
	path := "/admissions/" + made.str("id")
	dept.post(path+"/moves", map[string]any{"revision": 1, "action": "check", "answers": map[string]string{"note": "自己审"}}).want(http.StatusForbidden)
	after := desk.post(path+"/moves", map[string]any{"revision": 1, "action": "check", "answers": map[string]string{"note": "依据成立"}}).want(http.StatusOK)
	if after.str("state") != "checked" || len(after.list("moves")) == 0 {
		t.Errorf("after the check: %s", after.text)
	}
	desk.post(path+"/moves", map[string]any{"revision": 1, "action": "check"}).want(http.StatusPreconditionFailed)
	asked["answers"].(map[string]string)["nature"] = "penalty"
	if got := dept.post("/admissions", asked).fails(http.StatusUnprocessableEntity, "admission.powers_stay"); got.fields() != "nature" {
		t.Errorf("at fault: %s", got.fields())
	}
	if list := o.nobody().get("/admissions").want(http.StatusOK).list("tasks"); len(list) != 0 {
		t.Errorf("%d tasks are listed before any is approved", len(list))
	}
	desk.get(path).want(http.StatusOK)
	o.nobody().get(path).want(http.StatusUnauthorized)
}

// table sends a file as it is.
func (c caller) table(file, text string) reply {
	query := url.Values{"source": {"热线"}, "file": {file}}
	return c.with("Content-Type", "application/octet-stream").send(http.MethodPost, "/imports?"+query.Encode(), text)
}

func TestATableThroughTheAPI(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	root, _ := o.Org.Root(realm)
	desk := o.person("desk", identity.Dispatcher, root, "")
	const good = "编号,内容,地点\nA1,村口路灯不亮,东镇一村\nA2,井盖松动,东镇一村\n"
	desk.table("a.csv", good).want(http.StatusNotFound)
	if _, err := o.intake.AddSource(t.Context(), intake.NewSource{Realm: realm, Name: "热线", Origin: "hotline", By: identity.System(realm)}); err != nil {
		t.Fatal(err)
	}
	run := func(r reply) reply {
		t.Helper()
		if _, err := o.intake.Finish(t.Context(), realm, r.want(http.StatusAccepted).str("id"), nil); err != nil {
			t.Fatal(err)
		}
		return desk.get("/imports/" + r.str("id")).want(http.StatusOK)
	}
	bad := run(desk.table("bad.csv", "编号,内容,地点\nA1,,东镇一村\n"))
	if bad.str("state") != "faulty" || len(bad.list("problems")) != 1 || bad.list("problems")[0]["line"] != 2.0 {
		t.Fatalf("the bad one: %s", bad.text)
	}
	desk.post("/imports/"+bad.str("id")+"/start", map[string]int{"revision": bad.revision()}).want(http.StatusConflict)
	checked := run(desk.table("a.csv", good))
	if checked.str("state") != "checked" {
		t.Fatalf("the good one: %s", checked.text)
	}
	desk.post("/imports/"+checked.str("id")+"/start", map[string]int{"revision": checked.revision()}).want(http.StatusOK)
	if _, err := o.intake.Finish(t.Context(), realm, checked.str("id"), nil); err != nil {
		t.Fatal(err)
	}
	if done := desk.get("/imports/" + checked.str("id")); done.str("state") != "done" || done.body["made"] != 2.0 {
		t.Errorf("in the end: %s", done.text)
	}
	o.person("worker", identity.GridWorker, root, "").get("/imports/"+checked.str("id")).fails(http.StatusForbidden, "kit.not_yours")
	o.person("westdesk", identity.Dispatcher, o.West.Town, "").get("/imports/" + checked.str("id")).want(http.StatusNotFound)
	o.nobody().table("a.csv", good).want(http.StatusUnauthorized)
}

func TestRulesThroughTheAPI(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	desk := o.person("desk", identity.Dispatcher, o.East.Town, "")
	if kinds := desk.get("/rules").want(http.StatusOK).text; !strings.Contains(kinds, "matter.types") || !strings.Contains(kinds, "indicators") {
		t.Errorf("the rules are %s", kinds)
	}
	types := desk.get("/rules/matter.types").want(http.StatusOK)
	if types.body["number"] != 1.0 || types.body["text"] == nil {
		t.Errorf("the catalogue is %.200s", types.text)
	}
	desk.get("/rules/matter.types?number=7").want(http.StatusNotFound)
	desk.get("/rules/none").want(http.StatusNotFound)
	o.nobody().get("/rules").want(http.StatusUnauthorized)
	why := desk.get("/routing?code=020103&area=" + o.East.Grid.ID).want(http.StatusOK)
	if why.str("body") != o.Works.ID || why.body["by_kind"] != true {
		t.Errorf("a cover in the east goes to %s", why.text)
	}
	desk.get("/routing?code=999999&area=" + o.East.Grid.ID).want(http.StatusNotFound)
	desk.get("/routing?code=020103&area=nowhere").want(http.StatusNotFound)
}

func TestPhotosAndTheSealedContactThroughTheAPI(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	c := o.nobody()
	c.post("/reports", but(o.manhole(), "photos", [][]byte{[]byte("no picture")})).want(http.StatusUnprocessableEntity)
	report := but(o.manhole(), "photos", [][]byte{photo.Bytes()})
	report["contact"] = map[string]string{"name": "测试人", "phone": phone}
	made := c.post("/reports", report).want(http.StatusCreated)
	d, err := o.FollowedNumber(t.Context(), realm, made.str("number"))
	if err != nil || d.History[0].Photos != 1 {
		t.Fatalf("%d photos came with it, %v", d.History[0].Photos, err)
	}
	desk := o.person("desk", identity.Dispatcher, o.East.Town, "")
	second := o.person("second", identity.ShiftHead, o.East.Town, "")
	path := "/matters/" + d.ID + "/reveals"
	ask := map[string]any{"purpose": "clarify", "words": "核实地点"}
	for _, words := range []string{"", "打" + phone} {
		desk.post(path, map[string]any{"purpose": "clarify", "words": words}).want(http.StatusUnprocessableEntity)
	}
	o.person("worker", identity.GridWorker, o.East.Town, "").post(path, ask).want(http.StatusForbidden)
	asked := desk.post(path, ask).want(http.StatusOK)
	one := "/reveals/" + asked.str("id")
	desk.post(one+"/decision", map[string]any{"revision": 1, "approve": true}).want(http.StatusForbidden)
	if got := second.get("/reveals?waiting=true").want(http.StatusOK).list("reveals"); len(got) != 1 {
		t.Errorf("%d wait for the shift head", len(got))
	}
	second.post(one+"/decision", map[string]any{"revision": 1, "approve": true}).want(http.StatusOK)
	second.post(one+"/decision", map[string]any{"revision": 1, "approve": true}).want(http.StatusPreconditionFailed)
	opened := desk.raw(one+"/openings", ``)
	if opened.Code != http.StatusOK || !strings.Contains(opened.Body.String(), phone) {
		t.Errorf("the desk gets %d %s", opened.Code, opened.Body)
	}
	if got := second.raw(one+"/openings", ``); got.Code != http.StatusForbidden || strings.Contains(got.Body.String(), phone) {
		t.Errorf("who agreed gets %d", got.Code)
	}
	number := map[string]any{"number": made.str("number"), "code": made.str("code")}
	if seen := c.post("/track/messages", number).want(http.StatusOK).list("openings"); len(seen) != 1 {
		t.Errorf("the reporter is told of %d openings", len(seen))
	}
	desk.post(one+"/end", map[string]any{"revision": 2}).want(http.StatusOK)
	if got := desk.raw(one+"/openings", ``); got.Code != http.StatusConflict {
		t.Errorf("closed, it answers %d", got.Code)
	}
	talk := "/matters/" + d.ID + "/messages"
	number["text"] = "在吗"
	c.post("/track/answers", number).want(http.StatusConflict)
	desk.post(talk, map[string]any{"text": "请问在哪个路口？"}).want(http.StatusOK)
	number["text"] = "东口，电话" + phone
	c.post("/track/answers", number).want(http.StatusUnprocessableEntity)
	number["traces"] = "remove"
	c.post("/track/answers", number).want(http.StatusOK)
	if got := desk.get(talk).want(http.StatusOK); len(got.list("messages")) != 2 || strings.Contains(got.text, phone) {
		t.Errorf("the desk reads %s", got.text)
	}
	call := desk.post("/matters/"+d.ID+"/calls", map[string]any{"question": "几点方便？"}).want(http.StatusOK)
	second.post("/calls/"+call.str("id")+"/outcome", map[string]any{"revision": 1, "state": "answered", "outcome": "下午"}).want(http.StatusOK)
	if got := desk.get("/matters/" + d.ID + "/calls").want(http.StatusOK).list("calls"); len(got) != 1 {
		t.Errorf("%d calls", len(got))
	}
	if views := desk.get("/views").want(http.StatusOK).list("views"); len(views) != 0 {
		t.Errorf("%d views that nobody saved", len(views))
	}
}

// raw posts a body and looks at nothing.
func (c caller) raw(path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, api.Prefix+path, strings.NewReader(body))
	r.Header = c.headers.Clone()
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	c.o.server.ServeHTTP(w, r)
	return w
}

func TestWordsForThePublicThroughTheAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		_, _, id := o.reported()
		writer, second := o.person("writer", identity.Dispatcher, o.East.Town, ""), o.person("second", identity.ShiftHead, o.East.Town, "")
		o.person("west", identity.Dispatcher, o.West.Town, "").post("/matters/"+id+"/public", map[string]any{"text": "x"}).want(http.StatusNotFound)
		made := writer.post("/matters/"+id+"/public", map[string]any{"text": "请找13800000000"}).want(http.StatusCreated)
		draft := "/releases/" + made.str("id")
		if made.str("state") != "drafted" || made.list("words")[0]["proposal"] != "请找[mobile number]" {
			t.Fatalf("%s", made.text)
		}
		release := map[string]any{"revision": 1, "act": "release"}
		second.post(draft+"/decisions", release).fails(http.StatusConflict, "release.not_waiting")
		writer.post(draft+"/words", map[string]any{"revision": 1, "words": map[string]string{"public_text": "电话010-00000000"}}).want(http.StatusOK)
		release["revision"] = 2
		writer.post(draft+"/decisions", release).fails(http.StatusForbidden, "release.own")
		second.post(draft+"/decisions", release).fails(http.StatusUnprocessableEntity, "release.reason_required")
		o.nobody().get(draft).want(http.StatusUnauthorized)
		o.person("far", identity.Dispatcher, o.West.Town, "").get(draft).want(http.StatusNotFound)
		if list := second.get("/releases").want(http.StatusOK).list("releases"); len(list) != 1 || list[0]["may_release"] != true || list[0]["needs_reason"] != true {
			t.Errorf("what waits: %v", list)
		}
		out := second.post(draft+"/decisions", but(release, "reason", "受理大厅的公开电话")).want(http.StatusOK)
		if out.str("state") != "released" {
			t.Errorf("%s", out.text)
		}
		second.post(draft+"/decisions", release).want(http.StatusPreconditionFailed)
	})
}
