// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package picture

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
)

// Bounds of what may be marked and said. Every second cell of the grid is 72 boxes.
const (
	MaxBoxes   = 80
	MaxCaption = 60 // characters
)

// Columns and Rows are those of the grid in which parts of a photo can be marked
// without drawing.
const (
	Columns = 12
	Rows    = 12
)

// Whole is the width and height of a photo in the units of a Box.
const Whole = 1000

// Box is a rectangle of a photo, in thousandths of its width and height.
type Box struct {
	Left   int `json:"left"`
	Top    int `json:"top"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Inside reports whether a box has an area and lies in the photo.
func (b Box) Inside() bool {
	return b.Left >= 0 && b.Top >= 0 && b.Width > 0 && b.Height > 0 && b.Width <= Whole && b.Height <= Whole &&
		b.Left+b.Width <= Whole && b.Top+b.Height <= Whole
}

// Presentable reports whether photos of a matter of a class may be public: those
// without personal data, or with little (A, B).
func Presentable(privacy string) bool {
	return privacy == matter.PrivacyNone || privacy == matter.PrivacyOrdinary
}

// preparing are the roles of a desk that prepare.
var preparing = []identity.Role{identity.Dispatcher, identity.ShiftHead}

// may reports whether somebody with these roles at a matter's place prepares its photos.
func may(roles []identity.Role) bool {
	return slices.ContainsFunc(roles, func(r identity.Role) bool { return slices.Contains(preparing, r) })
}

// Check says what is wrong with what was marked, or nil. That there is nothing to
// hide has to be said.
func Check(boxes []Box, nothing bool) error {
	switch {
	case len(boxes) > MaxBoxes:
		return fault.New(fault.Invalid, "picture.too_many_boxes").At("boxes").With("max", strconv.Itoa(MaxBoxes))
	case len(boxes) == 0 && !nothing:
		return fault.New(fault.Invalid, "picture.no_boxes").At("boxes")
	case len(boxes) > 0 && nothing:
		return fault.New(fault.Invalid, "picture.not_nothing").At("boxes")
	}
	for i, b := range boxes {
		if !b.Inside() {
			return outside(i + 1)
		}
	}
	return nil
}

func outside(line int) *fault.Error {
	return fault.New(fault.Invalid, "picture.outside").At("boxes").With("n", strconv.Itoa(line))
}

// Read reads boxes as they are typed: a line for each, with left, top, width and
// height in per cent of the picture, with up to one decimal.
func Read(lines string) ([]Box, error) {
	var out []Box
	n := 0
	for line := range strings.Lines(lines) {
		n++
		parts := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n,，;；、%％", r) })
		if len(parts) == 0 {
			continue
		}
		if len(out) == MaxBoxes {
			return nil, fault.New(fault.Invalid, "picture.too_many_boxes").At("boxes").With("max", strconv.Itoa(MaxBoxes))
		}
		var v [4]int
		for i := range v {
			ok := len(parts) == len(v)
			if ok {
				v[i], ok = thousandths(parts[i])
			}
			if !ok {
				return nil, fault.New(fault.Invalid, "picture.not_a_box").At("boxes").With("n", strconv.Itoa(n))
			}
		}
		b := Box{Left: v[0], Top: v[1], Width: v[2], Height: v[3]}
		if !b.Inside() {
			return nil, outside(n)
		}
		out = append(out, b)
	}
	return out, nil
}

// thousandths reads per cent with up to one decimal.
func thousandths(s string) (int, bool) {
	whole, part, _ := strings.Cut(s, ".")
	if part == "" {
		part = "0"
	}
	if len(whole) == 0 || len(whole) > 3 || len(part) != 1 || strings.Trim(whole+part, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(whole + part)
	return n, err == nil && n <= Whole
}

// Write is what Read reads.
func Write(boxes []Box) string {
	var b strings.Builder
	for _, box := range boxes {
		for i, v := range []int{box.Left, box.Top, box.Width, box.Height} {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.Itoa(v / 10))
			if v%10 > 0 {
				b.WriteByte('.')
				b.WriteString(strconv.Itoa(v % 10))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Cells makes boxes of chosen cells of the grid, counted from 0 row by row: one for
// each run in a row.
func Cells(chosen []string) ([]Box, error) {
	var on [Rows * Columns]bool
	for _, s := range chosen {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n >= len(on) {
			return nil, fault.New(fault.Invalid, "form.not_a_choice").At("boxes")
		}
		on[n] = true
	}
	var out []Box
	for row := range Rows {
		for from := 0; from < Columns; from++ {
			to := from
			for to < Columns && on[row*Columns+to] {
				to++
			}
			if to > from {
				out = append(out, cell(row, from, to))
				from = to
			}
		}
	}
	return joined(out), nil
}

// cell is the part of the picture from one column to another in a row.
func cell(row, from, to int) Box {
	left, right := from*Whole/Columns, (to*Whole+Columns-1)/Columns
	top, bottom := row*Whole/Rows, ((row+1)*Whole+Rows-1)/Rows
	return Box{Left: left, Top: top, Width: right - left, Height: bottom - top}
}

// joined puts boxes that stand below one another, equally wide, into one.
func joined(boxes []Box) []Box {
	var out []Box
	for _, b := range boxes {
		i := slices.IndexFunc(out, func(a Box) bool {
			return a.Left == b.Left && a.Width == b.Width && a.Top < b.Top && a.Top+a.Height >= b.Top
		})
		if i < 0 {
			out = append(out, b)
			continue
		}
		out[i].Height = b.Top + b.Height - out[i].Top
	}
	return out
}

// caption checks what is said of a picture. Traces of persons in it are for release.
func caption(given string) (string, error) {
	text, err := form.CleanText(given, false)
	if f, ok := fault.As(err); ok {
		return "", f.At("caption")
	}
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", fault.New(fault.Invalid, "picture.no_caption").At("caption")
	case n > MaxCaption:
		return "", fault.New(fault.Invalid, "form.too_long").At("caption").With("max", strconv.Itoa(MaxCaption))
	}
	return text, nil
}
