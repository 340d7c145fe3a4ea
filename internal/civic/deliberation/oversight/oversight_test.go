// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// hear has supervision hear of proceedings, as after the commit.
func (w *town) hear(action string, ids ...string) {
	w.t.Helper()
	for _, p := range ids {
		body, err := json.Marshal(map[string]string{"proceeding": p, "action": action})
		w.must(err)
		w.must(w.over.Hear(w.t.Context(), []outbox.Event{{Realm: realm, ID: id.New(), Name: "proceeding.moved", At: w.now, Body: body}}))
	}
}

func (w *town) draw(size int, by identity.Actor) (oversight.Sample, error) {
	return w.over.Draw(w.t.Context(), oversight.Draw{
		Realm: realm, Key: id.New(), Area: w.area.ID, From: w.now.AddDate(0, -1, 0), To: w.now.AddDate(0, 1, 0), Size: size, By: by,
	})
}

// TestASampleIsDrawnByChance says who draws, what cannot be drawn, and how a draw is
// proved.
func TestASampleIsDrawnByChance(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ctx := t.Context()
		var all []string
		for range 8 {
			all = append(all, w.started("estate_table").ID)
		}
		w.hear("start", all...)
		for name, by := range map[string]identity.Actor{"the secretary": w.secretary, "an auditor": w.auditor, "an inspector elsewhere": w.actor("far", identity.Inspector, w.other)} {
			_, err := w.draw(3, by)
			w.refused(name, err, "oversight.denied")
		}
		for size, want := range map[int]string{0: "oversight.bad_size", oversight.MaxSize + 1: "oversight.bad_size"} {
			_, err := w.draw(size, w.inspector)
			w.refused("a size that cannot be", err, want)
		}
		c, err := w.draw(3, w.inspector)
		w.must(err)
		_, list, err := w.over.Sample(ctx, realm, c.ID, w.inspector)
		if err != nil || c.Found != 8 || c.Barred != 0 || len(list) != 3 || list[0].State != oversight.Drawn {
			t.Fatalf("drawn: %+v, %+v, %v", c, list, err)
		}
		_, _, err = w.over.Sample(ctx, realm, c.ID, w.actor("far", identity.Inspector, w.other))
		w.refused("a sample of another place", err, "oversight.missing")
		proof, err := w.over.Prove(ctx, realm, c.ID, w.auditor)
		if err != nil || !proof.SameFrame || !proof.SameDraw {
			t.Errorf("drawn again: %+v, %v", proof, err)
		}
		w.hear("start", w.started("estate_table").ID)
		if proof, err = w.over.Prove(ctx, realm, c.ID, w.auditor); err != nil || proof.SameFrame {
			t.Errorf("with one record more: %+v, %v", proof, err)
		}
		// Whoever took part is not shown the record, and does not take it up.
		both := w.actor("secretary", identity.Inspector, w.area)
		c, err = w.draw(3, both)
		if err != nil || c.Found != 9 || c.Barred != 9 {
			t.Errorf("drawn by who led them: %+v, %v", c, err)
		}
		_, err = w.over.TakeUp(ctx, oversight.TakeUp{Realm: realm, Key: id.New(), Proceeding: all[0], Words: "测试：看一看", By: both})
		w.refused("taken up by who led it", err, "oversight.took_part")
		_, err = w.over.TakeUp(ctx, oversight.TakeUp{Realm: realm, Key: id.New(), Proceeding: all[0], Words: "联系 13800000000", By: w.inspector})
		w.refused("a reason that names somebody", err, "trace.found_phone")
	})
}

// TestARetryDrawsNothing says that the same key is the same sample.
func TestARetryDrawsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		w.hear("start", w.started("estate_table").ID)
		c := oversight.Draw{Realm: realm, Key: id.New(), Area: w.area.ID, From: w.now.AddDate(0, 0, -1), To: w.now.AddDate(0, 0, 1), Size: 1, By: w.inspector}
		first, err := w.over.Draw(t.Context(), c)
		w.must(err)
		again, err := w.over.Draw(t.Context(), c)
		if err != nil || again.Seed != first.Seed {
			t.Errorf("drawn again: %+v, %v", again, err)
		}
		c.By = w.actor("other", identity.Inspector, w.area)
		_, err = w.over.Draw(t.Context(), c)
		w.refused("somebody else's key", err, "oversight.missing")
		list, err := w.over.Open(t.Context(), w.inspector, oversight.Drawn, page.Cursor{}, 10)
		if err != nil || len(list.Items) != 1 {
			t.Errorf("inspections: %+v, %v", list, err)
		}
	})
}

// TestMissingMinutesAreSentBack is what an inspector does about a resolution that lacks
// the party members' meeting.
func TestMissingMinutesAreSentBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ctx := t.Context()
		joint, party, reps := w.body(assembly.Joint, 9), w.body(assembly.Party, 9), w.body(assembly.VillagerReps, 9)
		p := w.started("village_public")
		w.must(w.move(p, "propose", "from", "branch", "plan", "测试：把村口的路修好，装上路灯。"))
		_, err := w.meet(p, session{step: proceeding.Talk, body: joint, came: 9})
		w.must(err)
		w.must(w.move(p, "discuss"))
		_, err = w.meet(p, session{step: proceeding.Party, body: party, ahead: 3, came: 9, hands: &proceeding.Hands{For: 9}})
		w.must(err)
		w.must(w.move(p, "review"))
		_, err = w.meet(p, session{step: proceeding.Decision, body: reps, ahead: 10, came: 9, hands: &proceeding.Hands{For: 9}})
		w.must(err)
		w.must(w.move(p, "vote"))
		w.hear("vote", p.ID)
		key := id.New()
		i, err := w.over.TakeUp(ctx, oversight.TakeUp{Realm: realm, Key: key, Proceeding: p.ID, Words: "测试：看一看", By: w.inspector})
		w.must(err)
		v, err := w.over.Inspection(ctx, realm, i.ID, w.inspector)
		if err != nil || len(v.Findings) != 0 || !v.Own {
			t.Fatalf("a whole record: %+v, %v", v.Findings, err)
		}
		judge := func(verdict oversight.State, s proceeding.Step, words string, by identity.Actor) error {
			v, err := w.over.Inspection(ctx, realm, i.ID, w.inspector)
			w.must(err)
			return w.over.Judge(ctx, oversight.Judge{Realm: realm, ID: i.ID, Revision: v.Revision, Verdict: verdict, Step: s, Words: words, By: by})
		}
		w.refused("noted with nothing found", judge(oversight.Noted, "", "测试：没有", w.inspector), "oversight.no_findings")
		// The party members' meeting is taken from its step: the minutes are gone.
		for _, s := range w.again(p).Steps {
			for _, f := range s.Facts {
				if s.Step == proceeding.Party && f.Live() {
					*p, err = w.Take(ctx, proceeding.Take{On: w.on(p, proceeding.Party), Proof: f.ID, Why: "测试：记录有误"})
					w.must(err)
				}
			}
		}
		w.hear("end_proof", p.ID)
		red, err := w.over.Records(ctx, w.inspector, true, page.Cursor{}, 10)
		if err != nil || len(red.Items) != 1 || red.Items[0].Proceeding != p.ID {
			t.Errorf("red records: %+v, %v", red.Items, err)
		}
		v, err = w.over.Inspection(ctx, realm, i.ID, w.inspector)
		if err != nil || !slices.ContainsFunc(v.Findings, func(f oversight.Finding) bool {
			return f.Step == proceeding.Party && f.Sort == oversight.Missing && f.Key == "proceeding.lacks.party"
		}) {
			t.Fatalf("without the party members' meeting: %+v, %v", v.Findings, err)
		}
		w.refused("in order all the same", judge(oversight.InOrder, "", "", w.inspector), "oversight.has_findings")
		w.refused("sent back without words", judge(oversight.SentBack, proceeding.Party, "", w.inspector), "oversight.words_needed")
		late := w.inspector
		late.Proved = time.Time{}
		w.refused("sent back without a proof of who one is", judge(oversight.SentBack, proceeding.Party, "测试：缺党员大会记录", late), "identity.prove_first")
		w.refused("by another inspector", judge(oversight.SentBack, proceeding.Party, "测试：缺党员大会记录", w.actor("other", identity.Inspector, w.area)), "oversight.missing")
		w.must(w.over.Add(ctx, oversight.Add{Realm: realm, ID: i.ID, Revision: 1, Sort: oversight.Minutes, Step: proceeding.Talk, Words: "测试：签到表没有附上", By: w.inspector}))
		w.refused("from an old page", w.over.Add(ctx, oversight.Add{Realm: realm, ID: i.ID, Revision: 1, Sort: oversight.Minutes, Words: "测试：签到表没有附上", By: w.inspector}), "oversight.stale")
		w.now = w.now.Add(time.Hour)
		w.must(judge(oversight.SentBack, proceeding.Party, "测试：缺党员大会记录", w.inspector))
		if w.again(p); p.State != "jointly_discussed" || !p.Back.Open {
			t.Fatalf("sent back: %s, %+v", p.State, p.Back)
		}
		w.refused("judged twice", judge(oversight.SentBack, proceeding.Party, "测试：缺党员大会记录", w.inspector), "oversight.judged_already")
		w.now = w.now.Add(time.Hour)
		w.must(w.move(p, "answer", "answer", "测试：马上补开"))
		w.hear("answer", p.ID)
		w.refused("the answer alone mends nothing", judge(oversight.InOrder, "", "", w.inspector), "oversight.has_findings")
		_, err = w.meet(p, session{step: proceeding.Party, body: party, ahead: 3, came: 9, hands: &proceeding.Hands{For: 9}})
		w.must(err)
		w.must(w.move(p, "review"))
		w.hear("review", p.ID)
		v, err = w.over.Inspection(ctx, realm, i.ID, w.inspector)
		if err != nil || v.State != oversight.Answered || len(v.Findings) != 1 || v.Findings[0].Words == "" || v.Rounds != 1 {
			t.Fatalf("after the meeting was held again: %+v, %+v, %v", v.Inspection, v.Findings, err)
		}
		w.must(judge(oversight.Noted, "", "测试：已补齐，签到表下次附上", w.inspector))
		w.counts(p, reps)
	})
}

// counts says what all this adds up to, by body and month.
func (w *town) counts(p *proceeding.Proceeding, reps assembly.Assembly) {
	w.t.Helper()
	ctx := w.t.Context()
	for range 3 { // events are heard again
		w.hear("review", p.ID)
	}
	from, to, ok := oversight.ParsePeriod("2026")
	got, err := w.over.Count(ctx, w.inspector, from, to)
	w.must(err)
	want := map[oversight.Measure]int64{oversight.Begun: 1, oversight.Back: 1, oversight.Inspected: 1, oversight.Deficient: 1}
	for _, m := range oversight.Measures() {
		if got.All.N[m] != want[m] {
			w.t.Errorf("%s: %d, want %d", m, got.All.N[m], want[m])
		}
	}
	if !ok || len(got.Rows) != 1 || got.Rows[0].Body != reps.ID || got.Rows[0].Name != reps.Name || got.All.Decided.Text() != "—" {
		w.t.Errorf("figures: %+v", got)
	}
	w.must(w.move(p, "vote"))
	w.hear("vote", p.ID)
	r, err := w.over.Record(ctx, realm, p.ID, w.inspector)
	if err != nil || len(r.Findings) != 1 || r.Findings[0].Sort != oversight.Order || r.Findings[0].Step != proceeding.Decision || !r.May || len(r.Inspections) != 1 {
		w.t.Errorf("a vote from before the party's meeting: %+v, %v", r.Findings, err)
	}
	_, err = w.over.Record(ctx, realm, p.ID, w.secretary)
	w.refused("the secretary reads the record", err, "oversight.missing")
	got, err = w.over.CountAll(ctx, realm, from, to)
	if err != nil || got.All.N[oversight.Decided] != 1 || got.All.Decided.N != 1 || strings.Contains(got.All.Decided.Text(), "—") {
		w.t.Errorf("after the decision: %+v, %v", got, err)
	}
	got, err = w.over.Count(ctx, w.actor("far", identity.Inspector, w.other), from, to)
	if err != nil || len(got.Rows) != 0 {
		w.t.Errorf("another place counts %+v, %v", got, err)
	}
	_, err = w.over.Count(ctx, w.secretary, from, to)
	w.refused("the secretary", err, "oversight.denied")
}
