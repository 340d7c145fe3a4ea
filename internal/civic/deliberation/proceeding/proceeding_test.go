// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding_test

import (
	"slices"
	"sync"
	"testing"

	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// hands are a show of hands: some for, the others who came against.
func hands(pros, cons int64) *proceeding.Hands {
	return &proceeding.Hands{For: pros, Against: cons}
}

// TestATopicGoesAllTheWay follows four discussions and two disclosures from proposal to
// archive, and looks at each step before and after its proof is there.
func TestATopicGoesAllTheWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		joint, party, reps := w.body(assembly.Joint, 9), w.body(assembly.Party, 30), w.body(assembly.VillagerReps, 60)
		p := w.started("village_public")
		if found, err := w.stage(p); err != nil || found != topic.Deliberating {
			t.Fatalf("the topic is %s, %v", found, err)
		}
		w.refused("a proposal without words", w.move(p, "propose", "from", "branch"), "form.required")
		w.propose(p)
		w.refused("talked over without a meeting", w.move(p, "discuss"), "proceeding.lacks.talk")
		_, err := w.meet(p, session{step: proceeding.Talk, body: joint, came: 7})
		w.must(err)
		w.must(w.move(p, "discuss"))
		_, err = w.meet(p, session{step: proceeding.Party, body: party, ahead: 3, came: 20})
		w.must(err)
		w.refused("no vote", w.move(p, "review"), "proceeding.lacks_vote")
		_, err = w.meet(p, session{step: proceeding.Party, body: party, ahead: 3, came: 20, hands: hands(16, 4)})
		w.must(err)
		w.must(w.move(p, "review"))
		_, err = w.meet(p, session{step: proceeding.Decision, body: reps, came: 40, hands: hands(21, 19)})
		w.must(err)
		w.must(w.move(p, "vote"))
		if found, _ := w.stage(p); found != topic.Decided {
			t.Errorf("after the vote the topic is %s", found)
		}
		v := w.step(p, proceeding.Decision)
		if v.Status != proceeding.Done || v.Numbers.Count.Entitled.People != 60 || v.Numbers.Count.Attended.People != 40 || v.Numbers.Verdict.Rule != "villager_reps@2026-01-01" {
			t.Errorf("the decision: %+v", v)
		}
		w.refused("published without a notice", w.move(p, "publish"), "proceeding.lacks.resolution")
		n, err := w.Post(t.Context(), proceeding.Post{On: w.on(p, proceeding.Resolution), Notice: disclosure.Publish{
			Key: id.New(), Title: "测试公告", Issuer: "测试村民委员会", Body: "测试：决议如下。",
		}})
		w.must(err)
		w.again(p)
		w.refused("the notice is not released", w.move(p, "publish"), "proceeding.notice_waiting")
		w.release("disclosure/" + n.ID)
		w.must(w.move(p, "publish"))
		w.now = w.now.AddDate(0, 0, 14)
		w.refused("fourteen days", w.move(p, "implement"), "proceeding.notice_running")
		w.now = w.now.AddDate(0, 0, 4)
		w.must(w.move(p, "implement"))
		w.refused("nothing is done", w.move(p, "announce"), "proceeding.lacks.works")
		w.errands["m1"] = false
		*p, err = w.Prove(t.Context(), proceeding.Prove{On: w.on(p, proceeding.Works), Key: id.New(), Kind: proceeding.Errand, Ref: "m1"})
		w.must(err)
		w.refused("the matter is open", w.move(p, "announce"), "proceeding.works_open")
		w.errands["m1"] = true
		w.post(p, proceeding.Outcome)
		w.must(w.move(p, "announce"))
		w.refused("the outcome stands since today", w.move(p, "archive"), "proceeding.notice_running")
		w.now = w.now.AddDate(0, 0, 18)
		w.must(w.move(p, "archive"))
		if found, _ := w.stage(p); found != topic.Solved {
			t.Errorf("in the end the topic is %s", found)
		}
		for _, v := range w.again(p).Steps {
			if v.Status != proceeding.Done {
				t.Errorf("%s is %s: %v", v.Step, v.Status, v.Missing())
			}
		}
		if of, err := w.OfMatter(t.Context(), realm, "m1"); err != nil || len(of) != 1 || of[0].ID != p.ID {
			t.Errorf("of the matter: %+v, %v", of, err)
		}
	})
}

func (w *town) stage(p *proceeding.Proceeding) (s topic.Stage, err error) {
	err = w.DB.View(w.t.Context(), func(tx *db.Tx) error {
		found, err := w.Topics.Find(w.t.Context(), tx, realm, p.Topic)
		s = found.Stage
		return err
	})
	return s, err
}

// TestTheGoldenVotesOfTheSteps are the cases of the handbook and their neighbours.
func TestTheGoldenVotesOfTheSteps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		party, reps := w.body(assembly.Party, 30), w.body(assembly.VillagerReps, 60)
		joint := w.body(assembly.Joint, 9)
		ready := func() *proceeding.Proceeding {
			p := w.started("village_public")
			w.propose(p)
			_, err := w.meet(p, session{step: proceeding.Talk, body: joint, came: 9})
			w.must(err)
			w.must(w.move(p, "discuss"))
			return p
		}
		var last *proceeding.Proceeding
		for _, tt := range []struct {
			name       string
			came       int
			pros, cons int64
			want       string
		}{
			{"20 of 30 came, 16 agree", 20, 16, 4, ""},
			{"15 are half of 30", 20, 15, 5, "proceeding.not_passed_people"},
			{"19 are too few", 19, 19, 0, "proceeding.no_quorum"},
		} {
			last = ready()
			_, err := w.meet(last, session{step: proceeding.Party, body: party, ahead: 3, came: tt.came, hands: hands(tt.pros, tt.cons)})
			w.must(err)
			w.refused(tt.name, w.move(last, "review"), tt.want)
			if tt.want == "" {
				continue
			}
			lost, few := w.move(last, "reject"), error(nil)
			if tt.came < 20 {
				w.refused("too few is no rejection", lost, "proceeding.not_lost")
				few = w.move(last, "adjourn")
				w.must(few)
			} else {
				w.must(lost)
			}
		}
		if last.State != "party_no_quorum" {
			t.Fatalf("too few came: %s", last.State)
		}
		w.must(w.move(last, "call_again"))
		_, err := w.meet(last, session{step: proceeding.Party, body: party, ahead: 3, came: 30, hands: hands(16, 14)})
		w.must(err)
		w.must(w.move(last, "review"))
		for _, tt := range []struct {
			name       string
			came       int
			pros, cons int64
			want       string
		}{
			{"39 of 60 are too few", 39, 39, 0, "proceeding.no_quorum"},
			{"20 of 40 are half", 40, 20, 20, "proceeding.not_passed_people"},
			{"40 of 60 came, 21 agree", 40, 21, 19, ""},
		} {
			_, err := w.meet(last, session{step: proceeding.Decision, body: reps, came: tt.came, hands: hands(tt.pros, tt.cons)})
			w.must(err)
			w.refused(tt.name, w.move(last, "vote"), tt.want)
		}
		if _, err := w.meet(last, session{step: proceeding.Decision, body: reps, came: 40, hands: hands(30, 11)}); err == nil {
			t.Error("more hands than people were counted")
		}
	})
}

// TestWhatIsRefused says what a step does not take, and who is refused.
func TestWhatIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ctx := t.Context()
		for field, want := range map[string]string{
			"emergency": "proceeding.not_for.emergency", "one_person": "proceeding.not_for.one_person", "forbidden": "proceeding.not_for.forbidden",
		} {
			_, err := w.begin("village_public", field, "yes")
			w.refused(field, err, want)
		}
		_, err := w.begin("party_review")
		w.refused("a step is no subject", err, "assembly.subject_unknown")
		p := w.started("village_public")
		_, err = w.Start(ctx, proceeding.Start{Realm: realm, Key: id.New(), Topic: p.Topic, By: w.secretary,
			Values: filled("subject", "village_public", "emergency", "no", "one_person", "no", "forbidden", "no", "one_leader", "no")})
		w.refused("a second proceeding of a topic", err, "topic.in_proceeding")
		joint, owners, party := w.body(assembly.Joint, 9), w.body(assembly.Owners, 9), w.body(assembly.Party, 3)
		_, err = w.meet(p, session{step: proceeding.Decision, body: owners, ahead: 15, came: 9})
		w.refused("owners on village affairs", err, "assembly.wrong_body.villager_reps")
		_, err = w.meet(p, session{step: proceeding.Party, body: joint, ahead: 3, came: 9})
		w.refused("the committees in the party's place", err, "assembly.wrong_body.party")
		there, err := w.Bodies.Found(ctx, assembly.Found{Realm: realm, Kind: assembly.Party, Name: "测试别处", Area: w.other.ID, By: w.elsewhere})
		w.must(err)
		w.due["assembly/"+there.ID] = 3
		g := gatheringElsewhere(w, there)
		_, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, proceeding.Party), Key: id.New(), Kind: proceeding.Meeting, Ref: g})
		w.refused("another village's party", err, "proceeding.elsewhere")
		w.propose(p)
		_, err = w.meet(p, session{step: proceeding.Talk, body: joint, came: 9, bare: true})
		w.must(err)
		w.refused("minutes are missing", w.move(p, "discuss"), "proceeding.minutes_missing")
		_, err = w.meet(p, session{step: proceeding.Talk, body: joint, came: 9})
		w.must(err)
		w.must(w.move(p, "discuss"))
		_, err = w.meet(p, session{step: proceeding.Party, body: party, ahead: 2, came: 3, hands: hands(3, 0)})
		w.must(err)
		w.refused("the plan came two days before", w.move(p, "review"), "proceeding.late_notice")
		for name, by := range map[string]identity.Actor{"the desk": w.head, "an auditor": w.auditor, "who supervises": w.inspector} {
			_, err := w.Move(ctx, proceeding.Move{Realm: realm, ID: p.ID, Revision: p.Revision, Action: "withdraw", Values: filled("reason", "测试理由"), By: by})
			w.refused(name, err, "procedure.not_your_role")
		}
		_, err = w.Open(ctx, w.elsewhere, realm, p.ID)
		w.refused("another place", err, "proceeding.missing")
		_, err = w.Move(ctx, proceeding.Move{Realm: realm, ID: p.ID, Revision: p.Revision, Action: "withdraw", Values: filled("reason", "联系 13800000000"), By: w.secretary})
		w.refused("a reason that names somebody", err, "trace.found_phone")
		w.must(w.move(p, "withdraw", "reason", "测试理由"))
		_, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, proceeding.Filing), Key: id.New(), Kind: proceeding.Receipt, Paper: proceeding.Paper{With: "测试镇", Number: "1", Day: w.Today()}})
		w.refused("after the end", err, "proceeding.over")
		if found, _ := w.stage(p); found != topic.Gathered {
			t.Errorf("a topic whose proceeding was withdrawn is %s", found)
		}
	})
}

// TestWhatIsGoneTurnsRed says what becomes of steps whose proof is taken away.
func TestWhatIsGoneTurnsRed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ctx := t.Context()
		p := w.passed("community_public", assembly.ResidentReps)
		n := w.post(p, proceeding.Resolution)
		w.must(w.move(p, "publish"))
		w.now = w.now.AddDate(0, 0, 3)
		o, err := w.Notices.Object(ctx, disclosure.Object{Realm: realm, Key: id.New(), Notice: n.ID, Words: "测试：数目不对。"})
		w.must(err)
		w.must(w.Objected(ctx, realm, n.ID, false))
		if w.again(p); p.State != "objection_period" {
			t.Fatalf("after an objection: %s", p.State)
		}
		w.now = w.now.AddDate(0, 0, 20)
		w.refused("an objection is open", w.move(p, "settle"), "proceeding.objections_left")
		w.answer(o, disclosure.NoDeed)
		w.must(w.Objected(ctx, realm, n.ID, false))
		if w.again(p); p.State != "result_published" {
			t.Fatalf("after the answer: %s", p.State)
		}
		w.must(w.move(p, "implement"))
		// The board is taken down after all: what was passed is red, and blocks the outcome.
		n2 := w.post(p, proceeding.Resolution)
		if s := w.step(p, proceeding.Resolution); s.Status != proceeding.Failing {
			t.Errorf("a notice that stands since today: %s", s.Status)
		}
		w.take(n2)
		if lacking := w.lacks(p, proceeding.Resolution); !slices.Contains(lacking, "proceeding.notice_withdrawn") {
			t.Errorf("a notice that was taken down: %v", lacking)
		}
		w.errands["m"] = true
		*p, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, proceeding.Works), Key: id.New(), Kind: proceeding.Errand, Ref: "m"})
		w.must(err)
		w.post(p, proceeding.Outcome)
		w.refused("the outcome of what was taken down", w.move(p, "announce"), "proceeding.notice_withdrawn")
		for _, f := range w.step(p, proceeding.Resolution).Facts {
			if f.Ref == n2.ID {
				*p, err = w.Take(ctx, proceeding.Take{On: w.on(p, proceeding.Resolution), Proof: f.ID, Why: "测试：重复"})
				w.must(err)
			}
		}
		w.must(w.move(p, "announce"))
	})
}

// TestSupervisionSendsBack says who sends back, whereto, and what follows.
func TestSupervisionSendsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ctx := t.Context()
		p := w.passed("community_public", assembly.ResidentReps)
		back := func(s proceeding.Step, reason string) error {
			return w.DB.InTx(ctx, func(tx *db.Tx) error {
				return w.SendBack(ctx, tx, proceeding.SendBack{Realm: realm, ID: p.ID, Step: s, Reason: reason, By: w.inspector})
			})
		}
		w.refused("to a step ahead", back(proceeding.Outcome, "测试理由"), "procedure.not_from_here")
		w.refused("without a reason", back(proceeding.Talk, ""), "form.required")
		w.refused("by the secretary", w.move(p, "send_back_talk", "reason", "测试理由"), "procedure.not_your_role")
		both := w.secretary
		both.Grants = append(slices.Clone(both.Grants), w.inspector.Grants...)
		_, err := w.Move(ctx, proceeding.Move{
			Realm: realm, ID: p.ID, Revision: p.Revision, Action: "stop", Values: filled("reason", "测试理由"), By: both,
		})
		w.refused("by who led it and supervises by now", err, "proceeding.took_part")
		w.must(back("", "测试：先停"))
		w.again(p)
		w.refused("stopped, then to a step ahead", back(proceeding.Outcome, "测试理由"), "proceeding.step_ahead")
		w.must(back(proceeding.Talk, "测试：会议记录不清楚"))
		if w.again(p); p.State != "proposed" || p.Back.Step != proceeding.Talk || !p.Back.Open {
			t.Fatalf("sent back: %s, %+v", p.State, p.Back)
		}
		if found, _ := w.stage(p); found != topic.Deliberating {
			t.Errorf("the topic of what was sent back is %s", found)
		}
		w.refused("before the answer", w.move(p, "discuss"), "proceeding.unanswered")
		w.must(w.move(p, "answer", "answer", "测试：已补充"))
		w.refused("answered twice", w.move(p, "answer", "answer", "测试：已补充"), "proceeding.nothing_to_answer")
		w.must(w.move(p, "discuss"))
		w.must(w.move(p, "vote")) // what is still there counts again
		var acts []procedure.Action
		for _, e := range w.again(p).History {
			acts = append(acts, e.Action)
		}
		if !slices.Contains(acts, "send_back_talk") || !slices.Contains(acts, "answer") {
			t.Errorf("the trace: %v", acts)
		}
	})
}

// TestTwoMoveTheSameStep says that one of two is told that it was quicker.
func TestTwoMoveTheSameStep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		p := w.started("estate_table")
		var wait sync.WaitGroup
		results := make([]error, 4)
		for i := range results {
			wait.Go(func() {
				_, results[i] = w.Move(t.Context(), proceeding.Move{
					Realm: realm, ID: p.ID, Revision: p.Revision, Action: "propose", Values: filled("from", "table", "plan", "测试：修好大门和门锁。"), By: w.secretary,
				})
			})
		}
		wait.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else if key(err) != "proceeding.stale" && key(err) != "procedure.not_from_here" {
				t.Errorf("the slower one: %v", err)
			}
		}
		if d := w.again(p); won != 1 || p.Revision != 2 || len(d.History) != 2 {
			t.Errorf("%d won; revision %d, %d lines", won, p.Revision, len(d.History))
		}
	})
}

// TestTermsRemind says that a term which runs out is noted, again and again.
func TestTermsRemind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		p := w.started("estate_table")
		for want := range 3 {
			w.now = w.now.AddDate(0, 0, 31)
			n, err := w.Expire(t.Context(), realm)
			if err != nil || n != 1 || len(w.again(p).History) != want+2 {
				t.Fatalf("reminded %d, %v", n, err)
			}
		}
		list, err := w.List(t.Context(), w.secretary, proceeding.Filter{Lo: w.area.Lo, Hi: w.area.Hi}, page.Cursor{}, 10)
		if err != nil || len(list.Items) != 1 {
			t.Errorf("listed: %+v, %v", list, err)
		}
		list, err = w.List(t.Context(), w.elsewhere, proceeding.Filter{Lo: w.area.Lo, Hi: w.area.Hi}, page.Cursor{}, 10)
		if err != nil || len(list.Items) != 0 {
			t.Errorf("listed elsewhere: %+v, %v", list, err)
		}
	})
}

// TestAnObjectionThatIsUpheldSendsBack has what was resolved be wrong: the proceeding is
// before its decision again, once, and goes on when that is answered.
func TestAnObjectionThatIsUpheldSendsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ctx := t.Context()
		p := w.passed("community_public", assembly.ResidentReps)
		n := w.post(p, proceeding.Resolution)
		w.must(w.move(p, "publish"))
		w.now = w.now.AddDate(0, 0, 3)
		o, err := w.Notices.Object(ctx, disclosure.Object{Realm: realm, Key: id.New(), Notice: n.ID, Words: "测试：数目不对。"})
		w.must(err)
		w.must(w.Objected(ctx, realm, n.ID, false))
		w.answer(o, disclosure.SendBack)
		for range 2 { // an event may come twice
			w.must(w.Objected(ctx, realm, n.ID, true))
			if w.again(p); p.State != "jointly_discussed" || !p.Back.Open {
				t.Fatalf("after an objection that was upheld: %s, to be answered: %v", p.State, p.Back.Open)
			}
		}
		w.refused("before it is answered", w.move(p, "vote"), "proceeding.unanswered")
		w.must(w.move(p, "answer", "answer", "测试：已按异议更正方案，重新开会表决。"))
		w.must(w.move(p, "vote"))
		w.post(p, proceeding.Resolution)
		w.must(w.Objected(ctx, realm, n.ID, true))
		if w.again(p); p.State != "voted" {
			t.Errorf("the notice that was replaced sends back once more: %s", p.State)
		}
	})
}
