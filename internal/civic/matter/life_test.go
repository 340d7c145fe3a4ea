// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
)

// cast are the people of a story, by the word it names them with.
type cast struct {
	*mattertest.Realmful
	t    testing.TB
	who  map[string]identity.Actor
	body map[string]string // ids by the word a story writes for them
}

func play(t testing.TB, r *mattertest.Realmful) *cast {
	east := r.East.Town
	return &cast{Realmful: r, t: t, body: map[string]string{"WORKS": r.Works.ID, "CITY": r.City.ID}, who: map[string]identity.Actor{
		"desk": r.Actor(identity.Dispatcher, east, ""), "desk2": r.Actor(identity.Dispatcher, east, ""),
		"head": r.Actor(identity.ShiftHead, east, ""), "hall": r.Actor(identity.Receptionist, east, ""),
		"works": r.Actor(identity.Handler, east, r.Works.ID), "city": r.Actor(identity.Handler, east, r.City.ID),
		"grid": r.Actor(identity.GridWorker, r.East.Grid, ""),
	}}
}

// try makes one line of a story: "who action field=value, field=value". The
// reporter is called "reporter", the passing of time "wait 3h".
func (c *cast) try(m matter.Matter, line string) (matter.Matter, error) {
	who, rest, _ := strings.Cut(line, " ")
	action, given, _ := strings.Cut(rest, " ")
	if who == "wait" {
		d, err := time.ParseDuration(action)
		if err != nil {
			c.t.Fatal(err)
		}
		c.Time = c.Time.Add(d)
		if _, err := c.Expire(c.t.Context(), mattertest.Realm); err != nil {
			c.t.Fatal(err)
		}
		return c.now(m.ID), nil
	}
	answers := map[string][]string{}
	for part := range strings.SplitSeq(given, ", ") {
		name, value, _ := strings.Cut(part, "=")
		if id, ok := c.body[value]; ok {
			value = id
		}
		answers[name] = append(answers[name], value)
	}
	return c.Move(c.t.Context(), matter.Move{
		Realm: mattertest.Realm, ID: m.ID, Revision: m.Revision, Action: procedure.Action(action), Answers: answers,
		By: c.as(who), Reporter: who == "reporter",
	})
}

func (c *cast) as(who string) identity.Actor {
	if who == "reporter" {
		return identity.Actor{Realm: mattertest.Realm}
	}
	a, ok := c.who[who]
	if !ok {
		c.t.Fatalf("nobody is called %q", who)
	}
	return a
}

func (c *cast) now(id string) matter.Matter {
	d, err := c.Followed(c.t.Context(), mattertest.Realm, id)
	if err != nil {
		c.t.Fatal(err)
	}
	return d.Matter
}

// tell plays a whole story, in which nothing may go wrong.
func (c *cast) tell(m matter.Matter, lines ...string) matter.Matter {
	for _, line := range lines {
		var err error
		if m, err = c.try(m, line); err != nil {
			c.t.Fatalf("%s: %v", line, err)
		}
	}
	return m
}

// reported makes a matter of a type whose handling takes workdays.
func (c *cast) reported(by identity.Actor) matter.Matter {
	made, err := c.Report(c.t.Context(), matter.Report{
		Realm: mattertest.Realm, Origin: "test", Type: "010104", Text: "垃圾桶满了，没有人清。", Point: c.East.Middle(), By: by,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return c.now(made.ID)
}

var (
	toWorks  = []string{"desk register", "desk dispatch body=WORKS"}
	atWorks  = slices.Concat(toWorks, []string{"works sign"})
	done     = slices.Concat(atWorks, []string{"works handle note=已经清运", "grid pass", "desk feed_back reply=已经清运"})
	objected = []string{"works object reason=不归本所管"}
)

func TestEveryStateIsReached(t *testing.T) {
	reached := map[procedure.State]bool{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := play(t, mattertest.New(t, d))
		for _, tt := range []struct {
			name  string
			story []string
			want  procedure.State
		}{
			{"nothing has happened", nil, "reported"},
			{"the desk asks back", []string{"desk clarify question=在哪一栋楼"}, "clarifying"},
			{"the reporter adds what was asked", []string{"desk clarify question=在哪一栋楼", "reporter answer text=三号楼东侧"}, "reported"},
			{"nobody answers in three workdays", []string{"desk clarify question=在哪一栋楼", "wait 168h"}, "reported"},
			{"it is not taken on", []string{"desk refuse reason=属于诉讼事项"}, "refused"},
			{"it is taken on", []string{"desk register"}, "registered"},
			{"it is sent out", toWorks, "dispatched"},
			{"the body objects", slices.Concat(toWorks, objected), "objected"},
			{"the objection is accepted", slices.Concat(toWorks, objected, []string{"desk accept_objection note=有道理"}), "registered"},
			{"the objection is denied", slices.Concat(toWorks, objected, []string{"desk deny_objection note=职责如此"}), "dispatched"},
			{"it is sent elsewhere", slices.Concat(atWorks, []string{"desk reassign body=CITY, reason=派错了"}), "dispatched"},
			{"the body signs", atWorks, "signed"},
			{"the body asks the reporter", slices.Concat(atWorks, []string{"works question question=几点方便"}), "questioned"},
			{"the reporter answers", slices.Concat(atWorks, []string{"works question question=几点方便", "reporter answer text=晚上"}), "signed"},
			{"the body goes on without an answer", slices.Concat(atWorks, []string{"works question question=几点方便", "works resume"}), "signed"},
			{"it is suspended", slices.Concat(atWorks, []string{"works ask_suspension days=30, reason=等待配件", "desk grant_suspension told=等待配件"}), "suspended"},
			{"it goes on when the time has come", slices.Concat(atWorks, []string{"works ask_suspension days=3, reason=等待配件", "desk grant_suspension told=等待配件", "wait 240h"}), "signed"},
			{"suspension is denied", slices.Concat(atWorks, []string{"works ask_suspension days=30, reason=等待配件", "desk deny note=有库存"}), "signed"},
			{"it is void", slices.Concat(toWorks, []string{"works ask_void reason=重复录入", "desk grant_void told=重复录入"}), "void"},
			{"it is handled", slices.Concat(atWorks, []string{"works handle note=已经清运"}), "handled"},
			{"the check fails", slices.Concat(atWorks, []string{"works handle note=已经清运", "grid fail reason=还有一半"}), "signed"},
			{"the check passes", slices.Concat(atWorks, []string{"works handle note=已经清运", "grid pass"}), "checked"},
			{"the reporter is answered", done, "fed_back"},
			{"the reporter rates it", slices.Concat(done, []string{"reporter rate rating=5"}), "closed"},
			{"the reporter asks again", slices.Concat(done, []string{"reporter reopen reason=又满了"}), "registered"},
			{"nobody rates it", slices.Concat(done, []string{"wait 240h"}), "closed"},
			{"a call-back finds it solved", slices.Concat(done, []string{"hall call_back reached=yes, solved=yes, satisfied=yes", "desk close"}), "closed"},
			{"three calls reach nobody", slices.Concat(done, []string{"desk call_back reached=no", "desk call_back reached=no", "desk call_back reached=no", "desk close"}), "closed"},
			{"a call-back finds it unsolved", slices.Concat(done, []string{"desk call_back reached=yes, solved=no, satisfied=no", "desk rework reason=没有清干净"}), "signed"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				c.t = t
				m := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), tt.story...)
				if m.State != tt.want {
					t.Errorf("it is %s, want %s", m.State, tt.want)
				}
				reached[m.State] = true
			})
		}
		c.t = t
		settled := c.tell(c.reported(c.who["grid"]), "grid settle note=当场清理")
		main := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), toWorks...)
		merged := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), "desk merge main="+main.Number)
		for _, m := range []matter.Matter{settled, merged} {
			reached[m.State] = true
		}
		reached["filed"] = true // by import: see TestImportIsWholeOrNotAtAll
		def, err := procedure.Machines(t.Context(), c.Library, mattertest.Realm, matter.Procedure, 0, matter.Guards(), matter.Terms())
		if err != nil {
			t.Fatal(err)
		}
		for s := range def.Definition().States {
			if !reached[s] {
				t.Errorf("no story reaches %s", s)
			}
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	d := dbtest.SQLite(t)
	c := play(t, mattertest.New(t, d))
	sealed, err := c.Report(t.Context(), matter.Report{Realm: mattertest.Realm, Origin: "test", Type: "060103", Text: "测试：需要保密的事", Point: c.East.Middle()})
	if err != nil {
		t.Fatal(err)
	}
	main := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), toWorks...)
	again := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), "desk merge main="+main.Number)
	ended := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), "desk refuse reason=属于诉讼事项")
	rounds := slices.Concat(toWorks, objected, []string{"desk deny_objection note=职责如此"}, objected, []string{"desk deny_objection note=职责如此"}, objected)
	for _, tt := range []struct {
		name  string
		story []string
		last  string
		want  string
	}{
		{"an extension asked for after the deadline", slices.Concat(atWorks, []string{"wait 72h"}), "works ask_extension days=2, reason=人手不够", "matter.extension_late"},
		{"an extension of half a day", atWorks, "works ask_extension days=1.5, reason=人手不够", "form.not_a_number"},
		{"an extension granted by who asked", slices.Concat(atWorks, []string{"works ask_extension days=2, reason=人手不够"}), "works grant_extension told=延期两天", "procedure.not_your_role"},
		{"a second application while one waits", slices.Concat(atWorks, []string{"works ask_extension days=2, reason=人手不够"}), "works ask_suspension days=9, reason=等待配件", "matter.already_applied"},
		{"a suspension granted that was asked as extension", slices.Concat(atWorks, []string{"works ask_extension days=2, reason=人手不够"}), "desk grant_suspension told=先放一放", "matter.not_applied_suspension"},
		{"voiding one's own application", []string{"desk ask_void reason=录入错误"}, "desk grant_void told=录入错误", "matter.own_application"},
		{"an objection by a body that has signed", atWorks, "works object reason=不归本所管", "procedure.not_from_here"},
		{"a refusal by the first receiver", toWorks, "works refuse reason=不归本所管", "procedure.not_from_here"},
		{"resuming what was never suspended", atWorks, "desk resume", "procedure.not_from_here"},
		{"the third objection decided by the dispatcher", rounds, "desk deny_objection note=职责如此", "matter.goes_to_arbitration"},
		{"arbitration before the third", slices.Concat(toWorks, objected), "head arbitrate body=WORKS, note=职责如此", "matter.no_arbitration_yet"},
		{"an objection after arbitration", slices.Concat(rounds, []string{"head arbitrate body=WORKS, note=职责如此"}), "works object reason=不归本所管", "matter.arbitrated"},
		{"a merge into itself", nil, "desk merge main=SELF", "matter.merge_self"},
		{"a merge into a sealed one", nil, "desk merge main=" + sealed.Number, "matter.merge_sealed"},
		{"a merge into one of another realm, or of nowhere", nil, "desk merge main=20990101-0000000", "matter.merge_unknown"},
		{"a merge into one that is merged", nil, "desk merge main=" + again.Number, "matter.merge_chain"},
		{"a merge into one that has ended", nil, "desk merge main=" + ended.Number, "matter.merge_ended"},
		{"a merge of one that has parts", slices.Concat(toWorks, []string{"desk split text=还有路灯不亮"}), "desk merge main=" + main.Number, "matter.has_relatives"},
		{"an answer to the reporter while a part is open", slices.Concat(atWorks, []string{"desk assist body=CITY, task=清理周边", "works handle note=已经清运", "grid pass"}), "desk feed_back reply=已经清运", "matter.parts_open"},
		{"handling while an answer to supervision is owed", slices.Concat(atWorks, []string{"head supervise note=请说明"}), "works handle note=已经清运", "matter.answer_owed"},
		{"answering what nobody asked", atWorks, "works answer_supervision note=正在办", "matter.no_answer_owed"},
		{"closing without having asked the reporter", done, "desk close", "matter.not_called_back"},
		{"a call that reached somebody and says nothing", done, "desk call_back reached=yes", "form.required"},
		{"the handler calling the reporter", done, "works call_back reached=yes, solved=yes", "procedure.not_your_role"},
		{"a dispatch to nobody", []string{"desk register"}, "desk dispatch body=nowhere", "matter.body_unknown"},
		{"a reassignment to the same body", atWorks, "desk reassign body=WORKS, reason=派错了", "matter.same_body"},
		{"settling what somebody else reported", nil, "grid settle note=当场清理", "matter.not_your_report"},
		{"handing over what one does not keep", nil, "hall hand_over to=nobody", "matter.not_keeper"},
		{"taking over what was not offered", nil, "hall take_over", "matter.not_offered"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c.t = t
			m := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), tt.story...)
			after, err := c.try(m, strings.ReplaceAll(tt.last, "SELF", m.Number))
			f, ok := fault.As(err)
			if !ok || f.Key != tt.want {
				t.Fatalf("%v, want %s", err, tt.want)
			}
			if now := c.now(m.ID); now.Revision != m.Revision || now.State != m.State || after.ID != "" {
				t.Errorf("it changed all the same: %s", now.State)
			}
		})
	}
}

func TestWhoMustNotGetIt(t *testing.T) {
	d := dbtest.SQLite(t)
	c := play(t, mattertest.New(t, d))
	m := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), "desk register about=WORKS")
	_, err := c.try(m, "desk dispatch body=WORKS")
	if f, _ := fault.As(err); f == nil || f.Key != "matter.body_complained_about" || f.Params["body"] != c.Works.Name {
		t.Errorf("the body complained about: %v", err)
	}
	m = c.tell(m, "desk dispatch body=CITY")
	if m.Owner != c.City.ID {
		t.Errorf("it is with %s", m.Owner)
	}
}

// Nobody who has a grant for the body that is complained about finds the matter,
// not even its dispatcher.
func TestTheBodyComplainedAboutFindsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		made, err := r.Report(t.Context(), matter.Report{
			Realm: mattertest.Realm, Origin: "web", Text: "工程所的人乱收费。", Point: r.East.Middle(), About: r.Works.ID,
			Contact: matter.Contact{Phone: "13800000000"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Docket.IndexReported(t.Context(), []outbox.Event{{
			Realm: mattertest.Realm, Body: []byte(`{"id":"` + made.ID + `"}`),
		}}); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			role identity.Role
			body string
			sees bool
		}{
			{identity.Dispatcher, "", true}, {identity.Dispatcher, r.City.ID, true}, {identity.Dispatcher, r.Works.ID, false},
			{identity.ShiftHead, r.Works.ID, false}, {identity.Handler, r.Works.ID, false},
		} {
			a := r.Actor(tt.role, r.East.Town, tt.body)
			_, opened := r.Open(t.Context(), a, made.ID, sight.Page)
			_, contact := r.Revealed(t, made.ID, a)
			list, err1 := r.Docket.List(t.Context(), a, docket.Filter{Ended: true}, page.Cursor{}, 5)
			n, err2 := r.Docket.Total(t.Context(), a, docket.Filter{})
			hits, err3 := r.Docket.Find(t.Context(), a, "乱收费", page.Cursor{}, 5)
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
			got := []bool{opened == nil, contact == nil, len(list.Items) == 1, n == 1, len(hits.Items) == 1}
			if slices.Contains(got, !tt.sees) {
				t.Errorf("%s of %q: opened, contact, listed, counted, found: %v", tt.role, tt.body, got)
			}
		}
	})
}

func TestTheThirdObjectionIsArbitrated(t *testing.T) {
	d := dbtest.SQLite(t)
	c := play(t, mattertest.New(t, d))
	m := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), slices.Concat(toWorks, objected, []string{"desk deny_objection note=职责如此"},
		objected, []string{"desk accept_objection note=有道理", "desk dispatch body=CITY", "city object reason=不归本队管"})...)
	if m.Returns != 3 {
		t.Fatalf("it was objected to %d times", m.Returns)
	}
	m = c.tell(m, "head arbitrate body=WORKS, note=职责如此")
	if m.State != "dispatched" || m.Owner != c.Works.ID || !m.Arbitrated || m.Due.Before(c.Time) {
		t.Errorf("after arbitration: %+v", m)
	}
}

func TestTermsOfAMatter(t *testing.T) {
	d := dbtest.SQLite(t)
	for _, tt := range []struct {
		name  string
		story []string
		due   string
	}{
		{"eight working hours to handle", atWorks, "2026-09-20 09:00"}, // Friday 09:00 and a make-up Sunday
		{"a question stops the clock", slices.Concat(atWorks, []string{"works question question=几点方便", "wait 2h", "reporter answer text=晚上"}), "2026-09-20 11:00"},
		{"an extension is added", slices.Concat(atWorks, []string{"works ask_extension days=2, reason=人手不够", "desk grant_extension told=延期两天"}), "2026-09-22 18:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := play(t, mattertest.New(t, dbtest.SQLite(t)))
			m := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), tt.story...)
			if got := m.Due.In(c.Calendar.Zone()).Format("2006-01-02 15:04"); got != tt.due {
				t.Errorf("due %s, want %s", got, tt.due)
			}
			if !m.Warn.Before(m.Due) || m.Whole.Before(m.Due) {
				t.Errorf("yellow at %v, due %v, as a whole %v", m.Warn, m.Due, m.Whole)
			}
		})
	}
	_ = d
}

func TestPartsAndTheirParent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := play(t, mattertest.New(t, d))
		m := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), slices.Concat(atWorks, []string{
			"desk split text=路灯也不亮", "desk assist body=CITY, task=清理周边", "head whistle bodies=CITY, task=到场核实",
		})...)
		if m.Parts != 3 {
			t.Fatalf("it has %d parts", m.Parts)
		}
		relatives, err := c.Relatives(t.Context(), m)
		if err != nil || len(relatives) != 3 {
			t.Fatalf("%d relatives, %v", len(relatives), err)
		}
		for _, p := range relatives {
			part := c.now(p.ID)
			switch part.Relation {
			case matter.Part:
				if part.State != "registered" || part.Owner != "" {
					t.Errorf("the part is %s with %q", part.State, part.Owner)
				}
				part = c.tell(part, "desk dispatch body=CITY")
			case matter.Whistle:
				if got := part.Due.Sub(c.Time); got != 2*time.Hour {
					t.Errorf("the whistle is answered within %v", got)
				}
			}
			c.tell(part, "city sign", "city handle note=已经处理", "grid pass", "desk feed_back reply=已经处理", "desk call_back reached=yes, solved=yes", "desk close")
		}
		if m = c.now(m.ID); m.Parts != 0 || m.State != "signed" {
			t.Errorf("with its parts done it has %d and is %s", m.Parts, m.State)
		}
		c.tell(m, "works handle note=已经清运", "grid pass", "desk feed_back reply=已经清运")
	})
}

func TestMergedMattersGetOneReply(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := play(t, mattertest.New(t, d))
		anybody := identity.Actor{Realm: mattertest.Realm}
		main := c.tell(c.reported(anybody), toWorks...)
		first := c.tell(c.reported(anybody), "desk merge main="+main.Number)
		second := c.tell(c.reported(anybody), "desk register", "desk merge main="+main.Number)
		if main = c.now(main.ID); main.Joined != 2 {
			t.Fatalf("%d are merged into it", main.Joined)
		}
		if n, err := c.Docket.Total(t.Context(), c.who["desk"], docket.Filter{}); n != 1 || err != nil {
			t.Errorf("the desk counts %d, %v; want one", n, err)
		}
		second = c.tell(second, "desk unmerge note=不是同一处")
		if main = c.now(main.ID); main.Joined != 1 || second.State != "registered" || second.Main != "" {
			t.Errorf("after undoing one, %d are merged and it is %s", main.Joined, second.State)
		}
		c.tell(main, "works sign", "works handle note=已经清运", "grid pass", "desk feed_back reply=已经清运", "reporter rate rating=4")
		q := jobs.New(d, c.Now, c.Log)
		q.Realms = func() []string { return []string{mattertest.Realm} }
		outbox.Deliver(q, map[string][]outbox.Subscriber{"matter.moved": {c.CloseMerged}})
		for range 2 { // telling it twice changes nothing
			if err := q.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if first = c.now(first.ID); first.State != "closed" || first.Reply != "已经清运" {
			t.Errorf("the merged one is %s, its reply %q", first.State, first.Reply)
		}
		if second = c.now(second.ID); second.State != "registered" {
			t.Errorf("the one that was taken out is %s", second.State)
		}
	})
}

func TestWhoWasAskedFirstKeepsIt(t *testing.T) {
	d := dbtest.SQLite(t)
	c := play(t, mattertest.New(t, d))
	m := c.reported(c.who["hall"])
	if m.Keeper != c.who["hall"].Account {
		t.Fatalf("it is kept by %q", m.Keeper)
	}
	both := c.who["hall"]
	both.Grants = append(both.Grants, c.who["desk"].Grants...)
	c.who["both"] = both
	if _, err := c.try(m, "both refuse reason=不归我管这件事"); err == nil || !strings.Contains(err.Error(), "matter.first_asked") {
		t.Errorf("whoever was asked first turned it away: %v", err)
	}
	if _, err := c.try(m, "hall hand_over to=nobody"); err == nil || !strings.Contains(err.Error(), "matter.colleague_unknown") {
		t.Errorf("it was handed to nobody: %v", err)
	}
	m = c.tell(m, toWorks...)
	if m.Keeper == "" {
		t.Error("nobody keeps it before the body has signed")
	}
	if m = c.tell(m, "works sign"); m.Keeper != "" {
		t.Error("it is kept although a body has it")
	}
}

// Whatever people do, in whatever order: nothing is lost, nothing stays without
// somebody whose turn it is and a term, nothing is counted twice, and the terms
// follow from the history.
func TestNoSequenceOfMovesLosesAMatter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := play(t, mattertest.New(t, d))
		names := []string{"desk", "desk2", "head", "hall", "works", "city", "grid", "reporter"}
		rnd := rand.New(rand.NewPCG(7, uint64(len(d.Engine()))))
		var ids, numbers []string
		for range 4 {
			m := c.reported(c.who["hall"])
			ids, numbers = append(ids, m.ID), append(numbers, m.Number)
		}
		steps := 400
		if testing.Short() {
			steps = 150
		}
		made := 0
		for i := range steps {
			if i%20 == 0 {
				m := c.reported(c.who["grid"])
				ids, numbers = append(ids, m.ID), append(numbers, m.Number)
			}
			id := ids[rnd.IntN(len(ids))]
			who := names[rnd.IntN(len(names))]
			detail, err := c.detail(who, id)
			if err != nil || len(detail.Offers) == 0 {
				continue
			}
			offer := detail.Offers[rnd.IntN(len(detail.Offers))]
			if slices.Contains([]procedure.Action{"refuse", "ask_void", "merge"}, offer.Action) && rnd.IntN(3) > 0 {
				continue // most stories are to be longer
			}
			_, err = c.Move(t.Context(), matter.Move{
				Realm: mattertest.Realm, ID: id, Revision: detail.Revision, Action: offer.Action, By: c.as(who), Reporter: who == "reporter",
				Answers: map[string][]string{
					"body": {[]string{c.Works.ID, c.City.ID}[rnd.IntN(2)]}, "bodies": {c.City.ID}, "category": {"010104"},
					"note": {"测试"}, "reason": {"测试原因说明"}, "reply": {"测试答复"}, "text": {"测试内容"}, "task": {"测试任务"}, "question": {"测试问题"},
					"told": {"测试说明"}, "days": {fmt.Sprint(1 + rnd.IntN(5))}, "rating": {"3"}, "main": {numbers[rnd.IntN(len(numbers))]},
					"reached": {"yes"}, "solved": {[]string{"yes", "no"}[rnd.IntN(2)]}, "to": {"nobody"},
				},
			})
			if offer.Why != nil && err == nil {
				t.Fatalf("%s by %s was barred (%v) and made", offer.Action, who, offer.Why)
			}
			if err == nil {
				made++
			} else if fault.KindOf(err) == fault.Internal {
				t.Fatal(err)
			}
			if rnd.IntN(6) == 0 {
				if _, err := c.try(matter.Matter{ID: id}, fmt.Sprintf("wait %dh", 1+rnd.IntN(20))); err != nil {
					t.Fatal(err)
				}
			}
			if len(ids) < 60 {
				ids = c.family(ids)
			}
		}
		if made < steps/8 {
			t.Fatalf("only %d of %d moves were made", made, steps)
		}
		c.sound(ids)
	})
}

func (c *cast) detail(who, id string) (matter.Detail, error) {
	if who == "reporter" {
		return c.Followed(c.t.Context(), mattertest.Realm, id)
	}
	return c.Open(c.t.Context(), c.as(who), id, sight.Page)
}

// family adds the parts that matters were split into.
func (c *cast) family(ids []string) []string {
	for _, id := range slices.Clone(ids) {
		relatives, err := c.Relatives(c.t.Context(), c.now(id))
		if err != nil {
			c.t.Fatal(err)
		}
		for _, r := range relatives {
			if !slices.Contains(ids, r.ID) {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids
}

// sound checks what must hold of every matter, whatever was done to it.
func (c *cast) sound(ids []string) {
	t := c.t
	t.Helper()
	parts, joined, open := map[string]int{}, map[string]int{}, map[string]bool{}
	all := c.family(ids)
	for _, id := range all {
		m := c.now(id)
		detail, err := c.Followed(t.Context(), mattertest.Realm, id)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case m.Open && m.State != "merged" && m.Due.IsZero():
			t.Errorf("%s is %s and has no term", m.Number, m.State)
		case m.Open && m.State != "merged" && m.Timer.IsZero():
			t.Errorf("%s is %s and the system never acts on it", m.Number, m.State)
		case m.State == "merged" && m.Main == "":
			t.Errorf("%s is merged into nothing", m.Number)
		case slices.Contains([]procedure.State{"dispatched", "objected", "signed", "questioned", "suspended", "handled"}, m.State) && m.Owner == "":
			t.Errorf("%s is %s with nobody", m.Number, m.State)
		case len(detail.History) == 0:
			t.Errorf("%s has no history", m.Number)
		}
		if m.Open && m.Parent != "" {
			parts[m.Parent]++
		}
		if m.Main != "" && m.State == "merged" {
			joined[m.Main]++
		}
		open[id] = m.Open && m.Main == ""
	}
	listed := map[string]int{}
	after := page.Cursor{}
	for {
		list, err := c.Docket.List(t.Context(), c.who["desk"], docket.Filter{}, after, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list.Items {
			listed[m.ID]++
		}
		if after = list.Next; !after.More() {
			break
		}
	}
	for _, id := range all {
		m := c.now(id)
		if m.Parts != parts[id] || m.Joined != joined[id] {
			t.Errorf("%s says %d parts and %d merged, there are %d and %d", m.Number, m.Parts, m.Joined, parts[id], joined[id])
		}
		if (listed[id] == 1) != open[id] {
			t.Errorf("%s, open %v, is listed %d times", m.Number, open[id], listed[id])
		}
	}
	total, err := c.Docket.Total(t.Context(), c.who["desk"], docket.Filter{})
	if err != nil || total != len(listed) {
		t.Errorf("%d are counted and %d listed, %v", total, len(listed), err)
	}
	recounted, err := c.Recount(t.Context(), matter.Recount{Realm: mattertest.Realm, By: identity.System(mattertest.Realm)})
	if err != nil || recounted.Changed != 0 {
		t.Errorf("replaying the histories moves %d terms, %v: %+v", recounted.Changed, err, recounted.Moved)
	}
}

func TestAHolidayPublishedLateMovesRunningTerms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := play(t, mattertest.New(t, d))
		c.Time = time.Date(2027, 4, 30, 9, 0, 0, 0, c.Calendar.Zone())
		running := c.tell(c.reported(identity.Actor{Realm: mattertest.Realm}), atWorks...)
		urgent := c.Reported(t, c.East) // counted in urgent hours, once it is signed for
		urgent = c.tell(urgent, "desk register", "desk dispatch body=WORKS", "works sign")
		before := running.Due
		if _, err := c.Calendar.Learn(clock.Year{Year: 2027, Source: "test", Off: []clock.Day{{Date: "2027-04-30"}, {Date: "2027-05-03"}}}); err != nil {
			t.Fatal(err)
		}
		recount := func() matter.Recounting {
			out, err := c.RecountAll(t.Context(), matter.Recount{Realm: mattertest.Realm, Basis: "basis.calendar", By: identity.System(mattertest.Realm)})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		out := recount()
		moved := c.now(running.ID)
		if out.Looked != 2 || len(out.Moved) == 0 || !moved.Due.After(before) || !moved.Timer.Equal(moved.Due) {
			t.Fatalf("looked at %d, moved %+v; due %v, was %v", out.Looked, out.Moved, moved.Due, before)
		}
		if got := c.now(urgent.ID); !got.Due.Equal(urgent.Due) {
			t.Errorf("urgent hours moved from %v to %v", urgent.Due, got.Due)
		}
		seen, err := c.Open(t.Context(), c.who["desk"], running.ID, sight.Page)
		if last := seen.History[len(seen.History)-1]; err != nil || last.Action != "recount" || last.Answers["before"] == last.Answers["now"] {
			t.Errorf("its history ends with %+v, %v", last, err)
		}
		if again := recount(); again.Changed != 0 {
			t.Errorf("counting again moves %d", again.Changed)
		}
		c.tell(moved, "works handle note=已经清运")
	})
}
