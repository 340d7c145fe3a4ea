// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// Problem is a line or feature of an import that cannot be taken.
type Problem struct {
	Line   int               `json:"line"`
	Field  string            `json:"field,omitempty"`
	Key    string            `json:"key"` // the reason, as a text key
	Params map[string]string `json:"params,omitempty"`
}

// Imported says what an import did.
type Imported struct {
	Read     int       `json:"read"`
	Created  int       `json:"created"`
	Existing int       `json:"existing"`
	Rejected int       `json:"rejected"`
	Problems []Problem `json:"problems"`
}

func (r *Imported) reject(line int, err error) {
	f, ok := fault.As(err)
	if !ok {
		f = fault.New(fault.Invalid, "org.import_unreadable")
	}
	r.Rejected++
	r.Problems = append(r.Problems, Problem{Line: line, Field: f.Field, Key: f.Key, Params: f.Params})
}

// errRejected rolls an import back whose report lists the reasons.
var errRejected = errors.New("org: the import has bad lines")

// take carries out an import in one transaction: what begun read is taken by fn,
// all of it or, if any line is bad, nothing.
func (s *Service) take(ctx context.Context, realm string, begun Imported, fn func(*db.Tx, *Imported) error) (Imported, error) {
	report := begun
	err := s.change(ctx, realm, func(tx *db.Tx) error {
		report = begun
		report.Problems = slices.Clone(begun.Problems)
		if err := fn(tx, &report); err != nil {
			return err
		}
		if report.Rejected > 0 {
			return errRejected
		}
		return nil
	})
	if err != nil {
		report.Created = 0
	}
	if errors.Is(err, errRejected) {
		err = fault.New(fault.Invalid, "org.import_rejected").With("count", strconv.Itoa(report.Rejected))
	}
	slices.SortStableFunc(report.Problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return report, err
}

// ImportAreas takes areas from CSV whose columns begin with code, name, kind and
// parent_code, parents before children; all of them or, if any line is bad,
// none. Codes that are there already are left as they are. An empty parent_code
// is the root.
func (s *Service) ImportAreas(ctx context.Context, realm string, in io.Reader, by string) (Imported, error) {
	rows, begun, err := readTable(in, []string{"code", "name", "kind", "parent_code"})
	if err != nil {
		return begun, err
	}
	return s.take(ctx, realm, begun, func(tx *db.Tx, report *Imported) error {
		known, err := readKnown(ctx, tx, realm)
		if err != nil {
			return err
		}
		for _, r := range rows {
			err := s.takeArea(ctx, tx, known, r, report, NewArea{Realm: realm, Kind: r.cells[2], Code: r.cells[0], Name: r.cells[1], By: by})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// takeArea takes one line. An error is one that ends the import.
func (s *Service) takeArea(ctx context.Context, tx *db.Tx, known *known, r row, report *Imported, c NewArea) error {
	official, err := code(c.Code, "code")
	if err == nil && official == "" {
		err = fault.New(fault.Invalid, "org.import_no_code").At("code")
	}
	if err == nil {
		err = known.first("area "+official, r.line, "code")
	}
	if err != nil {
		report.reject(r.line, err)
		return nil
	}
	if known.byCode[official] != "" {
		report.Existing++
		return nil
	}
	if c.Parent, err = known.find(r.cells[3], "parent_code"); err == nil {
		var made Area
		made, err = s.addArea(ctx, tx, c)
		known.byCode[official] = made.ID
	}
	return report.created(r.line, err)
}

// created counts a line that was taken, or rejects it for a fault. Any other
// error ends the import.
func (r *Imported) created(line int, err error) error {
	if err == nil {
		r.Created++
		return nil
	}
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	r.reject(line, err)
	return nil
}

// ImportBodies takes bodies from CSV whose columns begin with name, kind and
// area_code; all of them or, if any line is bad, none. A body whose name its
// area has already is left as it is. An empty area_code is the root.
func (s *Service) ImportBodies(ctx context.Context, realm string, in io.Reader, by string) (Imported, error) {
	rows, begun, err := readTable(in, []string{"name", "kind", "area_code"})
	if err != nil {
		return begun, err
	}
	return s.take(ctx, realm, begun, func(tx *db.Tx, report *Imported) error {
		known, err := readKnown(ctx, tx, realm)
		if err != nil {
			return err
		}
		there, err := listBodies(ctx, tx, realm)
		if err != nil {
			return err
		}
		for _, b := range there {
			known.bodies[[2]string{b.Area, b.Name}] = true
		}
		for _, r := range rows {
			if err := s.takeBody(ctx, tx, known, r, report, NewBody{Realm: realm, Kind: r.cells[1], By: by}); err != nil {
				return err
			}
		}
		return nil
	})
}

// takeBody takes one line. An error is one that ends the import.
func (s *Service) takeBody(ctx context.Context, tx *db.Tx, known *known, r row, report *Imported, c NewBody) (err error) {
	c.Area, err = known.find(r.cells[2], "area_code")
	if err == nil {
		c.Name, err = line(r.cells[0], "name")
	}
	if err == nil {
		err = known.first("body "+c.Area+" "+c.Name, r.line, "name")
	}
	if err == nil && known.bodies[[2]string{c.Area, c.Name}] {
		report.Existing++
		return nil
	}
	if err == nil {
		_, err = s.addBody(ctx, tx, c)
	}
	return report.created(r.line, err)
}

// ImportShapes gives areas their outlines from a GeoJSON FeatureCollection whose
// features have the property code or name; all of them or none. Outlines that
// the areas have already are left as they are.
func (s *Service) ImportShapes(ctx context.Context, realm string, in io.Reader, by string) (Imported, error) {
	features, begun, err := readFeatures(in)
	if err != nil {
		return begun, err
	}
	return s.take(ctx, realm, begun, func(tx *db.Tx, report *Imported) error {
		known, err := readKnown(ctx, tx, realm)
		if err != nil {
			return err
		}
		for _, f := range features {
			area, err := known.of(f)
			if err == nil {
				err = known.first("shape "+area, f.line, "code")
			}
			if err != nil {
				report.reject(f.line, err)
				continue
			}
			changed, err := setShape(ctx, tx, realm, area, f.shape)
			if err != nil {
				return err
			}
			if !changed {
				report.Existing++
				continue
			}
			report.Created++
			s.note(ctx, tx, realm, area, "org.area_shaped", by, map[string]bool{"synthetic": false})
		}
		return nil
	})
}

// known is what an import finds in its realm, and which lines it has seen.
type known struct {
	root   string
	byCode map[string]string // ids
	byName map[string][]string
	bodies map[[2]string]bool // by area and name
	lines  map[string]int
}

func readKnown(ctx context.Context, tx *db.Tx, realm string) (*known, error) {
	areas, err := listNames(ctx, tx, realm)
	k := &known{byCode: map[string]string{}, byName: map[string][]string{}, bodies: map[[2]string]bool{}, lines: map[string]int{}}
	for _, a := range areas {
		if a.Parent == "" {
			k.root = a.ID
		}
		if a.Code != "" {
			k.byCode[a.Code] = a.ID
		}
		k.byName[a.Name] = append(k.byName[a.Name], a.ID)
	}
	return k, err
}

// first refuses a second line about the same thing.
func (k *known) first(what string, line int, field string) error {
	if earlier, ok := k.lines[what]; ok {
		return fault.New(fault.Invalid, "org.import_twice").With("line", strconv.Itoa(earlier)).At(field)
	}
	k.lines[what] = line
	return nil
}

// find returns the id of the area with a code; without one, of the root.
func (k *known) find(text, field string) (string, error) {
	official, err := code(text, field)
	if err != nil {
		return "", err
	}
	if official == "" {
		return k.root, nil
	}
	if id := k.byCode[official]; id != "" {
		return id, nil
	}
	return "", fault.New(fault.Invalid, "org.import_parent").With("code", official).At(field)
}

// of returns the id of the area that a feature belongs to.
func (k *known) of(f feature) (string, error) {
	if f.code == "" && f.name == "" {
		return "", fault.New(fault.Invalid, "org.import_no_code").At("code")
	}
	if f.code != "" {
		official, err := code(f.code, "code")
		if err == nil && k.byCode[official] == "" {
			err = fault.New(fault.Invalid, "org.import_code").With("code", official).At("code")
		}
		return k.byCode[official], err
	}
	name, err := line(f.name, "name")
	if err != nil {
		return "", err
	}
	switch ids := k.byName[name]; len(ids) {
	case 1:
		return ids[0], nil
	case 0:
		return "", fault.New(fault.Invalid, "org.import_name").With("name", name).At("name")
	default:
		return "", fault.New(fault.Invalid, "org.import_name_twice").With("name", name).At("name")
	}
}
