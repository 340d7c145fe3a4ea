// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly_test

import (
	"testing"

	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// TestARosterForgetsItsNames has the names of a roster go when its time is over, while
// the mandates behind them run on: what was counted stays, and is still proved.
func TestARosterForgetsItsNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a := w.found(assembly.Residents)
		m := w.member(a, "测试甲", nil)
		r, err := w.freeze(a, "community_public", nil)
		if err != nil {
			t.Fatal(err)
		}
		keeper := assembly.Keeper{Service: w.Service}
		over := func(q retention.Question) (list []retention.Item) {
			q.Realm, q.Kind, q.Limit = realm, assembly.RosterKind, 10
			if err := d.View(t.Context(), func(tx *db.Tx) (err error) { list, err = keeper.Over(t.Context(), tx, q); return err }); err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := over(retention.Question{Before: w.now}); len(list) != 0 {
			t.Errorf("frozen a moment ago and over: %+v", list)
		}
		list := over(retention.Question{Before: w.now.AddDate(6, 0, 0)})
		if len(list) != 1 || list[0].Subject != "roster/"+r.ID || list[0].Place != a.Place {
			t.Fatalf("over: %+v", list)
		}
		if after := over(retention.Question{Before: w.now.AddDate(6, 0, 0), After: list[0].Subject}); len(after) != 0 {
			t.Errorf("after the last: %+v", after)
		}
		err = d.InTx(t.Context(), func(tx *db.Tx) error {
			n, err := keeper.Forget(t.Context(), tx, retention.Stone{Realm: realm, Item: list[0]})
			if n != 1 {
				t.Errorf("%d records are gone", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if list := over(retention.Question{Before: w.now.AddDate(6, 0, 0)}); len(list) != 0 {
			t.Errorf("forgotten and over: %+v", list)
		}
		again, _, err := w.Roster(t.Context(), realm, r.ID, w.secretary)
		if err != nil || again.Entries[0].Name != "" || again.Entitled() != r.Entitled() || !again.Proved() {
			t.Errorf("forgotten: %+v, %v", again, err)
		}
		if held, err := keeper.Held(t.Context(), realm, "member/"+m.ID); err != nil || len(held) == 0 || held[0].Value != "测试甲" {
			t.Errorf("the register lost the name too: %+v, %v", held, err)
		}
	})
}
