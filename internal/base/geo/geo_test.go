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
	if p := (Point{2.35, 48.85}); ToGCJ02(p) != p {
		t.Error("a place outside China was shifted")
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
		`{"type":"Polygon","coordinates":[[[115,35],[116,35],[115,35]]]}`:          "geo.ring_short",
		`{"type":"Polygon","coordinates":[[[115,35],[116,35],[116,36],[115,36]]]}`: "geo.ring_open",
		`{"type":"Polygon","coordinates":[[[35,115],[35,116],[36,116],[35,115]]]}`: "geo.swapped",
		`{"type":"Polygon","coordinates":[[[1],[2],[3],[1]]]}`:                     "geo.not_a_number",
	} {
		_, err := ParseGeoJSON([]byte(text))
		if f, ok := fault.As(err); !ok || f.Key != want {
			t.Errorf("%s gave %v, want %s", text, err, want)
		}
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

// TestIndexFindsWhatSearchingFinds compares the index with looking at every area.
func TestIndexFindsWhatSearchingFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var shapes []Shape
		for i := range rapid.IntRange(1, 40).Draw(t, "areas") {
			x, y := rapid.Float64Range(115, 116).Draw(t, "x"), rapid.Float64Range(35, 36).Draw(t, "y")
			side := rapid.Float64Range(0.001, 0.5).Draw(t, "side")
			shapes = append(shapes, Shape{int32(i), MultiPolygon{{square(x, y, side)}}})
		}
		ix := NewIndex(shapes)
		for range 20 {
			p := Point{rapid.Float64Range(114.9, 116.6).Draw(t, "lon"), rapid.Float64Range(34.9, 36.6).Draw(t, "lat")}
			best, found := Shape{}, false
			for _, s := range shapes {
				if s.Area.Contains(p) && (!found || s.Area.size() < best.Area.size()) {
					best, found = s, true
				}
			}
			key, ok := ix.Find(p)
			if ok != found || (ok && key != best.Key) {
				t.Fatalf("Find(%v) = %d, %v; want %d, %v", p, key, ok, best.Key, found)
			}
		}
	})
	if _, ok := NewIndex(nil).Find(Point{115, 35}); ok {
		t.Error("an empty index found something")
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
