// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package commitment

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pavilion/internal/base/fault"
)

// patterns are the wordings of which the last day is certain. Their groups are a
// year, and a number of the part. Others have to be given as a date.
var patterns = []struct {
	form *regexp.Regexp
	end  func(year, n int) time.Time
}{
	{regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})$`), nil},
	{regexp.MustCompile(`^(\d{4})\s*(?:\x{5e74})?\s*(?:Q|\x{7b2c}?)([1-4\x{4e00}\x{4e8c}\x{4e09}\x{56db}])(?:\x{5b63}\x{5ea6})?(?:\x{5e95}|\x{524d}|\x{5185})?$`), func(y, n int) time.Time { return monthEnd(y, 3*n) }},
	{regexp.MustCompile(`^(?i)end of ([a-z]+) (\d{4})$`), nil},
	{regexp.MustCompile(`^(\d{4})\s*\x{5e74}\s*(\d{1,2})\s*\x{6708}(?:\x{5e95}|\x{672b}|\x{4efd}?\x{524d}|\x{5185})?$`), monthEnd},
	{regexp.MustCompile(`^(\d{4})\s*\x{5e74}()(?:\x{5e95}|\x{672b}|\x{5185})$`), func(y, _ int) time.Time { return monthEnd(y, 12) }},
	{regexp.MustCompile(`^(\d{4})\s*\x{5e74}()\x{4e0a}\x{534a}\x{5e74}$`), func(y, _ int) time.Time { return monthEnd(y, 6) }},
	{regexp.MustCompile(`^(\d{4})\s*\x{5e74}()\x{4e0b}\x{534a}\x{5e74}$`), func(y, _ int) time.Time { return monthEnd(y, 12) }},
	{regexp.MustCompile(`^(?i)end of (\d{4})()$`), func(y, _ int) time.Time { return monthEnd(y, 12) }},
}

// ordinals are the numbers that quarters are written with.
var ordinals = map[rune]int{0x4e00: 1, 0x4e8c: 2, 0x4e09: 3, 0x56db: 4}

// monthEnd is the last day of a month.
func monthEnd(year, month int) time.Time {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC)
}

// Day reads the last day of a wording: "2024 Q1" is 31 March, "end of October
// 2024" is 31 October. It fails with Invalid for wordings whose last day is not
// certain, such as "soon" or "before the festival".
func Day(wording string) (time.Time, error) {
	wording = strings.TrimSpace(wording)
	unclear := fault.New(fault.Invalid, "commitment.day_unclear").At("wording")
	if day, err := time.Parse(time.DateOnly, wording); err == nil {
		return day, nil
	}
	for _, p := range patterns {
		m := p.form.FindStringSubmatch(wording)
		if m == nil {
			continue
		}
		if p.end == nil {
			month, err := time.Parse("January 2006", capital(m[1])+" "+m[len(m)-1])
			if err != nil {
				return time.Time{}, unclear
			}
			return monthEnd(month.Year(), int(month.Month())), nil
		}
		year, _ := strconv.Atoi(m[1]) // the pattern has digits there
		n, err := strconv.Atoi(m[2])
		if err != nil {
			r, _ := utf8.DecodeRuneInString(m[2])
			n = ordinals[r]
		}
		if m[2] != "" && (n < 1 || n > 12) {
			return time.Time{}, unclear
		}
		return p.end(year, n), nil
	}
	return time.Time{}, unclear
}

// capital writes a word with one capital, as months are.
func capital(word string) string {
	return strings.ToUpper(word[:1]) + strings.ToLower(word[1:])
}
