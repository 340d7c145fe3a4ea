// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package rights_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

const realm = "testland"

// drawer is a part of a program that keeps something about people: in memory, as
// another domain would in its tables.
type drawer struct {
	held map[string]string // contact by subject
	open bool
}

func (d *drawer) Kinds() []retention.Kind {
	return []retention.Kind{{Name: "contact", Deeds: []retention.Deed{retention.Destroy}}}
}

func (d *drawer) Over(_ context.Context, _ *db.Tx, q retention.Question) ([]retention.Item, error) {
	if _, ok := d.held[q.Subject]; !ok {
		return nil, nil
	}
	return []retention.Item{{Kind: "contact", Subject: q.Subject, State: "closed", Open: d.open}}, nil
}

func (d *drawer) Forget(_ context.Context, tx *db.Tx, s retention.Stone) (int, error) {
	tx.AfterCommit(func() { delete(d.held, s.Item.Subject) })
	return 1, nil
}

func (d *drawer) Held(_ context.Context, _, subject string) ([]retention.Record, error) {
	if v, ok := d.held[subject]; ok {
		return []retention.Record{{Kind: "contact", Key: "k", Value: v}}, nil
	}
	return nil, nil
}

func (d *drawer) Correct(_ context.Context, tx *db.Tx, c retention.Correction) (bool, error) {
	tx.AfterCommit(func() { d.held[c.Subject] = c.Values["contact_phone"] })
	return true, nil
}

// Numbered knows one matter.
func (d *drawer) Numbered(_ context.Context, _, number string) (rights.Subject, error) {
	if number != "20260918-0000001" {
		return rights.Subject{}, fault.New(fault.Missing, "matter.missing")
	}
	return rights.Subject{Name: "matter/1", Number: number, Place: 1}, nil
}

type town struct {
	*rights.Service
	*drawer
	t    *testing.T
	time time.Time
	root org.Area
}

func newTown(t *testing.T, d *db.DB) *town {
	t.Helper()
	s := &town{t: t, time: time.Date(2026, 9, 18, 1, 0, 0, 0, time.UTC), drawer: &drawer{held: map[string]string{"matter/1": "13800000000"}}}
	now := clock.Clock(func() time.Time { return s.time })
	log := slog.New(slog.DiscardHandler)
	zone := time.FixedZone("CST", 8*3600)
	calendar, err := clock.LoadCalendar(catalogue.FS(), zone)
	s.check(err)
	forms, err := form.Load(catalogue.FS())
	s.check(err)
	box, err := seal.NewBox(make([]byte, 32))
	s.check(err)
	places := org.New(d, now, log)
	s.root, err = places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试县", By: "test"})
	s.check(err)
	library := procedure.NewLibrary(d, calendar)
	def, err := procedure.Read(catalogue.FS(), rights.Procedure)
	s.check(err)
	s.check(library.Publish(t.Context(), realm, def, "test", s.time))
	keep := retention.New(retention.Service{DB: d, Now: now, Log: log, Org: places, Editions: &edition.Service{DB: d, Now: now}})
	s.Service = &rights.Service{
		DB: d, Now: now, Log: log, Forms: forms, Library: library, Org: places, Box: box, Retention: keep, Subjects: s.drawer,
		Say: func(key string) string { return key },
	}
	keep.Keepers = []retention.Keeper{s.drawer, rights.Keeper{Service: s.Service}}
	return s
}

func (s *town) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *town) actor(role identity.Role) identity.Actor {
	account := id.New()
	g := identity.Grant{Realm: realm, ID: id.New(), Account: account, Role: role, Area: s.root.ID, Lo: s.root.Lo, Hi: s.root.Hi, From: s.time.Add(-time.Hour)}
	return identity.Actor{Realm: realm, Account: account, Grants: []identity.Grant{g}}
}

// ask is a reporter with number and code.
func (s *town) ask(wish rights.Wish, values map[string][]string) (rights.Request, error) {
	return s.Ask(s.t.Context(), rights.Ask{
		Realm: realm, Key: id.New(), Door: rights.ByCode, Wish: wish, Values: values, By: identity.Actor{Realm: realm},
		About: rights.Subject{Name: "matter/1", Number: "20260918-0000001", Place: s.root.Lo, Town: s.root.Town},
	})
}

func (s *town) move(r rights.Request, by identity.Actor, action procedure.Action, values map[string][]string) (rights.Request, error) {
	return s.Move(s.t.Context(), rights.Move{Realm: realm, ID: r.ID, Revision: r.Revision, Action: action, Values: values, By: by})
}

func key(err error) string {
	f, _ := fault.As(err)
	if f == nil {
		return ""
	}
	return f.Key
}

func TestWhatNothingStandsInTheWayOfIsDoneAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		for _, wish := range []rights.Wish{rights.Query, rights.Copy} {
			if r, err := s.ask(wish, nil); err != nil || r.State != "done" {
				t.Errorf("%s is %s, %v", wish, r.State, err)
			}
		}
		if _, err := s.ask(rights.Correct, nil); key(err) != "form.required" {
			t.Errorf("a correction of nothing: %v", err)
		}
		if r, err := s.ask(rights.Correct, map[string][]string{"contact_phone": {"13800000001"}}); err != nil || r.State != "done" || s.held["matter/1"] != "13800000001" {
			t.Errorf("the correction is %s, held is %v, %v", r.State, s.held, err)
		}
		if r, err := s.ask(rights.Withdraw, nil); err != nil || r.State != "done" || len(s.held) != 0 {
			t.Errorf("the withdrawal is %s, held is %v, %v", r.State, s.held, err)
		}
		stones, err := s.Retention.Stones(t.Context(), realm, "matter/1")
		if err != nil || len(stones) != 1 || stones[0].Cause != "consent" {
			t.Errorf("tombstones %+v, %v", stones, err)
		}
		if _, err := s.ask("everything", nil); key(err) != "form.required" {
			t.Errorf("a wish that is none: %v", err)
		}
	})
}

func TestADeletionIsDecidedByASecondPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		desk, head := s.actor(identity.Dispatcher), s.actor(identity.ShiftHead)
		for _, a := range []identity.Actor{desk, head} {
			s.give(d, a)
		}
		r, err := s.ask(rights.Delete, map[string][]string{"what": {"请删除紫藤花架的事"}})
		if err != nil || r.State != "received" || len(s.held) != 1 {
			t.Fatalf("it is %s, held is %v, %v", r.State, s.held, err)
		}
		sure := map[string][]string{"sure": {"yes"}}
		if _, err := s.move(r, head, "carry_out", sure); key(err) != "procedure.not_from_here" {
			t.Errorf("what nobody proposed is decided: %v", err)
		}
		r, err = s.move(r, desk, "acknowledge", nil)
		s.check(err)
		if _, err := s.move(r, desk, "answer", map[string][]string{"told": {"已删"}}); key(err) != "rights.is_deletion" {
			t.Errorf("a deletion is answered like any other: %v", err)
		}
		r, err = s.move(r, desk, "propose", nil)
		s.check(err)
		both := head
		both.Account = desk.Account
		both.Grants = append(both.Grants, desk.Grants...)
		if _, err := s.move(r, both, "carry_out", sure); err == nil {
			t.Error("one person proposes and decides")
		}
		if _, err := s.move(r, head, "carry_out", nil); key(err) != "form.required" {
			t.Errorf("it is decided without a word: %v", err)
		}
		old := r
		s.open = true
		if _, err := s.move(r, head, "carry_out", sure); key(err) != "retention.open" {
			t.Errorf("what is still dealt with is deleted: %v", err)
		}
		s.open = false
		r, err = s.move(r, head, "carry_out", sure)
		if err != nil || r.State != "done" || len(s.held) != 0 || !r.Forgotten || len(r.Ask) != 0 {
			t.Fatalf("it is %+v, held is %v, %v", r, s.held, err)
		}
		if _, err := s.move(old, head, "carry_out", sure); key(err) != "matter.stale" {
			t.Errorf("it is decided twice: %v", err)
		}
		steps, err := s.History(t.Context(), realm, r.ID)
		if err != nil || len(steps) != 4 {
			t.Errorf("%d steps, %v", len(steps), err)
		}
	})
}

// give makes the account and grant of somebody, so that a move finds them in force.
func (s *town) give(d *db.DB, a identity.Actor) {
	s.t.Helper()
	g := a.Grants[0]
	s.check(d.InTx(s.t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(s.t.Context(), `INSERT INTO identity_account (realm, id, login, name, password, language, mail, disabled_at, created_at, revision)
			VALUES (?, ?, ?, '测试人员', '', 'zh-Hans', '', 0, 1, 1)`, realm, a.Account, a.Account)
		if err != nil {
			return err
		}
		_, err = tx.Exec(s.t.Context(), `INSERT INTO identity_grant (realm, id, account, role, area, lo, hi, town, body, from_at, until_at, revoked_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, 0, '', 1, 0, 0)`, realm, g.ID, a.Account, g.Role, g.Area, g.Lo, g.Hi)
		return err
	}))
}

func TestARequestHasClocks(t *testing.T) {
	s := newTown(t, dbtest.SQLite(t))
	desk, head := s.actor(identity.Dispatcher), s.actor(identity.ShiftHead)
	s.give(s.DB, desk)
	s.give(s.DB, head)
	r, err := s.ask(rights.Delete, nil)
	s.check(err)
	if days := r.Due.Sub(s.time).Hours() / 24; days < 3 || days > 6 {
		t.Errorf("the receipt is due in %.1f days", days)
	}
	whole := r.Whole
	if days := whole.Sub(s.time).Hours() / 24; days < 19 || days > 32 {
		t.Errorf("the answer is due in %.1f days; the week of October is in between", days)
	}
	r, err = s.move(r, desk, "acknowledge", nil)
	s.check(err)
	if _, err := s.move(r, head, "extend", nil); key(err) != "form.required" {
		t.Errorf("a term is lengthened without a reason: %v", err)
	}
	more, err := s.move(r, head, "extend", map[string][]string{"reason": {"要查的系统较多"}})
	s.check(err)
	if !more.Whole.After(whole) || !more.Due.After(r.Due) {
		t.Errorf("lengthened, it is due %s and %s as a whole", more.Due, more.Whole)
	}
	if _, err := s.move(more, head, "extend", map[string][]string{"reason": {"再查"}}); key(err) != "rights.extended_once" {
		t.Errorf("a term is lengthened twice: %v", err)
	}
	s.time = more.Due.Add(time.Minute)
	if n, err := s.Expire(t.Context(), realm); err != nil || n != 1 {
		t.Errorf("%d reminders, %v", n, err)
	}
	if n, err := s.Expire(t.Context(), realm); err != nil || n != 0 {
		t.Errorf("%d reminders again, %v", n, err)
	}
	after, err := s.Open(t.Context(), head, r.ID)
	if err != nil || after.State != "working" || after.Light(s.time) != clock.Red {
		t.Errorf("it is %s, %v, %v", after.State, after.Light(s.time), err)
	}
	if _, err := s.move(after, head, "refuse", map[string][]string{"told": {"不行"}}); key(err) != "form.required" {
		t.Errorf("it is refused without a ground: %v", err)
	}
	after, err = s.move(after, head, "refuse", map[string][]string{"ground": {"law_keeps"}, "told": {"还在法定保存期内"}})
	if err != nil || after.State != "refused" || after.Ground != "law_keeps" {
		t.Errorf("it is %s for %q, %v", after.State, after.Ground, err)
	}
}

func TestAtTheDeskIdentityIsCheckedAndNoNumberKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		hall := s.actor(identity.Receptionist)
		take := func(by identity.Actor, wish rights.Wish, number string, change func(map[string][]string)) (rights.Request, error) {
			values := map[string][]string{"for": {"self"}, "checked": {"document"}}
			if change != nil {
				change(values)
			}
			return s.Ask(t.Context(), rights.Ask{Realm: realm, Key: id.New(), Door: rights.AtDesk, Wish: wish, Number: number, Values: values, By: by})
		}
		const number = "20260918-0000001"
		for _, tt := range []struct {
			name, key string
			wish      rights.Wish
			number    string
			change    func(map[string][]string)
		}{
			{"how identity was checked is not said", "form.required", rights.Copy, number, func(v map[string][]string) { delete(v, "checked") }},
			{"a deletion of nothing that is named", "form.required", rights.Delete, "", nil},
			{"a number that there is not", "rights.number_unknown", rights.Delete, "20260918-9999999", nil},
			{"an identity number is written down", "trace.found_identity", rights.Copy, number, func(v map[string][]string) { v["what"] = []string{"身份证 000000199001010019"} }},
			{"very many words", "form.too_long", rights.Copy, number, func(v map[string][]string) { v["what"] = []string{strings.Repeat("字", 2000)} }},
			{"control characters", "form.control", rights.Copy, number, func(v map[string][]string) { v["what"] = []string{"a\x00b"} }},
		} {
			if _, err := take(hall, tt.wish, tt.number, tt.change); key(err) != tt.key && !(tt.key == "form.control" && fault.KindOf(err) == fault.Invalid) {
				t.Errorf("%s: %v, want %s", tt.name, err, tt.key)
			}
		}
		if _, err := take(s.actor(identity.GridWorker), rights.Copy, number, nil); fault.KindOf(err) != fault.Denied {
			t.Errorf("a grid worker takes a request in: %v", err)
		}
		r, err := take(hall, rights.Query, "", func(v map[string][]string) { v["what"] = []string{"<b>想知道</b>"} })
		if err != nil || r.State != "received" || r.Ask["checked"] != "document" || r.Ask["what"] != "<b>想知道</b>" {
			t.Fatalf("it is %+v, %v", r, err)
		}
		for role, sees := range map[identity.Role]bool{
			identity.Dispatcher: true, identity.ShiftHead: true, identity.Receptionist: true, identity.Auditor: true,
			identity.Handler: false, identity.GridWorker: false, identity.Administrator: false, identity.Security: false,
		} {
			if _, err := s.Open(t.Context(), s.actor(role), r.ID); (err == nil) != sees {
				t.Errorf("%s sees it: %v", role, err)
			}
		}
		if _, err := s.Service.Held(t.Context(), s.actor(identity.Auditor), r.ID); fault.KindOf(err) != fault.Denied {
			t.Errorf("an auditor is told what is held: %v", err)
		}
		list, err := s.List(t.Context(), hall, rights.Waiting, page.Cursor{}, 10)
		if err != nil || !slices.ContainsFunc(list.Items, func(one rights.Request) bool { return one.ID == r.ID }) {
			t.Errorf("it is not in the list: %v", err)
		}
	})
}

func TestARequestSentTwiceIsOne(t *testing.T) {
	s := newTown(t, dbtest.SQLite(t))
	c := rights.Ask{
		Realm: realm, Key: id.New(), Door: rights.ByCode, Wish: rights.Delete, By: identity.Actor{Realm: realm},
		About: rights.Subject{Name: "matter/1", Number: "20260918-0000001", Place: s.root.Lo},
	}
	for range 2 {
		_, err := s.Ask(t.Context(), c)
		s.check(err)
	}
	of, err := s.Of(t.Context(), realm, "matter/1")
	if err != nil || len(of) != 1 {
		t.Errorf("%d requests, %v", len(of), err)
	}
	c.Key = "1"
	if _, err := s.Ask(t.Context(), c); key(err) != "rights.no_key" {
		t.Errorf("without a key: %v", err)
	}
}

func TestWordsOfARequestAreSealedAndGoByTheSchedule(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		s.check(s.Retention.Editions.Seed(t.Context(), realm, retention.Edition, []byte(`{"rows":[{"kind":"request","days":1095,"deed":"deidentify","basis":"b"}]}`), "b"))
		_, err := s.ask(rights.Correct, map[string][]string{"contact_phone": {"13800000009"}})
		s.check(err)
		for _, c := range rights.Sealed() {
			var texts []seal.Text
			s.check(d.View(t.Context(), func(tx *db.Tx) (err error) {
				texts, err = c.Find(t.Context(), tx, realm, "", "none", 10)
				return err
			}))
			if len(texts) != 1 || strings.Contains(texts[0].Sealed, "13800000009") {
				t.Errorf("sealed texts: %+v", texts)
			}
		}
		for _, tt := range []struct{ days, gone int }{{1000, 0}, {100, 1}, {1, 0}} {
			s.time = s.time.AddDate(0, 0, tt.days)
			if did, err := s.Retention.Run(t.Context(), realm); err != nil || did.Gone != tt.gone {
				t.Errorf("after %d more days %d requests lose their words, %v", tt.days, did.Gone, err)
			}
		}
		of, err := s.Of(t.Context(), realm, "matter/1")
		if err != nil || len(of) != 1 || !of[0].Forgotten || of[0].State != "done" {
			t.Errorf("left is %+v, %v", of, err)
		}
	})
}
