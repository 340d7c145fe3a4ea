// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package geo

import (
	"encoding/json"
	"strconv"

	"pavilion/internal/base/fault"
)

// geometry is a GeoJSON geometry (RFC 7946).
type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// ParseGeoJSON reads a Polygon or MultiPolygon geometry. It fails with Invalid
// for other kinds, rings that are not closed, too short or flat, and points that
// are none. Altitudes are left out.
func ParseGeoJSON(text []byte) (MultiPolygon, error) {
	var g geometry
	if err := json.Unmarshal(text, &g); err != nil {
		return nil, fault.New(fault.Invalid, "geo.not_geojson").Because(err)
	}
	var raw [][][][]float64
	var err error
	switch g.Type {
	case "Polygon":
		raw = make([][][][]float64, 1)
		err = json.Unmarshal(g.Coordinates, &raw[0])
	case "MultiPolygon":
		err = json.Unmarshal(g.Coordinates, &raw)
	default:
		return nil, fault.New(fault.Invalid, "geo.not_a_polygon").With("type", g.Type)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "geo.not_geojson").Because(err)
	}
	return shape(raw)
}

func shape(raw [][][][]float64) (MultiPolygon, error) {
	if len(raw) == 0 {
		return nil, fault.New(fault.Invalid, "geo.empty")
	}
	var out MultiPolygon
	for _, rings := range raw {
		if len(rings) == 0 {
			return nil, fault.New(fault.Invalid, "geo.empty")
		}
		var polygon Polygon
		for _, points := range rings {
			ring, err := closed(points)
			if err != nil {
				return nil, err
			}
			polygon = append(polygon, ring)
		}
		out = append(out, polygon)
	}
	return out, nil
}

func closed(points [][]float64) (Ring, error) {
	if len(points) < 4 {
		return nil, fault.New(fault.Invalid, "geo.ring_short")
	}
	ring := make(Ring, len(points))
	for i, p := range points {
		if len(p) < 2 {
			return nil, fault.New(fault.Invalid, "geo.not_a_number")
		}
		ring[i] = Point{p[0], p[1]}
		if err := ring[i].Check(); err != nil {
			return nil, err
		}
	}
	if ring[0] != ring[len(ring)-1] {
		return nil, fault.New(fault.Invalid, "geo.ring_open")
	}
	if ring.flat() {
		return nil, fault.New(fault.Invalid, "geo.ring_flat")
	}
	return ring, nil
}

// flat reports whether the ring encloses nothing at the precision that is kept:
// it is a point, a line, or runs back along itself. Twice the area is summed in
// integers that may run over, which does no harm: twice the whole world is below
// 1<<64, so that no area but 0 ends as 0.
func (r Ring) flat() bool {
	sum := int64(0)
	for i := 1; i < len(r); i++ {
		ax, ay := int64(fix(r[i-1].Lon)), int64(fix(r[i-1].Lat))
		bx, by := int64(fix(r[i].Lon)), int64(fix(r[i].Lat))
		sum += ax*by - bx*ay
	}
	return sum == 0
}

// GeoJSON writes an area as a MultiPolygon geometry, to the centimetre.
func (m MultiPolygon) GeoJSON() []byte {
	out := []byte(`{"type":"MultiPolygon","coordinates":[`)
	for i, polygon := range m {
		out = comma(out, i, '[')
		for j, ring := range polygon {
			out = comma(out, j, '[')
			for k, p := range ring {
				out = comma(out, k, '[')
				out = strconv.AppendFloat(out, p.Lon, 'f', 7, 64)
				out = append(out, ',')
				out = strconv.AppendFloat(out, p.Lat, 'f', 7, 64)
				out = append(out, ']')
			}
			out = append(out, ']')
		}
		out = append(out, ']')
	}
	return append(out, "]}"...)
}

func comma(out []byte, i int, open byte) []byte {
	if i > 0 {
		out = append(out, ',')
	}
	return append(out, open)
}
