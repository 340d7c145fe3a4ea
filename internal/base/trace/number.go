// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

import (
	"regexp"
	"strings"
)

// group is digits that stand together, with an x at the end for some.
type group struct {
	from, to int
	joined   bool // only a separator lies between it and the group before
}

// longest is how many digits a number may have.
const longest = 20

// numbers lists the finds among the digits of a text, by its folded offsets.
func (f folded) numbers() []Trace {
	var out []Trace
	groups := f.groups()
	for i := 0; i < len(groups); {
		best, next := Trace{}, i+1
		value, cut, label := "", []int(nil), f.label(groups[i].from)
		for j := i; j < len(groups) && (j == i || groups[j].joined); j++ {
			g := groups[j]
			value, cut = value+strings.ToUpper(f.text[g.from:g.to]), append(cut, g.to-g.from)
			if len(value) > longest {
				break
			}
			if kind, sure := classify(value, cut, label); kind != "" && (best.Kind == "" || sure && !best.Sure || sure == best.Sure && label == kind) {
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
		from := i
		for i < len(f.text) && alnum(f.text[i]) {
			i++
		}
		from += len(prefix.FindString(f.text[from:i]))
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

// widest is how many characters may lie between two parts of one number: the
// break of a line, with blanks around it.
const widest = 4

func separator(c byte) bool { return strings.IndexByte(" \t\r\n-()", c) >= 0 }

// prefix are the letters that may stand right before a number.
var prefix = regexp.MustCompile(`^(?i:tel|phone|id)`)

func numeric(word string) bool {
	for i := range len(word) {
		if !digit(word[i]) && (i < len(word)-1 || word[i]|0x20 != 'x') {
			return false
		}
	}
	return word != ""
}

// other labels what is no trace: an order, a case, an amount.
const other Kind = "other"

// labels are the words that say what a number after them is.
var labels = regexp.MustCompile(`(?i)(\x{8eab}\x{4efd}\x{8bc1}(?:\x{7f16}\x{53f7}|\x{53f7}\x{7801}|\x{53f7})?|\x{8bc1}\x{4ef6}(?:\x{7f16}\x{53f7}|\x{53f7}\x{7801}|\x{53f7})|\x{8bc1}\x{53f7})|(\x{624b}\x{673a}|\x{7535}\x{8bdd}|\x{5ea7}\x{673a}|\x{81f4}\x{7535}|\x{62e8}\x{6253}|\x{8054}\x{7cfb}\x{65b9}\x{5f0f}|tel|phone)|(\x{94f6}\x{884c}\x{5361}?|\x{5361}\x{53f7}|\x{8d26}\x{53f7}|\x{8d26}\x{6237}|\x{5e10}\x{53f7})|(\x{53d1}\x{7968}(?:\x{4ee3}\x{7801}|\x{7f16}\x{53f7}|\x{53f7}\x{7801}|\x{53f7})?|\x{6536}\x{636e}(?:\x{7f16}\x{53f7}|\x{53f7}\x{7801}|\x{53f7})?|\x{7968}\x{636e}(?:\x{4ee3}\x{7801}|\x{7f16}\x{53f7}|\x{53f7}\x{7801}|\x{53f7})?|\x{7968}\x{53f7}|\x{7f34}\x{6b3e}\x{4e66})|(\x{8ba2}\x{5355}|\x{5355}\x{53f7}|\x{7f16}\x{53f7}|\x{7f16}\x{7801}|\x{4ee3}\x{7801}|\x{6848}\x{53f7}|\x{6d41}\x{6c34}|\x{5de5}\x{5355}|\x{6587}\x{53f7}|\x{90e8}\x{4ef6}|\x{91d1}\x{989d}|\x{5408}\x{8ba1}|\x{5171}\x{8ba1}|\x{5750}\x{6807}|\x{5bb9}\x{79ef}|\x{9762}\x{79ef})`)

var labelled = []Kind{Identity, Phone, Bank, Bill, other}

// reach is how far before a number its label may begin, in bytes.
const reach = 48

// label is what the words before a number say it is, on its line or on the one
// before; nothing if another number stands between.
func (f folded) label(from int) Kind {
	start := max(0, from-reach)
	for start < from && f.text[start]&0xc0 == 0x80 {
		start++
	}
	found := labels.FindAllStringSubmatchIndex(f.text[start:from], -1)
	if len(found) == 0 {
		return ""
	}
	last := found[len(found)-1]
	if strings.ContainsAny(f.text[start+last[1]:from], "0123456789") {
		return ""
	}
	for i, kind := range labelled {
		if last[2+2*i] >= 0 {
			return kind
		}
	}
	return ""
}

var (
	mobile = regexp.MustCompile(`^(?:86)?1[3-9]\d{9}$`)
	fixed  = regexp.MustCompile(`^(?:86)?(?:(?:010|02\d)\d{8}|0[3-9]\d{2}\d{7,8})$`)
	local  = regexp.MustCompile(`^[02-8]\d{6,7}$`)
)

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
	case mobile.MatchString(value) && label != other && (len(cut) <= 5 || len(cut) == n):
		return Phone, true
	case fixed.MatchString(value) && label != other && (whole || cut[0] == 2 || cut[0] == 3 || cut[0] == 4):
		return Line, !whole || label == Phone
	case label == Phone && local.MatchString(value) && len(cut) <= 2:
		return Line, true
	case n >= 16 && n <= 19 && label == Bank:
		return Bank, luhn(value)
	case n >= 16 && n <= 19 && n != 17 && label != other && luhn(value) && (value[:2] == "62" || same(cut[:min(4, len(cut))], 4, 4, 4, 4)):
		return Bank, true
	}
	return "", false
}

func same(cut []int, want ...int) bool {
	for i := range cut {
		if i >= len(want) || cut[i] != want[i] {
			return false
		}
	}
	return len(cut) == len(want)
}
