// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/retention"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func (w *town) object(n disclosure.Notice) disclosure.Object {
	return disclosure.Object{Realm: realm, Key: id.New(), Notice: n.ID, Words: "价格没有经过会议讨论。", Name: "测试甲", Phone: "13900000000"}
}

// waiting is what waits for the secretary.
func (w *town) waiting() []inbox.Item {
	w.t.Helper()
	var out page.Page[inbox.Item]
	w.must(w.DB.View(w.t.Context(), func(tx *db.Tx) (err error) {
		out, err = inbox.List(w.t.Context(), tx, realm, []inbox.Seat{{Role: "secretary", Lo: w.area.Lo, Hi: w.area.Hi}}, page.Cursor{}, 10)
		return err
	}))
	return out.Items
}

func TestWhenAnybodyMayObject(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		waits, err := w.publish(w.plain())
		w.must(err)
		if _, err := w.Object(t.Context(), w.object(waits)); fault.KindOf(err) != fault.Missing {
			t.Errorf("to what waits for release: %v", err)
		}
		n := w.posted(nil)
		for _, tt := range []struct {
			when string
			ok   bool
		}{{"2026-03-02 09:01", true}, {"2026-03-17 23:59", true}, {"2026-03-18 00:00", false}, {"2026-03-19 09:00", false}} {
			w.at(tt.when) // nobody has ended it yet: Expire was not run
			_, err := w.Object(t.Context(), w.object(n))
			if (err == nil) != tt.ok || err != nil && fault.KindOf(err) != fault.Conflict {
				t.Errorf("at %s: %v", tt.when, err)
			}
		}
		if st := w.standing(n.ID); st.Objections != 2 || st.Open != 2 {
			t.Errorf("%+v", st)
		}
	})
}

func TestWhatAnObjectionIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		n := w.posted(nil)
		for name, change := range map[string]func(*disclosure.Object){
			"no words":            func(c *disclosure.Object) { c.Words = "  " },
			"enormous words":      func(c *disclosure.Object) { c.Words = strings.Repeat("长", 2001) },
			"an identity number":  func(c *disclosure.Object) { c.Words = "我的身份证 11010519491231002X" },
			"an enormous contact": func(c *disclosure.Object) { c.Phone = strings.Repeat("1", 41) },
			"control characters":  func(c *disclosure.Object) { c.Name = "a\x01" },
			"no key":              func(c *disclosure.Object) { c.Key = "" },
		} {
			c := w.object(n)
			change(&c)
			if _, err := w.Object(t.Context(), c); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		c := w.object(n)
		r, err := w.Object(t.Context(), c)
		w.must(err)
		if again, err := w.Object(t.Context(), c); err != nil || again.ID != r.ID || again.Number != r.Number || again.Code != r.Code || !again.By.Equal(r.By) {
			t.Errorf("sent again it is %+v, %v", again, err)
		}
		if got := r.Take.In(w.Calendar.Zone()).Format(time.DateOnly); got != "2026-03-05" {
			t.Errorf("it is to be taken up until %s", got)
		}
		if got := r.By.In(w.Calendar.Zone()).Format(time.DateOnly); got != "2026-03-16" {
			t.Errorf("it is to be answered until %s", got)
		}
		if list := w.waiting(); len(list) != 1 || !list[0].Due.Equal(r.Take) || strings.Contains(list[0].Title, "测试甲") {
			t.Errorf("before the secretary are %+v", list)
		}
		o, err := w.Track(t.Context(), realm, r.Number, strings.ToLower(r.Code[:4]+" "+r.Code[4:]))
		if err != nil || o.State != disclosure.Received || o.Words != c.Words {
			t.Errorf("who made it sees %+v, %v", o, err)
		}
		for name, pair := range map[string][2]string{"a wrong code": {r.Number, "22222222"}, "no code": {r.Number, ""}, "an unknown number": {"20260302-0000000", r.Code}} {
			if _, err := w.Track(t.Context(), realm, pair[0], pair[1]); key(err) != "disclosure.wrong_code" {
				t.Errorf("%s: %v", name, err)
			}
		}
		seen, err := w.Open(t.Context(), realm, n.ID)
		w.must(err)
		text, _ := json.Marshal(seen)
		if strings.Contains(string(text), "会议讨论") || strings.Contains(string(text), "测试甲") || len(seen.Answers) != 0 || seen.Standing.Objections != 1 {
			t.Errorf("everybody reads %s", text)
		}
		var stored string
		w.must(d.View(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT sealed FROM deliberation_objection WHERE realm = ? AND id = ?`, realm, r.ID).Scan(&stored)
		}))
		if strings.Contains(stored, "会议") || strings.Contains(stored, "13900000000") {
			t.Error("it is not sealed")
		}
		if o, _, err := w.Objection(t.Context(), w.auditor, r.ID, sight.Page); err != nil || o.Words != "" || o.Phone != "" {
			t.Errorf("an auditor reads %+v, %v", o, err)
		}
		if o, _, err := w.Objection(t.Context(), w.secretary, r.ID, sight.Page); err != nil || o.Words != c.Words || o.Phone != c.Phone {
			t.Errorf("the secretary reads %+v, %v", o, err)
		}
		var looks int
		w.must(d.View(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM sight_look WHERE realm = ? AND subject = ?`, realm, "objection/"+r.ID).Scan(&looks)
		}))
		if looks != 1 {
			t.Errorf("%d looks are recorded", looks)
		}
		if _, _, err := w.Objection(t.Context(), w.elsewhere, r.ID, sight.Page); fault.KindOf(err) != fault.Missing {
			t.Errorf("another's secretary: %v", err)
		}
	})
}

func TestAnsweringAnObjection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		for _, tt := range []struct {
			outcome disclosure.ObjectionOutcome
			deed    disclosure.Deed
			after   disclosure.State
		}{
			{disclosure.Dismissed, disclosure.NoDeed, disclosure.Stands},
			{disclosure.Upheld, disclosure.SendBack, disclosure.Stands},
			{disclosure.Upheld, disclosure.TakeDown, disclosure.Withdrawn},
		} {
			w.at("2026-03-02 09:00")
			n := w.posted(nil)
			r, err := w.Object(t.Context(), w.object(n))
			w.must(err)
			w.at("2026-03-06 10:00")
			late, err := w.Objections(t.Context(), w.secretary, page.Cursor{}, 10)
			if err != nil || len(late.Items) != 1 || !late.Items[0].Late(w.now) || late.Items[0].Words != "" {
				t.Errorf("the desk lists %+v, %v", late, err)
			}
			if _, err := w.Take(t.Context(), disclosure.Take{Realm: realm, ID: r.ID, Revision: 1, By: w.head}); fault.KindOf(err) != fault.Denied {
				t.Errorf("who releases took it up: %v", err)
			}
			o, err := w.Take(t.Context(), disclosure.Take{Realm: realm, ID: r.ID, Revision: 1, By: w.secretary})
			w.must(err)
			if o.Late(w.now) || !o.Due.Equal(o.By) {
				t.Errorf("taken up it is due at %s", o.Due)
			}
			reply := disclosure.Reply{Realm: realm, ID: r.ID, Revision: o.Revision, Outcome: tt.outcome, Deed: tt.deed, Answer: "会议记录第三项已讨论价格。", By: w.secretary}
			for name, change := range map[string]func(*disclosure.Reply){
				"no answer":                 func(c *disclosure.Reply) { c.Answer = "" },
				"no outcome":                func(c *disclosure.Reply) { c.Outcome = "" },
				"dismissed and taken down":  func(c *disclosure.Reply) { c.Outcome, c.Deed = disclosure.Dismissed, disclosure.TakeDown },
				"a revision that is past":   func(c *disclosure.Reply) { c.Revision-- },
				"without a proof of who":    func(c *disclosure.Reply) { c.By.Proved = time.Time{} },
				"another place's secretary": func(c *disclosure.Reply) { c.By = w.elsewhere },
			} {
				c := reply
				change(&c)
				if _, err := w.Reply(t.Context(), c); err == nil {
					t.Errorf("%s: it was taken", name)
				}
			}
			_, err = w.Reply(t.Context(), reply)
			w.must(err)
			if seen, _ := w.Open(t.Context(), realm, n.ID); len(seen.Answers) != 0 || seen.State != disclosure.Stands || seen.Standing.Open != 1 {
				t.Errorf("before its release everybody sees %+v", seen.Answers)
			}
			w.must(w.release("disclosure/objection/" + r.ID))
			seen, err := w.Open(t.Context(), realm, n.ID)
			w.must(err)
			if len(seen.Answers) != 1 || seen.Answers[0].Answer != reply.Answer || seen.Answers[0].Outcome != tt.outcome || seen.State != tt.after || seen.Standing.Open != 0 {
				t.Errorf("everybody sees %+v", seen)
			}
			if tt.after == disclosure.Withdrawn && (seen.Reason == "" || seen.Body != "") {
				t.Errorf("in its place stands %q", seen.Reason)
			}
			if len(w.waiting()) != 0 {
				t.Errorf("it still waits: %+v", w.waiting())
			}
			if o, err := w.Track(t.Context(), realm, r.Number, r.Code); err != nil || o.State != disclosure.Settled || o.Answer != reply.Answer {
				t.Errorf("who made it sees %+v, %v", o, err)
			}
		}
	})
}

func TestWhatIsHeldAboutWhoObjects(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		n := w.posted(nil)
		r, err := w.Object(t.Context(), w.object(n))
		w.must(err)
		k := disclosure.Keeper{Service: w.Service}
		held, err := k.Held(t.Context(), realm, "objection/"+r.ID)
		if err != nil || len(held) != 3 {
			t.Errorf("held are %+v, %v", held, err)
		}
		over := func(subject string, before time.Time) (items []retention.Item) {
			w.must(d.View(t.Context(), func(tx *db.Tx) (err error) {
				items, err = k.Over(t.Context(), tx, retention.Question{Realm: realm, Kind: disclosure.DataKind, Subject: subject, Before: before, Limit: 10})
				return err
			}))
			return items
		}
		if items := over("", w.now.AddDate(10, 0, 0)); len(items) != 0 {
			t.Errorf("what is not answered is over: %+v", items)
		}
		if items := over("objection/"+r.ID, w.now); len(items) != 1 || !items[0].Open {
			t.Errorf("asked for itself it is %+v", items)
		}
		_, err = w.Reply(t.Context(), disclosure.Reply{Realm: realm, ID: r.ID, Revision: 1, Outcome: disclosure.Dismissed, Answer: "已讨论。", By: w.secretary})
		w.must(err)
		w.must(w.release("disclosure/objection/" + r.ID))
		items := over("", w.now.AddDate(0, 0, 1))
		if len(items) != 1 || items[0].Subject != "objection/"+r.ID || items[0].Open {
			t.Fatalf("over are %+v", items)
		}
		w.must(d.InTx(t.Context(), func(tx *db.Tx) error {
			_, err := k.Forget(t.Context(), tx, retention.Stone{Realm: realm, Item: items[0]})
			return err
		}))
		o, err := w.Track(t.Context(), realm, r.Number, r.Code)
		if err != nil || !o.Forgotten || o.Words != "" || o.Answer != "已讨论。" || len(over("", w.now.AddDate(0, 0, 1))) != 0 {
			t.Errorf("forgotten it is %+v, %v", o, err)
		}
		if seen, err := w.Open(t.Context(), realm, n.ID); err != nil || len(seen.Answers) != 1 {
			t.Errorf("the answer went with it: %+v, %v", seen.Answers, err)
		}
	})
}
