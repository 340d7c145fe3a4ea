// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package bench

import (
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/geo"
)

// Located says what finding the grid of a point takes.
type Located struct {
	Grids       int     `json:"grids"`
	Points      int     `json:"points"` // of one grid's outline
	Nanoseconds float64 `json:"nanoseconds"`
	Megabytes   float64 `json:"megabytes"` // that the index holds
	Seconds     float64 `json:"seconds"`   // to lay it
}

const (
	sidePoints = 3         // points on one side of a grid's outline
	locateRuns = 2_000_000 // points that are looked for
	locateLow  = 30.0      // where the grids begin, east and north
	locateWide = 6.0       // degrees they cover, each way
)

// RunLocate covers a square with grids whose outlines wind, lays the index
// over them, and looks for random points.
func RunLocate(grids int) (Located, error) {
	n := int(math.Ceil(math.Sqrt(float64(grids))))
	shapes := windingGrids(n, grids)
	found := Located{Grids: len(shapes), Points: 4 * sidePoints}
	before := heap()
	begin := clock.System()
	ix := geo.NewIndex(shapes)
	found.Seconds = clock.System().Sub(begin).Seconds()
	found.Megabytes = float64(max(heap()-before, 0)) / 1e6
	runtime.KeepAlive(shapes)
	points := make([]geo.Point, 1<<16)
	for i := range points {
		at := shapes[rand.IntN(len(shapes))].Key
		x, y := float64(int(at)%n)+0.2+0.6*rand.Float64(), float64(int(at)/n)+0.2+0.6*rand.Float64()
		points[i] = geo.Point{Lon: 3*locateLow + x*locateWide/float64(n), Lat: locateLow + y*locateWide/float64(n)}
	}
	missed := 0
	begin = clock.System()
	for i := range locateRuns {
		if _, ok := ix.Find(points[i&(len(points)-1)]); !ok {
			missed++
		}
	}
	found.Nanoseconds = float64(clock.System().Sub(begin)/time.Nanosecond) / locateRuns
	if missed > 0 {
		return found, errors.New("points within a grid were not found")
	}
	return found, nil
}

// heap is what is in use after collecting, in bytes.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// windingGrids are so many cells of a square of n by n, row by row. Neighbours
// share their winding side.
func windingGrids(n, grids int) []geo.Shape {
	corner := func(x, y float64) geo.Point {
		wind := 0.1 * math.Sin(12.9898*x+78.233*y)
		return geo.Point{Lon: 3*locateLow + (x+wind)*locateWide/float64(n), Lat: locateLow + (y+wind)*locateWide/float64(n)}
	}
	shapes := make([]geo.Shape, grids)
	for i := range shapes {
		x, y := float64(i%n), float64(i/n)
		ring := make(geo.Ring, 0, 4*sidePoints+1)
		for k := range sidePoints {
			ring = append(ring, corner(x+float64(k)/sidePoints, y))
		}
		for k := range sidePoints {
			ring = append(ring, corner(x+1, y+float64(k)/sidePoints))
		}
		for k := range sidePoints {
			ring = append(ring, corner(x+1-float64(k)/sidePoints, y+1))
		}
		for k := range sidePoints {
			ring = append(ring, corner(x, y+1-float64(k)/sidePoints))
		}
		shapes[i] = geo.Shape{Key: int32(i), Area: geo.MultiPolygon{{append(ring, ring[0])}}}
	}
	return shapes
}
