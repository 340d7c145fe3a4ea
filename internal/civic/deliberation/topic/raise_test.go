// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic_test

import (
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestASuggestionAndItsReply(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		send := topic.Raise{
			Realm: realm, Key: id.New(), Origin: topic.Resident, Area: w.village.ID, Words: "希望在村口加一盏路灯", Contact: topic.Contact{Name: "测试甲", Phone: "19900000000"},
		}
		r, err := w.Raise(t.Context(), send)
		if err != nil || r.State != topic.Waiting || r.Taker != "" || !strings.HasPrefix(r.Number, "JY20260921-") {
			t.Fatalf("%+v, %v", r, err)
		}
		if again, err := w.Raise(t.Context(), send); err != nil || again.ID != r.ID || again.Code != r.Code || !again.Repeated {
			t.Errorf("sent twice by one key: %+v, %v", again, err)
		}
		// 15 workdays after Monday 21 September, past the Mid-Autumn and national holidays.
		if want := w.Calendar.Due(w.now, w.Terms.Reply).At; !r.Due.Equal(want) || r.Due.Sub(w.now) < 20*24*time.Hour {
			t.Errorf("a reply is owed at %s", r.Due)
		}
		for name, code := range map[string]string{"no code": "", "a wrong code": "22222222"} {
			_, err := w.Follow(t.Context(), realm, r.Number, code)
			wants(t, name, err, fault.Missing, "topic.wrong_code")
		}
		_, err = w.Follow(t.Context(), realm, "JY20260921-000000", r.Code)
		wants(t, "another number", err, fault.Missing, "topic.wrong_code")
		if _, err := w.Follow(t.Context(), realm, strings.ToLower(r.Number), " "+strings.ToLower(r.Code[:4])+" "+r.Code[4:]); err != nil {
			t.Errorf("typed as people type: %v", err)
		}
		reply := topic.Reply{Realm: realm, ID: r.ID, Revision: r.Revision, Text: "已列入十月的亮化计划", By: w.secretary}
		for name, change := range map[string]func(*topic.Reply){
			"the secretary of another town": func(c *topic.Reply) { c.By = w.elsewhere },
			"the desk":                      func(c *topic.Reply) { c.By = w.desk },
			"nobody":                        func(c *topic.Reply) { c.By = identity.Actor{} },
		} {
			bad := reply
			change(&bad)
			_, err := w.Reply(t.Context(), bad)
			wants(t, name+" replies", err, fault.Missing, "")
		}
		bad := reply
		bad.Text = "请找测试乙，电话 13912345678"
		_, err = w.Reply(t.Context(), bad)
		wants(t, "a reply with a telephone", err, fault.Invalid, "trace.found_phone")
		if g, err := w.Reply(t.Context(), reply); err != nil || g.State != topic.Replied {
			t.Fatalf("%+v, %v", g, err)
		}
		_, err = w.Reply(t.Context(), reply)
		wants(t, "answered twice", err, fault.Stale, "")
		if g, err := w.Follow(t.Context(), realm, r.Number, r.Code); err != nil || g.Reply != reply.Text {
			t.Errorf("the suggester reads %q, %v", g.Reply, err)
		}
		if c, err := w.Reach(t.Context(), realm, r.ID, w.secretary); err != nil || c.Name != "测试甲" {
			t.Errorf("the contact: %+v, %v", c, err)
		}
		_, err = w.Reach(t.Context(), realm, r.ID, w.desk)
		wants(t, "the desk looks at the contact", err, fault.Missing, "")
		err = d.View(t.Context(), func(tx *db.Tx) error {
			list, err := audit.List(t.Context(), tx, realm, "suggestion/"+r.ID, 10)
			for _, e := range list {
				if line := string(e.Detail); strings.Contains(line, "路灯") || strings.Contains(line, "测试") || strings.Contains(line, "1990") {
					t.Errorf("the audit has %s", line)
				}
			}
			if len(list) < 3 {
				t.Errorf("the audit has %d entries: raised, answered, looked at", len(list))
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsNoSuggestion(t *testing.T) {
	w := open(t, dbtest.SQLite(t))
	for name, tt := range map[string]struct {
		change func(*topic.Raise)
		kind   fault.Kind
		field  string
	}{
		"nothing said":                   {func(c *topic.Raise) { c.Words = " \n " }, fault.Invalid, "words"},
		"too little said":                {func(c *topic.Raise) { c.Words = "路灯" }, fault.Invalid, "words"},
		"a book":                         {func(c *topic.Raise) { c.Words = strings.Repeat("长", topic.MaxWords+1) }, fault.Invalid, "words"},
		"control characters":             {func(c *topic.Raise) { c.Words = "加一盏\x00路灯" }, fault.Invalid, "words"},
		"the number of an identity":      {func(c *topic.Raise) { c.Words = "我的身份证 11010519491231002X，加路灯" }, fault.Invalid, "words"},
		"an area there is not":           {func(c *topic.Raise) { c.Area = "x" }, fault.Invalid, "area"},
		"an origin there is not":         {func(c *topic.Raise) { c.Origin = "moon" }, fault.Invalid, "origin"},
		"a resident naming a matter":     {func(c *topic.Raise) { c.Source = "matter/1" }, fault.Invalid, "source"},
		"a long name":                    {func(c *topic.Raise) { c.Contact.Name = strings.Repeat("长", 50) }, fault.Invalid, "contact_name"},
		"somebody of no desk here":       {func(c *topic.Raise) { c.Desk, c.By = true, w.elsewhere }, fault.Denied, ""},
		"a session of nobody":            {func(c *topic.Raise) { c.Origin, c.Source = topic.Session, "gathering/1" }, fault.Denied, ""},
		"a party without its secretary":  {func(c *topic.Raise) { c.Origin, c.By = topic.Party, w.desk }, fault.Denied, ""},
		"a matter that one must not see": {func(c *topic.Raise) { c.Origin, c.Source, c.By = topic.Matter, "matter/1", w.secretary }, fault.Invalid, "source"},
		"a session without a name":       {func(c *topic.Raise) { c.Origin, c.By = topic.Session, w.secretary }, fault.Invalid, "source"},
	} {
		c := topic.Raise{Realm: realm, Key: id.New(), Origin: topic.Resident, Area: w.area.ID, Words: "希望加一盏路灯"}
		tt.change(&c)
		_, err := w.Raise(t.Context(), c)
		f, ok := fault.As(err)
		if !ok || f.Kind != tt.kind || f.Field != tt.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := w.wish("<script>alert(1)</script> 加灯")
	if g, err := w.Suggestion(t.Context(), realm, r.ID, w.secretary); err != nil || !strings.HasPrefix(g.Words, "<script>") {
		t.Errorf("markup is text: %q, %v", g.Words, err)
	}
	_, err := w.Suggestion(t.Context(), realm, r.ID, w.elsewhere)
	wants(t, "another town's secretary", err, fault.Missing, "")
}

func TestASessionsQuestionsGetAReplyAndAState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		var ids []string
		for _, words := range []string{"测试：何时修路", "测试：校车绕行吗"} {
			r, err := w.Raise(t.Context(), topic.Raise{Realm: realm, Key: id.New(), Origin: topic.Session, Source: "gathering/1", Words: words, By: w.secretary})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, r.ID)
		}
		if _, err := w.Reply(t.Context(), topic.Reply{Realm: realm, ID: ids[0], Revision: 1, Text: "十月动工", By: w.secretary}); err != nil {
			t.Fatal(err)
		}
		list, err := w.Questions(t.Context(), realm, "gathering/1", w.secretary)
		if err != nil || len(list) != 2 || list[0].Reply+list[1].Reply != "十月动工" || list[0].State.Open() == list[1].State.Open() {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := w.Questions(t.Context(), realm, "gathering/1", w.elsewhere); err != nil || len(list) != 0 {
			t.Errorf("another town sees %d", len(list))
		}
		waits, err := w.Waits(t.Context(), realm, topic.Waiting, w.secretary, page.Cursor{}, 10)
		if err != nil || len(waits.Items) != 1 || waits.Items[0].Overdue(w.now) {
			t.Fatalf("%+v, %v", waits, err)
		}
		if !waits.Items[0].Overdue(w.now.AddDate(0, 2, 0)) {
			t.Error("a reply that is two months late is not overdue")
		}
		if _, err := w.Waits(t.Context(), realm, topic.Waiting, w.desk, page.Cursor{}, 10); fault.KindOf(err) != fault.Denied {
			t.Errorf("the desk reads the words of residents: %v", err)
		}
	})
}
