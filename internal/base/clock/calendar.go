// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package clock

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"
)

// Calendar says which days are worked. Holidays and make-up workdays are
// published each November for the year to come, so they are data; a weekday that
// is in no list is worked. A Calendar does not change and is safe for concurrent use.
type Calendar struct {
	zone  *time.Location
	years map[int]bool // years whose notice is loaded
	first int          // the day, counted by dayNumber, that table begins with
	table []bool       // whether each day from first on is worked
}

// year is one file of the calendar. A notice may also rule on days of the
// December before, when New Year's leave or its make-up days begin there.
type year struct {
	Year    int      `json:"year"`
	Source  string   `json:"source"`
	Notices []string `json:"notices"`
	Off     []day    `json:"off"`
	Worked  []day    `json:"worked"`
}

// day is one date and the holiday it belongs to.
type day struct {
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
	c := &Calendar{zone: zone, years: map[int]bool{}}
	said := map[int]bool{}
	for _, name := range names {
		y, err := read(fsys, name)
		if err == nil {
			err = y.tell(said)
		}
		if err != nil {
			return nil, fmt.Errorf("calendar %s: %w", name, err)
		}
		c.years[y.Year] = true
	}
	c.lay(said)
	return c, nil
}

func read(fsys fs.FS, name string) (year, error) {
	var y year
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return y, err
	}
	if err := json.Unmarshal(text, &y); err != nil {
		return y, err
	}
	if len(y.Off) == 0 {
		return y, fmt.Errorf("%d has no day off", y.Year)
	}
	return y, nil
}

// tell adds to said whether each day that the notice names is worked.
func (y year) tell(said map[int]bool) error {
	for worked, list := range map[bool][]day{false: y.Off, true: y.Worked} {
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
func (c *Calendar) lay(said map[int]bool) {
	if len(said) == 0 {
		return
	}
	days := slices.Sorted(maps.Keys(said))
	c.first = days[0]
	c.table = make([]bool, days[len(days)-1]-c.first+1)
	for i := range c.table {
		worked, ok := said[c.first+i]
		c.table[i] = worked || !ok && weekday(c.first+i)
	}
}

// Zone is the time zone in which days begin and end.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Years lists the years whose notice is loaded.
func (c *Calendar) Years() []int { return slices.Sorted(maps.Keys(c.years)) }

// Published reports whether a year's holidays are known. For other years only
// weekdays count, and whoever shows a result says so.
func (c *Calendar) Published(year int) bool { return c.years[year] }

// Unpublished lists the years from one instant to another that are not published.
func (c *Calendar) Unpublished(from, to time.Time) []int {
	var out []int
	if from.IsZero() || to.IsZero() {
		return nil
	}
	for y := from.In(c.zone).Year(); y <= to.In(c.zone).Year(); y++ {
		if !c.years[y] {
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
	if i := n - c.first; i >= 0 && i < len(c.table) {
		return c.table[i]
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
