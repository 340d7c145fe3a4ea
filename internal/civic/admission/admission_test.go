// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package admission_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/admission"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const realm = "r"

// known lets every type but those that begin with 9 be sent.
type known struct{}

func (known) Sendable(_ context.Context, _, code string) error {
	if code[0] == '9' {
		return fault.New(fault.Invalid, "admission.type_departments").At("types").With("code", code)
	}
	return nil
}

// world is a realm with a department, two towns and people.
type world struct {
	*admission.Service
	t          *testing.T
	now        time.Time
	root       org.Area
	east, west org.Area
	dept       org.Body
}

func open(t *testing.T, d *db.DB) *world {
	t.Helper()
	zone := time.FixedZone("CST", 8*3600)
	w := &world{t: t, now: time.Date(2026, 9, 14, 9, 0, 0, 0, zone)}
	now := func() time.Time { return w.now }
	log := slog.New(slog.DiscardHandler)
	calendar, err := clock.LoadCalendar(catalogue.FS(), zone)
	w.check(err)
	places := org.New(d, now, log)
	w.root, err = places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"})
	w.check(err)
	w.east, err = places.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: w.root.ID, Kind: org.Township, Name: "东镇", By: "test"})
	w.check(err)
	w.west, err = places.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: w.root.ID, Kind: org.Township, Name: "西镇", By: "test"})
	w.check(err)
	w.dept, err = places.AddBody(t.Context(), org.NewBody{Realm: realm, Kind: "EMER", Name: "测试应急局", Area: w.root.ID, By: "test"})
	w.check(err)
	w.root, _ = places.Root(realm)
	w.east, _ = places.Area(realm, w.east.ID)
	w.west, _ = places.Area(realm, w.west.ID)
	forms, err := form.Load(catalogue.FS())
	w.check(err)
	def, err := procedure.Read(catalogue.FS(), admission.Procedure)
	w.check(err)
	library := procedure.NewLibrary(d, calendar)
	w.check(library.Offer(t.Context(), realm, def, w.now))
	w.Service = &admission.Service{DB: d, Now: now, Log: log, Zone: zone, Forms: forms, Library: library, Org: places, Types: known{}, Releases: &release.Service{DB: d, Now: now}}
	w.Releases.Publishers = map[string]release.Publisher{admission.Words: w.Publish}
	w.check(w.Seed(t.Context(), realm, w.root, "首版清单", []string{"010105"}))
	return w
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// actor is a person with one role in the whole realm.
func (w *world) actor(name string, role identity.Role) identity.Actor {
	g := identity.Grant{Realm: realm, Role: role, Lo: w.root.Lo, Hi: w.root.Hi}
	if role == identity.Handler {
		g.Body = w.dept.ID
	}
	return identity.Actor{Realm: realm, Account: name, Grants: []identity.Grant{g}}
}

// application is one that is complete; change alters it.
func (w *world) application(change func(c *admission.Apply)) admission.Apply {
	c := admission.Apply{
		Realm: realm, Key: id.New(), Body: w.dept.ID, Area: w.root.ID, Types: []string{"040101"}, By: w.actor("dept", identity.Handler),
		Values: map[string][]string{
			"title": {"查看消火栓"}, "nature": {"look"}, "basis": {"《测试条例》第三条"}, "content": {"看消火栓是否被占用"}, "frequency": {"monthly"},
			"minutes": {"15"}, "data": {"无"}, "training": {"应急局"}, "funding": {"应急局"},
		},
	}
	if change != nil {
		change(&c)
	}
	return c
}

// move makes a move that has to succeed.
func (w *world) move(a admission.Application, who string, role identity.Role, action string, values ...string) admission.Application {
	w.t.Helper()
	after, err := w.try(a, who, role, action, values...)
	if err != nil {
		w.t.Fatalf("%s: %v", action, err)
	}
	return after
}

func (w *world) try(a admission.Application, who string, role identity.Role, action string, values ...string) (admission.Application, error) {
	c := admission.Move{Realm: realm, ID: a.ID, Revision: a.Revision, Action: procedure.Action(action), Values: map[string][]string{}, By: w.actor(who, role)}
	for i := 0; i+1 < len(values); i += 2 {
		c.Values[values[i]] = []string{values[i+1]}
	}
	return w.Move(w.t.Context(), c)
}

// told checks the title with which an application stands on the public list, with
// its other words, and returns its one draft.
func (w *world) told(a admission.Application, title string) release.Draft {
	w.t.Helper()
	l, err := w.Public(w.t.Context(), realm)
	w.check(err)
	at := slices.IndexFunc(l.Tasks, func(one admission.Application) bool { return one.ID == a.ID })
	if at < 0 {
		w.t.Fatal("it is not on the public list")
	}
	if got := l.Tasks[at]; got.Title != title || (got.Answers["basis"] == "") != (title == "") || got.Answers["minutes"] != "15" || got.Nature != "look" {
		w.t.Errorf("in public it is %q, %v", got.Title, got.Answers)
	}
	if l.Tasks[0].Title != "首版清单" {
		w.t.Errorf("what the list began with is %q", l.Tasks[0].Title)
	}
	drafts, err := w.Releases.Of(w.t.Context(), realm, a.Subject())
	w.check(err)
	if len(drafts) != 1 {
		w.t.Fatalf("it has %d drafts", len(drafts))
	}
	return drafts[0]
}

// admitted reports whether a type may be sent to a place.
func (w *world) admitted(code string, place int64) bool {
	w.t.Helper()
	err := w.DB.View(w.t.Context(), func(tx *db.Tx) error { return w.Admitted(w.t.Context(), tx, realm, code, place) })
	if err != nil && fault.KindOf(err) != fault.Denied {
		w.t.Fatal(err)
	}
	return err == nil
}

func TestTheWayOntoTheListAndOffIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		if !w.admitted("010105", w.east.Lo) || w.admitted("040101", w.east.Lo) {
			t.Fatal("the list that the realm began with does not hold")
		}
		a, err := w.Apply(t.Context(), w.application(nil))
		w.check(err)
		a = w.move(a, "clerk", identity.Dispatcher, "check", "note", "依据成立")
		a = w.move(a, "worker", identity.GridWorker, "comment", "note", "每月一次可以")
		a = w.move(a, "clerk", identity.Dispatcher, "review", "minutes", "60", "note", "可承受")
		a = w.move(a, "clerk", identity.Dispatcher, "try", "area", w.east.ID, "days", "30")
		if !w.admitted("040101", w.east.Lo) || w.admitted("040101", w.west.Lo) {
			t.Error("a trial holds where it is tried, and there only")
		}
		draft := w.told(a, "")
		for _, by := range []identity.Actor{w.actor("dept", identity.Handler), w.actor("dept", identity.Dispatcher)} {
			if _, err := w.Releases.Decide(t.Context(), release.Decide{Realm: realm, ID: draft.ID, Revision: 1, Act: release.Release, By: by}); fault.KindOf(err) != fault.Denied {
				t.Errorf("who applied released their own words: %v", err)
			}
		}
		draft, err = w.Releases.Decide(t.Context(), release.Decide{Realm: realm, ID: draft.ID, Revision: 1, Act: release.Release, By: w.actor("clerk", identity.Dispatcher)})
		w.check(err)
		w.told(a, "查看消火栓")
		if _, err := w.try(a, "head", identity.ShiftHead, "approve", "note", "同意"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("approved while it is tried: %v", err)
		}
		w.now = w.now.AddDate(0, 0, 32)
		n, err := w.Expire(t.Context(), realm)
		if err != nil || n != 1 || w.admitted("040101", w.east.Lo) {
			t.Fatalf("the trial did not end: %d, %v", n, err)
		}
		a, err = w.Open(t.Context(), realm, a.ID)
		w.check(err)
		a = w.move(a, "head", identity.ShiftHead, "approve", "note", "同意")
		l, err := w.Listed(t.Context(), realm)
		if err != nil || l.Number != 2 || len(l.Tasks) != 2 || !w.admitted("040101", w.west.Lo) || a.Minutes != 60 {
			t.Fatalf("the list is %+v, %v", l, err)
		}
		w.told(a, "查看消火栓")
		_, err = w.Releases.Decide(t.Context(), release.Decide{Realm: realm, ID: draft.ID, Revision: draft.Revision, Act: release.Withdraw, Reason: "内容有误", By: w.actor("clerk", identity.Dispatcher)})
		w.check(err)
		w.told(a, "")
		w.now = w.now.AddDate(1, 0, 4) // a term that ends on a weekend ends on the next workday
		if _, err := w.Expire(t.Context(), realm); err != nil || !w.admitted("040101", w.west.Lo) {
			t.Fatalf("it must hold while its review is due: %v", err)
		}
		a, err = w.Open(t.Context(), realm, a.ID)
		w.check(err)
		a = w.move(a, "head", identity.ShiftHead, "keep", "note", "保留")
		a = w.move(a, "head", identity.ShiftHead, "exit", "reason", "职责已收回")
		if l, err = w.Listed(t.Context(), realm); err != nil || l.Number != 3 || w.admitted("040101", w.west.Lo) || a.State != "exited" {
			t.Errorf("after it left: %+v, %v", l, err)
		}
		history, err := w.History(t.Context(), realm, a.ID)
		if err != nil || len(history) != 10 || history[2].Answers["note"] != "每月一次可以" {
			t.Errorf("its history has %d steps, %v", len(history), err)
		}
	})
}

func TestWhatIsNotReviewedInItsYearLeavesTheList(t *testing.T) {
	w := open(t, dbtest.SQLite(t))
	a, err := w.Apply(t.Context(), w.application(nil))
	w.check(err)
	a = w.move(a, "clerk", identity.Dispatcher, "check", "note", "依据成立")
	a = w.move(a, "clerk", identity.Dispatcher, "review", "minutes", "60", "note", "可承受")
	w.move(a, "clerk", identity.Dispatcher, "try", "area", w.east.ID, "days", "7")
	w.now = w.now.AddDate(0, 0, 9)
	for range 2 { // the reminder of what has to be decided moves nothing
		_, err = w.Expire(t.Context(), realm)
		w.check(err)
	}
	a, err = w.Open(t.Context(), realm, a.ID)
	w.check(err)
	w.move(a, "head", identity.ShiftHead, "approve", "note", "同意")
	for _, days := range []int{370, 35} {
		w.now = w.now.AddDate(0, 0, days)
		_, err = w.Expire(t.Context(), realm)
		w.check(err)
	}
	if w.admitted("040101", w.east.Lo) {
		t.Error("nobody looked at it for a year and a month, and it still holds")
	}
}

func TestWhatIsRefused(t *testing.T) {
	w := open(t, dbtest.SQLite(t))
	for field, change := range map[string]func(c *admission.Apply){
		"nature":  func(c *admission.Apply) { c.Values["nature"] = []string{"penalty"} },
		"types":   func(c *admission.Apply) { c.Types = []string{"990101"} },
		"area":    func(c *admission.Apply) { c.Area = "nowhere" },
		"body":    func(c *admission.Apply) { c.Body = "nobody" },
		"basis":   func(c *admission.Apply) { c.Values["basis"] = nil },
		"until":   func(c *admission.Apply) { c.Once = true },
		"minutes": func(c *admission.Apply) { c.Values["minutes"] = []string{"many"} },
	} {
		_, err := w.Apply(t.Context(), w.application(change))
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(append([]*fault.Error{f}, f.More...), func(f *fault.Error) bool { return f.Field == field }) {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, nature := range []string{"permit", "coercion"} {
		_, err := w.Apply(t.Context(), w.application(func(c *admission.Apply) { c.Values["nature"] = []string{nature} }))
		if f, ok := fault.As(err); !ok || f.Key != "admission.powers_stay" {
			t.Errorf("%s: %v", nature, err)
		}
	}
	_, err := w.Apply(t.Context(), w.application(func(c *admission.Apply) { c.By = w.actor("clerk", identity.Dispatcher) }))
	if fault.KindOf(err) != fault.Denied {
		t.Errorf("a desk put a lasting task on the list: %v", err)
	}
}

func TestOneOffNeedsAnotherPersonAndEndsOnItsDay(t *testing.T) {
	w := open(t, dbtest.SQLite(t))
	once := w.application(func(c *admission.Apply) {
		c.Once, c.By, c.Values["until"] = true, w.actor("head", identity.ShiftHead), []string{"2026-09-20"}
	})
	a, err := w.Apply(t.Context(), once)
	w.check(err)
	if again, err := w.Apply(t.Context(), once); err != nil || again.Revision != 1 {
		t.Errorf("sent again: %+v, %v", again, err)
	}
	if _, err := w.try(a, "head", identity.ShiftHead, "allow", "note", "同意"); fault.KindOf(err) != fault.Denied {
		t.Errorf("allowed by who asked: %v", err)
	}
	if _, err := w.try(a, "clerk", identity.Dispatcher, "allow", "note", "同意"); fault.KindOf(err) != fault.Denied {
		t.Errorf("allowed by a dispatcher: %v", err)
	}
	if _, err := w.try(a, "clerk", identity.Dispatcher, "check", "note", "成立"); fault.KindOf(err) != fault.Denied {
		t.Errorf("put on the way to the list: %v", err)
	}
	w.move(a, "second", identity.ShiftHead, "allow", "note", "同意")
	w.now = time.Date(2026, 9, 20, 23, 0, 0, 0, w.Zone)
	if !w.admitted("040101", w.east.Lo) {
		t.Error("it ended before its last day was over")
	}
	w.now = w.now.Add(2 * time.Hour)
	if w.admitted("040101", w.east.Lo) {
		t.Error("it goes on after its last day")
	}
}

func TestTwoWhoDecideAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a, err := w.Apply(t.Context(), w.application(nil))
		w.check(err)
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, errs[i] = w.try(a, "clerk", identity.Dispatcher, "check", "note", "成立") })
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if fault.KindOf(err) != fault.Stale {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d of them moved it", won)
		}
	})
}

func TestAttemptsAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		for _, code := range []string{"040101", "040102", "040103"} {
			w.now = w.now.Add(time.Minute)
			w.check(w.Refused(t.Context(), realm, admission.Attempt{Code: code, Body: w.dept.ID, Place: w.east.Lo, Actor: "clerk"}))
		}
		first, err := w.Attempts(t.Context(), realm, page.Cursor{}, 2)
		if err != nil || len(first.Items) != 2 || first.Items[0].Code != "040103" {
			t.Fatalf("%+v, %v", first, err)
		}
		rest, err := w.Attempts(t.Context(), realm, first.Next, 2)
		if err != nil || len(rest.Items) != 1 || rest.Items[0].Code != "040101" || rest.Next.More() {
			t.Errorf("%+v, %v", rest, err)
		}
	})
}
