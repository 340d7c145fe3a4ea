// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/retention"
	"pavilion/internal/edge/api/apikit"
)

// RetentionRow is one rule of the schedule.
type RetentionRow struct {
	Kind  string `json:"kind"`
	Class string `json:"class,omitempty" doc:"Of privacy; any without it."`
	State string `json:"state,omitempty" doc:"In which it ended; any without it."`
	Days  int    `json:"days" doc:"After the end."`
	Deed  string `json:"deed" enum:"destroy,deidentify,keep"`
	Basis string `json:"basis" doc:"In the language asked for."`
}

type scheduleOutput struct {
	Body struct {
		Edition int            `json:"edition"`
		Rows    []RetentionRow `json:"rows" nullable:"false" doc:"The row that names more counts."`
	}
}

// Hold keeps something from being destroyed.
type Hold struct {
	ID       string    `json:"id"`
	Subject  string    `json:"subject,omitempty" doc:"One subject; without it all in the area."`
	Area     string    `json:"area,omitempty"`
	Reason   string    `json:"reason"`
	At       time.Time `json:"at"`
	Until    time.Time `json:"until"`
	Live     bool      `json:"live" doc:"It counts now."`
	Asked    bool      `json:"lift_asked,omitempty" doc:"Somebody asked for it to be lifted; a second person does it."`
	LiftWhy  string    `json:"lift_reason,omitempty"`
	Own      bool      `json:"own,omitempty" doc:"It was whoever sees this who asked for it to be lifted."`
	Revision int       `json:"revision"`
}

type holdsOutput struct {
	Body struct {
		Holds []Hold `json:"holds" nullable:"false" doc:"Those that count first, then the newest; at most 200."`
	}
}

type holdOutput struct{ Body Hold }

type holdInput struct {
	Body struct {
		Number string    `json:"number,omitempty" doc:"Of one matter; without it all in the area is held."`
		Area   string    `json:"area,omitempty" doc:"Id of the area."`
		Reason string    `json:"reason" maxLength:"500"`
		Until  time.Time `json:"until" doc:"Within three years."`
	}
}

type liftInput struct {
	Hold string `path:"hold"`
	Body struct {
		Revision int    `json:"revision"`
		Reason   string `json:"reason,omitempty" maxLength:"500" doc:"Of the first who asks."`
	}
}

type destroyedInput struct {
	From string `query:"from" required:"true" format:"date" doc:"First day, such as 2026-09-01."`
	To   string `query:"to" required:"true" format:"date" doc:"Last day, included."`
}

type destroyedOutput struct {
	Body struct {
		From    string            `json:"from"`
		To      string            `json:"to"`
		Items   int               `json:"items"`
		Records int               `json:"records"`
		Wrong   int               `json:"wrong" doc:"Batches whose tombstones and audit do not agree."`
		Lines   []retention.Line  `json:"lines" nullable:"false"`
		Batches []retention.Batch `json:"batches" nullable:"false"`
	}
}

// keeping adds how long what is kept, what is held, and what was destroyed.
func (s *Server) keeping() {
	changing := []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}
	apikit.Operation(s.Kit, readsKeeping, huma.Operation{
		OperationID: "retention-schedule", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/retention", Summary: "Read the retention schedule",
		Description: "How long what is kept after its end, and what becomes of it then. Dispatchers, shift heads, administrators, security administrators and auditors.",
	}, s.schedule)
	apikit.Operation(s.Kit, readsKeeping, huma.Operation{
		OperationID: "destroyed", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/retention/report", Summary: "Report what was destroyed in a period",
		Description: "Counted by rule, and by batch with the hash over its tombstones, compared with the audit. For the same people as the schedule.",
	}, s.destroyed)
	apikit.Operation(s.Kit, readsHolds, huma.Operation{
		OperationID: "holds", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/retention/holds", Summary: "List what must not be destroyed yet",
		Description: "To shift heads and security administrators who answer for it, and auditors. A program's token does not reach it.",
	}, s.listHolds)
	apikit.Operation(s.Kit, movesHolds, huma.Operation{
		OperationID: "place-hold", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/retention/holds", Summary: "Keep something from being destroyed",
		Description: "Shift heads and security administrators, for their places. A program's token does not reach it.", DefaultStatus: http.StatusCreated, Errors: changing,
	}, s.placeHold)
	apikit.Operation(s.Kit, movesHolds, huma.Operation{
		OperationID: "lift-hold", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/retention/holds/{hold}", Summary: "Ask for a hold to be lifted, or lift it",
		Description: "The first to do so asks, with a reason; the second, another person, lifts it. A program's token does not reach it.", Errors: changing,
	}, s.liftHold)
}

func (s *Server) schedule(ctx context.Context, _ *struct{}) (*scheduleOutput, error) {
	schedule, number, err := s.Keeping.Schedule(ctx, s.Realm)
	if err != nil {
		return nil, err
	}
	say := s.Say(ctx)
	out := &scheduleOutput{}
	out.Body.Edition, out.Body.Rows = number, []RetentionRow{}
	for _, r := range schedule.Rows {
		row := RetentionRow{r.Kind, r.Class, r.State, r.Days, string(r.Deed), r.Basis}
		if say.Has(r.Basis) {
			row.Basis = say.T(r.Basis)
		}
		out.Body.Rows = append(out.Body.Rows, row)
	}
	return out, nil
}

func (s *Server) destroyed(ctx context.Context, in *destroyedInput) (*destroyedOutput, error) {
	zone := s.Matters.Calendar.Zone()
	from, bad := time.ParseInLocation(time.DateOnly, in.From, zone)
	to, worse := time.ParseInLocation(time.DateOnly, in.To, zone)
	if bad != nil || worse != nil || to.Before(from) {
		return nil, fault.New(fault.Invalid, "form.not_a_date").At("from")
	}
	report, err := s.Keeping.Report(ctx, s.Realm, from, to.AddDate(0, 0, 1))
	if err != nil {
		return nil, err
	}
	out := &destroyedOutput{}
	b := &out.Body
	b.From, b.To, b.Items, b.Records, b.Wrong, b.Lines, b.Batches = in.From, in.To, report.Stones, report.Records, report.Wrong, report.Lines, report.Batches
	return out, nil
}

func (s *Server) holdOf(ctx context.Context, h retention.Hold) Hold {
	return Hold{
		ID: h.ID, Subject: h.Subject, Area: h.Area, Reason: h.Reason, At: h.At.UTC(), Until: h.Until.UTC(), Live: h.Live(s.Now()),
		Asked: h.LiftBy != "", LiftWhy: h.LiftWhy, Own: h.LiftBy != "" && h.LiftBy == apikit.AskerOf(ctx).Actor.Account, Revision: h.Revision,
	}
}

func (s *Server) listHolds(ctx context.Context, _ *struct{}) (*holdsOutput, error) {
	list, err := s.Keeping.Holds(ctx, apikit.AskerOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	out := &holdsOutput{}
	out.Body.Holds = []Hold{}
	for _, h := range list {
		out.Body.Holds = append(out.Body.Holds, s.holdOf(ctx, h))
	}
	return out, nil
}

func (s *Server) placeHold(ctx context.Context, in *holdInput) (*holdOutput, error) {
	c := retention.PlaceHold{Realm: s.Realm, Area: in.Body.Area, Reason: in.Body.Reason, Until: in.Body.Until, By: apikit.AskerOf(ctx).Actor}
	if in.Body.Number != "" {
		m, err := s.Rights.Subjects.Numbered(ctx, s.Realm, in.Body.Number)
		if fault.KindOf(err) == fault.Missing {
			return nil, fault.New(fault.Invalid, "rights.number_unknown").At("number")
		}
		if err != nil {
			return nil, err
		}
		c.Subject, c.Place, c.Area = m.Name, m.Place, ""
	}
	h, err := s.Keeping.PlaceHold(ctx, c)
	if err != nil {
		return nil, err
	}
	return &holdOutput{s.holdOf(ctx, h)}, nil
}

func (s *Server) liftHold(ctx context.Context, in *liftInput) (*holdOutput, error) {
	h, err := s.Keeping.LiftHold(ctx, retention.LiftHold{
		Realm: s.Realm, ID: in.Hold, Revision: in.Body.Revision, Reason: in.Body.Reason, By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return &holdOutput{s.holdOf(ctx, h)}, nil
}
