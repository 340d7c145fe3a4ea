// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

import (
	"regexp"
	"strings"
)

// pattern is something that is recognised without arithmetic. Its expression is
// asked at the places only where begins says it could hold; the words of provinces,
// doors and papers are written by code point.
type pattern struct {
	kind   Kind
	form   *regexp.Regexp // from its beginning; its last group, if it has one, is the find
	begins func(text string, i int) bool
	check  func(text string, from, to int) bool
}

// span is how many bytes the longest find and its word may have.
const span = 128

// provinces begin the plates; the last is the one of fictional plates.
const provinces = "\u4eac\u6d25\u5180\u664b\u8499\u8fbd\u5409\u9ed1\u6caa\u82cf\u6d59\u7696\u95fd\u8d63\u9c81\u8c6b\u9102\u6e58\u7ca4\u6842\u743c\u6e1d\u5ddd\u8d35\u4e91\u85cf\u9655\u7518\u9752\u5b81\u65b0\u6d4b"

// papers are those whose number leads to their holder.
const papers = `(?:\x{62a4}\x{7167}|\x{901a}\x{884c}\x{8bc1}|\x{53f0}\x{80de}\x{8bc1}|\x{56de}\x{4e61}\x{8bc1}|\x{5c45}\x{7559}\x{8bc1}|\x{9a7e}\x{9a76}\x{8bc1}|\x{9a7e}\x{7167}|\x{519b}\x{5b98}\x{8bc1}|\x{58eb}\x{5175}\x{8bc1}|\x{6b8b}\x{75be}\x{8bc1}|\x{793e}\x{4fdd}\x{5361}|\x{533b}\x{4fdd}\x{5361})`

// named is what may stand between the word and its number.
const named = `(?:\x{6863}\x{6848})?(?:\x{7f16}\x{53f7}|\x{53f7}\x{7801}|\x{53f7})?\s?(?:[:\x{662f}\x{4e3a}])?\s?`

const (
	building = `\d{1,4}\s?(?:\x{53f7}\x{697c}|\x{680b}|\x{5e62}|\x{53f7}\x{9662}|\x{5355}\x{5143})`
	inside   = `[ ,-]?(?:\d{1,2}\s?(?:\x{5355}\x{5143}|\x{5c42}|\x{697c})[ ,-]?)?`
	side     = `[\x{4e1c}\x{897f}\x{5357}\x{5317}\x{4e2d}]{1,2}\x{6237}`
)

var patterns = []pattern{
	{Plate, regexp.MustCompile(`^(?i)[` + provinces + `][A-HJ-NP-Z][ \x{b7}\x{2022}-]?[A-HJ-NP-Z0-9]{5,6}`), province, plate},
	{Door, regexp.MustCompile(`^` + building + inside + `\d{3,4}\s?(?:\x{5ba4}|\x{6237}|\x{53f7})?`), house, door},
	{Door, regexp.MustCompile(`^` + building + inside + side), house, nil},
	{Door, regexp.MustCompile(`^` + building + `[ ,-]?\d{1,2}\s?\x{6237}`), house, household},
	{Door, regexp.MustCompile(`^(?:\d{1,3}-){0,2}\d{3,4}\s?\x{5ba4}`), room, nil},
	{Door, regexp.MustCompile(`^(?:\x{80e1}\x{540c}|[\x{6751}\x{7ec4}\x{5e84}\x{5c6f}\x{5f04}])\d{1,4}\x{53f7}`), lane, door},
	{Chat, regexp.MustCompile(`^(?i)\x{5fae}\x{4fe1}(?:\x{53f7}\x{7801}|\x{53f7}|id)?\s?[:\x{662f}\x{4e3a}]?\s?([a-z][-_a-z0-9]{5,19})`), chat, handle},
	{Chat, regexp.MustCompile(`^(?i)qq(?:\x{53f7}\x{7801}|\x{53f7})?\s?[:\x{662f}\x{4e3a}]?\s?([1-9]\d{4,10})`), qq, ended},
	{Permit, regexp.MustCompile(`^(?i)` + papers + named + `([a-z]{0,2}\d{7,20})`), paper, ended},
}

// mails are addresses of mail, the sign as it is or written out.
var (
	mails   = regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]*[A-Za-z0-9]\.[A-Za-z]{2,}`)
	uttered = regexp.MustCompile(`(?i)[a-z0-9._%+\-]+\s?[(\[{\x{3010}]\s?at\s?[)\]}\x{3011}]\s?[a-z0-9.\-]*[a-z0-9]\.[a-z]{2,}`)
)

// shaped lists the finds of the patterns by the folded offsets.
func (f folded) shaped() []Trace {
	var out []Trace
	var next [16]int // where each pattern may begin again
	for i := 0; i < len(f.text); i++ {
		if c := f.text[i]; c < 0x80 && !digit(c) && c|0x20 != 'q' || c&0xc0 == 0x80 {
			continue
		}
		for n, p := range patterns {
			if i < next[n] || !p.begins(f.text, i) {
				continue
			}
			at := p.form.FindStringSubmatchIndex(f.text[i:min(len(f.text), i+span)])
			if at == nil {
				continue
			}
			next[n] = i + at[1]
			from, to := i+at[len(at)-2], i+at[len(at)-1]
			if p.kind == Door && (i > 0 && digit(f.text[i-1]) || to < len(f.text) && digit(f.text[to])) {
				continue
			}
			if p.check == nil || p.check(f.text, from, to) {
				out = append(out, Trace{Kind: p.kind, From: from, To: to, Sure: true})
			}
		}
	}
	return append(out, f.mail()...)
}

// mail lists the addresses of mail.
func (f folded) mail() []Trace {
	var out []Trace
	add := func(form *regexp.Regexp) {
		for _, at := range form.FindAllStringIndex(f.text, -1) {
			out = append(out, Trace{Kind: Mail, From: at[0], To: at[1], Sure: true})
		}
	}
	if strings.IndexByte(f.text, '@') >= 0 {
		add(mails)
	}
	if writtenAt(f.text) {
		add(uttered)
	}
	return out
}

// writtenAt reports whether "at" stands in a text with a bracket before it.
func writtenAt(text string) bool {
	for i := 1; i+1 < len(text); i++ {
		if text[i]|0x20 == 'a' && text[i+1]|0x20 == 't' {
			before := strings.TrimRight(text[:i], " \t\n\f\r")
			if before != "" && strings.IndexByte("([{\x90", before[len(before)-1]) >= 0 {
				return true
			}
		}
	}
	return false
}

// rune3 is the character of three bytes at i; nothing where there is another.
func rune3(text string, i int) string {
	if text[i] < 0xe0 || i+3 > len(text) {
		return ""
	}
	return text[i : i+3]
}

func province(text string, i int) bool {
	s := rune3(text, i)
	return s != "" && i+3 < len(text) && text[i+3]|0x20 >= 'a' && text[i+3]|0x20 <= 'z' && strings.Contains(provinces, s)
}

// house begins with a number that a word for a building follows.
func house(text string, i int) bool {
	if !digit(text[i]) {
		return false
	}
	j := i + 1
	for j < len(text) && j < i+4 && digit(text[j]) {
		j++
	}
	if j < len(text) && strings.IndexByte(" \t\n\f\r", text[j]) >= 0 {
		j++
	}
	if j >= len(text) {
		return false
	}
	switch rune3(text, j) {
	case "\u53f7", "\u680b", "\u5e62", "\u5355":
		return true
	}
	return false
}

// room begins with a digit, and the word for a room follows soon.
func room(text string, i int) bool {
	return digit(text[i]) && strings.Contains(text[i:min(len(text), i+18)], "\u5ba4")
}

// lane is a word for a lane or village with a number right after.
func lane(text string, i int) bool {
	switch s := rune3(text, i); s {
	case "\u80e1":
		return i+6 < len(text) && digit(text[i+6])
	case "\u6751", "\u7ec4", "\u5e84", "\u5c6f", "\u5f04":
		return i+3 < len(text) && digit(text[i+3])
	}
	return false
}

func chat(text string, i int) bool { return strings.HasPrefix(text[i:], "\u5fae\u4fe1") }

func qq(text string, i int) bool {
	return i+1 < len(text) && text[i]|0x20 == 'q' && text[i+1]|0x20 == 'q' && (i == 0 || !alnum(text[i-1]))
}

func paper(text string, i int) bool {
	switch rune3(text, i) {
	case "\u62a4", "\u901a", "\u53f0", "\u56de", "\u5c45", "\u9a7e", "\u519b", "\u58eb", "\u6b8b", "\u793e", "\u533b":
		return true
	}
	return false
}

// plate asks for three digits at least, and for the end of the word.
func plate(text string, from, to int) bool {
	digits := 0
	for i := from; i < to; i++ {
		if digit(text[i]) {
			digits++
		}
	}
	return digits >= 3 && ended(text, from, to)
}

// ended asks for the end of the word.
func ended(text string, _, to int) bool { return to == len(text) || !alnum(text[to]) }

// handle asks for something in a name that words have not, unless a word says that
// it is a name.
func handle(text string, from, to int) bool {
	return strings.ContainsAny(text[from:to], "0123456789_-") || strings.HasSuffix(strings.TrimRight(text[:from], " :"), "\u53f7")
}

// counted begins with what is counted or stands in the street: after these a
// number is no door.
var counted = regexp.MustCompile(`^\s?[\x{697c}\x{4e95}\x{6746}\x{706f}\x{7ebf}\x{6865}\x{8def}\x{95e8}\x{7c73}\x{5e73}\x{5143}\x{4e2a}\x{5428}\x{4eba}\x{8f86}\x{682a}\x{76cf}\x{5904}\x{591a}]`)

func door(text string, _, to int) bool { return !counted.MatchString(text[to:min(len(text), to+8)]) }

// households begin with what is said of several: they are counted, and no door.
var households = regexp.MustCompile(`^\s?[\x{5c45}\x{4f4f}\x{6751}\x{4eba}\x{505c}\x{90fd}\x{5747}\x{5171}\x{53d7}\x{6ca1}\x{5bb6}\x{7fa4}\x{4e1a}]`)

func household(text string, _, to int) bool {
	return !households.MatchString(text[to:min(len(text), to+8)])
}
