// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Printer says sentences in one language. It is safe for concurrent use.
type Printer struct {
	lang      string
	sentences map[string]string
}

// Lang is the language's tag, such as "zh-Hans".
func (p *Printer) Lang() string { return p.lang }

// Has reports whether there is a sentence for key.
func (p *Printer) Has(key string) bool {
	_, ok := p.sentences[key]
	return ok
}

// T says the sentence of key with the values of its named places, given as name
// and value in turn. Values are plain text. If the value at "count" is 1, the
// sentence of key with ".one" behind it is said where there is one. A key
// without a sentence shows itself in ⟦ ⟧, so that a test finds it.
func (p *Printer) T(key string, args ...any) string {
	sentence, ok := p.sentences[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(args) == 0 {
		return sentence
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		name, value := fmt.Sprint(args[i]), fmt.Sprint(args[i+1])
		if single, ok := p.sentences[key+".one"]; ok && name == "count" && value == "1" {
			sentence = single
		}
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// Number writes a whole number with a comma between thousands.
func (p *Printer) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// Date writes a day in full, with its weekday: the texts date.day, date.month.1
// to 12 and date.weekday.0 to 6 say how. Like Time and DateTime it shows t in
// its own zone.
func (p *Printer) Date(t time.Time) string {
	return p.T("date.day", "year", t.Year(), "month", p.T("date.month."+strconv.Itoa(int(t.Month()))),
		"day", t.Day(), "weekday", p.T("date.weekday."+strconv.Itoa(int(t.Weekday()))))
}

// Time writes the hour and minute.
func (p *Printer) Time(t time.Time) string { return t.Format("15:04") }

// DateTime writes a day in full with the hour and minute.
func (p *Printer) DateTime(t time.Time) string { return p.Date(t) + " " + p.Time(t) }
