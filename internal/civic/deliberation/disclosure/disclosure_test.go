// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

const realm = "r"

// town is a realm with a village, its secretary and who releases there.
type town struct {
	*disclosure.Service
	t         testing.TB
	now       time.Time
	root      org.Area
	area      org.Area
	other     org.Area
	secretary identity.Actor
	head      identity.Actor
	auditor   identity.Actor
	elsewhere identity.Actor
	whole     identity.Actor // secretary of the realm
}

func open(t testing.TB, d *db.DB) *town {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, zone)}
	now, log := func() time.Time { return w.now }, slog.New(slog.DiscardHandler)
	places := org.New(d, now, log)
	if w.root, err = places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"}); err != nil {
		t.Fatal(err)
	}
	for _, at := range []*org.Area{&w.area, &w.other} {
		if *at, err = places.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: w.root.ID, Kind: org.Township, Name: "测试镇" + id.Digits(4), By: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	box, err := seal.OpenBox(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	law, table, err := assembly.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := clock.LoadCalendar(catalogue.FS(), zone)
	if err != nil {
		t.Fatal(err)
	}
	editions := &edition.Service{DB: d, Now: now, Checks: map[string]edition.Check{}}
	bodies := assembly.New(assembly.Service{DB: d, Now: now, Log: log, Zone: zone, Org: places, Box: box, Editions: editions, Law: law, Table: table})
	w.Service = &disclosure.Service{
		DB: d, Now: now, Log: log, Calendar: calendar, Org: places, Box: box, Bodies: bodies, Say: func(key string) string { return key },
		Releases: &release.Service{DB: d, Now: now},
	}
	w.Releases.Publishers = map[string]release.Publisher{disclosure.Words: w.Show, disclosure.Answer: w.ShowAnswer}
	actor := func(name string, role identity.Role, at org.Area) identity.Actor {
		return identity.Actor{Realm: realm, Account: name, Proved: w.now.AddDate(1, 0, 0), Grants: []identity.Grant{{Realm: realm, Role: role, Lo: at.Lo, Hi: at.Hi}}}
	}
	w.secretary, w.head = actor("secretary", identity.Secretary, w.area), actor("head", identity.ShiftHead, w.area)
	w.auditor, w.elsewhere = actor("auditor", identity.Auditor, w.area), actor("elsewhere", identity.Secretary, w.other)
	w.whole = actor("whole", identity.Secretary, w.root)
	return w
}

// at sets the clock, as 2026-03-02 09:00.
func (w *town) at(text string) {
	w.t.Helper()
	var err error
	if w.now, err = time.ParseInLocation("2006-01-02 15:04", text, w.Calendar.Zone()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// plain is a notice of the village.
func (w *town) plain() disclosure.Publish {
	return disclosure.Publish{
		Realm: realm, Key: id.New(), Kind: disclosure.Resolution, For: "proceeding/1/resolution", Rule: "villager_reps", Area: w.area.ID,
		Title: "关于停车收费的决议", Issuer: "测试村村民委员会", Body: "同意停车位对外收费。\n本村居民免费。", By: w.secretary,
	}
}

func (w *town) publish(c disclosure.Publish) (n disclosure.Notice, err error) {
	w.t.Helper()
	err = w.DB.InTx(w.t.Context(), func(tx *db.Tx) error {
		n, err = w.Publish(w.t.Context(), tx, c)
		return err
	})
	return n, err
}

// draft is what waits for release about something.
func (w *town) draft(subject string) release.Draft {
	w.t.Helper()
	all, err := w.Releases.Of(w.t.Context(), realm, subject)
	w.must(err)
	for _, d := range all {
		if d.State.Live() {
			return d
		}
	}
	w.t.Fatalf("nothing waits about %s", subject)
	return release.Draft{}
}

func (w *town) release(subject string) error {
	w.t.Helper()
	d := w.draft(subject)
	_, err := w.Releases.Decide(w.t.Context(), release.Decide{Realm: realm, ID: d.ID, Revision: d.Revision, Act: release.Release, By: w.head})
	return err
}

// posted is a notice that stands.
func (w *town) posted(change func(*disclosure.Publish)) disclosure.Notice {
	w.t.Helper()
	c := w.plain()
	if change != nil {
		change(&c)
	}
	n, err := w.publish(c)
	w.must(err)
	w.must(w.release("disclosure/" + n.ID))
	return w.one(n.ID)
}

func (w *town) one(id string) (n disclosure.Notice) {
	w.t.Helper()
	w.must(w.DB.View(w.t.Context(), func(tx *db.Tx) (err error) {
		n, err = w.Find(w.t.Context(), tx, realm, id)
		return err
	}))
	return n
}

func (w *town) standing(id string) (st disclosure.Standing) {
	w.t.Helper()
	w.must(w.DB.View(w.t.Context(), func(tx *db.Tx) (err error) {
		st, err = w.Standing(w.t.Context(), tx, realm, id)
		return err
	}))
	return st
}

// board is the ids of what stands on an area's board.
func (w *town) board(area string, past bool) string {
	w.t.Helper()
	list, err := w.List(w.t.Context(), realm, area, past, page.Cursor{}, 50)
	w.must(err)
	var out []string
	for _, n := range list.Items {
		out = append(out, n.ID)
	}
	return strings.Join(out, " ")
}

func key(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return fmt.Sprint(err)
	}
	return f.Key
}

func TestANoticeStandsFromTheDayOfItsRelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		n, err := w.publish(w.plain())
		w.must(err)
		if _, err := w.Open(t.Context(), realm, n.ID); fault.KindOf(err) != fault.Missing {
			t.Errorf("everybody sees what waits: %v", err)
		}
		if st := w.standing(n.ID); st.Stood != 0 || st.Complete || st.From != "" || w.board(w.area.ID, false) != "" {
			t.Errorf("before its release it has stood: %+v", st)
		}
		w.at("2026-03-05 10:00")
		w.must(w.release("disclosure/" + n.ID))
		seen, err := w.Open(t.Context(), realm, n.ID)
		w.must(err)
		if seen.State != disclosure.Stands || seen.Number != "2026-1" || seen.Posted != "2026-03-05" || seen.Days != 15 || seen.Until != "2026-03-20" || seen.Body == "" ||
			seen.Basis != "basis.villagers_law" || len(seen.Wordings) != 1 || seen.Standing.From != "2026-03-06" {
			t.Errorf("it is %+v", seen)
		}
		for _, area := range []string{w.area.ID, w.root.ID} {
			if w.board(area, false) != n.ID || w.board(area, true) != "" {
				t.Errorf("the board of %s has %q", area, w.board(area, false))
			}
		}
		if w.board(w.other.ID, false) != "" {
			t.Error("it is on the board of another place")
		}
		w.at("2026-03-20 23:59")
		if k, err := w.Expire(t.Context(), realm); k != 0 || err != nil {
			t.Errorf("it ended on its last day: %d, %v", k, err)
		}
		w.at("2026-03-21 00:00")
		if k, err := w.Expire(t.Context(), realm); k != 1 || err != nil {
			t.Errorf("it did not end: %d, %v", k, err)
		}
		if k, err := w.Expire(t.Context(), realm); k != 0 || err != nil {
			t.Errorf("it ended twice: %d, %v", k, err)
		}
		if st := w.standing(n.ID); !st.Complete || st.Stood != 15 || st.State != disclosure.Ended || w.board(w.area.ID, true) != n.ID || w.board(w.root.ID, false) != "" {
			t.Errorf("it ended as %+v", st)
		}
	})
}

func TestWhatCannotBePublished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		for name, tt := range map[string]struct {
			change func(*disclosure.Publish)
			kind   fault.Kind
			field  string
		}{
			"a day fewer than the law":    {func(c *disclosure.Publish) { c.Days = 14 }, fault.Invalid, "days"},
			"no title":                    {func(c *disclosure.Publish) { c.Title = " " }, fault.Invalid, "title"},
			"an enormous title":           {func(c *disclosure.Publish) { c.Title = strings.Repeat("长", 81) }, fault.Invalid, "title"},
			"no issuer":                   {func(c *disclosure.Publish) { c.Issuer = "" }, fault.Invalid, "issuer"},
			"an enormous text":            {func(c *disclosure.Publish) { c.Body = strings.Repeat("长", 8001) }, fault.Invalid, "text"},
			"control characters":          {func(c *disclosure.Publish) { c.Body = "a\x00b" }, fault.Invalid, "text"},
			"an unknown kind":             {func(c *disclosure.Publish) { c.Kind = "gossip" }, fault.Invalid, "kind"},
			"an unknown place":            {func(c *disclosure.Publish) { c.Area = "nowhere" }, fault.Invalid, "area"},
			"a rule that is none":         {func(c *disclosure.Publish) { c.Rule = "nobody" }, fault.Conflict, "rule"},
			"a paper board that is none":  {func(c *disclosure.Publish) { c.Boards = []string{id.New()} }, fault.Invalid, "boards"},
			"by the secretary of another": {func(c *disclosure.Publish) { c.By = w.elsewhere }, fault.Denied, ""},
			"by who releases":             {func(c *disclosure.Publish) { c.By = w.head }, fault.Denied, ""},
			"by nobody":                   {func(c *disclosure.Publish) { c.By = identity.Actor{Realm: realm} }, fault.Denied, ""},
			"under a key that is none":    {func(c *disclosure.Publish) { c.Key = "x" }, fault.Invalid, ""},
		} {
			c := w.plain()
			tt.change(&c)
			_, err := w.publish(c)
			f, ok := fault.As(err)
			if !ok || f.Kind != tt.kind && !strings.Contains(fmt.Sprint(err), tt.field) {
				t.Errorf("%s: %v", name, err)
			}
			if ok && tt.field != "" && !strings.Contains(fmt.Sprintf("%+v", f), tt.field) {
				t.Errorf("%s: field %q, want %q", name, f.Field, tt.field)
			}
		}
	})
}

func TestTheSameKeyTwiceMakesOneNotice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		c := w.plain()
		a, err := w.publish(c)
		w.must(err)
		w.must(w.release("disclosure/" + a.ID))
		c.Title = "另一个标题"
		b, err := w.publish(c)
		if err != nil || b.ID != a.ID || b.State != disclosure.Stands || b.Title == c.Title {
			t.Errorf("the second time it is %+v, %v", b, err)
		}
		c.By = w.elsewhere
		c.Area = w.other.ID
		if _, err := w.publish(c); fault.KindOf(err) != fault.Missing {
			t.Errorf("somebody else learns of it by its key: %v", err)
		}
		if drafts, _ := w.Releases.Of(t.Context(), realm, "disclosure/"+a.ID); len(drafts) != 1 {
			t.Errorf("there are %d drafts", len(drafts))
		}
	})
}

func TestTracesOfPersonsStopAtTheGate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		c := w.plain()
		c.Body = "遗失声明：身份证号 11010519491231002X 的收据作废。"
		n, err := w.publish(c)
		w.must(err)
		if got := w.draft("disclosure/" + n.ID); got.State != release.Drafted {
			t.Errorf("the draft is %s", got.State)
		}
		if err := w.release("disclosure/" + n.ID); err == nil {
			t.Error("a number of an identity card was released")
		}
		var stored string
		w.must(d.View(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT title || body FROM deliberation_notice WHERE realm = ? AND id = ?`, realm, n.ID).Scan(&stored)
		}))
		if stored != "" || w.board(w.area.ID, false) != "" {
			t.Errorf("the words are outside their draft: %q", stored)
		}
		_, err = w.Correct(t.Context(), disclosure.Correct{Realm: realm, ID: n.ID, Revision: n.Revision, Title: c.Title, Issuer: c.Issuer, Body: "有一张收据作废。", By: w.secretary})
		w.must(err)
		w.must(w.release("disclosure/" + n.ID))
		if got := w.one(n.ID); got.State != disclosure.Stands || got.Version != 1 {
			t.Errorf("mended, it is %+v", got)
		}
	})
}
