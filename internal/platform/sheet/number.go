// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
)

// How a cell that holds a date says it as text.
const (
	dateLayout = "2006-01-02"
	timeLayout = "2006-01-02 15:04:05"
)

// A workbook counts days. Day 60 is 29 February 1900, which there never was; the
// days after it are one more than they should be, hence the epoch.
var (
	epoch1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	epoch1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
)

const (
	leapDay   = 60
	lastDay   = 2958465 // 31 December 9999
	daySecond = 24 * 60 * 60
	maxDigits = 1e15 // above, a workbook keeps no whole number whole
)

// dateText says what a day number means, or that it means none.
func dateText(days float64, since1904 bool) (string, *fault.Error) {
	none := invalid("sheet.date_none").With("value", strconv.FormatFloat(days, 'f', -1, 64))
	epoch := epoch1900
	switch {
	case days < 0 || days > lastDay:
		return "", none
	case since1904:
		epoch = epoch1904
	case days < 1:
		return clockText(days), nil
	case days < leapDay:
		days++
	case days < leapDay+1:
		return "", none
	}
	whole, part := math.Modf(days)
	at := epoch.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round(part*daySecond)) * time.Second)
	if at.Equal(at.Truncate(24 * time.Hour)) {
		return at.Format(dateLayout), nil
	}
	return at.Format(timeLayout), nil
}

// clockText is a time of day without a day.
func clockText(part float64) string {
	return epoch1904.Add(time.Duration(math.Round(part*daySecond)) * time.Second).Format("15:04:05")
}

// serial is the day number of a wall clock.
func serial(t time.Time) float64 {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	return float64(wall.Unix()-epoch1900.Unix()) / daySecond
}

// numberText says a number as a person would. A whole number of more than 15
// digits is refused: the workbook has rounded it, and an identifier that was
// rounded is another's.
func numberText(raw string) (text string, number float64, bad *fault.Error) {
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return "", 0, invalid("sheet.not_number").With("value", raw)
	}
	if math.Abs(n) >= maxDigits {
		return "", n, invalid("sheet.number_long")
	}
	// A workbook keeps 15 digits; what lies beyond them is how binary fractions
	// are written down.
	text = strconv.FormatFloat(n, 'g', 15, 64)
	if strings.ContainsAny(text, "eE") {
		short, _ := strconv.ParseFloat(text, 64) // it was written a line above
		text = strconv.FormatFloat(short, 'f', -1, 64)
	}
	return text, n, nil
}

// builtinDates are the numbers of the formats for dates that workbooks use without
// saying what they are, those of East Asian versions among them.
func builtinDate(format int) bool {
	return format >= 14 && format <= 22 || format >= 27 && format <= 36 || format >= 45 && format <= 47 || format >= 50 && format <= 58
}

// datePattern reports whether the text of a format makes dates: it has letters
// for years, days or hours outside quotes, brackets and escapes.
func datePattern(pattern string) bool {
	skip, quoted, bracket := false, false, false
	for _, r := range strings.ToLower(pattern) {
		switch {
		case skip:
			skip = false
		case r == '\\' || r == '_' || r == '*':
			skip = !quoted
		case r == '"':
			quoted = !quoted
		case r == '[' && !quoted:
			bracket = true
		case r == ']':
			bracket = false
		case !quoted && !bracket && strings.ContainsRune("ymdhs", r):
			return true
		}
	}
	return false
}
