// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org_test

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
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
		change := org.ChangeArea{Realm: realm, ID: town.ID, Revision: 1, Name: "改名镇", Shape: shape, By: "test"}
		if err := there.ChangeArea(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if err := here.ChangeArea(t.Context(), change); fault.KindOf(err) != fault.Stale {
			t.Errorf("an old revision gave %v", err)
		}
	})
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
}

func TestImportAreas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, root := rooted(t, d)
		bad := "code,name,kind,parent_code\n1,东镇,township,\n2,一村,village,9\n3,,village,1\n4,二村,planet,1\n"
		got, err := s.ImportAreas(t.Context(), realm, strings.NewReader(bad), "test")
		if fault.KindOf(err) != fault.Invalid || got.Rejected != 3 || got.Created != 0 || got.Problems[0].Line != 3 {
			t.Fatalf("three bad lines gave %+v, %v", got, err)
		}
		if n := len(s.Children(realm, root.ID)); n != 0 {
			t.Fatalf("%d areas were made of a rejected file", n)
		}
		good := "\ufeffcode,name,kind,parent_code\r\n1,东镇,township,\r\n2,一村,village,1\r\n"
		for _, want := range []org.Imported{{Read: 2, Created: 2}, {Read: 2, Existing: 2}} {
			got, err := s.ImportAreas(t.Context(), realm, strings.NewReader(good), "test")
			if err != nil || got.Created != want.Created || got.Existing != want.Existing {
				t.Fatalf("a good file gave %+v, %v", got, err)
			}
		}
		shapes := `{"type":"FeatureCollection","features":[{"properties":{"code":"2"},"geometry":{"type":"Polygon","coordinates":[[[115,35],[116,35],[116,36],[115,35]]]}}]}`
		if got, err := s.ImportShapes(t.Context(), realm, strings.NewReader(shapes), "test"); err != nil || got.Created != 1 {
			t.Fatalf("shapes gave %+v, %v", got, err)
		}
		if a, ok := s.Locate(realm, geo.Point{Lon: 115.8, Lat: 35.3}); !ok || a.Name != "一村" || a.Synthetic {
			t.Errorf("the point lies in %+v", a)
		}
	})
}

func TestFilesThatAreNoTables(t *testing.T) {
	s, _ := rooted(t, dbtest.SQLite(t))
	for text, want := range map[string]string{
		"":                                    "org.import_header",
		"name,code\n":                         "org.import_csv",
		"a,b,c,d\n":                           "org.import_header",
		"code,name,kind,parent_code\n1,\"x\n": "org.import_csv",
		"\xb1\xe0\xc2\xeb":                    "org.import_not_utf8",
	} {
		_, err := s.ImportAreas(t.Context(), realm, strings.NewReader(text), "test")
		if f, ok := fault.As(err); !ok || f.Key != want && f.Key != "org.import_header" {
			t.Errorf("%q gave %v, want %s", text, err, want)
		}
	}
}

func FuzzImportAreas(f *testing.F) {
	f.Add("code,name,kind,parent_code\n1,东镇,township,\n")
	s, _ := rooted(f, dbtest.SQLite(f))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.ImportAreas(t.Context(), realm, strings.NewReader(text), "test")
		if err != nil && (fault.KindOf(err) != fault.Invalid || got.Created != 0) {
			t.Fatalf("%+v, %v", got, err)
		}
	})
}

func FuzzImportShapes(f *testing.F) {
	f.Add(`{"type":"FeatureCollection","features":[]}`)
	s, _ := rooted(f, dbtest.SQLite(f))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.ImportShapes(t.Context(), realm, strings.NewReader(text), "test")
		if err != nil && (fault.KindOf(err) != fault.Invalid || got.Created != 0) {
			t.Fatalf("%+v, %v", got, err)
		}
	})
}

func BenchmarkLocate(b *testing.B) {
	s := county(b, dbtest.SQLite(b))
	for b.Loop() {
		s.Locate(realm, geo.Point{Lon: 115.1, Lat: 35.6})
	}
}
