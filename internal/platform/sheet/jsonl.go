// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
)

// looked is how many objects are looked at for their names, which are the headings.
const looked = 100

// lines reads JSON Lines: one object a line.
type lines struct {
	in       *leash
	scanner  *bufio.Scanner
	line     int
	headings []string
	ahead    [][]pair // objects read while looking
	at       []int    // their lines
	broken   []error  // their faults
}

// pair is one member of an object.
type pair struct{ name, value string }

func newLines(in *leash) *lines {
	l := &lines{in: in, scanner: bufio.NewScanner(in)}
	l.scanner.Buffer(make([]byte, 0, lookahead), maxRecord)
	return l
}

// look reads the first objects and takes the names of their members as headings,
// in the order in which they come.
func (l *lines) look() error {
	for range looked {
		object, err := l.object()
		if errors.Is(err, io.EOF) {
			break
		}
		if f, bad := fault.As(err); err != nil && (!bad || f.Key == "sheet.row_long") {
			return err
		}
		l.ahead, l.at, l.broken = append(l.ahead, object), append(l.at, l.line), append(l.broken, err)
		for _, p := range object {
			if !slices.Contains(l.headings, p.name) {
				l.headings = append(l.headings, p.name)
			}
		}
	}
	if len(l.headings) == 0 {
		return invalid("sheet.empty")
	}
	return nil
}

// object reads the next line that is not empty.
func (l *lines) object() ([]pair, error) {
	for {
		l.in.slack()
		if !l.scanner.Scan() {
			break
		}
		l.line++
		if text := bytes.TrimSpace(l.scanner.Bytes()); len(text) > 0 {
			return members(text)
		}
	}
	if err := l.scanner.Err(); errors.Is(err, bufio.ErrTooLong) || errors.Is(err, errLong) {
		return nil, invalid("sheet.row_long").With("line", strconv.Itoa(l.line+1))
	} else if err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// members reads an object whose members are plain values.
func members(text []byte) ([]pair, error) {
	wrong := invalid("sheet.not_object")
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, wrong
	}
	var out []pair
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, wrong
		}
		key := strings.TrimSpace(name.(string)) // the first token of a member is its name
		value, err := d.Token()
		if err != nil {
			return nil, wrong
		}
		p := pair{name: key}
		switch v := value.(type) {
		case string:
			p.value = strings.TrimSpace(v)
		case json.Number:
			p.value = v.String()
		case bool:
			p.value = strconv.FormatBool(v)
		case json.Delim:
			return nil, invalid("sheet.nested").With("heading", key)
		}
		if slices.ContainsFunc(out, func(o pair) bool { return o.name == key }) {
			return nil, invalid("sheet.member_twice").With("heading", key)
		}
		out = append(out, p)
	}
	if _, err := d.Token(); err != nil || d.More() {
		return nil, wrong
	}
	return out, nil
}

// next returns the next object as a row.
func (l *lines) next() (Row, error) {
	var object []pair
	var err error
	line := 0
	if len(l.ahead) > 0 {
		object, line, err = l.ahead[0], l.at[0], l.broken[0]
		l.ahead, l.at, l.broken = l.ahead[1:], l.at[1:], l.broken[1:]
	} else {
		object, err = l.object()
		line = l.line
	}
	if f, bad := fault.As(err); bad && f.Key != "sheet.row_long" {
		return Row{Line: line, Faults: []*fault.Error{f}}, nil
	}
	if err != nil {
		return Row{}, err
	}
	row := Row{Line: line, Cells: make([]string, len(l.headings))}
	for _, p := range object {
		at := slices.Index(l.headings, p.name)
		if at < 0 {
			row.Faults = append(row.Faults, invalid("sheet.member_unknown").With("heading", p.name))
			continue
		}
		row.Cells[at] = p.value
	}
	return row, nil
}
