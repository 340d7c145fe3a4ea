// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webpublic_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/ledger"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// snapshot is a small photo.
func snapshot() []byte {
	var b bytes.Buffer
	check(jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 60, 40)), nil))
	return b.Bytes()
}

func TestAReportTravels(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		b := s.browser("zh-Hans")

		// Three screens.
		page := b.get("/report")
		if !page.has("119") || !page.has("火警") {
			t.Error("the first screen does not name the emergency numbers")
		}
		page = b.upload(with(page.hidden(), "text", "村口的井盖破了，晚上看不见。", "category", "020103", "go", "where"), snapshot())
		if page.status != http.StatusOK || page.hidden().Get("screen") != "where" || !page.hidden().Has("photo") {
			t.Fatalf("the second screen: %d %s", page.status, page.body)
		}
		page = b.post("/report", with(page.hidden(), "lon", "115.001", "lat", "35.701", "address", "小卖部门前", "go", "check"))
		for _, said := range []string{"村口的井盖破了", "海通乡 测试村 小卖部门前", "井盖缺损", "1 张", "加密保存"} {
			if !page.has(said) {
				t.Errorf("the third screen does not say %q", said)
			}
		}
		page = b.post("/report", with(page.hidden(), "contact_name", "测试居民甲", "contact_phone", "13800000000", "go", "send"))
		if page.status != http.StatusSeeOther {
			t.Fatalf("sending: %d %s", page.status, page.body)
		}

		// The receipt.
		number := strings.TrimPrefix(page.to, "/receipt/")
		receipt := b.get(page.to)
		code := s.matters.Code(realm, s.id(number))
		for _, said := range []string{number, code[:4] + " " + code[4:], "data:image/png;base64,", "派遣员看过后"} {
			if !receipt.has(said) {
				t.Errorf("the receipt does not say %q", said)
			}
		}
		if kept := receipt.header.Get("Cache-Control"); kept != "no-store" {
			t.Errorf("the receipt may be kept: %q", kept)
		}

		// The desk deals with it, and the reporter follows from another device.
		id := s.id(number)
		s.staff(s.dispatcher, id, "register", url.Values{"public_text": {"一处井盖缺损"}})
		s.staff(s.dispatcher, id, "dispatch", url.Values{"body": {s.utility.ID}})
		s.staff(s.clerk, id, "sign", nil)
		other := s.browser("zh-Hans")
		if a := other.get("/m/" + number); a.status != http.StatusNotFound || a.has("井盖") {
			t.Errorf("without the code: %d", a.status)
		}
		page = other.post("/track", url.Values{"number": {" " + number}, "code": {strings.ToLower(code[:4]) + " " + code[4:]}})
		page = other.get(page.to)
		for _, said := range []string{"已收到您的反映", "已交给测试公用局办理", "测试公用局已签收", "承办单位办理，并写明结果", "村口的井盖破了"} {
			if !page.has(said) {
				t.Errorf("the reporter does not read %q", said)
			}
		}
		if page.has("测试clerk") || page.has("13800000000") {
			t.Error("the reporter's page names a person")
		}
		photo := regexp.MustCompile(`/matters/[^"]*/full`).FindString(page.body)
		if a := other.get(photo); a.status != http.StatusOK || a.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("the photo: %d", a.status)
		}
		if a := s.browser("en").get(photo); a.status != http.StatusNotFound {
			t.Errorf("a stranger gets the photo: %d", a.status)
		}

		// The reporter adds something, then reads the answer and rates it.
		page = other.post("/m/"+number+"/moves", with(page.hidden(), "text", "今天又有人绊倒"))
		if page.to != "/m/"+number+"?done=public.done.answer" {
			t.Fatalf("adding: %d %s", page.status, page.body)
		}
		s.staff(s.clerk, id, "handle", url.Values{"note": {"换了新井盖"}})
		s.staff(s.worker, id, "pass", nil)
		s.staff(s.dispatcher, id, "feed_back", url.Values{"reply": {"井盖已经换好。"}})
		page = other.get("/m/" + number)
		for _, said := range []string{"给您的答复", "井盖已经换好。", "今天又有人绊倒", "这件事办得怎么样", "没有解决，要求重办"} {
			if !page.has(said) {
				t.Errorf("after the answer the reporter does not read %q", said)
			}
		}
		page = other.post("/m/"+number+"/moves", url.Values{
			"action": {"rate"}, "revision": {page.hidden().Get("revision")}, "rating": {"5"}, "comment": {"谢谢"},
		})
		page = other.get(page.to)
		if !page.has("谢谢您的评价") || !page.has("已办结") || !page.has("您作了评价：5 分") {
			t.Errorf("after rating: %s", page.body)
		}

		// The public list has the type, the place and, once somebody else released
		// them, the desk's words.
		if a := s.browser("zh-Hans").get("/matters"); a.has("一处井盖缺损") || !a.has("海通乡 测试村") {
			t.Errorf("before the release: %s", a.body)
		}
		if a := other.get("/m/" + number); a.has("一处井盖缺损") || !a.has("公开文字待审核发布") {
			t.Errorf("the reporter, before the release: %s", a.body)
		}
		s.release()
		// The public list has the type, the place and the desk's words: no more.
		page = s.browser("zh-Hans").get("/matters?area=" + s.town.ID)
		if !page.has("一处井盖缺损") || !page.has("海通乡 测试村") {
			t.Errorf("the public list: %s", page.body)
		}
		for _, path := range []string{"/matters", "/", "/geo/matters.json"} {
			a := s.browser("zh-Hans").get(path)
			for _, secret := range []string{"村口的", "小卖部", number, "13800000000", "测试居民甲", "115.001", "绊倒"} {
				if strings.Contains(a.body, secret) {
					t.Errorf("%s says %q", path, secret)
				}
			}
		}
	})
}

func TestTheReporterAsksForItToBeDoneAgain(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	b := s.browser("en")
	number := b.report()
	id := s.id(number)
	s.staff(s.dispatcher, id, "register", nil)
	s.staff(s.dispatcher, id, "dispatch", url.Values{"body": {s.utility.ID}})
	s.staff(s.clerk, id, "sign", nil)
	s.staff(s.clerk, id, "handle", url.Values{"note": {"done"}})
	s.staff(s.worker, id, "pass", nil)
	s.staff(s.dispatcher, id, "feed_back", url.Values{"reply": {"It is done."}})
	revision := b.get("/m/" + number).hidden().Get("revision")
	a := b.post("/m/"+number+"/moves", url.Values{"action": {"reopen"}, "revision": {revision}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#f-reopen-reason"`) {
		t.Errorf("without a reason: %d", a.status)
	}
	a = b.post("/m/"+number+"/moves", url.Values{"action": {"reopen"}, "revision": {revision}, "reason": {"The cover is loose."}})
	if a = b.get(a.to); !a.has("The matter will be dealt with again.") || a.has("It is done.</p></section>") {
		t.Errorf("after asking again: %s", a.body)
	}
}

func TestAReceiptComesWithItsProof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		b := s.browser("zh-Hans")
		number := b.report()
		at := "/receipt/" + number
		if page := b.get(at); !page.has("约一分钟后可以下载") || page.has(at+"/proof") {
			t.Errorf("before it was taken: %s", page.body)
		}
		if page := b.get(at + "/proof"); page.status != http.StatusConflict {
			t.Errorf("the proof of what was not taken: %d", page.status)
		}
		if _, err := s.ledger.Sequence(t.Context(), realm); err != nil {
			t.Fatal(err)
		}
		if page := b.get(at); !page.has(at + "/proof") {
			t.Errorf("after it was taken: %s", page.body)
		}
		r, err := ledger.ParseReceipt([]byte(b.get(at + "/proof").body))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Check(s.ledger.Key(realm)); err != nil || r.Number != number {
			t.Errorf("the proof of %s: %v", r.Number, err)
		}
		if page := s.browser("zh-Hans").get(at + "/proof"); page.status == http.StatusOK && strings.Contains(page.body, "leaf_hash") {
			t.Error("somebody without the code downloads the proof")
		}
	})
}

// What was filed from an earlier system has no entry of its own, and a receipt all the same.
func TestAFiledMessageHasAReceiptWithoutAProof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		line := `{"id":"1","title":"路灯","time":"2019-02-28T11:25:05","body":"路灯不亮"}`
		must(s.matters.ImportMessages(t.Context(), matter.ImportMessages{Realm: realm, Lines: strings.NewReader(line), By: identity.System(realm)}))
		var id, number string
		check(d.View(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT id, number FROM matter WHERE realm = ?`, realm).Scan(&id, &number)
		}))
		b := s.browser("zh-Hans")
		b.get("/t/" + number + "/" + s.matters.Code(realm, id))
		if page := b.get("/receipt/" + number); page.status != http.StatusOK || page.has("/proof") || page.has("存证文件") {
			t.Errorf("%d %s", page.status, page.body)
		}
	})
}
