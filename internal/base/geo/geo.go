// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package geo knows points and areas on the map: the coordinate systems used in
// China, shapes as GeoJSON, and which of very many areas contains a point.
//
//	geo.go      points and shapes
//	shift.go    WGS-84, GCJ-02 and BD-09
//	geojson.go  reading and writing shapes
//	index.go    from a point to its area
package geo

import (
	"math"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
)

// Point is a place in WGS-84 (which CGCS2000 equals to within centimetres), in degrees.
type Point struct{ Lon, Lat float64 }

// Ring is a closed line: its last point is its first.
type Ring []Point

// Polygon is an outer ring and the holes in it.
type Polygon []Ring

// MultiPolygon is an area of one or more parts.
type MultiPolygon []Polygon

// The bounds of China with its seas, for telling swapped coordinates.
const (
	minLon, maxLon = 73.0, 136.0
	minLat, maxLat = 3.0, 54.0
)

// ParsePoint reads a point as people and devices send it. It fails with Invalid
// for what is not a number, outside the world, or has longitude and latitude in
// each other's place.
func ParsePoint(lon, lat string) (Point, error) {
	x, errX := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	if errX != nil || errY != nil {
		return Point{}, fault.New(fault.Invalid, "geo.not_a_number").At("point")
	}
	if err := (Point{x, y}).Check(); err != nil {
		return Point{}, err
	}
	return Point{x, y}, nil
}

// Check fails with Invalid if p is no place on Earth or looks swapped.
func (p Point) Check() error {
	switch {
	case math.IsNaN(p.Lon) || math.IsNaN(p.Lat) || math.IsInf(p.Lon, 0) || math.IsInf(p.Lat, 0):
		return fault.New(fault.Invalid, "geo.not_a_number").At("point")
	case within(p.Lat, minLon, maxLon) && within(p.Lon, minLat, maxLat):
		return fault.New(fault.Invalid, "geo.swapped").At("point")
	case !within(p.Lon, -180, 180) || !within(p.Lat, -90, 90):
		return fault.New(fault.Invalid, "geo.out_of_range").At("point")
	}
	return nil
}

func within(x, low, high float64) bool { return x >= low && x <= high }

// Contains reports whether p lies in the area, its edge included.
func (m MultiPolygon) Contains(p Point) bool {
	for _, polygon := range m {
		if polygon.Contains(p) {
			return true
		}
	}
	return false
}

// Contains reports whether p lies in the polygon and in none of its holes. The
// outer edge is in, the edge of a hole too.
func (g Polygon) Contains(p Point) bool {
	for i, ring := range g {
		in, edge := ring.contains(p)
		if edge {
			return true
		}
		if in != (i == 0) {
			return false
		}
	}
	return len(g) > 0
}

// contains counts how often a ray from p crosses the ring.
func (r Ring) contains(p Point) (in, edge bool) {
	for i := 1; i < len(r); i++ {
		a, b := r[i-1], r[i]
		cross := (b.Lon-a.Lon)*(p.Lat-a.Lat) - (b.Lat-a.Lat)*(p.Lon-a.Lon)
		if cross == 0 && within(p.Lon, min(a.Lon, b.Lon), max(a.Lon, b.Lon)) && within(p.Lat, min(a.Lat, b.Lat), max(a.Lat, b.Lat)) {
			return false, true
		}
		if (a.Lat > p.Lat) != (b.Lat > p.Lat) && (cross > 0) == (b.Lat > a.Lat) {
			in = !in
		}
	}
	return in, false
}

// Bounds returns the south-west and north-east corners of the area. Those of an
// area without points are infinite, the low one above the high one.
func (m MultiPolygon) Bounds() (low, high Point) {
	low, high = Point{math.Inf(1), math.Inf(1)}, Point{math.Inf(-1), math.Inf(-1)}
	for _, polygon := range m {
		if len(polygon) == 0 {
			continue
		}
		for _, p := range polygon[0] {
			low = Point{min(low.Lon, p.Lon), min(low.Lat, p.Lat)}
			high = Point{max(high.Lon, p.Lon), max(high.Lat, p.Lat)}
		}
	}
	return low, high
}

// size is the area in square degrees: enough to tell smaller from larger.
func (m MultiPolygon) size() float64 {
	total := 0.0
	for _, polygon := range m {
		for i, ring := range polygon {
			if a := math.Abs(ring.signed()); i == 0 {
				total += a
			} else {
				total -= a
			}
		}
	}
	return total
}

func (r Ring) signed() float64 {
	sum := 0.0
	for i := 1; i < len(r); i++ {
		sum += (r[i-1].Lon - r[0].Lon) * (r[i].Lat - r[0].Lat)
		sum -= (r[i].Lon - r[0].Lon) * (r[i-1].Lat - r[0].Lat)
	}
	return sum / 2
}
