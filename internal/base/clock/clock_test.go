// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package clock_test

import (
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
)

func calendar(t testing.TB) *clock.Calendar {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	c, err := clock.LoadCalendar(catalogue.FS(), zone)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(t testing.TB, c *clock.Calendar, text string) time.Time {
	t.Helper()
	if len(text) == len(time.DateOnly) {
		text += " 10:00"
	}
	out, err := time.ParseInLocation("2006-01-02 15:04", text, c.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDue holds the golden cases of the field.
func TestDue(t *testing.T) {
	c := calendar(t)
	for _, tt := range []struct {
		name, from string
		unit       clock.Unit
		n          float64
		want       string
	}{
		{"over the spring festival, with a make-up Saturday", "2026-02-12", clock.Workday, 5, "2026-02-26 18:00"},
		{"over May Day, with a make-up Saturday", "2026-04-30", clock.Workday, 5, "2026-05-11 18:00"},
		{"from Friday to a make-up Sunday", "2026-09-18 16:40", clock.Workday, 1, "2026-09-20 18:00"},
		{"twenty workdays over two holidays", "2026-09-18", clock.Workday, 20, "2026-10-22 18:00"},
		{"calendar days that end in the holidays move behind them", "2026-08-03", clock.CalendarDay, 60, "2026-10-08 23:59"},
		{"fifteen calendar days", "2026-09-20", clock.CalendarDay, 15, "2026-10-08 23:59"},
		{"work hours over a holiday", "2026-04-30 17:00", clock.WorkHour, 4, "2026-05-06 11:00"},
		{"work hours from the last half hour", "2026-06-18 17:30", clock.WorkHour, 4, "2026-06-22 11:30"},
		{"two work hours from the last half hour", "2026-06-18 17:30", clock.WorkHour, 2, "2026-06-22 09:30"},
		{"a limit that ends exactly at noon stays noon", "2026-02-13 14:00", clock.WorkHour, 8, "2026-02-14 12:00"},
		{"from a free Saturday to a make-up Sunday", "2026-09-19 10:00", clock.WorkHour, 2, "2026-09-20 10:00"},
		{"urgent hours run through holidays", "2026-10-01 03:00", clock.UrgentHour, 6, "2026-10-01 09:00"},
		{"half an hour of work", "2026-09-18 11:45", clock.WorkHour, 0.5, "2026-09-18 14:15"},
		{"a limit that ends with the day's work stays there", "2026-09-18 16:00", clock.WorkHour, 2, "2026-09-18 18:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := c.Due(at(t, c, tt.from), clock.Term{Unit: tt.unit, N: tt.n})
			if s := got.At.Format("2006-01-02 15:04"); s != tt.want {
				t.Errorf("due %s, want %s", s, tt.want)
			}
			if len(got.Unpublished) > 0 {
				t.Errorf("years %v are said to be unpublished", got.Unpublished)
			}
		})
	}
}

func TestAYearThatIsNotPublishedIsSaid(t *testing.T) {
	c := calendar(t)
	got := c.Due(at(t, c, "2027-03-05"), clock.Term{Unit: clock.Workday, N: 1})
	if s := got.At.Format(time.DateOnly); s != "2027-03-08" || len(got.Unpublished) != 1 || got.Unpublished[0] != 2027 {
		t.Errorf("due %s with a warning for %v, want 2027-03-08 with one for 2027", s, got.Unpublished)
	}
	if urgent := c.Due(at(t, c, "2027-03-05"), clock.Term{Unit: clock.UrgentHour, N: 1}); len(urgent.Unpublished) > 0 {
		t.Error("urgent hours need no calendar and carry a warning")
	}
}

func TestWorkdaysOfTheYears(t *testing.T) {
	c := calendar(t)
	for year, want := range map[int]int{2024: 251, 2025: 248, 2026: 248} {
		n := 0
		for d := time.Date(year, 1, 1, 12, 0, 0, 0, c.Zone()); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if c.Worked(d) {
				n++
			}
		}
		if n != want {
			t.Errorf("%d has %d workdays, want %d", year, n, want)
		}
	}
}

func TestAFaultyCalendarIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"a date of another year": `{"year": 2026, "off": [{"date": "2025-01-01"}]}`,
		"a date of next year":    `{"year": 2026, "off": [{"date": "2027-01-01"}]}`,
		"no day off":             `{"year": 2026, "off": [], "worked": []}`,
		"no date":                `{"year": 2026, "off": [{"date": "soon"}]}`,
		"both off and worked":    `{"year": 2026, "off": [{"date": "2026-01-01"}], "worked": [{"date": "2026-01-01"}]}`,
		"no JSON":                `{`,
	} {
		files := fstest.MapFS{"calendars/2026.json": {Data: []byte(text)}}
		if _, err := clock.LoadCalendar(files, time.UTC); err == nil {
			t.Errorf("a calendar with %s was loaded", name)
		}
	}
}

func TestANoticeRulesOnTheDecemberBefore(t *testing.T) {
	c := calendar(t)
	for day, want := range map[string]bool{"2018-12-28": true, "2018-12-29": true, "2018-12-30": false, "2018-12-31": false, "2022-12-31": false} {
		if c.Worked(at(t, c, day)) != want {
			t.Errorf("Worked(%s) = %v", day, !want)
		}
	}
	if got := c.Due(at(t, c, "2018-12-29"), clock.Term{Unit: clock.Workday, N: 1}); got.At.Format(time.DateOnly) != "2019-01-02" ||
		len(got.Unpublished) != 1 || got.Unpublished[0] != 2018 {
		t.Errorf("due %v, want 2019-01-02 with a warning for the rest of 2018", got)
	}
}

func TestWithoutNoticesWeekdaysAreWorked(t *testing.T) {
	c, err := clock.LoadCalendar(fstest.MapFS{}, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for day := time.Date(1960, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() < 1975; day = day.AddDate(0, 0, 1) {
		if want := day.Weekday() != time.Saturday && day.Weekday() != time.Sunday; c.Worked(day) != want {
			t.Fatalf("Worked(%s) = %v", day.Format(time.DateOnly), !want)
		}
	}
}

// terms draws a term and two instants of the published years, in order.
func terms(t *rapid.T, c *clock.Calendar) (early, late time.Time, term clock.Term) {
	first := time.Date(2019, 1, 1, 0, 0, 0, 0, c.Zone())
	span := int64(7 * 365 * 24 * 60)
	a, b := rapid.Int64Range(0, span).Draw(t, "a"), rapid.Int64Range(0, span).Draw(t, "b")
	term = clock.Term{
		Unit: rapid.SampledFrom(clock.Units()).Draw(t, "unit"),
		N:    float64(rapid.IntRange(1, 200).Draw(t, "n")),
	}
	return first.Add(time.Duration(min(a, b)) * time.Minute), first.Add(time.Duration(max(a, b)) * time.Minute), term
}

func TestDueNeverRunsBackwards(t *testing.T) {
	c := calendar(t)
	rapid.Check(t, func(t *rapid.T) {
		early, late, term := terms(t, c)
		longer := term
		longer.N++
		switch {
		case c.Due(early, term).At.Before(early):
			t.Fatal("a term ends before it begins")
		case c.Due(late, term).At.Before(c.Due(early, term).At):
			t.Fatal("what began later is due earlier")
		case c.Due(early, longer).At.Before(c.Due(early, term).At):
			t.Fatal("a longer term ends earlier")
		}
	})
}

// workedMinutes counts them one after the other.
func workedMinutes(c *clock.Calendar, from, to time.Time) int {
	n := 0
	for m := from; m.Before(to); m = m.Add(time.Minute) {
		if h := m.Hour(); c.Worked(m) && (h >= 8 && h < 12 || h >= 14 && h < 18) {
			n++
		}
	}
	return n
}

func TestDueLeavesTheTermThatWasAllowed(t *testing.T) {
	c := calendar(t)
	rapid.Check(t, func(t *rapid.T) {
		from, _, term := terms(t, c)
		n := int(term.N)
		if term.Unit == clock.WorkHour {
			n = rapid.IntRange(1, 30*60).Draw(t, "minutes")
			term.N = float64(n) / 60
		}
		due := c.Due(from, term).At
		days, worked := 0, 0
		for d := from.AddDate(0, 0, 1); d.Format(time.DateOnly) <= due.Format(time.DateOnly); d = d.AddDate(0, 0, 1) {
			days++
			if c.Worked(d) {
				worked++
			}
		}
		switch {
		case term.Unit == clock.UrgentHour && due.Sub(from) != time.Duration(n)*time.Hour:
			t.Fatalf("%v urgent hours are %v", n, due.Sub(from))
		case term.Unit == clock.WorkHour && (workedMinutes(c, from, due) != n || workedMinutes(c, from, due.Add(-time.Minute)) != n-1):
			t.Fatalf("%v minutes of work from %v end %v", n, from, due)
		case term.Unit == clock.Workday && (worked != n || !c.Worked(due) || due.Hour() != 18):
			t.Fatalf("%v workdays from %v end %v after %v", n, from, due, worked)
		case term.Unit == clock.CalendarDay && (days < n || !c.Worked(due)):
			t.Fatalf("%v days from %v end %v", n, from, due)
		}
		for d := due.AddDate(0, 0, -1); term.Unit == clock.CalendarDay && days > n; d, days = d.AddDate(0, 0, -1), days-1 {
			if c.Worked(d) {
				t.Fatalf("%v days from %v end %v though %v is worked", n, from, due, d)
			}
		}
	})
}

func FuzzDue(f *testing.F) {
	c := calendar(f)
	f.Add(int64(1758200000), uint8(1), 20.0)
	f.Fuzz(func(t *testing.T, unix int64, unit uint8, n float64) {
		if unix < 0 || unix > 4e9 || !(n > 0 && n < 1000) {
			t.Skip()
		}
		term := clock.Term{Unit: clock.Units()[int(unit)%len(clock.Units())], N: n}
		from := time.Unix(unix, 0)
		if due := c.Due(from, term).At; due.Before(from) && n >= 1 {
			t.Fatalf("%v of %v from %v is due %v", n, term.Unit, from, due)
		}
	})
}

func BenchmarkDue(b *testing.B) {
	c := calendar(b)
	from := at(b, c, "2026-08-03")
	for b.Loop() {
		c.Due(from, clock.Term{Unit: clock.Workday, N: 60})
	}
}
