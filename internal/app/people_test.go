// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/httpkit"
)

// as sends a form, or asks for a page where there is none, as somebody of the demo.
func (s *stage) as(t *testing.T, w walker, path string, form url.Values) (*http.Response, string) {
	t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.server.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if w.cookie != nil {
		r.AddCookie(w.cookie)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

// someone signs in as a person of the demo.
func (s *stage) someone(t *testing.T, login string) walker {
	t.Helper()
	return s.walker(t, s.Config.Realm, login, s.passwords[login])
}

var invitation = regexp.MustCompile(`/invite/([A-Za-z0-9_-]+)`)

// TestAnAccountFromItsMakingToItsEnd has an administrator make an account, a
// security administrator grant it a post and take it back, and its owner notice.
func TestAnAccountFromItsMakingToItsEnd(t *testing.T) {
	s := perform(t)
	admin, guard, auditor, head := s.someone(t, "admin"), s.someone(t, "security"), s.someone(t, "auditor"), s.someone(t, "head")
	want := func(what string, res *http.Response, code int) {
		t.Helper()
		if res.StatusCode != code {
			t.Fatalf("%s: %d, want %d", what, res.StatusCode, code)
		}
	}
	form := url.Values{"login": {"new.clerk"}, "name": {"测试新员工"}, "language": {"zh-Hans"}, "mail": {"no address"}}
	res, body := s.as(t, admin, "/desk/people", form)
	want("a mail that is none", res, http.StatusUnprocessableEntity)
	if !strings.Contains(body, `value="new.clerk"`) || !strings.Contains(body, `href="#f-mail"`) {
		t.Error("the form lost what was typed, or does not lead to the field")
	}
	form.Set("mail", "")
	res, body = s.as(t, admin, "/desk/people", form)
	want("make an account", res, http.StatusCreated)
	link := invitation.FindStringSubmatch(body)
	if link == nil || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatal("no link, or one that browsers keep")
	}
	account, err := s.Identity.Named(t.Context(), s.Config.Realm, "New.Clerk")
	if err != nil {
		t.Fatal(err)
	}
	here := "/desk/people/" + account
	password := "a lamp at the gate 7"
	if err := s.Identity.AcceptInvite(t.Context(), s.Config.Realm, link[1], password); err != nil {
		t.Fatal(err)
	}
	clerk := s.walker(t, s.Config.Realm, "new.clerk", password)
	res, _ = s.as(t, clerk, "/desk/matters", nil)
	want("without a post", res, http.StatusForbidden)

	grant := url.Values{"role": {"dispatcher"}, "area": {"410928212"}}
	res, _ = s.as(t, admin, here+"/grants", grant)
	want("an administrator grants", res, http.StatusForbidden)
	res, body = s.as(t, guard, here+"/grants", url.Values{"role": {"dispatcher"}, "area": {"99"}})
	want("an area that is not there", res, http.StatusUnprocessableEntity)
	if !strings.Contains(body, `value="99"`) {
		t.Error("the form lost the area")
	}
	res, _ = s.as(t, guard, here+"/grants", url.Values{"role": {"handler"}, "area": {"410928212"}, "body": {"invented"}})
	want("a body that is not there", res, http.StatusUnprocessableEntity)
	res, _ = s.as(t, guard, here+"/grants", grant)
	want("grant", res, http.StatusSeeOther)
	res, _ = s.as(t, clerk, "/desk/matters", nil)
	want("with a post, in the same session", res, http.StatusOK)

	grants, err := s.Identity.Grants(t.Context(), s.Config.Realm, account)
	if err != nil || len(grants) != 1 {
		t.Fatal(grants, err)
	}
	res, _ = s.as(t, head, "/desk/grants/"+grants[0].ID+"/revoke", url.Values{})
	want("a shift head revokes an appointment", res, http.StatusForbidden)
	res, _ = s.as(t, guard, "/desk/grants/"+grants[0].ID+"/revoke", url.Values{"next": {here}})
	want("revoke", res, http.StatusSeeOther)
	res, _ = s.as(t, clerk, "/desk/matters", nil)
	want("after the post has ended", res, http.StatusForbidden)
	_, body = s.as(t, auditor, here, nil)
	for _, words := range []string{"已创建账号", "已授权", "已撤销授权", "测试新员工"} {
		if !strings.Contains(body, words) {
			t.Errorf("the auditor does not read %q", words)
		}
	}
	res, _ = s.as(t, admin, here+"/disable", url.Values{})
	want("disable", res, http.StatusSeeOther)
	res, _ = s.as(t, clerk, "/desk", nil)
	if !strings.HasPrefix(res.Header.Get("Location"), "/signin") {
		t.Error("a disabled account still answers")
	}
}

// TestBrokenGlassIsToldAndSeen has an administrator, who sees no matter, break the
// glass: for an hour they see the place, and the auditor is told.
func TestBrokenGlassIsToldAndSeen(t *testing.T) {
	s := perform(t)
	m := s.secret(t)
	at := s.Now()
	later := at
	s.Identity.Now = func() time.Time { return later }
	admin, auditor := s.someone(t, "admin"), s.someone(t, "auditor")
	page1 := "/desk/matters/" + m.ID
	if res, _ := s.as(t, admin, page1, nil); res.StatusCode != http.StatusForbidden {
		t.Fatalf("an administrator sees a matter: %d", res.StatusCode)
	}
	res, body := s.as(t, admin, "/desk/posts/glass", url.Values{"area": {"410928212"}, "reason": {"x"}})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#f-glass-reason"`) {
		t.Fatalf("without a reason: %d", res.StatusCode)
	}
	res, _ = s.as(t, admin, "/desk/posts/glass", url.Values{"area": {"410928212"}, "reason": {"测试：夜间无人值守"}})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("break the glass: %d", res.StatusCode)
	}
	if res, body := s.as(t, admin, page1, nil); res.StatusCode != http.StatusOK || !strings.Contains(body, secretWords) {
		t.Fatalf("behind the glass: %d", res.StatusCode)
	}
	_, body = s.as(t, auditor, page1+"/access", nil)
	if !strings.Contains(body, "紧急开启") || !strings.Contains(body, "夜间无人值守") || strings.Contains(body, secretWords) {
		t.Error("the auditor does not read who sees it by what, or reads the matter itself")
	}
	s.Listen()
	if err := s.Queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	var told page.Page[notify.Message]
	err := s.DB.View(t.Context(), func(tx *db.Tx) (err error) {
		told, err = notify.List(t.Context(), tx, s.Config.Realm, auditor.actor.Account, page.Cursor{}, 10)
		return err
	})
	if err != nil || len(told.Items) != 1 || told.Items[0].Link != "/desk/people/"+admin.actor.Account {
		t.Errorf("told %+v, %v", told.Items, err)
	}
	later = at.Add(time.Hour)
	if res, _ := s.as(t, admin, page1, nil); res.StatusCode != http.StatusForbidden {
		t.Errorf("an hour later: %d", res.StatusCode)
	}
}

// TestWhoCanSeeAMatter compares what the page says with what the matter's own
// page does, for every person of the demo.
func TestWhoCanSeeAMatter(t *testing.T) {
	s := perform(t)
	m := s.secret(t)
	seen, err := s.Matters.Access(t.Context(), s.someone(t, "security").actor, m.ID, s.someone(t, "security").actor.Account, s.Identity)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, g := range seen.Seen {
		listed[g.Account] = true
	}
	for login := range s.passwords {
		w := s.someone(t, login)
		_, err := s.Matters.Open(t.Context(), w.actor, m.ID, sight.Page)
		if (err == nil) != listed[w.actor.Account] {
			t.Errorf("%s: listed %v, opens %v", login, listed[w.actor.Account], err)
		}
	}
	for _, login := range []string{"admin", "patrol", "city"} {
		own := s.someone(t, login).actor
		_, err := s.Matters.Access(t.Context(), own, m.ID, own.Account, s.Identity)
		if fault.KindOf(err) != fault.Missing {
			t.Errorf("%s learns who sees a matter they may not see: %v", login, err)
		}
	}
	// What it says of moves is what trying them answers.
	desk := s.someone(t, "desk").actor
	own, err := s.Matters.Access(t.Context(), desk, m.ID, desk.Account, s.Identity)
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Matters.Open(t.Context(), desk, m.ID, sight.Page)
	if err != nil {
		t.Fatal(err)
	}
	may := 0
	for _, v := range own.Moves {
		if v.Why == nil {
			may++
		}
	}
	free := 0
	for _, o := range d.Offers {
		if o.Why == nil {
			free++
		}
	}
	if may != free || may == 0 {
		t.Errorf("%d moves are said to be free, %d are offered", may, free)
	}
}

// TestThePowersAreAppointedOnTheServer is the way in for the first of each and the
// way back in after a lost password.
func TestThePowersAreAppointedOnTheServer(t *testing.T) {
	s := perform(t)
	realm := s.Config.Realm
	before := len(s.powers(t, "auditor"))
	again, err := s.Appoint(t.Context(), "", "auditor", identity.Auditor)
	if err != nil || !strings.Contains(again.Link, "/invite/") {
		t.Fatal(again, err)
	}
	if after := len(s.powers(t, "auditor")); after != before {
		t.Errorf("%d grants became %d", before, after)
	}
	if _, err := s.Appoint(t.Context(), realm, "auditor", identity.Security); err == nil {
		t.Error("somebody was appointed to two powers")
	}
	if _, err := s.Appoint(t.Context(), realm, "auditor2", identity.Dispatcher); err == nil {
		t.Error("a dispatcher was appointed on the server")
	}
	fresh, err := s.Appoint(t.Context(), realm, "auditor2", identity.Auditor)
	if err != nil || fresh.Login != "auditor2" {
		t.Fatal(fresh, err)
	}
	err = s.DB.View(t.Context(), func(tx *db.Tx) error {
		account, err := identity.ByLogin(t.Context(), tx, realm, "auditor2")
		if err != nil {
			return err
		}
		kept, err := audit.List(t.Context(), tx, realm, "account/"+account, 10)
		if len(kept) != 3 {
			t.Errorf("the audit has %d entries about the new auditor, want made, granted, invited", len(kept))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// powers are the grants of a login.
func (s *stage) powers(t *testing.T, login string) []identity.Grant {
	t.Helper()
	account, err := s.Identity.Named(t.Context(), s.Config.Realm, login)
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Identity.Grants(t.Context(), s.Config.Realm, account)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestOthersObjects has somebody try what belongs to a colleague of the same post.
func TestOthersObjects(t *testing.T) {
	s := perform(t)
	root, _ := s.Org.Root(s.Config.Realm)
	mine := s.holder(t, s.Config.Realm, "mine", grantIn(root, identity.Grant{Role: identity.Dispatcher}))
	other := s.holder(t, s.Config.Realm, "other", grantIn(root, identity.Grant{Role: identity.Dispatcher}))
	deputy := s.holder(t, s.Config.Realm, "deputy", grantIn(root, identity.Grant{Role: identity.Patrol}))
	_, token, err := s.Identity.CreateToken(t.Context(), identity.NewToken{
		Name: "test", Scopes: []string{"matters:read"}, Until: s.Now().Add(time.Hour), By: mine.actor,
	})
	if err != nil {
		t.Fatal(err)
	}
	lent, err := s.Identity.Delegate(t.Context(), identity.Loan{
		Realm: s.Config.Realm, Grant: mine.actor.Grants[0].ID, To: deputy.actor.Account, Until: s.Now().Add(time.Hour), Reason: "测试代班", By: mine.actor,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/desk/tokens/" + token.ID + "/revoke", "/desk/grants/" + lent.ID + "/revoke"} {
		for _, w := range []walker{other, deputy} {
			if res, _ := s.as(t, w, path, url.Values{}); res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s gets %d", path, w.name, res.StatusCode)
			}
		}
		if res, _ := s.as(t, mine, path, url.Values{}); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: its owner gets %d", path, res.StatusCode)
		}
	}
}

// TestARoleThatEndsDuringARequest has somebody send a move, and lose their post
// before it is carried out.
func TestARoleThatEndsDuringARequest(t *testing.T) {
	s := perform(t)
	m := s.secret(t)
	root, _ := s.Org.Root(s.Config.Realm)
	w := s.holder(t, s.Config.Realm, "leaving", grantIn(root, identity.Grant{Role: identity.Dispatcher}))
	move := matter.Move{Realm: m.Realm, ID: m.ID, Revision: m.Revision, Action: "register", By: w.actor, Answers: url.Values{"category": {m.Type}}}
	if err := s.Identity.Revoke(t.Context(), m.Realm, w.actor.Grants[0].ID, identity.System(m.Realm)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Matters.Move(t.Context(), move); fault.KindOf(err) != fault.Denied {
		t.Fatalf("a move after the post ended: %v", err)
	}
	move.By = s.someone(t, "county").actor
	if _, err := s.Matters.Move(t.Context(), move); err != nil {
		t.Fatalf("the same move by somebody who has the post: %v", err)
	}
}

// BenchmarkPolicy is one decision about one person: the route, the roles at a
// place, and whether they may see the matter there.
func BenchmarkPolicy(b *testing.B) {
	now := time.Date(2026, 9, 16, 1, 0, 0, 0, time.UTC)
	a := identity.Actor{Realm: "r", Account: "a"}
	for i := range int64(5) {
		a.Grants = append(a.Grants, identity.Grant{Role: identity.Roles()[i], Lo: i * 100, Hi: i*100 + 100, From: now})
	}
	a.Grants[4].Kinds = []string{"01", "0203", "060101"}
	m := matter.Matter{Realm: "r", Place: 450, Owner: "body", Type: "060101"}
	access := webkit.AnyOf(identity.Dispatcher, identity.ShiftHead)
	b.ReportAllocs()
	for b.Loop() {
		if !access.Allows(a, now) || !matter.MaySee(a, m, a.RolesAt(m.Place, m.Owner, now, m.Type)) {
			b.Fatal("refused")
		}
	}
}

// TestAnAccountThatAsksTooOften is answered 429 until the minute is over, also
// after a restart, and nobody else is.
func TestAnAccountThatAsksTooOften(t *testing.T) {
	s := perform(t)
	s.Config.AccountLimit = 3
	s.Limits, _ = httpkit.OpenLimits(filepath.Join(s.Config.Data, "limits.json"), s.Now)
	serve := func() {
		site, err := s.Handler()
		if err != nil {
			t.Fatal(err)
		}
		s.server.Config.Handler = site
	}
	serve()
	desk, head := s.someone(t, "desk"), s.someone(t, "head")
	for range 3 {
		if res, _ := s.as(t, desk, "/desk", nil); res.StatusCode != http.StatusOK {
			t.Fatalf("refused too early: %d", res.StatusCode)
		}
	}
	refused := func(when string) {
		t.Helper()
		res, body := s.as(t, desk, "/desk", nil)
		if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" || !strings.Contains(body, "操作太频繁") {
			t.Errorf("%s: %d", when, res.StatusCode)
		}
	}
	refused("the fourth")
	if err := s.Limits.Save(); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.Limits, err = httpkit.OpenLimits(filepath.Join(s.Config.Data, "limits.json"), s.Now); err != nil {
		t.Fatal(err)
	}
	serve()
	refused("after a restart")
	if res, _ := s.as(t, head, "/desk", nil); res.StatusCode != http.StatusOK {
		t.Errorf("somebody else: %d", res.StatusCode)
	}
}

// TestGrantsAskForAProof has a session that nobody has proved for a while try to
// grant and to break the glass.
func TestGrantsAskForAProof(t *testing.T) {
	s := perform(t)
	admin, guard := s.someone(t, "admin"), s.someone(t, "security")
	now := s.Now()
	s.Identity.Now = func() time.Time { return now.Add(11 * time.Minute) }
	patrol := s.powers(t, "patrol")[0].Account
	res, _ := s.as(t, guard, "/desk/people/"+patrol+"/grants", url.Values{"role": {"dispatcher"}, "area": {"410928212"}})
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/desk/prove?") {
		t.Errorf("grant: %d to %q", res.StatusCode, to)
	}
	if got := s.powers(t, "patrol"); len(got) != 1 {
		t.Errorf("granted all the same: %+v", got)
	}
	res, _ = s.as(t, admin, "/desk/posts/glass", url.Values{"area": {"410928212"}, "reason": {"测试：夜间无人值守"}})
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/desk/prove?") {
		t.Errorf("glass: %d to %q", res.StatusCode, to)
	}
}
