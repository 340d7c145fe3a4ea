// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"fmt"
	"time"

	"pavilion/internal/base/text"
)

// Day says a moment in short: without the year when it is this one.
func (k *Kit) Day(p *text.Printer, at time.Time) string {
	at = k.here(at)
	args := []any{
		"year", fmt.Sprint(at.Year()), "month", p.T(fmt.Sprintf("kit.month.%d", at.Month())),
		"day", at.Day(), "time", at.Format("15:04"),
	}
	if at.Year() != k.here(k.Now()).Year() {
		return p.T("kit.moment.other_year", args...)
	}
	return p.T("kit.moment.this_year", args...)
}

// Due says a term as people do: "today 16:30" while it runs, "2 workdays over"
// when it has run out. The day on which it ran out does not count.
func (k *Kit) Due(p *text.Printer, at time.Time) string {
	now, at := k.here(k.Now()), k.here(at)
	if !now.Before(at) {
		return k.over(p, at, now)
	}
	hour := at.Format("15:04")
	switch daysBetween(now, at) {
	case 0:
		return p.T("kit.due.today", "time", hour)
	case 1:
		return p.T("kit.due.tomorrow", "time", hour)
	}
	return k.Day(p, at)
}

// over says by how much a term has run out: workdays, or hours and minutes on
// the day itself and on days nobody works.
func (k *Kit) over(p *text.Printer, at, now time.Time) string {
	workdays := 0
	for day := at.AddDate(0, 0, 1); daysBetween(day, now) >= 0 && workdays < 1000; day = day.AddDate(0, 0, 1) {
		if k.Calendar.Worked(day) {
			workdays++
		}
	}
	late := now.Sub(at)
	switch {
	case workdays > 0:
		return count(p, "kit.due.over_workday", workdays)
	case late >= 24*time.Hour:
		return count(p, "kit.due.over_day", int(late/(24*time.Hour)))
	case late >= time.Hour:
		return count(p, "kit.due.over_hour", int(late/time.Hour))
	}
	return count(p, "kit.due.over_minute", max(1, int(late/time.Minute)))
}

// Ago says how long ago something was, up to a week; then when it was.
func (k *Kit) Ago(p *text.Printer, at time.Time) string {
	past := k.Now().Sub(at)
	switch {
	case past > 7*24*time.Hour || past < -time.Minute:
		return k.Day(p, at)
	case past >= 24*time.Hour:
		return count(p, "kit.ago.day", int(past/(24*time.Hour)))
	case past >= time.Hour:
		return count(p, "kit.ago.hour", int(past/time.Hour))
	case past >= time.Minute:
		return count(p, "kit.ago.minute", int(past/time.Minute))
	}
	return p.T("kit.ago.now")
}

// count says a sentence in its form for one or for several.
func count(p *text.Printer, key string, n int) string {
	if n == 1 {
		return p.T(key+".one", "n", n)
	}
	return p.T(key+".many", "n", n)
}

// daysBetween counts the midnights from a to b, negative when b is earlier.
func daysBetween(a, b time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(b).Sub(day(a)).Hours() / 24)
}
