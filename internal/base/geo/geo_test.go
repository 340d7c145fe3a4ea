// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package geo

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"pgregory.net/rapid"

	"pavilion/internal/base/fault"
)

func TestParsePoint(t *testing.T) {
	for _, tt := range []struct{ name, lon, lat, fault string }{
		{"a place in Puyang", "115.03", "35.71", ""},
		{"spaces around it", " 115.03 ", "35.71", ""},
		{"not a number", "NaN", "35.71", "geo.not_a_number"},
		{"infinite", "Inf", "35", "geo.not_a_number"},
		{"words", "east", "north", "geo.not_a_number"},
		{"nothing", "", "", "geo.not_a_number"},
		{"swapped", "35.71", "115.03", "geo.swapped"},
		{"beyond the world", "215.03", "35.71", "geo.out_of_range"},
	} {
		_, err := ParsePoint(tt.lon, tt.lat)
		f, _ := fault.As(err)
		if (f == nil) != (tt.fault == "") || (f != nil && f.Key != tt.fault) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.fault)
		}
	}
}

func TestShiftsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Point{rapid.Float64Range(74, 134).Draw(t, "lon"), rapid.Float64Range(4, 53).Draw(t, "lat")}
		for name, back := range map[string]Point{"GCJ-02": FromGCJ02(ToGCJ02(p)), "BD-09": FromBD09(ToBD09(p))} {
			if math.Abs(back.Lon-p.Lon) > 1e-7 || math.Abs(back.Lat-p.Lat) > 1e-7 {
				t.Fatalf("%v comes back from %s as %v", p, name, back)
			}
		}
	})
	for _, p := range []Point{{2.35, 48.85}, {-74, 40.7}, {151.2, -33.9}, {0, 0}} {
		if ToGCJ02(p) != p || FromGCJ02(p) != p || ToBD09(p) != p || FromBD09(p) != p {
			t.Errorf("%v, a place outside China, was shifted", p)
		}
	}
	shifted := ToGCJ02(Point{116.397, 39.909})
	if d := math.Hypot(shifted.Lon-116.397, shifted.Lat-39.909); d < 0.003 || d > 0.01 {
		t.Errorf("Beijing is shifted by %f degrees, want about half a kilometre", d)
	}
}

func square(x, y, side float64) Ring {
	return Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
}

func TestContains(t *testing.T) {
	area := MultiPolygon{{square(0, 0, 10), square(4, 4, 2)}, {square(20, 0, 1)}}
	for p, want := range map[Point]bool{
		{1, 1}: true, {0, 5}: true, {10, 10}: true, {5, 5}: false, {4, 5}: true, {20.5, 0.5}: true, {15, 5}: false, {-1, 0}: false,
	} {
		if area.Contains(p) != want {
			t.Errorf("Contains(%v) = %v", p, !want)
		}
	}
}

func TestGeoJSON(t *testing.T) {
	area := MultiPolygon{{square(115, 35, 1), square(115.4, 35.4, 0.2)}}
	got, err := ParseGeoJSON(area.GeoJSON())
	if err != nil || len(got) != 1 || len(got[0]) != 2 || got[0][1][2] != (Point{115.6, 35.6}) {
		t.Errorf("it came back as %v, %v", got, err)
	}
	for text, want := range map[string]string{
		`{`:                                    "geo.not_geojson",
		`{"type":"Point","coordinates":[1,2]}`: "geo.not_a_polygon",
		`{"type":"Polygon","coordinates":[]}`:  "geo.empty",
		`{"type":"Polygon","coordinates":[[[115,35],[116,35],[115,35]]]}`:                                                "geo.ring_short",
		`{"type":"Polygon","coordinates":[[[115,35],[116,35],[116,36],[115,36]]]}`:                                       "geo.ring_open",
		`{"type":"Polygon","coordinates":[[[35,115],[35,116],[36,116],[35,115]]]}`:                                       "geo.swapped",
		`{"type":"Polygon","coordinates":[[[115,35],[115,35],[115,35],[115,35]]]}`:                                       "geo.ring_flat",
		`{"type":"Polygon","coordinates":[[[115,35],[116,36],[117,37],[115,35]]]}`:                                       "geo.ring_flat",
		`{"type":"Polygon","coordinates":[[[115,35],[116,35],[116,36],[116,35],[115,35]]]}`:                              "geo.ring_flat",
		`{"type":"Polygon","coordinates":[[[115,35],[115.00000001,35],[115.00000001,35.00000001],[115,35]]]}`:            "geo.ring_flat",
		`{"type":"Polygon","coordinates":[[[115,35],[116,35],[116,36],[115,35]],[[115,35],[115,35],[115,35],[115,35]]]}`: "geo.ring_flat",
		`{"type":"MultiPolygon","coordinates":[[]]}`:                                                                     "geo.empty",
		`{"type":"Polygon","coordinates":[[[1e400,35],[116,35],[116,36],[115,35]]]}`:                                     "geo.not_geojson",
		`{"type":"Polygon","coordinates":[[[1],[2],[3],[1]]]}`:                                                           "geo.not_a_number",
	} {
		_, err := ParseGeoJSON([]byte(text))
		if f, ok := fault.As(err); !ok || f.Key != want {
			t.Errorf("%s gave %v, want %s", text, err, want)
		}
	}
}

func TestTheWholeWorldIsNotFlat(t *testing.T) {
	world := []byte(`{"type":"Polygon","coordinates":[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]}`)
	if _, err := ParseGeoJSON(world); err != nil {
		t.Error(err)
	}
}

func FuzzParseGeoJSON(f *testing.F) {
	f.Add([]byte(`{"type":"Polygon","coordinates":[[[115,35],[116,35],[116,36],[115,35]]]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		area, err := ParseGeoJSON(text)
		if err != nil {
			return
		}
		if _, err := ParseGeoJSON(area.GeoJSON()); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		NewIndex([]Shape{{1, area}}).Find(area[0][0][0])
	})
}

// drawn draws an area whose points lie on a lattice that floats and the index
// both keep exactly, so that points meet its corners and edges.
func drawn(t *rapid.T) MultiPolygon {
	at := func(lo, hi int, name string) float64 { return float64(rapid.IntRange(lo, hi).Draw(t, name)) / 128 }
	x, y, side := 115+at(0, 24, "x"), 35+at(0, 24, "y"), at(4, 16, "side")
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		return MultiPolygon{{square(x, y, side), square(x+1.0/128, y+1.0/128, side-3.0/128)}} // with a hole
	case 1:
		return MultiPolygon{{square(x, y, side)}, {square(x+side/2, y+side/2, side)}} // of parts that overlap
	case 2:
		return MultiPolygon{{}, {square(x, y, side)}}
	}
	a, b := Point{x + at(-9, 9, "ax"), y + at(-9, 9, "ay")}, Point{x + at(-9, 9, "bx"), y + at(-9, 9, "by")}
	return MultiPolygon{{Ring{{x, y}, a, b, {x, y}}}}
}

// searched looks at every area; of several that contain p it takes the smallest.
func searched(shapes []Shape, p Point) (key int32, ok bool) {
	size := math.Inf(1)
	for _, s := range shapes {
		if s.Area.Contains(p) && s.Area.size() < size {
			key, size, ok = s.Key, s.Area.size(), true
		}
	}
	return key, ok
}

// TestIndexFindsWhatSearchingFinds compares the index with looking at every area.
func TestIndexFindsWhatSearchingFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var shapes []Shape
		for i := range rapid.IntRange(1, 30).Draw(t, "areas") {
			shapes = append(shapes, Shape{int32(i), drawn(t)})
		}
		ix := NewIndex(shapes)
		for x := range 60 {
			for y := range 60 {
				p := Point{115 + float64(x-10)/128, 35 + float64(y-10)/128}
				key, ok := ix.Find(p)
				if want, found := searched(shapes, p); ok != found || key != want {
					t.Fatalf("Find(%v) = %d, %v; want %d, %v", p, key, ok, want, found)
				}
			}
		}
	})
}

func TestIndexOfUnusualAreas(t *testing.T) {
	wide := MultiPolygon{{Ring{{-180, -60}, {180, -50}, {170, 60}, {-170, 50}, {-180, -60}}}}
	world := MultiPolygon{{Ring{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}}
	for _, area := range []MultiPolygon{wide, world} {
		if _, ok := NewIndex([]Shape{{1, area}}).Find(Point{100, 40}); !ok {
			t.Error("a point in an area wider than half the world was not found")
		}
	}
	for name, shapes := range map[string][]Shape{
		"of nothing": nil, "of an area without parts": {{1, nil}}, "of a part without rings": {{1, MultiPolygon{{}}}},
		"of a ring without points": {{1, MultiPolygon{{Ring{}}}}},
	} {
		if _, ok := NewIndex(shapes).Find(Point{115, 35}); ok {
			t.Errorf("an index %s found something", name)
		}
	}
	one := NewIndex([]Shape{{1, MultiPolygon{{square(115, 35, 1)}}}})
	for _, p := range []Point{{math.NaN(), 35}, {115.5, math.Inf(1)}, {1e300, -1e300}, {35.5, 115.5}} {
		if _, ok := one.Find(p); ok {
			t.Errorf("%v was found", p)
		}
	}
}

// grid makes n×n areas of six corners that fill a square of ten degrees.
func grid(n int) []Shape {
	shapes := make([]Shape, 0, n*n)
	side := 10 / float64(n)
	for i := range n * n {
		x, y := 110+float64(i%n)*side, 30+float64(i/n)*side
		shapes = append(shapes, Shape{int32(i), MultiPolygon{{Ring{
			{x, y}, {x + side/2, y}, {x + side, y}, {x + side, y + side}, {x + side/2, y + side}, {x, y + side}, {x, y},
		}}}})
	}
	return shapes
}

func BenchmarkFindAmongAMillion(b *testing.B) {
	var before, after runtime.MemStats
	shapes := grid(1000)
	runtime.GC()
	runtime.ReadMemStats(&before)
	ix := NewIndex(shapes)
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(shapes)
	random := rand.New(rand.NewPCG(1, 2))
	points := make([]Point, 1<<16)
	for i := range points {
		points[i] = Point{110 + 10*random.Float64(), 30 + 10*random.Float64()}
	}
	i := 0
	for b.Loop() {
		if _, ok := ix.Find(points[i&(1<<16-1)]); !ok {
			b.Fatal("a point within was not found")
		}
		i++
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
}
