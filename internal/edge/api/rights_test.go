// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// told reports a matter whose reporter left a telephone number.
func (o *office) told() (number, code, id string) {
	o.t.Helper()
	report := but(o.manhole(), "contact", map[string]string{"name": "测试甲", "phone": phone})
	got := o.nobody().post("/reports", report).want(http.StatusCreated)
	d, err := o.FollowedNumber(o.t.Context(), realm, got.str("number"))
	if err != nil {
		o.t.Fatal(err)
	}
	return got.str("number"), got.str("code"), d.ID
}

func TestAReporterSeesAndWithdrawsTheirData(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		number, code, _ := o.told()
		key := map[string]string{"number": number, "code": code}
		if got := o.nobody().post("/track/data", key).want(http.StatusOK); !strings.Contains(got.text, phone) {
			t.Errorf("the reporter is not told their own number: %s", got.text)
		}
		with := func(name string, v any) map[string]any {
			return map[string]any{"number": number, "code": code, name: v}
		}
		again := o.nobody().with("Idempotency-Key", id.New())
		for range 2 {
			got := again.post("/track/requests", with("wish", "withdraw")).want(http.StatusCreated)
			if strings.Contains(got.text, phone) {
				t.Errorf("the contact is still held: %s", got.text)
			}
		}
		got := o.nobody().post("/track/data", key).want(http.StatusOK)
		if n := len(got.list("requests")); n != 1 || strings.Contains(got.text, phone) {
			t.Errorf("%d requests, want 1: %s", n, got.text)
		}
		other, otherCode, _ := o.told()
		again.post("/track/requests", map[string]any{"number": other, "code": otherCode, "wish": "withdraw"}).fails(http.StatusConflict, "api.key_used")
	})
}

func TestWhatIsWrongWithARequestAboutData(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	number, code, _ := o.told()
	o.nobody().post("/track/data", map[string]string{"number": number, "code": "000000"}).want(http.StatusNotFound)
	o.nobody().post("/track/requests", map[string]any{"number": number, "code": "000000", "wish": "copy"}).want(http.StatusNotFound)
	o.nobody().post("/track/requests", map[string]any{"number": number, "code": code, "wish": "sell"}).want(http.StatusUnprocessableEntity)
	o.nobody().with("Idempotency-Key", "1").post("/track/requests", map[string]any{"number": number, "code": code, "wish": "copy"}).fails(http.StatusUnprocessableEntity, "rights.no_key")
	// Sent raw: the sentence on telephone numbers has one as its example.
	for _, wrong := range []string{"138****0000", strings.Repeat("1", 5000), "<b>1</b>"} {
		body := `{"number": "` + number + `", "code": "` + code + `", "wish": "correct", "answers": {"contact_phone": "` + wrong + `"}}`
		if got := o.nobody().raw("/track/requests", body); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%.20s: answers %d", wrong, got.Code)
		}
	}
	o.codes = false
	o.nobody().post("/track/data", map[string]string{"number": number, "code": code}).fails(http.StatusTooManyRequests, "matter.too_many_codes")
}

// TestADeletionThroughTheAPI has a reporter ask, a dispatcher propose and a shift head
// carry out; neither of them alone can, nor somebody of another place.
func TestADeletionThroughTheAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		desk := o.person("desk", identity.Dispatcher, o.East.Town, "")
		head := o.person("head", identity.ShiftHead, o.East.Town, "")
		west := o.person("west", identity.ShiftHead, o.West.Town, "")
		grid := o.person("grid", identity.GridWorker, o.East.Town, "")
		number, code, about := o.told()
		key := map[string]string{"number": number, "code": code}
		asked := o.nobody().post("/track/requests", map[string]any{"number": number, "code": code, "wish": "delete"}).want(http.StatusCreated)
		one, _ := asked.body["request"].(map[string]any)["id"].(string)
		path := "/rights/" + one
		west.get(path).fails(http.StatusNotFound, "rights.missing")
		grid.get("/rights").fails(http.StatusForbidden, "kit.not_yours")
		grid.get(path).fails(http.StatusNotFound, "rights.missing")
		if got := desk.get("/rights").want(http.StatusOK).list("requests"); len(got) != 1 {
			t.Fatalf("%d wait at the desk", len(got))
		}
		if got := west.get("/rights").want(http.StatusOK).list("requests"); len(got) != 0 {
			t.Errorf("the other town has %d", len(got))
		}
		move := func(c caller, action string) reply {
			revision := desk.get(path).want(http.StatusOK).revision()
			return c.post(path+"/moves", map[string]any{"revision": revision, "action": action, "answers": map[string]string{"sure": "yes"}})
		}
		desk.post(path+"/moves", map[string]any{"revision": 99, "action": "acknowledge"}).want(http.StatusPreconditionFailed)
		west.post(path+"/moves", map[string]any{"revision": 1, "action": "acknowledge"}).fails(http.StatusNotFound, "rights.missing")
		move(desk, "acknowledge").want(http.StatusOK)
		move(desk, "propose").want(http.StatusOK)
		move(desk, "carry_out").want(http.StatusForbidden)
		move(head, "carry_out").fails(http.StatusConflict, "retention.open")
		desk.move(about, "refuse", map[string]string{"reason": "测试：不属于本平台"}).want(http.StatusOK)
		move(head, "carry_out").want(http.StatusOK)
		if got := o.nobody().post("/track/data", key).want(http.StatusOK); strings.Contains(got.text, phone) || strings.Contains(got.text, "井盖") {
			t.Errorf("still held: %s", got.text)
		}
		day := o.Now().Format(time.DateOnly)
		if got := head.get("/retention/report?from=" + day + "&to=" + day).want(http.StatusOK); got.body["items"] == 0.0 || got.body["wrong"] != 0.0 {
			t.Errorf("the report says %s", got.text)
		}
	})
}

func TestHoldsAndTheScheduleThroughTheAPI(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	head := o.person("head", identity.ShiftHead, o.East.Town, "")
	second := o.person("second", identity.ShiftHead, o.East.Town, "")
	west := o.person("west", identity.ShiftHead, o.West.Town, "")
	desk := o.person("desk", identity.Dispatcher, o.East.Town, "")
	grid := o.person("grid", identity.GridWorker, o.East.Town, "")
	if rows := desk.get("/retention").want(http.StatusOK).list("rows"); len(rows) < 10 {
		t.Errorf("%d rows", len(rows))
	}
	grid.get("/retention").fails(http.StatusForbidden, "kit.not_yours")
	grid.get("/retention/report?from=2026-01-01&to=2026-01-02").fails(http.StatusForbidden, "kit.not_yours")
	desk.get("/retention/report?from=2026-01-01").want(http.StatusUnprocessableEntity)
	desk.get("/retention/report?from=2026-02-01&to=2026-01-01").fails(http.StatusUnprocessableEntity, "form.not_a_date")
	desk.get("/retention/holds").fails(http.StatusForbidden, "kit.not_yours")

	until := o.Now().Add(48 * time.Hour)
	place := map[string]any{"area": o.East.Town.ID, "reason": "测试：诉讼保全", "until": until}
	desk.post("/retention/holds", place).fails(http.StatusForbidden, "kit.not_yours")
	west.post("/retention/holds", place).fails(http.StatusForbidden, "retention.hold_not_yours")
	head.post("/retention/holds", map[string]any{"area": "nowhere", "reason": "a", "until": o.Now().AddDate(9, 0, 0)}).want(http.StatusUnprocessableEntity)
	head.post("/retention/holds", map[string]any{"number": "1", "reason": "测试：诉讼保全", "until": until}).fails(http.StatusUnprocessableEntity, "rights.number_unknown")
	head.post("/retention/holds", map[string]any{"area": o.East.Town.ID, "reason": "电话 " + phone, "until": until}).want(http.StatusUnprocessableEntity)
	number, _, _ := o.reported()
	head.post("/retention/holds", map[string]any{"number": number, "reason": "测试：诉讼保全", "until": until}).want(http.StatusCreated)
	hold := "/retention/holds/" + head.post("/retention/holds", place).want(http.StatusCreated).str("id")
	west.post(hold, map[string]any{"revision": 1, "reason": "测试：已经结案"}).fails(http.StatusForbidden, "retention.hold_not_yours")
	head.post(hold, map[string]any{"revision": 1, "reason": "测试：已经结案"}).want(http.StatusOK)
	head.post(hold, map[string]any{"revision": 2}).fails(http.StatusForbidden, "retention.lift_another")
	second.post(hold, map[string]any{"revision": 1}).want(http.StatusPreconditionFailed)
	if got := second.post(hold, map[string]any{"revision": 2}).want(http.StatusOK); got.body["live"] != false {
		t.Errorf("it is not lifted: %s", got.text)
	}
	if n := len(head.get("/retention/holds").want(http.StatusOK).list("holds")); n != 2 {
		t.Errorf("%d holds", n)
	}
}

// TestNoProgramReachesWhatIsHeld has a program's token with every scope try.
func TestNoProgramReachesWhatIsHeld(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.person("head", identity.ShiftHead, o.East.Town, "")
	entry, err := o.identity.SignIn(t.Context(), realm, "head", password, identity.Client{IP: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	by, err := o.identity.Session(t.Context(), realm, entry.Token)
	if err != nil {
		t.Fatal(err)
	}
	secret, _, err := o.identity.CreateToken(t.Context(), identity.NewToken{Name: "测试系统", Scopes: identity.Scopes(), Until: o.Now().Add(time.Hour), By: by})
	if err != nil {
		t.Fatal(err)
	}
	program := o.nobody().with("Authorization", "Bearer "+secret)
	program.get("/retention").want(http.StatusOK)
	for _, path := range []string{"/rights", "/rights/1", "/account/data", "/retention/holds"} {
		program.get(path).fails(http.StatusForbidden, "api.scope")
	}
	for _, path := range []string{"/rights", "/account/requests", "/retention/holds"} {
		program.post(path, map[string]any{"wish": "copy"}).fails(http.StatusForbidden, "api.scope")
	}
}

func TestOnesOwnAccountThroughTheAPI(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	grid := o.person("grid", identity.GridWorker, o.East.Town, "")
	grid.get("/account/data").want(http.StatusOK)
	asked := grid.post("/account/requests", map[string]any{"wish": "delete"}).want(http.StatusCreated)
	one, _ := asked.body["request"].(map[string]any)["id"].(string)
	grid.get("/rights/" + one).want(http.StatusOK)
	other := o.person("other", identity.GridWorker, o.East.Town, "")
	other.get("/rights/"+one).fails(http.StatusNotFound, "rights.missing")
	grid.post("/account/requests", map[string]any{"wish": "correct"}).want(http.StatusUnprocessableEntity)
	o.nobody().get("/account/data").want(http.StatusUnauthorized)
}

// TestAPhotoBecomesPublicThroughTheAPI has one person hide a part of a photo and
// another, who has been sent both, release it.
func TestAPhotoBecomesPublicThroughTheAPI(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 640, 480)), nil); err != nil {
		t.Fatal(err)
	}
	made := o.nobody().post("/reports", but(o.manhole(), "photos", [][]byte{photo.Bytes()})).want(http.StatusCreated)
	d, err := o.FollowedNumber(t.Context(), realm, made.str("number"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := o.Files.List(t.Context(), realm, matter.PhotosOf(d.ID, 1))
	if err != nil || len(list) != 1 {
		t.Fatalf("%d photos, %v", len(list), err)
	}
	desk := o.person("desk", identity.Dispatcher, o.East.Town, "")
	head := o.person("head", identity.ShiftHead, o.East.Town, "")
	path := "/matters/" + d.ID + "/photos/1/" + list[0].ID + "/public"
	box := map[string]any{"left": 100, "top": 100, "width": 200, "height": 200}
	good := map[string]any{"boxes": []any{box}, "caption": "缺失的井盖"}
	for says, c := range map[string]caller{
		"another town": o.person("west", identity.Dispatcher, o.West.Town, ""), "a grid worker": o.person("grid", identity.GridWorker, o.East.Town, ""),
		"an auditor": o.person("audit", identity.Auditor, o.East.Town, ""),
	} {
		if got := c.get(path); got.status != http.StatusForbidden && got.status != http.StatusNotFound {
			t.Errorf("%s sees the photo: %d", says, got.status)
		}
		if got := c.post(path, good); got.status != http.StatusForbidden && got.status != http.StatusNotFound {
			t.Errorf("%s prepares the photo: %d", says, got.status)
		}
	}
	outside := map[string]any{"left": 900, "top": 0, "width": 200, "height": 10}
	desk.post(path, map[string]any{"boxes": []any{outside}, "caption": "缺失的井盖"}).fails(http.StatusUnprocessableEntity, "picture.outside")
	desk.post(path, map[string]any{"caption": "缺失的井盖"}).fails(http.StatusUnprocessableEntity, "picture.no_boxes")
	desk.post(path, map[string]any{"boxes": []any{box}, "caption": ""}).want(http.StatusUnprocessableEntity)
	desk.post(path, map[string]any{"boxes": slices.Repeat([]any{box}, 81), "caption": "井盖"}).want(http.StatusUnprocessableEntity)
	desk.get("/matters/" + d.ID + "/photos/x/" + list[0].ID + "/public").want(http.StatusUnprocessableEntity)
	first := desk.post(path, good).want(http.StatusCreated)
	draft := func(r reply) map[string]any { return r.body["draft"].(map[string]any) }
	if draft(first)["image"] == first.body["original"] || draft(first)["state"] != "waiting" {
		t.Errorf("the copy is the original, or does not wait: %v", draft(first)["state"])
	}
	decide := map[string]any{"picture": draft(first)["picture"], "revision": draft(first)["revision"], "act": "release"}
	desk.post(path+"/decisions", decide).want(http.StatusForbidden)
	desk.post(path, good).want(http.StatusCreated)
	head.post(path+"/decisions", decide).fails(http.StatusPreconditionFailed, "release.stale")
	now := draft(head.get(path).want(http.StatusOK))
	decide["picture"], decide["revision"] = now["picture"], now["revision"]
	if got := head.post(path+"/decisions", decide).want(http.StatusOK); draft(got)["public"] != true {
		t.Errorf("it is not public: %v", draft(got)["state"])
	}
}
