// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org_test

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestTheGradeOfAnAreaHoldsForWhatLiesInIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		town, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Township, Name: "东镇", By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		village, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: town.ID, Kind: org.Village, Name: "东镇一村", By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		if s.Grade(realm, village.ID) != 1 || s.Grade(realm, "nowhere") != 1 {
			t.Error("where nobody graded anything it is not 1")
		}
		town, _ = s.Area(realm, town.ID)
		c := org.GradeArea{Realm: realm, ID: town.ID, Revision: town.Revision, Grade: 3, Profile: "old_estate", By: identity.System(realm)}
		for _, bad := range []org.GradeArea{{Grade: 4}, {Grade: -1}, {Grade: 1, Profile: "Old Estate"}} {
			bad.Realm, bad.ID, bad.Revision, bad.By = realm, town.ID, town.Revision, c.By
			if err := s.GradeArea(t.Context(), bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		for _, a := range []identity.Grant{
			{Role: identity.Administrator, Lo: town.Lo + 1, Hi: town.Hi}, {Role: identity.Security, Lo: town.Lo, Hi: town.Hi},
		} {
			other := c
			other.By = identity.Actor{Realm: realm, Account: "other", Grants: []identity.Grant{a}}
			if err := s.GradeArea(t.Context(), other); fault.KindOf(err) != fault.Denied {
				t.Errorf("%s of a part of the town grades it: %v", a.Role, err)
			}
		}
		if err := s.GradeArea(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if err := s.GradeArea(t.Context(), c); fault.KindOf(err) != fault.Stale {
			t.Errorf("graded twice from one reading: %v", err)
		}
		other := org.New(d, func() time.Time { return time.Unix(0, 0) }, slog.New(slog.DiscardHandler))
		if err := other.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		at, _ := other.AreaAt(realm, town.Lo)
		if at.ID != town.ID || at.Grade != 3 || at.Profile != "old_estate" || other.Grade(realm, village.ID) != 3 || s.Grade(realm, village.ID) != 3 {
			t.Errorf("another process sees %+v; the village has %d", at, other.Grade(realm, village.ID))
		}
	})
}

func TestAGradeIsTakenBackAndOthersAreLeftAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		add := func(parent org.Area, kind, name string, grade int) org.Area {
			a, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: parent.ID, Kind: kind, Name: name, Grade: grade, By: "test"})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		east, west := add(root, org.Township, "东镇", 3), add(root, org.Township, "西镇", 0)
		village := add(east, org.Village, "东镇一村", 2)
		grid := add(village, org.Grid, "东镇一村网格", 0)
		grade := func(a org.Area, n int) error {
			seen, _ := s.Area(realm, a.ID)
			return s.GradeArea(t.Context(), org.GradeArea{Realm: realm, ID: a.ID, Revision: seen.Revision, Grade: n, By: identity.System(realm)})
		}
		grades := func(want ...int) {
			t.Helper()
			fresh := service(t, d)
			if err := fresh.Load(t.Context()); err != nil {
				t.Fatal(err)
			}
			for i, a := range []org.Area{root, east, village, grid, west} {
				if here, there := s.Grade(realm, a.ID), fresh.Grade(realm, a.ID); here != want[i] || there != want[i] {
					t.Errorf("%s has grade %d, and %d when it is read again; want %d", a.Name, here, there, want[i])
				}
			}
		}
		grades(1, 3, 2, 2, 1)
		if err := grade(village, 0); err != nil {
			t.Fatal(err)
		}
		grades(1, 3, 3, 3, 1)
		if err := grade(root, 2); err != nil {
			t.Fatal(err)
		}
		grades(2, 3, 3, 3, 2)
		if _, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Township, Name: "北镇", Grade: 4, By: "test"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an area of the fourth grade: %v", err)
		}
		if err := grade(org.Area{ID: "nowhere"}, 1); fault.KindOf(err) != fault.Missing {
			t.Errorf("an area that is none: %v", err)
		}
		err := s.GradeArea(t.Context(), org.GradeArea{Realm: "otherland", ID: east.ID, Revision: east.Revision, Grade: 1, By: identity.System(realm)})
		if fault.KindOf(err) != fault.Missing {
			t.Errorf("an area of another realm: %v", err)
		}
		grades(2, 3, 3, 3, 2)
	})
}

// An area is graded by several at once who saw the same: one wins.
func TestSeveralGradeOneArea(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		errs := make([]error, 6)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				errs[i] = s.GradeArea(t.Context(), org.GradeArea{Realm: realm, ID: root.ID, Revision: root.Revision, Grade: 1 + i%3, By: identity.System(realm)})
			})
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case fault.KindOf(err) != fault.Stale:
				t.Error(err)
			}
		}
		if now, _ := s.Area(realm, root.ID); won != 1 || now.Revision != root.Revision+1 {
			t.Errorf("%d won; it is at revision %d", won, now.Revision)
		}
	})
}

func TestTheAreaThatAPlaceStandsFor(t *testing.T) {
	s := county(t, dbtest.SQLite(t))
	for _, a := range s.Areas(realm) {
		if got, ok := s.AreaAt(realm, a.Lo); !ok || got.ID != a.ID {
			t.Fatalf("at the place of %s is %q", a.Name, got.Name)
		}
	}
	root, _ := s.Root(realm)
	for name, place := range map[string]int64{"before all": -1, "in none's beginning": root.Lo + 1, "after all": root.Hi} {
		if got, ok := s.AreaAt(realm, place); ok {
			t.Errorf("%s is %q", name, got.Name)
		}
	}
	if _, ok := s.AreaAt("otherland", root.Lo); ok {
		t.Error("a realm that is not there has an area")
	}
}
