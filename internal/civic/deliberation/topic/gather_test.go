// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestFromSuggestionsToASolution(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		made, _ := w.made("棋牌室", 3)
		if made.Stage != topic.Gathered || made.Backing.Suggestions != 3 || made.Revision != 1 || made.Due.IsZero() {
			t.Fatalf("%+v", made)
		}
		_, err := w.Public(t.Context(), realm, made.ID)
		wants(t, "before it was released", err, fault.Missing, "topic.missing")
		w.release("topic/" + made.ID)
		seen, err := w.Public(t.Context(), realm, made.ID)
		if err != nil || seen.Title != "棋牌室" || len(seen.Suggestions) != 0 || seen.History[0].Account != "" {
			t.Fatalf("%+v, %v", seen, err)
		}
		for _, step := range []struct {
			stage topic.Stage
			ref   string
			key   string
		}{
			{topic.Decided, "proceeding/1", "topic.stage_wrong"}, {topic.Deliberating, "", "form.required"}, {topic.Deliberating, "proceeding/1", ""},
			{topic.Deliberating, "proceeding/1", ""}, {topic.Decided, "proceeding/2", "topic.in_proceeding"}, {topic.Decided, "proceeding/1", ""},
			{topic.Solved, "proceeding/1", ""}, {topic.NotPursued, "proceeding/1", "topic.stage_wrong"},
		} {
			err := w.mark(made, step.stage, step.ref, "")
			if step.key == "" && err != nil {
				t.Errorf("%s by %s: %v", step.stage, step.ref, err)
			}
			if f, _ := fault.As(err); step.key != "" && (f == nil || f.Key != step.key) {
				t.Errorf("%s by %s: %v, want %s", step.stage, step.ref, err, step.key)
			}
		}
		done := w.again(made)
		if done.Stage != topic.Solved || done.Decided.IsZero() || done.Solved.IsZero() || done.Revision != 4 {
			t.Fatalf("%+v", done)
		}
		if _, err := w.Answer(t.Context(), topic.Answer{Realm: realm, ID: made.ID, Revision: done.Revision, Text: "棋牌室已在三月启用", By: w.secretary}); err != nil {
			t.Fatal(err)
		}
		if now := w.again(made); now.Answer != "" || now.Due.IsZero() {
			t.Errorf("an answer counts before it is public: %+v", now)
		}
		w.release(fmt.Sprintf("topic/%s/%d", made.ID, done.Revision+1))
		if now := w.again(made); now.Answer != "棋牌室已在三月启用" || now.Stage != topic.Solved || !now.Due.IsZero() {
			t.Errorf("%+v", now)
		}
		waits, err := w.Waits(t.Context(), realm, topic.Replied, w.secretary, page.Cursor{}, 10)
		if err != nil || len(waits.Items) != 3 {
			t.Errorf("%d suggestions have their reply, %v", len(waits.Items), err)
		}
	})
}

func TestWhatIsNotPursuedHasAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		made, _ := w.shown("露天泳池", 1)
		drop := topic.Answer{Realm: realm, ID: made.ID, Revision: made.Revision, Drop: true, By: w.secretary}
		_, err := w.Answer(t.Context(), drop)
		wants(t, "without a reason", err, fault.Invalid, "form.required")
		drop.Text = "场地不足，且距区体育馆不到一公里"
		if made, err = w.Answer(t.Context(), drop); err != nil || made.Stage != topic.NotPursued {
			t.Fatalf("%+v, %v", made, err)
		}
		w.release(fmt.Sprintf("topic/%s/%d", made.ID, made.Revision))
		seen, err := w.Public(t.Context(), realm, made.ID)
		if err != nil || seen.Answer != drop.Text || seen.History[1].Shown != drop.Text {
			t.Errorf("%+v, %v", seen, err)
		}
		waits, err := w.Waits(t.Context(), realm, topic.Declined, w.secretary, page.Cursor{}, 10)
		if err != nil || len(waits.Items) != 1 {
			t.Errorf("%d suggestions were declined, %v", len(waits.Items), err)
		}
		_, err = w.TakenBack(t.Context(), realm, made.ID)
		wants(t, "one that is public is taken back", err, fault.Missing, "topic.missing")
		drafts, err := w.Releases.Of(t.Context(), realm, topic.Name(made.ID))
		if err != nil {
			t.Fatal(err)
		}
		back := release.Decide{Realm: realm, ID: drafts[0].ID, Revision: drafts[0].Revision, Act: release.Withdraw, Reason: "写错了村名", By: w.head}
		if _, err := w.Releases.Decide(t.Context(), back); err != nil {
			t.Fatal(err)
		}
		_, err = w.Public(t.Context(), realm, made.ID)
		wants(t, "after it was taken back", err, fault.Missing, "topic.missing")
		if why, err := w.TakenBack(t.Context(), realm, made.ID); err != nil || why != back.Reason {
			t.Errorf("everybody reads %q, %v", why, err)
		}
		second, _ := w.made("停车棚", 1)
		if err := errors.Join(w.mark(second, topic.Deliberating, "proceeding/9", "")); err != nil {
			t.Fatal(err)
		}
		wants(t, "a proceeding without a reason", w.mark(second, topic.NotPursued, "proceeding/9", ""), fault.Invalid, "form.required")
		if err := w.mark(second, topic.NotPursued, "proceeding/9", "表决未通过"); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatGatheringRefuses(t *testing.T) {
	w := open(t, dbtest.SQLite(t))
	taken, all := w.made("棋牌室", 1)
	mine := w.wish("希望多些座椅")
	far, err := w.Raise(t.Context(), topic.Raise{Realm: realm, Key: id.New(), Origin: topic.Resident, Area: w.other.ID, Words: "希望多些座椅"})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change func(*topic.Gather)
		kind   fault.Kind
		field  string
	}{
		"no title":               {func(c *topic.Gather) { c.Title = " " }, fault.Invalid, "title"},
		"no text":                {func(c *topic.Gather) { c.Body = "" }, fault.Invalid, "body"},
		"an enormous text":       {func(c *topic.Gather) { c.Body = strings.Repeat("长", topic.MaxBody+1) }, fault.Invalid, "body"},
		"a telephone":            {func(c *topic.Gather) { c.Body = "联系 13912345678" }, fault.Invalid, "body"},
		"a level there is not":   {func(c *topic.Gather) { c.Level = "moon" }, fault.Invalid, "level"},
		"a subject nobody knows": {func(c *topic.Gather) { c.Subject = "war" }, fault.Invalid, "subject"},
		"no area":                {func(c *topic.Gather) { c.Area = "" }, fault.Invalid, "area"},
		"an area of others":      {func(c *topic.Gather) { c.Area = w.other.ID }, fault.Denied, ""},
		"the desk":               {func(c *topic.Gather) { c.By = w.desk }, fault.Denied, ""},
		"a taken one":            {func(c *topic.Gather) { c.Suggestions = []string{all[0].ID} }, fault.Conflict, "suggestions"},
		"one of another town":    {func(c *topic.Gather) { c.Suggestions = []string{far.ID} }, fault.Missing, ""},
		"one there is not":       {func(c *topic.Gather) { c.Suggestions = []string{id.New()} }, fault.Missing, ""},
		"a stale topic":          {func(c *topic.Gather) { c.Topic, c.Revision = taken.ID, 7 }, fault.Stale, ""},
		"thousands":              {func(c *topic.Gather) { c.Suggestions = make([]string, 1000) }, fault.Invalid, "suggestions"},
	} {
		c := topic.Gather{Realm: realm, Key: id.New(), Suggestions: []string{mine.ID}, Title: "座椅", Body: "加座椅", Area: w.area.ID, By: w.secretary}
		tt.change(&c)
		_, err := w.Gather(t.Context(), c)
		if f, ok := fault.As(err); !ok || f.Kind != tt.kind || f.Field != tt.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := topic.Gather{Realm: realm, Key: id.New(), Suggestions: []string{mine.ID, mine.ID}, Title: "座椅", Body: "加座椅", Area: w.area.ID, Subject: "estate_parking", By: w.secretary}
	first, err := w.Gather(t.Context(), c)
	if err != nil || first.Backing.Suggestions != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := w.Gather(t.Context(), c); err != nil || again.ID != first.ID || again.Revision != first.Revision {
		t.Errorf("sent twice: %+v, %v", again, err)
	}
	parted, err := w.Part(t.Context(), topic.Part{Realm: realm, ID: first.ID, Revision: first.Revision, Suggestion: mine.ID, By: w.secretary})
	if err != nil || parted.Stage != topic.Raised || parted.Backing.Suggestions != 0 {
		t.Errorf("taken out again: %+v, %v", parted, err)
	}
	if g, err := w.Suggestion(t.Context(), realm, mine.ID, w.secretary); err != nil || g.State != topic.Waiting || g.Topic != "" {
		t.Errorf("%+v, %v", g, err)
	}
}

func TestMergingCountsNobodyTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a, mine := w.shown("棋牌室", 2)
		b, theirs := w.shown("老人活动室", 3)
		someone := func(n int) identity.Actor { return identity.Actor{Realm: realm, Account: fmt.Sprint("resident", n)} }
		support := func(t topic.Topic, c topic.Support) error {
			c.Realm, c.ID = realm, t.ID
			_, err := w.Support(w.t.Context(), c)
			return err
		}
		for i, n := range []int{1, 2, 2, 3} {
			err := support(a, topic.Support{By: someone(n)})
			if i == 2 {
				wants(t, "twice", err, fault.Conflict, "topic.counted_already")
			} else if err != nil {
				t.Fatal(err)
			}
		}
		// Two of a's supporters stand behind b too, and so does one who suggested a.
		if err := errors.Join(support(b, topic.Support{By: someone(2)}), support(b, topic.Support{By: someone(3)}), support(b, topic.Support{By: someone(4)}),
			support(b, topic.Support{Number: mine[0].Number, Code: mine[0].Code})); err != nil {
			t.Fatal(err)
		}
		wants(t, "by a suggestion that is in it", support(b, topic.Support{Number: theirs[0].Number, Code: theirs[0].Code}), fault.Conflict, "topic.counted_already")
		wants(t, "by a wrong code", support(b, topic.Support{Number: theirs[0].Number, Code: "X"}), fault.Missing, "topic.wrong_code")
		wants(t, "by nobody", support(b, topic.Support{}), fault.Invalid, "topic.code_needed")
		if _, err := w.Count(t.Context(), topic.Count{Realm: realm, ID: b.ID, Revision: b.Revision, Reps: 12, Households: 48, By: w.secretary}); err != nil {
			t.Fatal(err)
		}
		before, beforeB := w.again(a).Backing, w.again(b).Backing
		if before != (topic.Backing{Suggestions: 2, Accounts: 3}) || beforeB != (topic.Backing{Suggestions: 3, Accounts: 3, Codes: 1, Reps: 12, Households: 48}) {
			t.Fatalf("%+v, %+v", before, beforeB)
		}
		merged, err := w.merge(b, a)
		if want := (topic.Backing{Suggestions: 5, Accounts: 4}); err != nil || merged.Backing != want {
			t.Fatalf("merged: %+v, %v; want %+v", merged.Backing, err, want)
		}
		if now := w.again(b); now.Stage != topic.Merged || now.Into != a.ID || now.Backing != beforeB {
			t.Errorf("%+v", now)
		}
		wants(t, "support of the merged one", support(b, topic.Support{By: someone(9)}), fault.Conflict, "topic.merged")
		wants(t, "support by who came along", support(a, topic.Support{By: someone(4)}), fault.Conflict, "topic.counted_already")
		if err := support(a, topic.Support{By: someone(5)}); err != nil {
			t.Error(err)
		}
		_, err = w.merge(b, a)
		wants(t, "merged twice", err, fault.Conflict, "topic.merged")
		_, err = w.merge(a, b)
		wants(t, "in a circle", err, fault.Conflict, "topic.into_merged")
		_, err = w.merge(a, a)
		wants(t, "into itself", err, fault.Invalid, "topic.same")

		split, err := w.Split(t.Context(), topic.Split{Realm: realm, ID: b.ID, Revision: w.again(b).Revision, By: w.secretary})
		if err != nil || split.Stage != topic.Gathered || split.Backing != beforeB || split.Into != "" {
			t.Fatalf("split: %+v, %v", split, err)
		}
		if now := w.again(a).Backing; now != (topic.Backing{Suggestions: 2, Accounts: 4}) {
			t.Errorf("what came since stays: %+v", now)
		}
		// Merged the other way round, and the chain on: c, then b with it, into a.
		c, _ := w.shown("健身角", 1)
		if _, err := w.merge(c, b); err != nil {
			t.Fatal(err)
		}
		if merged, err = w.merge(b, a); err != nil || merged.Backing.Suggestions != 6 {
			t.Fatalf("%+v, %v", merged.Backing, err)
		}
		_, err = w.Split(t.Context(), topic.Split{Realm: realm, ID: c.ID, Revision: w.again(c).Revision, By: w.secretary})
		wants(t, "out of the middle", err, fault.Conflict, "topic.split_late")
		if b, err = w.Split(t.Context(), topic.Split{Realm: realm, ID: b.ID, Revision: w.again(b).Revision, By: w.secretary}); err != nil || b.Backing.Suggestions != 4 {
			t.Errorf("%+v, %v", b.Backing, err)
		}
		if c, err = w.Split(t.Context(), topic.Split{Realm: realm, ID: c.ID, Revision: w.again(c).Revision, By: w.secretary}); err != nil || c.Backing.Suggestions != 1 || w.again(b).Backing.Suggestions != 3 {
			t.Errorf("%+v, %v", c.Backing, err)
		}
		if err := w.mark(b, topic.Deliberating, "proceeding/1", ""); err != nil {
			t.Fatal(err)
		}
		_, err = w.merge(b, a)
		wants(t, "one that has a proceeding", err, fault.Conflict, "topic.has_proceeding")
		stale := topic.Merge{Realm: realm, ID: a.ID, Revision: 1, Into: c.ID, By: w.secretary}
		_, err = w.Merge(t.Context(), stale)
		wants(t, "stale", err, fault.Stale, "")
		stale.By = w.elsewhere
		stale.Revision = w.again(a).Revision
		_, err = w.Merge(t.Context(), stale)
		wants(t, "another town's secretary", err, fault.Denied, "topic.not_yours")
	})
}

func TestSupportAtTheSameMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		made, _ := w.shown("棋牌室", 1)
		const people, tries = 12, 3
		var wait sync.WaitGroup
		for i := range people * tries {
			wait.Go(func() {
				_, err := w.Support(t.Context(), topic.Support{Realm: realm, ID: made.ID, By: identity.Actor{Realm: realm, Account: fmt.Sprint("resident", i%people)}})
				if f, ok := fault.As(err); err != nil && (!ok || f.Key != "topic.counted_already") {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		err := d.View(t.Context(), func(tx *db.Tx) error {
			list, err := audit.List(t.Context(), tx, realm, topic.Name(made.ID), 100)
			for _, e := range list {
				if strings.Contains(e.Actor+string(e.Detail), "resident") {
					t.Errorf("the audit says who stands behind a topic: %+v", e)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if n := w.again(made).Backing.Accounts; n != people {
			t.Errorf("%d people pressed %d times each: %d count", people, tries, n)
		}
	})
}
