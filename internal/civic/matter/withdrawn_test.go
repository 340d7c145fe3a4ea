// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter_test

import (
	"encoding/json"
	"io/fs"
	"slices"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// taken makes a matter of a body that has signed for it.
func taken(t *testing.T, r *mattertest.Realmful, desk, handler identity.Actor) matter.Matter {
	t.Helper()
	m := r.Do(t, r.Reported(t, r.East), desk, "register", nil)
	m = r.Do(t, m, desk, "dispatch", map[string][]string{"body": {r.Works.ID}})
	return r.Do(t, m, handler, "sign", nil)
}

// ended takes a matter from its handling to its end.
func ended(t *testing.T, r *mattertest.Realmful, m matter.Matter, desk, handler identity.Actor) matter.Matter {
	t.Helper()
	m = r.Do(t, m, handler, "handle", map[string][]string{"note": {"已补上井盖"}})
	m = r.Do(t, m, desk, "pass", map[string][]string{"note": {"现场看过"}})
	m = r.Do(t, m, desk, "feed_back", map[string][]string{"reply": {"已补上"}})
	m = r.Do(t, m, desk, "call_back", map[string][]string{"reached": {"yes"}, "solved": {"yes"}, "satisfied": {"yes"}})
	return r.Do(t, m, desk, "close", nil)
}

// TestATypeWithdrawnWhileManyAreOpen withdraws a type, with other terms, while 300
// matters have it: they keep their terms and go on, and no new one is taken.
func TestATypeWithdrawnWhileManyAreOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk, handler := r.Actor(identity.Dispatcher, r.East.Town, ""), r.Actor(identity.Handler, r.East.Town, r.Works.ID)
		var some []matter.Matter
		for range 10 {
			some = append(some, taken(t, r, desk, handler))
		}
		for range 290 {
			if _, err := r.Report(t.Context(), report(r)); err != nil {
				t.Fatal(err)
			}
		}
		before := listed(t, r, desk)
		publish(t, r, d, func(k map[string]any) bool {
			k["withdrawn"], k["handle"] = true, clock.Term{Unit: clock.UrgentHour, N: 500}
			return true
		})
		refused(t, r)
		done, err := r.RecountAll(t.Context(), matter.Recount{Realm: mattertest.Realm, Basis: "basis.calendar", By: identity.System(mattertest.Realm)})
		if err != nil || done.Looked != 300 || done.Changed != 0 {
			t.Errorf("of %d counted again %d terms moved: %v", done.Looked, done.Changed, err)
		}
		if found, err := r.Docket.Total(t.Context(), desk, docket.Filter{Type: "020103"}); err != nil || found != 300 {
			t.Errorf("%d are listed, %v", found, err)
		}
		after := listed(t, r, desk)
		for id, was := range before {
			if m := after[id]; !m.Due.Equal(was.Due) || !m.Warn.Equal(was.Warn) || !m.Whole.Equal(was.Whole) {
				t.Fatalf("the terms of %s became %v, %v, %v; they were %v, %v, %v", m.Number, m.Warn, m.Due, m.Whole, was.Warn, was.Due, was.Whole)
			}
		}
		if len(before) != 300 || len(after) != 300 {
			t.Errorf("%d were listed, and then %d", len(before), len(after))
		}
		for _, m := range some[:3] {
			if opened, err := r.Open(t.Context(), desk, m.ID, sight.Page); err != nil || opened.Edition != 1 || opened.Whole.IsZero() {
				t.Errorf("its page: edition %d, whole term %v, %v", opened.Edition, opened.Whole, err)
			}
			if m = ended(t, r, m, desk, handler); m.State != "closed" || m.Open {
				t.Errorf("in the end it is %s", m.State)
			}
		}
	})
}

// TestATypeThatIsGone takes a type out of the catalogue altogether: who has it keeps
// its terms, who is given out after that gets those of matters without a type.
func TestATypeThatIsGone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk, handler := r.Actor(identity.Dispatcher, r.East.Town, ""), r.Actor(identity.Handler, r.East.Town, r.Works.ID)
		had, waits := taken(t, r, desk, handler), r.Reported(t, r.East)
		publish(t, r, d, func(map[string]any) bool { return false })
		refused(t, r)
		again, err := r.Recount(t.Context(), matter.Recount{Realm: mattertest.Realm, By: identity.System(mattertest.Realm)})
		if err != nil || again.Looked != 2 || again.Changed != 0 {
			t.Errorf("counted again: %+v, %v", again, err)
		}
		if m := ended(t, r, had, desk, handler); m.State != "closed" {
			t.Errorf("in the end it is %s", m.State)
		}
		waits = r.Do(t, waits, desk, "register", nil)
		waits = r.Do(t, waits, desk, "dispatch", map[string][]string{"body": {r.Works.ID}})
		waits = r.Do(t, waits, handler, "sign", nil)
		workdays := r.Calendar.Due(r.Time, clock.Term{Unit: clock.Workday, N: 5}).At
		if waits.Edition != 2 || !waits.Due.Equal(workdays) {
			t.Errorf("given out later: edition %d, due %v; want %v", waits.Edition, waits.Due, workdays)
		}
		if m := ended(t, r, waits, desk, handler); m.State != "closed" {
			t.Errorf("given out later, it is %s in the end", m.State)
		}
	})
}

// listed are the matters of a desk's list, on all its pages.
func listed(t *testing.T, r *mattertest.Realmful, desk identity.Actor) map[string]matter.Matter {
	t.Helper()
	out := map[string]matter.Matter{}
	for after := (page.Cursor{}); ; {
		list, err := r.Docket.List(t.Context(), desk, docket.Filter{}, after, page.Max)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list.Items {
			out[m.ID] = m
		}
		if after = list.Next; !after.More() {
			return out
		}
	}
}

// report is a new one of the type.
func report(r *mattertest.Realmful) matter.Report {
	return matter.Report{Realm: mattertest.Realm, Origin: "test", Type: "020103", Text: "井盖不见了", Point: r.East.Middle()}
}

// refused fails the test unless a new report of the type is refused, and says why.
func refused(t *testing.T, r *mattertest.Realmful) {
	t.Helper()
	_, err := r.Report(t.Context(), report(r))
	if f, _ := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Key != "matter.type_unknown" || f.Field != "category" {
		t.Errorf("a new one of the type: %v", err)
	}
}

// publish makes the next edition of the catalogue: the type of the tests is
// changed, or left out if change says so.
func publish(t *testing.T, r *mattertest.Realmful, d *db.DB, change func(k map[string]any) bool) {
	t.Helper()
	body, err := fs.ReadFile(catalogue.FS(), "matters.json")
	if err != nil {
		t.Fatal(err)
	}
	var book map[string]any
	if err := json.Unmarshal(body, &book); err != nil {
		t.Fatal(err)
	}
	book["types"] = slices.DeleteFunc(book["types"].([]any), func(one any) bool {
		k := one.(map[string]any)
		return k["code"] == "020103" && !change(k)
	})
	if body, err = json.Marshal(book); err != nil {
		t.Fatal(err)
	}
	s := &edition.Service{DB: d, Now: r.Now}
	by := identity.System(mattertest.Realm)
	draft, err := s.Save(t.Context(), edition.Save{Realm: mattertest.Realm, Kind: kind.Edition, Body: body, Basis: "测试", By: by})
	if err == nil {
		_, err = s.Publish(t.Context(), edition.Publish{Realm: mattertest.Realm, Kind: kind.Edition, Revision: draft.Revision, By: by})
	}
	if err != nil {
		t.Fatal(err)
	}
	r.Time = r.Time.Add(2 * time.Second) // the catalogue is read anew once a second
}
