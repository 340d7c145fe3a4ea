// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package simulate

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"pavilion/internal/base/clock"
)

const (
	window = time.Hour      // what happens within it is played side by side
	atOnce = 128            // use cases that wait for one commit together
	daily  = 24 * time.Hour // how often events are delivered and closed matters let go
)

// due is a life whose turn comes at an instant; act is nil for its report.
type due struct {
	at   time.Time
	life *life
	act  *act
}

// queue is a heap of turns, the earliest first; at one instant in the order of
// the lives, so that every run is the same.
type queue []due

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return cmp.Or(q[i].at.Compare(q[j].at), cmp.Compare(q[i].life.n, q[j].life.n)) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push adds a turn.
func (q *queue) Push(x any) { *q = append(*q, x.(due)) }

// Pop takes the last one.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// pick draws an index by weight.
func pick(rnd *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	draw := rnd.Float64() * sum
	for i, w := range weights {
		if draw -= w; draw < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// draw makes the lives of the year.
func (w *world) draw(p *Plan) []*life {
	var out []*life
	for i := range p.Mechanisms {
		m := &p.Mechanisms[i]
		codes := slices.Sorted(maps.Keys(m.Types))
		byCode := make([]float64, len(codes))
		for k, code := range codes {
			byCode[k] = m.Types[code]
		}
		places := w.places[m.Profile]
		for range m.Count {
			l := &life{n: len(out), mechanism: m, done: map[string]bool{}}
			l.rnd = rand.New(rand.NewPCG(p.Seed, uint64(l.n)))
			l.code, l.area = codes[pick(l.rnd, byCode)], places[l.rnd.IntN(len(places))]
			l.words = m.Words[l.rnd.IntN(len(m.Words))]
			l.begins = w.moment(p, l.rnd)
			l.late = l.rnd.Float64() < p.Chances["late"]
			l.settles, l.solved = l.rnd.Float64() < m.Settled && w.minor(l.code), l.rnd.Float64() < m.Solved
			out = append(out, l)
		}
	}
	open := p.Open
	stays := rand.New(rand.NewPCG(p.Seed, 1<<40)).Perm(len(out))
	for _, n := range stays {
		l := out[n]
		if open > 0 && !l.settles { // what is settled ends the next day
			open--
			l.stays = true
			for _, what := range []string{"refuse", "object", "question", "extend", "suspend"} {
				l.done[what] = true
			}
		}
	}
	return out
}

// moment draws when a matter is reported.
func (w *world) moment(p *Plan, rnd *rand.Rand) time.Time {
	for {
		month := time.Month(pick(rnd, p.Season) + 1)
		day := time.Date(p.Year, month, 1+rnd.IntN(31), 0, 0, 0, 0, w.Calendar.Zone())
		if day.Month() != month || rnd.Float64()*slices.Max(p.Weekday) > p.Weekday[day.Weekday()] {
			continue
		}
		return day.Add(time.Duration(pick(rnd, p.Hour))*time.Hour + time.Duration(rnd.IntN(3600))*time.Second)
	}
}

// run plays the lives until the plan ends or nobody does anything any more.
func (w *world) run(ctx context.Context, p *Plan, lives []*life, progress func(done int, at time.Time)) error {
	var q queue
	for _, l := range lives {
		q = append(q, due{at: l.begins, life: l})
	}
	heap.Init(&q)
	begun, settled := 0, time.Time{}
	for ctx.Err() == nil {
		if len(q) == 0 || q[0].at.After(p.Until) {
			return w.settle(ctx, p.Until)
		}
		end := q[0].at.Add(window)
		var turns []due
		for len(q) > 0 && q[0].at.Before(end) && len(turns) < 4*atOnce {
			turns = append(turns, heap.Pop(&q).(due))
		}
		if err := w.together(ctx, p, turns); err != nil {
			return err
		}
		for _, t := range turns {
			if t.act == nil {
				begun++
			}
			if a, ok := w.next(p, t.life, t.at); ok {
				if !a.at.After(t.at) {
					a.at = t.at.Add(time.Minute)
				}
				heap.Push(&q, due{a.at, t.life, &a})
			}
		}
		if last := turns[len(turns)-1].at; last.Sub(settled) >= daily {
			if err := w.settle(ctx, last); err != nil {
				return err
			}
			settled = last
			q = w.awaken(p, q, lives, last)
			progress(begun, last)
		}
	}
	return ctx.Err()
}

// together plays the turns of a window side by side.
func (w *world) together(ctx context.Context, p *Plan, turns []due) error {
	errs := make([]error, len(turns))
	work := make(chan int)
	var all sync.WaitGroup
	for range min(atOnce, len(turns)) {
		all.Go(func() {
			for i := range work {
				if t := turns[i]; t.act == nil {
					errs[i] = w.begin(ctx, t.life)
				} else {
					errs[i] = w.play(ctx, t.life, *t.act)
				}
			}
		})
	}
	for i := range turns {
		work <- i
	}
	close(work)
	all.Wait()
	return errors.Join(errs...)
}

// settle lets terms run out and events be heard up to an instant.
func (w *world) settle(ctx context.Context, at time.Time) error {
	then := *w.Matters
	then.Now = clock.Fixed(at)
	if _, err := then.Expire(ctx, w.realm); err != nil {
		return err
	}
	return w.Queue.Drain(ctx)
}

// awaken gives a turn to suspended matters that have gone on by themselves.
func (w *world) awaken(p *Plan, q queue, lives []*life, now time.Time) queue {
	for _, l := range lives {
		if l.m.State != "suspended" || l.m.Timer.IsZero() || l.m.Timer.After(now) {
			continue
		}
		d, err := w.Matters.Followed(context.Background(), w.realm, l.m.ID)
		if err != nil || d.State == l.m.State {
			continue
		}
		l.m = d.Matter
		if a, ok := w.next(p, l, now); ok {
			heap.Push(&q, due{a.at, l, &a})
		}
	}
	return q
}
