// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package clock

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync/atomic"
	"time"
)

// Calendar says which days are worked. Holidays and make-up workdays are
// published each November for the year to come, so they are data; a weekday that
// is in no list is worked. A Calendar can learn a year that is published late; it
// is safe for concurrent use.
type Calendar struct {
	zone  *time.Location
	known atomic.Pointer[days]
}

// days is all that a calendar knows. It does not change.
type days struct {
	years map[int]Year // whose notice is known
	first int          // the day, counted by dayNumber, that table begins with
	table []bool       // whether each day from first on is worked
}

// Year is the notice about one year. It may also rule on days of the December
// before, when New Year's leave or its make-up days begin there.
type Year struct {
	Year    int      `json:"year"`
	Source  string   `json:"source"`
	Notices []string `json:"notices"`
	Off     []Day    `json:"off"`
	Worked  []Day    `json:"worked"`
}

// Day is one date, as 2026-10-01, and the holiday it belongs to.
type Day struct {
	Date string `json:"date"`
	Name string `json:"name"`
}

// LoadCalendar reads calendars/*.json. A date that is malformed, outside its
// file's year and the December before, or both off and worked is an error, and so
// is a file without a day off: it was made before the notice came out.
func LoadCalendar(fsys fs.FS, zone *time.Location) (*Calendar, error) {
	names, err := fs.Glob(fsys, "calendars/*.json")
	if err != nil {
		return nil, err
	}
	years := map[int]Year{}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		y, err := ParseYear(text)
		if err != nil {
			return nil, fmt.Errorf("calendar %s: %w", name, err)
		}
		years[y.Year] = y
	}
	d, err := lay(years)
	if err != nil {
		return nil, err
	}
	c := &Calendar{zone: zone}
	c.known.Store(d)
	return c, nil
}

// ParseYear reads the notice about a year. It refuses one without a day off,
// which was made before the notice came out, one that leaves fewer than minWorked
// days to work, and dates that are malformed, elsewhere, or both off and worked.
func ParseYear(text []byte) (Year, error) {
	var y Year
	if err := json.Unmarshal(text, &y); err != nil {
		return y, err
	}
	return y, y.Check()
}

// minWorked is the fewest days that a year can have to work: fewer is a slip.
// In the years published so far there are about 250.
const minWorked = 200

// Check says what is wrong with a notice, or nil.
func (y Year) Check() error {
	if y.Year < 1990 || y.Year > 2200 {
		return fmt.Errorf("%d is not a year", y.Year)
	}
	if len(y.Off) == 0 {
		return fmt.Errorf("%d has no day off", y.Year)
	}
	said := map[int]bool{}
	if err := y.tell(said); err != nil {
		return err
	}
	worked := 0
	for at := time.Date(y.Year, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == y.Year; at = at.AddDate(0, 0, 1) {
		ruled, ok := said[dayNumber(at)]
		if ruled || !ok && weekday(dayNumber(at)) {
			worked++
		}
	}
	if worked < minWorked {
		return fmt.Errorf("%d has %d days to work, fewer than %d", y.Year, worked, minWorked)
	}
	return nil
}

// Learn takes in the notice about a year, in place of what was known of it. It
// reports whether that changes anything, and fails if the notice is faulty or
// contradicts that of a neighbouring year.
func (c *Calendar) Learn(y Year) (bool, error) {
	if err := y.Check(); err != nil {
		return false, fmt.Errorf("calendar: %w", err)
	}
	for {
		before := c.known.Load()
		years := maps.Clone(before.years)
		years[y.Year] = y
		after, err := lay(years)
		if err != nil {
			return false, fmt.Errorf("calendar: %w", err)
		}
		if c.known.CompareAndSwap(before, after) {
			return !before.same(after), nil
		}
	}
}

// same reports whether two states rule the same on every day.
func (d *days) same(other *days) bool {
	return d.first == other.first && slices.Equal(d.table, other.table) && len(d.years) == len(other.years)
}

// tell adds to said whether each day that the notice names is worked.
func (y Year) tell(said map[int]bool) error {
	for worked, list := range map[bool][]Day{false: y.Off, true: y.Worked} {
		for _, d := range list {
			t, err := time.Parse(time.DateOnly, d.Date)
			if err != nil {
				return err
			}
			if t.Year() != y.Year && (t.Year() != y.Year-1 || t.Month() != time.December) {
				return fmt.Errorf("%s is not in %d or the December before", d.Date, y.Year)
			}
			if before, ok := said[dayNumber(t)]; ok && before != worked {
				return fmt.Errorf("%s is both off and worked", d.Date)
			}
			said[dayNumber(t)] = worked
		}
	}
	return nil
}

// lay writes the table from the first day that a notice names to the last.
func lay(years map[int]Year) (*days, error) {
	said := map[int]bool{}
	for _, n := range slices.Sorted(maps.Keys(years)) {
		if err := years[n].tell(said); err != nil {
			return nil, err
		}
	}
	d := &days{years: years}
	if len(said) == 0 {
		return d, nil
	}
	named := slices.Sorted(maps.Keys(said))
	d.first = named[0]
	d.table = make([]bool, named[len(named)-1]-d.first+1)
	for i := range d.table {
		worked, ok := said[d.first+i]
		d.table[i] = worked || !ok && weekday(d.first+i)
	}
	return d, nil
}

// Zone is the time zone in which days begin and end.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Years lists the years whose notice is loaded.
func (c *Calendar) Years() []int { return slices.Sorted(maps.Keys(c.known.Load().years)) }

// Published reports whether a year's holidays are known. For other years only
// weekdays count, and whoever shows a result says so.
func (c *Calendar) Published(year int) bool {
	_, ok := c.known.Load().years[year]
	return ok
}

// Notice returns the notice about a year, if it is known.
func (c *Calendar) Notice(year int) (Year, bool) {
	y, ok := c.known.Load().years[year]
	return y, ok
}

// Unpublished lists the years from one instant to another that are not published.
func (c *Calendar) Unpublished(from, to time.Time) []int {
	var out []int
	if from.IsZero() || to.IsZero() {
		return nil
	}
	for y := from.In(c.zone).Year(); y <= to.In(c.zone).Year(); y++ {
		if !c.Published(y) {
			out = append(out, y)
		}
	}
	return out
}

// Worked reports whether the day that contains t is worked.
func (c *Calendar) Worked(t time.Time) bool { return c.workedDay(dayNumber(t.In(c.zone))) }

// dayNumber counts the days since 1 January 1970 of the date that t shows.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func (c *Calendar) workedDay(n int) bool {
	known := c.known.Load()
	if i := n - known.first; i >= 0 && i < len(known.table) {
		return known.table[i]
	}
	return weekday(n)
}

// weekday reports whether day n is one from Monday to Friday.
func weekday(n int) bool {
	w := ((n+4)%7 + 7) % 7 // day 0 was a Thursday; days before it are negative
	return w != 0 && w != 6
}

// at returns an hour of a day, in the calendar's zone.
func (c *Calendar) at(n int, ofDay time.Duration) time.Time {
	d := time.Unix(int64(n)*86400, 0).UTC()
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, c.zone).Add(ofDay)
}
