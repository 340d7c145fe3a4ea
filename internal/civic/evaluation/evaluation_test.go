// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/ledger"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const realm = "r"

var zone = time.FixedZone("CST", 8*3600)

type office struct {
	*evaluation.Service
	t   testing.TB
	now time.Time
}

// parks says that one place is a park.
type parks struct{}

func (parks) Profile(_ string, place int64) string {
	if place == 7 {
		return "park"
	}
	return ""
}

func (parks) Whole(string) (lo, hi int64) { return 1, 100 }

func (parks) Name(_ string, place int64) string { return fmt.Sprint("测试地", place) }

// cases is how the town's audit calls cases and steps; one type is restricted.
type cases struct{}

func (cases) Subject(ref string) string { return "case/" + ref }

func (cases) Act(action string) string { return "case." + cmp.Or(action, "reported") }

func (cases) Restricted(_, code string) bool { return code == "060102" }

func open(t testing.TB, d *db.DB) *office {
	o := &office{t: t, now: time.Date(2026, 9, 21, 9, 0, 0, 0, zone)}
	editions := &edition.Service{DB: d, Now: func() time.Time { return o.now }}
	body, err := fs.ReadFile(catalogue.FS(), "indicators.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := editions.Seed(t.Context(), realm, evaluation.Edition, body, "test"); err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.OpenDir(filepath.Join(t.TempDir(), "bulletins"))
	if err != nil {
		t.Fatal(err)
	}
	o.Service = evaluation.New(evaluation.Service{
		DB: d, Now: editions.Now, Log: slog.New(slog.DiscardHandler), Zone: zone, Editions: editions, Places: parks{}, Cases: cases{},
		Ledger: &ledger.Service{DB: d, Now: editions.Now, Seed: make([]byte, 32)}, Blobs: blobs,
	})
	return o
}

// event is one event of a case, as its procedure tells it.
func (o *office) event(id string, seq int, action, to string, extra map[string]any) outbox.Event {
	body := map[string]any{"id": id, "seq": seq, "action": action, "to": to, "type": "020103", "origin": "web", "place": 5, "town": 4, "owner": "b"}
	for k, v := range extra {
		body[k] = v
	}
	text, err := json.Marshal(body)
	if err != nil {
		o.t.Fatal(err)
	}
	return outbox.Event{Realm: realm, ID: fmt.Sprint(id, seq), Name: "matter.moved", At: o.now.Add(time.Duration(seq) * time.Minute), Body: text}
}

// life is a case from its report to its end, handled in time or late.
func (o *office) life(id string, late bool, extra map[string]any) []outbox.Event {
	due := o.now.Add(time.Hour).UnixMicro()
	if late {
		due = o.now.UnixMicro()
	}
	with := func(more map[string]any) map[string]any {
		out := map[string]any{}
		for _, m := range []map[string]any{extra, more} {
			for k, v := range m {
				out[k] = v
			}
		}
		return out
	}
	return []outbox.Event{
		o.event(id, 0, "", "", extra),
		o.event(id, 2, "register", "registered", extra),
		o.event(id, 3, "dispatch", "dispatched", extra),
		o.event(id, 4, "sign", "signed", with(map[string]any{"left_due": due})),
		o.event(id, 5, "handle", "handled", with(map[string]any{"left_due": due})),
		o.event(id, 6, "pass", "checked", extra),
		o.event(id, 7, "feed_back", "fed_back", extra),
		o.event(id, 8, "call_back", "fed_back", with(map[string]any{"reached": "yes", "solved": "yes", "satisfied": "no"})),
		o.event(id, 9, "close", "closed", with(map[string]any{"final": true})),
	}
}

func (o *office) hear(events ...outbox.Event) {
	o.t.Helper()
	if err := o.Hear(o.t.Context(), events); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) figures(by evaluation.Dimension, within string) map[string]map[string]string {
	o.t.Helper()
	if _, err := o.Count(o.t.Context(), realm); err != nil {
		o.t.Fatal(err)
	}
	month := evaluation.MonthOf(o.now, zone)
	answer, err := o.Figures(o.t.Context(), evaluation.Ask{Realm: realm, Period: evaluation.Period{From: month, To: month}, By: by, Within: within})
	if err != nil {
		o.t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, l := range answer.Lines {
		out[l.Part] = map[string]string{}
		for _, f := range l.Figures {
			out[l.Part][f.Indicator.Code] = fmt.Sprintf("%d/%d", f.Rate.N, f.Rate.Of)
		}
	}
	return out
}

func TestFiguresFromEvents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		var all []outbox.Event
		for i := range 8 {
			all = append(all, o.life(fmt.Sprint("in-time-", i), false, nil)...)
		}
		for i := range 2 {
			all = append(all, o.life(fmt.Sprint("late-", i), true, map[string]any{"place": 7, "origin": "hall", "type": "010101"})...)
		}
		all = append(all, o.event("open", 0, "", "", nil), o.event("open", 2, "register", "registered", map[string]any{"due": o.now.Add(-time.Hour).UnixMicro()}))
		all = append(all, o.event("void", 0, "", "", nil), o.event("void", 2, "grant_void", "void", map[string]any{"final": true}))
		all = append(all, o.life("a part", false, map[string]any{"relation": "assist"})...)
		rnd := rand.New(rand.NewPCG(1, 1))
		rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for len(all) > 0 { // late, in any order, some of them twice
			n := min(len(all), 1+rnd.IntN(9))
			o.hear(all[:n]...)
			o.hear(all[rnd.IntN(n)])
			all = all[n:]
		}
		for code, want := range map[string]string{
			"registration": "11/12", "dispatch": "10/10", "response": "8/10", "on_time": "8/10", "closing": "10/11", "completion": "10/11",
			"rework": "0/10", "extension": "0/10", "reopening": "0/10", "overdue": "1/1", "solution": "10/10", "satisfaction": "0/10",
		} {
			if got := o.figures(evaluation.All, "")[""][code]; got != want {
				t.Errorf("%s is %s, want %s", code, got, want)
			}
		}
		for _, tt := range []struct {
			by           evaluation.Dimension
			within, part string
			want         string // on time
		}{
			{evaluation.Town, "", "4", "8/10"}, {evaluation.Place, "4", "7", "0/2"}, {evaluation.Body, "", "b", "8/10"},
			{evaluation.Class, "", "01", "0/2"}, {evaluation.Kind, "02", "020103", "8/8"}, {evaluation.Channel, "", "hall", "0/2"},
			{evaluation.Profile, "", "park", "0/2"}, {evaluation.Profile, "", "", "8/8"},
		} {
			if got := o.figures(tt.by, tt.within)[tt.part]["on_time"]; got != tt.want {
				t.Errorf("on time by %s, %s: %s, want %s", tt.by, tt.part, got, tt.want)
			}
		}
	})
}

func TestCountsAreMadeAnewWhenSomethingChanged(t *testing.T) {
	d := dbtest.SQLite(t)
	o := open(t, d)
	o.hear(o.life("x", false, nil)[:4]...)
	if n, err := o.Count(t.Context(), realm); n != 1 || err != nil {
		t.Fatalf("%d months, %v", n, err)
	}
	if n, err := o.Count(t.Context(), realm); n != 0 || err != nil {
		t.Errorf("without any change %d months were counted, %v", n, err)
	}
	o.hear(o.life("x", false, nil)[4:]...)
	if got := o.figures(evaluation.All, "")[""]["completion"]; got != "1/1" {
		t.Errorf("completed: %s", got)
	}
	o.now = o.now.Add(2 * time.Hour)
	if n, err := o.Count(t.Context(), realm); n != 1 || err != nil {
		t.Errorf("two hours later %d months were counted, %v", n, err)
	}
}

func TestTheTrendHasEachMonth(t *testing.T) {
	d := dbtest.SQLite(t)
	o := open(t, d)
	o.hear(o.life("september", false, nil)...)
	o.now = o.now.AddDate(0, 1, 0)
	o.hear(o.life("october", true, nil)...)
	if _, err := o.Count(t.Context(), realm); err != nil {
		t.Fatal(err)
	}
	last := evaluation.MonthOf(o.now, zone)
	trend, err := o.Trend(t.Context(), realm, evaluation.Period{From: last - 2, To: last})
	if err != nil || len(trend) != 2 || len(trend[last]) != 12 || last.Year() != 2026 || last.Number() != 10 {
		t.Fatalf("%d months of %d.%d, %v", len(trend), last.Number(), last.Year(), err)
	}
}
