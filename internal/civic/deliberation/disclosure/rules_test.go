// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/civic/deliberation/tally"
)

// calendar is the real one, with the holidays of 2026.
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
	if text == "" {
		return time.Time{}
	}
	out, err := time.ParseInLocation("2006-01-02 15:04", text, c.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestTheLastDay holds golden dates around the holidays of 2026.
func TestTheLastDay(t *testing.T) {
	c := calendar(t)
	for _, tt := range []struct {
		name, posted string
		days         int
		first, last  string
		moved        int
	}{
		{"the day of release is not counted", "2026-03-02 09:00", 15, "2026-03-03", "2026-03-17", 0},
		{"released a minute before midnight", "2026-03-02 23:59", 15, "2026-03-03", "2026-03-17", 0},
		{"released at midnight", "2026-03-03 00:00", 15, "2026-03-04", "2026-03-18", 0},
		{"a last day on a Saturday moves to Monday", "2026-03-06 09:00", 15, "2026-03-07", "2026-03-23", 2},
		{"a last day on a make-up Saturday stays", "2026-02-13 09:00", 15, "2026-02-14", "2026-02-28", 0},
		{"a last day in the spring festival moves behind it", "2026-02-01 09:00", 15, "2026-02-02", "2026-02-24", 8},
		{"a last day at the tomb-sweeping festival", "2026-03-20 09:00", 15, "2026-03-21", "2026-04-07", 3},
		{"a last day on Labour Day", "2026-04-16 09:00", 15, "2026-04-17", "2026-05-06", 5},
		{"a last day on the make-up Saturday after Labour Day", "2026-04-24 09:00", 15, "2026-04-25", "2026-05-09", 0},
		{"a last day at the dragon boat festival", "2026-06-04 09:00", 15, "2026-06-05", "2026-06-22", 3},
		{"fifteen days from 20 September end after National Day", "2026-09-20 09:00", 15, "2026-09-21", "2026-10-08", 3},
		{"a last day on the make-up Sunday before National Day", "2026-09-05 09:00", 15, "2026-09-06", "2026-09-20", 0},
		{"holidays within the period count", "2026-09-24 09:00", 15, "2026-09-25", "2026-10-09", 0},
		{"a month's end", "2026-07-16 09:00", 15, "2026-07-17", "2026-07-31", 0},
		{"one day", "2026-03-02 09:00", 1, "2026-03-03", "2026-03-03", 0},
		{"one day on a Friday", "2026-03-06 09:00", 1, "2026-03-07", "2026-03-09", 2},
		{"over New Year", "2025-12-17 09:00", 15, "2025-12-18", "2026-01-04", 3},
		{"February of a leap year", "2024-02-19 09:00", 15, "2024-02-20", "2024-03-05", 0},
		{"thirty days", "2026-03-02 09:00", 30, "2026-03-03", "2026-04-01", 0},
	} {
		posted := at(t, c, tt.posted)
		got := Reckon(Facts{Days: tt.days, Counted: posted}, posted, c.Zone(), c.Worked)
		if got.From != tt.first || got.Last != tt.last || got.Moved != tt.moved || got.Complete || got.Stood != 0 {
			t.Errorf("%s: from %s to %s, moved by %d, %+v; want %s to %s, %d", tt.name, got.From, got.Last, got.Moved, got, tt.first, tt.last, tt.moved)
		}
		due := c.Due(posted, clock.Term{Unit: clock.CalendarDay, N: float64(tt.days)}).At
		if s := due.Format(time.DateOnly); s != got.Last {
			t.Errorf("%s: terms in calendar days end on %s", tt.name, s)
		}
		eve, after := got.Until.Add(-time.Microsecond), got.Until
		if s := Reckon(Facts{Days: tt.days, Counted: posted}, eve, c.Zone(), c.Worked); s.Complete {
			t.Errorf("%s: it is complete before its last day is over", tt.name)
		}
		if s := Reckon(Facts{Days: tt.days, Counted: posted}, after, c.Zone(), c.Worked); !s.Complete || s.Stood != tt.days {
			t.Errorf("%s: it is not complete when its last day is over: %+v", tt.name, s)
		}
	}
}

// TestDaysThatAreLost has a notice of 15 days be released on 2 March, a Monday; without a
// loss it ends on the 17th, a Tuesday.
func TestDaysThatAreLost(t *testing.T) {
	c := calendar(t)
	for _, tt := range []struct {
		name      string
		gaps      [][3]string // board, from, to
		hung      [][3]string // board, put up, taken off
		boards    []string
		withdrawn string
		now       string
		stood     int
		lost      int
		last      string
		complete  bool
	}{
		{name: "nothing is lost", now: "2026-03-18 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "a restart of minutes loses nothing", gaps: [][3]string{{Web, "2026-03-05 10:00", "2026-03-05 10:20"}}, now: "2026-03-18 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "an hour loses nothing", gaps: [][3]string{{Web, "2026-03-05 10:00", "2026-03-05 11:00"}}, now: "2026-03-18 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "an hour and a minute lose the day", gaps: [][3]string{{Web, "2026-03-05 10:00", "2026-03-05 11:01"}}, now: "2026-03-18 00:00", stood: 14, lost: 1, last: "2026-03-18"},
		{name: "two times of 40 minutes lose the day", gaps: [][3]string{{Web, "2026-03-05 10:00", "2026-03-05 10:40"}, {Web, "2026-03-05 20:00", "2026-03-05 20:40"}}, now: "2026-03-19 00:00", stood: 15, lost: 1, last: "2026-03-18", complete: true},
		{name: "what overlaps is counted once", gaps: [][3]string{{Web, "2026-03-05 10:00", "2026-03-05 10:40"}, {Web, "2026-03-05 10:10", "2026-03-05 10:50"}}, now: "2026-03-18 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "a whole day down", gaps: [][3]string{{Web, "2026-03-05 00:00", "2026-03-06 00:00"}}, now: "2026-03-19 00:00", stood: 15, lost: 1, last: "2026-03-18", complete: true},
		{name: "over midnight, forty minutes on each side", gaps: [][3]string{{Web, "2026-03-05 23:20", "2026-03-06 00:40"}}, now: "2026-03-18 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "three days down", gaps: [][3]string{{Web, "2026-03-05 12:00", "2026-03-07 12:00"}}, now: "2026-03-17 12:00", stood: 11, lost: 3, last: "2026-03-20"},
		{name: "down on the last day: a last day more", gaps: [][3]string{{Web, "2026-03-17 08:00", "2026-03-17 12:00"}}, now: "2026-03-18 00:00", stood: 14, lost: 1, last: "2026-03-18"},
		{name: "a lost day moves the end into a weekend, and behind it", gaps: [][3]string{{Web, "2026-03-03 00:00", "2026-03-07 00:00"}}, now: "2026-03-18 00:00", stood: 11, lost: 4, last: "2026-03-23"},
		{name: "down on the day of release: it is not counted anyway", gaps: [][3]string{{Web, "2026-03-02 10:00", "2026-03-02 23:00"}}, now: "2026-03-18 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "still down", gaps: [][3]string{{Web, "2026-03-15 12:00", ""}}, now: "2026-03-17 13:00", stood: 12, lost: 3, last: "2026-03-20"},
		{name: "what is still down has not lost tomorrow", gaps: [][3]string{{Web, "2026-03-17 12:30", ""}}, now: "2026-03-17 13:00", stood: 14, last: "2026-03-17"},
		{name: "another board's gap", gaps: [][3]string{}, boards: nil, hung: [][3]string{{"b", "2026-03-02 15:00", "2026-03-03 15:00"}}, now: "2026-03-18 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "a paper board on the day of release", boards: []string{"b"}, hung: [][3]string{{"b", "2026-03-02 15:00", ""}}, now: "2026-03-18 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "put up three days late", boards: []string{"b"}, hung: [][3]string{{"b", "2026-03-05 15:00", ""}}, now: "2026-03-18 00:00", stood: 12, lost: 3, last: "2026-03-20"},
		{name: "never put up", boards: []string{"b"}, now: "2026-03-18 00:00", lost: 15, stood: 0, last: "2026-04-01"},
		{name: "taken off early", boards: []string{"b"}, hung: [][3]string{{"b", "2026-03-02 15:00", "2026-03-10 09:00"}}, now: "2026-03-18 00:00", stood: 7, lost: 8, last: "2026-03-25"},
		{name: "taken off and put up again within the hour", boards: []string{"b"}, hung: [][3]string{{"b", "2026-03-02 15:00", "2026-03-10 09:00"}, {"b", "2026-03-10 09:30", ""}}, now: "2026-03-18 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "taken off after the end", boards: []string{"b"}, hung: [][3]string{{"b", "2026-03-02 15:00", "2026-03-18 09:00"}}, now: "2026-03-19 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "on one of two boards", boards: []string{"a", "b"}, hung: [][3]string{{"a", "2026-03-02 15:00", ""}}, now: "2026-03-04 00:00", lost: 1, last: "2026-03-18"},
		{name: "withdrawn on the fifth day", withdrawn: "2026-03-07 10:00", now: "2026-03-18 00:00", stood: 4},
		{name: "withdrawn on the last day", withdrawn: "2026-03-17 23:59", now: "2026-03-18 00:00", stood: 14},
		{name: "withdrawn after the last day", withdrawn: "2026-03-18 00:00", now: "2026-03-18 00:00", stood: 15, last: "2026-03-17", complete: true},
		{name: "withdrawn on the day of release", withdrawn: "2026-03-02 10:00", now: "2026-03-18 00:00", stood: 0},
	} {
		f := Facts{Days: 15, Counted: at(t, c, "2026-03-02 09:00"), Withdrawn: at(t, c, tt.withdrawn), Boards: tt.boards}
		for _, g := range tt.gaps {
			f.Gaps = append(f.Gaps, Gap{Board: g[0], Cause: Server, From: at(t, c, g[1]), To: at(t, c, g[2])})
		}
		for _, h := range tt.hung {
			f.Hung = append(f.Hung, Hung{Board: h[0], Put: at(t, c, h[1]), Down: at(t, c, h[2])})
		}
		got := Reckon(f, at(t, c, tt.now), c.Zone(), c.Worked)
		if got.Stood != tt.stood || len(got.Lost) != tt.lost || got.Last != tt.last || got.Complete != tt.complete || got.Early != (tt.withdrawn != "" && !tt.complete) {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	if got := Reckon(Facts{Days: 15}, at(t, c, "2026-03-18 00:00"), c.Zone(), c.Worked); got.Complete || got.Stood != 0 || got.From != "" {
		t.Errorf("what waits for release has stood: %+v", got)
	}
}

// TestALossNeverEndsAPeriodSooner has gaps only ever move the last day on, and time only
// ever add days.
func TestALossNeverEndsAPeriodSooner(t *testing.T) {
	c := calendar(t)
	base := at(t, c, "2026-01-10 09:00")
	rapid.Check(t, func(t *rapid.T) {
		minutes := func(name string, most int) time.Duration {
			return time.Duration(rapid.IntRange(0, most).Draw(t, name)) * time.Minute
		}
		f := Facts{Days: rapid.IntRange(1, 40).Draw(t, "days"), Counted: base.Add(minutes("released", 200*1440))}
		now := f.Counted.Add(minutes("now", 60*1440))
		for range rapid.IntRange(0, 4).Draw(t, "gaps") {
			from := f.Counted.Add(minutes("from", 40*1440))
			f.Gaps = append(f.Gaps, Gap{Board: Web, From: from, To: from.Add(minutes("long", 3*1440) + time.Minute)})
		}
		before := Reckon(f, now, c.Zone(), c.Worked)
		from := f.Counted.Add(minutes("one more", 40*1440))
		more := f
		more.Gaps = append(append([]Gap(nil), f.Gaps...), Gap{Board: Web, From: from, To: from.Add(minutes("long", 3*1440) + time.Minute)})
		after := Reckon(more, now, c.Zone(), c.Worked)
		if after.Last < before.Last || after.Stood > before.Stood || after.Complete && !before.Complete {
			t.Errorf("a gap more made it better: %+v, then %+v", before, after)
		}
		if later := Reckon(f, now.Add(minutes("later", 5*1440)), c.Zone(), c.Worked); later.Stood < before.Stood || before.Complete && (!later.Complete || later.Last != before.Last) {
			t.Errorf("time took days away: %+v, then %+v", before, later)
		}
		if plain := c.Due(f.Counted, clock.Term{Unit: clock.CalendarDay, N: float64(f.Days)}).At.Format(time.DateOnly); before.Last < plain {
			t.Errorf("it ends on %s, before %s", before.Last, plain)
		}
	})
}

func TestDaysCannotBeShortened(t *testing.T) {
	law := tally.Rule{Code: "residents", Disclosure: 15, Basis: "basis.residents_law"}
	for _, tt := range []struct {
		name  string
		asked int
		rules []tally.Rule
		want  int // 0: refused
	}{
		{"the law's days are taken where none are asked for", 0, []tally.Rule{law}, 15},
		{"exactly the law's", 15, []tally.Rule{law}, 15},
		{"a day fewer", 14, []tally.Rule{law}, 0},
		{"more", 30, []tally.Rule{law}, 30},
		{"a realm that asks for more", 0, []tally.Rule{{Disclosure: 20}}, 20},
		{"fewer than the realm asks for", 19, []tally.Rule{{Disclosure: 20}}, 0},
		{"the longer one of two", 15, []tally.Rule{law, {Disclosure: 20}}, 0},
		{"a body for which no law sets days has the usual ones", 0, []tally.Rule{{Code: "party"}}, 15},
		{"and may have fewer", 5, []tally.Rule{{Code: "party"}}, 5},
		{"but not none", -1, []tally.Rule{{Code: "party"}}, 0},
		{"more than a year", 366, []tally.Rule{law}, 0},
	} {
		floor, basis := least(tt.rules...)
		got, err := daysFor(tt.asked, floor, basis)
		if got != tt.want || (err == nil) != (tt.want > 0) {
			t.Errorf("%s: %d, %v", tt.name, got, err)
		}
	}
}
