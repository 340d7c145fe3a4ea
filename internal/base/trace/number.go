// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

import (
	"slices"
	"strings"
)

// group is digits that stand together, with an x at the end for some.
type group struct {
	from, to int
	joined   bool // only a separator lies between it and the group before
}

// longest is how many digits a number may have, and shortest how few.
const (
	longest  = 20
	shortest = 7
)

// numbers lists the finds among the digits of a text, by its folded offsets.
func (f folded) numbers() []Trace {
	var out []Trace
	groups := f.groups()
	cut := make([]int, 0, longest)
	for i := 0; i < len(groups); {
		best, next := Trace{}, i+1
		value, label, asked := "", Kind(""), false
		cut = cut[:0]
		for j := i; j < len(groups) && (j == i || groups[j].joined); j++ {
			g := groups[j]
			if j == i {
				value = f.text[g.from:g.to]
			} else {
				value += f.text[g.from:g.to]
			}
			cut = append(cut, g.to-g.from)
			if len(value) > longest {
				break
			}
			if len(value) < shortest {
				continue
			}
			if !asked {
				label, asked = f.label(groups[i].from), true
			}
			if kind, sure := classify(strings.ToUpper(value), cut, label); kind != "" && (best.Kind == "" || sure && !best.Sure || sure == best.Sure && label == kind) {
				best, next = Trace{Kind: kind, From: groups[i].from, To: g.to, Sure: sure}, j+1
			}
		}
		if best.Kind != "" {
			out = append(out, best)
		}
		i = next
	}
	return out
}

// groups splits off the digits. Those of a decimal, and those in a word with
// letters, are none.
func (f folded) groups() []group {
	var out []group
	end := -1 // of the group before, if nothing but separators has followed
	for i := 0; i < len(f.text); {
		if !alnum(f.text[i]) {
			if !separator(f.text[i]) || i-end >= widest {
				end = -1
			}
			i++
			continue
		}
		if chain := f.chain(i); chain != nil {
			out = append(out, chain...)
			i = chain[len(chain)-1].to
			end = -1
			continue
		}
		from := i
		for i < len(f.text) && alnum(f.text[i]) {
			i++
		}
		from += prefix(f.text[from:i])
		word := f.text[from:i]
		decimal := from > 1 && f.text[from-1] == '.' && digit(f.text[from-2]) || i+1 < len(f.text) && f.text[i] == '.' && digit(f.text[i+1])
		if decimal || !numeric(word) {
			end = -1
			continue
		}
		out = append(out, group{from: from, to: i, joined: end >= 0})
		end = i
	}
	return out
}

// links are the signs that may stand between the parts of a number besides blanks
// and hyphens, where the parts have the lengths of a number's.
var links = []string{".", "_", "/", "~", "\u00b7", "\u2022"}

// shapes are these lengths: of a mobile number, an identity number, a card.
var shapes = [][]int{{3, 4, 4}, {6, 8, 4}, {4, 4, 4, 4}}

// chain returns the parts of a number that begins at i and is held together by one
// sign; nil if there is none.
func (f folded) chain(i int) []group {
	if !digit(f.text[i]) || i > 0 && alnum(f.text[i-1]) {
		return nil
	}
	first := f.digits(i)
	if n := first - i; n != 3 && n != 4 && n != 6 {
		return nil
	}
	for _, link := range links {
		if !strings.HasPrefix(f.text[first:], link) || i >= len(link)+1 && f.text[i-len(link):i] == link && digit(f.text[i-len(link)-1]) {
			continue
		}
		out, lengths := []group{{from: i, to: first}}, []int{first - i}
		for at := first; strings.HasPrefix(f.text[at:], link) && len(out) < 5; {
			from := at + len(link)
			if at = f.digits(from); at == from {
				break
			}
			out, lengths = append(out, group{from: from, to: at, joined: true}), append(lengths, at-from)
		}
		last := out[len(out)-1].to
		if last < len(f.text) && f.text[last]|0x20 == 'x' {
			last++
			out[len(out)-1].to = last
			lengths[len(lengths)-1]++
		}
		fits := slices.ContainsFunc(shapes, func(shape []int) bool { return slices.Equal(shape, lengths) })
		if fits && (last == len(f.text) || !alnum(f.text[last])) {
			return out
		}
	}
	return nil
}

// digits is where the digits end that stand at i.
func (f folded) digits(i int) int {
	for i < len(f.text) && digit(f.text[i]) {
		i++
	}
	return i
}

// widest is how many characters may lie between two parts of one number: the
// break of a line, with blanks around it.
const widest = 4

func separator(c byte) bool { return strings.IndexByte(" \t\r\n-()", c) >= 0 }

// prefix is the length of the letters that may stand right before a number.
func prefix(word string) int {
	if digit(word[0]) {
		return 0
	}
	for _, p := range []string{"tel", "phone", "id"} {
		if len(word) >= len(p) && strings.EqualFold(word[:len(p)], p) {
			return len(p)
		}
	}
	return 0
}

func numeric(word string) bool {
	for i := range len(word) {
		if !digit(word[i]) && (i < len(word)-1 || word[i]|0x20 != 'x') {
			return false
		}
	}
	return word != ""
}

// mobile reports whether digits are a mobile number, with the country or without.
func mobile(s string) bool {
	s = strings.TrimPrefix(s, "86")
	return len(s) == 11 && s[0] == '1' && s[1] >= '3'
}

// fixed reports whether digits are a fixed line with its area.
func fixed(s string) bool {
	switch s = strings.TrimPrefix(s, "86"); {
	case len(s) < 3 || s[0] != '0':
		return false
	case s[1] == '1' && s[2] == '0', s[1] == '2':
		return len(s) == 11
	}
	return s[1] >= '3' && (len(s) == 11 || len(s) == 12)
}

// local reports whether digits are a fixed line without its area.
func local(s string) bool { return (len(s) == 7 || len(s) == 8) && s[0] != '1' && s[0] != '9' }

// classify says what a number is, given how its digits are cut and what it is
// labelled as. Nothing is the empty kind.
func classify(value string, cut []int, label Kind) (Kind, bool) {
	whole := len(cut) == 1
	switch n := len(value); {
	case n == 18 && date(value[6:14]) && strings.IndexByte(value[:17], 'X') < 0:
		if checked(value) {
			return Identity, true
		}
		if label == Identity || label != other && label != Bill && !credit(value) && !luhn(value) && (whole || same(cut, 6, 8, 4)) {
			return Identity, false
		}
	case strings.Contains(value, "X"):
		return "", false
	case n == 15 && date("19"+value[6:12]) && label != other && label != Bill && (whole || label == Identity):
		return Identity, label == Identity
	}
	switch n := len(value); {
	case strings.Contains(value, "X"):
		return "", false
	case label == Bill && whole && n >= 8 && n <= longest:
		return Bill, true
	case mobile(value) && label != other && (len(cut) <= 5 || len(cut) == n):
		return Phone, true
	case fixed(value) && label != other && (whole || cut[0] == 2 || cut[0] == 3 || cut[0] == 4):
		return Line, !whole || label == Phone
	case label == Phone && local(value) && len(cut) <= 2:
		return Line, true
	case n >= 16 && n <= 19 && label == Bank:
		return Bank, luhn(value)
	case n >= 16 && n <= 19 && n != 17 && label != other && luhn(value) && (value[:2] == "62" || same(cut[:min(4, len(cut))], 4, 4, 4, 4)):
		return Bank, true
	}
	return "", false
}

func same(cut []int, want ...int) bool { return slices.Equal(cut, want) }
