// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure

import (
	"slices"
	"time"
)

// Web is the board that every notice hangs on.
const Web = "web"

// Cause is why a board did not show a notice.
type Cause string

// The causes. Those that staff report are chosen from a list: no words of people are
// in them.
const (
	Server  Cause = "server"  // the program was not running
	Network Cause = "network" // it ran, and could not be reached
	Weather Cause = "weather" // wind, rain, snow
	Damaged Cause = "damaged" // torn off, painted over, broken
	Moved   Cause = "moved"   // the board was taken away or blocked
	Absent  Cause = "absent"  // it was not put up yet, or was taken down
	Shortly Cause = "shortly" // it was ended before anybody knew of a lost day
)

// maxDown is for how long a board may be down on a day that counts, in all: a restart
// costs no day, a power cut does. No law says; docs/adr/0043 does.
const maxDown = time.Hour

// Causes lists the causes that staff may name for a board.
func Causes(board string) []Cause {
	if board == Web {
		return []Cause{Network, Server}
	}
	return []Cause{Weather, Damaged, Moved}
}

// Gap is a time during which a board did not show a notice. To is zero while it lasts.
type Gap struct {
	ID       string
	Board    string
	Notice   string // that it is about; empty for all on the board
	Cause    Cause
	From, To time.Time
}

// Hung is a notice on a paper board for a time. Down is zero while it hangs.
type Hung struct {
	ID        string
	Notice    string
	Board     string
	Put, Down time.Time
	PutBy     string
	DownBy    string
}

// Facts are all that the standing of a notice follows from.
type Facts struct {
	Days      int
	Counted   time.Time // released, in the wording that counts; zero while it waits
	Withdrawn time.Time // zero while it is not
	Boards    []string  // paper boards on which it has to hang
	Hung      []Hung
	Gaps      []Gap
}

// Lost is a day that does not count, and why.
type Lost struct {
	Day   string
	Board string
	Cause Cause
}

// Standing is how long a notice has lawfully stood.
type Standing struct {
	Notice string
	State  State
	Needed int    // days
	Stood  int    // whole days that are over and count, at most as many as needed
	From   string // the first day that can count; empty while it waits
	Last   string // the last day, if nothing more is lost; empty for one that was taken down before
	Lost   []Lost // days that do not count, in order
	Moved  int    // days by which the end moved because the last one was a holiday

	Complete   bool      // it stood for all of its days, and they are over
	Early      bool      // it was withdrawn before they were over
	Reason     string    // of a withdrawal
	Gaps       []Gap     // that touch the period
	Open       int       // objections that are not answered
	Objections int       // all of them
	Upheld     int       // that were found right
	Until      time.Time // the instant at which the last day is over; zero without one
	Unknown    []int     // years on the way whose holidays are not published: weekdays were counted
}

// Worked says whether a day is worked.
type Worked func(time.Time) bool

// Reckon counts the days that a notice has stood by an instant. The day of release is
// not counted (Civil Code 201); days are whole days of the calendar; one on which a
// board was down for more than an hour is lost; a last day that is off moves to the next
// one that is worked (Civil Code 203), and that day has to be stood as well.
func Reckon(f Facts, now time.Time, zone *time.Location, worked Worked) Standing {
	out := Standing{Needed: f.Days}
	if f.Counted.IsZero() {
		return out
	}
	down := slices.Concat(f.Gaps, f.absences())
	counted := 0
	first := next(begins(f.Counted, zone))
	out.From = first.Format(time.DateOnly)
	for day := first; ; day = next(day) {
		if !f.Withdrawn.IsZero() && f.Withdrawn.Before(next(day)) {
			out.Early = true
			return out
		}
		if gap, lost := lostTo(down, day, now); lost {
			out.Lost = append(out.Lost, Lost{day.Format(time.DateOnly), gap.Board, gap.Cause})
			continue
		}
		if counted++; counted > f.Days {
			out.Moved++
		}
		if over := !next(day).After(now); over && counted <= f.Days {
			out.Stood++
		}
		if counted >= f.Days && worked(day) {
			out.Last, out.Until = day.Format(time.DateOnly), next(day)
			out.Complete = !next(day).After(now)
			return out
		}
	}
}

// absences are the times after release at which a paper board that should did not show
// the notice.
func (f Facts) absences() []Gap {
	var out []Gap
	for _, board := range f.Boards {
		from := f.Counted
		hung := slices.DeleteFunc(slices.Clone(f.Hung), func(h Hung) bool { return h.Board != board })
		slices.SortFunc(hung, func(a, b Hung) int { return a.Put.Compare(b.Put) })
		still := false
		for _, h := range hung {
			if h.Put.After(from) {
				out = append(out, Gap{Board: board, Cause: Absent, From: from, To: h.Put})
			}
			if still = h.Down.IsZero(); still {
				break
			}
			if h.Down.After(from) {
				from = h.Down
			}
		}
		if !still {
			out = append(out, Gap{Board: board, Cause: Absent, From: from})
		}
	}
	return out
}

// lostTo returns the gap that a day is lost to: the first one on a board that was down for
// too long of it. What is not over reaches to the present and no further.
func lostTo(down []Gap, day, now time.Time) (Gap, bool) {
	sums := map[string][]Gap{}
	for _, g := range down {
		if g.To.IsZero() || g.To.After(now) {
			g.To = now
		}
		g.From, g.To = later(g.From, day), earlier(g.To, next(day))
		if g.To.After(g.From) {
			sums[g.Board] = append(sums[g.Board], g)
		}
	}
	for _, g := range down {
		if list := sums[g.Board]; len(list) > 0 && length(list) > maxDown {
			return list[0], true
		}
	}
	return Gap{}, false
}

// length is how long some times are together, what they share counted once.
func length(list []Gap) time.Duration {
	slices.SortFunc(list, func(a, b Gap) int { return a.From.Compare(b.From) })
	var sum time.Duration
	var end time.Time
	for _, g := range list {
		if from := later(g.From, end); g.To.After(from) {
			sum += g.To.Sub(from)
			end = g.To
		}
	}
	return sum
}

// begins is the instant at which the day of t begins.
func begins(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// next is the beginning of the day after one that begins at day.
func next(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, day.Location())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
