// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/sight"
	"pavilion/internal/edge/api/apikit"
)

type signInInput struct {
	Body struct {
		Login    string `json:"login"`
		Password string `json:"password"`
		Code     string `json:"code,omitempty" doc:"Of the second factor, where the account has one: six digits, or a recovery code."`
	}
}

type signInOutput struct {
	Status int
	Body   struct {
		Token string `json:"token" doc:"Sent as Authorization: Bearer …"`
		Name  string `json:"name"`
	}
}

type queueInput struct {
	apikit.PageInput
	Words   string `query:"q" doc:"Words to search for; without them, the open matters by urgency."`
	State   string `query:"state" doc:"States, separated by commas."`
	Type    string `query:"type"`
	Area    string `query:"area" doc:"Id of an area: what lies in it."`
	Overdue bool   `query:"overdue" doc:"Only those whose term has run out."`
	Light   string `query:"light" enum:"green,yellow,red" doc:"How far the term has run: up to 80 %, up to its end, past it."`
	Owner   string `query:"owner" doc:"Id of the body that deals with it."`
	Origin  string `query:"origin" doc:"The channel it came by."`
	Applied string `query:"applied" enum:"extension,suspension,void" doc:"What waits for its decision."`
	Ended   bool   `query:"ended" doc:"Those that have ended too, the newest first."`
}

type queueOutput struct {
	Body struct {
		Matters []Matter `json:"matters" nullable:"false"`
		Next    string   `json:"next,omitempty"`
	}
}

type matterInput struct {
	ID string `path:"id"`
}

type moveInput struct {
	ID   string `path:"id"`
	Body struct {
		Revision int               `json:"revision" doc:"The one that was read; an older one is 412."`
		Action   string            `json:"action"`
		Answers  map[string]string `json:"answers,omitempty"`
		Photos   [][]byte          `json:"photos,omitempty" maxItems:"9" nullable:"false" doc:"As those of a report, for forms that take some."`
	}
}

type purposeInput struct {
	ID   string `path:"id"`
	Body struct {
		Purpose string `json:"purpose" enum:"handling,deciding,checking,answering,supervising,other"`
		Words   string `json:"words,omitempty" maxLength:"200" doc:"Required with other. They name no person."`
	}
}

// SavedView is a filter that somebody keeps under a name.
type SavedView struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Query string `json:"query" doc:"The filter, as the address of the list writes it."`
}

type viewsOutput struct {
	Body struct {
		Views []SavedView `json:"views" nullable:"false"`
	}
}

// staff adds what needs an account.
func (s *Server) staff() {
	apikit.Operation(s.Kit, apikit.Public, huma.Operation{
		OperationID: "sign-in", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/sessions", Summary: "Sign in", DefaultStatus: http.StatusCreated,
		Description: "A wrong login or password is 403. After too many of them it is 429 for a while, which Retry-After says in seconds.",
		Errors:      []int{http.StatusForbidden, http.StatusTooManyRequests},
	}, s.signIn)
	apikit.Operation(s.Kit, apikit.SignedIn, huma.Operation{
		OperationID: "sign-out", Tags: []string{apikit.Desk}, Method: http.MethodDelete, Path: "/sessions/current", Summary: "Sign out", DefaultStatus: http.StatusNoContent,
		Description: "The session ends at once.",
	}, s.signOut)
	apikit.Operation(s.Kit, apikit.Reads, huma.Operation{
		OperationID: "bodies", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/bodies", Summary: "List the bodies that deal with matters",
		Description: "All of them, or those that serve an area.",
		Errors:      []int{http.StatusNotFound},
	}, s.bodies)
	apikit.Operation(s.Kit, readsMatters, huma.Operation{
		OperationID: "matters", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/matters", Summary: "List or search the matters one may see",
		Description: "The open ones by urgency, unless words or ended ask otherwise.",
	}, s.queue)
	apikit.Operation(s.Kit, readsMatters, huma.Operation{
		OperationID: "matter", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/matters/{id}", Summary: "Read a matter",
		Description: "With its history, and the moves that whoever asks may make.",
		Errors:      []int{http.StatusNotFound},
	}, s.matter)
	apikit.Operation(s.Kit, movesMatters, huma.Operation{
		OperationID: "move", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/matters/{id}/moves", Summary: "Make a move",
		Description:  "The form of a move says what it asks for. A retry finds the revision changed, and does nothing.",
		MaxBodyBytes: maxPhotos, Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}, s.move)
	apikit.Operation(s.Kit, readsMatters, huma.Operation{
		OperationID: "purpose", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/matters/{id}/purpose", Summary: "State what a matter is needed for", DefaultStatus: http.StatusNoContent,
		Description: "Asked for restricted and sealed ones only, before their words are read. It counts for whoever asks and this matter until the day ends. Each reading is recorded with it.",
		Errors:      []int{http.StatusNotFound, http.StatusConflict},
	}, s.purpose)
	apikit.Operation(s.Kit, movesMatters, huma.Operation{
		OperationID: "bulk", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/matters/bulk", Summary: "Make one move on many matters",
		Description: "Each matter is moved for itself. The answer says for each what happened, in the order of the request; a stale one stays as it is. Sending it again does no harm: what was moved is stale then.",
	}, s.bulk)
	apikit.Operation(s.Kit, readsMatters, huma.Operation{
		OperationID: "views", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/views", Summary: "List the filters one has saved",
		Description: "They are kept on the list of the desk.",
	}, s.views)
	apikit.Operation(s.Kit, readsFigures, huma.Operation{
		OperationID: "figures", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/figures", Summary: "Read the figures of a period",
		Description: "Every rate with its counts. A rate of nothing, and one that is held back because it would tell of few, has no value.",
		Errors:      []int{http.StatusForbidden},
	}, s.figures)
}

func (s *Server) signIn(ctx context.Context, in *signInInput) (*signInOutput, error) {
	token, err := s.enter(ctx, in)
	if f, ok := fault.As(err); ok && f.Key == "identity.too_many_attempts" {
		p := s.Problem(ctx, f, http.StatusTooManyRequests)
		p.Header = http.Header{"Retry-After": {f.Params["seconds"]}}
		return nil, p
	}
	if err != nil {
		return nil, err
	}
	actor, err := s.Identity.Session(ctx, s.Realm, token)
	out := &signInOutput{Status: http.StatusCreated}
	out.Body.Token, out.Body.Name = token, actor.Name
	return out, err
}

// enter opens a session with one factor or two.
func (s *Server) enter(ctx context.Context, in *signInInput) (string, error) {
	entry, err := s.Identity.SignIn(ctx, s.Realm, in.Body.Login, in.Body.Password, identity.Client{IP: apikit.AskerOf(ctx).Client})
	switch {
	case err != nil:
		return "", err
	case entry.Step == identity.Enrol:
		return "", fault.New(fault.Denied, "factor.enrol_first")
	case entry.Step == identity.Code && in.Body.Code == "":
		return "", fault.New(fault.Denied, "factor.code_wanted").At("code")
	case entry.Step == identity.Code:
		return s.Factors.Finish(ctx, s.Realm, entry.Token, in.Body.Code)
	}
	return entry.Token, nil
}

type signOutInput struct {
	Authorization string `header:"Authorization" hidden:"true"`
}

func (s *Server) signOut(ctx context.Context, in *signOutInput) (*struct{}, error) {
	return nil, s.Identity.SignOut(ctx, s.Realm, strings.TrimPrefix(in.Authorization, "Bearer "))
}

func (s *Server) queue(ctx context.Context, in *queueInput) (*queueOutput, error) {
	a := apikit.AskerOf(ctx)
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	var list page.Page[matter.Matter]
	if in.Words != "" {
		list, err = s.Docket.Find(ctx, a.Actor, in.Words, cursor, in.Limit)
	} else {
		var f docket.Filter
		if f, err = s.filter(in); err == nil {
			list, err = s.Docket.List(ctx, a.Actor, f, cursor, in.Limit)
		}
	}
	if err != nil {
		return nil, err
	}
	out := &queueOutput{}
	out.Body.Matters, out.Body.Next = []Matter{}, list.Next.String()
	say := s.Texts.Printer(a.Language)
	for _, m := range list.Items {
		out.Body.Matters = append(out.Body.Matters, s.summary(say, m))
	}
	return out, nil
}

func (s *Server) filter(in *queueInput) (docket.Filter, error) {
	f := docket.Filter{Type: in.Type, Light: clock.Light(in.Light), Owner: in.Owner, Origin: in.Origin, Applied: in.Applied, Ended: in.Ended}
	for state := range strings.SplitSeq(in.State, ",") {
		if state != "" {
			f.States = append(f.States, procedure.State(state))
		}
	}
	if in.Overdue {
		f.Light = clock.Red
	}
	if in.Area != "" {
		area, ok := s.Org.Area(s.Realm, in.Area)
		if !ok {
			return f, fault.New(fault.Invalid, "matter.area_unknown").At("area")
		}
		f.Lo, f.Hi = area.Lo, area.Hi
	}
	return f, nil
}

func (s *Server) matter(ctx context.Context, in *matterInput) (*matterOutput, error) {
	return s.opened(ctx, in.ID)
}

func (s *Server) opened(ctx context.Context, id string) (*matterOutput, error) {
	a := apikit.AskerOf(ctx)
	d, err := s.Matters.Open(ctx, a.Actor, id, sight.API)
	if err != nil {
		return nil, err
	}
	return &matterOutput{s.detail(s.Say(ctx), d, false)}, nil
}

func (s *Server) purpose(ctx context.Context, in *purposeInput) (*struct{}, error) {
	return nil, s.Matters.StatePurpose(ctx, matter.StatePurpose{
		Realm: s.Realm, ID: in.ID, By: apikit.AskerOf(ctx).Actor, Purpose: sight.Purpose(in.Body.Purpose), Words: in.Body.Words,
	})
}

func (s *Server) move(ctx context.Context, in *moveInput) (*matterOutput, error) {
	a := apikit.AskerOf(ctx)
	if _, err := s.Matters.Open(ctx, a.Actor, in.ID, sight.API); err != nil {
		return nil, err // before photos are kept for it
	}
	photos, err := s.photos(ctx, in.Body.Photos)
	if err != nil {
		return nil, err
	}
	m, err := s.Matters.Move(ctx, matter.Move{
		Realm: s.Realm, ID: in.ID, Revision: in.Body.Revision, Action: procedure.Action(in.Body.Action),
		By: a.Actor, Answers: lists(in.Body.Answers), Photos: photos,
	})
	if err != nil {
		return nil, err
	}
	out, err := s.opened(ctx, in.ID)
	if fault.KindOf(err) == fault.Missing {
		// The move took the matter out of the actor's sight.
		return &matterOutput{s.summary(s.Say(ctx), m)}, nil
	}
	return out, err
}

func (s *Server) views(ctx context.Context, _ *struct{}) (*viewsOutput, error) {
	list, err := s.Docket.Views(ctx, apikit.AskerOf(ctx).Actor)
	out := &viewsOutput{}
	out.Body.Views = []SavedView{}
	for _, v := range list {
		out.Body.Views = append(out.Body.Views, SavedView(v))
	}
	return out, err
}

type bulkInput struct {
	Body struct {
		Action  string            `json:"action"`
		Answers map[string]string `json:"answers,omitempty"`
		Matters []BulkRow         `json:"matters" minItems:"1" maxItems:"5000" nullable:"false"`
	}
}

// BulkRow is a matter as it was read.
type BulkRow struct {
	ID       string `json:"id"`
	Revision int    `json:"revision"`
}

// BulkOutcome says what happened to one matter.
type BulkOutcome struct {
	ID       string `json:"id"`
	State    string `json:"state,omitempty" doc:"As it is after the move."`
	Revision int    `json:"revision,omitempty"`
	Code     string `json:"code,omitempty" doc:"Why it was not moved, as a key."`
	Detail   string `json:"detail,omitempty" doc:"The same in words."`
}

type bulkOutput struct {
	Body struct {
		Moved    int           `json:"moved"`
		Outcomes []BulkOutcome `json:"outcomes" nullable:"false"`
	}
}

func (s *Server) bulk(ctx context.Context, in *bulkInput) (*bulkOutput, error) {
	a := apikit.AskerOf(ctx)
	rows := make([]docket.Row, len(in.Body.Matters))
	for i, m := range in.Body.Matters {
		rows[i] = docket.Row{ID: m.ID, Revision: m.Revision}
	}
	done, err := s.Docket.Bulk(ctx, docket.Bulk{
		Realm: s.Realm, Action: procedure.Action(in.Body.Action), Answers: lists(in.Body.Answers), Rows: rows, By: a.Actor,
	})
	if err != nil {
		return nil, err
	}
	out := &bulkOutput{}
	say := s.Say(ctx)
	for _, o := range done {
		line := BulkOutcome{ID: o.ID}
		switch f, ok := fault.As(o.Err); {
		case o.Err == nil:
			line.State, line.Revision = string(o.Matter.State), o.Matter.Revision
			out.Body.Moved++
		case ok:
			line.Code, line.Detail = f.Key, say.T(f.Key, pairs(f.Params)...)
		default:
			s.Log.ErrorContext(ctx, "bulk move", "matter", o.ID, "err", o.Err)
			line.Code, line.Detail = "kit.problem.internal", say.T("kit.problem.internal.help")
		}
		out.Body.Outcomes = append(out.Body.Outcomes, line)
	}
	return out, nil
}

// pairs are named values as a text takes them.
func pairs(params map[string]string) []any {
	var out []any
	for name, value := range params {
		out = append(out, name, value)
	}
	return out
}
