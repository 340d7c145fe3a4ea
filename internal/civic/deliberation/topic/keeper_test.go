// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic_test

import (
	"fmt"
	"testing"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// TestWordsAndMarksGoByTheSchedule answers a topic and waits: marks go after a year and
// the numbers stay, words after three, and what has no reply stays.
func TestWordsAndMarksGoByTheSchedule(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		editions := &edition.Service{DB: d, Now: w.Now}
		keep := retention.New(retention.Service{DB: d, Now: w.Now, Log: w.Log, Org: w.Org, Editions: editions, Keepers: []retention.Keeper{topic.Keeper{Service: w.Service}}})
		rows := []byte(`{"rows": [{"kind": "suggestion", "days": 1095, "deed": "deidentify", "basis": "b"}, {"kind": "support", "days": 365, "deed": "deidentify", "basis": "b"}]}`)
		if err := editions.Seed(t.Context(), realm, retention.Edition, rows, "basis.practice"); err != nil {
			t.Fatal(err)
		}
		made, all := w.shown("棋牌室", 2)
		for i := range 3 {
			c := topic.Support{Realm: realm, ID: made.ID, By: identity.Actor{Realm: realm, Account: fmt.Sprint("resident", i)}}
			if _, err := w.Support(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		waits := w.wish("希望多些座椅")
		answered, err := w.Answer(t.Context(), topic.Answer{Realm: realm, ID: made.ID, Revision: made.Revision, Text: "已启用", By: w.secretary})
		if err != nil {
			t.Fatal(err)
		}
		w.release(fmt.Sprintf("topic/%s/%d", made.ID, answered.Revision))
		began := w.now
		run := func(days, want int) {
			t.Helper()
			w.now = began.AddDate(0, 0, days)
			if got, err := keep.Run(t.Context(), realm); err != nil || got.Gone != want {
				t.Fatalf("after %d days the run did %+v, %v; want %d", days, got, err, want)
			}
		}
		run(364, 0)
		run(366, 1)
		if now := w.again(made); now.Backing.Accounts != 3 {
			t.Errorf("the numbers went with the marks: %+v", now.Backing)
		}
		run(367, 0)
		run(1096, 2)
		list, err := w.Waits(t.Context(), realm, topic.Replied, w.secretary, page.Cursor{}, 10)
		if err != nil || len(list.Items) != 2 || !list.Items[0].Forgotten || list.Items[0].Words != "" {
			t.Errorf("%+v, %v", list.Items, err)
		}
		if g, err := w.Follow(t.Context(), realm, all[0].Number, all[0].Code); err != nil || !g.Forgotten {
			t.Errorf("by number and code: %+v, %v", g, err)
		}
		if g, err := w.Follow(t.Context(), realm, waits.Number, waits.Code); err != nil || g.Forgotten {
			t.Errorf("what has no reply was forgotten: %+v, %v", g, err)
		}
		run(1097, 0)
	})
}

// fill makes many topics, each of one suggestion.
func fill(b *testing.B, w *town, n int) []topic.Topic {
	b.Helper()
	places := []string{"充电棚", "棋牌室", "健身角", "停车位", "公交站", "垃圾分类亭", "无障碍坡道", "儿童乐园"}
	streets := []string{"东街", "西街", "南街", "北街", "河边", "校门口", "市场旁", "卫生院前"}
	out := make([]topic.Topic, n)
	for i := range out {
		out[i], _ = w.made(fmt.Sprintf("在%s第%d号院修建%s", streets[i%8], i, places[i/8%8]), 1)
	}
	return out
}

func BenchmarkLikely(b *testing.B) {
	w := open(b, dbtest.SQLite(b))
	fill(b, w, 2000)
	for b.Loop() {
		if found, err := w.Likely(b.Context(), realm, "河边没有电动车充电的地方，希望修建一个充电棚", w.secretary); err != nil || len(found) == 0 {
			b.Fatal(len(found), err)
		}
	}
}

func BenchmarkRaise(b *testing.B) {
	w := open(b, dbtest.SQLite(b))
	for b.Loop() {
		w.wish("希望修建一个充电棚")
	}
}

func BenchmarkMergeOfFiveThousand(b *testing.B) {
	w := open(b, dbtest.SQLite(b))
	all := fill(b, w, 2)
	for _, t := range all {
		w.release(topic.Name(t.ID))
	}
	for i := range 5000 {
		for _, t := range all {
			if _, err := w.Support(b.Context(), topic.Support{Realm: realm, ID: t.ID, By: identity.Actor{Realm: realm, Account: fmt.Sprint("resident", i)}}); err != nil {
				b.Fatal(err)
			}
		}
	}
	for b.Loop() {
		merged, err := w.merge(all[0], all[1])
		if err != nil || merged.Backing.Accounts != 5000 {
			b.Fatal(merged.Backing, err)
		}
		if _, err := w.Split(b.Context(), topic.Split{Realm: realm, ID: all[0].ID, Revision: w.again(all[0]).Revision, By: w.secretary}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFigures(b *testing.B) {
	w := open(b, dbtest.SQLite(b))
	for _, t := range fill(b, w, 1000) {
		for _, s := range []topic.Stage{topic.Deliberating, topic.Decided, topic.Solved} {
			if err := w.mark(t, s, "proceeding/"+t.ID, ""); err != nil {
				b.Fatal(err)
			}
		}
	}
	year := topic.Period{Realm: realm, From: w.now.Add(-time.Hour), To: w.now.Add(time.Hour)}
	for b.Loop() {
		if f, err := w.Figures(b.Context(), year); err != nil || f.Solved.Behind != 1000 {
			b.Fatal(f, err)
		}
	}
}
