// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api/apikit"
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
	a := apikit.AskerOf(ctx)
	root, _ := s.Org.Root(s.Realm)
	allowed := false
	for _, r := range a.Actor.RolesAt(root.Lo, "", s.Now()) {
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
	out.Body.Edition, out.Body.AsOf, out.Body.Lines = answer.Edition, apikit.Instant(answer.AsOf), []FigureLine{}
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

// Bulletin is the statistics of a period as they were published.
type Bulletin struct {
	Number string             `json:"number" doc:"The period, and which publication of it this is."`
	From   string             `json:"from" doc:"First month, such as 2026-01."`
	To     string             `json:"to" doc:"Last month, included."`
	AsOf   time.Time          `json:"as_of"`
	Made   bool               `json:"made" doc:"False while it is being counted."`
	Cases  int                `json:"cases"`
	Counts []evaluation.Count `json:"counts,omitempty" nullable:"false" doc:"By all, town, class and channel: how many cases an indicator is of, and for how many it holds."`
	Facts  string             `json:"facts_sha256,omitempty" doc:"Of the cases in its file."`
	Head   string             `json:"tree_head,omitempty" doc:"The signed head of the log that it was counted from."`
	File   string             `json:"file,omitempty" doc:"Path of its file, which proves it: gzip, JSON lines."`
}

type bulletinsOutput struct {
	Body struct {
		Bulletins []Bulletin `json:"bulletins" nullable:"false"`
		Next      string     `json:"next,omitempty"`
	}
}

type bulletinInput struct {
	Number string `path:"number" doc:"Such as 2026-09.1."`
}

type bulletinOutput struct{ Body Bulletin }

// bulletins adds what anybody may ask of published statistics.
func (s *Server) bulletins() {
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "list-bulletins", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/bulletins", Summary: "List published statistics",
		Description: "The latest first. They never change; `pavilion verify statistics` counts them anew from their file.",
	}, s.listBulletins)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "read-bulletin", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/bulletins/{number}", Summary: "Read published statistics",
		Description: "With every count. Its file holds the cases besides, and what proves them.", Errors: []int{http.StatusNotFound},
	}, s.readBulletin)
}

func (s *Server) listBulletins(ctx context.Context, in *apikit.PageInput) (*bulletinsOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Figures.Bulletins(ctx, s.Realm, cursor, in.Limit)
	out := &bulletinsOutput{}
	out.Body.Bulletins, out.Body.Next = []Bulletin{}, list.Next.String()
	for _, b := range list.Items {
		b.Counts = nil // one by one only
		out.Body.Bulletins = append(out.Body.Bulletins, bulletinOf(b))
	}
	return out, err
}

func (s *Server) readBulletin(ctx context.Context, in *bulletinInput) (*bulletinOutput, error) {
	b, err := s.Figures.Bulletin(ctx, s.Realm, in.Number)
	return &bulletinOutput{bulletinOf(b)}, err
}

func bulletinOf(b evaluation.Bulletin) Bulletin {
	out := Bulletin{
		Number: b.Number, From: b.Period.From.String(), To: b.Period.To.String(), AsOf: b.AskedAt, Made: !b.MadeAt.IsZero(),
		Cases: b.Cases, Counts: b.Counts, Facts: b.Facts, Head: b.Head,
	}
	if out.Made {
		out.File = "/figures/bulletins/" + b.Number + "/file"
	}
	return out
}
