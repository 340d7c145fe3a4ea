// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"math"

	"pavilion/internal/base/geo"
)

// divide cuts a convex ring into one part for each weight, with areas in
// proportion to the weights. The parts are convex, touch without gaps and do
// not overlap. The same input always gives the same parts. A missing ring has none.
func divide(ring geo.Ring, weights []int) []geo.Ring {
	if len(ring) == 0 || len(weights) == 0 {
		return nil
	}
	if len(weights) == 1 {
		return []geo.Ring{ring}
	}
	half := len(weights) / 2
	share := float64(sum(weights[:half])) / float64(sum(weights))
	first, rest := cut(ring, share)
	return append(divide(first, weights[:half]), divide(rest, weights[half:])...)
}

func sum(list []int) (total int) {
	for _, n := range list {
		total += n
	}
	return total
}

// slant is how far cuts lean from the axes, so that the parts look like land and
// not like a chessboard.
const slant = 0.35

// cut divides a convex ring by a line across its longer side, so that share of
// its area lies before the line.
func cut(ring geo.Ring, share float64) (before, after geo.Ring) {
	low, high := geo.MultiPolygon{{ring}}.Bounds()
	lean := slant * math.Sin(1e4*(low.Lon+high.Lat))
	across := geo.Point{Lon: 1, Lat: lean}
	if high.Lat-low.Lat > (high.Lon-low.Lon)*0.8 {
		across = geo.Point{Lon: lean, Lat: 1}
	}
	from, to := math.Inf(1), math.Inf(-1)
	for _, p := range ring {
		d := along(p, across)
		from, to = min(from, d), max(to, d)
	}
	want := share * extent(ring)
	for range 50 {
		middle := (from + to) / 2
		if extent(clip(ring, across, middle, 1)) < want {
			from = middle
		} else {
			to = middle
		}
	}
	return clip(ring, across, from, 1), clip(ring, across, from, -1)
}

func along(p, across geo.Point) float64 { return p.Lon*across.Lon + p.Lat*across.Lat }

// clip keeps the part of a ring on one side of the line on which along is at.
func clip(ring geo.Ring, across geo.Point, at, side float64) geo.Ring {
	var out geo.Ring
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		da, db := (along(a, across)-at)*side, (along(b, across)-at)*side
		if da <= 0 {
			out = append(out, a)
		}
		if da*db < 0 {
			t := da / (da - db)
			out = append(out, geo.Point{Lon: a.Lon + t*(b.Lon-a.Lon), Lat: a.Lat + t*(b.Lat-a.Lat)})
		}
	}
	if len(out) > 0 {
		out = append(out, out[0])
	}
	return out
}

// extent is a ring's area in square degrees.
func extent(r geo.Ring) float64 {
	total := 0.0
	for i := 1; i < len(r); i++ {
		total += (r[i-1].Lon-r[0].Lon)*(r[i].Lat-r[0].Lat) - (r[i].Lon-r[0].Lon)*(r[i-1].Lat-r[0].Lat)
	}
	return math.Abs(total / 2)
}
