// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package release_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const (
	realm = "r"
	kind  = "test.words"
	about = "thing/1"
)

// stand is a desk with people around it, and what is public of one subject.
type stand struct {
	*release.Service
	now    time.Time
	public map[string]string // what everybody sees, by subject
	refuse error             // what the publisher says
}

func newStand(d *db.DB) *stand {
	s := &stand{now: time.Date(2026, 9, 21, 9, 0, 0, 0, time.UTC), public: map[string]string{}}
	s.Service = &release.Service{DB: d, Now: func() time.Time { return s.now }}
	s.Publishers = map[string]release.Publisher{kind: func(_ context.Context, _ *db.Tx, d release.Draft) error {
		if s.refuse != nil {
			return s.refuse
		}
		delete(s.public, d.Subject)
		if d.State == release.Released {
			s.public[d.Subject] = d.Text("text")
		}
		return nil
	}}
	return s
}

// who is somebody with a role in the places from 10 up to 20.
func who(account string, role identity.Role, change ...func(*identity.Grant)) identity.Actor {
	g := identity.Grant{Realm: realm, Account: account, Role: role, Lo: 10, Hi: 20, Basis: identity.Appointed}
	for _, do := range change {
		do(&g)
	}
	return identity.Actor{Realm: realm, Account: account, Name: account, Grants: []identity.Grant{g}}
}

var (
	writer = who("writer", identity.Dispatcher)
	second = who("second", identity.ShiftHead)
	third  = who("third", identity.Dispatcher)
)

func (s *stand) put(t *testing.T, text string, by identity.Actor) release.Draft {
	t.Helper()
	var d release.Draft
	err := s.DB.InTx(t.Context(), func(tx *db.Tx) (err error) {
		d, err = s.Put(t.Context(), tx, release.Write{
			Realm: realm, Kind: kind, Subject: about, Title: "一件事", Link: "/desk/things/1", Area: "a", Place: 12, Town: 10,
			Words: []release.Part{{Name: "text", Text: text}}, By: by,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s *stand) do(t *testing.T, d release.Draft, act release.Act, reason string, by identity.Actor) (release.Draft, error) {
	t.Helper()
	return s.Decide(t.Context(), release.Decide{Realm: realm, ID: d.ID, Revision: d.Revision, Act: act, Reason: reason, By: by})
}

func TestASecondPersonReleases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStand(d)
		draft := s.put(t, "一处井盖缺损", writer)
		if draft.State != release.Waiting || len(s.public) != 0 {
			t.Fatalf("%+v, public %v", draft, s.public)
		}
		lent := func(by string) func(*identity.Grant) {
			return func(g *identity.Grant) { g.Basis, g.By, g.Origin = identity.Delegated, by, "x" }
		}
		for name, c := range map[string]struct {
			by   identity.Actor
			want fault.Kind
			key  string
		}{
			"who wrote it":                        {writer, fault.Denied, "release.own"},
			"who wrote it, with another role":     {who("writer", identity.ShiftHead), fault.Denied, "release.own"},
			"who stands in for the writer":        {who("deputy", identity.Dispatcher, lent("writer")), fault.Denied, "release.lent_by_author"},
			"who got an emergency post from her":  {who("helper", identity.Dispatcher, func(g *identity.Grant) { g.Basis, g.By = identity.Emergency, "writer" }), fault.Denied, "release.lent_by_author"},
			"a handler":                           {who("handler", identity.Handler, func(g *identity.Grant) { g.Body = "b" }), fault.Missing, "release.missing"},
			"a grid worker":                       {who("walker", identity.GridWorker), fault.Missing, "release.missing"},
			"an administrator":                    {who("admin", identity.Administrator), fault.Missing, "release.missing"},
			"an auditor":                          {who("auditor", identity.Auditor), fault.Denied, "release.not_yours"},
			"the desk of another town":            {who("far", identity.Dispatcher, func(g *identity.Grant) { g.Lo, g.Hi = 20, 30 }), fault.Missing, "release.missing"},
			"whose post has ended":                {who("late", identity.Dispatcher, func(g *identity.Grant) { g.Until = s.now }), fault.Missing, "release.missing"},
			"whose post ended during the request": {who("gone", identity.Dispatcher, func(g *identity.Grant) { g.ID = "gone" }), fault.Denied, "identity.post_ended"},
			"the desk of another realm":           {identity.Actor{Realm: "other", Account: "x", Grants: second.Grants}, fault.Missing, "release.missing"},
			"nobody":                              {identity.Actor{Realm: realm}, fault.Missing, "release.missing"},
		} {
			_, err := s.do(t, draft, release.Release, "", c.by)
			if f, ok := fault.As(err); !ok || f.Kind != c.want || f.Key != c.key || len(s.public) != 0 {
				t.Errorf("%s: %v, public %v", name, err, s.public)
			}
		}
		out, err := s.do(t, draft, release.Release, "", who("deputy", identity.Dispatcher, lent("somebody")))
		if err != nil || out.State != release.Released || s.public[about] != "一处井盖缺损" {
			t.Fatalf("%+v, %v, public %v", out, err, s.public)
		}
		if _, err := s.do(t, draft, release.Release, "", second); fault.KindOf(err) != fault.Stale {
			t.Errorf("released twice: %v", err)
		}
		if _, err := s.do(t, out, release.Release, "", second); fault.KindOf(err) != fault.Conflict {
			t.Errorf("released twice, having looked: %v", err)
		}
	})
}

func TestTracesAreMendedBeforeAnybodyMayRelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStand(d)
		draft := s.put(t, "请找测试甲，13800000000", writer)
		if draft.State != release.Drafted {
			t.Fatalf("%+v", draft)
		}
		if _, err := s.do(t, draft, release.Release, "单位电话", second); fault.KindOf(err) != fault.Conflict {
			t.Errorf("released with a mobile number: %v", err)
		}
		draft, err := s.Mend(t.Context(), release.Mend{
			Realm: realm, ID: draft.ID, Revision: draft.Revision, By: writer,
			Words: release.Redacted(draft.Words, func(trace.Kind) string { return "【手机号略】" }),
		})
		if err != nil || draft.State != release.Waiting || draft.Version != 2 || draft.Text("text") != "请找测试甲，【手机号略】" {
			t.Fatalf("%+v, %v", draft, err)
		}
		trail, err := s.Open(t.Context(), second, draft.ID)
		if err != nil || len(trail.Versions) != 2 || strings.Contains(trail.Versions[0].Words[0].Text, "138") {
			t.Errorf("the value is kept: %+v, %v", trail, err)
		}
		if k := trail.Versions[0].Kinds; len(k) != 1 || k[0] != trace.Phone {
			t.Errorf("kinds: %v", k)
		}
		if draft, err = s.do(t, draft, release.Release, "", second); err != nil || s.public[about] != draft.Text("text") {
			t.Errorf("%v, public %v", err, s.public)
		}
		err = s.DB.View(t.Context(), func(tx *db.Tx) error {
			list, err := audit.List(t.Context(), tx, realm, "release/"+draft.ID, 10)
			for _, r := range list {
				if strings.Contains(r.Detail, "138") || strings.Contains(r.Detail, "测试甲") {
					t.Errorf("the audit holds words: %s", r.Detail)
				}
			}
			if len(list) != 3 {
				t.Errorf("%d entries", len(list))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnOfficesLineIsLetThroughWithAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStand(d)
		draft := s.put(t, "咨询电话010-00000000", writer)
		if draft.State != release.Waiting {
			t.Fatalf("%+v", draft)
		}
		if _, err := s.do(t, draft, release.Release, "", second); fault.KindOf(err) != fault.Invalid || len(s.public) != 0 {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := s.do(t, draft, release.Release, "测试员13800000000说的", second); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a reason with a trace: %v", err)
		}
		out, err := s.do(t, draft, release.Release, "受理大厅的公开电话", second)
		if err != nil || out.Reason != "受理大厅的公开电话" {
			t.Fatal(err)
		}
		trail, err := s.Open(t.Context(), third, draft.ID)
		if last := trail.Events[len(trail.Events)-1]; err != nil || last.Act != "released" || last.Reason == "" || last.Kinds[0] != trace.Line || last.Actor != "second" {
			t.Errorf("%+v, %v", last, err)
		}
	})
}

func TestWhoMendsItIsAnAuthor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStand(d)
		draft := s.put(t, "井盖缺损", writer)
		mend := release.Mend{Realm: realm, ID: draft.ID, Revision: draft.Revision, Words: []release.Part{{Name: "text", Text: "井盖已缺损"}}, By: second}
		draft, err := s.Mend(t.Context(), mend)
		if err != nil || draft.Author != "second" {
			t.Fatalf("%+v, %v", draft, err)
		}
		for _, by := range []identity.Actor{writer, second} {
			if _, err := s.do(t, draft, release.Release, "", by); fault.KindOf(err) != fault.Denied {
				t.Errorf("%s released it: %v", by.Account, err)
			}
		}
		if _, err := s.Mend(t.Context(), mend); fault.KindOf(err) != fault.Stale {
			t.Errorf("mended over another's version: %v", err)
		}
		mend.Revision, mend.Words = draft.Revision, []release.Part{{Name: "other", Text: "x"}}
		if _, err := s.Mend(t.Context(), mend); fault.KindOf(err) != fault.Invalid {
			t.Errorf("other parts: %v", err)
		}
		mend.Words = []release.Part{{Name: "text", Text: " \x00"}}
		if _, err := s.Mend(t.Context(), mend); fault.KindOf(err) != fault.Invalid {
			t.Errorf("control characters: %v", err)
		}
		if _, err := s.do(t, draft, release.Release, "", third); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsPublicIsReplacedAndWithdrawn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStand(d)
		first, err := s.do(t, s.put(t, "第一种说法", writer), release.Release, "", second)
		if err != nil {
			t.Fatal(err)
		}
		later := s.put(t, "第二种说法", writer)
		if later.ID == first.ID || s.public[about] != "第一种说法" {
			t.Errorf("%+v, public %v", later, s.public)
		}
		if shown, err := s.Shown(t.Context(), realm, kind, []string{about, "thing/2"}); err != nil || len(shown) != 1 || shown[about].State != release.Waiting {
			t.Errorf("%v, %v", shown, err)
		}
		s.now = s.now.Add(time.Minute)
		if later, err = s.do(t, later, release.Release, "", second); err != nil || s.public[about] != "第二种说法" {
			t.Fatalf("%v, public %v", err, s.public)
		}
		if old, err := s.Open(t.Context(), second, first.ID); err != nil || old.State != release.Superseded {
			t.Errorf("%+v, %v", old.Draft, err)
		}
		if _, err := s.do(t, later, release.Withdraw, "", third); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := s.do(t, later, release.Withdraw, "内容有误", third); err != nil || len(s.public) != 0 {
			t.Errorf("%v, public %v", err, s.public)
		}
		if shown, err := s.Shown(t.Context(), realm, kind, []string{about}); err != nil || shown[about] != (release.Shown{State: release.Withdrawn, Reason: "内容有误"}) {
			t.Errorf("%v, %v", shown, err)
		}
	})
}

func TestAReturnedDraftComesBackToItsAuthor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStand(d)
		draft, err := s.do(t, s.put(t, "不清楚的说法", writer), release.Return, "请写明地点", second)
		if err != nil || draft.State != release.Returned || draft.Reason != "请写明地点" {
			t.Fatalf("%+v, %v", draft, err)
		}
		if _, err := s.do(t, draft, release.Release, "", third); fault.KindOf(err) != fault.Conflict {
			t.Errorf("released while returned: %v", err)
		}
		waits := func(by identity.Actor) (n int) {
			err := s.DB.View(t.Context(), func(tx *db.Tx) (err error) {
				n, err = release.Count(t.Context(), tx, by, s.now)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if waits(writer) != 1 || waits(second) != 0 {
			t.Errorf("waits for the writer %d, for the second %d", waits(writer), waits(second))
		}
		again := s.put(t, "村口井盖缺损", writer)
		if again.ID != draft.ID || again.State != release.Waiting || again.Reason != "" || waits(writer) != 0 || waits(second) != 1 {
			t.Errorf("%+v", again)
		}
		err = s.DB.View(t.Context(), func(tx *db.Tx) error {
			list, err := inbox.List(t.Context(), tx, realm, []inbox.Seat{{Role: release.Role, Lo: 10, Hi: 20, Town: 10}}, page.Cursor{}, 10)
			if len(list.Items) != 1 || list.Items[0].Link != release.Page(draft.ID) {
				t.Errorf("inbox: %+v", list.Items)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestOneFailingPublisherKeepsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStand(d)
		draft := s.put(t, "井盖缺损", writer)
		s.refuse = fault.New(fault.Conflict, "release.not_publishable")
		if _, err := s.do(t, draft, release.Release, "", second); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%v", err)
		}
		if same, err := s.Open(t.Context(), second, draft.ID); err != nil || same.State != release.Waiting || same.Revision != draft.Revision {
			t.Errorf("%+v, %v", same.Draft, err)
		}
	})
}

func TestOfManyWhoDecideOneDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStand(d)
		var mu sync.Mutex
		shown := 0
		s.Publishers[kind] = func(context.Context, *db.Tx, release.Draft) error {
			mu.Lock()
			defer mu.Unlock()
			shown++
			return nil
		}
		draft := s.put(t, "井盖缺损", writer)
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				act := []release.Act{release.Release, release.Return}[i%2]
				_, errs[i] = s.Decide(t.Context(), release.Decide{Realm: realm, ID: draft.ID, Revision: draft.Revision, Act: act, Reason: "看过了", By: second})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case fault.KindOf(err) != fault.Stale && fault.KindOf(err) != fault.Conflict:
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d decided: %v", won, errors.Join(errs...))
		}
	})
}

func TestWhatSomebodySees(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStand(d)
		err := s.DB.InTx(t.Context(), func(tx *db.Tx) error {
			for _, subject := range []string{"thing/a", "thing/b", "thing/c"} {
				w := release.Write{Realm: realm, Kind: kind, Subject: subject, File: "photo", Title: subject, Place: 12, By: writer}
				if subject == "thing/b" {
					w.Avoid = "works"
				}
				if _, err := s.Put(t.Context(), tx, w); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		inBody := who("both", identity.Dispatcher, func(g *identity.Grant) { g.Body = "works" })
		for _, c := range []struct {
			by   identity.Actor
			want int
		}{{second, 3}, {writer, 3}, {inBody, 2}, {who("far", identity.Dispatcher, func(g *identity.Grant) { g.Lo, g.Hi = 0, 10 }), 0}, {who("walker", identity.GridWorker), 0}} {
			n, after := 0, page.Cursor{}
			for {
				list, err := s.List(t.Context(), c.by, release.Waiting, after, 2)
				if err != nil {
					t.Fatal(err)
				}
				n += len(list.Items)
				if after = list.Next; !after.More() {
					break
				}
			}
			if n != c.want {
				t.Errorf("%s sees %d, want %d", c.by.Account, n, c.want)
			}
		}
	})
}

// Auditors look at who wrote, who released and what was found; they read the words
// that everybody reads.
func TestAuditorsReadNoWordsThatAreNotPublic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStand(d)
		auditor := who("auditor", identity.Auditor)
		const first, last = "请找测试甲，13800000000", "一处井盖缺损"
		draft := s.put(t, first, writer)
		look := func(by identity.Actor, state release.State) (texts string, kinds int) {
			t.Helper()
			one, err := s.Open(t.Context(), by, draft.ID)
			list, worse := s.List(t.Context(), by, state, page.Cursor{}, 10)
			if err != nil || worse != nil || len(list.Items) != 1 {
				t.Fatalf("%v, %v, listed %d", err, worse, len(list.Items))
			}
			for _, trail := range []release.Trail{one, list.Items[0]} {
				for _, p := range trail.Words {
					texts += p.Text
				}
				for _, v := range trail.Versions {
					kinds += len(v.Kinds)
					for _, p := range v.Words {
						texts += p.Text
					}
				}
			}
			return texts, kinds
		}
		if texts, kinds := look(auditor, release.Drafted); texts != "" || kinds == 0 {
			t.Errorf("an auditor reads %q of a draft with %d finds", texts, kinds)
		}
		if texts, _ := look(second, release.Drafted); !strings.Contains(texts, first) {
			t.Errorf("the desk reads %q", texts)
		}
		draft, err := s.Mend(t.Context(), release.Mend{Realm: realm, ID: draft.ID, Revision: draft.Revision, By: writer, Words: []release.Part{{Name: draft.Words[0].Name, Text: last}}})
		if err != nil {
			t.Fatal(err)
		}
		if texts, _ := look(auditor, release.Waiting); texts != "" {
			t.Errorf("an auditor reads %q of what waits", texts)
		}
		if draft, err = s.do(t, draft, release.Release, "", second); err != nil {
			t.Fatal(err)
		}
		if texts, _ := look(auditor, release.Released); texts != strings.Repeat(last, 4) {
			t.Errorf("an auditor reads %q of what is public", texts)
		}
		if draft, err = s.do(t, draft, release.Withdraw, "不再适用", second); err != nil {
			t.Fatal(err)
		}
		if texts, _ := look(auditor, release.Withdrawn); texts != "" {
			t.Errorf("an auditor reads %q of what was taken back", texts)
		}
	})
}
