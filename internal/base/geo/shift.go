// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package geo

import "math"

// The ellipsoid of Krasovsky that GCJ-02 is defined on.
const (
	axis         = 6378245.0
	eccentricity = 0.00669342162296594323
)

// bdAngle is the constant that BD-09 turns GCJ-02 by.
const bdAngle = math.Pi * 3000 / 180

// ToGCJ02 returns p as maps published in China show it. Outside China nothing is
// shifted.
func ToGCJ02(p Point) Point {
	if !shifted(p) {
		return p
	}
	x, y := p.Lon-105, p.Lat-35
	rad := p.Lat / 180 * math.Pi
	m := 1 - eccentricity*math.Sin(rad)*math.Sin(rad)
	lat := shiftLat(x, y) * 180 / (axis * (1 - eccentricity) / (m * math.Sqrt(m)) * math.Pi)
	lon := shiftLon(x, y) * 180 / (axis / math.Sqrt(m) * math.Cos(rad) * math.Pi)
	return Point{p.Lon + lon, p.Lat + lat}
}

// shifted reports whether p is in the rectangle around China in which maps are
// shifted.
func shifted(p Point) bool { return within(p.Lon, 72.004, 137.8347) && within(p.Lat, 0.8293, 55.8271) }

func waves(a float64) float64 {
	return (20*math.Sin(6*a*math.Pi) + 20*math.Sin(2*a*math.Pi)) * 2 / 3
}

func shiftLat(x, y float64) float64 {
	return -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + waves(x) +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 +
		(160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
}

func shiftLon(x, y float64) float64 {
	return 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + waves(x) +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 +
		(150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
}

// FromGCJ02 returns the WGS-84 point that ToGCJ02 shifts to p, to within a centimetre.
func FromGCJ02(p Point) Point { return inverse(p, ToGCJ02) }

// ToBD09 returns p as Baidu's maps show it. Outside China nothing is shifted.
func ToBD09(p Point) Point {
	if !shifted(p) {
		return p
	}
	return gcjToBD(ToGCJ02(p))
}

// FromBD09 returns the WGS-84 point that ToBD09 shifts to p, to within a centimetre.
func FromBD09(p Point) Point { return inverse(p, ToBD09) }

func gcjToBD(p Point) Point {
	z := math.Hypot(p.Lon, p.Lat) + 0.00002*math.Sin(p.Lat*bdAngle)
	theta := math.Atan2(p.Lat, p.Lon) + 0.000003*math.Cos(p.Lon*bdAngle)
	return Point{z*math.Cos(theta) + 0.0065, z*math.Sin(theta) + 0.006}
}

// inverse looks for the point that shift moves to p. The shift changes slowly,
// so that each step leaves a hundredth of the error or less.
func inverse(p Point, shift func(Point) Point) Point {
	guess := p
	for range 8 {
		got := shift(guess)
		guess = Point{guess.Lon + p.Lon - got.Lon, guess.Lat + p.Lat - got.Lat}
	}
	return guess
}
