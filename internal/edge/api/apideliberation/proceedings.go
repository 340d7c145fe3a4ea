// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apideliberation

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/edge/api/apikit"
)

// Proceeding is a topic on its way through a procedure, as staff see it in a list.
type Proceeding struct {
	ID        string     `json:"id"`
	Topic     string     `json:"topic" doc:"Id of the topic."`
	Title     string     `json:"title"`
	Subject   string     `json:"subject" doc:"Of the table of who decides what."`
	Procedure string     `json:"procedure"`
	Version   int        `json:"version"`
	State     string     `json:"state"`
	Ended     bool       `json:"ended"`
	Due       *time.Time `json:"due_at,omitempty" doc:"When the term of the state ends."`
	Revision  int        `json:"revision"`
}

// ProceedingStep is where a step stands.
type ProceedingStep struct {
	Step    string             `json:"step" enum:"survey,proposal,talk,party,decision,resolution,works,outcome,filing"`
	Status  string             `json:"status" enum:"ahead,now,done,failing" doc:"failing: it was passed, and something that it has to prove is gone."`
	Passed  string             `json:"passed_on,omitempty"`
	Missing []ProceedingLack   `json:"missing" nullable:"false"`
	Proofs  []ProceedingProof  `json:"proofs" nullable:"false"`
	Numbers *ProceedingNumbers `json:"numbers,omitempty"`
}

// ProceedingLack is something that a step lacks.
type ProceedingLack struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// ProceedingProof is something put to a step.
type ProceedingProof struct {
	ID    string `json:"id"`
	Kind  string `json:"kind" enum:"words,meeting,ballot,inquiry,posting,errand,pictures,receipt"`
	Ref   string `json:"ref,omitempty"`
	Day   string `json:"day,omitempty"`
	Ended string `json:"taken_because,omitempty"`
}

// ProceedingNumbers are a vote: people, and areas in hundredths of a square metre.
type ProceedingNumbers struct {
	Should    int64  `json:"should"`
	Came      int64  `json:"came"`
	For       int64  `json:"for"`
	Against   int64  `json:"against"`
	Abstained int64  `json:"abstained"`
	Spoilt    int64  `json:"spoilt"`
	Area      int64  `json:"should_area,omitempty"`
	CameArea  int64  `json:"came_area,omitempty"`
	ForArea   int64  `json:"for_area,omitempty"`
	Outcome   string `json:"outcome,omitempty" enum:",passed,rejected,tied,no_quorum"`
	Rule      string `json:"rule,omitempty" doc:"Code and day of effect."`
	Day       string `json:"day,omitempty"`
}

// ProceedingDetail is a proceeding with its steps and what may be done.
type ProceedingDetail struct {
	Proceeding
	Changed string           `json:"changed,omitempty" doc:"The procedure that law names today, where that is another."`
	Steps   []ProceedingStep `json:"steps" nullable:"false"`
	Moves   []string         `json:"moves" nullable:"false" doc:"What you may do now."`
}

// ProceedingCourse is what everybody may see: released words, days and numbers.
type ProceedingCourse struct {
	ID        string            `json:"id"`
	Topic     string            `json:"topic"`
	Title     string            `json:"title"`
	Plan      string            `json:"plan,omitempty"`
	Subject   string            `json:"subject"`
	Procedure string            `json:"procedure"`
	State     string            `json:"state"`
	Started   string            `json:"started_on"`
	Changed   string            `json:"changed,omitempty"`
	Steps     []ProceedingStage `json:"steps" nullable:"false"`
	Filed     []ProceedingPaper `json:"filed" nullable:"false"`
}

// ProceedingStage is a step in public.
type ProceedingStage struct {
	Step    string             `json:"step"`
	Status  string             `json:"status" enum:"ahead,now,done,failing"`
	Passed  string             `json:"passed_on,omitempty"`
	Met     string             `json:"met_on,omitempty"`
	Numbers *ProceedingNumbers `json:"numbers,omitempty"`
	Notices []ProceedingNotice `json:"notices" nullable:"false"`
}

// ProceedingNotice is a public notice of a step.
type ProceedingNotice struct {
	Notice     string `json:"notice"`
	Title      string `json:"title"`
	Days       int    `json:"days"`
	Of         int    `json:"of"`
	Objections int    `json:"objections"`
	Open       int    `json:"objections_open"`
	Withdrawn  bool   `json:"withdrawn"`
}

// ProceedingPaper is that a decision was filed.
type ProceedingPaper struct {
	With   string `json:"with"`
	Number string `json:"number"`
	Day    string `json:"day"`
}

type proceedingInput struct {
	Proceeding string `path:"proceeding"`
}

type proceedingsInput struct {
	apikit.PageInput
	State string `query:"state"`
	Ended bool   `query:"ended" doc:"Those over, the latest first; else those under way, by urgency."`
}

type proceedingsOutput struct {
	Body struct {
		Proceedings []Proceeding `json:"proceedings" nullable:"false"`
		Next        string       `json:"next,omitempty"`
	}
}

type proceedingOutput struct{ Body Proceeding }

type proceedingDetailOutput struct{ Body ProceedingDetail }

type courseOutput struct{ Body ProceedingCourse }

type proceedingStartInput struct {
	apikit.KeyInput
	Body struct {
		Topic     string            `json:"topic"`
		Answers   map[string]string `json:"answers" doc:"The form topic.start: subject, and the declarations."`
		OwnMethod bool              `json:"own_procedure,omitempty" doc:"By the realm's own procedure."`
	}
}

type proceedingMoveInput struct {
	Proceeding string `path:"proceeding"`
	Body       struct {
		Revision int               `json:"revision"`
		Action   string            `json:"action"`
		Answers  map[string]string `json:"answers,omitempty" doc:"The action's form."`
	}
}

type proceedingProofInput struct {
	apikit.KeyInput
	Proceeding string `path:"proceeding"`
	Body       struct {
		Revision int              `json:"revision"`
		Step     string           `json:"step"`
		Kind     string           `json:"kind" enum:"meeting,ballot,inquiry,posting,errand,receipt"`
		Ref      string           `json:"ref,omitempty"`
		Hands    *ProceedingHands `json:"hands,omitempty" doc:"Of a meeting: the show of hands that its minutes have."`
		Paper    *ProceedingPaper `json:"paper,omitempty" doc:"Of a receipt."`
	}
}

// ProceedingHands is a show of hands. How many should and did come is the gathering's.
type ProceedingHands struct {
	For       int64 `json:"for" minimum:"0"`
	Against   int64 `json:"against" minimum:"0"`
	Abstained int64 `json:"abstained,omitempty" minimum:"0"`
	Spoilt    int64 `json:"spoilt,omitempty" minimum:"0"`
}

type proceedingCarryInput struct {
	Proceeding string `path:"proceeding"`
	Body       struct {
		Revision int `json:"revision"`
	}
}

// proceedings adds what programs do with proceedings.
func (s *group) proceedings() {
	sees := apikit.Reads.AnyOf(identity.Secretary, identity.Scrutineer, identity.ShiftHead, identity.Dispatcher, identity.Auditor, identity.Inspector)
	wrong := []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "course", Tags: []string{apikit.Reporting}, Method: http.MethodGet, Path: "/proceedings/{proceeding}/course", Summary: "Read how something was decided",
		Description: "Released words, days and numbers; nothing about persons.", Errors: []int{http.StatusNotFound},
	}, s.course)
	apikit.Operation(s.Kit, sees, huma.Operation{
		OperationID: "proceedings", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/proceedings", Summary: "List proceedings",
	}, s.listProceedings)
	apikit.Operation(s.Kit, sees, huma.Operation{
		OperationID: "proceeding", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/proceedings/{proceeding}", Summary: "Read a proceeding and what each step lacks",
		Errors: []int{http.StatusNotFound},
	}, s.readProceeding)
	apikit.Operation(s.Kit, keepsBodies, huma.Operation{
		OperationID: "start-proceeding", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/proceedings", Summary: "Begin the proceeding of a topic", Errors: wrong,
	}, s.startProceeding)
	apikit.Operation(s.Kit, apikit.Moves.AnyOf(identity.Secretary, identity.Inspector), huma.Operation{
		OperationID: "move-proceeding", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/proceedings/{proceeding}/moves", Summary: "Move a proceeding on",
		Description: "What a step has to prove is looked at then; the answer names what it lacks.", Errors: wrong,
	}, s.moveProceeding)
	apikit.Operation(s.Kit, keepsBodies, huma.Operation{
		OperationID: "prove-step", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/proceedings/{proceeding}/proofs", Summary: "Put a proof to a step", Errors: wrong,
	}, s.proveStep)
	apikit.Operation(s.Kit, keepsBodies, huma.Operation{
		OperationID: "carry-proceeding", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/proceedings/{proceeding}/carry", Summary: "Carry a proceeding over to the procedure that law names today",
		Errors: wrong,
	}, s.carryProceeding)
}

func proceedingOf(p proceeding.Proceeding) Proceeding {
	return Proceeding{
		ID: p.ID, Topic: p.Topic, Title: p.Title, Subject: p.Subject, Procedure: p.Procedure, Version: p.Version, State: string(p.State), Ended: p.Ended,
		Due: apikit.Instant(p.Due), Revision: p.Revision,
	}
}

func numbersOf(n *proceeding.Numbers) *ProceedingNumbers {
	if n == nil {
		return nil
	}
	c := n.Count
	return &ProceedingNumbers{
		Should: c.Entitled.People, Came: c.Attended.People, For: c.For.People, Against: c.Against.People, Abstained: c.Abstained.People, Spoilt: c.Spoilt.People,
		Area: c.Entitled.Area, CameArea: c.Attended.Area, ForArea: c.For.Area, Outcome: string(n.Verdict.Outcome), Rule: n.Verdict.Rule, Day: n.Day,
	}
}

func (s *group) course(ctx context.Context, in *proceedingInput) (*courseOutput, error) {
	c, err := s.Proceedings.Course(ctx, s.Realm, in.Proceeding)
	if err != nil {
		return nil, err
	}
	out := ProceedingCourse{
		ID: c.ID, Topic: c.Topic, Title: c.Title, Plan: c.Plan, Subject: c.Subject, Procedure: c.Procedure, State: string(c.State), Started: c.Started,
		Changed: c.Changed, Steps: []ProceedingStage{}, Filed: []ProceedingPaper{},
	}
	for _, v := range c.Steps {
		one := ProceedingStage{Step: string(v.Step), Status: string(v.Status), Passed: v.Passed, Met: v.Meeting, Numbers: numbersOf(v.Numbers), Notices: []ProceedingNotice{}}
		for _, n := range v.Notices {
			one.Notices = append(one.Notices, ProceedingNotice{n.Ref, n.Title, n.Days, n.Of, n.All, n.Open, n.Withdrawn})
		}
		out.Steps = append(out.Steps, one)
	}
	for _, f := range c.Filed {
		out.Filed = append(out.Filed, ProceedingPaper(f))
	}
	return &courseOutput{out}, nil
}

func (s *group) listProceedings(ctx context.Context, in *proceedingsInput) (*proceedingsOutput, error) {
	after, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	root, _ := s.Org.Root(s.Realm)
	f := proceeding.Filter{Lo: root.Lo, Hi: root.Hi, State: procedure.State(in.State), Ended: in.Ended}
	found, err := s.Proceedings.List(ctx, apikit.AskerOf(ctx).Actor, f, after, in.Limit)
	out := &proceedingsOutput{}
	out.Body.Proceedings, out.Body.Next = []Proceeding{}, found.Next.String()
	for _, p := range found.Items {
		out.Body.Proceedings = append(out.Body.Proceedings, proceedingOf(p))
	}
	return out, err
}

func (s *group) readProceeding(ctx context.Context, in *proceedingInput) (*proceedingDetailOutput, error) {
	d, err := s.Proceedings.Open(ctx, apikit.AskerOf(ctx).Actor, s.Realm, in.Proceeding)
	if err != nil {
		return nil, err
	}
	say := s.Say(ctx)
	out := ProceedingDetail{Proceeding: proceedingOf(d.Proceeding), Changed: d.Changed, Steps: []ProceedingStep{}, Moves: []string{}}
	for _, o := range d.Offers {
		if o.Why == nil {
			out.Moves = append(out.Moves, string(o.Action))
		}
	}
	for _, v := range d.Steps {
		one := ProceedingStep{Step: string(v.Step), Status: string(v.Status), Missing: []ProceedingLack{}, Proofs: []ProceedingProof{}, Numbers: numbersOf(v.Numbers)}
		if !v.Passed.IsZero() {
			one.Passed = v.Passed.In(s.Proceedings.Zone).Format(time.DateOnly)
		}
		for _, f := range v.Missing() {
			one.Missing = append(one.Missing, ProceedingLack{f.Key, s.Reason(say, f)})
		}
		for _, f := range v.Facts {
			one.Proofs = append(one.Proofs, ProceedingProof{f.ID, string(f.Kind), f.Ref, f.Day, f.Why})
		}
		out.Steps = append(out.Steps, one)
	}
	return &proceedingDetailOutput{out}, nil
}

// form is answers as a form sends them.
func form(answers map[string]string) map[string][]string {
	out := map[string][]string{}
	for k, v := range answers {
		out[k] = []string{v}
	}
	return out
}

func (s *group) startProceeding(ctx context.Context, in *proceedingStartInput) (*proceedingOutput, error) {
	by := apikit.AskerOf(ctx).Actor
	p, err := s.Proceedings.Start(ctx, proceeding.Start{
		Realm: s.Realm, Key: in.Once(s.Realm, by.Account, "proceeding"), Topic: in.Body.Topic, Own: in.Body.OwnMethod, Values: form(in.Body.Answers), By: by,
	})
	return &proceedingOutput{proceedingOf(p)}, err
}

func (s *group) moveProceeding(ctx context.Context, in *proceedingMoveInput) (*proceedingOutput, error) {
	p, err := s.Proceedings.Move(ctx, proceeding.Move{
		Realm: s.Realm, ID: in.Proceeding, Revision: in.Body.Revision, Action: procedure.Action(in.Body.Action), Values: form(in.Body.Answers), By: apikit.AskerOf(ctx).Actor,
	})
	return &proceedingOutput{proceedingOf(p)}, err
}

func (s *group) proveStep(ctx context.Context, in *proceedingProofInput) (*proceedingOutput, error) {
	by := apikit.AskerOf(ctx).Actor
	c := proceeding.Prove{
		On:  proceeding.On{Realm: s.Realm, ID: in.Proceeding, Revision: in.Body.Revision, Step: proceeding.Step(in.Body.Step), By: by},
		Key: in.Once(s.Realm, by.Account, "proof/"+in.Proceeding), Kind: proceeding.Kind(in.Body.Kind), Ref: in.Body.Ref,
	}
	if h := in.Body.Hands; h != nil {
		c.Hands = &proceeding.Hands{For: h.For, Against: h.Against, Abstained: h.Abstained, Spoilt: h.Spoilt}
	}
	if f := in.Body.Paper; f != nil {
		c.Paper = proceeding.Paper(*f)
	}
	// A proceeding that is not theirs is not there for them, whatever they send.
	if _, err := s.Proceedings.Open(ctx, by, s.Realm, in.Proceeding); err != nil {
		return nil, err
	}
	p, err := s.Proceedings.Prove(ctx, c)
	return &proceedingOutput{proceedingOf(p)}, err
}

func (s *group) carryProceeding(ctx context.Context, in *proceedingCarryInput) (*proceedingOutput, error) {
	p, err := s.Proceedings.Carry(ctx, proceeding.Carry{Realm: s.Realm, ID: in.Proceeding, Revision: in.Body.Revision, By: apikit.AskerOf(ctx).Actor})
	if err != nil {
		return nil, err
	}
	return &proceedingOutput{proceedingOf(p)}, nil
}
