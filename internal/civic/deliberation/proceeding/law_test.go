// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// TestTheLawChangesOnTheWay is about assets of a collective, which went from the
// villagers to the collective on 2025-05-01.
func TestTheLawChangesOnTheWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		w.now = time.Date(2025, 4, 10, 9, 0, 0, 0, w.Zone)
		joint, party, reps := w.body(assembly.Joint, 9), w.body(assembly.Party, 30), w.body(assembly.VillagerReps, 60)
		members := w.body(assembly.Collective, 200)
		reviewed := func() *proceeding.Proceeding {
			w.now = time.Date(2025, 4, 10, 9, 0, 0, 0, w.Zone)
			p := w.started("collective_assets")
			w.propose(p)
			_, err := w.meet(p, session{step: proceeding.Talk, body: joint, came: 9})
			w.must(err)
			w.must(w.move(p, "discuss"))
			_, err = w.meet(p, session{step: proceeding.Party, body: party, ahead: 3, came: 20, hands: hands(16, 4)})
			w.must(err)
			w.must(w.move(p, "review"))
			return p
		}
		before, over := reviewed(), reviewed()
		if before.Procedure != proceeding.FourTwo {
			t.Fatalf("in April 2025 it follows %s", before.Procedure)
		}
		_, err := w.Carry(t.Context(), proceeding.Carry{Realm: realm, ID: over.ID, Revision: over.Revision, By: w.secretary})
		w.refused("the law has not changed yet", err, "proceeding.unchanged")
		// Passed on the last day of the old law, it stays passed.
		w.now = time.Date(2025, 4, 30, 9, 0, 0, 0, w.Zone)
		_, err = w.meet(before, session{step: proceeding.Decision, body: reps, came: 40, hands: hands(21, 19)})
		w.must(err)
		w.now = time.Date(2025, 5, 6, 9, 0, 0, 0, w.Zone)
		w.must(w.move(before, "vote"))
		if d := w.again(before); d.Changed != "" || w.step(before, proceeding.Decision).Numbers.Verdict.Rule != "villager_reps@2018-12-29" {
			t.Errorf("passed on the last day: changed %q", d.Changed)
		}
		// The other one comes too late: the body is wrong now, and the right one is named.
		_, err = w.meet(over, session{step: proceeding.Decision, body: reps, came: 40})
		w.refused("the representatives in May", err, "assembly.wrong_body.collective_reps")
		if d := w.again(over); d.Changed != "topic.collective" {
			t.Fatalf("in May the law names %q", d.Changed)
		}
		_, err = w.meet(over, session{step: proceeding.Decision, body: members, ahead: 10, came: 140, hands: hands(134, 6)})
		w.must(err)
		w.refused("the right body, by the old procedure", w.move(over, "vote"), "proceeding.procedure_changed")
		*over, err = w.Carry(t.Context(), proceeding.Carry{Realm: realm, ID: over.ID, Revision: over.Revision, By: w.secretary})
		w.must(err)
		if over.Procedure != "topic.collective" || over.State != "voted" {
			t.Errorf("carried over as far as its proofs reach: %s, %s", over.Procedure, over.State)
		}
		var acts []string
		for _, e := range w.again(over).History {
			acts = append(acts, string(e.Action))
		}
		if !slices.Contains(acts, "carry") || !slices.Contains(acts, "review") {
			t.Errorf("the trace has lost something: %v", acts)
		}
	})
}

// TestOwnersDecideByPeopleAndArea follows a parking scheme: the vote is opened from its
// step, and what was decided has to be filed.
func TestOwnersDecideByPeopleAndArea(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ctx := t.Context()
		owners := w.body(assembly.Owners, 4)
		var members []string
		for i := range 4 {
			m, err := w.Bodies.Join(ctx, assembly.Join{
				Realm: realm, Assembly: owners.ID, Name: "测试业主" + strconv.Itoa(i), Voting: true, Since: "2026-01-01",
				Holdings: []assembly.Holding{{Household: "1-" + strconv.Itoa(i), Share: 10000}}, By: w.secretary,
			})
			w.must(err)
			members = append(members, m.ID)
		}
		p := w.started("estate_parking")
		w.must(w.move(p, "propose", "from", "owner_committee", "plan", "测试：居民停车免费，外来车辆收费。", "public", "测试：停车收费方案"))
		w.release(p.Name())
		_, err := w.meet(p, session{step: proceeding.Decision, body: owners, ahead: 14, came: 4})
		w.must(err)
		w.refused("fourteen days of notice", w.move(p, "vote"), "proceeding.late_notice")
		g, err := w.meet(p, session{step: proceeding.Decision, body: owners, ahead: 15, came: 4})
		w.must(err)
		_, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, proceeding.Decision), Key: id.New(), Kind: proceeding.Meeting, Ref: g.ID, Hands: hands(4, 0)})
		w.refused("a show of hands of owners", err, "proceeding.hands_no_area")
		q, err := w.Poll(ctx, proceeding.Poll{On: w.on(p, proceeding.Decision), Body: owners.ID, Vote: poll.Open{
			Key: id.New(), Question: "测试：停车收费方案", Channels: []poll.Channel{poll.Room}, Closes: w.now.Add(time.Hour),
		}})
		w.must(err)
		if q.Subject != p.Purpose(proceeding.Decision) || q.Rule.Code != "owners.special" {
			t.Errorf("opened for %s by %s", q.Subject, q.Rule.Code)
		}
		w.again(p)
		for i, m := range members {
			choice := poll.For
			if i == 3 {
				choice = poll.Against
			}
			w.must(w.Polls.Vote(ctx, poll.Vote{Realm: realm, ID: q.ID, Member: m, Channel: poll.Room, Choice: choice, By: w.secretary}))
		}
		w.refused("not counted yet", w.move(p, "vote"), "proceeding.uncounted")
		w.now = w.now.Add(2 * time.Hour)
		_, err = w.Polls.Close(ctx, poll.Close{Realm: realm, ID: q.ID, By: w.secretary})
		w.must(err)
		w.must(w.move(p, "vote"))
		if n := w.step(p, proceeding.Decision).Numbers; n.Count.For.Area != 30000 || n.Count.Entitled.Area != 40000 {
			t.Errorf("by area: %+v", n.Count)
		}
		w.post(p, proceeding.Resolution)
		w.must(w.move(p, "publish"))
		w.now = w.now.AddDate(0, 0, 20)
		w.must(w.move(p, "implement"))
		w.errands["m"] = true
		*p, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, proceeding.Works), Key: id.New(), Kind: proceeding.Errand, Ref: "m"})
		w.must(err)
		w.post(p, proceeding.Outcome)
		w.must(w.move(p, "announce"))
		w.now = w.now.AddDate(0, 0, 20)
		w.refused("not filed", w.move(p, "archive"), "proceeding.lacks.filing")
		_, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, proceeding.Filing), Key: id.New(), Kind: proceeding.Receipt, Paper: proceeding.Paper{With: "测试住建局", Number: "测试备案1号", Day: "2999-01-01"}})
		w.refused("filed tomorrow", err, "form.not_a_date")
		*p, err = w.Prove(ctx, proceeding.Prove{On: w.on(p, proceeding.Filing), Key: id.New(), Kind: proceeding.Receipt, Paper: proceeding.Paper{With: "测试住建局", Number: "测试备案1号", Day: w.Today()}})
		w.must(err)
		w.must(w.move(p, "archive"))
		_, err = w.Course(ctx, realm, p.ID)
		w.refused("the topic is not public", err, "proceeding.missing")
		w.release("topic/" + p.Topic)
		c, err := w.Course(ctx, realm, p.ID)
		if err != nil || c.Plan != "测试：停车收费方案" || len(c.Filed) != 1 {
			t.Errorf("in public: %+v, %v", c, err)
		}
	})
}

// TestATableHasFiveSeats says that a session without one of them is incomplete.
func TestATableHasFiveSeats(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		table := w.body(assembly.FiveParty, 4)
		host := "assembly/" + table.ID
		w.vacant[host] = assembly.OwnerCommittee
		p := w.started("estate_table")
		w.must(w.move(p, "propose", "from", "table", "plan", "测试：重新铺草、砌边、加围栏。"))
		_, err := w.meet(p, session{step: proceeding.Decision, body: table, came: 4, hands: hands(4, 0)})
		w.must(err)
		w.refused("without the owners' committee", w.move(p, "vote"), "proceeding.vacant.owner_committee")
		w.vacant[host], w.due[host] = "", 5
		_, err = w.meet(p, session{step: proceeding.Decision, body: table, came: 5, hands: hands(5, 0)})
		w.must(err)
		w.must(w.move(p, "vote"))
	})
}

// TestOneLeader says that proposal and talk are one step where one person leads both, and
// two where not.
func TestOneLeader(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		joint := w.body(assembly.Joint, 9)
		two, one := w.started("village_public"), w.started("village_public", "one_leader", "yes")
		values := []string{"from", "both", "plan", "测试：把停车棚修好，加装照明。"}
		if offers := w.again(two).Offers; offers[0].Action != "propose" || offers[0].Why != nil {
			t.Errorf("what is offered first: %+v", offers[0])
		}
		w.refused("two leaders in one step", w.move(two, "propose_together", values...), "proceeding.two_leaders")
		w.refused("one leader in two", w.move(one, "propose", values...), "proceeding.one_leader")
		w.refused("without the talk", w.move(one, "propose_together", values...), "proceeding.lacks.talk")
		_, err := w.meet(one, session{step: proceeding.Talk, body: joint, came: 9})
		w.must(err)
		w.must(w.move(one, "propose_together", values...))
		if v := w.step(one, proceeding.Talk); one.State != "jointly_discussed" || v.Status != proceeding.Done {
			t.Errorf("%s, talk is %s", one.State, v.Status)
		}
	})
}

// own is the realm's own procedure as the program comes with it, changed.
func own(t *testing.T, change func(d *procedure.Definition)) *procedure.Definition {
	t.Helper()
	d, err := procedure.Read(catalogue.FS(), proceeding.Custom)
	if err != nil {
		t.Fatal(err)
	}
	change(d)
	return d
}

// without takes a guard from every move.
func without(guard string) func(d *procedure.Definition) {
	return func(d *procedure.Definition) {
		for i := range d.Moves {
			d.Moves[i].Guards = slices.DeleteFunc(d.Moves[i].Guards, func(g string) bool { return g == guard })
		}
	}
}

// TestWhatAProcedureHasToHave is the linter of procedures, a realm's own among them.
func TestWhatAProcedureHasToHave(t *testing.T) {
	forms, err := form.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range proceeding.Procedures() {
		d, err := procedure.Read(catalogue.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := proceeding.Lint(d, forms); len(wrong) > 0 {
			t.Errorf("%s: %v", name, wrong)
		}
	}
	for what, tt := range map[string]struct {
		change func(d *procedure.Definition)
		want   string
	}{
		"without the vote of the body that decides": {without("decision_vote"), "past decision_vote"},
		"without minutes":                {without("decision_held"), "past decision_held"},
		"without the notice":             {without("notice_given"), "past notice_given"},
		"without the days of disclosure": {without("resolution_stood"), "past resolution_stood"},
		"without the outcome":            {without("outcome_stood"), "past outcome_stood"},
		"without a declaration":          {without("allowed"), "past allowed"},
		"that does not file":             {without("filed"), "past filed"},
		"that goes on unanswered":        {without("answered"), "before what was sent back is answered"},
		"with a short cut": {func(d *procedure.Definition) {
			d.Moves = append(d.Moves, procedure.Move{Action: "settle", From: []procedure.State{"proposed"}, To: "outcome_published", By: []procedure.Role{"secretary"}, Guards: []string{"answered"}})
		}, "past resolution_posted"},
		"in which supervision moves on": {func(d *procedure.Definition) {
			d.Moves = append(d.Moves, procedure.Move{Action: "vote", From: []procedure.State{"proposed"}, To: "voted", By: []procedure.Role{"inspector"}})
		}, "supervision moves nothing on"},
		"that nobody can send back": {func(d *procedure.Definition) {
			d.Moves = slices.DeleteFunc(d.Moves, func(m procedure.Move) bool { return m.Action == "send_back_decision" })
		}, "send back to decision"},
		"with a guard nobody wrote": {func(d *procedure.Definition) { d.Moves[0].Guards = append(d.Moves[0].Guards, "nice") }, "unknown guard"},
		"in which a lost vote leads nowhere": {func(d *procedure.Definition) {
			d.Moves = slices.DeleteFunc(d.Moves, func(m procedure.Move) bool { return m.To == "rejected" })
			delete(d.States, "rejected")
		}, "a vote that is lost leads nowhere"},
		"that looks once at the vote": {func(d *procedure.Definition) {
			for i := range d.Moves {
				if d.Moves[i].To == "archived" {
					d.Moves[i].Guards = slices.DeleteFunc(d.Moves[i].Guards, func(g string) bool { return g == "decision_vote" })
				}
			}
		}, "does not look at decision_vote once more"},
	} {
		found := proceeding.Lint(own(t, tt.change), forms)
		if !slices.ContainsFunc(found, func(line string) bool { return strings.Contains(line, tt.want) }) {
			t.Errorf("%s: %v", what, found)
		}
	}
}

// TestARealmsOwnProcedure says when it may stand for the one that law names.
func TestARealmsOwnProcedure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ctx := t.Context()
		admin := w.actor("admin", "administrator", w.area)
		admin.Grants[0].Lo, admin.Grants[0].Hi = 0, 1<<60
		start := func(subject string) (proceeding.Proceeding, error) {
			return w.Start(ctx, proceeding.Start{Realm: realm, Key: id.New(), Topic: w.topic().ID, Own: true, By: w.secretary,
				Values: filled("subject", subject, "emergency", "no", "one_person", "no", "forbidden", "no", "one_leader", "no")})
		}
		_, err := start("estate_table")
		w.refused("there is none", err, "proceeding.no_own")
		body, err := json.Marshal(own(t, func(*procedure.Definition) {}))
		w.must(err)
		e, err := w.Editions.Save(ctx, edition.Save{Realm: realm, Kind: proceeding.Edition, Body: body, Basis: "basis.practice", By: admin})
		w.must(err)
		_, err = w.Editions.Publish(ctx, edition.Publish{Realm: realm, Kind: proceeding.Edition, Revision: e.Revision, From: w.now.Add(time.Minute), By: admin})
		w.must(err)
		w.now = w.now.Add(time.Hour)
		_, err = start("village_public")
		w.refused("it has no party meeting", err, "proceeding.own_weaker")
		p, err := start("estate_company")
		if err != nil || p.Procedure != proceeding.Custom || p.Version != 2 {
			t.Errorf("it asks for all that owners have to keep: %+v, %v", p, err)
		}
		bad, err := json.Marshal(own(t, without("decision_vote")))
		w.must(err)
		if problems := w.Check(ctx, realm, bad); len(problems) == 0 {
			t.Error("an own procedure without a vote was taken")
		}
	})
}

// TestEveryRefusalHasWords says that what steps lack can be read in every language.
func TestEveryRefusalHasWords(t *testing.T) {
	w := &town{t: t}
	texts := w.texts()
	for _, lang := range texts.Languages() {
		say := texts.Printer(lang)
		for _, s := range proceeding.Steps() {
			for _, k := range []string{"proceeding.lacks." + string(s), "proceeding.step." + string(s), "topic.action.send_back_" + string(s), "topic.done.send_back_" + string(s)} {
				if !say.Has(k) {
					t.Errorf("%s: there is no text for %s", lang, k)
				}
			}
		}
		for _, s := range assembly.FiveParty.Seats() {
			if k := "proceeding.vacant." + string(s); !say.Has(k) {
				t.Errorf("%s: there is no text for %s", lang, k)
			}
		}
		for _, k := range []string{"no_quorum_people", "no_quorum_area", "not_passed_people", "not_passed_area", "not_for.emergency", "not_for.one_person", "not_for.forbidden"} {
			if !say.Has("proceeding." + k) {
				t.Errorf("%s: there is no text for %s", lang, k)
			}
		}
	}
}
