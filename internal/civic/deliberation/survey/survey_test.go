// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package survey_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

const realm = "r"

// street is a community with two grids, and who works there.
type street struct {
	*survey.Service
	t         testing.TB
	now       atomic.Int64
	area      org.Area
	grids     [2]org.Area
	secretary identity.Actor
	typist    identity.Actor
	worker    identity.Actor // of the first grid
	stranger  identity.Actor
}

func open(t testing.TB, d *db.DB) *street {
	t.Helper()
	zone := time.FixedZone("CST", 8*3600)
	w := &street{t: t}
	w.now.Store(time.Date(2026, 9, 20, 9, 0, 0, 0, zone).UnixMicro())
	now, log := func() time.Time { return time.UnixMicro(w.now.Load()) }, slog.New(slog.DiscardHandler)
	places := org.New(d, now, log)
	root, err := places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"})
	if err != nil {
		t.Fatal(err)
	}
	add := func(parent string, kind, name string) org.Area {
		a, err := places.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: parent, Kind: kind, Name: name, Code: name, By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	town := add(root.ID, org.Township, "T1")
	community := add(town.ID, org.Village, "C1")
	w.grids = [2]org.Area{add(community.ID, org.Grid, "G1"), add(community.ID, org.Grid, "G2")}
	w.area, _ = places.Area(realm, community.ID)
	box, err := seal.OpenBox(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	w.Service = &survey.Service{
		DB: d, Now: now, Log: log, Zone: zone, Org: places, Box: box,
		Releases: &release.Service{DB: d, Now: now, Publishers: map[string]release.Publisher{}},
	}
	w.Releases.Publishers[survey.Words] = w.Publish
	actor := func(name string, role identity.Role, at org.Area) identity.Actor {
		return identity.Actor{Realm: realm, Account: name, Grants: []identity.Grant{{Realm: realm, Role: role, Lo: at.Lo, Hi: at.Hi}}}
	}
	w.secretary, w.typist = actor("secretary", identity.Secretary, w.area), actor("typist", identity.Scrutineer, w.area)
	w.worker, w.stranger = actor("worker", identity.GridWorker, w.grids[0]), actor("stranger", identity.Handler, root)
	return w
}

func (w *street) pass(d time.Duration) { w.now.Add(d.Microseconds()) }

// ask is a question to n households, in all channels for a week.
func (w *street) ask(n int) survey.Open {
	c := survey.Open{
		Realm: realm, Key: id.New(), Area: w.area.ID, Question: "测试：是否加装停车棚", Channels: survey.Channels(), Closes: w.Now().Add(7 * 24 * time.Hour), By: w.secretary,
	}
	for i := range n {
		c.Households = append(c.Households, survey.Household{Label: fmt.Sprintf("测试%d号楼", i+1)})
	}
	return c
}

// start opens a survey and releases its words, as a second person does.
func (w *street) start(c survey.Open) survey.Survey {
	w.t.Helper()
	v, err := w.Start(w.t.Context(), c)
	if err == nil {
		err = w.release(v, release.Released, "")
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return w.find(v.ID)
}

// release tells the survey that its words are in a state.
func (w *street) release(v survey.Survey, to release.State, reason string) error {
	return w.DB.InTx(w.t.Context(), func(tx *db.Tx) error {
		d := release.Draft{Realm: realm, ID: "d", Kind: survey.Words, Subject: "survey/" + v.ID, State: to, Reason: reason, Releaser: "second"}
		d.Words = []release.Part{{Name: "question", Text: v.Question}, {Name: "about", Text: v.About}}
		for i, o := range v.Options {
			d.Words = append(d.Words, release.Part{Name: fmt.Sprintf("option%d", i+1), Text: o})
		}
		return w.Publish(w.t.Context(), tx, d)
	})
}

func (w *street) find(id string) (v survey.Survey) {
	w.t.Helper()
	err := w.DB.View(w.t.Context(), func(tx *db.Tx) (err error) {
		v, err = w.Find(w.t.Context(), tx, realm, id)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *street) result(id string) (r survey.Result, err error) {
	err = w.DB.View(w.t.Context(), func(tx *db.Tx) error {
		r, err = w.Result(w.t.Context(), tx, realm, id)
		return err
	})
	return r, err
}

// paper is an answer on paper.
func (w *street) paper(v survey.Survey, no int, choice string) survey.Answer {
	return survey.Answer{Realm: realm, ID: v.ID, Key: id.New(), No: no, Channel: survey.Paper, Choice: choice, By: w.typist}
}

func (w *street) answer(c survey.Answer) error {
	_, err := w.Answer(w.t.Context(), c)
	return err
}

// key is the text of a fault, or of none.
func key(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Key
	}
	return fmt.Sprint(err)
}

func (w *street) wants(err error, want string) {
	w.t.Helper()
	if got := key(err); got != want {
		w.t.Errorf("%s; want %s", got, want)
	}
}

// codes are the codes of a survey, by number of household.
func (w *street) codes(v survey.Survey) map[int]string {
	w.t.Helper()
	_, letters, err := w.Issue(w.t.Context(), survey.Issue{Realm: realm, ID: v.ID, By: w.secretary})
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[int]string{}
	for _, l := range letters {
		out[l.No] = l.Code
	}
	return out
}

func TestASurveyIsCountedByChannel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		v := w.start(w.ask(20))
		codes := w.codes(v)
		for no := 1; no <= 16; no++ {
			c := w.paper(v, no, survey.For)
			switch {
			case no <= 6:
				c.Channel, c.By = survey.Door, w.worker
			case no <= 12:
				c.Channel, c.No, c.Code, c.By, c.Choice = survey.Online, 0, codes[no], identity.Actor{}, survey.Against
			case no == 13:
				c.Choice = survey.NoOpinion
			}
			if err := w.answer(c); err != nil {
				t.Fatal(err)
			}
			w.wants(w.answer(c), "<nil>") // sent again
		}
		if _, err := w.result(v.ID); key(err) != "survey.uncounted" {
			t.Errorf("a part of a result: %v", err)
		}
		w.pass(8 * 24 * time.Hour)
		if n, err := w.Expire(t.Context(), realm); n != 1 || err != nil {
			t.Fatalf("%d counted, %v", n, err)
		}
		r, err := w.result(v.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(r.Asked, r.Answered, r.N(survey.For), r.N(survey.Against), r.N(survey.NoOpinion))
		for _, l := range r.Lines {
			got += fmt.Sprint(" | ", l.Channel, " ", l.Answered, l.Of(survey.For), l.Of(survey.Against), l.Of(survey.NoOpinion))
		}
		if want := "20 16 9 6 1 | door 6 6 0 0 | paper 4 3 0 1 | online 6 0 6 0"; got != want {
			t.Errorf("%s; want %s", got, want)
		}
		shown, err := w.Public(t.Context(), realm, v.ID)
		if err != nil || shown.Result == nil {
			t.Fatal(err)
		}
		var held []string
		for _, l := range shown.Result.Lines {
			if l.Held {
				held = append(held, string(l.Channel))
			}
		}
		if strings.Join(held, " ") != "door paper" {
			t.Errorf("held back: %v; want paper, with four households, and the next smallest with it", held)
		}
	})
}

func TestOneAnswerAHousehold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		v := w.start(w.ask(8))
		codes := w.codes(v)
		if err := w.answer(w.paper(v, 1, survey.For)); err != nil {
			t.Fatal(err)
		}
		online := survey.Answer{Realm: realm, ID: v.ID, Key: id.New(), Code: codes[1], Channel: survey.Online, Choice: survey.Against}
		w.wants(w.answer(online), "survey.answered_paper")
		w.wants(w.answer(w.paper(v, 1, survey.For)), "survey.answered_paper")
		online.Seen = 1
		w.wants(w.answer(online), "<nil>")
		late := w.paper(v, 1, survey.NoOpinion)
		late.Seen = 1
		w.wants(w.answer(late), "survey.corrected")
		given, err := w.Trace(t.Context(), realm, v.ID, 1, w.secretary)
		if err != nil || len(given) != 2 || given[0].Choice != survey.For || given[0].By != "typist" || given[1].Choice != survey.Against || given[1].By != "" {
			t.Errorf("the trace: %v, %v", given, err)
		}
		for _, c := range []struct {
			says, want string
			change     func(*survey.Answer)
		}{
			{"an answer that was not offered", "survey.no_choice", func(c *survey.Answer) { c.Choice = "o1" }},
			{"a household that is not on the list", "survey.no_household", func(c *survey.Answer) { c.No = 9 }},
			{"a code that there is not", "survey.no_code", func(c *survey.Answer) { c.Channel, c.Code = survey.Online, "AAAA" }},
			{"no code at all", "survey.no_code", func(c *survey.Answer) { c.Channel = survey.Online }},
			{"typed in by who only asks at doors", "survey.not_yours", func(c *survey.Answer) { c.By = w.worker }},
			{"asked at the door by who types papers", "survey.not_yours", func(c *survey.Answer) { c.Channel = survey.Door }},
			{"by a stranger", "survey.not_yours", func(c *survey.Answer) { c.By = w.stranger }},
			{"a channel that there is not", "survey.not_yours", func(c *survey.Answer) { c.Channel = "room" }},
			{"words with control characters", "form.control_characters", func(c *survey.Answer) { c.Words = "a\x00" }},
			{"enormous words", "form.too_long", func(c *survey.Answer) { c.Words = strings.Repeat("长", 501) }},
			{"no key", "survey.no_key", func(c *survey.Answer) { c.Key = "" }},
			{"a correction of what never was", "survey.corrected", func(c *survey.Answer) { c.Seen = 3 }},
		} {
			a := w.paper(v, 2, survey.For)
			c.change(&a)
			if got := key(w.answer(a)); got != c.want {
				t.Errorf("%s: %s; want %s", c.says, got, c.want)
			}
		}
		_, p, _, err := w.Progress(t.Context(), realm, v.ID, w.typist)
		if err != nil || p.Answered != 1 || p.By[survey.Online] != 1 || p.Letters != 8 {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

func TestTwoChannelsAtOnceAreOneAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		const n = 30
		v := w.start(w.ask(n))
		codes := w.codes(v)
		var kept, refused atomic.Int64
		var wait sync.WaitGroup
		for no := 1; no <= n; no++ {
			paper := w.paper(v, no, survey.For)
			online := survey.Answer{Realm: realm, ID: v.ID, Key: id.New(), Code: codes[no], Channel: survey.Online, Choice: survey.Against}
			for _, c := range []survey.Answer{paper, online} {
				wait.Go(func() {
					switch k := key(w.answer(c)); {
					case k == "<nil>":
						kept.Add(1)
					case strings.HasPrefix(k, "survey.answered_") && k != "survey.answered_"+string(c.Channel):
						refused.Add(1)
					default:
						t.Errorf("no. %d by %s: %s", c.No, c.Channel, k)
					}
				})
			}
		}
		wait.Wait()
		r, err := w.Close(t.Context(), survey.Close{Realm: realm, ID: v.ID, By: w.secretary})
		if err != nil || r.Answered != n || kept.Load() != n || refused.Load() != n {
			t.Errorf("%d kept, %d refused, %d counted, %v", kept.Load(), refused.Load(), r.Answered, err)
		}
	})
}

func TestNoAnswerAfterClosing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		v := w.start(w.ask(40))
		w.pass(7*24*time.Hour - time.Second)
		w.wants(w.answer(w.paper(v, 1, survey.For)), "<nil>")
		if _, err := w.Close(t.Context(), survey.Close{Realm: realm, ID: v.ID, By: w.secretary}); key(err) != "survey.not_over" {
			t.Errorf("counted before its time: %v", err)
		}
		// What began before the count and is kept after it is refused by the mark
		// on the rows, whatever clock its author has.
		var answered atomic.Int64
		var wait sync.WaitGroup
		for no := 2; no <= 40; no++ {
			wait.Go(func() {
				if w.answer(w.paper(v, no, survey.For)) == nil {
					answered.Add(1)
				}
			})
			if no == 20 {
				w.pass(2 * time.Second)
			}
		}
		r, err := w.Close(t.Context(), survey.Close{Realm: realm, ID: v.ID})
		wait.Wait()
		if err != nil || r.Answered != int(answered.Load())+1 {
			t.Errorf("%d were told that they answered, %d were counted: %v", answered.Load()+1, r.Answered, err)
		}
		w.wants(w.answer(w.paper(v, 40, survey.Against)), "survey.closed")
		if again, err := w.Close(t.Context(), survey.Close{Realm: realm, ID: v.ID}); err != nil || again.Answered != r.Answered {
			t.Errorf("counted again: %+v, %v", again, err)
		}
	})
}

func TestOpeningASurvey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		for _, c := range []struct {
			says, want string
			change     func(*survey.Open)
		}{
			{"a household counted twice", "survey.household_twice", func(c *survey.Open) { c.Households[1].Label = " 测试１号楼 " }},
			{"without households", "survey.nobody", func(c *survey.Open) { c.Households = nil }},
			{"of a household without a name", "survey.household_label", func(c *survey.Open) { c.Households[0].Label = " " }},
			{"without a question", "form.required", func(c *survey.Open) { c.Question = "" }},
			{"with an enormous question", "form.too_long", func(c *survey.Open) { c.Question = strings.Repeat("问", 201) }},
			{"with one option", "survey.options_number", func(c *survey.Open) { c.Options = []string{"一"} }},
			{"with nine options", "survey.options_number", func(c *survey.Open) { c.Options = strings.Split("一二三四五六七八九", "") }},
			{"with the same option twice", "survey.options_twice", func(c *survey.Open) { c.Options = []string{"一", "一"} }},
			{"without channels", "form.required", func(c *survey.Open) { c.Channels = nil }},
			{"that closes in the past", "survey.closes_past", func(c *survey.Open) { c.Closes = w.Now() }},
			{"that closes in a year", "survey.closes_late", func(c *survey.Open) { c.Closes = w.Now().AddDate(1, 0, 0) }},
			{"in an area that there is not", "matter.area_unknown", func(c *survey.Open) { c.Area = "none" }},
			{"by a grid worker", "survey.not_yours", func(c *survey.Open) { c.By = w.worker }},
		} {
			ask := w.ask(3)
			c.change(&ask)
			if _, err := w.Start(t.Context(), ask); key(err) != c.want {
				t.Errorf("a survey %s: %s; want %s", c.says, key(err), c.want)
			}
		}
		ask := w.ask(3)
		first, err := w.Start(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Start(t.Context(), ask); err != nil || again.ID != first.ID {
			t.Errorf("sent twice: %v, %v", again, err)
		}
		if _, err := w.Public(t.Context(), realm, first.ID); fault.KindOf(err) != fault.Missing {
			t.Errorf("its words are public before they are released: %v", err)
		}
		w.wants(w.answer(w.paper(first, 1, survey.For)), "survey.closed")
		if err := w.release(first, release.Released, ""); err != nil {
			t.Fatal(err)
		}
		w.wants(w.release(first, release.Released, ""), "survey.not_drafted")
		w.wants(w.answer(w.paper(first, 1, survey.For)), "<nil>")
		if err := w.release(first, release.Withdrawn, "测试：问题写错了"); err != nil {
			t.Fatal(err)
		}
		shown, err := w.Public(t.Context(), realm, first.ID)
		if err != nil || shown.State != survey.Dropped || shown.Question != "" || shown.Reason == "" {
			t.Errorf("taken back: %+v, %v", shown, err)
		}
		w.wants(w.answer(w.paper(first, 2, survey.For)), "survey.closed")
		second := w.start(w.ask(2))
		drop := survey.Drop{Realm: realm, ID: second.ID, Revision: 1, Reason: "测试", By: w.secretary}
		w.wants(w.Drop(t.Context(), drop), "survey.stale")
		drop.Revision, drop.By = second.Revision, w.worker
		w.wants(w.Drop(t.Context(), drop), "survey.not_yours")
		drop.By = w.secretary
		w.wants(w.Drop(t.Context(), drop), "<nil>")
		if _, err := w.Close(t.Context(), survey.Close{Realm: realm, ID: second.ID}); key(err) != "survey.not_running" {
			t.Errorf("counted although given up: %v", err)
		}
	})
}

func TestAGridWorkerAsksTheirOwnGrid(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		texts, err := text.Load(catalogue.FS())
		if err != nil {
			t.Fatal(err)
		}
		table := "住户,网格\n测试1号楼,G1\n测试2号楼,G2\n测试3号楼,\n测试4号楼,G1\n"
		list, bad, err := w.Read(survey.Table{Realm: realm, Area: w.area.ID, In: strings.NewReader(table), Size: int64(len(table)), Words: survey.Headings(texts)})
		if err != nil || len(bad) > 0 {
			t.Fatal(bad, err)
		}
		ask := w.ask(0)
		ask.Households = list
		v := w.start(ask)
		round := survey.Round{Realm: realm, ID: v.ID, Open: true, Size: 2, By: w.worker}
		_, some, more, err := w.Round(t.Context(), round)
		if err != nil || len(some) != 2 || some[0].No != 1 || some[1].No != 3 || !more || some[1].Label != "测试3号楼" {
			t.Fatalf("%v %v %v", some, more, err)
		}
		door := w.paper(v, 2, survey.For)
		door.Channel, door.By = survey.Door, w.worker
		w.wants(w.answer(door), "survey.no_household")
		door.No = 1
		w.wants(w.answer(door), "<nil>")
		round.After = 3
		if _, some, more, err = w.Round(t.Context(), round); err != nil || len(some) != 1 || some[0].No != 4 || more {
			t.Errorf("the next: %v %v %v", some, more, err)
		}
		if _, _, err := w.Household(t.Context(), realm, v.ID, 2, w.worker); key(err) != "survey.no_household" {
			t.Errorf("a household of another grid: %v", err)
		}
		if _, _, _, err := w.Progress(t.Context(), realm, v.ID, w.stranger); fault.KindOf(err) != fault.Missing {
			t.Errorf("a stranger sees it: %v", err)
		}
		found, err := w.List(t.Context(), realm, w.worker, page.Cursor{}, 10)
		if err != nil || len(found.Items) != 1 {
			t.Errorf("the worker's list: %v, %v", found, err)
		}
		broken := "住户,网格\n测试1号楼,G1\n测试1号楼,G9\n,G1\n"
		_, bad, err = w.Read(survey.Table{Realm: realm, Area: w.area.ID, In: strings.NewReader(broken), Size: int64(len(broken)), Words: survey.Headings(texts)})
		if err != nil || len(bad) < 3 {
			t.Errorf("a list with three faults: %v, %v", bad, err)
		}
	})
}

// desk takes suggestions in.
type desk struct{ got []survey.Suggestion }

func (d *desk) Suggest(_ context.Context, _ *db.Tx, s survey.Suggestion) (string, error) {
	d.got = append(d.got, s)
	return "suggestion/1", nil
}

func TestRemarksAreSealedAndForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		v := w.start(w.ask(2))
		said := w.paper(v, 1, survey.For)
		said.Words = "测试：棚子要留消防通道"
		if err := w.answer(said); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Remarks(t.Context(), realm, v.ID, w.typist, page.Cursor{}, 10); fault.KindOf(err) != fault.Denied {
			t.Errorf("a scrutineer reads remarks: %v", err)
		}
		_, list, err := w.Remarks(t.Context(), realm, v.ID, w.secretary, page.Cursor{}, 10)
		if err != nil || len(list.Items) != 1 || list.Items[0].Words != said.Words {
			t.Fatal(list, err)
		}
		c := survey.Settle{Realm: realm, ID: v.ID, Remark: list.Items[0].ID, Words: "测试：留消防通道", By: w.secretary}
		_, err = w.Settle(t.Context(), c)
		w.wants(err, "survey.no_suggestions")
		to := &desk{}
		w.Suggestions = to
		traced := c
		traced.Words = "打 13800138000 找我"
		_, err = w.Settle(t.Context(), traced)
		w.wants(err, "trace.found_phone")
		if r, err := w.Settle(t.Context(), c); err != nil || r.Ref != "suggestion/1" || to.got[0].From != "survey/"+v.ID {
			t.Errorf("%+v, %v, %v", r, to.got, err)
		}
		_, err = w.Settle(t.Context(), c)
		w.wants(err, "survey.remark_settled")
		w.pass(8 * 24 * time.Hour)
		if _, err := w.Expire(t.Context(), realm); err != nil {
			t.Fatal(err)
		}
		w.forget(v)
	})
}

// forget carries out what the schedule asks for, and looks that nothing is left.
func (w *street) forget(v survey.Survey) {
	w.t.Helper()
	keeper, ctx := survey.Keeper{Service: w.Service}, w.t.Context()
	err := w.DB.InTx(ctx, func(tx *db.Tx) error {
		q := retention.Question{Realm: realm, Kind: survey.DataKind, Before: w.Now().Add(-48 * time.Hour), Limit: 10}
		none, err := keeper.Over(ctx, tx, q)
		if err != nil || len(none) != 0 {
			w.t.Errorf("ended a moment ago and to be forgotten: %v, %v", none, err)
		}
		q.Before = w.Now().Add(time.Hour)
		list, err := keeper.Over(ctx, tx, q)
		if err != nil || len(list) != 1 || list[0].Subject != "survey/"+v.ID || list[0].Open {
			w.t.Fatalf("%v, %v", list, err)
		}
		if gone, err := keeper.Forget(ctx, tx, retention.Stone{Realm: realm, Item: list[0]}); err != nil || gone == 0 {
			w.t.Errorf("%d gone, %v", gone, err)
		}
		if list, err = keeper.Over(ctx, tx, q); err != nil || len(list) != 0 {
			w.t.Errorf("forgotten twice: %v, %v", list, err)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	_, h, err := w.Household(ctx, realm, v.ID, 1, w.secretary)
	if err != nil || h.Label != "" || h.Choice != survey.For {
		w.t.Errorf("what is left of a household: %+v, %v", h, err)
	}
	_, list, err := w.Remarks(ctx, realm, v.ID, w.secretary, page.Cursor{}, 10)
	if err != nil || list.Items[0].Words != "" {
		w.t.Errorf("what is left of a remark: %+v, %v", list, err)
	}
	if r, err := w.result(v.ID); err != nil || r.Answered != 1 {
		w.t.Errorf("the result: %+v, %v", r, err)
	}
}

func TestSealedTextsTakeANewKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		v := w.start(w.ask(3))
		said := w.paper(v, 1, survey.For)
		said.Words = "测试附言"
		if err := w.answer(said); err != nil {
			t.Fatal(err)
		}
		version, err := w.Box.Add()
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, c := range survey.Sealed() {
			did, err := w.Box.Rotate(t.Context(), d, c, realm, func(int) {})
			if err != nil {
				t.Fatal(err)
			}
			n += did
			if left, err := seal.Uses(t.Context(), d, c, realm, version-1); err != nil || left != 0 {
				t.Errorf("%s: %d texts keep the old key, %v", c.Name, left, err)
			}
		}
		if n != 4 {
			t.Errorf("%d texts closed anew; want 4", n)
		}
		if _, h, err := w.Household(t.Context(), realm, v.ID, 3, w.secretary); err != nil || h.Label != "测试3号楼" {
			t.Errorf("%+v, %v", h, err)
		}
	})
}
