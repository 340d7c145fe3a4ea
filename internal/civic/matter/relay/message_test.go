// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay_test

import (
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

func (o *town) write(by identity.Actor, text string, traces relay.Traces) error {
	_, err := o.Relay.Write(o.t.Context(), relay.Write{Realm: mattertest.Realm, Matter: o.m.ID, Text: text, Traces: traces, By: by})
	return err
}

func (o *town) answer(text string, traces relay.Traces) error {
	_, err := o.Relay.Answer(o.t.Context(), relay.Answer{Realm: mattertest.Realm, Matter: o.m.ID, Text: text, Traces: traces})
	return err
}

// rows counts what a query finds.
func (o *town) rows(q string, args ...any) (n int) {
	o.t.Helper()
	o.check(o.DB.View(o.t.Context(), func(tx *db.Tx) error { return tx.QueryRow(o.t.Context(), q, args...).Scan(&n) }))
	return n
}

func TestMessagesGoBothWaysAndNameNobody(t *testing.T) {
	each(t, func(o *town) {
		o.dispatched()
		o.want("the reporter begins", o.answer("在吗", ""), fault.Conflict, "relay.not_asked")
		o.check(o.write(o.handler, "请问在哪个路口？", ""))
		if n, err := o.Relay.Unread(t.Context(), mattertest.Realm, o.m.ID, relay.Reporter); err != nil || n != 1 {
			t.Errorf("the reporter has %d unread, %v", n, err)
		}
		heard, err := o.Relay.Heard(t.Context(), mattertest.Realm, o.m.ID)
		if err != nil || len(heard) != 1 || heard[0].Text != "请问在哪个路口？" || heard[0].Body != o.Works.ID {
			t.Fatalf("the reporter reads %+v, %v", heard, err)
		}
		o.check(o.answer("东边那个路口", ""))
		for range 2 {
			read, err := o.Relay.Read(t.Context(), o.handler, mattertest.Realm, o.m.ID)
			if err != nil || len(read) != 2 || read[1].Text != "东边那个路口" || read[1].Account != "" || read[0].Read.IsZero() {
				t.Errorf("the handler reads %+v, %v", read, err)
			}
		}
		if n, err := o.Relay.Unread(t.Context(), mattertest.Realm, o.m.ID, relay.Staff); err != nil || n != 0 {
			t.Errorf("staff have %d unread after reading, %v", n, err)
		}
		if n := o.rows(`SELECT COUNT(*) FROM matter_message WHERE sealed LIKE '%路口%'`); n != 0 {
			t.Error("the words lie open in the table")
		}
		if n := o.rows(`SELECT COUNT(*) FROM jobs_job WHERE body LIKE '%路口%' OR body LIKE '%@example.org%'`); n != 0 {
			t.Error("words or the address stand in the queue")
		}
		d, err := o.Followed(t.Context(), mattertest.Realm, o.m.ID)
		o.check(err)
		for _, e := range d.History {
			if strings.Contains(e.Answers["text"], "路口") {
				t.Error("the history has a message")
			}
		}
	})
}

func TestWhoWritesToTheReporter(t *testing.T) {
	each(t, func(o *town) {
		o.dispatched()
		for _, tt := range []struct {
			who string
			by  identity.Actor
			key string
		}{
			{"a dispatcher", o.asker, ""}, {"a receptionist", o.Actor(identity.Receptionist, o.East.Town, ""), ""},
			{"a grid worker", o.Actor(identity.GridWorker, o.East.Grid, ""), "relay.not_yours"},
			{"a handler of another body", o.Actor(identity.Handler, o.East.Town, o.City.ID), "matter.missing"},
			{"another town's desk", o.Actor(identity.Dispatcher, o.West.Town, ""), "matter.missing"},
		} {
			err := o.write(tt.by, "请问在哪个路口？", "")
			_, read := o.Relay.Read(t.Context(), tt.by, mattertest.Realm, o.m.ID)
			for _, err := range []error{err, read} {
				if f, bad := fault.As(err); tt.key == "" && err != nil || tt.key != "" && (!bad || f.Key != tt.key) {
					t.Errorf("%s: %v", tt.who, err)
				}
			}
		}
	})
}

func TestTracesArePointedOutBeforeTheyAreSent(t *testing.T) {
	each(t, func(o *town) {
		o.want("staff", o.write(o.asker, "请打"+phone, ""), fault.Invalid, "relay.shows_phone")
		o.check(o.write(o.asker, "请说明位置", ""))
		err := o.answer("我的电话"+phone, "")
		o.want("the reporter", err, fault.Invalid, "relay.shows_phone")
		if f, _ := fault.As(err); f.Field != "traces" || strings.Contains(err.Error(), phone) {
			t.Errorf("pointed out at %s: %v", f.Field, err)
		}
		o.check(o.answer("我的电话"+phone, relay.Remove))
		o.check(o.answer("还是打我电话"+phone, relay.Keep))
		said, err := o.Relay.Read(t.Context(), o.asker, mattertest.Realm, o.m.ID)
		if err != nil || len(said) != 3 || strings.Contains(said[1].Text, "138") || !strings.Contains(said[2].Text, phone) {
			t.Errorf("the desk reads %+v, %v", said, err)
		}
		for _, tt := range []struct{ text, key string }{
			{"", "form.required"}, {" \n ", "form.required"}, {strings.Repeat("很", relay.MaxMessage+1), "form.too_long"},
		} {
			o.want("bad words", o.answer(tt.text, ""), fault.Invalid, tt.key)
		}
		if err := o.answer("a\x00b", ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("control characters: %v", err)
		}
	})
}

func TestNobodyWritesWithoutEnd(t *testing.T) {
	each(t, func(o *town) {
		for range 5 {
			o.check(o.write(o.asker, "请说明位置", ""))
		}
		o.want("the sixth in a row", o.write(o.other, "还在吗", ""), fault.Conflict, "relay.in_a_row")
		for range 5 {
			o.check(o.answer("村口", ""))
		}
		o.want("the reporter's sixth", o.answer("村口", ""), fault.Conflict, "relay.in_a_row")
		o.check(o.write(o.other, "谢谢", ""))
	})
}

func TestTheRelayClosesAfterItsTerm(t *testing.T) {
	each(t, func(o *town) {
		o.check(o.write(o.asker, "请说明位置", ""))
		o.m = o.Do(t, o.m, o.asker, "refuse", map[string][]string{"reason": {"不属于本地"}})
		if o.m.Open {
			t.Fatal("refused, and still open")
		}
		o.Time = o.Time.Add(relay.RelayLasts - time.Minute)
		o.check(o.answer("明白", ""))
		o.Time = o.Time.Add(time.Minute)
		o.want("the reporter", o.answer("还有", ""), fault.Conflict, "relay.over")
		o.want("staff", o.write(o.asker, "还有", ""), fault.Conflict, "relay.over")
		_, err := o.Relay.AskCall(t.Context(), relay.AskCall{Realm: mattertest.Realm, Matter: o.m.ID, Question: "还在吗", By: o.asker})
		o.want("a call", err, fault.Conflict, "relay.over")
	})
}

func TestALetterIsDueOnceAndSaysNothing(t *testing.T) {
	each(t, func(o *town) {
		letters := func() int {
			return o.rows(`SELECT COUNT(*) FROM jobs_job WHERE body LIKE '%relay.written%' AND body LIKE '%"letter":true%'`)
		}
		o.check(o.write(o.asker, "请说明位置", ""))
		o.check(o.write(o.asker, "或者拍张照片", ""))
		if n := letters(); n != 1 {
			t.Errorf("%d letters for two messages that were not read", n)
		}
		_, err := o.Relay.Heard(t.Context(), mattertest.Realm, o.m.ID)
		o.check(err)
		o.check(o.write(o.asker, "收到了吗", ""))
		if n := letters(); n != 2 {
			t.Errorf("%d letters after reading", n)
		}
		to, err := o.Relay.Addressee(t.Context(), mattertest.Realm, o.m.ID)
		if err != nil || to != "test@example.org" || !strings.HasPrefix(o.acts(), "mailed") {
			t.Errorf("the letter goes to %q, %v; the audit has %s", to, err, o.acts())
		}
	})
}

func TestACallBringsAnAnswerAndNoNumber(t *testing.T) {
	each(t, func(o *town) {
		o.dispatched()
		question := relay.AskCall{Realm: mattertest.Realm, Matter: o.m.ID, Question: "井盖是圆的还是方的？", By: o.handler}
		bad := question
		bad.Question = "打" + phone
		_, err := o.Relay.AskCall(t.Context(), bad)
		o.want("a question that names somebody", err, fault.Invalid, "trace.found_phone")
		call, err := o.Relay.AskCall(t.Context(), question)
		o.check(err)
		_, err = o.Relay.AskCall(t.Context(), question)
		o.want("a second one", err, fault.Conflict, "relay.call_waits")
		if o.waiting("call/") != 1 {
			t.Error("the desk is not told")
		}
		record := func(by identity.Actor, state relay.CallState, outcome string) error {
			made, err := o.Relay.Record(t.Context(), relay.Record{
				Realm: call.Realm, ID: call.ID, Revision: call.Revision, State: state, Outcome: outcome, By: by,
			})
			if err == nil {
				call = made
			}
			return err
		}
		o.want("recorded by who asked", record(o.handler, relay.CallAnswer, "圆的"), fault.Denied, "relay.concerned")

		clerk := o.Actor(identity.Receptionist, o.East.Town, "")
		r, err := o.Relay.Ask(t.Context(), relay.Ask{
			Realm: mattertest.Realm, Matter: o.m.ID, Purpose: relay.CallBack, Words: "拨打回访电话", Call: call.ID, By: clerk,
		})
		o.check(err)
		_, err = o.decide(r, o.handler, true)
		o.want("agreed to by who asked for the call", err, fault.Denied, "relay.concerned")
		r, err = o.decide(r, o.head, true)
		o.check(err)
		if c, err := o.open(r, clerk); err != nil || c.Phone != phone {
			t.Errorf("the receptionist gets %v, %v", c, err)
		}
		o.check(record(clerk, relay.CallNobody, ""))
		o.want("an outcome with a number", record(clerk, relay.CallAnswer, "圆的，"+phone), fault.Invalid, "trace.found_phone")
		o.want("no outcome", record(clerk, relay.CallAnswer, ""), fault.Invalid, "form.required")
		o.want("no state", record(clerk, "maybe", "圆的"), fault.Invalid, "relay.outcome_required")
		o.check(record(clerk, relay.CallAnswer, "圆的"))
		_, err = o.open(r, clerk)
		o.want("after the call", err, fault.Conflict, "relay.not_open")
		o.want("recorded again", record(clerk, relay.CallRefuse, ""), fault.Conflict, "relay.call_done")
		if o.waiting("call/") != 0 {
			t.Error("it still waits")
		}
		v, err := o.Relay.View(t.Context(), o.handler, o.m.ID)
		if err != nil || len(v.Calls) != 1 || v.Calls[0].Outcome != "圆的" || v.Calls[0].Tries != 1 || len(v.Reveals) != 0 || len(v.Purposes) != 0 || v.Makes {
			t.Errorf("the handler sees %+v, %v", v, err)
		}
	})
}

func TestThreeCallsThatReachNobodyAreEnough(t *testing.T) {
	each(t, func(o *town) {
		call, err := o.Relay.AskCall(t.Context(), relay.AskCall{Realm: mattertest.Realm, Matter: o.m.ID, Question: "几点方便？", By: o.asker})
		o.check(err)
		for n := range 3 {
			c := relay.Record{Realm: call.Realm, ID: call.ID, Revision: call.Revision, State: relay.CallNobody, By: o.other}
			if call, err = o.Relay.Record(t.Context(), c); err != nil || (call.State == relay.CallWaits) != (n < 2) {
				t.Fatalf("try %d: %+v, %v", n, call, err)
			}
			_, err = o.Relay.Record(t.Context(), c)
			o.want("sent again", err, fault.Stale, "relay.stale")
		}
		call, err = o.Relay.AskCall(t.Context(), relay.AskCall{Realm: mattertest.Realm, Matter: o.m.ID, Question: "几点方便？", By: o.asker})
		o.check(err)
		drop := relay.Record{Realm: call.Realm, ID: call.ID, Revision: call.Revision, State: relay.CallDrop, By: o.other}
		_, err = o.Relay.Record(t.Context(), drop)
		o.want("withdrawn by somebody else", err, fault.Denied, "relay.other_asker")
		drop.By = o.asker
		_, err = o.Relay.Record(t.Context(), drop)
		o.check(err)
	})
}
