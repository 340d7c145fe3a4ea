// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package intake

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
)

var (
	// spelled is a date, and perhaps a time of day, with one sign between the
	// numbers. More than one, such as the words for morning and afternoon, would
	// mean something that is not read here.
	spelled = regexp.MustCompile(`^(\d{1,4})\D(\d{1,2})\D(\d{1,4})[^\d\s]?\s*(?:(\d{1,2})\D(\d{1,2})(?:\D(\d{1,2})(?:\.\d+)?)?[^\d\s]?)?$`)
	// solid is a date, and perhaps a time of day, without anything between.
	solid = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$`)
	// zoned is a date and time that says how far from Greenwich it is.
	zoned = regexp.MustCompile(`T.*(Z|[+-]\d{2}:\d{2})$`)
)

// moment reads when something was said, by the wall clock of a zone. Days that no
// calendar has are refused, not moved.
func moment(text, order string, zone *time.Location) (time.Time, error) {
	wrong := fault.New(fault.Invalid, "intake.date").With("value", short(text))
	text = strings.TrimSpace(text)
	if zoned.MatchString(text) {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return time.Time{}, wrong
		}
		return at, nil
	}
	m := solid.FindStringSubmatch(text)
	if m == nil {
		if m = spelled.FindStringSubmatch(text); m == nil {
			return time.Time{}, wrong
		}
		m = ordered(m, order)
	}
	n := make([]int, len(m))
	for i, digits := range m[1:] {
		n[i+1], _ = strconv.Atoi(digits) // digits, or none, which is 0
	}
	at := time.Date(n[1], time.Month(n[2]), n[3], n[4], n[5], n[6], 0, zone)
	day := at.Year() == n[1] && int(at.Month()) == n[2] && at.Day() == n[3]
	if !day || at.Hour() != n[4] || at.Minute() != n[5] || at.Second() != n[6] || n[1] < earliest {
		return time.Time{}, wrong
	}
	return at, nil
}

// earliest is the first year in which something reported can lie.
const earliest = 1990

// ordered puts the parts of a date in the order year, month, day. Parts of a
// wrong length make a year that is too early.
func ordered(m []string, order string) []string {
	out := append([]string(nil), m...)
	switch {
	case len(m[1]) == 4:
	case order == "dmy":
		out[1], out[2], out[3] = m[3], m[2], m[1]
	case order == "mdy":
		out[1], out[2], out[3] = m[3], m[1], m[2]
	}
	return out
}

// short is a value as it is repeated to people.
func short(text string) string {
	if runes := []rune(text); len(runes) > maxValue {
		return string(runes[:maxValue-1]) + "…"
	}
	return text
}
