// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package geo

import "math"

// Shape is an area under a key.
type Shape struct {
	Key  int32
	Area MultiPolygon
}

// unit is how finely the index keeps coordinates: 1e-7 of a degree, a centimetre.
const unit = 1e7

// Index finds the area that contains a point among very many. It lays a uniform
// grid over them and keeps, packed in a few arrays, which areas touch each cell.
// It does not change and is safe for concurrent use.
type Index struct {
	low          Point
	cellW, cellH float64
	nx, ny       int

	start []int32 // where each cell's areas begin in items; one more than cells
	items []int32 // numbers of areas, cell after cell

	keys  []int32
	sizes []float32
	boxes [][4]int32
	rings []int32 // where each area's rings begin in ends; one more than areas
	ends  []int32 // where each ring ends in points
	xy    []int32 // x, y of the points, ring after ring
}

// NewIndex packs shapes. Shapes without a part are left out.
func NewIndex(shapes []Shape) *Index {
	ix := &Index{rings: []int32{0}}
	low, high := Point{math.Inf(1), math.Inf(1)}, Point{math.Inf(-1), math.Inf(-1)}
	for _, s := range shapes {
		if len(s.Area) == 0 {
			continue
		}
		a, b := s.Area.Bounds()
		low, high = Point{min(low.Lon, a.Lon), min(low.Lat, a.Lat)}, Point{max(high.Lon, b.Lon), max(high.Lat, b.Lat)}
		ix.add(s, a, b)
	}
	if len(ix.keys) == 0 {
		return ix
	}
	ix.lay(low, high)
	ix.fill()
	return ix
}

func (ix *Index) add(s Shape, low, high Point) {
	ix.keys = append(ix.keys, s.Key)
	ix.sizes = append(ix.sizes, float32(s.Area.size()))
	ix.boxes = append(ix.boxes, [4]int32{fix(low.Lon), fix(low.Lat), fix(high.Lon), fix(high.Lat)})
	for _, polygon := range s.Area {
		for _, ring := range polygon {
			for _, p := range ring {
				ix.xy = append(ix.xy, fix(p.Lon), fix(p.Lat))
			}
			ix.ends = append(ix.ends, int32(len(ix.xy)/2))
		}
	}
	ix.rings = append(ix.rings, int32(len(ix.ends)))
}

func fix(degrees float64) int32 { return int32(math.Round(degrees * unit)) }

// lay chooses the cells: about one for each area, as square as the whole allows.
func (ix *Index) lay(low, high Point) {
	w, h := max(high.Lon-low.Lon, 1e-6), max(high.Lat-low.Lat, 1e-6)
	side := math.Sqrt(w * h / float64(len(ix.keys)))
	ix.nx, ix.ny = min(int(w/side)+1, 1<<14), min(int(h/side)+1, 1<<14)
	ix.low, ix.cellW, ix.cellH = low, w/float64(ix.nx), h/float64(ix.ny)
}

// fill counts each cell's areas, then writes them where the counts say.
func (ix *Index) fill() {
	ix.start = make([]int32, ix.nx*ix.ny+1)
	for a := range ix.keys {
		ix.cells(a, func(cell int) { ix.start[cell+1]++ })
	}
	for i := 1; i < len(ix.start); i++ {
		ix.start[i] += ix.start[i-1]
	}
	ix.items = make([]int32, ix.start[len(ix.start)-1])
	next := append([]int32(nil), ix.start...)
	for a := range ix.keys {
		ix.cells(a, func(cell int) {
			ix.items[next[cell]] = int32(a)
			next[cell]++
		})
	}
}

// cells calls do for each cell that the bounds of an area touch.
func (ix *Index) cells(a int, do func(cell int)) {
	box := ix.boxes[a]
	x0, y0 := ix.cell(Point{float64(box[0]) / unit, float64(box[1]) / unit})
	x1, y1 := ix.cell(Point{float64(box[2]) / unit, float64(box[3]) / unit})
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			do(y*ix.nx + x)
		}
	}
}

func (ix *Index) cell(p Point) (x, y int) {
	x = int((p.Lon - ix.low.Lon) / ix.cellW)
	y = int((p.Lat - ix.low.Lat) / ix.cellH)
	return min(max(x, 0), ix.nx-1), min(max(y, 0), ix.ny-1)
}

// Find returns the key of the area that contains p; of several, the smallest.
func (ix *Index) Find(p Point) (key int32, ok bool) {
	if len(ix.keys) == 0 || p.Check() != nil {
		return 0, false
	}
	cx, cy := ix.cell(p)
	cell := cy*ix.nx + cx
	x, y := fix(p.Lon), fix(p.Lat)
	best := float32(math.Inf(1))
	for _, a := range ix.items[ix.start[cell]:ix.start[cell+1]] {
		box := &ix.boxes[a]
		if ix.sizes[a] < best && x >= box[0] && y >= box[1] && x <= box[2] && y <= box[3] && ix.contains(a, x, y) {
			key, best, ok = ix.keys[a], ix.sizes[a], true
		}
	}
	return key, ok
}

// contains counts the crossings over all rings of an area at once: parts do not
// overlap and holes lie within, so an odd number is inside.
func (ix *Index) contains(a, x, y int32) bool {
	in := false
	begin := int32(0)
	if first := ix.rings[a]; first > 0 {
		begin = ix.ends[first-1]
	}
	for _, end := range ix.ends[ix.rings[a]:ix.rings[a+1]] {
		for i := begin + 1; i < end; i++ {
			ax, ay, bx, by := ix.xy[2*i-2], ix.xy[2*i-1], ix.xy[2*i], ix.xy[2*i+1]
			if ay == by && ay == y && x >= min(ax, bx) && x <= max(ax, bx) {
				return true
			}
			if (ay > y) == (by > y) {
				continue
			}
			cross := int64(bx-ax)*int64(y-ay) - int64(by-ay)*int64(x-ax)
			if cross == 0 {
				return true
			}
			if (cross > 0) == (by > ay) {
				in = !in
			}
		}
		begin = end
	}
	return in
}
