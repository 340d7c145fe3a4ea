// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package evaluation

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
)

// Month is a month of the calendar: year * 12 + month - 1.
type Month int

// MonthOf is the month of an instant in a time zone; 0 for the zero instant.
func MonthOf(t time.Time, zone *time.Location) Month {
	if t.IsZero() {
		return 0
	}
	t = t.In(zone)
	return Month(t.Year()*12 + int(t.Month()) - 1)
}

// Year and Number are the month's year and its number, 1 to 12.
func (m Month) Year() int { return int(m) / 12 }

// Number is 1 for January.
func (m Month) Number() int { return int(m)%12 + 1 }

// Period is some months, the last included.
type Period struct {
	From Month `json:"from"`
	To   Month `json:"to"`
}

// Months lists the months of a period.
func (p Period) Months() []Month {
	var out []Month
	for m := p.From; m <= p.To; m++ {
		out = append(out, m)
	}
	return out
}

// String is a month as 2026-09.
func (m Month) String() string { return fmt.Sprintf("%d-%02d", m.Year(), m.Number()) }

// MarshalText writes a month as String does.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads a month such as 2026-09.
func (m *Month) UnmarshalText(text []byte) error {
	t, err := time.Parse("2006-01", string(text))
	*m = MonthOf(t, time.UTC)
	return err
}

// Years that a period may be in.
const (
	firstYear = 2000
	lastYear  = 2200
)

// ParsePeriod reads a year, a quarter or a month: 2026, 2026-Q3, 2026-09. What is
// none of these is Invalid.
func ParsePeriod(name string) (Period, error) {
	year, rest, part := strings.Cut(name, "-")
	y, err := strconv.Atoi(year)
	bad := fault.New(fault.Invalid, "figures.no_period").At("period")
	if err != nil || y < firstYear || y > lastYear {
		return Period{}, bad
	}
	january := Month(y * 12)
	if !part {
		return Period{january, january + 11}, nil
	}
	q, quarter := strings.CutPrefix(rest, "Q")
	n, err := strconv.Atoi(q)
	switch {
	case err != nil, n < 1, quarter && n > 4, n > 12:
		return Period{}, bad
	case quarter:
		return Period{january + Month(3*n-3), january + Month(3*n-1)}, nil
	default:
		return Period{january + Month(n-1), january + Month(n-1)}, nil
	}
}

// Name is a year, a quarter or a month as ParsePeriod reads it; of another period,
// its first and last month.
func (p Period) Name() string {
	switch first := p.From.Number(); {
	case p.To == p.From:
		return p.From.String()
	case p.To == p.From+11 && first == 1:
		return strconv.Itoa(p.From.Year())
	case p.To == p.From+2 && first%3 == 1:
		return fmt.Sprintf("%d-Q%d", p.From.Year(), first/3+1)
	default:
		return p.From.String() + "--" + p.To.String()
	}
}
