// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
)

// maxMerged bounds the merged ranges that a fault names.
const maxMerged = 20

// worksheet reads the rows of one worksheet.
type worksheet struct {
	book   *workbook
	part   io.Closer
	xml    *parser
	line   int
	merged []*fault.Error
	done   bool
}

// open begins to read the worksheet's rows.
func (b *workbook) open() (*worksheet, error) {
	part, ok := b.parts[b.location]
	if !ok {
		return nil, errPart
	}
	in, err := part.Open()
	if err != nil {
		return nil, err
	}
	return &worksheet{book: b, part: in, xml: newParser(in)}, nil
}

// next returns the next row with any text. Behind the last stand the merged cells.
func (w *worksheet) next() (Row, error) {
	for !w.done {
		t, err := w.xml.next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			w.done = true
			break
		}
		if err != nil {
			return Row{}, w.broken(err)
		}
		e, ok := t.(xml.StartElement)
		switch {
		case ok && e.Name.Local == "row":
			row, err := w.row(e)
			if err != nil {
				return Row{}, w.broken(err)
			}
			if !blank(row.Cells) || len(row.Faults) > 0 {
				return row, nil
			}
		case ok && e.Name.Local == "mergeCell" && len(w.merged) < maxMerged:
			w.merged = append(w.merged, invalid("sheet.merged").With("range", attribute(e, "ref")))
		}
	}
	if err := w.part.Close(); err != nil {
		return Row{}, w.broken(err)
	}
	if len(w.merged) > 0 {
		return Row{}, fault.Join(w.merged...)
	}
	return Row{}, io.EOF
}

// broken says from which row on the worksheet cannot be read.
func (w *worksheet) broken(err error) error {
	err = unreadable(err)
	if f, ok := fault.As(err); ok {
		return f.With("line", strconv.Itoa(w.line))
	}
	return err
}

// row reads one row up to its end.
func (w *worksheet) row(e xml.StartElement) (Row, error) {
	w.line++
	if n, err := strconv.Atoi(attribute(e, "r")); err == nil {
		w.line = n
	}
	row := Row{Line: w.line}
	for next := 0; ; {
		t, err := w.xml.next()
		if err != nil {
			return row, cut(err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			if at := column(attribute(e, "r")); at >= 0 {
				next = at
			}
			text, bad, err := w.cell(e)
			if err != nil {
				return row, err
			}
			if next >= maxColumn {
				return row, errPart
			}
			if bad != nil {
				row.Faults = append(row.Faults, bad.At(letters(next)))
			}
			if text != "" {
				for len(row.Cells) <= next {
					row.Cells = append(row.Cells, "")
				}
				row.Cells[next] = text
			}
			next++
		case xml.EndElement:
			if e.Name.Local == "row" {
				return row, nil
			}
		}
	}
}

// cut says that a file which ends here ends too early.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// cell reads one cell up to its end.
func (w *worksheet) cell(c xml.StartElement) (text string, bad *fault.Error, err error) {
	var value strings.Builder
	inside, aloud, formula := false, false, false
	for {
		t, err := w.xml.next()
		if err != nil {
			return "", nil, cut(err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			inside = e.Name.Local == "v" || e.Name.Local == "t"
			aloud = aloud || e.Name.Local == "rPh"
			formula = formula || e.Name.Local == "f"
		case xml.CharData:
			if inside && !aloud {
				value.Write(e)
			}
			if value.Len() > maxRecord {
				return "", nil, errLong
			}
		case xml.EndElement:
			inside = false
			aloud = aloud && e.Name.Local != "rPh"
			if e.Name.Local == "c" {
				text, bad = w.meaning(c, value.String(), formula)
				return text, bad, nil
			}
		}
	}
}

// meaning says what a cell's value is, by its kind and format.
func (w *worksheet) meaning(c xml.StartElement, value string, formula bool) (string, *fault.Error) {
	kind := attribute(c, "t")
	switch {
	case formula:
		return "", invalid("sheet.formula")
	case kind == "e":
		return "", invalid("sheet.cell_error").With("value", value)
	case kind == "s":
		n, err := strconv.Atoi(value)
		text, ok := w.book.texts.text(n)
		if err != nil || !ok {
			return "", invalid("sheet.cell_broken")
		}
		return text, nil
	case kind == "b":
		return map[string]string{"1": "TRUE", "0": "FALSE"}[value], nil
	case kind == "d":
		return strings.Replace(strings.TrimSpace(value), "T", " ", 1), nil
	case kind == "inlineStr" || kind == "str":
		return strings.TrimSpace(value), nil
	case strings.TrimSpace(value) == "":
		return "", nil
	}
	text, n, bad := numberText(strings.TrimSpace(value))
	style, err := strconv.Atoi(attribute(c, "s"))
	if bad == nil && err == nil && style >= 0 && style < len(w.book.dates) && w.book.dates[style] {
		return dateText(n, w.book.since)
	}
	return text, bad
}
