// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/id"
	"pavilion/internal/platform/db"
)

// Division is one entry of the official divisions. Its parent is the one whose
// code its own begins with.
type Division struct{ Code, Name string }

// Divisions is the list of official divisions with the rules by which their
// areas are called.
type Divisions struct {
	list     []Division // by code
	suffixes [][2]string
	grid     string
}

// LoadDivisions reads divisions/ of the catalogue.
func LoadDivisions(fsys fs.FS) (*Divisions, error) {
	f, err := fsys.Open("divisions/divisions.csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("divisions.csv: %w", err)
	}
	d := &Divisions{}
	for _, row := range rows[1:] {
		d.list = append(d.list, Division{row[0], row[1]})
	}
	text, err := fs.ReadFile(fsys, "divisions/naming.json")
	if err != nil {
		return nil, err
	}
	var naming struct {
		Suffixes [][2]string `json:"suffixes"`
		Grid     string      `json:"grid"`
	}
	if err := json.Unmarshal(text, &naming); err != nil {
		return nil, fmt.Errorf("naming.json: %w", err)
	}
	d.suffixes, d.grid = naming.Suffixes, naming.Grid
	return d, nil
}

// Find returns the division with a code.
func (d *Divisions) Find(code string) (Division, bool) {
	i, ok := slices.BinarySearchFunc(d.list, code, func(x Division, code string) int { return strings.Compare(x.Code, code) })
	if !ok {
		return Division{}, false
	}
	return d.list[i], true
}

// Below lists the divisions directly below a code: those of the next length.
func (d *Divisions) Below(code string) []Division {
	length := map[int]int{4: 6, 6: 9, 9: 12}[len(code)]
	var out []Division
	for _, x := range d.list {
		if len(x.Code) == length && strings.HasPrefix(x.Code, code) {
			out = append(out, x)
		}
	}
	return out
}

// called is what a division's area is called: without its parent's name, and
// called after the place and not after its committee.
func (d *Divisions) called(x Division, parent string) string {
	name := x.Name
	if rest, ok := strings.CutPrefix(name, parent); ok && rest != "" {
		name = rest
	}
	for _, s := range d.suffixes {
		if rest, ok := strings.CutSuffix(name, s[0]); ok && rest != "" {
			return rest + s[1]
		}
	}
	return name
}

// kindOf is the kind of area that a division's code stands for.
var kindOf = map[int]string{6: District, 9: Township, 12: Village}

// FromDivisions asks for a realm whose areas are the official divisions below one.
type FromDivisions struct {
	Realm     string
	Name      string // empty: the division's
	Root      string // code of a district, county or township
	GridsIn   string // code below which each village gets a grid; empty for none
	Outline   geo.Ring
	Divisions *Divisions
	By        string
	Progress  func(done, total int) // may be nil
}

// CreateFromDivisions makes a realm with all its areas, or nothing. With an
// outline, which must be convex, every area gets a generated part of it, marked
// as synthetic. It returns how many areas there are.
func (s *Service) CreateFromDivisions(ctx context.Context, c FromDivisions) (int, error) {
	top, ok := c.Divisions.Find(c.Root)
	if !ok || kindOf[len(top.Code)] == "" {
		return 0, fault.New(fault.Invalid, "org.division_unknown").With("code", c.Root).At("division")
	}
	name, err := line(cmp.Or(c.Name, top.Name), "name")
	if err != nil {
		return 0, err
	}
	c.Name = name
	if _, err := outline(shapeOf(c.Outline)); err != nil {
		return 0, err
	}
	b := &builder{c: c, of: map[string]int{}}
	b.add(Area{Realm: c.Realm, ID: id.New(), Kind: kindOf[len(top.Code)], Code: top.Code, Name: c.Name, Hi: rootHi}, c.Outline)
	if err := b.below(0, top); err != nil {
		return 0, err
	}
	err = s.create(ctx, Realm{ID: c.Realm, Name: c.Name}, func(tx *db.Tx) error {
		s.note(ctx, tx, c.Realm, b.areas[0].ID, "org.realm_created", c.By, map[string]any{"division": c.Root, "areas": len(b.areas)})
		for i, a := range b.areas {
			if err := insertArea(ctx, tx, a); err != nil {
				return err
			}
			if c.Progress != nil && (i%50 == 49 || i == len(b.areas)-1) {
				c.Progress(i+1, len(b.areas))
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(b.areas), nil
}

// builder gathers the areas of a realm before any is stored.
type builder struct {
	c     FromDivisions
	areas []Area
	rings []geo.Ring     // of the areas
	of    map[string]int // children so far, by the parent's id
}

// add finishes an area and returns its number.
func (b *builder) add(a Area, ring geo.Ring) int {
	a.Revision = 1
	a.Shape, a.Synthetic = shapeOf(ring), len(ring) > 0
	b.areas, b.rings = append(b.areas, a), append(b.rings, ring)
	return len(b.areas) - 1
}

func shapeOf(ring geo.Ring) geo.MultiPolygon {
	if len(ring) == 0 {
		return nil
	}
	return geo.MultiPolygon{{ring}}
}

// child adds an area below the one with the given number.
func (b *builder) child(parent int, a Area, ring geo.Ring) (int, error) {
	up := b.areas[parent]
	b.of[up.ID]++
	lo, hi, err := part(up, b.of[up.ID])
	if err != nil {
		return 0, err
	}
	a.Realm, a.ID, a.Parent, a.Lo, a.Hi, a.Depth, a.Town = up.Realm, id.New(), up.ID, lo, hi, up.Depth+1, up.Town
	if a.Depth == 1 {
		a.Town = lo
	}
	return b.add(a, ring), nil
}

// below adds what lies below a division, and below that, each with its share of
// the outline by the number of villages in it.
func (b *builder) below(parent int, d Division) error {
	list := b.c.Divisions.Below(d.Code)
	weights := make([]int, len(list))
	for i, x := range list {
		weights[i] = max(1, len(b.c.Divisions.Below(x.Code)))
	}
	rings := divide(b.rings[parent], weights)
	for i, x := range list {
		var ring geo.Ring
		if rings != nil {
			ring = rings[i]
		}
		name := b.c.Divisions.called(x, d.Name)
		n, err := b.child(parent, Area{Kind: kindOf[len(x.Code)], Code: x.Code, Name: name}, ring)
		if err != nil {
			return err
		}
		if len(x.Code) == 12 && b.c.GridsIn != "" && strings.HasPrefix(x.Code, b.c.GridsIn) {
			grid := Area{Kind: Grid, Code: x.Code + "001", Name: strings.ReplaceAll(b.c.Divisions.grid, "{name}", name)}
			if _, err := b.child(n, grid, ring); err != nil {
				return err
			}
		}
		if err := b.below(n, x); err != nil {
			return err
		}
	}
	return nil
}
