// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
)

// row is a line of a table below its header, without the cells that the header
// does not promise.
type row struct {
	line  int
	cells []string
}

// readTable reads CSV whose header begins with the given names; columns to the
// right of them are the writer's own. Lines that are no rows of the table are in
// the report. A file that is no such table is an error.
func readTable(in io.Reader, header []string) ([]row, Imported, error) {
	report := Imported{Problems: []Problem{}}
	text, err := readText(in)
	if err != nil {
		return nil, report, err
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	names, err := r.Read()
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	if err != nil || len(names) < len(header) || !slices.Equal(names[:len(header)], header) {
		return nil, report, fault.New(fault.Invalid, "org.import_header").With("header", strings.Join(header, ",")).Because(err)
	}
	var rows []row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, report, nil
		}
		report.Read++
		broken := (*csv.ParseError)(nil)
		if errors.As(err, &broken) {
			report.reject(broken.StartLine, fault.New(fault.Invalid, "org.import_quotes"))
			continue
		}
		at, _ := r.FieldPos(0)
		if len(cells) != len(names) {
			report.reject(at, fault.New(fault.Invalid, "org.import_columns").
				With("count", strconv.Itoa(len(cells))).With("want", strconv.Itoa(len(names))))
			continue
		}
		rows = append(rows, row{at, cells[:len(header)]})
	}
}

// readText reads a file of UTF-8, with or without the mark that spreadsheets put
// before it.
func readText(in io.Reader) ([]byte, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(text) {
		return nil, fault.New(fault.Invalid, "org.import_not_utf8")
	}
	return bytes.TrimPrefix(text, []byte("\ufeff")), nil
}

// feature is an outline and the area it belongs to: the one with the code or,
// without a code, the one of that name.
type feature struct {
	line  int // number of the feature, from 1
	code  string
	name  string
	shape geo.MultiPolygon
}

// readFeatures reads a GeoJSON FeatureCollection. Features without an outline
// are in the report.
func readFeatures(in io.Reader) ([]feature, Imported, error) {
	report := Imported{Problems: []Problem{}}
	text, err := readText(in)
	if err != nil {
		return nil, report, err
	}
	var file struct {
		Type     string            `json:"type"`
		Features []json.RawMessage `json:"features"`
	}
	if err := json.Unmarshal(text, &file); err != nil || file.Type != "FeatureCollection" {
		return nil, report, fault.New(fault.Invalid, "org.import_not_features").Because(err)
	}
	var out []feature
	for i, raw := range file.Features {
		report.Read++
		f, err := readFeature(raw)
		if err != nil {
			report.reject(i+1, err)
			continue
		}
		f.line = i + 1
		out = append(out, f)
	}
	return out, report, nil
}

func readFeature(text []byte) (feature, error) {
	var raw struct {
		Properties struct {
			Code label `json:"code"`
			Name label `json:"name"`
		} `json:"properties"`
		Geometry json.RawMessage `json:"geometry"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return feature{}, fault.New(fault.Invalid, "org.import_unreadable").Because(err)
	}
	read, err := geo.ParseGeoJSON(raw.Geometry)
	if err != nil {
		return feature{}, err
	}
	shape, err := outline(read)
	if err != nil {
		return feature{}, err
	}
	return feature{code: string(raw.Properties.Code), name: string(raw.Properties.Name), shape: shape}, nil
}

// label is a text that some programs write as a number, as they do with codes.
type label string

// UnmarshalJSON reads a string, or a number as it is written.
func (l *label) UnmarshalJSON(text []byte) error {
	var number json.Number
	if err := json.Unmarshal(text, &number); err == nil && text[0] != '"' {
		*l = label(number.String())
		return nil
	}
	var plain string
	err := json.Unmarshal(text, &plain)
	*l = label(strings.TrimSpace(plain))
	return err
}
