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
// grid over them and keeps, packed in a few arrays, which parts touch each cell.
// It does not change and is safe for concurrent use.
type Index struct {
	low          Point
	cellW, cellH float64
	nx, ny       int

	start []int32 // where each cell's parts begin in items; one more than cells
	items []int32 // numbers of parts, cell after cell

	keys  []int32    // of each part of an area
	sizes []float32  // of the whole area
	boxes [][4]int32 // of the part
	rings []int32    // where each part's rings begin in ends; one more than parts
	ends  []int32    // where each ring ends in points
	xy    []int32    // x, y of the points, ring after ring
}

// NewIndex packs shapes. Parts without a point are left out.
func NewIndex(shapes []Shape) *Index {
	ix := &Index{rings: []int32{0}}
	low, high := Point{math.Inf(1), math.Inf(1)}, Point{math.Inf(-1), math.Inf(-1)}
	for _, s := range shapes {
		size := float32(s.Area.size())
		for _, part := range s.Area {
			if len(part) == 0 || len(part[0]) == 0 {
				continue
			}
			a, b := MultiPolygon{part}.Bounds()
			low, high = Point{min(low.Lon, a.Lon), min(low.Lat, a.Lat)}, Point{max(high.Lon, b.Lon), max(high.Lat, b.Lat)}
			ix.keys, ix.sizes = append(ix.keys, s.Key), append(ix.sizes, size)
			ix.boxes = append(ix.boxes, [4]int32{fix(a.Lon), fix(a.Lat), fix(b.Lon), fix(b.Lat)})
			ix.pack(part)
		}
	}
	if len(ix.keys) == 0 {
		return ix
	}
	ix.lay(low, high)
	ix.fill()
	return ix
}

// pack appends the points of a part.
func (ix *Index) pack(part Polygon) {
	for _, ring := range part {
		for _, p := range ring {
			ix.xy = append(ix.xy, fix(p.Lon), fix(p.Lat))
		}
		ix.ends = append(ix.ends, int32(len(ix.xy)/2))
	}
	ix.rings = append(ix.rings, int32(len(ix.ends)))
}

func fix(degrees float64) int32 { return int32(math.Round(degrees * unit)) }

// lay chooses the cells: about one for each part, as square as the whole allows.
func (ix *Index) lay(low, high Point) {
	w, h := max(high.Lon-low.Lon, 1e-6), max(high.Lat-low.Lat, 1e-6)
	side := math.Sqrt(w * h / float64(len(ix.keys)))
	ix.nx, ix.ny = min(int(w/side)+1, 1<<14), min(int(h/side)+1, 1<<14)
	ix.low, ix.cellW, ix.cellH = low, w/float64(ix.nx), h/float64(ix.ny)
}

// fill counts each cell's parts, then writes them where the counts say.
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

// cells calls do for each cell that the bounds of a part touch.
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

// contains counts the crossings over all rings of a part at once: holes lie
// within and not in one another, so an odd number is inside. An edge is in.
func (ix *Index) contains(a, x, y int32) bool {
	in := false
	begin := int32(0)
	if first := ix.rings[a]; first > 0 {
		begin = ix.ends[first-1]
	}
	for _, end := range ix.ends[ix.rings[a]:ix.rings[a+1]] {
		for i := begin + 1; i < end; i++ {
			edge, crossed := meet(ix.xy[2*i-2:2*i+2:2*i+2], x, y)
			if edge {
				return true
			}
			in = in != crossed
		}
		begin = end
	}
	return in
}

// meet reports whether x, y lies on the line between two points, and whether a
// ray from it to the east crosses that line. The products are compared, not
// subtracted, because the difference of two may not fit.
func meet(line []int32, x, y int32) (edge, crossed bool) {
	ax, ay, bx, by := line[0], line[1], line[2], line[3]
	if (ay > y) == (by > y) {
		level := ay == y && by == y && x >= min(ax, bx) && x <= max(ax, bx)
		return level || ax == x && ay == y || bx == x && by == y, false
	}
	left := (int64(bx) - int64(ax)) * (int64(y) - int64(ay))
	right := (int64(by) - int64(ay)) * (int64(x) - int64(ax))
	return left == right, (left > right) == (by > ay)
}
