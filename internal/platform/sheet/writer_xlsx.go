// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

const (
	maxSheetRows = 1 << 20 // of a worksheet, its heading among them
	maxCellRunes = 32767   // of a cell
)

// Numbers of the cell formats in the part for styles.
const (
	styleHeading = iota + 1
	styleTime
	styleDate
	stylePercent
)

// The parts of a workbook that are the same for all.
const (
	xmlHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNS   = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	linkNS   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	pkgNS    = `http://schemas.openxmlformats.org/package/2006/relationships`
	typesNS  = `http://schemas.openxmlformats.org/package/2006/content-types`
	sheetCT  = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
	partHead = xmlHead + `<worksheet xmlns="` + mainNS + `"><sheetViews><sheetView workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`

	typesPart = xmlHead + `<Types xmlns="` + typesNS + `"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + sheetCT + `sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + sheetCT + `worksheet+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + sheetCT + `styles+xml"/></Types>`
	rootLinks = xmlHead + `<Relationships xmlns="` + pkgNS + `"><Relationship Id="rId1" Type="` + linkNS + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookPart  = xmlHead + `<workbook xmlns="` + mainNS + `" xmlns:r="` + linkNS + `"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`
	bookLinks = xmlHead + `<Relationships xmlns="` + pkgNS + `"><Relationship Id="rId1" Type="` + linkNS + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + linkNS + `/styles" Target="styles.xml"/></Relationships>`
	stylesPart = xmlHead + `<styleSheet xmlns="` + mainNS + `"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
		`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="10" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
)

// workbookWriter writes a workbook of one worksheet.
type workbookWriter struct {
	zip  *zip.Writer
	out  *bufio.Writer
	line int
	made []byte // the row being made, kept for the next
	cell bytes.Buffer
}

func newWorkbookWriter(w io.Writer, headings []string) (*workbookWriter, error) {
	b := &workbookWriter{zip: zip.NewWriter(w)}
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", typesPart}, {"_rels/.rels", rootLinks}, {"xl/workbook.xml", bookPart},
		{"xl/_rels/workbook.xml.rels", bookLinks}, {"xl/styles.xml", stylesPart},
	} {
		out, err := b.zip.Create(part.name)
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(out, part.text); err != nil {
			return nil, err
		}
	}
	out, err := b.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	b.out = bufio.NewWriterSize(out, lookahead)
	b.out.WriteString(partHead) // a bufio.Writer keeps its first error for Flush
	row := make([]any, len(headings))
	for i, h := range headings {
		fmt.Fprintf(b.out, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, min(max(2*len([]rune(h))+4, 12), 40))
		row[i] = heading(h)
	}
	b.out.WriteString(`</cols><sheetData>`)
	return b, b.row(row)
}

// heading is a cell of the first row.
type heading string

func (b *workbookWriter) row(cells []any) error {
	if b.line++; b.line > maxSheetRows {
		return fmt.Errorf("a worksheet has no more than %d rows", maxSheetRows)
	}
	line := strconv.Itoa(b.line)
	b.made = append(append(append(b.made[:0], `<row r="`...), line...), `">`...)
	for i, cell := range cells {
		if err := b.add(letters(i)+line, cell); err != nil {
			return err
		}
	}
	b.made = append(b.made, `</row>`...)
	_, err := b.out.Write(b.made)
	return err
}

// add adds one cell to the row. Text is an inline string, which is never
// calculated.
func (b *workbookWriter) add(at string, cell any) error {
	switch v := cell.(type) {
	case heading:
		b.text(at, string(v), styleHeading)
	case string:
		b.text(at, v, 0)
	case bool:
		b.value(at, map[bool]string{true: "1", false: "0"}[v], `" t="b`)
	case time.Time:
		b.moment(at, v, styleTime)
	case Date:
		b.moment(at, day(time.Time(v)), styleDate)
	case Percent:
		if !math.IsNaN(float64(v)) {
			b.value(at, strconv.FormatFloat(float64(v), 'f', -1, 64), `" s="`+strconv.Itoa(stylePercent))
		}
	default:
		text, number, err := said(cell)
		if err != nil || !number {
			return err
		}
		b.value(at, text, "")
	}
	return nil
}

func (b *workbookWriter) value(at, value, kind string) {
	b.made = append(append(append(b.made, `<c r="`...), at...), kind...)
	b.made = append(append(append(b.made, `"><v>`...), value...), `</v></c>`...)
}

// day is the beginning of the day of a wall clock.
func day(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func (b *workbookWriter) moment(at string, t time.Time, style int) {
	switch {
	case t.IsZero():
	case t.Year() < 1901 || t.Year() > 9999: // a workbook knows no such day
		b.text(at, t.Format(timeLayout), 0)
	default:
		b.value(at, strconv.FormatFloat(serial(t), 'f', -1, 64), `" s="`+strconv.Itoa(style))
	}
}

// text adds a text. What is longer than a cell can be ends with an ellipsis.
func (b *workbookWriter) text(at, text string, style int) {
	if text == "" {
		return
	}
	if len(text) > maxCellRunes {
		if runes := []rune(text); len(runes) > maxCellRunes {
			text = string(runes[:maxCellRunes-1]) + "…"
		}
	}
	b.cell.Reset()
	xml.EscapeText(&b.cell, []byte(text)) // a buffer takes everything
	b.made = append(append(append(b.made, `<c r="`...), at...), `" s="`...)
	b.made = append(strconv.AppendInt(b.made, int64(style), 10), `" t="inlineStr"><is><t xml:space="preserve">`...)
	b.made = append(append(b.made, b.cell.Bytes()...), `</t></is></c>`...)
}

func (b *workbookWriter) close() error {
	b.out.WriteString(`</sheetData></worksheet>`)
	if err := b.out.Flush(); err != nil {
		return err
	}
	return b.zip.Close()
}
