// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webassembly

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

// office is the pages over a real realm.
type office struct {
	t      *testing.T
	bodies *assembly.Service
	people map[string]identity.Actor
	root   org.Area
	site   http.Handler
}

// Named finds the one account that there is.
func (o *office) Named(_ context.Context, _, login string) (string, error) {
	if login != "resident" {
		return "", fault.New(fault.Missing, "identity.missing")
	}
	return "account-1", nil
}

// Account is the one account that there is.
func (o *office) Account(_ context.Context, _, account string) (identity.Account, error) {
	return identity.Account{ID: account, Login: "resident"}, nil
}

func openOffice(t *testing.T) *office {
	t.Helper()
	o, k := &office{t: t}, kit(t)
	log, d := slog.New(slog.DiscardHandler), dbtest.SQLite(t)
	box, err := seal.NewBox([]byte(strings.Repeat("k", 32)))
	o.sound(err)
	texts, err := text.Load(catalogue.FS())
	o.sound(err)
	places := org.New(d, k.Now, log)
	o.root, err = places.CreateRealm(t.Context(), org.NewRealm{ID: "r", Name: "测试区", By: "test"})
	o.sound(err)
	law, table, err := assembly.Load(catalogue.FS())
	o.sound(err)
	editions := &edition.Service{DB: d, Now: k.Now, Checks: map[string]edition.Check{}}
	o.bodies = assembly.New(assembly.Service{DB: d, Now: k.Now, Log: log, Zone: time.UTC, Org: places, Box: box, Editions: editions, Law: law, Table: table})
	actor := func(account string, role identity.Role) identity.Actor {
		return identity.Actor{Realm: "r", Account: account, Name: "测试人员", Grants: []identity.Grant{{Realm: "r", Role: role, Lo: o.root.Lo, Hi: o.root.Hi}}}
	}
	o.people = map[string]identity.Actor{
		"secretary": actor("secretary", identity.Secretary), "scrutineer": actor("scrutineer", identity.Scrutineer), "resident": actor("account-1", identity.Handler),
		"stranger": actor("stranger", identity.Handler),
	}
	k.Session = func(_ context.Context, token string) (identity.Actor, error) { return o.people[token], nil }
	ro := k.Router()
	(&Pages{
		Kit: k, Bodies: o.bodies, Org: places, Texts: texts, Realm: "r", Accounts: o, Counts: func(*http.Request) (map[string]int, error) { return nil, nil },
	}).Register(ro)
	o.site = ro
	return o
}

func (o *office) sound(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// send asks for a page, or sends a form or a file, as somebody.
func (o *office) send(who, path string, form url.Values, file string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	switch {
	case file != "":
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		part, err := m.CreateFormFile("file", "list.csv")
		o.sound(err)
		fmt.Fprint(part, file)
		o.sound(m.Close())
		r = httptest.NewRequest(http.MethodPost, path, &body)
		r.Header.Set("Content-Type", m.FormDataContentType())
	case form != nil:
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	cookies, w := httptest.NewRecorder(), httptest.NewRecorder()
	webkit.SetSession(cookies, r, who)
	r.AddCookie(cookies.Result().Cookies()[0])
	o.site.ServeHTTP(w, r)
	return w
}

// step is somebody sending something: what is answered, and words that stand there, or
// with a dash before them must not.
type step struct {
	says, who, path string
	form            url.Values
	file            string
	code            int
	words           []string
}

func (o *office) walk(steps []step) {
	o.t.Helper()
	for _, s := range steps {
		w := o.send(s.who, s.path, s.form, s.file)
		if w.Code != s.code {
			o.t.Errorf("%s: %s answers %d, want %d", s.says, s.path, w.Code, s.code)
		}
		for _, word := range s.words {
			if not, found := strings.CutPrefix(word, "-"); found && strings.Contains(w.Body.String(), not) {
				o.t.Errorf("%s: %s says %q", s.says, s.path, not)
			} else if !found && !strings.Contains(w.Body.String(), word) {
				o.t.Errorf("%s: %s does not say %q", s.says, s.path, word)
			}
		}
	}
}

// TestARegisterOnItsPages founds a body, fills its register by hand and from a list,
// gives a member an account by its sign-in name, and freezes a roster that this member
// reads.
func TestARegisterOnItsPages(t *testing.T) {
	o := openOffice(t)
	made := o.send("secretary", root, url.Values{"client": {id.New()}, "kind": {"residents"}, "name": {"测试居民会议"}, "area": {o.root.ID}}, "")
	at, _, _ := strings.Cut(made.Header().Get("Location"), "?")
	if made.Code != http.StatusSeeOther || !strings.HasPrefix(at, root+"/") {
		t.Fatalf("founding: %d %s", made.Code, at)
	}
	member := func(name, login string) url.Values {
		return url.Values{"client": {id.New()}, "name": {name}, "account": {login}, "voting": {"yes"}, "since": {"2026-01-01"}}
	}
	var list strings.Builder
	list.WriteString("姓名,住户\n")
	for i := range rosterPage {
		fmt.Fprintf(&list, "测试居民%d,测试%d号\n", i, i)
	}
	o.walk([]step{
		{"without a name", "secretary", root, url.Values{"kind": {"residents"}, "area": {o.root.ID}}, "", 422, nil},
		{"by a scrutineer", "scrutineer", root, url.Values{"kind": {"residents"}, "name": {"测试"}, "area": {o.root.ID}}, "", 403, nil},
		{"the list", "scrutineer", root, nil, "", 200, []string{"测试居民会议"}},
		{"no account of that name", "secretary", at + "/members", member("测试甲", "nobody"), "", 422, []string{"没有这个登录名的账号"}},
		{"a member with an account", "secretary", at + "/members", member("测试甲", "resident"), "", 303, nil},
		{"the account of two members", "secretary", at + "/members", member("测试乙", "resident"), "", 409, nil},
		{"a list with an unknown heading", "secretary", at + "/list", nil, "姓名,电话\n测试丙,1\n", 422, nil},
		{"a list", "secretary", at + "/list", nil, list.String(), 303, nil},
		{"the register", "scrutineer", at, nil, "", 200, []string{"测试甲", "测试居民0"}},
		{"not for a stranger", "stranger", at, nil, "", 403, nil},
		{"to be frozen for what others decide", "secretary", at + "/freeze", url.Values{
			"client": {id.New()}, "title": {"测试表决"}, "subject": {"estate_parking"}, "day": {"2026-09-21"}, "secret": {"no"},
		}, "", 409, nil},
		{"looked at before", "secretary", at + "/freeze", url.Values{
			"client": {id.New()}, "title": {"测试表决"}, "subject": {"community_public"}, "day": {"2026-09-21"}, "secret": {"no"}, "act": {"preview"}, "aside": {"2 other"},
		}, "", 200, []string{"测试甲"}},
	})
	_, members, err := o.bodies.Members(t.Context(), "r", strings.TrimPrefix(at, root+"/"), o.people["secretary"])
	o.sound(err)
	first := at + "/members/" + members[0].ID
	o.walk([]step{
		{"a member's page has the sign-in name", "secretary", first, nil, "", 200, []string{`value="resident"`, "-account-1"}},
		{"changed with a stale page", "secretary", first, url.Values{"name": {"测试甲"}, "account": {"resident"}, "voting": {"yes"}, "since": {"2026-01-01"}, "revision": {"9"}}, "", 412, nil},
		{"changed", "secretary", first, url.Values{"name": {"测试甲甲"}, "account": {"resident"}, "voting": {"yes"}, "since": {"2026-01-01"}, "revision": {"1"}, "cause": {"righted"}}, "", 303, nil},
	})
	o.roster(at)
}

// roster freezes one and reads it, page by page and whole.
func (o *office) roster(at string) {
	o.t.Helper()
	frozen := o.send("secretary", at+"/freeze", url.Values{
		"client": {id.New()}, "title": {"测试表决"}, "subject": {"community_public"}, "day": {"2026-09-21"}, "secret": {"no"}, "aside": {"2 other"},
	}, "")
	roster, _, _ := strings.Cut(frozen.Header().Get("Location"), "?")
	if frozen.Code != http.StatusSeeOther || !strings.HasPrefix(roster, rosters+"/") {
		o.t.Fatalf("freezing: %d %s", frozen.Code, roster)
	}
	last := fmt.Sprintf("测试居民%d<", rosterPage-1)
	o.walk([]step{
		{"its first page", "scrutineer", roster, nil, "", 200, []string{"测试甲甲", "全部名单", fmt.Sprint("?after=", rosterPage), "-" + last, fmt.Sprint(rosterPage+1, " 人")}},
		{"its last page", "scrutineer", roster + fmt.Sprint("?after=", rosterPage), nil, "", 200, []string{last, "-测试甲甲", `-rel="next"`}},
		{"the whole", "scrutineer", roster + "?all=1", nil, "", 200, []string{"测试甲甲", last, "-全部名单"}},
		{"a member reads it", "resident", roster, nil, "", 200, []string{"测试甲甲"}},
		{"a stranger does not", "stranger", roster, nil, "", 404, []string{"-测试甲甲"}},
		{"nor a part of it", "stranger", roster + "?after=1", nil, "", 404, nil},
		{"nor the whole", "stranger", roster + "?all=1", nil, "", 404, nil},
		{"it is in the register's list", "secretary", at, nil, "", 200, []string{"测试表决"}},
	})
}
