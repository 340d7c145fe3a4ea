// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

// Date is a day without a time of day, as a cell.
type Date time.Time

// Percent is a share as a cell: 0.5 is shown as 50.00 %.
type Percent float64

// Writer writes a table row by row. What it holds does not grow with the table.
type Writer struct {
	format  Format
	columns int
	rows    rowWriter
}

// rowWriter writes rows in one format.
type rowWriter interface {
	row(cells []any) error
	close() error
}

// NewWriter begins a table in CSV or XLSX and writes its headings. The caller
// closes the Writer, and then w.
func NewWriter(w io.Writer, format Format, headings []string) (*Writer, error) {
	out := &Writer{format: format, columns: len(headings)}
	var err error
	switch format {
	case CSV:
		out.rows, err = newCSVWriter(w, headings)
	case XLSX:
		out.rows, err = newWorkbookWriter(w, headings)
	default:
		return nil, fmt.Errorf("sheet: no table is written as %q", format)
	}
	if err != nil {
		return nil, fmt.Errorf("write sheet: %w", err)
	}
	return out, nil
}

// Row writes one row. A cell is nil, a string, a whole number, a float64, a bool,
// a time.Time, whose wall clock is written, a Date or a Percent; the zero time is
// an empty cell. Text is never a formula, whatever it begins with.
func (w *Writer) Row(cells ...any) error {
	if len(cells) > w.columns {
		return fmt.Errorf("write sheet: a row of %d cells below %d headings", len(cells), w.columns)
	}
	if err := w.rows.row(cells); err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	return nil
}

// Close writes what ends the table. Without it the table is not whole.
func (w *Writer) Close() error {
	if err := w.rows.close(); err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	return nil
}

// ContentType is what HTTP calls the format.
func (f Format) ContentType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "application/jsonl"
}

// said is a cell as text, and whether it is a number.
func said(cell any) (text string, number bool, err error) {
	switch v := cell.(type) {
	case nil:
		return "", false, nil
	case string:
		return v, false, nil
	case int:
		return strconv.Itoa(v), true, nil
	case int64:
		return strconv.FormatInt(v, 10), true, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", false, nil
		}
		return strconv.FormatFloat(v, 'f', -1, 64), true, nil
	case Percent:
		return strconv.FormatFloat(float64(v)*100, 'f', 2, 64) + "%", true, nil
	case bool:
		return strconv.FormatBool(v), true, nil
	case Date:
		return moment(time.Time(v), dateLayout), true, nil
	case time.Time:
		return moment(v, timeLayout), true, nil
	}
	return "", false, fmt.Errorf("no cell is a %T", cell)
}

func moment(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}
