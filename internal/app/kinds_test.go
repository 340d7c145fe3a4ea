// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/notify"
	"pavilion/internal/platform/db"
)

// TestAPostForSomeTypes has a security administrator grant a post for some types of
// matter in the browser's way, and its holder meet matters of these, of others, and
// of none yet, on every list, page and notice.
func TestAPostForSomeTypes(t *testing.T) {
	s := perform(t)
	c := &cast{stage: s, t: t, here: &demo{App: s.App, realm: s.Config.Realm}}
	if err := c.here.readPlan(); err != nil {
		t.Fatal(err)
	}
	guard := s.someone(t, "security")
	account, err := s.Identity.CreateAccount(t.Context(), identity.NewAccount{
		Realm: s.Config.Realm, Login: "narrow", Name: "测试专管员", Language: "zh-Hans", Password: "a lamp at the gate 7", By: identity.System(s.Config.Realm),
	})
	if err != nil {
		t.Fatal(err)
	}
	here := "/desk/people/" + account.ID
	for _, tt := range []struct{ name, role, kinds, says string }{
		{"unknown codes", "dispatcher", "0201，77 9901", "类型代码 77 9901 不存在"},
		{"no code", "dispatcher", "<b>", "类型代码 &lt;b&gt; 不存在"},
		{"a power", "auditor", "0201", "这个岗位不能限定事项类型"},
		{"half a group", "dispatcher", "020", "类型代码 020 不存在"},
	} {
		res, body := s.as(t, guard, here+"/grants", url.Values{"role": {tt.role}, "area": {walkVillage}, "kinds": {tt.kinds}})
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, tt.says) || !strings.Contains(body, `href="#f-kinds"`) {
			t.Errorf("%s: %d, not %q", tt.name, res.StatusCode, tt.says)
		}
	}
	res, _ := s.as(t, guard, here+"/grants", url.Values{"role": {"dispatcher"}, "area": {walkVillage}, "kinds": {"0601、020103"}})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("grant: %d", res.StatusCode)
	}
	_, body := s.as(t, guard, here, nil)
	if !strings.Contains(body, "020103 井盖") || !strings.Contains(body, "0601 ") {
		t.Error("the post's line does not say which types")
	}
	clerk := s.walker(t, s.Config.Realm, "narrow", "a lamp at the gate 7")

	of := map[string]matter.Matter{"020103": c.secretOf(c.here)}
	for code, words := range map[string]string{"010101": "别的类型的字句", "": "还没有类型的字句"} {
		village := c.village(c.here)
		made := must[matter.Receipt](c)(s.Matters.Report(t.Context(), matter.Report{Realm: s.Config.Realm, Origin: "test", Type: code, Text: words, Area: village.ID}))
		of[code] = must[matter.Detail](c)(s.Matters.Followed(t.Context(), s.Config.Realm, made.ID)).Matter
	}
	s.Listen()
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/desk", "/desk/matters", "/desk/matters?ended=yes", "/desk/search?q=%E5%AD%97%E5%8F%A5", "/desk/export/csv"} {
		_, body := s.as(t, clerk, path, nil)
		for code, m := range of {
			shown := strings.Contains(body, m.ID) || strings.Contains(body, m.Number) || strings.Contains(body, m.Title)
			if shown != (code == "020103") {
				t.Errorf("%s and type %q: shown is %v", path, code, shown)
			}
		}
	}
	for code, m := range of {
		for _, w := range []walker{clerk, guard} {
			list := must[matter.Access](c)(s.Matters.Access(t.Context(), guard.actor, m.ID, guard.actor.Account, s.Identity)).Seen
			seen := false
			for _, g := range list {
				seen = seen || g.Account == w.actor.Account
			}
			if want := w.name == "narrow" && code == "020103"; seen != want {
				t.Errorf("who can see type %q: %s is listed %v", code, w.name, seen)
			}
		}
		want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[code == "020103"]
		for _, path := range []string{"/desk/matters/" + m.ID, "/api/v1/matters/" + m.ID} {
			one := cell{pattern: "GET " + path, who: clerk}
			res := s.send(t, one, deed{})
			res.Body.Close()
			if res.StatusCode != want {
				t.Errorf("%s of type %q: %d, want %d", path, code, res.StatusCode, want)
			}
		}
	}
	s.escalate(t, of, clerk.actor.Account)
}

// escalate lets the matters' terms run out, and looks whom that is told.
func (s *stage) escalate(t *testing.T, of map[string]matter.Matter, account string) {
	t.Helper()
	past := s.Now().AddDate(0, 1, 0)
	s.Matters.Now = func() time.Time { return past }
	if _, err := s.Matters.Expire(t.Context(), s.Config.Realm); err != nil {
		t.Fatal(err)
	}
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := s.DB.View(t.Context(), func(tx *db.Tx) error {
		told, err := notify.List(t.Context(), tx, s.Config.Realm, account, page.Cursor{}, 50)
		links := ""
		for _, m := range told.Items {
			links += m.Link + " "
		}
		for code, m := range of {
			if strings.Contains(links, m.ID) != (code == "020103") {
				t.Errorf("told of type %q: %v", code, strings.Contains(links, m.ID))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
