// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic_test

import (
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestARatioOnlyOfOneSet(t *testing.T) {
	for name, tt := range map[string]struct {
		sets topic.Sets
		want int
		why  topic.Why
	}{
		"17 solved that come from the 32":          {topic.Sets{Suggestions: 32, Topics: 17, Behind: 17}, 531, ""},
		"17 of which one was suggested last year":  {topic.Sets{Suggestions: 32, Topics: 17, Behind: 17, Outside: 1}, 0, topic.WhyOutside},
		"17 of which two nobody suggested":         {topic.Sets{Suggestions: 32, Topics: 17, Behind: 15, Unlinked: 2}, 0, topic.WhyUnlinked},
		"two suggestions behind one topic are two": {topic.Sets{Suggestions: 4, Topics: 1, Behind: 2}, 500, ""},
		"nothing was solved":                       {topic.Sets{Suggestions: 32}, 0, ""},
		"nothing was suggested":                    {topic.Sets{Topics: 3, Unlinked: 3}, 0, topic.WhyNothing},
		"all of them":                              {topic.Sets{Suggestions: 3, Topics: 3, Behind: 3}, 1000, ""},
	} {
		if got, why := topic.Ratio(tt.sets); got != tt.want || why != tt.why {
			t.Errorf("%s: %d, %q; want %d, %q", name, got, why, tt.want, tt.why)
		}
	}
}

func TestTheNumbersOfAPeriod(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		solve := func(made topic.Topic) {
			t.Helper()
			for _, s := range []topic.Stage{topic.Deliberating, topic.Decided, topic.Solved} {
				if err := w.mark(made, s, "proceeding/"+made.ID, ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		old, _ := w.made("去年的事", 1)
		w.now = w.now.AddDate(0, 2, 0)
		first, _ := w.made("棋牌室", 2)
		second, _ := w.made("停车棚", 1)
		w.wish("希望多些座椅")
		solve(first)
		solve(second)
		month := topic.Period{Realm: realm, Area: w.area.ID, From: w.now.AddDate(0, 0, -1), To: w.now.AddDate(0, 0, 1)}
		f, err := w.Figures(t.Context(), month)
		if err != nil || f.Suggestions != 4 || f.InTopics != 3 || f.Topics != 2 || f.Solved.Topics != 2 || f.Solved.Behind != 3 {
			t.Fatalf("%+v, %v", f, err)
		}
		if permille, why := topic.Ratio(f.Solved); permille != 750 || why != "" {
			t.Errorf("%d, %q", permille, why)
		}
		solve(old)
		if f, err = w.Figures(t.Context(), month); err != nil || f.Solved.Topics != 3 || f.Solved.Outside != 1 {
			t.Fatalf("%+v, %v", f, err)
		}
		if _, why := topic.Ratio(f.Solved); why != topic.WhyOutside {
			t.Errorf("%q", why)
		}
		month.Area = w.other.ID
		if f, err = w.Figures(t.Context(), month); err != nil || f != (topic.Figures{}) {
			t.Errorf("another town has %+v, %v", f, err)
		}
		month.To = month.From.AddDate(2, 0, 0)
		_, err = w.Figures(t.Context(), month)
		wants(t, "two years at once", err, fault.Invalid, "topic.period_wrong")
	})
}

func TestATopicRisesWithItsRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		made, _ := w.shown("电动车充电棚", 1)
		if made.Level != "building" {
			t.Fatalf("it begins at %q", made.Level)
		}
		rise := topic.Rise{Realm: realm, ID: made.ID, Revision: made.Revision, Level: "party_group", Record: "楼栋内意见不一，未能商定", By: w.secretary}
		bad := rise
		bad.Record = ""
		_, err := w.Rise(t.Context(), bad)
		wants(t, "without a record", err, fault.Invalid, "form.required")
		bad = rise
		bad.Level = "building"
		_, err = w.Rise(t.Context(), bad)
		wants(t, "to where it is", err, fault.Conflict, "topic.level_not_above")
		if made, err = w.Rise(t.Context(), rise); err != nil || made.Level != "party_group" {
			t.Fatalf("%+v, %v", made, err)
		}
		_, err = w.Rise(t.Context(), rise)
		wants(t, "stale", err, fault.Stale, "")
		skip := topic.Rise{Realm: realm, ID: made.ID, Revision: made.Revision, Level: "general_branch", Record: "党小组讨论", By: w.secretary}
		_, err = w.Rise(t.Context(), skip)
		wants(t, "past a level without a reason", err, fault.Invalid, "topic.skip_reason")
		skip.Reason = "支部书记空缺"
		if made, err = w.Rise(t.Context(), skip); err != nil || made.Level != "general_branch" {
			t.Fatalf("%+v, %v", made, err)
		}
		detail, err := w.Open(t.Context(), realm, made.ID, w.secretary)
		if last := detail.History[len(detail.History)-1]; err != nil || !last.Skipped || last.Act != "rose" || last.Words != "党小组讨论\n支部书记空缺" || last.Shown != "" {
			t.Errorf("%+v, %v", last, err)
		}
		seen, err := w.Public(t.Context(), realm, made.ID)
		if err != nil || seen.History[2].Words != "" || !seen.History[2].Skipped {
			t.Errorf("%+v, %v", seen.History, err)
		}
	})
}

func TestTheSameWishIsFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		shed, _ := w.made("修建电动自行车充电棚", 1)
		w.made("增加公交班次", 1)
		likely, err := w.Likely(t.Context(), realm, "小区里没有电动自行车充电的地方，希望建一个棚", w.secretary)
		if err != nil || len(likely) != 1 || likely[0].ID != shed.ID {
			t.Errorf("%+v, %v", likely, err)
		}
		if likely, err = w.Likely(t.Context(), realm, "希望晚上八点后不放音乐", w.secretary); err != nil || len(likely) != 0 {
			t.Errorf("%+v, %v", likely, err)
		}
		if found, err := w.Search(t.Context(), realm, "電動自行車", false, w.secretary); err != nil || len(found) != 1 {
			t.Errorf("the desk finds %d, %v", len(found), err)
		}
		if found, err := w.Search(t.Context(), realm, "充电棚", true, w.secretary); err != nil || len(found) != 0 {
			t.Errorf("everybody finds %d before it is public, %v", len(found), err)
		}
		w.release("topic/" + shed.ID)
		if found, err := w.Search(t.Context(), realm, "充电棚", true, w.elsewhere); err != nil || len(found) != 1 {
			t.Errorf("everybody finds %d, %v", len(found), err)
		}
		if found, err := w.Search(t.Context(), realm, "充电棚", false, w.elsewhere); err != nil || len(found) != 0 {
			t.Errorf("the other town's desk finds %d, %v", len(found), err)
		}
	})
}

func TestTermsThatWillNotDo(t *testing.T) {
	for name, body := range map[string]string{
		"no level":        `{"reply": {"unit": "workday", "n": 15, "basis": "b"}, "levels": []}`,
		"a level twice":   `{"reply": {"unit": "workday", "n": 15, "basis": "b"}, "levels": ["a", "a"]}`,
		"no basis":        `{"reply": {"unit": "workday", "n": 15}, "levels": ["a"]}`,
		"no length":       `{"reply": {"unit": "workday", "n": 0, "basis": "b"}, "levels": ["a"]}`,
		"an unknown unit": `{"reply": {"unit": "moon", "n": 1, "basis": "b"}, "levels": ["a"]}`,
	} {
		if terms, err := topic.ParseTerms([]byte(body)); err != nil || len(terms.Lint()) == 0 {
			t.Errorf("%s: %v, nothing wrong", name, err)
		}
	}
	if _, err := topic.ParseTerms([]byte(`{"moon": 1}`)); err == nil {
		t.Error("a word that nobody knows")
	}
}
