// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket_test

import (
	"slices"
	"testing"
	"time"

	"pavilion/internal/base/geo"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestWhatMayHaveBeenReportedBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		first := r.Reported(t, r.East) // a missing manhole cover in the middle of the east
		middle := *r.East.Middle()
		ask := docket.Asked{
			Realm: mattertest.Realm, Type: "020103", Text: "村口井盖不见了", Area: r.East.Grid.ID, Town: r.East.Town.Lo, Point: &middle, At: r.Time.Add(time.Hour),
		}
		for _, tt := range []struct {
			name   string
			change func(*docket.Asked)
			by     identity.Actor
			want   bool
		}{
			{"the same place, type and words", func(*docket.Asked) {}, desk, true},
			{"a few steps away", func(a *docket.Asked) { a.Point = &geo.Point{Lon: middle.Lon + 0.0002, Lat: middle.Lat} }, desk, true},
			{"the other end of the village", func(a *docket.Asked) { a.Point = &geo.Point{Lon: middle.Lon + 0.02, Lat: middle.Lat} }, desk, false},
			{"another thing at the same place", func(a *docket.Asked) { a.Type, a.Text = "050203", "演练要改进" }, desk, false},
			{"the type is not known yet", func(a *docket.Asked) { a.Type = "" }, desk, true},
			{"another town", func(a *docket.Asked) { a.Town = r.West.Town.Lo }, desk, false},
			{"half a year later", func(a *docket.Asked) { a.At = r.Time.Add(190 * 24 * time.Hour) }, desk, false},
			{"itself", func(a *docket.Asked) { a.ID = first.ID }, desk, false},
			{"no place at all", func(a *docket.Asked) { a.Town = 0 }, desk, false},
			{"somebody who may not see it", func(*docket.Asked) {}, r.Actor(identity.Dispatcher, r.West.Town, ""), false},
			{"the public, while it is not public", func(*docket.Asked) {}, identity.Actor{Realm: mattertest.Realm}, false},
		} {
			t.Run(tt.name, func(t *testing.T) {
				a := ask
				tt.change(&a)
				found, err := r.Docket.Similar(t.Context(), tt.by, a)
				if err != nil || (len(found) == 1) != tt.want {
					t.Errorf("found %v, %v", found, err)
				}
				if tt.want && !slices.Contains(found[0].Reasons, "place") {
					t.Errorf("its reasons are %v", found[0].Reasons)
				}
			})
		}
		first = r.Do(t, first, desk, "register", map[string][]string{"public_text": {"村口井盖缺失"}})
		first = r.Do(t, first, desk, "dispatch", map[string][]string{"body": {r.Works.ID}})
		r.Public(t, r.East)
		found, err := r.Docket.Similar(t.Context(), identity.Actor{Realm: mattertest.Realm}, ask)
		if err != nil || len(found) != 1 || found[0].Title != "" || found[0].Text != "" || found[0].PublicText != "村口井盖缺失" {
			t.Fatalf("to the public: %+v, %v", found, err)
		}
		receipt, err := r.Follow(t.Context(), matter.Follow{Realm: mattertest.Realm, ID: first.ID})
		if err != nil || receipt.Code == r.Code(mattertest.Realm, first.ID) {
			t.Fatalf("following gives %+v, %v", receipt, err)
		}
		seen, err := r.FollowedPublicly(t.Context(), mattertest.Realm, receipt.Number, receipt.Code)
		if err != nil || seen.Text != "" || seen.Title != "村口井盖缺失" || len(seen.Offers) != 0 || seen.Followers != 1 {
			t.Errorf("a follower sees %+v, %v", seen.Matter, err)
		}
		for name, code := range map[string]string{"the reporter's own code": r.Code(mattertest.Realm, first.ID), "a wrong code": "ABCDEFGH", "none": ""} {
			if _, err := r.FollowedPublicly(t.Context(), mattertest.Realm, receipt.Number, code); err == nil {
				t.Errorf("%s opens the public side", name)
			}
		}
		if _, err := r.Track(t.Context(), mattertest.Realm, receipt.Number, receipt.Code); err == nil {
			t.Error("a follower's code opens the reporter's page")
		}
	})
}
