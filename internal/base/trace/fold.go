// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// folded is a text with half-width characters, and where they stood.
type folded struct {
	text string
	cuts []cut
}

// cut says that from a byte of the folded text on, the bytes stand one by one from
// a byte of the text on.
type cut struct{ at, from int }

// origin is where a byte of the folded text stood.
func (f folded) origin(at int) int {
	i := sort.Search(len(f.cuts), func(i int) bool { return f.cuts[i].at > at })
	if i == 0 {
		return at
	}
	c := f.cuts[i-1]
	return c.from + at - c.at
}

// fold writes full-width letters, digits, signs and spaces, the dashes that stand
// for a hyphen, and numbers that are written out as numerals, in ASCII.
func fold(text string) folded {
	plain := 0
	for plain < len(text) && text[plain] < 0x80 {
		plain++
	}
	if plain == len(text) {
		return folded{text: text}
	}
	f := folded{}
	out := make([]byte, plain, len(text))
	copy(out, text)
	written := 0 // up to here numerals are written as digits
	for i := plain; i < len(text); {
		if text[i] < 0x80 {
			out = append(out, text[i])
			i++
			continue
		}
		r, width := utf8.DecodeRuneInString(text[i:])
		c, known := half(r)
		if n := numeral(r); n != 0 {
			if i >= written {
				written = max(written, numerals(text, i))
			}
			c, known = n, i < written
		}
		if !known {
			out = append(out, text[i:i+width]...)
			i += width
			continue
		}
		f.cuts = append(f.cuts, cut{len(out), i}, cut{len(out) + 1, i + width})
		out = append(out, c)
		i += width
	}
	f.text = string(out)
	return f
}

// half is the ASCII character that a rune stands for.
func half(r rune) (byte, bool) {
	switch {
	case r >= 0xff01 && r <= 0xff5e:
		return byte(r - 0xfee0), true
	case r == 0x3000 || r == 0xa0:
		return ' ', true
	case r >= 0x2010 && r <= 0x2015:
		return '-', true
	}
	return 0, false
}

// writtenOut are the numerals that digits are written out with, and spoken their
// digits in the same order.
const (
	writtenOut = "零〇一壹幺二贰三叁四肆五伍六陆七柒八捌九玖"
	spoken     = "001112233445566778899"
)

// numeral is the digit that a numeral stands for; 0 for what is none.
func numeral(r rune) byte {
	if r < 0x3007 || r > 0x96f6 {
		return 0
	}
	if i := strings.IndexRune(writtenOut, r); i >= 0 {
		return spoken[i/3]
	}
	return 0
}

// spelt is how many numerals make a number: fewer are a year or a count.
const spelt = 7

// numerals returns where a number ends that is written out from i on, at most one
// separator between its digits; i if there is none.
func numerals(text string, i int) int {
	n, end := 0, i
	for at := i; at < len(text); {
		r, width := utf8.DecodeRuneInString(text[at:])
		switch {
		case numeral(r) != 0:
			n++
			end = at + width
		case at != end || !strings.ContainsRune(" -.\u00b7", r):
			at = len(text)
		}
		at += width
	}
	if n < spelt {
		return i
	}
	return end
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func alnum(c byte) bool { return digit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }

// bare drops what separates the parts of a value.
func bare(r rune) rune {
	switch r {
	case ' ', '\t', '\r', '\n', '-', '(', ')', '.', '_', '/', 0xb7, 0x2022:
		return -1
	}
	return r
}
