// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket_test

import (
	"fmt"
	"testing"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// seeded makes n matters in a town and returns them, the first reported first.
func seeded(t *testing.T, r *mattertest.Realmful, n int) []matter.Matter {
	t.Helper()
	out := make([]matter.Matter, n)
	for i := range out {
		r.Time = r.Time.Add(time.Second)
		out[i] = r.Reported(t, r.East)
	}
	return out
}

func TestFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		handler := r.Actor(identity.Handler, r.East.Town, r.Works.ID)
		begun := r.Time
		all := seeded(t, r, 6)
		all[1] = r.Do(t, all[1], desk, "register", nil)
		all[2] = r.Do(t, r.Do(t, all[2], desk, "register", nil), desk, "dispatch", map[string][]string{"body": {r.Works.ID}})
		all[3] = r.Do(t, r.Do(t, all[3], desk, "register", nil), desk, "dispatch", map[string][]string{"body": {r.City.ID}})
		all[3] = r.Do(t, all[3], desk, "supervise", map[string][]string{"note": {"请说明"}})
		all[4] = r.Do(t, all[4], desk, "refuse", map[string][]string{"reason": {"属于诉讼事项"}})
		all[5] = r.Do(t, all[5], desk, "ask_void", map[string][]string{"reason": {"重复录入"}})
		all[2] = r.Do(t, all[2], handler, "object", map[string][]string{"reason": {"不归本所管"}})
		for _, tt := range []struct {
			name string
			f    docket.Filter
			want []int // indexes
		}{
			{"what is open", docket.Filter{}, []int{0, 1, 2, 3, 5}},
			{"what has ended too", docket.Filter{Ended: true}, []int{0, 1, 2, 3, 4, 5}},
			{"two states", docket.Filter{States: []procedure.State{"registered", "objected"}}, []int{1, 2}},
			{"a type", docket.Filter{Type: "020103"}, []int{0, 1, 2, 3, 5}},
			{"the first level of types", docket.Filter{Type: "02"}, []int{0, 1, 2, 3, 5}},
			{"another type", docket.Filter{Type: "01"}, nil},
			{"a body", docket.Filter{Owner: r.City.ID}, []int{3}},
			{"a channel", docket.Filter{Origin: "test"}, []int{0, 1, 2, 3, 5}},
			{"another channel", docket.Filter{Origin: "web"}, nil},
			{"supervised", docket.Filter{Supervised: true}, []int{3}},
			{"an application to void", docket.Filter{Applied: "void"}, []int{5}},
			{"an application for more time", docket.Filter{Applied: "extension"}, nil},
			{"objected to", docket.Filter{Returned: true}, []int{2}},
			{"an area", docket.Filter{Lo: r.East.Grid.Lo, Hi: r.East.Grid.Hi}, []int{0, 1, 2, 3, 5}},
			{"a village, what has ended too", docket.Filter{Lo: r.East.Grid.Lo, Hi: r.East.Grid.Hi, Ended: true}, []int{0, 1, 2, 3, 4, 5}},
			{"a town", docket.Filter{Lo: r.East.Town.Lo, Hi: r.East.Town.Hi}, []int{0, 1, 2, 3, 5}},
			{"a town, what has ended too", docket.Filter{Lo: r.East.Town.Lo, Hi: r.East.Town.Hi, Ended: true}, []int{0, 1, 2, 3, 4, 5}},
			{"half a village", docket.Filter{Lo: r.East.Grid.Lo, Hi: r.East.Grid.Hi - 1}, []int{0, 1, 2, 3, 5}},
			{"another area", docket.Filter{Lo: r.West.Town.Lo, Hi: r.West.Town.Hi}, nil},
			{"reported in the first three seconds", docket.Filter{To: begun.Add(4 * time.Second)}, []int{0, 1, 2}},
			{"reported later", docket.Filter{From: begun.Add(4 * time.Second)}, []int{3, 5}},
			{"reported later, what has ended too", docket.Filter{From: begun.Add(4 * time.Second), Ended: true}, []int{3, 4, 5}},
			{"on time", docket.Filter{Light: clock.Green}, []int{0, 1, 2, 3, 5}},
			{"overdue", docket.Filter{Light: clock.Red}, nil},
		} {
			t.Run(tt.name, func(t *testing.T) {
				got := map[string]int{}
				for after := (page.Cursor{}); ; {
					p, err := r.Docket.List(t.Context(), desk, tt.f, after, 2)
					if err != nil {
						t.Fatal(err)
					}
					for _, m := range p.Items {
						got[m.ID]++
					}
					if after = p.Next; !after.More() {
						break
					}
				}
				for _, i := range tt.want {
					if got[all[i].ID] != 1 {
						t.Errorf("matter %d is listed %d times", i, got[all[i].ID])
					}
				}
				n, err := r.Docket.Total(t.Context(), desk, tt.f)
				if len(got) != len(tt.want) || n != len(tt.want) || err != nil {
					t.Errorf("%d are listed and %d counted, %v; want %d", len(got), n, err, len(tt.want))
				}
			})
		}
	})
}

func TestEachIsCountedOnce(t *testing.T) {
	d := dbtest.SQLite(t)
	r := mattertest.New(t, d)
	m, handler := r.Handled(t, r.East)
	both := handler
	both.Grants = append(both.Grants, r.Actor(identity.Dispatcher, r.East.Town, "").Grants...)
	both.Grants = append(both.Grants, r.Actor(identity.GridWorker, r.East.Grid, "").Grants...)
	if n, err := r.Docket.Total(t.Context(), both, docket.Filter{}); n != 1 || err != nil {
		t.Errorf("seen three ways it is counted %d times, %v", n, err)
	}
	if n, err := r.Docket.Total(t.Context(), r.Actor(identity.Auditor, r.East.Town, ""), docket.Filter{}); n != 0 || err != nil {
		t.Errorf("who may not see %s counts %d, %v", m.Number, n, err)
	}
	r.Time = m.Due.Add(time.Hour)
	lights, err := r.Docket.Lights(t.Context(), both, docket.Filter{})
	if err != nil || lights[clock.Red] != 1 || lights[clock.Green]+lights[clock.Yellow] != 0 {
		t.Errorf("overdue, its lights are %v, %v", lights, err)
	}
}

// Of five thousand rows seventeen were changed by others meanwhile.
func TestABulkMoveSaysPerRowWhatHappened(t *testing.T) {
	n, stale := docket.MaxBulk, 17
	if testing.Short() {
		n = 500
	}
	d := dbtest.SQLite(t)
	r := mattertest.New(t, d)
	desk := r.Actor(identity.Dispatcher, r.East.Town, "")
	rows := make([]docket.Row, n)
	for i := range rows {
		made, err := r.Report(t.Context(), matter.Report{
			Realm: mattertest.Realm, Origin: "test", Type: "020103", Text: fmt.Sprintf("第 %d 个井盖不见了", i), Point: r.East.Middle(),
		})
		if err != nil {
			t.Fatal(err)
		}
		rows[i] = docket.Row{ID: made.ID, Revision: 1}
	}
	for i := range stale {
		m := matter.Matter{ID: rows[i*7].ID, Revision: 1}
		r.Do(t, m, desk, "remark", map[string][]string{"note": {"别人先看过"}})
	}
	out, err := r.Docket.Bulk(t.Context(), docket.Bulk{Realm: mattertest.Realm, Action: "register", Rows: rows, By: desk})
	if err != nil || len(out) != n {
		t.Fatalf("%d outcomes, %v", len(out), err)
	}
	late := 0
	for i, o := range out {
		switch {
		case o.ID != rows[i].ID:
			t.Fatalf("outcome %d is about another matter", i)
		case fault.KindOf(o.Err) == fault.Stale:
			late++
		case o.Err != nil || o.Matter.State != "registered":
			t.Fatalf("row %d: %s, %v", i, o.Matter.State, o.Err)
		}
	}
	if late != stale {
		t.Errorf("%d rows are stale, want %d", late, stale)
	}
	registered, err := r.Docket.Total(t.Context(), desk, docket.Filter{States: []procedure.State{"registered"}})
	if err != nil || registered != n-stale {
		t.Errorf("%d are registered, %v; want %d", registered, err, n-stale)
	}
	if _, err := r.Docket.Bulk(t.Context(), docket.Bulk{Realm: mattertest.Realm, Action: "register", Rows: make([]docket.Row, docket.MaxBulk+1), By: desk}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("more rows than a bulk move takes: %v", err)
	}
}

func TestAnExportHasEveryRowOnce(t *testing.T) {
	d := dbtest.SQLite(t)
	r := mattertest.New(t, d)
	desk := r.Actor(identity.Dispatcher, r.East.Town, "")
	all := seeded(t, r, 25)
	got := map[string]int{}
	for m, err := range r.Docket.All(t.Context(), desk, docket.Filter{Ended: true}) {
		if err != nil {
			t.Fatal(err)
		}
		got[m.Number]++
	}
	for _, m := range all {
		if got[m.Number] != 1 {
			t.Errorf("%s is exported %d times", m.Number, got[m.Number])
		}
	}
	for range r.Docket.All(t.Context(), desk, docket.Filter{}) {
		break // whoever stops reading stops the export
	}
}

func TestViews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		mine, other := r.Actor(identity.Dispatcher, r.East.Town, ""), r.Actor(identity.Dispatcher, r.East.Town, "")
		save := func(name, query string) error {
			_, err := r.Docket.SaveView(t.Context(), docket.SaveView{Realm: mattertest.Realm, Name: name, Query: query, By: mine})
			return err
		}
		for _, err := range []error{save("超期的", "light=red"), save("督办的", "flag=supervised"), save("超期的", "light=red&type=02")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for name, bad := range map[string]error{"no name": save(" ", "x"), "a name of control characters": save("a\x00b", "x"), "a long query": save("x", fmt.Sprint(make([]int, 2000)))} {
			if fault.KindOf(bad) != fault.Invalid {
				t.Errorf("%s: %v", name, bad)
			}
		}
		views, err := r.Docket.Views(t.Context(), mine)
		if err != nil || len(views) != 2 {
			t.Fatalf("%v, %v", views, err)
		}
		if theirs, err := r.Docket.Views(t.Context(), other); err != nil || len(theirs) != 0 {
			t.Errorf("another sees %v, %v", theirs, err)
		}
		if err := r.Docket.DropView(t.Context(), other, views[0].ID); fault.KindOf(err) != fault.Missing {
			t.Errorf("another's view was dropped: %v", err)
		}
		if err := r.Docket.DropView(t.Context(), mine, views[0].ID); err != nil {
			t.Error(err)
		}
		for i := range 29 {
			if err := save(fmt.Sprint("第", i), "x"); err != nil {
				t.Fatal(err)
			}
		}
		if err := save("再多一个", "x"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the thirty-first: %v", err)
		}
	})
}
