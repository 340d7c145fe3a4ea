// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/api/apikit"
)

// Commitment is a promise with its day.
type Commitment struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Wording  string   `json:"wording" doc:"Until when, as it was said."`
	Due      string   `json:"due" doc:"The last day."`
	State    string   `json:"state" enum:"announced,fulfilled,withdrawn"`
	Late     bool     `json:"late,omitempty"`
	Body     string   `json:"body"`
	Place    []string `json:"place" nullable:"false"`
	Result   string   `json:"result,omitempty"`
	Done     string   `json:"done,omitempty"`
	Revision int      `json:"revision"`
}

type commitmentsInput struct {
	apikit.PageInput
	State string `query:"state" enum:"announced,fulfilled,withdrawn" default:"announced"`
}

type commitmentsOutput struct {
	Body struct {
		Commitments []Commitment `json:"commitments" nullable:"false"`
		Next        string       `json:"next,omitempty"`
	}
}

type announceInput struct {
	apikit.KeyInput
	Body struct {
		Title   string `json:"title"`
		Wording string `json:"wording" doc:"Words whose last day is certain, such as 2024 Q1 or end of October 2024, or a date."`
		Area    string `json:"area" doc:"Id of an area."`
		Body    string `json:"body" doc:"Id of the body that promises."`
	}
}

type changeInput struct {
	ID   string `path:"id"`
	Body struct {
		Revision int    `json:"revision"`
		Act      string `json:"act" enum:"changed,fulfilled,withdrawn"`
		Wording  string `json:"wording,omitempty" doc:"Of the new day, when it changes."`
		Reason   string `json:"reason"`
	}
}

type commitmentOutput struct{ Body Commitment }

// Task is what a department may ask of the grids, or applies for.
type Task struct {
	ID       string            `json:"id"`
	Title    string            `json:"title" doc:"Empty on the public list until its words are released."`
	Body     string            `json:"body,omitempty" doc:"The department; empty for what the list began with."`
	Place    []string          `json:"place" nullable:"false" doc:"In which grids."`
	State    string            `json:"state"`
	Nature   string            `json:"nature"`
	Types    []string          `json:"types" nullable:"false" doc:"Codes of the types of matter that it sends."`
	Until    string            `json:"until,omitempty" doc:"The last day of one that is allowed once."`
	Answers  map[string]string `json:"answers,omitempty" doc:"Basis, content, frequency, data, training and funding."`
	Due      *time.Time        `json:"due,omitempty"`
	Revision int               `json:"revision"`
	Moves    []Move            `json:"moves,omitempty" nullable:"false"`
}

type tasksOutput struct {
	Body struct {
		Number int    `json:"number" doc:"How often the list has changed."`
		Tasks  []Task `json:"tasks" nullable:"false"`
	}
}

type applyInput struct {
	apikit.KeyInput
	Body struct {
		Once    bool              `json:"once,omitempty" doc:"Not for the list, but until a day."`
		Body    string            `json:"body" doc:"Id of the department."`
		Area    string            `json:"area" doc:"Id of an area."`
		Types   []string          `json:"types" minItems:"1" maxItems:"100" nullable:"false"`
		Answers map[string]string `json:"answers" doc:"To the form admission.apply."`
	}
}

type taskOutput struct{ Body Task }

// Example is a matter that is told in public.
type Example struct {
	Type     string   `json:"type"`
	TypeName string   `json:"type_name"`
	Place    []string `json:"place" nullable:"false"`
	Body     string   `json:"body"`
	Days     int      `json:"days"`
	Title    string   `json:"title"`
	Story    string   `json:"story"`
	Result   string   `json:"result"`
	Photos   []Photo  `json:"photos,omitempty" nullable:"false"`
}

type examplesOutput struct {
	Body struct {
		Examples []Example `json:"examples" nullable:"false"`
		Next     string    `json:"next,omitempty"`
	}
}

// promises adds what was promised in public, what grids may be asked, and examples.
func (s *Server) promises() {
	changing := []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "commitments", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/commitments", Summary: "List what was promised in public",
		Description: "Those under way by their day, the earliest first; those that have ended with the latest first.",
	}, s.commitments)
	apikit.Operation(s.Kit, forBodies, huma.Operation{
		OperationID: "announce", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/commitments", Summary: "Announce a promise", DefaultStatus: http.StatusCreated,
		Description: "A wording whose last day is not certain is refused.",
	}, s.announce)
	apikit.Operation(s.Kit, forBodies, huma.Operation{
		OperationID: "change-commitment", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/commitments/{id}/changes", Summary: "Say what became of a promise",
		Description: "Another day, with a reason; that it is done; or that it is withdrawn. What was said before stays in its history.", Errors: changing,
	}, s.change)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "admissions", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/admissions", Summary: "List what departments may ask of the grids",
		Description: "The published list, with what is on trial and what is allowed until a day.",
	}, s.tasks)
	apikit.Operation(s.Kit, forBodies, huma.Operation{
		OperationID: "apply", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/admissions", Summary: "Apply for a task of the grids", DefaultStatus: http.StatusCreated,
		Description: "Permits, penalties and coercion are refused by rule.",
	}, s.apply)
	apikit.Operation(s.Kit, readsTasks, huma.Operation{
		OperationID: "admission", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/admissions/{id}", Summary: "Read an application", Errors: []int{http.StatusNotFound},
		Description: "With the moves that whoever asks may make.",
	}, s.task)
	apikit.Operation(s.Kit, movesTasks, huma.Operation{
		OperationID: "move-admission", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/admissions/{id}/moves", Summary: "Move an application on",
		Description: "Whoever applied, checked or weighed it does not approve it.", Errors: changing,
	}, s.moveTask)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "examples", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/examples", Summary: "List matters that are told as examples",
		Description: "Written anew by one person and released by another; the place stays at the town.",
	}, s.examples)
}

func (s *Server) commitment(c commitment.Commitment) Commitment {
	body, _ := s.Org.Body(s.Realm, c.Body)
	return Commitment{
		ID: c.ID, Title: c.Title, Wording: c.Wording, Due: c.Due, State: string(c.State), Late: c.Late(s.Promises.Today()), Body: body.Name,
		Place: s.Org.Path(s.Realm, c.Area), Result: c.Result, Done: c.Done, Revision: c.Revision,
	}
}

func (s *Server) commitments(ctx context.Context, in *commitmentsInput) (*commitmentsOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Promises.List(ctx, s.Realm, commitment.State(in.State), cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &commitmentsOutput{}
	out.Body.Commitments, out.Body.Next = []Commitment{}, list.Next.String()
	for _, c := range list.Items {
		out.Body.Commitments = append(out.Body.Commitments, s.commitment(c))
	}
	return out, nil
}

func (s *Server) announce(ctx context.Context, in *announceInput) (*commitmentOutput, error) {
	a := apikit.AskerOf(ctx)
	c, err := s.Promises.Announce(ctx, commitment.Announce{
		Realm: s.Realm, Key: in.Once(s.Realm, a.Actor.Account, "commitment"), Title: in.Body.Title, Wording: in.Body.Wording,
		Area: in.Body.Area, Body: in.Body.Body, By: a.Actor,
	})
	if err != nil {
		return nil, err
	}
	return &commitmentOutput{s.commitment(c)}, nil
}

func (s *Server) change(ctx context.Context, in *changeInput) (*commitmentOutput, error) {
	c, err := s.Promises.Change(ctx, commitment.Change{
		Realm: s.Realm, ID: in.ID, Revision: in.Body.Revision, Act: in.Body.Act, Wording: in.Body.Wording, Reason: in.Body.Reason, By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return &commitmentOutput{s.commitment(c)}, nil
}

func (s *Server) taskOf(a admission.Application) Task {
	body, _ := s.Org.Body(s.Realm, a.Body)
	return Task{
		ID: a.ID, Title: a.Title, Body: body.Name, Place: s.Org.Path(s.Realm, a.Area), State: string(a.State), Nature: a.Nature,
		Types: a.Types, Until: a.Until, Answers: a.Answers, Due: apikit.Instant(a.Due), Revision: a.Revision,
	}
}

func (s *Server) tasks(ctx context.Context, _ *struct{}) (*tasksOutput, error) {
	list, err := s.Tasks.Public(ctx, s.Realm)
	if err != nil {
		return nil, err
	}
	out := &tasksOutput{}
	out.Body.Number, out.Body.Tasks = list.Number, []Task{}
	for _, a := range list.Tasks {
		out.Body.Tasks = append(out.Body.Tasks, s.taskOf(a))
	}
	return out, nil
}

func (s *Server) apply(ctx context.Context, in *applyInput) (*taskOutput, error) {
	a := apikit.AskerOf(ctx)
	made, err := s.Tasks.Apply(ctx, admission.Apply{
		Realm: s.Realm, Key: in.Once(s.Realm, a.Actor.Account, "admission"), Once: in.Body.Once, Body: in.Body.Body, Area: in.Body.Area,
		Types: in.Body.Types, Values: lists(in.Body.Answers), By: a.Actor,
	})
	if err != nil {
		return nil, err
	}
	return s.offered(ctx, made)
}

func (s *Server) task(ctx context.Context, in *matterInput) (*taskOutput, error) {
	a, err := s.Tasks.Open(ctx, s.Realm, in.ID)
	if err != nil {
		return nil, err
	}
	return s.offered(ctx, a)
}

func (s *Server) moveTask(ctx context.Context, in *moveInput) (*taskOutput, error) {
	after, err := s.Tasks.Move(ctx, admission.Move{
		Realm: s.Realm, ID: in.ID, Revision: in.Body.Revision, Action: procedure.Action(in.Body.Action), Values: lists(in.Body.Answers), By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return s.offered(ctx, after)
}

// offered is an application with the moves of whoever asks.
func (s *Server) offered(ctx context.Context, a admission.Application) (*taskOutput, error) {
	who := apikit.AskerOf(ctx)
	offers, err := s.Tasks.Offers(ctx, a, who.Actor)
	if err != nil {
		return nil, err
	}
	out := &taskOutput{s.taskOf(a)}
	for _, o := range offers {
		m := Move{Action: string(o.Action), To: string(o.To), Form: o.Form}
		if o.Why != nil {
			m.Why = s.Reason(s.Say(ctx), o.Why)
		}
		out.Body.Moves = append(out.Body.Moves, m)
	}
	return out, nil
}

func (s *Server) examples(ctx context.Context, in *apikit.PageInput) (*examplesOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Examples.List(ctx, s.Realm, example.Published, cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	say := s.Say(ctx)
	out := &examplesOutput{}
	out.Body.Examples, out.Body.Next = []Example{}, list.Next.String()
	var ids []string
	for _, e := range list.Items {
		ids = append(ids, e.Matter)
	}
	photos, err := s.pictures(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, e := range list.Items {
		body, _ := s.Org.Body(s.Realm, e.Body)
		out.Body.Examples = append(out.Body.Examples, Example{
			e.Type, say.T("type." + e.Type), s.Org.Path(s.Realm, e.Area), body.Name, e.Days, e.Title, e.Story, e.Result, photos[e.Matter],
		})
	}
	return out, nil
}
