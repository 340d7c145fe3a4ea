// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package simulate

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"pavilion/internal/app"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/core/outbox"
)

// Outcome is what came of a year, read from the database and not from the plan.
type Outcome struct {
	Realm    string            `json:"realm"`
	Matters  int               `json:"matters"`
	Figures  map[string]string `json:"figures"` // by indicator: the rate and its counts
	Channels map[string]int    `json:"channels"`
	Classes  map[string]int    `json:"classes"`
	Park     string            `json:"park"`     // solution in the parks, with its counts
	Bulletin string            `json:"bulletin"` // under which the year's statistics were published
	Link     string            `json:"link"`     // for the administrator "admin", opened once
	Seconds  float64           `json:"seconds"`
}

// Run plays a plan into an empty database. Progress, if not nil, is told how many
// matters have begun, of how many, and what day it is.
func Run(ctx context.Context, a *app.App, p *Plan, progress func(done, of int, at time.Time)) (Outcome, error) {
	began := a.Now()
	w, err := build(ctx, a, p)
	if err != nil {
		return Outcome{}, err
	}
	outbox.Deliver(a.Queue, map[string][]outbox.Subscriber{
		"matter.reported": {a.Figures.Hear}, "matter.moved": {a.Figures.Hear, a.Matters.CloseMerged},
	})
	total := p.Total()
	err = w.run(ctx, p, w.draw(p), func(done int, at time.Time) {
		if progress != nil {
			progress(done, total, at)
		}
	})
	if err != nil {
		return Outcome{}, err
	}
	if _, err := a.Figures.Count(ctx, w.realm); err != nil {
		return Outcome{}, err
	}
	out, err := w.outcome(ctx, p)
	if err != nil {
		return out, err
	}
	out.Bulletin, err = w.publish(ctx, p)
	out.Seconds = a.Now().Sub(began).Seconds()
	return out, err
}

// outcome reads what came of the year.
func (w *world) outcome(ctx context.Context, p *Plan) (Outcome, error) {
	out := Outcome{Realm: w.realm, Figures: map[string]string{}, Channels: map[string]int{}, Classes: map[string]int{}, Link: w.link}
	var err error
	if out.Matters, err = w.Matters.Count(ctx, w.realm); err != nil {
		return out, err
	}
	zone := w.Calendar.Zone()
	period := evaluation.Period{
		From: evaluation.MonthOf(time.Date(p.Year, 1, 1, 0, 0, 0, 0, zone), zone), To: evaluation.MonthOf(time.Date(p.Year, 12, 1, 0, 0, 0, 0, zone), zone),
	}
	ask := func(by evaluation.Dimension) []evaluation.Line {
		answer, failed := w.App.Figures.Figures(ctx, evaluation.Ask{Realm: w.realm, Period: period, By: by})
		if failed != nil {
			err = failed
		}
		return answer.Lines
	}
	for _, l := range ask(evaluation.All) {
		for _, f := range l.Figures {
			out.Figures[f.Indicator.Code] = counted(f.Rate)
		}
	}
	for _, l := range ask(evaluation.Channel) {
		out.Channels[l.Part] = reported(l)
	}
	for _, l := range ask(evaluation.Class) {
		out.Classes[l.Part] = reported(l)
	}
	for _, l := range ask(evaluation.Profile) {
		for _, f := range l.Figures {
			if l.Part == "park" && f.Indicator.Code == "solution" {
				out.Park = counted(f.Rate)
			}
		}
	}
	return out, err
}

// publish has the shift head publish the statistics of the year.
func (w *world) publish(ctx context.Context, p *Plan) (number string, err error) {
	b, err := w.App.Figures.AskBulletin(ctx, evaluation.AskBulletin{Realm: w.realm, Period: strconv.Itoa(p.Year), By: w.head})
	if err != nil {
		return "", err
	}
	return b.Number, w.App.Figures.Make(ctx, w.realm, b.Number)
}

// counted is a rate with its counts.
func counted(r evaluation.Rate) string { return fmt.Sprintf("%s (%d/%d)", r, r.N, r.Of) }

// reported is how many matters a line is about.
func reported(l evaluation.Line) int {
	for _, f := range l.Figures {
		if f.Indicator.Code == "registration" {
			return f.Rate.Of
		}
	}
	return 0
}
