// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package sheet takes tables in and gives them out: CSV, XLSX and JSON Lines,
// row by row, in memory that does not grow with the table.
//
//	sheet.go      what a table is; opening one, whatever its format
//	encoding.go   which characters a text file is written in
//	leash.go      readers that are not let run away
//	csv.go        comma-separated text
//	jsonl.go      one JSON object a line
//	workbook.go   the parts of a workbook besides its rows
//	worksheet.go  the rows of a workbook
//	number.go     numbers and dates as workbooks keep them
//	writer.go     writing, whatever the format
//	writer_xlsx.go writing workbooks
//
// The formats are read by what the file says, not by what it is called. A
// workbook is read as its sender's word and nothing else: what a formula gives,
// where a merged cell belongs and what a date before the calendar means is not
// guessed but listed, with the line.
package sheet

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
)

// Format is how a table is written down.
type Format string

// The formats.
const (
	CSV   Format = "csv"
	XLSX  Format = "xlsx"
	JSONL Format = "jsonl"
)

// Limits bound a table that is read. A field that is zero takes Usual's.
type Limits struct {
	Rows    int // besides the heading
	Columns int
	Cell    int // characters
}

// Usual are limits for what offices send one another.
func Usual() Limits { return Limits{Rows: 200_000, Columns: 100, Cell: 10_000} }

func (l Limits) filled() Limits {
	usual := Usual()
	for field, value := range map[*int]int{&l.Rows: usual.Rows, &l.Columns: usual.Columns, &l.Cell: usual.Cell} {
		if *field == 0 {
			*field = value
		}
	}
	return l
}

// About says what was found about a table before its rows.
type About struct {
	Format   Format
	Encoding string   // of a text file: "UTF-8", "UTF-16" or "GB18030"
	Sheet    string   // of a workbook: the worksheet that is read, the first that is not hidden
	Others   []string // of a workbook: the worksheets that are not read
	Headings []string // each one different, none empty
}

// Row is one row below the heading. Rows without any text are left out.
type Row struct {
	Line   int            // as the sender's program counts: the heading of a worksheet is mostly 1
	Cells  []string       // as many as there are headings
	Faults []*fault.Error // what cannot be taken as it stands, each at its heading
}

// rows reads a table of one format. Its first row is the heading.
type rows interface {
	// next returns the next row with any text, io.EOF after the last, or a fault
	// that ends the reading.
	next() (Row, error)
}

// Reader reads a table.
type Reader struct {
	About
	limits Limits
	rows   rows
	read   int
}

// Open begins to read the table in a file of the given size. It fails with
// Invalid for what is no table, and says what to do about it.
func Open(f io.ReaderAt, size int64, limits Limits) (*Reader, error) {
	r := &Reader{limits: limits.filled()}
	first := make([]byte, 8)
	n, err := f.ReadAt(first, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("open sheet: %w", err)
	}
	switch first := string(first[:n]); {
	case first == "":
		return nil, invalid("sheet.empty")
	case strings.HasPrefix(first, "PK\x03\x04"):
		err = r.openWorkbook(f, size)
	case strings.HasPrefix(first, "\xd0\xcf\x11\xe0"):
		return nil, invalid("sheet.old_workbook")
	default:
		err = r.openText(f, size)
	}
	if err != nil {
		return nil, fmt.Errorf("open sheet: %w", err)
	}
	return r, nil
}

// openText opens a CSV file or one of JSON Lines.
func (r *Reader) openText(f io.ReaderAt, size int64) error {
	found, err := scan(io.NewSectionReader(f, 0, size))
	if err != nil {
		return err
	}
	r.Encoding = found.encoding
	in := &leash{in: found.decode(io.NewSectionReader(f, 0, size))}
	if found.first == '{' {
		r.Format = JSONL
		lines := newLines(in)
		r.rows, r.Headings, err = lines, nil, lines.look()
		if err != nil {
			return err
		}
		return r.head(lines.headings, 1)
	}
	r.Format = CSV
	r.rows = newCommas(in, found.comma)
	return r.readHeading()
}

// readHeading takes the first row as the heading.
func (r *Reader) readHeading() error {
	row, err := r.rows.next()
	if errors.Is(err, io.EOF) {
		return invalid("sheet.empty")
	}
	if err != nil {
		return err
	}
	if len(row.Faults) > 0 {
		return fault.Join(row.Faults...)
	}
	return r.head(row.Cells, row.Line)
}

// head checks the headings: each column has one, and no two the same.
func (r *Reader) head(cells []string, line int) error {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > r.limits.Columns {
		return invalid("sheet.many_columns").With("max", strconv.Itoa(r.limits.Columns)).With("n", strconv.Itoa(len(cells)))
	}
	var faults []*fault.Error
	seen := map[string]int{}
	for i, cell := range cells {
		cell = strings.Join(strings.Fields(cell), " ")
		key := strings.ToLower(cell)
		before, twice := seen[key]
		switch {
		case cell == "":
			faults = append(faults, invalid("sheet.heading_empty").With("column", letters(i)))
		case twice:
			faults = append(faults, invalid("sheet.heading_twice").With("heading", cell).With("first", letters(before)).With("column", letters(i)))
		default:
			seen[key] = i
		}
		r.Headings = append(r.Headings, cell)
	}
	for i := range faults {
		faults[i] = faults[i].With("line", strconv.Itoa(line))
	}
	return fault.Join(faults...)
}

// Next returns the next row. After the last it returns io.EOF. It fails with
// Invalid when the rest cannot be read: the table is too long, is broken, or has
// merged cells, which are known only at its end.
func (r *Reader) Next() (Row, error) {
	row, err := r.rows.next()
	if err != nil {
		return Row{}, err
	}
	if r.read++; r.read > r.limits.Rows {
		return Row{}, invalid("sheet.many_rows").With("max", strconv.Itoa(r.limits.Rows))
	}
	cells := make([]string, len(r.Headings))
	for i, cell := range row.Cells {
		switch {
		case i < len(cells) && len(cell) > r.limits.Cell && len([]rune(cell)) > r.limits.Cell:
			row.Faults = append(row.Faults, invalid("sheet.cell_long").With("max", strconv.Itoa(r.limits.Cell)).At(letters(i)))
		case i < len(cells):
			cells[i] = cell
		case cell != "":
			row.Faults = append(row.Faults, invalid("sheet.no_heading").With("column", letters(i)))
		}
	}
	row.Cells = cells
	for i, f := range row.Faults {
		if at := column(f.Field); at >= 0 && at < len(r.Headings) {
			row.Faults[i] = f.At(r.Headings[at])
		}
	}
	return row, nil
}

func invalid(key string) *fault.Error { return fault.New(fault.Invalid, key) }

// blank reports whether no cell has any text.
func blank(cells []string) bool { return strings.Join(cells, "") == "" }

// letters is what people call the column with an index: A, B, …, Z, AA.
func letters(index int) string {
	name := ""
	for n := index + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// maxColumn is the last column of a worksheet, XFD.
const maxColumn = 16384

// column is the index of the column at the beginning of a reference such as C7,
// or -1 if there is none.
func column(reference string) int {
	n := 0
	for _, r := range reference {
		if r < 'A' || r > 'Z' {
			break
		}
		if n = n*26 + int(r-'A') + 1; n > maxColumn {
			return -1
		}
	}
	return n - 1
}
