// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const realm = "testland"

func service(t testing.TB, d *db.DB) *org.Service {
	t.Helper()
	return org.New(d, clock.Fixed(time.Unix(1, 0)), slog.New(slog.DiscardHandler))
}

func rooted(t testing.TB, d *db.DB) (*org.Service, org.Area) {
	t.Helper()
	s := service(t, d)
	root, err := s.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试县", By: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s, root
}

// outline is a convex county around Puyang.
var outline = geo.Ring{{Lon: 114.87, Lat: 35.55}, {Lon: 115.2, Lat: 35.38}, {Lon: 115.42, Lat: 35.62}, {Lon: 115.2, Lat: 35.9}, {Lon: 114.88, Lat: 35.82}, {Lon: 114.87, Lat: 35.55}}

// county makes the county of the demo.
func county(t testing.TB, d *db.DB) *org.Service {
	t.Helper()
	list, err := org.LoadDivisions(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	s := service(t, d)
	n, err := s.CreateFromDivisions(t.Context(), org.FromDivisions{
		Realm: realm, Root: "410928", GridsIn: "410928212", Outline: outline, Divisions: list, By: "test",
	})
	if err != nil || n != 1100 {
		t.Fatalf("made %d areas, %v; want a county, 20 towns, 1032 villages and 47 grids", n, err)
	}
	return s
}

func TestACountyFromItsDivisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := county(t, d)
		town, ok := s.AreaByCode(realm, "410928212")
		if !ok || town.Name != "海通乡" || town.Kind != org.Township || town.Town != town.Lo {
			t.Errorf("the town is %+v", town)
		}
		villages := s.Children(realm, town.ID)
		if len(villages) != 47 || villages[0].Name != "宋锁城村" || villages[0].Town != town.Lo || !villages[0].Synthetic {
			t.Fatalf("it has %d villages, the first %+v", len(villages), villages[0])
		}
		grids := s.Children(realm, villages[0].ID)
		if len(grids) != 1 || grids[0].Name != "宋锁城村网格" {
			t.Fatalf("its grids are %v", grids)
		}
		low, high := grids[0].Shape.Bounds()
		middle := geo.Point{Lon: (low.Lon + high.Lon) / 2, Lat: (low.Lat + high.Lat) / 2}
		if got, ok := s.Locate(realm, middle); !ok || got.ID != grids[0].ID {
			t.Errorf("the middle of the grid lies in %q", got.Name)
		}
		if got := s.Path(realm, grids[0].ID); strings.Join(got, "/") != "海通乡/宋锁城村网格" {
			t.Errorf("its path is %v", got)
		}
		if _, ok := s.Locate(realm, geo.Point{Lon: 123, Lat: 30}); ok {
			t.Error("a point in the sea lies in the county")
		}
	})
}

// TestAreasNest checks for every area that its interval lies in its parent's,
// clear of its siblings, and that a place tells an area from its first child.
func TestAreasNest(t *testing.T) {
	s := county(t, dbtest.SQLite(t))
	for _, a := range s.Areas(realm) {
		end := a.Lo
		for _, child := range s.Children(realm, a.ID) {
			if child.Lo <= end-1 || child.Lo == a.Lo || child.Hi > a.Hi || child.Hi <= child.Lo {
				t.Fatalf("%s [%d, %d) lies in %s [%d, %d) after %d", child.Name, child.Lo, child.Hi, a.Name, a.Lo, a.Hi, end)
			}
			end = child.Hi
		}
	}
}

// TestOutlinesFillTheCounty looks for points of the county that lie in no
// village or in the wrong one.
func TestOutlinesFillTheCounty(t *testing.T) {
	s := county(t, dbtest.SQLite(t))
	whole := geo.MultiPolygon{{outline}}
	inside := 0
	for x := 114.9; x < 115.4; x += 0.0101 {
		for y := 35.4; y < 35.9; y += 0.0103 {
			p := geo.Point{Lon: x, Lat: y}
			got, ok := s.Locate(realm, p)
			if ok != whole.Contains(p) {
				t.Fatalf("%v is in the county: %v, found: %v", p, !ok, ok)
			}
			if ok {
				inside++
				if got.Depth < 2 || !got.Shape.Contains(p) {
					t.Fatalf("%v lies in %s of depth %d", p, got.Name, got.Depth)
				}
			}
		}
	}
	if inside < 1000 {
		t.Errorf("only %d points were looked at", inside)
	}
}

func TestTheSnapshotFollowsOtherProcesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		here, root := rooted(t, d)
		there := service(t, d)
		if err := there.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		shape := geo.MultiPolygon{{outline}}
		town, err := here.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Township, Name: "新镇", Shape: shape, By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := there.Locate(realm, geo.Point{Lon: 115.1, Lat: 35.6}); ok {
			t.Error("the other process knew before it looked")
		}
		if err := there.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, ok := there.Locate(realm, geo.Point{Lon: 115.1, Lat: 35.6}); !ok || got.ID != town.ID {
			t.Errorf("the other process found %v", got.Name)
		}
		change := org.RenameArea{Realm: realm, ID: town.ID, Revision: 1, Name: "改名镇", By: "test"}
		if err := there.RenameArea(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if err := here.RenameArea(t.Context(), change); fault.KindOf(err) != fault.Stale {
			t.Errorf("an old revision gave %v", err)
		}
	})
}

// TestFollowSeesOtherProcesses waits until a service that nobody asks to read
// knows what another one did.
func TestFollowSeesOtherProcesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		here, _ := rooted(t, d)
		there := service(t, d)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- there.Follow(ctx) }()
		for range 100 {
			if there.Version(realm) == here.Version(realm) {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		stop()
		if err := <-ended; err != nil || there.Version(realm) != here.Version(realm) {
			t.Errorf("it ended with %v at version %d, want %d", err, there.Version(realm), here.Version(realm))
		}
	})
}

func TestARenamedAreaKeepsItsOutline(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		shape := geo.MultiPolygon{{outline}}
		a, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Village, Name: "一村", Shape: shape, Synthetic: true, By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RenameArea(t.Context(), org.RenameArea{Realm: realm, ID: a.ID, Revision: 1, Name: "二村", By: "test"}); err != nil {
			t.Fatal(err)
		}
		if got, _ := s.Area(realm, a.ID); got.Name != "二村" || len(got.Shape) != 1 || !got.Synthetic || got.Lo != a.Lo || got.Revision != 2 {
			t.Errorf("renamed, it is %+v", got)
		}
		survey := org.ShapeArea{Realm: realm, ID: a.ID, Revision: 2, Shape: shape, By: "test"}
		if err := s.ShapeArea(t.Context(), survey); err != nil {
			t.Fatal(err)
		}
		if got, _ := s.Area(realm, a.ID); got.Name != "二村" || got.Synthetic || got.Revision != 3 {
			t.Errorf("surveyed, it is %+v", got)
		}
		if err := s.ShapeArea(t.Context(), survey); fault.KindOf(err) != fault.Stale {
			t.Errorf("an old revision gave %v", err)
		}
		survey.ID = "nobody"
		if err := s.ShapeArea(t.Context(), survey); fault.KindOf(err) != fault.Missing {
			t.Errorf("an area that is none gave %v", err)
		}
	})
}

func TestBodiesAndTheirPosts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		east, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Township, Name: "东镇", By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		west, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Township, Name: "西镇", By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		whole, err := s.AddBody(t.Context(), org.NewBody{Realm: realm, Kind: "UTIL", Name: "维护所", Area: root.ID, Posts: []string{"所长"}, By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		part, err := s.AddBody(t.Context(), org.NewBody{Realm: realm, Kind: "COMM", Name: "东镇服务站", Area: east.ID, By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.BodiesServing(realm, east.Lo); len(got) != 2 || got[0].ID != part.ID {
			t.Errorf("the east is served by %v", got)
		}
		if got := s.BodiesServing(realm, west.Lo); len(got) != 1 || got[0].ID != whole.ID {
			t.Errorf("the west is served by %v", got)
		}
		if _, err := s.AddPost(t.Context(), org.NewPost{Realm: realm, Body: whole.ID, Area: west.ID, Name: "西镇巡查岗", By: "test"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddPost(t.Context(), org.NewPost{Realm: realm, Body: part.ID, Area: west.ID, Name: "岗", By: "test"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a post outside its body's area gave %v", err)
		}
		if _, err := s.AddPost(t.Context(), org.NewPost{Realm: realm, Body: "nobody", Name: "岗", By: "test"}); fault.KindOf(err) != fault.Missing {
			t.Errorf("a post in a body that is none gave %v", err)
		}
		var posts []org.Post
		err = d.View(t.Context(), func(tx *db.Tx) (err error) {
			posts, err = org.Posts(t.Context(), tx, realm, whole.ID)
			return err
		})
		if err != nil || len(posts) != 2 || posts[0].Area != root.ID || posts[1].Area != west.ID {
			t.Errorf("the posts are %+v, %v", posts, err)
		}
	})
}

// TestEveryChangeIsInTheAudit adds, changes and imports, and looks for one entry each.
func TestEveryChangeIsInTheAudit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		body, err := s.AddBody(t.Context(), org.NewBody{Realm: realm, Kind: "UTIL", Name: "维护所", Area: root.ID, By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RenameArea(t.Context(), org.RenameArea{Realm: realm, ID: root.ID, Revision: 1, Name: "新县", By: "test"}); err != nil {
			t.Fatal(err)
		}
		if err := s.ShapeArea(t.Context(), org.ShapeArea{Realm: realm, ID: root.ID, Revision: 2, Shape: geo.MultiPolygon{{outline}}, By: "test"}); err != nil {
			t.Fatal(err)
		}
		for subject, want := range map[string]int{root.ID: 3, body.ID: 1} {
			err := d.View(t.Context(), func(tx *db.Tx) error {
				got, err := audit.List(t.Context(), tx, realm, "org/"+subject, 10)
				if len(got) != want {
					t.Errorf("%s has %d entries, want %d", subject, len(got), want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestWithinIsAnAreaAndWhatLiesInIt(t *testing.T) {
	s := county(t, dbtest.SQLite(t))
	town, _ := s.AreaByCode(realm, "410928212")
	if got := s.Within(realm, town.Lo, town.Hi); len(got) != 1+47+47 || got[0].ID != town.ID {
		t.Errorf("the town is %d areas", len(got))
	}
	root, _ := s.Root(realm)
	if got := s.Within(realm, root.Lo, root.Hi); len(got) != 1100 {
		t.Errorf("the county is %d areas", len(got))
	}
	if got := s.Within(realm, town.Hi, town.Lo); len(got) != 0 {
		t.Errorf("a turned interval is %d areas", len(got))
	}
	if got := s.Within("nowhere", 0, 1); len(got) != 0 {
		t.Errorf("no realm has %d areas", len(got))
	}
}

func TestManyAreasAtOnceGetPartsOfTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				_, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Township, Name: fmt.Sprint("镇", i), By: "test"})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		seen := map[int64]bool{}
		for _, a := range s.Children(realm, root.ID) {
			seen[a.Lo] = true
		}
		if len(seen) != 12 {
			t.Errorf("twelve areas have %d places", len(seen))
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	s, root := rooted(t, dbtest.SQLite(t))
	village, err := s.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Village, Name: "一村", Code: "1", By: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, key string
		c         org.NewArea
	}{
		{"a town in a village", "org.kind_not_below", org.NewArea{Parent: village.ID, Kind: org.Township, Name: "x"}},
		{"a kind that is none", "org.kind_unknown", org.NewArea{Parent: root.ID, Kind: "planet", Name: "x"}},
		{"no name", "org.name_length", org.NewArea{Parent: root.ID, Kind: org.Village, Name: " "}},
		{"a parent that is none", "org.area_missing", org.NewArea{Parent: "nobody", Kind: org.Village, Name: "x"}},
		{"a code twice", "org.code_taken", org.NewArea{Parent: root.ID, Kind: org.Village, Name: "x", Code: "1"}},
		{"a code without end", "org.code_length", org.NewArea{Parent: root.ID, Kind: org.Village, Name: "x", Code: strings.Repeat("1", 41)}},
		{"a code of control characters", "form.control_characters", org.NewArea{Parent: root.ID, Kind: org.Village, Name: "x", Code: "1\x00"}},
		{"an outline of nothing", "geo.empty", org.NewArea{Parent: root.ID, Kind: org.Village, Name: "x", Shape: geo.MultiPolygon{{}}}},
		{"an outline that is open", "geo.ring_open", org.NewArea{Parent: root.ID, Kind: org.Village, Name: "x", Shape: geo.MultiPolygon{{outline[1:]}}}},
		{"an outline of no numbers", "geo.not_geojson", org.NewArea{Parent: root.ID, Kind: org.Village, Name: "x", Shape: geo.MultiPolygon{{{{Lon: math.NaN()}, {}, {}, {}}}}}},
	} {
		tt.c.Realm = realm
		_, err := s.AddArea(t.Context(), tt.c)
		if f, ok := fault.As(err); !ok || f.Key != tt.key {
			t.Errorf("%s gave %v, want %s", tt.name, err, tt.key)
		}
	}
	if _, err := s.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "again", By: "test"}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a realm twice gave %v", err)
	}
	for _, id := range []string{"", "A", "a b", "a/b", "a\x00", "-a", strings.Repeat("a", 41)} {
		if _, err := s.CreateRealm(t.Context(), org.NewRealm{ID: id, Name: "x", By: "test"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the realm id %q gave %v", id, err)
		}
	}
	if _, err := s.AddArea(t.Context(), org.NewArea{Realm: "nowhere", Parent: root.ID, Kind: org.Village, Name: "x"}); fault.KindOf(err) != fault.Missing {
		t.Errorf("an area of no realm gave %v", err)
	}
	for kind, name := range map[string]string{"": "x", "A\x00": "x", "UTIL": ""} {
		if _, err := s.AddBody(t.Context(), org.NewBody{Realm: realm, Kind: kind, Name: name, Area: root.ID}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a body %q of kind %q gave %v", name, kind, err)
		}
	}
}

// BenchmarkLocate asks for points all over the county.
func BenchmarkLocate(b *testing.B) {
	s := county(b, dbtest.SQLite(b))
	n := 0
	for b.Loop() {
		n++
		s.Locate(realm, geo.Point{Lon: 114.9 + float64(n%997)*5e-4, Lat: 35.45 + float64(n%991)*4e-4})
	}
}

// BenchmarkCreateCounty makes the county of the demo with all its outlines.
func BenchmarkCreateCounty(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		d := dbtest.SQLite(b)
		b.StartTimer()
		county(b, d)
	}
}
