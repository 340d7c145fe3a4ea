// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package clock

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pavilion/catalogue"
)

func china(t testing.TB) *Calendar {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	c, err := LoadCalendar(catalogue.FS(), zone)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const minute = "2006-01-02 15:04"

func when(t testing.TB, c *Calendar, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation(minute, s, c.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestATermThatStandsStill(t *testing.T) {
	c := china(t)
	type pause = [2]string
	for _, tt := range []struct {
		name   string
		from   string
		term   Term
		pauses []pause
		extra  []Term
		want   string
	}{
		{"without a pause it ends as it would", "2026-09-21 09:00", Term{Unit: WorkHour, N: 4}, nil, nil, "2026-09-21 15:00"},
		{"hours do not pass in a pause", "2026-09-21 09:00", Term{Unit: WorkHour, N: 4}, []pause{{"2026-09-21 10:00", "2026-09-21 15:00"}}, nil, "2026-09-21 18:00"},
		{"a pause at night costs no working hours", "2026-09-21 09:00", Term{Unit: WorkHour, N: 8}, []pause{{"2026-09-21 18:00", "2026-09-22 08:00"}}, nil, "2026-09-22 09:00"},
		{"urgent hours stand still at night too", "2026-09-21 20:00", Term{Unit: UrgentHour, N: 4}, []pause{{"2026-09-21 21:00", "2026-09-22 06:00"}}, nil, "2026-09-22 09:00"},
		{"an open pause has no end", "2026-09-21 09:00", Term{Unit: WorkHour, N: 4}, []pause{{"2026-09-21 10:00", ""}}, nil, ""},
		{"a pause behind the end changes nothing", "2026-09-21 09:00", Term{Unit: WorkHour, N: 1}, []pause{{"2026-09-21 11:00", ""}}, nil, "2026-09-21 10:00"},
		{"a question answered on the same day costs no workday", "2026-09-21 09:00", Term{Unit: Workday, N: 2}, []pause{{"2026-09-22 09:00", "2026-09-22 16:00"}}, nil, "2026-09-23 18:00"},
		{"over the end of work it costs one", "2026-09-21 09:00", Term{Unit: Workday, N: 2}, []pause{{"2026-09-22 17:00", "2026-09-23 09:00"}}, nil, "2026-09-24 18:00"},
		{"over a weekend it costs the Friday", "2026-08-20 09:00", Term{Unit: Workday, N: 2}, []pause{{"2026-08-21 17:00", "2026-08-24 09:00"}}, nil, "2026-08-25 18:00"},
		{"an open pause stops workdays", "2026-09-21 09:00", Term{Unit: Workday, N: 2}, []pause{{"2026-09-22 09:00", ""}}, nil, ""},
		{"calendar days stand still over midnight", "2026-09-20 09:00", Term{Unit: CalendarDay, N: 2}, []pause{{"2026-09-21 09:00", "2026-09-22 09:00"}}, nil, "2026-09-23 23:59"},
		{"two pauses add up", "2026-09-21 08:00", Term{Unit: WorkHour, N: 3}, []pause{{"2026-09-21 09:00", "2026-09-21 10:00"}, {"2026-09-21 11:00", "2026-09-21 12:00"}}, nil, "2026-09-21 15:00"},
		{"what is granted is counted from the end", "2026-09-18 16:40", Term{Unit: Workday, N: 1}, nil, []Term{{Unit: Workday, N: 2}}, "2026-09-22 18:00"},
		{"a pause in what is granted counts there", "2026-09-18 16:40", Term{Unit: Workday, N: 1}, []pause{{"2026-09-21 09:00", "2026-09-22 09:00"}}, []Term{{Unit: Workday, N: 2}}, "2026-09-23 18:00"},
		{"no term, no end", "2026-09-21 09:00", Term{}, nil, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Run{From: when(t, c, tt.from), Term: tt.term, Extra: tt.extra}
			for _, p := range tt.pauses {
				r.Pauses = append(r.Pauses, Span{when(t, c, p[0]), when(t, c, p[1])})
			}
			got := c.End(r).At
			if got.IsZero() != (tt.want == "") || !got.IsZero() && got.Format(minute) != tt.want {
				t.Errorf("it ends at %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPausingAndResuming(t *testing.T) {
	c := china(t)
	at := func(s string) time.Time { return when(t, c, s) }
	r := Run{From: at("2026-09-21 09:00"), Term: Term{Unit: WorkHour, N: 4}}
	held := r.Pause(at("2026-09-21 10:00"))
	if r.Paused() || !held.Paused() || !c.End(held).At.IsZero() {
		t.Error("a run that was told to stand still does not, or the one it came from does")
	}
	if again := held.Pause(at("2026-09-21 10:30")); len(again.Pauses) != 1 {
		t.Error("a run that stands still was stopped again")
	}
	on := held.Resume(at("2026-09-21 11:00"))
	if on.Paused() || !held.Paused() || c.End(on).At.Format(minute) != "2026-09-21 16:00" {
		t.Errorf("it goes on until %v", c.End(on).At)
	}
	if (Run{}).Pause(r.From).Paused() || !slices.Equal(r.Resume(r.From).Pauses, r.Pauses) {
		t.Error("what does not run was stopped, or what does was resumed")
	}
}

func TestWhenTheLightTurnsYellow(t *testing.T) {
	c := china(t)
	for _, tt := range []struct {
		name, from, want string
		term             Term
	}{
		{"80 % of ten urgent hours", "2026-10-01 03:00", "2026-10-01 11:00", Term{Unit: UrgentHour, N: 10}},
		{"80 % of five working hours", "2026-09-21 09:00", "2026-09-21 15:00", Term{Unit: WorkHour, N: 5}},
		{"80 % of the working time to the end of the day", "2026-09-21 08:00", "2026-09-22 14:48", Term{Unit: Workday, N: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Run{From: when(t, c, tt.from), Term: tt.term}
			warn, due := c.Reached(r, WarnShare), c.End(r).At
			if warn.Format(minute) != tt.want {
				t.Fatalf("yellow at %v, want %s", warn, tt.want)
			}
			for want, now := range map[Light]time.Time{Green: warn, Yellow: warn.Add(time.Second), Red: due.Add(time.Second)} {
				if got := LightAt(now, warn, due); got != want {
					t.Errorf("at %v the light is %q, want %q", now, got, want)
				}
			}
		})
	}
	if LightAt(time.Now(), time.Time{}, time.Time{}) != NoLight {
		t.Error("what has no term has a light")
	}
}

func TestExplain(t *testing.T) {
	c := china(t)
	for _, tt := range []struct {
		name string
		run  Run
		want []Why
	}{
		{"a make-up workday after a Saturday off", Run{From: when(t, c, "2026-09-18 16:40"), Term: Term{Unit: Workday, N: 1}}, []Why{Began, Off, MadeUp, Ends}},
		{"a holiday is told once, weekend and all", Run{From: when(t, c, "2026-09-30 16:40"), Term: Term{Unit: Workday, N: 1}}, []Why{Began, Holiday, Ends}},
		{"calendar days tell only the days off at the end", Run{From: when(t, c, "2026-09-20 09:00"), Term: Term{Unit: CalendarDay, N: 15}}, []Why{Began, Holiday, Ends}},
		{"urgent hours know no days off", Run{From: when(t, c, "2026-10-01 03:00"), Term: Term{Unit: UrgentHour, N: 6}}, []Why{Began, Ends}},
		{"a year that is not published is said", Run{From: when(t, c, "2027-03-01 09:00"), Term: Term{Unit: Workday, N: 1}}, []Why{Began, NotPublished, Ends}},
		{"a pause and an extension", Run{
			From: when(t, c, "2026-09-21 09:00"), Term: Term{Unit: WorkHour, N: 2}, Extra: []Term{{Unit: WorkHour, N: 1}},
			Pauses: []Span{{From: when(t, c, "2026-09-21 09:30"), To: when(t, c, "2026-09-21 10:00")}},
		}, []Why{Began, StoodStill, Extended, Ends}},
		{"no term, nothing to explain", Run{}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []Why
			for _, r := range c.Explain(tt.run) {
				got = append(got, r.Why)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("it says %v, want %v", got, tt.want)
			}
		})
	}
}

// Whatever the pauses: a term never ends before it began, never ends in a pause,
// never sooner for a pause, and ends within it for the same reasons a second time.
func TestPausesNeverShortenATerm(t *testing.T) {
	c := china(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		r := Run{
			From: when(t, c, "2026-01-05 00:00").Add(time.Duration(rnd.IntN(300*24*60)) * time.Minute),
			Term: Term{Unit: Units()[rnd.IntN(4)], N: float64(1 + rnd.IntN(12))},
		}
		plain := c.End(r).At
		for at := r.From; len(r.Pauses) < 3; {
			from := at.Add(time.Duration(rnd.IntN(2*24*60)) * time.Minute)
			at = from.Add(time.Duration(rnd.IntN(2*24*60)) * time.Minute)
			r = r.Pause(from).Resume(at)
		}
		got := c.End(r).At
		warn := c.Reached(r, WarnShare)
		switch held, _ := paused(got.Add(-time.Microsecond), r.Pauses); {
		case got.Before(plain):
			t.Fatalf("%+v ends at %v, without pauses at %v", r, got, plain)
		case held && (r.Term.Unit == UrgentHour):
			t.Fatalf("%+v ends at %v, in a pause", r, got)
		case warn.Before(r.From) || warn.After(got):
			t.Fatalf("%+v turns yellow at %v and ends at %v", r, warn, got)
		}
		last := len(r.Pauses) - 1
		longer := r
		longer.Pauses = slices.Clone(r.Pauses)
		longer.Pauses[last].To = longer.Pauses[last].To.Add(time.Hour)
		if after := c.End(longer).At; after.Before(got) {
			t.Fatalf("%+v ends sooner for a longer pause: %v", r, after)
		}
	}
}
