// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package trace

import (
	"regexp"
	"strings"
)

// pattern is something that is recognised without arithmetic. Its expression is
// asked at the places only where begins says it could hold.
type pattern struct {
	kind   Kind
	form   *regexp.Regexp // from its beginning; its last group, if it has one, is the find
	begins func(text string, i int) bool
	check  func(text string, from, to int) bool
}

// span is how many bytes the longest find and its word may have.
const span = 128

// provinces begin the plates; the last is the one of fictional plates.
const provinces = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新测"

// papers are those whose number leads to their holder.
const papers = `(?:护照|通行证|台胞证|回乡证|居留证|驾驶证|驾照|军官证|士兵证|残疾证|社保卡|医保卡)`

// named is what may stand between the word and its number.
const named = `(?:档案)?(?:编号|号码|号)?\s?(?:[:是为])?\s?`

const (
	building = `\d{1,4}\s?(?:号楼|栋|幢|号院|单元)`
	inside   = `[ ,-]?(?:\d{1,2}\s?(?:单元|层|楼)[ ,-]?)?`
	side     = `[东西南北中]{1,2}户`
)

var patterns = []pattern{
	{Plate, regexp.MustCompile(`^(?i)[` + provinces + `][A-HJ-NP-Z][ \x{b7}\x{2022}-]?[A-HJ-NP-Z0-9]{5,6}`), province, plate},
	{Door, regexp.MustCompile(`^` + building + inside + `\d{3,4}\s?(?:室|户|号)?`), house, door},
	{Door, regexp.MustCompile(`^` + building + inside + side), house, nil},
	{Door, regexp.MustCompile(`^` + building + `[ ,-]?\d{1,2}\s?户`), house, household},
	{Door, regexp.MustCompile(`^(?:\d{1,3}-){0,2}\d{3,4}\s?室`), room, nil},
	{Door, regexp.MustCompile(`^(?:胡同|[村组庄屯弄])\d{1,4}号`), lane, door},
	{Chat, regexp.MustCompile(`^(?i)微信(?:号码|号|id)?\s?[:是为]?\s?([a-z][-_a-z0-9]{5,19})`), chat, handle},
	{Chat, regexp.MustCompile(`^(?i)qq(?:号码|号)?\s?[:是为]?\s?([1-9]\d{4,10})`), qq, ended},
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
	case "号", "栋", "幢", "单":
		return true
	}
	return false
}

// room begins with a digit, and the word for a room follows soon.
func room(text string, i int) bool {
	return digit(text[i]) && strings.Contains(text[i:min(len(text), i+18)], "室")
}

// lane is a word for a lane or village with a number right after.
func lane(text string, i int) bool {
	switch s := rune3(text, i); s {
	case "胡":
		return i+6 < len(text) && digit(text[i+6])
	case "村", "组", "庄", "屯", "弄":
		return i+3 < len(text) && digit(text[i+3])
	}
	return false
}

func chat(text string, i int) bool { return strings.HasPrefix(text[i:], "微信") }

func qq(text string, i int) bool {
	return i+1 < len(text) && text[i]|0x20 == 'q' && text[i+1]|0x20 == 'q' && (i == 0 || !alnum(text[i-1]))
}

func paper(text string, i int) bool {
	switch rune3(text, i) {
	case "护", "通", "台", "回", "居", "驾", "军", "士", "残", "社", "医":
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
	return strings.ContainsAny(text[from:to], "0123456789_-") || strings.HasSuffix(strings.TrimRight(text[:from], " :"), "号")
}

// counted begins with what is counted or stands in the street: after these a
// number is no door.
var counted = regexp.MustCompile(`^\s?[楼井杆灯线桥路门米平元个吨人辆株盏处多]`)

func door(text string, _, to int) bool { return !counted.MatchString(text[to:min(len(text), to+8)]) }

// households begin with what is said of several: they are counted, and no door.
var households = regexp.MustCompile(`^\s?[居住村人停都均共受没家群业]`)

func household(text string, _, to int) bool {
	return !households.MatchString(text[to:min(len(text), to+8)])
}
