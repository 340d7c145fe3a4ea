// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter_test

import (
	"encoding/json"
	"io/fs"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// TestATypeWithdrawnWhileManyAreOpen takes a type out of the catalogue while 300
// matters have it: they keep their terms and go on, and no new one is taken.
func TestATypeWithdrawnWhileManyAreOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk, handler := r.Actor(identity.Dispatcher, r.East.Town, ""), r.Actor(identity.Handler, r.East.Town, r.Works.ID)
		terms := map[string]time.Time{}
		var some []matter.Matter
		for n := range 300 {
			m := r.Reported(t, r.East)
			if n < 20 {
				m = r.Do(t, m, desk, "register", nil)
				m = r.Do(t, m, desk, "dispatch", map[string][]string{"body": {r.Works.ID}})
				m = r.Do(t, m, handler, "sign", nil)
				some = append(some, m)
			}
			terms[m.ID] = m.Due
		}
		withdraw(t, r, d, "020103")
		if _, err := r.Report(t.Context(), matter.Report{Realm: mattertest.Realm, Origin: "test", Type: "020103", Text: "井盖又不见了", Point: r.East.Middle()}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a new one of the type is taken: %v", err)
		}
		done, err := r.RecountAll(t.Context(), matter.Recount{Realm: mattertest.Realm, Basis: "basis.calendar", By: identity.System(mattertest.Realm)})
		if err != nil || done.Changed != 0 {
			t.Errorf("counted again, %d terms moved: %v", done.Changed, err)
		}
		found, err := r.Docket.Total(t.Context(), desk, docket.Filter{Type: "020103"})
		if err != nil || found != 300 {
			t.Errorf("%d are listed, %v", found, err)
		}
		for after := (page.Cursor{}); ; {
			list, err := r.Docket.List(t.Context(), desk, docket.Filter{}, after, page.Max)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range list.Items {
				if !m.Due.Equal(terms[m.ID]) {
					t.Fatalf("the term of %s became %v, it was %v", m.Number, m.Due, terms[m.ID])
				}
			}
			if after = list.Next; !after.More() {
				break
			}
		}
		m := some[0]
		if opened, err := r.Open(t.Context(), desk, m.ID); err != nil || opened.Edition != 1 {
			t.Errorf("its page: edition %d, %v", opened.Edition, err)
		}
		m = r.Do(t, m, handler, "handle", map[string][]string{"note": {"已补上井盖"}})
		m = r.Do(t, m, desk, "pass", map[string][]string{"note": {"现场看过"}})
		m = r.Do(t, m, desk, "feed_back", map[string][]string{"reply": {"已补上"}})
		m = r.Do(t, m, desk, "call_back", map[string][]string{"reached": {"yes"}, "solved": {"yes"}, "satisfied": {"yes"}})
		if m = r.Do(t, m, desk, "close", nil); m.State != "closed" {
			t.Errorf("in the end it is %s", m.State)
		}
	})
}

// withdraw publishes a catalogue in which a type is withdrawn.
func withdraw(t *testing.T, r *mattertest.Realmful, d *db.DB, code string) {
	t.Helper()
	body, err := fs.ReadFile(catalogue.FS(), "matters.json")
	if err != nil {
		t.Fatal(err)
	}
	var book map[string]any
	if err := json.Unmarshal(body, &book); err != nil {
		t.Fatal(err)
	}
	for _, one := range book["types"].([]any) {
		if k := one.(map[string]any); k["code"] == code {
			k["withdrawn"] = true
		}
	}
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
