// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure_test

import (
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// at17 is when a notice that was posted on 2026-03-02 ends: the 17th.
const at17 = "2026-03-17"

func TestTakenDownEarlyIsVisible(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		n := w.posted(nil)
		w.at("2026-03-07 10:00")
		down := disclosure.Withdraw{Realm: realm, ID: n.ID, Revision: n.Revision, Reason: "内容有误，撤下重写。", By: w.secretary}
		for name, change := range map[string]func(*disclosure.Withdraw){
			"without a reason":                  func(c *disclosure.Withdraw) { c.Reason = " " },
			"with a telephone number in it":     func(c *disclosure.Withdraw) { c.Reason = "请联系 13800138000" },
			"by who releases":                   func(c *disclosure.Withdraw) { c.By = w.head },
			"by the secretary of another place": func(c *disclosure.Withdraw) { c.By = w.elsewhere },
			"at a revision that is past":        func(c *disclosure.Withdraw) { c.Revision-- },
			"by who has not proved who they are": func(c *disclosure.Withdraw) {
				c.By.Proved = time.Time{}
			},
		} {
			c := down
			change(&c)
			if _, err := w.Withdraw(t.Context(), c); err == nil {
				t.Errorf("%s it was withdrawn", name)
			}
		}
		_, err := w.Withdraw(t.Context(), down)
		w.must(err)
		seen, err := w.Open(t.Context(), realm, n.ID)
		w.must(err)
		if st := seen.Standing; seen.State != disclosure.Withdrawn || seen.Reason != down.Reason || seen.Body != "" || len(seen.Wordings) > 0 || st.Stood != 4 || !st.Early || st.Complete {
			t.Errorf("everybody sees %+v", seen)
		}
		if w.board(w.area.ID, false) != "" || w.board(w.area.ID, true) != n.ID {
			t.Error("it is not in its place on the board")
		}
		w.at("2026-03-18 00:00")
		if k, err := w.Expire(t.Context(), realm); k != 0 || err != nil {
			t.Errorf("what was withdrawn ended: %d, %v", k, err)
		}
		if drafts, _ := w.Releases.Of(t.Context(), realm, "disclosure/"+n.ID); drafts[0].State != release.Withdrawn {
			t.Errorf("its draft is %s", drafts[0].State)
		}
		again := down
		again.Revision = w.one(n.ID).Revision
		if _, err := w.Withdraw(t.Context(), again); fault.KindOf(err) != fault.Conflict {
			t.Errorf("withdrawn twice: %v", err)
		}
	})
}

func TestWithdrawnAfterItsDaysItHadStoodThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		n := w.posted(nil)
		w.at("2026-03-18 08:00")
		_, err := w.Expire(t.Context(), realm)
		w.must(err)
		_, err = w.Withdraw(t.Context(), disclosure.Withdraw{Realm: realm, ID: n.ID, Revision: w.one(n.ID).Revision, Reason: "旧文", By: w.secretary})
		w.must(err)
		if st := w.standing(n.ID); st.Stood != 15 || !st.Complete || st.Early {
			t.Errorf("it stood %+v", st)
		}
	})
}

func TestTheReleasersMayTakeItBackToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		n := w.posted(nil)
		drafts, err := w.Releases.Of(t.Context(), realm, "disclosure/"+n.ID)
		w.must(err)
		w.at("2026-03-04 10:00")
		_, err = w.Releases.Decide(t.Context(), release.Decide{Realm: realm, ID: drafts[0].ID, Revision: drafts[0].Revision, Act: release.Withdraw, Reason: "有误", By: w.head})
		w.must(err)
		if got := w.one(n.ID); got.State != disclosure.Withdrawn || got.Reason != "有误" || got.Stood != 1 || got.Title != "" {
			t.Errorf("it is %+v", got)
		}
		named := w.posted(func(c *disclosure.Publish) { c.Title = "关于测试某甲的决定" })
		_, err = w.Withdraw(t.Context(), disclosure.Withdraw{Realm: realm, ID: named.ID, Revision: named.Revision, Reason: "标题写了姓名", Conceal: true, By: w.secretary})
		w.must(err)
		feed, err := w.Feed(t.Context(), realm, w.area.ID)
		w.must(err)
		for _, e := range feed {
			if strings.Contains(e.Title+e.Body+e.Reason, "某甲") {
				t.Errorf("the title is still shown: %+v", e)
			}
		}
		if seen, err := w.Open(t.Context(), realm, named.ID); err != nil || seen.Title != "" || len(seen.Wordings) != 0 {
			t.Errorf("everybody sees %+v, %v", seen, err)
		}
	})
}

func TestGivenUpBeforeReleaseNobodyLearnsOfIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		n, err := w.publish(w.plain())
		w.must(err)
		draft := w.draft("disclosure/" + n.ID)
		got, err := w.Withdraw(t.Context(), disclosure.Withdraw{Realm: realm, ID: n.ID, Revision: n.Revision, Reason: "不用公示了", By: w.secretary})
		if err != nil || got.State != disclosure.Dropped {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, err := w.Open(t.Context(), realm, n.ID); fault.KindOf(err) != fault.Missing {
			t.Errorf("everybody sees it: %v", err)
		}
		for _, revision := range []int{draft.Revision, draft.Revision + 1} {
			if _, err := w.Releases.Decide(t.Context(), release.Decide{Realm: realm, ID: draft.ID, Revision: revision, Act: release.Release, By: w.head}); err == nil {
				t.Error("it was released afterwards")
			}
		}
		feed, err := w.Feed(t.Context(), realm, w.area.ID)
		if w.board(w.root.ID, true) != "" || len(feed) != 0 || err != nil {
			t.Errorf("it is listed: %v, %v", feed, err)
		}
	})
}

func TestACorrectionWhileItStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		correct := func(n disclosure.Notice, material bool) disclosure.Correct {
			return disclosure.Correct{Realm: realm, ID: n.ID, Revision: n.Revision, Title: n.Title, Issuer: n.Issuer, Body: n.Body + "\n每次 5 元。", Why: "漏写了价格", Material: material, By: w.secretary}
		}
		small, large := w.posted(nil), w.posted(nil)
		w.at("2026-03-10 10:00")
		bad := correct(small, false)
		bad.Why = ""
		if _, err := w.Correct(t.Context(), bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		for _, c := range []disclosure.Correct{correct(small, false), correct(large, true)} {
			_, err := w.Correct(t.Context(), c)
			w.must(err)
			if _, err := w.Correct(t.Context(), c); fault.KindOf(err) != fault.Stale {
				t.Errorf("corrected from what it was: %v", err)
			}
			if got, _ := w.Open(t.Context(), realm, c.ID); got.Version != 1 || strings.Contains(got.Body, "5 元") || got.Until != at17 {
				t.Errorf("the new words stand before their release: %+v", got)
			}
			w.must(w.release("disclosure/" + c.ID))
			got, err := w.Open(t.Context(), realm, c.ID)
			w.must(err)
			if got.Version != 2 || len(got.Wordings) != 2 || strings.Contains(got.Wordings[0].Body, "5 元") || got.Wordings[1].Why != "漏写了价格" || got.Wordings[1].Material != c.Material {
				t.Errorf("the versions are %+v", got.Wordings)
			}
		}
		if got := w.one(small.ID); got.Until != at17 || w.standing(small.ID).Stood != 7 {
			t.Errorf("a small correction moved the period: %+v", got)
		}
		if got := w.one(large.ID); got.Until != "2026-03-25" || w.standing(large.ID).Stood != 0 || w.standing(large.ID).From != "2026-03-11" || got.Posted != "2026-03-02" {
			t.Errorf("a material one did not begin it anew: %+v", got)
		}
		w.at("2026-03-18 00:00")
		if k, _ := w.Expire(t.Context(), realm); k != 1 || w.one(large.ID).State != disclosure.Stands {
			t.Errorf("%d ended, the other is %s", k, w.one(large.ID).State)
		}
	})
}

func TestTheBoardWasDownForADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		n := w.posted(nil)
		w.must(w.Beat(t.Context(), realm))
		for range 3 { // minutes that pass as they should
			w.now = w.now.Add(time.Minute)
			w.must(w.Beat(t.Context(), realm))
		}
		w.at("2026-03-02 09:08")
		w.must(w.Beat(t.Context(), realm))
		if st := w.standing(n.ID); len(st.Gaps) != 0 {
			t.Errorf("five minutes are a gap: %+v", st.Gaps)
		}
		w.at("2026-03-03 12:00") // the machine was off for a day and three hours
		w.must(w.Beat(t.Context(), realm))
		w.must(w.Beat(t.Context(), realm))
		st := w.standing(n.ID)
		if len(st.Gaps) != 1 || len(st.Lost) != 1 || st.Lost[0].Day != "2026-03-03" || st.Lost[0].Cause != disclosure.Server || st.Last != "2026-03-18" {
			t.Errorf("after a day without the board: %+v", st)
		}
		w.at("2026-03-18 00:01")
		if k, err := w.Expire(t.Context(), realm); k != 0 || err != nil {
			t.Errorf("it ended without its days: %d, %v", k, err)
		}
		if got := w.one(n.ID); got.Until != "2026-03-18" {
			t.Errorf("its last day is said to be %s", got.Until)
		}
		w.at("2026-03-19 00:01")
		w.now = w.now.Add(-time.Minute)
		if k, err := w.Expire(t.Context(), realm); k != 1 || err != nil {
			t.Errorf("it did not end with its days: %d, %v", k, err)
		}
		w.at("2026-03-01 00:00") // a clock that is set back is no gap
		w.must(w.Beat(t.Context(), realm))
	})
}

func TestAGapThatComesToLightAfterTheEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		n := w.posted(nil)
		w.at("2026-03-18 08:00")
		_, err := w.Expire(t.Context(), realm)
		w.must(err)
		w.at("2026-03-20 12:00")
		from, _ := time.ParseInLocation("2006-01-02 15:04", "2026-03-05 08:00", w.Calendar.Zone())
		gap := disclosure.ReportGap{Realm: realm, Key: id.New(), Board: disclosure.Web, Cause: disclosure.Network, From: from, To: from.Add(5 * time.Hour), By: w.whole}
		for name, change := range map[string]func(*disclosure.ReportGap){
			"by the secretary of one place": func(c *disclosure.ReportGap) { c.By = w.secretary },
			"of tomorrow":                   func(c *disclosure.ReportGap) { c.From, c.To = w.now.Add(time.Hour), time.Time{} },
			"that ends before it begins":    func(c *disclosure.ReportGap) { c.To = c.From.Add(-time.Hour) },
			"by wind on a web board":        func(c *disclosure.ReportGap) { c.Cause = disclosure.Weather },
			"on no board":                   func(c *disclosure.ReportGap) { c.Board, c.Cause = "", disclosure.Weather },
			"on a board that is none":       func(c *disclosure.ReportGap) { c.Board, c.Cause = id.New(), disclosure.Weather },
		} {
			c := gap
			change(&c)
			if err := w.ReportGap(t.Context(), c); err == nil {
				t.Errorf("a gap %s was taken", name)
			}
		}
		w.must(w.ReportGap(t.Context(), gap))
		w.must(w.ReportGap(t.Context(), gap)) // sent again
		got, st := w.one(n.ID), w.standing(n.ID)
		if got.State != disclosure.Stands || st.Stood != 14 || st.Complete || st.Last != "2026-03-23" || w.board(w.area.ID, false) != n.ID {
			t.Errorf("it does not stand again: %+v, %+v", got, st)
		}
		if len(st.Lost) != 4 || st.Lost[1].Cause != disclosure.Shortly {
			t.Errorf("the days after its end counted: %+v", st.Lost)
		}
	})
}

func TestPaperBoards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		set := disclosure.SetUp{Realm: realm, Key: id.New(), Area: w.area.ID, Name: "测试村口公示栏", By: w.secretary}
		b, err := w.SetUp(t.Context(), set)
		w.must(err)
		if again, err := w.SetUp(t.Context(), set); err != nil || again.ID != b.ID {
			t.Errorf("set up twice: %v", err)
		}
		if err := w.Retire(t.Context(), realm, b.ID, w.elsewhere); fault.KindOf(err) != fault.Denied {
			t.Errorf("retired by somebody else: %v", err)
		}
		n := w.posted(func(c *disclosure.Publish) { c.Boards = []string{b.ID} })
		if st := w.standing(n.ID); st.Stood != 0 {
			t.Errorf("%+v", st)
		}
		w.at("2026-03-04 15:00")
		hang := disclosure.Hang{Realm: realm, Key: id.New(), Notice: n.ID, Board: b.ID, At: w.now, By: w.secretary}
		for name, change := range map[string]func(*disclosure.Hang){
			"by who releases":    func(c *disclosure.Hang) { c.By = w.head },
			"tomorrow":           func(c *disclosure.Hang) { c.At = w.now.Add(24 * time.Hour) },
			"before its release": func(c *disclosure.Hang) { c.At = w.now.AddDate(0, 0, -10) },
			"on no board":        func(c *disclosure.Hang) { c.Board = id.New() },
		} {
			c := hang
			change(&c)
			if err := w.PutUp(t.Context(), c); err == nil {
				t.Errorf("it was put up %s", name)
			}
		}
		if err := w.TakeOff(t.Context(), hang); fault.KindOf(err) != fault.Conflict {
			t.Errorf("taken off before it hung: %v", err)
		}
		w.must(w.PutUp(t.Context(), hang))
		w.must(w.PutUp(t.Context(), hang)) // sent again
		other := hang
		other.Key = id.New()
		if err := w.PutUp(t.Context(), other); fault.KindOf(err) != fault.Conflict {
			t.Errorf("put up twice: %v", err)
		}
		w.at("2026-03-05 12:00")
		if st := w.standing(n.ID); len(st.Lost) != 2 || st.Last != "2026-03-19" {
			t.Errorf("put up two days late: %+v", st)
		}
		from := w.now.Add(-3 * time.Hour)
		fell := disclosure.ReportGap{Realm: realm, Key: id.New(), Board: b.ID, Cause: disclosure.Weather, From: from, By: w.secretary}
		w.must(w.ReportGap(t.Context(), fell))
		w.at("2026-03-06 12:00")
		end := disclosure.EndGap{Realm: realm, ID: fell.Key, At: w.now, By: w.secretary}
		if err := w.EndGap(t.Context(), disclosure.EndGap{Realm: realm, ID: fell.Key, At: w.now, By: w.elsewhere}); fault.KindOf(err) != fault.Denied {
			t.Errorf("ended by somebody else: %v", err)
		}
		w.must(w.EndGap(t.Context(), end))
		if err := w.EndGap(t.Context(), end); fault.KindOf(err) != fault.Conflict {
			t.Errorf("ended twice: %v", err)
		}
		if st := w.standing(n.ID); len(st.Lost) != 4 || st.Lost[3].Cause != disclosure.Weather || st.Last != "2026-03-23" {
			t.Errorf("after the wind: %+v", st)
		}
		w.at("2026-03-10 09:00")
		off := hang
		off.At = w.now
		w.must(w.TakeOff(t.Context(), off))
		w.must(w.Retire(t.Context(), realm, b.ID, w.secretary))
		again := w.plain()
		again.Boards = []string{b.ID}
		if _, err := w.publish(again); fault.KindOf(err) != fault.Invalid {
			t.Errorf("something is put up on a board that is out of use: %v", err)
		}
		w.at("2026-03-30 09:00")
		_, err = w.Expire(t.Context(), realm)
		w.must(err)
		if st := w.standing(n.ID); st.Complete || w.one(n.ID).State != disclosure.Stands {
			t.Errorf("taken off early it ended: %+v", st)
		}
	})
}

func TestWhoSeesTheDesk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		n, err := w.publish(w.plain())
		w.must(err)
		for name, tt := range map[string]struct {
			by   identity.Actor
			sees bool
		}{
			"its secretary": {w.secretary, true}, "who releases": {w.head, true}, "its auditor": {w.auditor, true}, "the realm's secretary": {w.whole, true},
			"another's secretary": {w.elsewhere, false}, "nobody": {identity.Actor{Realm: realm}, false},
		} {
			_, err := w.Inspect(t.Context(), tt.by, n.ID)
			if (err == nil) != tt.sees {
				t.Errorf("%s: %v", name, err)
			}
			if err != nil && fault.KindOf(err) != fault.Missing {
				t.Errorf("%s learns of it: %v", name, err)
			}
		}
	})
}
