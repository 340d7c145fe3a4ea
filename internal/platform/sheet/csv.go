// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
)

// commas reads CSV.
type commas struct {
	in   *leash
	csv  *csv.Reader
	line int // of the row read last
}

func newCommas(in *leash, comma rune) *commas {
	c := &commas{in: in, csv: csv.NewReader(in)}
	c.csv.Comma, c.csv.FieldsPerRecord, c.csv.ReuseRecord = comma, -1, true
	return c
}

// next returns the next row. A quote at a wrong place spoils its own row only,
// unless it swallows the rest.
func (c *commas) next() (Row, error) {
	for {
		c.in.slack()
		cells, err := c.csv.Read()
		wrong := (*csv.ParseError)(nil)
		switch {
		case errors.Is(err, errLong):
			return Row{}, invalid("sheet.row_long").With("line", strconv.Itoa(c.line+1))
		case errors.As(err, &wrong):
			c.line = wrong.Line
			return Row{Line: wrong.StartLine, Faults: []*fault.Error{invalid("sheet.quote")}}, nil
		case err != nil:
			return Row{}, err // io.EOF among them
		}
		c.line, _ = c.csv.FieldPos(0)
		for i, cell := range cells {
			cells[i] = plain(strings.TrimSpace(cell))
		}
		if !blank(cells) {
			return Row{Line: c.line, Cells: cells}, nil
		}
	}
}

// risky are the characters with which a program for tables takes text for a
// formula.
const risky = "=+-@\t\r"

// guarded puts an apostrophe before text that would be taken for a formula.
func guarded(text string) string {
	if text != "" && strings.ContainsRune(risky, rune(text[0])) {
		return "'" + text
	}
	return text
}

// plain takes away the apostrophe that guarded put there.
func plain(text string) string {
	if len(text) > 1 && text[0] == '\'' && strings.ContainsRune(risky, rune(text[1])) {
		return text[1:]
	}
	return text
}

// csvWriter writes CSV with a mark, by which programs know that it is UTF-8.
type csvWriter struct {
	csv   *csv.Writer
	cells []string
}

func newCSVWriter(w io.Writer, headings []string) (*csvWriter, error) {
	if _, err := io.WriteString(w, markUTF8); err != nil {
		return nil, err
	}
	c := &csvWriter{csv: csv.NewWriter(w)}
	c.csv.UseCRLF = true
	row := make([]any, len(headings))
	for i, h := range headings {
		row[i] = h
	}
	return c, c.row(row)
}

func (c *csvWriter) row(cells []any) error {
	c.cells = c.cells[:0]
	for _, cell := range cells {
		text, number, err := said(cell)
		if err != nil {
			return err
		}
		if !number {
			text = guarded(text)
		}
		c.cells = append(c.cells, text)
	}
	return c.csv.Write(c.cells)
}

func (c *csvWriter) close() error {
	c.csv.Flush()
	return c.csv.Error()
}
