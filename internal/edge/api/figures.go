// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/core/identity"
)

type figuresInput struct {
	From   string `query:"from" required:"true" pattern:"^20[0-9][0-9]-[01][0-9]$" doc:"First month, such as 2026-01."`
	To     string `query:"to" required:"true" pattern:"^20[0-9][0-9]-[01][0-9]$" doc:"Last month, included."`
	By     string `query:"by" enum:"all,town,place,body,class,kind,channel,profile" default:"all" doc:"What they are told apart by."`
	Within string `query:"within" doc:"For place the town, for kind the class."`
}

// FigureLine is one part with its rates.
type FigureLine struct {
	Part  string       `json:"part" doc:"Id or code of the part; empty for all."`
	Rates []FigureRate `json:"rates" nullable:"false"`
}

// FigureRate is one indicator of a part.
type FigureRate struct {
	Code        string `json:"code"`
	Value       string `json:"value,omitempty" doc:"The percentage as it prints; absent for a rate of nothing."`
	Numerator   int    `json:"numerator"`
	Denominator int    `json:"denominator"`
	Held        bool   `json:"held,omitempty" doc:"Held back, because it would tell of few."`
}

type figuresOutput struct {
	Body struct {
		Edition int          `json:"edition" doc:"Of the definitions."`
		AsOf    *time.Time   `json:"as_of,omitempty"`
		Lines   []FigureLine `json:"lines" nullable:"false"`
	}
}

// figures answers those who may read the statistics of the whole realm.
func (s *Server) figures(ctx context.Context, in *figuresInput) (*figuresOutput, error) {
	a := askerOf(ctx)
	root, _ := s.Org.Root(s.Realm)
	allowed := false
	for _, r := range a.actor.RolesAt(root.Lo, "", s.Matters.Now()) {
		switch r {
		case identity.Dispatcher, identity.ShiftHead, identity.Administrator, identity.Auditor:
			allowed = true
		}
	}
	if !allowed {
		return nil, fault.New(fault.Denied, "kit.not_yours")
	}
	from, bad := time.Parse("2006-01", in.From)
	to, worse := time.Parse("2006-01", in.To)
	if bad != nil || worse != nil || to.Before(from) {
		return nil, fault.New(fault.Invalid, "api.months").At("from")
	}
	answer, err := s.Figures.Figures(ctx, evaluation.Ask{
		Realm: s.Realm, By: evaluation.Dimension(in.By), Within: in.Within,
		Period: evaluation.Period{From: evaluation.MonthOf(from, time.UTC), To: evaluation.MonthOf(to, time.UTC)},
	})
	if err != nil {
		return nil, err
	}
	lines := answer.Lines
	if d := evaluation.Dimension(in.By); d == evaluation.Place || d == evaluation.Kind {
		lines = evaluation.HoldBack(lines)
	}
	out := &figuresOutput{}
	out.Body.Edition, out.Body.AsOf, out.Body.Lines = answer.Edition, instant(answer.AsOf), []FigureLine{}
	for _, l := range lines {
		line := FigureLine{Part: l.Part}
		for _, f := range l.Figures {
			rate := FigureRate{Code: f.Indicator.Code, Numerator: f.Rate.N, Denominator: f.Rate.Of, Held: f.Rate.Held}
			if v := f.Rate.String(); v != evaluation.None {
				rate.Value = v
			}
			line.Rates = append(line.Rates, rate)
		}
		out.Body.Lines = append(out.Body.Lines, line)
	}
	return out, nil
}
