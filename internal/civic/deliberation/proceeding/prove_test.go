// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/gathering"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// TestTheSameThingSentTwice says that a retry begins no second proceeding and puts no
// second proof.
func TestTheSameThingSentTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ctx := t.Context()
		c := proceeding.Start{Realm: realm, Key: id.New(), Topic: w.topic().ID, By: w.secretary,
			Values: filled("subject", "village_compact", "emergency", "no", "one_person", "no", "forbidden", "no", "one_leader", "no")}
		first, err := w.Start(ctx, c)
		w.must(err)
		again, err := w.Start(ctx, c)
		if err != nil || again.ID != first.ID || again.Revision != 1 {
			t.Errorf("begun again: %+v, %v", again, err)
		}
		p := &first
		proof := proceeding.Prove{On: w.on(p, proceeding.Filing), Key: id.New(), Kind: proceeding.Receipt, Paper: proceeding.Paper{With: "测试镇政府", Number: "测试1号", Day: w.Today()}}
		*p, err = w.Prove(ctx, proof)
		w.must(err)
		_, err = w.Prove(ctx, proof)
		w.refused("on the revision of before", err, "proceeding.stale")
		proof.On = w.on(p, proceeding.Filing)
		_, err = w.Prove(ctx, proof)
		w.must(err)
		if v := w.step(p, proceeding.Filing); len(v.Facts) != 1 {
			t.Errorf("%d receipts", len(v.Facts))
		}
		for what, bad := range map[string]proceeding.Paper{
			"form.required": {Number: "1", Day: w.Today()}, "form.too_long": {With: strings.Repeat("长", 10_000), Number: "1", Day: w.Today()},
			"form.control_characters": {With: "测试\x00", Number: "1", Day: w.Today()}, "form.not_a_date": {With: "<b>测试</b>", Number: "1", Day: "soon"},
			"trace.found_phone": {With: "测试 13800000000", Number: "1", Day: w.Today()},
		} {
			_, err := w.Prove(ctx, proceeding.Prove{On: w.on(p, proceeding.Filing), Key: id.New(), Kind: proceeding.Receipt, Paper: bad})
			w.refused(what, err, what)
		}
		_, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, "no step"), Key: id.New(), Kind: proceeding.Receipt})
		w.refused("a step that is none", err, "form.not_a_choice")
		_, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, proceeding.Works), Key: "x", Kind: proceeding.Errand})
		w.refused("a key that is none", err, "proceeding.no_key")
		_, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, proceeding.Works), Key: id.New(), Kind: proceeding.Errand, Ref: "none"})
		w.refused("a matter that is none", err, "proceeding.gone")
	})
}

// TestWhatWasBegunForAStepComesToIt says that a gathering that was called with a step as
// its purpose is put there, once, and one of the wrong body is not.
func TestWhatWasBegunForAStepComesToIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ctx := t.Context()
		p := w.started("village_public")
		call := func(a assembly.Assembly) gathering.Gathering {
			g, err := w.Gatherings.Convene(ctx, gathering.Call{
				Realm: realm, Key: id.New(), Kind: string(a.Kind), Title: "测试会议", Host: "assembly/" + a.ID, For: p.Purpose(proceeding.Party),
				Starts: w.now.AddDate(0, 0, 3), Ends: w.now.AddDate(0, 0, 3).Add(time.Hour), Where: "测试会议室", Agenda: []gathering.Item{{Kind: gathering.Vote, Title: "测试"}}, By: w.secretary,
			})
			w.must(err)
			for range 2 {
				w.must(w.Adopt(ctx, realm, g.For, proceeding.Meeting, g.ID))
			}
			return g
		}
		g := call(w.body(assembly.Party, 9))
		call(w.body(assembly.Owners, 9))
		v := w.step(p, proceeding.Party)
		if len(v.Facts) != 1 || v.Facts[0].Ref != g.ID || v.Facts[0].Account != "system" {
			t.Errorf("put to the step: %+v", v.Facts)
		}
		w.must(w.Adopt(ctx, realm, "gathering/other", proceeding.Meeting, g.ID))
		w.must(w.Adopt(ctx, realm, "proceeding/"+id.New()+"/party", proceeding.Meeting, g.ID))
		other, err := w.Candidates(ctx, w.secretary, w.again(p), proceeding.Party)
		if err != nil || len(other) != 0 {
			t.Errorf("offered: %+v, %v", other, err)
		}
	})
}

// BenchmarkOpen reads a proceeding whose decision was a meeting of many.
func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{60, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			w := open(b, dbtest.SQLite(b))
			body := w.body(assembly.VillagerReps, n)
			p := w.started("village_public")
			w.propose(p)
			_, err := w.meet(p, session{step: proceeding.Decision, body: body, came: n, hands: hands(int64(n), 0)})
			w.must(err)
			for b.Loop() {
				if _, err := w.Open(b.Context(), w.secretary, realm, p.ID); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
