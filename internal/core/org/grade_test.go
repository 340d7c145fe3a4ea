// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org_test

import (
	"log/slog"
	"testing"
	"time"

	"pavilion/internal/base/fault"
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
		c := org.GradeArea{Realm: realm, ID: town.ID, Revision: town.Revision, Grade: 3, Profile: "old_estate", By: "test"}
		for _, bad := range []org.GradeArea{{Grade: 4}, {Grade: -1}, {Grade: 1, Profile: "Old Estate"}} {
			bad.Realm, bad.ID, bad.Revision = realm, town.ID, town.Revision
			if err := s.GradeArea(t.Context(), bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", bad, err)
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
