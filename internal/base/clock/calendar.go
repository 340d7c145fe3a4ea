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
	zone   *time.Location
	off    map[int]bool // days, counted by dayNumber, that are not worked whatever the weekday
	worked map[int]bool // days that are worked though on a weekend
	years  map[int]bool // years whose notice is loaded
}

// year is one file of the calendar.
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
// file's year or in both lists is an error.
func LoadCalendar(fsys fs.FS, zone *time.Location) (*Calendar, error) {
	names, err := fs.Glob(fsys, "calendars/*.json")
	if err != nil {
		return nil, err
	}
	c := &Calendar{zone: zone, off: map[int]bool{}, worked: map[int]bool{}, years: map[int]bool{}}
	for _, name := range names {
		if err := c.load(fsys, name); err != nil {
			return nil, fmt.Errorf("calendar %s: %w", name, err)
		}
	}
	return c, nil
}

func (c *Calendar) load(fsys fs.FS, name string) error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	var y year
	if err := json.Unmarshal(text, &y); err != nil {
		return err
	}
	c.years[y.Year] = true
	for into, list := range map[*map[int]bool][]day{&c.off: y.Off, &c.worked: y.Worked} {
		for _, d := range list {
			t, err := time.Parse(time.DateOnly, d.Date)
			if err != nil {
				return err
			}
			if t.Year() != y.Year {
				return fmt.Errorf("%s is not in %d", d.Date, y.Year)
			}
			(*into)[dayNumber(t)] = true
		}
	}
	for n := range c.off {
		if c.worked[n] {
			return fmt.Errorf("day %d is both off and worked", n)
		}
	}
	return nil
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
	switch {
	case c.off[n]:
		return false
	case c.worked[n]:
		return true
	}
	weekday := (n + 4) % 7 // day 0 was a Thursday
	return weekday != 0 && weekday != 6
}

// at returns an hour of a day, in the calendar's zone.
func (c *Calendar) at(n int, ofDay time.Duration) time.Time {
	d := time.Unix(int64(n)*86400, 0).UTC()
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, c.zone).Add(ofDay)
}
