// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/retention"
	"pavilion/internal/edge/api/apikit"
)

// HeldRecord is one thing that is held about somebody.
type HeldRecord struct {
	Kind  string     `json:"kind"`
	Field string     `json:"field" doc:"Its key, the same in every language."`
	Name  string     `json:"name" doc:"The same, in the language asked for."`
	Value string     `json:"value"`
	At    *time.Time `json:"at,omitempty"`
}

// RightsRequest is somebody asking about their data.
type RightsRequest struct {
	ID       string            `json:"id"`
	Wish     string            `json:"wish" enum:"query,copy,correct,delete,withdraw"`
	Door     string            `json:"door" enum:"code,desk,own" doc:"Where it came in: by number and code, at the desk, or from somebody who works here."`
	Number   string            `json:"number,omitempty" doc:"Of the matter it is about."`
	State    string            `json:"state" enum:"received,working,proposed,done,refused,withdrawn"`
	Ground   string            `json:"ground,omitempty" doc:"Why it was refused."`
	Told     string            `json:"told,omitempty" doc:"What the person was told at the end."`
	Asked    map[string]string `json:"asked,omitempty" doc:"What was written; to those who answer."`
	At       time.Time         `json:"at"`
	Due      *time.Time        `json:"due,omitempty" doc:"End of the present state's term."`
	Moves    []Move            `json:"moves,omitempty" nullable:"false" doc:"What whoever asks may do now."`
	History  []Event           `json:"history,omitempty" nullable:"false"`
	Revision int               `json:"revision"`
}

// OwnData is what is held about somebody, and what they asked.
type OwnData struct {
	Records  []HeldRecord    `json:"records" nullable:"false"`
	Requests []RightsRequest `json:"requests" nullable:"false" doc:"The latest first."`
}

type ownDataOutput struct{ Body OwnData }

// AskedKey makes that a retry makes no second request.
type AskedKey struct {
	Key string `header:"Idempotency-Key" maxLength:"36" doc:"A UUID: the same for the same request, so that a retry makes no second one."`
}

// or is the key, or a new one.
func (k AskedKey) or() string {
	if k.Key == "" {
		return id.New()
	}
	return k.Key
}

type ownAskInput struct {
	AskedKey
	Body struct {
		Number string `json:"number"`
		Code   string `json:"code"`
		Wish   string `json:"wish" enum:"query,copy,correct,delete,withdraw"`
		RightsAnswers
	}
}

type accountAskInput struct {
	AskedKey
	Body struct {
		Wish string `json:"wish" enum:"copy,delete"`
		RightsAnswers
	}
}

// RightsAnswers is what goes with a request.
type RightsAnswers struct {
	Answers map[string]string `json:"answers,omitempty" doc:"What to set right (contact_name, contact_phone), or which data (what). At the desk also whom it is for and how that was checked (for, checked)."`
}

type ownAskOutput struct {
	Body struct {
		Request RightsRequest `json:"request"`
		Records []HeldRecord  `json:"records" nullable:"false" doc:"What is held, as it is after the request."`
	}
}

type rightsListInput struct {
	apikit.PageInput
	Which string `query:"which" enum:"waiting,ended" default:"waiting" doc:"Those to be answered, by urgency; or those that ended, the latest first."`
}

type rightsListOutput struct {
	Body struct {
		Requests []RightsRequest `json:"requests" nullable:"false"`
		Next     string          `json:"next,omitempty"`
	}
}

type takeInput struct {
	AskedKey
	Body struct {
		Wish   string `json:"wish" enum:"query,copy,correct,delete,withdraw"`
		Number string `json:"number,omitempty" doc:"Of the matter it is about; a query may do without."`
		RightsAnswers
	}
}

type rightsInput struct {
	Request string `path:"request"`
}

type rightsOutput struct {
	Body struct {
		RightsRequest
		Records []HeldRecord `json:"records,omitempty" nullable:"false" doc:"What is held about whom it is about: to dispatchers and shift heads of the place."`
	}
}

type rightsMoveInput struct {
	Request string `path:"request"`
	Body    struct {
		Revision int               `json:"revision"`
		Action   string            `json:"action"`
		Answers  map[string]string `json:"answers,omitempty"`
	}
}

// rights adds what people ask about their data. No program's token reaches what is
// held about somebody: it is told to a person who has proved who they are.
func (s *Server) rights() {
	asking := []int{http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests}
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "own-data", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/track/data", Summary: "See what is held about oneself",
		Description: "For who has number and code of a matter: the records, as a copy to keep, and what was asked before.", Errors: asking,
	}, s.trackData)
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "ask-own-data", Tags: []string{apikit.Reporting}, Method: http.MethodPost, Path: "/track/requests", Summary: "Ask for one's data to be copied, set right or deleted",
		Description:   "With number and code. A copy, a correction and the withdrawal of the contact are done at once; a deletion is decided by two people, within fifteen working days.",
		DefaultStatus: http.StatusCreated, Errors: asking,
	}, s.trackAsk)
	apikit.Operation(s.Kit, apikit.SignedIn, huma.Operation{
		OperationID: "account-data", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/account/data", Summary: "See what one's account holds",
		Description: "Everybody who works here, of their own account. A program's token does not reach it.",
	}, s.accountData)
	apikit.Operation(s.Kit, apikit.SignedIn, huma.Operation{
		OperationID: "ask-account-data", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/account/requests", Summary: "Ask for a copy, or for one's account to be forgotten",
		Description: "Everybody who works here, for their own account. A program's token does not reach it.", DefaultStatus: http.StatusCreated, Errors: asking,
	}, s.accountAsk)
	apikit.Operation(s.Kit, readsRights, huma.Operation{
		OperationID: "rights-requests", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/rights", Summary: "List what people ask about their data",
		Description: "Dispatchers, shift heads, receptionists and auditors, for their places. A program's token does not reach it.",
	}, s.listRights)
	apikit.Operation(s.Kit, takesRights, huma.Operation{
		OperationID: "take-rights-request", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/rights", Summary: "Write down what somebody asks at the desk",
		Description:   "Dispatchers, shift heads and receptionists, for matters of their places. How it was checked who asks is an answer; the number of an identity document is refused.",
		DefaultStatus: http.StatusCreated, Errors: asking,
	}, s.takeRights)
	apikit.Operation(s.Kit, apikit.SignedIn, huma.Operation{
		OperationID: "rights-request", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/rights/{request}", Summary: "Read a request about data",
		Description: "The desk of its place, auditors, and who asked about their own account. Auditors do not see what is held.", Errors: []int{http.StatusNotFound},
	}, s.openRights)
	apikit.Operation(s.Kit, apikit.SignedIn, huma.Operation{
		OperationID: "move-rights-request", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/rights/{request}/moves", Summary: "Move a request about data on",
		Description: "As its procedure allows. Who proposed a deletion does not decide on it, nor does who wrote the request down.",
		Errors:      []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}, s.moveRights)
}

// recordsOf writes what is held.
func recordsOf(say *text.Printer, held []retention.Record) []HeldRecord {
	out := []HeldRecord{}
	for _, r := range held {
		out = append(out, HeldRecord{r.Kind, r.Key, say.T(r.Key), r.Value, apikit.Instant(r.At)})
	}
	return out
}

// requestOf writes a request as its list shows it.
func requestOf(r rights.Request) RightsRequest {
	return RightsRequest{
		ID: r.ID, Wish: string(r.Wish), Door: string(r.Door), Number: r.Number, State: string(r.State), Ground: r.Ground,
		At: r.At.UTC(), Due: apikit.Instant(r.Due), Revision: r.Revision,
	}
}

// own is what somebody's subject holds, and what they asked.
func (s *Server) own(ctx context.Context, subject string) (*ownDataOutput, error) {
	held, err := s.Keeping.Held(ctx, s.Realm, subject)
	if err != nil {
		return nil, err
	}
	asked, err := s.Rights.Of(ctx, s.Realm, subject)
	if err != nil {
		return nil, err
	}
	out := &ownDataOutput{OwnData{recordsOf(s.Say(ctx), held), []RightsRequest{}}}
	for _, r := range asked {
		one := requestOf(r)
		if one.Told, err = s.toldOf(ctx, r); err != nil {
			return nil, err
		}
		out.Body.Requests = append(out.Body.Requests, one)
	}
	return out, nil
}

// toldOf is what the person was told at the end of a request.
func (s *Server) toldOf(ctx context.Context, r rights.Request) (string, error) {
	if r.State != "done" && r.State != "refused" {
		return "", nil
	}
	steps, err := s.Rights.History(ctx, s.Realm, r.ID)
	if err != nil || len(steps) == 0 {
		return "", err
	}
	return steps[len(steps)-1].Answers["told"], nil
}

func (s *Server) trackData(ctx context.Context, in *trackInput) (*ownDataOutput, error) {
	m, err := s.prove(ctx, in.Body.Number, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return s.own(ctx, m.Subject())
}

func (s *Server) trackAsk(ctx context.Context, in *ownAskInput) (*ownAskOutput, error) {
	m, err := s.prove(ctx, in.Body.Number, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return s.asked(ctx, rights.Ask{
		Realm: s.Realm, Key: in.or(), Door: rights.ByCode, Wish: rights.Wish(in.Body.Wish), By: identity.Actor{Realm: s.Realm},
		About:  rights.Subject{Name: matter.Subject(m.ID), Number: m.Number, Place: m.Place, Town: m.Town, Open: m.Open},
		Values: lists(in.Body.Answers),
	})
}

func (s *Server) accountData(ctx context.Context, _ *struct{}) (*ownDataOutput, error) {
	return s.own(ctx, "account/"+apikit.AskerOf(ctx).Actor.Account)
}

func (s *Server) accountAsk(ctx context.Context, in *accountAskInput) (*ownAskOutput, error) {
	by := apikit.AskerOf(ctx).Actor
	top, _ := s.Org.Root(s.Realm)
	return s.asked(ctx, rights.Ask{
		Realm: s.Realm, Key: in.or(), Door: rights.Own, Wish: rights.Wish(in.Body.Wish), By: by,
		About: rights.Subject{Name: "account/" + by.Account, Place: top.Lo, Town: top.Town}, Values: lists(in.Body.Answers),
	})
}

// asked makes a request of somebody about themselves. A key that made another's
// tells nothing of it.
func (s *Server) asked(ctx context.Context, c rights.Ask) (*ownAskOutput, error) {
	r, err := s.Rights.Ask(ctx, c)
	if err != nil {
		return nil, err
	}
	if r.Subject != c.About.Name || r.Wish != c.Wish {
		return nil, fault.New(fault.Conflict, "api.key_used")
	}
	held, err := s.Keeping.Held(ctx, s.Realm, r.Subject)
	if err != nil {
		return nil, err
	}
	out := &ownAskOutput{}
	out.Body.Request, out.Body.Records = requestOf(r), recordsOf(s.Say(ctx), held)
	return out, nil
}

func (s *Server) listRights(ctx context.Context, in *rightsListInput) (*rightsListOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Rights.List(ctx, apikit.AskerOf(ctx).Actor, in.Which, cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &rightsListOutput{}
	out.Body.Requests, out.Body.Next = []RightsRequest{}, list.Next.String()
	for _, r := range list.Items {
		out.Body.Requests = append(out.Body.Requests, requestOf(r))
	}
	return out, nil
}

func (s *Server) takeRights(ctx context.Context, in *takeInput) (*rightsOutput, error) {
	r, err := s.Rights.Ask(ctx, rights.Ask{
		Realm: s.Realm, Key: in.or(), Door: rights.AtDesk, Wish: rights.Wish(in.Body.Wish), Number: in.Body.Number,
		Values: lists(in.Body.Answers), By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return s.openRights(ctx, &rightsInput{r.ID})
}

func (s *Server) openRights(ctx context.Context, in *rightsInput) (*rightsOutput, error) {
	by, say := apikit.AskerOf(ctx).Actor, s.Say(ctx)
	r, err := s.Rights.Open(ctx, by, in.Request)
	if err != nil {
		return nil, err
	}
	out := &rightsOutput{}
	out.Body.RightsRequest = requestOf(r)
	out.Body.Asked = r.Ask
	if out.Body.Told, err = s.toldOf(ctx, r); err != nil {
		return nil, err
	}
	offers, err := s.Rights.Offers(ctx, r, by, "")
	if err != nil {
		return nil, err
	}
	for _, o := range offers {
		move := Move{Action: string(o.Action), Form: o.Form}
		if why, ok := fault.As(o.Why); ok {
			move.Why = say.T(why.Key)
		}
		out.Body.Moves = append(out.Body.Moves, move)
	}
	steps, err := s.Rights.History(ctx, s.Realm, r.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range steps {
		out.Body.History = append(out.Body.History, Event{
			Seq: e.Seq, Action: string(e.Action), To: string(e.State), Role: string(e.Role), Answers: e.Answers, At: e.At.UTC(),
		})
	}
	held, err := s.Rights.Held(ctx, by, r.ID)
	switch fault.KindOf(err) {
	case fault.Denied, fault.Missing: // theirs to know of, not to read; or gone
		return out, nil
	}
	out.Body.Records = recordsOf(say, held)
	return out, err
}

func (s *Server) moveRights(ctx context.Context, in *rightsMoveInput) (*rightsOutput, error) {
	_, err := s.Rights.Move(ctx, rights.Move{
		Realm: s.Realm, ID: in.Request, Revision: in.Body.Revision, Action: procedure.Action(in.Body.Action),
		Values: lists(in.Body.Answers), By: apikit.AskerOf(ctx).Actor,
	})
	if err != nil {
		return nil, err
	}
	return s.openRights(ctx, &rightsInput{in.Request})
}
