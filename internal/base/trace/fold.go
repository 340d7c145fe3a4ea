// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

// folded is a text with half-width characters, and where each byte of it stood.
type folded struct {
	text string
	at   []int // of each byte, and of the end
}

// fold writes full-width letters, digits, signs and spaces, and the dashes that
// stand for a hyphen, in ASCII.
func fold(text string) folded {
	out, at := make([]byte, 0, len(text)), make([]int, 0, len(text)+1)
	for i, r := range text {
		width := 1
		switch {
		case r >= 0xff01 && r <= 0xff5e:
			out = append(out, byte(r-0xfee0))
		case r == 0x3000 || r == 0xa0:
			out = append(out, ' ')
		case r >= 0x2010 && r <= 0x2015:
			out = append(out, '-')
		default:
			before := len(out)
			out = append(out, runeAt(text, i)...)
			width = len(out) - before
		}
		for range width {
			at = append(at, i)
		}
	}
	return folded{string(out), append(at, len(text))}
}

// runeAt returns the bytes of the rune at i; of one that is broken, its one byte.
func runeAt(text string, i int) string {
	for j := range text[i:] {
		if j > 0 {
			return text[i : i+j]
		}
	}
	return text[i:]
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func alnum(c byte) bool { return digit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }

// bare drops what separates the parts of a value.
func bare(r rune) rune {
	switch r {
	case ' ', '\t', '\r', '\n', '-', '(', ')', 0xb7, 0x2022:
		return -1
	}
	return r
}
