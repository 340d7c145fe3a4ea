// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
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

// areaHeader is the first line of a file of areas.
var areaHeader = []string{"code", "name", "kind", "parent_code"}

// ImportAreas takes areas from CSV with the columns code, name, kind and
// parent_code, parents before children; all of them or, if any line is bad,
// none. Codes that are there already are left as they are. An empty parent_code
// is the root.
func (s *Service) ImportAreas(ctx context.Context, realm string, in io.Reader, by string) (Imported, error) {
	rows, err := readCSV(in, areaHeader)
	if err != nil {
		return Imported{Problems: []Problem{}}, err
	}
	var report Imported
	err = s.change(ctx, realm, func(tx *db.Tx) error {
		report = Imported{Read: len(rows), Problems: []Problem{}}
		ids, root, err := codes(ctx, tx, realm)
		if err != nil {
			return err
		}
		for i, row := range rows {
			code, parent := row[0], root
			if _, there := ids[code]; there {
				report.Existing++
				continue
			}
			if row[3] != "" {
				parent = ids[row[3]]
			}
			if parent == "" || code == "" {
				report.reject(i+2, fault.New(fault.Invalid, "org.import_parent").With("code", row[3]).At("parent_code"))
				continue
			}
			a, err := s.addArea(ctx, tx, NewArea{Realm: realm, Parent: parent, Kind: row[2], Code: code, Name: row[1], By: by})
			if fault.KindOf(err) == fault.Internal && err != nil {
				return err
			}
			if err != nil {
				report.reject(i+2, err)
				continue
			}
			ids[code] = a.ID
			report.Created++
		}
		return verdict(report)
	})
	return settle(report, err)
}

// ImportShapes gives areas their outlines from a GeoJSON FeatureCollection whose
// features have the property code; all of them or none.
func (s *Service) ImportShapes(ctx context.Context, realm string, in io.Reader, by string) (Imported, error) {
	features, err := readFeatures(in)
	if err != nil {
		return Imported{Problems: []Problem{}}, err
	}
	var report Imported
	err = s.change(ctx, realm, func(tx *db.Tx) error {
		report = Imported{Read: len(features), Problems: []Problem{}}
		for i, f := range features {
			shape, err := geo.ParseGeoJSON(f.Geometry)
			if err != nil {
				report.reject(i+1, err)
				continue
			}
			found, err := setShape(ctx, tx, realm, f.Properties.Code, shape)
			if err != nil {
				return err
			}
			if !found {
				report.reject(i+1, fault.New(fault.Invalid, "org.import_code").With("code", f.Properties.Code).At("code"))
				continue
			}
			report.Created++
		}
		s.note(ctx, tx, realm, "shapes", "org.shapes_imported", by, map[string]int{"features": len(features)})
		return verdict(report)
	})
	return settle(report, err)
}

// verdict ends an import that has bad lines.
func verdict(r Imported) error {
	if r.Rejected > 0 {
		return errRejected
	}
	return nil
}

// settle is what an import answers: of a rejected one nothing was created.
func settle(r Imported, err error) (Imported, error) {
	if errors.Is(err, errRejected) {
		r.Created = 0
		return r, fault.New(fault.Invalid, "org.import_rejected").With("count", fmt.Sprint(r.Rejected))
	}
	return r, err
}

// codes maps the codes of a realm's areas to their ids, and returns the root's id.
func codes(ctx context.Context, tx *db.Tx, realm string) (map[string]string, string, error) {
	areas, err := listAreas(ctx, tx, realm)
	ids, root := map[string]string{}, ""
	for _, a := range areas {
		if a.Code != "" {
			ids[a.Code] = a.ID
		}
		if a.Parent == "" {
			root = a.ID
		}
	}
	return ids, root, err
}

type feature struct {
	Properties struct {
		Code string `json:"code"`
	} `json:"properties"`
	Geometry json.RawMessage `json:"geometry"`
}

func readFeatures(in io.Reader) ([]feature, error) {
	var file struct {
		Type     string    `json:"type"`
		Features []feature `json:"features"`
	}
	if err := json.NewDecoder(in).Decode(&file); err != nil || file.Type != "FeatureCollection" {
		return nil, fault.New(fault.Invalid, "org.import_not_features").Because(err)
	}
	return file.Features, nil
}

// readCSV reads the lines below a header, which must be the given one.
func readCSV(in io.Reader, header []string) ([][]string, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, fault.New(fault.Invalid, "org.import_not_utf8")
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace = len(header), true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fault.New(fault.Invalid, "org.import_csv").With("reason", err.Error()).Because(err)
	}
	if len(rows) == 0 || strings.Join(rows[0], ",") != strings.Join(header, ",") {
		return nil, fault.New(fault.Invalid, "org.import_header").With("header", strings.Join(header, ","))
	}
	return rows[1:], nil
}
