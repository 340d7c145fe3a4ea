// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket_test

import (
	"testing"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
)

// undecidedIn is a report whose type nobody has said.
func undecidedIn(t *testing.T, r *mattertest.Realmful) matter.Matter {
	t.Helper()
	made, err := r.Report(t.Context(), matter.Report{Realm: mattertest.Realm, Origin: "test", Text: "井盖旁边堆了东西。", Point: r.East.Middle()})
	if err != nil {
		t.Fatal(err)
	}
	d, err := r.Followed(t.Context(), mattertest.Realm, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d.Matter
}

// indexed has what was reported put into the index.
func indexed(t *testing.T, r *mattertest.Realmful) {
	t.Helper()
	q := jobs.New(r.DB, r.Now, r.Log)
	outbox.Deliver(q, map[string][]outbox.Subscriber{"matter.reported": {r.Docket.IndexReported}})
	if err := q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What lists, counts, search and the matter's own page say about one matter is the
// same for everybody whose grant is narrowed to kinds.
func TestListsAndPagesAgreeAboutKinds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		m, handler := r.Handled(t, r.East) // of type 020103
		undecided := undecidedIn(t, r)
		indexed(t, r)
		narrowed := func(role identity.Role, kinds ...string) identity.Actor {
			a := r.Actor(role, r.East.Town, "")
			if role == identity.Handler {
				a = handler
				a.Grants = []identity.Grant{handler.Grants[0]}
			}
			a.Grants[0].Kinds = kinds
			return a
		}
		for _, tt := range []struct {
			name        string
			by          identity.Actor
			sees, blank bool
		}{
			{"a dispatcher of everything", narrowed(identity.Dispatcher), true, true},
			{"of the group", narrowed(identity.Dispatcher, "02"), true, false},
			{"of the group below", narrowed(identity.Dispatcher, "0201"), true, false},
			{"of the type", narrowed(identity.Dispatcher, "020103"), true, false},
			{"of the type and another", narrowed(identity.Dispatcher, "01", "020103"), true, false},
			{"of the type beside", narrowed(identity.Dispatcher, "020104"), false, false},
			{"of other groups", narrowed(identity.Dispatcher, "01", "06"), false, false},
			{"a grid worker of the group", narrowed(identity.GridWorker, "02"), true, false},
			{"a receptionist of another", narrowed(identity.Receptionist, "03"), false, false},
			{"who deals with it", narrowed(identity.Handler, "02"), true, false},
			{"of the body, for another group", narrowed(identity.Handler, "06"), false, false},
		} {
			for _, of := range []struct {
				m    matter.Matter
				want bool
			}{{m, tt.sees}, {undecided, tt.blank}} {
				_, err := r.Open(t.Context(), tt.by, of.m.ID, sight.Page)
				if (err == nil) != of.want || err != nil && fault.KindOf(err) != fault.Missing {
					t.Errorf("%s opens %s: %v", tt.name, of.m.Title, err)
				}
			}
			want := 0
			for _, yes := range []bool{tt.sees, tt.blank} {
				if yes {
					want++
				}
			}
			for _, f := range []docket.Filter{{}, {Ended: true}} {
				list, err := r.Docket.List(t.Context(), tt.by, f, page.Cursor{}, 10)
				n, errCount := r.Docket.Total(t.Context(), tt.by, f)
				if err != nil || errCount != nil || len(list.Items) != want || n != want {
					t.Errorf("%s, ended %v: lists %d and counts %d, %v %v; want %d", tt.name, f.Ended, len(list.Items), n, err, errCount, want)
				}
			}
			lights, err := r.Docket.Lights(t.Context(), tt.by, docket.Filter{})
			if n := lights[clock.Green] + lights[clock.Yellow] + lights[clock.Red]; n != want || err != nil {
				t.Errorf("%s: %d lights, %v, want %d", tt.name, n, err, want)
			}
			hits, err := r.Docket.Find(t.Context(), tt.by, "井盖", page.Cursor{}, 10)
			if len(hits.Items) != want || err != nil {
				t.Errorf("%s: finds %d, %v, want %d", tt.name, len(hits.Items), err, want)
			}
		}
	})
}

// Search goes on behind what it may not show.
func TestSearchGoesOnBehindOtherKinds(t *testing.T) {
	d := dbtest.SQLite(t)
	r := mattertest.New(t, d)
	first := undecidedIn(t, r)
	for range 40 {
		r.Reported(t, r.East)
	}
	indexed(t, r)
	all := r.Actor(identity.Dispatcher, r.East.Town, "")
	if _, err := r.Move(t.Context(), matter.Move{
		Realm: first.Realm, ID: first.ID, Revision: first.Revision, Action: "register", By: all,
		Answers: map[string][]string{"category": {"010101"}},
	}); err != nil {
		t.Fatal(err)
	}
	few := r.Actor(identity.Dispatcher, r.East.Town, "")
	few.Grants[0].Kinds = []string{"01"}
	found, pages := 0, 0
	for after := (page.Cursor{}); pages == 0 || after.More(); pages++ {
		p, err := r.Docket.Find(t.Context(), few, "井盖", after, 2)
		if err != nil || pages > 20 {
			t.Fatal(pages, err)
		}
		found, after = found+len(p.Items), p.Next
	}
	if found != 1 || pages < 2 {
		t.Errorf("%d found on %d pages", found, pages)
	}
}
