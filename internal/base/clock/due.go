// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package clock

import "time"

// Unit is what a term is counted in.
type Unit string

// The units of GB/T 30428.8 and of the petition and mediation rules.
const (
	UrgentHour  Unit = "urgent_hour"  // hours without a break, nights and holidays included
	WorkHour    Unit = "work_hour"    // hours from 8 to 12 and from 14 to 18 on worked days
	Workday     Unit = "workday"      // worked days after the first, to the end of work
	CalendarDay Unit = "calendar_day" // days after the first; a last day that is off moves to the next worked one
)

// Units lists the units.
func Units() []Unit { return []Unit{UrgentHour, WorkHour, Workday, CalendarDay} }

// Term is a length of time that a rule allows. N may have a fraction for hours;
// days count whole.
type Term struct {
	Unit  Unit    `json:"unit"`
	N     float64 `json:"n"`
	Basis string  `json:"basis,omitempty"`
}

// Deadline is when a term ends, and the years on the way whose holidays are not
// published: there weekdays were counted.
type Deadline struct {
	At          time.Time
	Unpublished []int
}

// The hours of work, as offsets into the day.
const (
	morningFrom = 8 * time.Hour
	morningTo   = 12 * time.Hour
	laterFrom   = 14 * time.Hour
	laterTo     = 18 * time.Hour
	wholeDay    = 24*time.Hour - time.Microsecond
)

// Due returns when a term that begins at from ends. The day a term in days
// begins on is not counted; a last day that is off moves to the next worked day.
// Basis: Civil Code arts. 201–203, in force from 2021-01-01.
func (c *Calendar) Due(from time.Time, t Term) Deadline { return c.End(Run{From: from, Term: t}) }

// hours turns a number of hours into a length, to the minute.
func hours(n float64) time.Duration {
	return time.Duration(n*60+0.5) * time.Minute
}

// workHours returns the instant at which left hours of work have passed since
// start. A term that is used up exactly at noon or at the end of work ends there.
func (c *Calendar) workHours(start time.Time, left time.Duration) time.Time {
	day := dayNumber(start)
	now := start.Sub(c.at(day, 0))
	for {
		if c.workedDay(day) {
			for _, part := range [2][2]time.Duration{{morningFrom, morningTo}, {laterFrom, laterTo}} {
				from := max(now, part[0])
				if room := part[1] - from; room > 0 {
					if left <= room {
						return c.at(day, from+left)
					}
					left -= room
				}
			}
		}
		day++
		now = 0
	}
}
