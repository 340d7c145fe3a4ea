// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/notify"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// evil is text that would be markup if somebody forgot to escape it.
const evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"

func TestMarkupInEveryFieldIsShownAsText(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	id := k.report(matter.Report{Title: "T " + evil, Text: "B " + evil, Address: "A " + evil, Contact: matter.Contact{Name: "N " + evil, Phone: phone}})
	dispatcher := k.as("dispatcher")
	dispatcher.move(id, "register", url.Values{"category": {cover}, "public_text": {evil[:40]}})
	dispatcher.move(id, "remark", url.Values{"note": {"R " + evil}})
	query := url.QueryEscape(evil)
	shown := map[string]page{
		"matter":  dispatcher.get("/desk/matters/" + id + "?from=matters&done=" + query),
		"failed":  dispatcher.post("/desk/matters/"+id+"/moves", url.Values{"action": {"dispatch"}, "note": {"K " + evil}, "revision": {"1"}}),
		"list":    dispatcher.get("/desk/matters?state=" + query + "&type=" + query + "&area=" + query),
		"queue":   dispatcher.get("/desk/matters?state=registered"),
		"work":    dispatcher.get("/desk"),
		"search":  dispatcher.get("/desk/search?q=" + url.QueryEscape("script "+evil)),
		"found":   dispatcher.get("/desk/search?q=script"),
		"beside":  dispatcher.get("/desk/matters/" + id + "?from=" + url.QueryEscape("search?q="+evil)),
		"foreign": dispatcher.get("/desk/matters/" + id + "?from=" + url.QueryEscape("https://example.org/"+evil)),
		"signin":  k.browser().post("/signin", url.Values{"login": {evil}, "password": {"x"}}),
	}
	for name, p := range shown {
		for _, n := range all(p.Node, func(n *html.Node) bool { return true }) {
			switch {
			case n.Data == "script" && attr(n, "src") == "", n.Data == "img" && attr(n, "src") == "x", has(n, "onerror"):
				t.Errorf("%s: <%s> came through", name, n.Data)
			}
			if to := attr(n, "href") + attr(n, "action"); strings.Contains(to, "//") || strings.Contains(to, "javascript:") {
				t.Errorf("%s: leads away, to %s", name, to)
			}
		}
	}
	for _, part := range []string{"T " + evil, "B " + evil, "A " + evil, "R " + evil} {
		if !shown["matter"].says(part) {
			t.Errorf("the page does not show %q", part)
		}
	}
}

func TestAFormThatFailedKeepsItsWords(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	id := k.report(matter.Report{Text: "桥头堆着垃圾"})
	b := k.as("dispatcher")
	p := b.send(b.get("/desk/matters/"+id), "/moves", url.Values{"action": {"refuse"}, "reason": {"不行"}})
	if p.status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", p.status)
	}
	f := p.form("/moves", "refuse")
	if got := value(f, "reason"); got != "不行" {
		t.Errorf("kept %q", got)
	}
	if !has(f.Parent.Parent, "open") {
		t.Error("the form is folded away")
	}
	if got := value(p.form("/moves", "remark"), "note"); got != "" {
		t.Errorf("another form has %q", got)
	}
}

func TestWhoComesSecondSeesTheNewStateAndKeepsTheirWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, d)
		id := k.report(matter.Report{Text: "桥头堆着垃圾"})
		first, second := k.as("dispatcher"), k.as("second")
		seen := second.get("/desk/matters/" + id)
		first.move(id, "remark", url.Values{"note": {"我先看一下"}})
		p := second.send(seen, "/moves", url.Values{"action": {"refuse"}, "reason": {"请找物业公司"}})
		if p.status != http.StatusPreconditionFailed || !p.says("我先看一下") || !p.says("What you did was not carried out") {
			t.Errorf("status %d: %s", p.status, p.words())
		}
		if f := p.form("/moves", "refuse"); value(f, "reason") != "请找物业公司" || value(f, "revision") != "2" {
			t.Errorf("the form has %v", filled(f))
		}
		first.move(id, "register", url.Values{"category": {cover}})
		p = second.send(p, "/moves", url.Values{"action": {"refuse"}})
		if p.status != http.StatusPreconditionFailed || p.form("/moves", "refuse") != nil {
			t.Errorf("status %d, offered %s", p.status, p.moves())
		}
		if !p.says("What you wrote") || !p.says("请找物业公司") || !p.says("Taken on") {
			t.Errorf("the words are gone: %s", p.words())
		}
	})
}

func TestOfEightWhoTakeItOnOneWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, d)
		id := k.report(matter.Report{Text: "桥头堆着垃圾"})
		b := k.as("dispatcher")
		seen := b.get("/desk/matters/" + id)
		values := filled(seen.form("/moves", "register"))
		values.Set("category", cover)
		var all sync.WaitGroup
		answers := make([]page, 8)
		for i := range answers {
			each := &browser{k: k, cookies: map[string]string{"pv_session": b.cookies["pv_session"], "pv_lang": "en"}}
			all.Go(func() { answers[i] = each.post("/desk/matters/"+id+"/moves", values) })
		}
		all.Wait()
		won := 0
		for _, p := range answers {
			switch {
			case p.status == http.StatusSeeOther:
				won++
			case p.status != http.StatusPreconditionFailed || !p.says("Taken on"):
				t.Errorf("another got %d: %s", p.status, p.words())
			}
		}
		if won != 1 {
			t.Errorf("%d of 8 won", won)
		}
	})
}

func TestPhotosComeWithAMove(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	id := k.dispatched()
	b := k.as("handler")
	seen := b.move(id, "sign", nil)
	values := filled(seen.form("/moves", "handle"))
	values.Set("note", "已清运")
	p := b.ask(parts(b, id, values, []byte("%PDF-1.4 renamed")))
	if p.status != http.StatusUnprocessableEntity || value(p.form("/moves", "handle"), "note") != "已清运" || !p.says("choose them again") {
		t.Errorf("a PDF: %d %s", p.status, p.words())
	}
	var picture bytes.Buffer
	check(png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 8, 8))))
	p = b.follow(b.ask(parts(b, id, values, picture.Bytes())))
	if !p.says("/matters/" + id + "/photos/5/") {
		t.Errorf("the photo is not shown: %s", p.words())
	}
}

// parts is a move sent with a file.
func parts(b *browser, id string, values url.Values, file []byte) *http.Request {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name := range values {
		check(w.WriteField(name, values.Get(name)))
	}
	_, err := must(w.CreateFormFile("photos", "photo.png")).Write(file)
	check(err)
	check(w.Close())
	r := httptest.NewRequest(http.MethodPost, "/desk/matters/"+id+"/moves", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func TestEveryRouteKeepsOthersOut(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	nobody, auditor, worker, admin := k.browser(), k.as("auditor"), k.as("worker"), k.as("admin")
	for path, roles := range map[string]string{
		"/desk": "all", "/desk/notices": "all", "/desk/procedure": "all",
		"/desk/matters": "work", "/desk/search": "work", "/desk/jobs": "admin", "/desk/areas": "admin",
	} {
		if p := nobody.get(path + "?x=1"); p.status != http.StatusSeeOther || p.to != "/signin?next="+url.QueryEscape(path+"?x=1") {
			t.Errorf("%s leads nobody to %s", path, p.to)
		}
		if p := auditor.get(path); (p.status == http.StatusOK) != (roles == "all") {
			t.Errorf("%s gives the auditor %d", path, p.status)
		}
		if p := worker.get(path); (p.status == http.StatusOK) != (roles != "admin") {
			t.Errorf("%s gives the grid worker %d", path, p.status)
		}
		if p := admin.get(path); (p.status == http.StatusOK) != (roles != "work") {
			t.Errorf("%s gives the administrator %d", path, p.status)
		}
	}
	for _, path := range []string{"/desk/notices/read", "/desk/jobs/1/retry", "/desk/matters/1/moves"} {
		if p := nobody.post(path, nil); p.status != http.StatusForbidden {
			t.Errorf("POST %s gives nobody %d", path, p.status)
		}
	}
	if p := worker.post("/desk/jobs/1/retry", nil); p.status != http.StatusForbidden {
		t.Errorf("the grid worker retries a job: %d", p.status)
	}
	r := httptest.NewRequest(http.MethodPost, "/desk/notices/read", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if p := worker.ask(r); p.status != http.StatusForbidden {
		t.Errorf("a form of another site: %d", p.status)
	}
}

func TestNoticesAreReadByTheirOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, d)
		who := k.person("told")
		check(d.InTx(t.Context(), func(tx *db.Tx) error {
			for n := range 7 {
				err := notify.Send(t.Context(), tx, notify.Message{
					Realm: realm, ID: id.New(), Account: who.ID, Key: "desk.matter.title", Params: map[string]string{"number": fmt.Sprint("no-", n)}, Link: "/desk", At: k.now(),
				})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		b := k.as("told")
		p := b.get("/desk")
		if !p.says("Matter no-6") || p.says("Matter no-0") || !p.says("All notices") {
			t.Errorf("the first page says %s", p.words())
		}
		if k.as("handler").get("/desk/notices").says("no-6") {
			t.Error("somebody else reads them")
		}
		p = b.follow(b.send(b.get("/desk/notices"), "/read", nil))
		if !p.says("Matter no-0") || p.form("/read", "") != nil {
			t.Errorf("after reading: %s", p.words())
		}
	})
}
