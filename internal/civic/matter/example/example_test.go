// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package example_test

import (
	"slices"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// closed takes a matter to its end.
func closed(t *testing.T, r *mattertest.Realmful) matter.Matter {
	t.Helper()
	m, _ := r.Handled(t, r.East)
	desk := r.Actor(identity.Dispatcher, r.East.Town, "")
	m = r.Do(t, m, desk, "pass", map[string][]string{"note": {"现场看过"}})
	m = r.Do(t, m, desk, "feed_back", map[string][]string{"reply": {"已修好"}})
	m = r.Do(t, m, desk, "call_back", map[string][]string{"reached": {"yes"}, "solved": {"yes"}, "satisfied": {"yes"}})
	return r.Do(t, m, desk, "close", nil)
}

func TestAStoryIsWrittenByOneAndReleasedByAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		s := &example.Service{DB: d, Now: r.Now, Org: r.Org, Matters: r.Service}
		m := closed(t, r)
		writer, second := r.Actor(identity.Dispatcher, r.East.Town, ""), r.Actor(identity.ShiftHead, r.East.Town, "")
		c := example.Propose{
			Realm: mattertest.Realm, Matter: m.ID, Title: "井盖当天补上", Story: "村口的井盖不见了。", Result: "当天换上新井盖，并经现场核查。", By: writer,
		}
		bad := c
		bad.Title, bad.Story, bad.Result = "联系 13800000000", "住在3号楼2单元501室", ""
		_, err := s.Propose(t.Context(), bad)
		f, ok := fault.As(err)
		if !ok {
			t.Fatal(err)
		}
		var at []string
		for _, f := range append([]*fault.Error{f}, f.More...) {
			at = append(at, f.Field+" "+f.Key)
		}
		if !slices.Equal(at, []string{"title trace.found_phone", "story trace.found_door", "result form.required"}) {
			t.Errorf("faults: %q", at)
		}
		foreign := c
		foreign.By = r.Actor(identity.Dispatcher, r.West.Town, "")
		if _, err := s.Propose(t.Context(), foreign); fault.KindOf(err) != fault.Missing {
			t.Errorf("the desk of another town told it: %v", err)
		}
		early := c
		early.Matter = r.Reported(t, r.East).ID
		if _, err := s.Propose(t.Context(), early); fault.KindOf(err) != fault.Conflict {
			t.Errorf("told before it ended: %v", err)
		}
		e, err := s.Propose(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Propose(t.Context(), c); fault.KindOf(err) != fault.Conflict {
			t.Errorf("told twice: %v", err)
		}
		waits := func(by identity.Actor, want int) {
			t.Helper()
			if n, err := s.Waiting(t.Context(), by); n != want || err != nil {
				t.Errorf("%d wait, %v; want %d", n, err, want)
			}
		}
		waits(second, 1)
		waits(writer, 0)
		waits(foreign.By, 0)
		public := func() int {
			found, err := s.List(t.Context(), mattertest.Realm, example.Published, page.Cursor{}, 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(found.Items)
		}
		release := example.Decide{Realm: mattertest.Realm, ID: e.ID, Revision: e.Revision, Release: true, By: writer}
		if _, err := s.Decide(t.Context(), release); fault.KindOf(err) != fault.Denied || public() != 0 {
			t.Errorf("released by its writer: %v", err)
		}
		release.By = second
		if e, err = s.Decide(t.Context(), release); err != nil || public() != 1 || e.Area != r.East.Town.ID {
			t.Fatalf("%+v, %v", e, err)
		}
		waits(second, 0)
		if _, err := s.Decide(t.Context(), release); fault.KindOf(err) != fault.Stale {
			t.Errorf("released twice: %v", err)
		}
		back := example.Decide{Realm: mattertest.Realm, ID: e.ID, Revision: e.Revision, By: writer}
		if _, err := s.Decide(t.Context(), back); fault.KindOf(err) != fault.Invalid {
			t.Errorf("taken back without a reason: %v", err)
		}
		back.Reason = "内容有误"
		if _, err := s.Decide(t.Context(), back); err != nil || public() != 0 {
			t.Errorf("taken back: %v", err)
		}
		if _, err := s.Propose(t.Context(), c); err != nil {
			t.Errorf("it cannot be told anew: %v", err)
		}
	})
}
