// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

const (
	maxParts   = 4096     // files in a workbook
	maxShared  = 64 << 20 // bytes of texts that cells share
	maxTexts   = 2 << 20  // how many of them
	maxStyles  = 1 << 16
	sharedPage = 1 << 20
)

// workbook is what reading the rows of a worksheet takes.
type workbook struct {
	parts    map[string]*zip.File
	since    bool // days are counted from 1904
	dates    []bool
	texts    shared
	about    About
	location string // of the worksheet
}

// openWorkbook opens an XLSX file at its first worksheet that is not hidden.
func (r *Reader) openWorkbook(f io.ReaderAt, size int64) error {
	if err := countParts(io.NewSectionReader(f, 0, size)); err != nil {
		return err
	}
	archive, err := zip.NewReader(f, size)
	if err != nil {
		return invalid("sheet.unreadable").Because(err)
	}
	b := &workbook{parts: map[string]*zip.File{}}
	for _, part := range archive.File {
		b.parts[strings.TrimPrefix(part.Name, "/")] = part
	}
	if err := b.read(); err != nil {
		return unreadable(err)
	}
	rows, err := b.open()
	if err != nil {
		return unreadable(err)
	}
	r.About, r.rows = b.about, rows
	return r.readHeading()
}

// unreadable turns what a parser says into what people can act on. A fault is
// that already.
func unreadable(err error) error {
	switch {
	case errors.Is(err, errLong), errors.Is(err, errInflated):
		return invalid("sheet.inflated").Because(err)
	case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	}
	syntax := (*xml.SyntaxError)(nil)
	if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrFormat) ||
		errors.Is(err, zip.ErrAlgorithm) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, errPart) || strings.HasPrefix(err.Error(), "flate:") {
		return invalid("sheet.unreadable").Because(err)
	}
	return err
}

// errPart says that a workbook lacks what it speaks of.
var errPart = errors.New("sheet: a part of the workbook is missing or not as it should be")

// countParts refuses an archive with very many entries before its directory is
// read into memory.
func countParts(in io.Reader) error {
	signature := []byte("PK\x01\x02")
	buffered := bufio.NewReaderSize(in, lookahead)
	n := 0
	for {
		window, err := buffered.Peek(lookahead)
		if len(window) < len(signature) {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		at := bytes.Index(window, signature)
		skip := at + len(signature)
		if at < 0 {
			skip = len(window) - len(signature) + 1
		} else if n++; n > maxParts {
			return invalid("sheet.inflated")
		}
		buffered.Discard(skip) // the window has as many
	}
}

// read reads all parts but the rows.
func (b *workbook) read() error {
	main := "xl/workbook.xml"
	links, err := b.links("")
	if err != nil {
		return err
	}
	for _, l := range links {
		if strings.HasSuffix(l.kind, "/officeDocument") {
			main = l.target
		}
	}
	list, err := b.worksheets(main)
	if err != nil {
		return err
	}
	if links, err = b.links(main); err != nil {
		return err
	}
	for _, s := range list {
		switch {
		case b.location != "" || s.hidden:
			b.about.Others = append(b.about.Others, s.name)
		default:
			b.about.Sheet, b.location = s.name, links[s.link].target
		}
	}
	b.about.Format = XLSX
	if b.location == "" {
		return errPart
	}
	for _, l := range links {
		switch {
		case strings.HasSuffix(l.kind, "/styles"):
			err = errors.Join(err, b.styles(l.target))
		case strings.HasSuffix(l.kind, "/sharedStrings"):
			err = errors.Join(err, b.shared(l.target))
		}
	}
	return err
}

// link is where a part leads to.
type link struct{ kind, target string }

// links reads where a part leads to, by id. The part without a name is the whole.
func (b *workbook) links(part string) (map[string]link, error) {
	folder, name := path.Split(part)
	out := map[string]link{}
	err := b.walk(path.Join(folder, "_rels", name+".rels"), func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || attribute(e, "TargetMode") == "External" {
			return nil
		}
		target := attribute(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(folder, target)
		}
		out[attribute(e, "Id")] = link{attribute(e, "Type"), strings.TrimPrefix(target, "/")}
		return nil
	})
	return out, err
}

// worksheet is one worksheet as the workbook lists it.
type listed struct {
	name, link string
	hidden     bool
}

func (b *workbook) worksheets(part string) ([]listed, error) {
	var out []listed
	err := b.walk(part, func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		switch {
		case ok && e.Name.Local == "workbookPr":
			since := attribute(e, "date1904")
			b.since = since == "1" || since == "true"
		case ok && e.Name.Local == "sheet":
			state := attribute(e, "state")
			out = append(out, listed{attribute(e, "name"), attribute(e, "id"), state == "hidden" || state == "veryHidden"})
		}
		return nil
	})
	return out, err
}

// styles learns which formats of cells show dates.
func (b *workbook) styles(part string) error {
	patterns := map[int]bool{}
	inside := false
	return b.walk(part, func(t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch {
			case e.Name.Local == "cellXfs":
				inside = true
			case e.Name.Local == "numFmt":
				id, err := strconv.Atoi(attribute(e, "numFmtId"))
				if err == nil && len(patterns) < maxStyles {
					patterns[id] = datePattern(attribute(e, "formatCode"))
				}
			case e.Name.Local == "xf" && inside && len(b.dates) < maxStyles:
				id, _ := strconv.Atoi(attribute(e, "numFmtId")) // none is general
				dates, custom := patterns[id]
				b.dates = append(b.dates, custom && dates || !custom && builtinDate(id))
			}
		case xml.EndElement:
			inside = inside && e.Name.Local != "cellXfs"
		}
		return nil
	})
}

// shared reads the texts that cells share. How letters are read aloud is left out.
func (b *workbook) shared(part string) error {
	var text strings.Builder
	inside, aloud := false, false
	return b.walk(part, func(t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			inside = e.Name.Local == "t"
			aloud = aloud || e.Name.Local == "rPh"
		case xml.CharData:
			if inside && !aloud {
				text.Write(e)
			}
			if text.Len() > maxRecord {
				return errLong
			}
		case xml.EndElement:
			inside = false
			switch e.Name.Local {
			case "rPh":
				aloud = false
			case "si":
				err := b.texts.add(strings.TrimSpace(text.String()))
				text.Reset()
				return err
			}
		}
		return nil
	})
}

// shared keeps many texts in few pieces of memory.
type shared struct {
	pages [][]byte
	at    []place
	bytes int
}

// place is where a text lies.
type place struct{ page, from, to uint32 }

func (s *shared) add(text string) error {
	if s.bytes += len(text); s.bytes > maxShared || len(s.at) >= maxTexts {
		return errInflated
	}
	last := len(s.pages) - 1
	if last < 0 || len(s.pages[last])+len(text) > cap(s.pages[last]) {
		s.pages = append(s.pages, make([]byte, 0, max(sharedPage, len(text))))
		last++
	}
	from := len(s.pages[last])
	s.pages[last] = append(s.pages[last], text...)
	s.at = append(s.at, place{uint32(last), uint32(from), uint32(from + len(text))})
	return nil
}

// text returns the text with an index.
func (s *shared) text(index int) (string, bool) {
	if index < 0 || index >= len(s.at) {
		return "", false
	}
	p := s.at[index]
	return string(s.pages[p.page][p.from:p.to]), true
}

// walk hands each token of a part to fn. A part that is not there has none.
func (b *workbook) walk(name string, fn func(xml.Token) error) error {
	part, ok := b.parts[name]
	if !ok {
		return nil
	}
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	p := newParser(in)
	for {
		t, err := p.next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(t); err != nil {
			return err
		}
	}
}

// parser reads XML token by token. Workbooks have no directives: one that has
// wants something else than to be read.
type parser struct {
	in  *leash
	xml *xml.Decoder
}

func newParser(in io.Reader) *parser {
	l := &leash{in: in}
	return &parser{in: l, xml: xml.NewDecoder(bufio.NewReaderSize(l, 32<<10))}
}

func (p *parser) next() (xml.Token, error) {
	p.in.slack()
	t, err := p.xml.RawToken()
	if _, directive := t.(xml.Directive); directive {
		return nil, errPart
	}
	return t, err
}

// attribute returns an attribute by its name, whatever its prefix.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
