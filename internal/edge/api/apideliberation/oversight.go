// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apideliberation

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/oversight"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api/apikit"
)

// RecordFigures is the counts of one body, or of all.
type RecordFigures struct {
	Body         string           `json:"body,omitempty" doc:"Empty for proceedings that no body has voted on yet, and for the sum."`
	Name         string           `json:"name,omitempty"`
	Counts       map[string]int64 `json:"counts" doc:"By measure: begun, decided, published, finished, no_quorum, rejected, sent_back, objections, inspected, deficient."`
	DaysDecided  string           `json:"median_days_to_decision" doc:"A dash where none was decided."`
	DaysFinished string           `json:"median_days_to_archive"`
}

type decisionFiguresInput struct {
	Period string `query:"period" doc:"A year or a month: 2026, 2026-03." example:"2026"`
}

type decisionFiguresOutput struct {
	Body struct {
		Period string          `json:"period"`
		Bodies []RecordFigures `json:"bodies" nullable:"false" doc:"In the order in which they were registered."`
		All    RecordFigures   `json:"all"`
	}
}

// RecordFinding is something that a record lacks.
type RecordFinding struct {
	Sort string `json:"sort" enum:"missing,minutes,quorum,notice,posting,vote,late,order,other"`
	Step string `json:"step,omitempty"`
	Text string `json:"text"`
	Own  bool   `json:"own" doc:"The inspector added it; the others the program found."`
}

// RecordInspection is one record before one inspector.
type RecordInspection struct {
	ID         string          `json:"id"`
	Proceeding string          `json:"proceeding"`
	Sample     string          `json:"sample,omitempty" doc:"Empty for one taken up without."`
	Why        string          `json:"why,omitempty"`
	Title      string          `json:"title"`
	State      string          `json:"state" enum:"drawn,answered,sent_back,noted,in_order"`
	Findings   []RecordFinding `json:"findings" nullable:"false" doc:"Of now; once decided, of then."`
	Step       string          `json:"sent_back_to,omitempty"`
	Words      string          `json:"words,omitempty"`
	Rounds     int             `json:"rounds"`
	At         time.Time       `json:"at"`
	Judged     *time.Time      `json:"decided_at,omitempty"`
	Revision   int             `json:"revision"`
}

// RecordSample is what was drawn.
type RecordSample struct {
	ID          string             `json:"id"`
	Area        string             `json:"area"`
	From        time.Time          `json:"from"`
	To          time.Time          `json:"to"`
	Size        int                `json:"size"`
	Seed        string             `json:"seed"`
	Frame       string             `json:"frame" doc:"SHA-256 over the ids of all records there were, oldest first, each with a line feed."`
	Found       int                `json:"found"`
	Barred      int                `json:"barred" doc:"Of these, those the inspector took part in."`
	Same        bool               `json:"same" doc:"Drawn again now it is the same; false as soon as records were added."`
	Inspections []RecordInspection `json:"inspections" nullable:"false" doc:"In the order of the lots, SHA-256 of seed, a zero byte and id. Without findings."`
}

type recordDrawInput struct {
	apikit.KeyInput
	Body struct {
		Area string    `json:"area"`
		From time.Time `json:"from" doc:"When the proceedings began."`
		To   time.Time `json:"to" doc:"Not included."`
		Size int       `json:"size"`
	}
}

type recordSampleInput struct {
	Sample string `path:"sample"`
}

type recordSampleOutput struct{ Body RecordSample }

type recordInspectionsInput struct {
	apikit.PageInput
	State string `query:"state" enum:"drawn,answered,sent_back,noted,in_order" default:"drawn"`
}

type recordInspectionsOutput struct {
	Body struct {
		Inspections []RecordInspection `json:"inspections" nullable:"false"`
		Next        string             `json:"next,omitempty"`
	}
}

type recordInspectionInput struct {
	Inspection string `path:"inspection"`
}

type recordInspectionOutput struct{ Body RecordInspection }

type recordFindingInput struct {
	Inspection string `path:"inspection"`
	Body       struct {
		Revision int    `json:"revision"`
		Sort     string `json:"sort"`
		Step     string `json:"step,omitempty"`
		Words    string `json:"words"`
	}
}

type recordVerdictInput struct {
	Inspection string `path:"inspection"`
	Body       struct {
		Revision int    `json:"revision"`
		Verdict  string `json:"verdict" enum:"in_order,noted,sent_back"`
		Step     string `json:"step,omitempty" doc:"To which it is sent back; empty to stop it where it is."`
		Words    string `json:"words,omitempty"`
	}
}

// oversight adds what is inspected, and figures.
func (s *group) oversight() {
	reads, inspects := apikit.Reads.AnyOf(identity.Inspector, identity.Auditor), apikit.Moves.AnyOf(identity.Inspector)
	desk := []string{apikit.Desk}
	missing, changing := []int{http.StatusNotFound}, []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "decision-figures", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/decisions/figures", Summary: "Count what the bodies dealt with",
		Description: "In no order of merit. What each measure counts stands on the page of the same figures.",
	}, s.decisionFigures)
	apikit.Operation(s.Kit, inspects, huma.Operation{
		OperationID: "draw-records", Tags: desk, Method: http.MethodPost, Path: "/record-samples", Summary: "Draw records by lot", DefaultStatus: http.StatusCreated,
		Description: "The program makes the seed.", Errors: []int{http.StatusForbidden},
	}, s.drawRecords)
	apikit.Operation(s.Kit, reads, huma.Operation{
		OperationID: "record-sample", Tags: desk, Method: http.MethodGet, Path: "/record-samples/{sample}", Summary: "Read a sample of records, and draw it again", Errors: missing,
	}, s.recordSample)
	apikit.Operation(s.Kit, reads, huma.Operation{
		OperationID: "inspections", Tags: desk, Method: http.MethodGet, Path: "/inspections", Summary: "List inspections in a state", Description: "The oldest first, without findings.",
	}, s.inspections)
	apikit.Operation(s.Kit, reads, huma.Operation{
		OperationID: "inspection", Tags: desk, Method: http.MethodGet, Path: "/inspections/{inspection}", Summary: "Read an inspection, with what its record lacks", Errors: missing,
	}, s.inspection)
	apikit.Operation(s.Kit, inspects, huma.Operation{
		OperationID: "add-finding", Tags: desk, Method: http.MethodPost, Path: "/inspections/{inspection}/findings", Summary: "Add a finding of one's own", Errors: changing,
	}, s.addFinding)
	apikit.Operation(s.Kit, inspects, huma.Operation{
		OperationID: "decide-inspection", Tags: desk, Method: http.MethodPost, Path: "/inspections/{inspection}/verdict", Summary: "Decide about a record",
		Description: "A record that lacks something is not in order. Sending back asks for a proof of who does it, given lately.", Errors: changing,
	}, s.decideInspection)
}

func figuresOf(r oversight.Row) RecordFigures {
	out := RecordFigures{Body: r.Body, Name: r.Name, Counts: map[string]int64{}, DaysDecided: r.Decided.Text(), DaysFinished: r.Finished.Text()}
	for _, m := range oversight.Measures() {
		out.Counts[string(m)] = r.N[m]
	}
	return out
}

func (s *group) decisionFigures(ctx context.Context, in *decisionFiguresInput) (*decisionFiguresOutput, error) {
	from, to, ok := oversight.ParsePeriod(in.Period)
	if !ok {
		return nil, fault.New(fault.Invalid, "oversight.bad_day").At("period")
	}
	f, err := s.Oversight.CountAll(ctx, s.Realm, from, to)
	out := &decisionFiguresOutput{}
	out.Body.Period, out.Body.Bodies, out.Body.All = in.Period, []RecordFigures{}, figuresOf(f.All)
	for _, r := range f.Rows {
		out.Body.Bodies = append(out.Body.Bodies, figuresOf(r))
	}
	return out, err
}

func inspectionOf(say *text.Printer, i oversight.Inspection, found []oversight.Finding) RecordInspection {
	out := RecordInspection{
		ID: i.ID, Proceeding: i.Proceeding, Sample: i.Sample, Why: i.Why, Title: i.Title, State: string(i.State), Findings: []RecordFinding{}, Step: string(i.Step), Words: i.Words,
		Rounds: i.Rounds, At: i.At.UTC(), Judged: apikit.Instant(i.Judged), Revision: i.Revision,
	}
	for _, f := range found {
		line := RecordFinding{Sort: string(f.Sort), Step: string(f.Step), Text: f.Words, Own: f.Own}
		if f.Key != "" {
			var args []any
			for name, value := range f.Params {
				args = append(args, name, value)
			}
			line.Text = say.T(f.Key, args...)
		}
		out.Findings = append(out.Findings, line)
	}
	return out
}

func (s *group) drawRecords(ctx context.Context, in *recordDrawInput) (*recordSampleOutput, error) {
	by := apikit.AskerOf(ctx).Actor
	c, err := s.Oversight.Draw(ctx, oversight.Draw{
		Realm: s.Realm, Key: in.Once(s.Realm, by.Account, "record-sample"), Area: in.Body.Area, From: in.Body.From, To: in.Body.To, Size: in.Body.Size, By: by,
	})
	if err != nil {
		return nil, err
	}
	return s.recordSample(ctx, &recordSampleInput{Sample: c.ID})
}

func (s *group) recordSample(ctx context.Context, in *recordSampleInput) (*recordSampleOutput, error) {
	by := apikit.AskerOf(ctx).Actor
	c, list, err := s.Oversight.Sample(ctx, s.Realm, in.Sample, by)
	if err != nil {
		return nil, err
	}
	proof, err := s.Oversight.Prove(ctx, s.Realm, c.ID, by)
	if err != nil {
		return nil, err
	}
	out := &recordSampleOutput{Body: RecordSample{
		ID: c.ID, Area: c.Area, From: c.From.UTC(), To: c.To.UTC(), Size: c.Size, Seed: c.Seed, Frame: c.Frame, Found: c.Found, Barred: c.Barred,
		Same: proof.SameFrame && proof.SameDraw, Inspections: []RecordInspection{},
	}}
	for _, i := range list {
		out.Body.Inspections = append(out.Body.Inspections, inspectionOf(s.Say(ctx), i, nil))
	}
	return out, nil
}

func (s *group) inspections(ctx context.Context, in *recordInspectionsInput) (*recordInspectionsOutput, error) {
	after, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Oversight.Open(ctx, apikit.AskerOf(ctx).Actor, oversight.State(in.State), after, in.Limit)
	out := &recordInspectionsOutput{}
	out.Body.Inspections = []RecordInspection{}
	for _, i := range list.Items {
		out.Body.Inspections = append(out.Body.Inspections, inspectionOf(s.Say(ctx), i, nil))
	}
	if list.Next.More() {
		out.Body.Next = list.Next.String()
	}
	return out, err
}

func (s *group) inspection(ctx context.Context, in *recordInspectionInput) (*recordInspectionOutput, error) {
	v, err := s.Oversight.Inspection(ctx, s.Realm, in.Inspection, apikit.AskerOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	return &recordInspectionOutput{Body: inspectionOf(s.Say(ctx), v.Inspection, v.Findings)}, nil
}

func (s *group) addFinding(ctx context.Context, in *recordFindingInput) (*recordInspectionOutput, error) {
	err := s.Oversight.Add(ctx, oversight.Add{
		Realm: s.Realm, ID: in.Inspection, Revision: in.Body.Revision, Sort: oversight.Sort(in.Body.Sort), Step: proceeding.Step(in.Body.Step), Words: in.Body.Words,
		By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return s.inspection(ctx, &recordInspectionInput{in.Inspection})
}

func (s *group) decideInspection(ctx context.Context, in *recordVerdictInput) (*recordInspectionOutput, error) {
	err := s.Oversight.Judge(ctx, oversight.Judge{
		Realm: s.Realm, ID: in.Inspection, Revision: in.Body.Revision, Verdict: oversight.State(in.Body.Verdict), Step: proceeding.Step(in.Body.Step), Words: in.Body.Words,
		By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return s.inspection(ctx, &recordInspectionInput{in.Inspection})
}
