// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
)

// TestFromASuggestionToAnAnswerInTheBrowser has two residents suggest the same on their
// telephones, the secretary gather it, count paper, take it a level up and answer it, a
// second person release the words, and one of the residents read it all.
func TestFromASuggestionToAnAnswerInTheBrowser(t *testing.T) {
	t.Parallel()
	chromium(t)
	s := perform(t)
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	for name, role := range map[string]identity.Role{"village secretary": identity.Secretary, "village head": identity.ShiftHead} {
		s.holder(t, s.Config.Realm, name, grantIn(village, identity.Grant{Role: role}))
		s.passwords[strings.ReplaceAll(name, " ", ".")] = "a long passphrase"
	}
	b := browser(t)
	phone := s.open(t, b, "topic-phone", 390, 844)
	phone.visit("/topics")
	phone.visit("/topics/suggest")
	phone.press(`form[action="/topics/suggest"] button`)
	if !phone.has(`.errors`) {
		t.Error("an empty suggestion is taken")
	}
	for _, words := range []string{"村里老人没有地方下棋，希望有间棋牌室", "冬天下棋太冷，能不能腾一间屋做棋牌室"} {
		phone.visit("/topics/suggest")
		phone.fill(`textarea[name=words]`, words)
		phone.fill(`select[name=area]`, village.ID)
		phone.fill(`input[name=contact_name]`, "测试居民")
		phone.press(`form[action="/topics/suggest"] button`)
		phone.says("待归并或答复", "JY20")
	}
	number := phone.value(`location.pathname.split("/").pop()`)
	code := strings.ReplaceAll(phone.value(`document.querySelector(".receipt-code").innerText`), " ", "")

	desk := s.open(t, b, "topic-desk", 1440, 900)
	desk.signIn("village.secretary")
	desk.visit("/desk/suggestions")
	desk.says("棋牌室")
	desk.value(`document.querySelectorAll("label:has(input[name=suggestion])").forEach(l => { if (l.innerText.includes("下棋")) l.click() }), ""`)
	desk.press(`form[action="/desk/topics/new"] button`)
	desk.press(`form[action="/desk/topics"] section:last-of-type button`)
	if !desk.has(`.errors`) {
		t.Error("a topic without words is made")
	}
	desk.fill(`input[name=title]`, "村部腾一间屋做棋牌室")
	desk.fill(`textarea[name=body]`, "两位居民提出：老人下棋没有地方，冬天在外面冷，希望腾一间屋做棋牌室。")
	desk.fill(`select[name=subject]`, "village_public")
	desk.press(`form[action="/desk/topics"] section:last-of-type button`)
	desk.says("等第二个人发布", "四议两公开", "2")
	topic := desk.value(`location.pathname`)
	in := func(act, field, words string) {
		desk.value(`document.querySelector("form[action$='/` + act + `']").closest("details").open = true, ""`)
		desk.fill(`form[action$="/`+act+`"] [name=`+field+`]`, words)
	}
	in("count", "reps", "12")
	in("count", "households", "48")
	desk.press(`form[action$="/count"] button`)
	in("rise", "record", "楼栋内同意，但没有房子")
	desk.value(`document.querySelector("form[action$='/rise'] input[value=branch]").click(), ""`)
	desk.press(`form[action$="/rise"] button`)
	desk.says("跳过了中间的层级，请写明原因")
	in("rise", "reason", "党小组长空缺")
	desk.press(`form[action$="/rise"] button`)
	desk.says("从楼栋提到党支部，跳过了中间层级")
	in("answer", "text", "村部东屋十月起做棋牌室，早八点到晚八点开。")
	desk.press(`form[action$="/answer"] button`)

	head := s.open(t, b, "topic-head", 1440, 900)
	head.signIn("village.head")
	head.visit("/desk/releases")
	head.value(`document.querySelectorAll("input[name=pick]").forEach(c => c.click()), ""`)
	head.press(`form:has(input[name=pick]) button`)

	public := strings.Replace(topic, "/desk", "", 1)
	phone.visit(public)
	phone.says("棋牌室", "已答复", "村部东屋", "48", "跳过了中间层级")
	phone.visit("/topics/follow")
	phone.fill(`input[name=number]`, number)
	phone.fill(`input[name=code]`, "WRONG234")
	phone.press(`form[action="/topics/follow"] button`)
	phone.says("对不上")
	phone.fill(`input[name=code]`, strings.ToLower(code))
	phone.press(`form[action="/topics/follow"] button`)
	phone.says("已答复", "村部东屋")
	phone.visit("/topics?q=棋牌")
	phone.says("村部腾一间屋做棋牌室")
	phone.visit("/topics/figures")
	phone.says("从建议到解决", "条建议", "个议题")
	desk.visit(topic)
	desk.visit("/desk/topics")
	dispatcher := s.open(t, b, "topic-dispatcher", 1440, 900)
	dispatcher.signIn("desk")
	dispatcher.visit("/desk/matters")
	dispatcher.visit(dispatcher.value(`[...document.querySelectorAll("main a[href^='/desk/matters/']")].map(a => a.getAttribute("href").split("?")[0]).find(h => h.split("/").length === 4)`))
	matter := dispatcher.value(`location.pathname`)
	dispatcher.visit(strings.Replace(dispatcher.value(`document.querySelector("a[href^='/desk/suggestions/new']").getAttribute("href")`), s.server.URL, "", 1))
	dispatcher.fill(`textarea[name=words]`, "这条路老坏，建议大家商量怎么管")
	dispatcher.press(`form[action="/desk/suggestions"] button`)
	dispatcher.visit(matter)
	dispatcher.says("议事协商", "JY20")
	desk.visit("/desk/suggestions?state=answered")
	desk.visit(desk.value(`[...document.querySelectorAll("main article a.number")].find(a => a.innerText === "` + number + `").getAttribute("href")`))
	desk.press(`form[action$="/contact"] button`)
	desk.says("测试居民", "这次查看已记录")
}

// TestTopicsForPrograms has a program do what the browser does above.
func TestTopicsForPrograms(t *testing.T) {
	t.Parallel()
	s := perform(t)
	village, _ := s.Org.AreaByCode(s.Config.Realm, "410928212201")
	secretary := s.holder(t, s.Config.Realm, "program secretary", grantIn(village, identity.Grant{Role: identity.Secretary}))
	call := func(method, path, key string, who walker, sent any, want int) map[string]any {
		t.Helper()
		body, err := json.Marshal(sent)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), method, s.server.URL+"/api/v1"+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		if key != "" {
			r.Header.Set("Idempotency-Key", key)
		}
		if who.token != "" {
			r.Header.Set("Authorization", "Bearer "+who.token)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		out := map[string]any{}
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode != want {
			t.Fatalf("%s %s answers %d, %v, want %d: %v", method, path, res.StatusCode, err, want, out)
		}
		return out
	}
	nobody, none := walker{}, map[string]any{}
	words := map[string]any{"words": "希望村口加一盏路灯", "area": village.ID, "contact_phone": "19900000000"}
	made := call("POST", "/suggestions", "one", nobody, words, http.StatusCreated)
	if again := call("POST", "/suggestions", "one", nobody, words, http.StatusCreated); again["number"] != made["number"] {
		t.Errorf("one key made %v and %v", made["number"], again["number"])
	}
	call("POST", "/suggestions/lookups", "", nobody, map[string]any{"number": made["number"], "code": "22222222"}, http.StatusNotFound)
	mine := call("POST", "/suggestions/lookups", "", nobody, map[string]any{"number": made["number"], "code": made["code"]}, http.StatusOK)
	gather := map[string]any{"suggestions": []any{mine["id"]}, "title": "村口加路灯", "body": "居民提出村口夜里太黑。", "area": village.ID}
	call("POST", "/topics", "", secretary, map[string]any{"title": "", "body": "", "area": village.ID}, http.StatusUnprocessableEntity)
	one := call("POST", "/topics", "two", secretary, gather, http.StatusCreated)
	if again := call("POST", "/topics", "two", secretary, gather, http.StatusCreated); again["id"] != one["id"] {
		t.Error("one key made two topics")
	}
	at := "/topics/" + one["id"].(string)
	call("GET", at, "", nobody, none, http.StatusNotFound)
	call("POST", at+"/changes", "", secretary, map[string]any{"act": "count", "revision": 1, "reps": 5, "households": 20}, http.StatusOK)
	call("POST", at+"/changes", "", secretary, map[string]any{"act": "count", "revision": 1, "reps": 5}, http.StatusPreconditionFailed)
	drafts, err := s.Releases.Of(t.Context(), s.Config.Realm, "topic/"+one["id"].(string))
	if err != nil || len(drafts) != 1 {
		t.Fatalf("%d drafts, %v", len(drafts), err)
	}
	head := identity.Actor{Realm: s.Config.Realm, Account: "head", Grants: []identity.Grant{{Realm: s.Config.Realm, Role: identity.ShiftHead, Hi: 1 << 60}}}
	if _, err := s.Releases.Decide(t.Context(), release.Decide{Realm: s.Config.Realm, ID: drafts[0].ID, Revision: 1, Act: release.Release, By: head}); err != nil {
		t.Fatal(err)
	}
	if shown := call("GET", at, "", nobody, none, http.StatusOK); shown["backing"].(map[string]any)["households"] != 20.0 {
		t.Errorf("everybody reads %v", shown)
	}
	own := map[string]any{"number": made["number"], "code": made["code"]}
	call("POST", at+"/support", "", nobody, own, http.StatusConflict)
	other := call("POST", "/suggestions", "three", nobody, map[string]any{"words": "希望多栽几棵树"}, http.StatusCreated)
	own["number"], own["code"] = other["number"], other["code"]
	if shown := call("POST", at+"/support", "", nobody, own, http.StatusOK); shown["backing"].(map[string]any)["codes"] != 1.0 {
		t.Errorf("support by a code: %v", shown)
	}
	reply := "/suggestions/" + mine["id"].(string) + "/reply"
	call("POST", reply, "", secretary, map[string]any{"revision": 2, "text": "已列入十月计划"}, http.StatusOK)
	if mine = call("POST", "/suggestions/lookups", "", nobody, map[string]any{"number": made["number"], "code": made["code"]}, http.StatusOK); mine["reply"] != "已列入十月计划" {
		t.Errorf("the suggester reads %v", mine)
	}
	if found := call("GET", "/topics?q=%E8%B7%AF%E7%81%AF", "", nobody, none, http.StatusOK); !listed(found, "title", "村口加路灯") {
		t.Errorf("found %v", found)
	}
	if waits := call("GET", "/suggestions?state=answered", "", secretary, none, http.StatusOK); !listed(waits, "number", made["number"]) {
		t.Errorf("answered are %v", waits)
	}
}

// listed reports whether a list has an item with a value.
func listed(list map[string]any, name string, value any) bool {
	return slices.ContainsFunc(list["items"].([]any), func(one any) bool { return one.(map[string]any)[name] == value })
}

// TestSuggestionsThatAreMisused sends the public form what it must not choke on.
func TestSuggestionsThatAreMisused(t *testing.T) {
	t.Parallel()
	s := perform(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	own := &http.Client{Jar: jar}
	post := func(who *http.Client, path string, form url.Values) (int, string, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.server.URL+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := who.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, res.Request.URL.Path, string(body)
	}
	words := `<b onclick="x()">加灯</b>，村口太黑`
	form := url.Values{"client": {"01890000-0000-7000-8000-000000000044"}, "words": {words}}
	code, at, body := post(own, "/topics/suggest", form)
	if code != http.StatusOK || !strings.HasPrefix(at, "/topics/mine/JY") || strings.Contains(body, "<b onclick") || !strings.Contains(body, "&lt;b onclick") {
		t.Fatalf("markup: %d at %s: %.200s", code, at, body)
	}
	if _, again, _ := post(own, "/topics/suggest", form); again != at {
		t.Errorf("sent twice it is at %s and %s", at, again)
	}
	for name, sent := range map[string]string{
		"nothing": " ", "too little": "灯", "a book": strings.Repeat("长", 5000), "an identity number": "我是11010519491231002X，加灯", "control characters": "加一盏灯\x00\x07",
	} {
		code, _, body := post(own, "/topics/suggest", url.Values{"client": {"c"}, "words": {sent}, "contact_name": {"测试居民"}})
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, "测试居民") {
			t.Errorf("%s: answers %d, or loses what was typed", name, code)
		}
	}
	if code, _, _ := post(own, "/topics/suggest", url.Values{"words": {strings.Repeat("长", 1<<20)}}); code >= 500 || code < 400 {
		t.Errorf("a megabyte: answers %d", code)
	}
	res, err := http.Get(s.server.URL + at)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if stranger, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusNotFound || strings.Contains(string(stranger), "村口太黑") {
		t.Errorf("a stranger with the number alone gets %d, %v", res.StatusCode, err)
	}
	for range 100 {
		if code, _, _ = post(own, "/topics/suggest", url.Values{"words": {"再加一盏路灯"}}); code == http.StatusTooManyRequests {
			return
		}
	}
	t.Errorf("a hundred suggestions from one network: the last answers %d", code)
}
