// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
)

// Contact is who reports; kept sealed.
type Contact struct {
	Name  string `json:"name,omitempty" maxLength:"40"`
	Phone string `json:"phone,omitempty" maxLength:"30"`
	Mail  string `json:"mail,omitempty" maxLength:"254"`
}

type reportInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"The same key never makes a second matter: a retry is answered with the first."`
	Body struct {
		Text    string   `json:"text" doc:"What it is about, 2 to 5,000 characters."`
		Type    string   `json:"type,omitempty" doc:"Code of a type; without one the desk decides."`
		Title   string   `json:"title,omitempty"`
		Address string   `json:"address,omitempty"`
		Area    string   `json:"area,omitempty" doc:"Id of an area, where there is no point."`
		Lon     *float64 `json:"lon,omitempty" doc:"WGS-84, in degrees."`
		Lat     *float64 `json:"lat,omitempty"`
		Contact *Contact `json:"contact,omitempty"`
	}
}

type reportOutput struct {
	Status int
	Body   struct {
		Number   string     `json:"number"`
		Code     string     `json:"code" doc:"With the number it lets the reporter follow the matter. Keep it."`
		State    string     `json:"state"`
		Due      *time.Time `json:"due,omitempty"`
		Repeated bool       `json:"repeated,omitempty" doc:"The key was used before; this is what it made."`
	}
}

type trackInput struct {
	Body struct {
		Number string `json:"number"`
		Code   string `json:"code"`
	}
}

type matterOutput struct{ Body Matter }

type trackMoveInput struct {
	Body struct {
		Number   string            `json:"number"`
		Code     string            `json:"code"`
		Revision int               `json:"revision"`
		Action   string            `json:"action"`
		Answers  map[string]string `json:"answers,omitempty"`
	}
}

// reporting adds what needs no account.
func (s *Server) reporting() {
	operation(s, Public, huma.Operation{
		OperationID: "report", Method: http.MethodPost, Path: "/reports", Summary: "Report a matter", DefaultStatus: http.StatusCreated,
		Errors: []int{http.StatusTooManyRequests},
	}, s.report)
	operation(s, Public, huma.Operation{
		OperationID: "track", Method: http.MethodPost, Path: "/track", Summary: "Follow a matter with its number and code",
		Errors: []int{http.StatusNotFound, http.StatusTooManyRequests},
	}, s.track)
	operation(s, Public, huma.Operation{
		OperationID: "track-move", Method: http.MethodPost, Path: "/track/moves", Summary: "Make a move of the reporter's",
		Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed, http.StatusTooManyRequests},
	}, s.trackMove)
	operation(s, Public, huma.Operation{
		OperationID: "types", Method: http.MethodGet, Path: "/types", Summary: "List the types of matter",
	}, s.types)
	operation(s, Public, huma.Operation{
		OperationID: "areas", Method: http.MethodGet, Path: "/areas", Summary: "List the areas directly below one",
		Errors: []int{http.StatusNotFound},
	}, s.areas)
	operation(s, Public, huma.Operation{
		OperationID: "public-matters", Method: http.MethodGet, Path: "/public-matters", Summary: "List what is public of the matters, the newest first",
	}, s.public)
}

func (s *Server) report(ctx context.Context, in *reportInput) (*reportOutput, error) {
	a := askerOf(ctx)
	if !s.Reports(a.client) {
		return nil, s.problem(ctx, fault.New(fault.Conflict, "matter.too_many_reports"), http.StatusTooManyRequests)
	}
	b := in.Body
	c := matter.Report{
		Realm: s.Realm, Origin: "api", Key: in.Key, Type: b.Type, Title: b.Title, Text: b.Text, Address: b.Address,
		Area: b.Area, By: a.actor,
	}
	if b.Lon != nil || b.Lat != nil {
		if b.Lon == nil || b.Lat == nil {
			return nil, fault.New(fault.Invalid, "geo.not_a_number").At("point")
		}
		c.Point = &geo.Point{Lon: *b.Lon, Lat: *b.Lat}
		if err := c.Point.Check(); err != nil {
			return nil, err
		}
	}
	if b.Contact != nil {
		c.Contact = matter.Contact(*b.Contact)
	}
	receipt, err := s.Matters.Report(ctx, c)
	if err != nil {
		return nil, err
	}
	out := &reportOutput{Status: http.StatusCreated}
	if receipt.Repeated {
		out.Status = http.StatusOK
	}
	out.Body.Number, out.Body.Code, out.Body.State = receipt.Number, receipt.Code, string(receipt.State)
	out.Body.Due, out.Body.Repeated = instant(receipt.Due), receipt.Repeated
	return out, nil
}

// prove returns the matter of a number and its code.
func (s *Server) prove(ctx context.Context, number, code string) (matter.Matter, error) {
	if !s.Codes(askerOf(ctx).client) {
		return matter.Matter{}, s.problem(ctx, fault.New(fault.Conflict, "matter.too_many_codes"), http.StatusTooManyRequests)
	}
	return s.Matters.Track(ctx, s.Realm, number, code)
}

func (s *Server) track(ctx context.Context, in *trackInput) (*matterOutput, error) {
	m, err := s.prove(ctx, in.Body.Number, in.Body.Code)
	if err != nil {
		return nil, err
	}
	d, err := s.Matters.Followed(ctx, s.Realm, m.ID)
	if err != nil {
		return nil, err
	}
	return &matterOutput{s.detail(s.Texts.Printer(languageOf(ctx)), d, true)}, nil
}

func (s *Server) trackMove(ctx context.Context, in *trackMoveInput) (*matterOutput, error) {
	m, err := s.prove(ctx, in.Body.Number, in.Body.Code)
	if err != nil {
		return nil, err
	}
	_, err = s.Matters.Move(ctx, matter.Move{
		Realm: s.Realm, ID: m.ID, Revision: in.Body.Revision, Action: procedure.Action(in.Body.Action),
		By: identity.Actor{Realm: s.Realm}, Reporter: true, Answers: lists(in.Body.Answers),
	})
	if err != nil {
		return nil, err
	}
	d, err := s.Matters.Followed(ctx, s.Realm, m.ID)
	if err != nil {
		return nil, err
	}
	return &matterOutput{s.detail(s.Texts.Printer(languageOf(ctx)), d, true)}, nil
}

// lists writes answers as forms send them.
func lists(answers map[string]string) map[string][]string {
	out := map[string][]string{}
	for name, value := range answers {
		out[name] = []string{value}
	}
	return out
}

// Type is one type of matter.
type Type struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Group    string `json:"group"`
	Priority string `json:"priority"`
}

type typesOutput struct {
	Body struct {
		Types []Type `json:"types"`
	}
}

func (s *Server) types(ctx context.Context, _ *struct{}) (*typesOutput, error) {
	say := s.Texts.Printer(languageOf(ctx))
	out := &typesOutput{}
	for _, k := range s.Matters.Kinds.Offered() {
		out.Body.Types = append(out.Body.Types, Type{k.Code, say.T("type." + k.Code), say.T("type.group." + k.Group()), k.Priority})
	}
	return out, nil
}

// Area is one area.
type Area struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	Code      string `json:"code,omitempty"`
	Synthetic bool   `json:"synthetic,omitempty" doc:"Its outline was generated and is no survey."`
}

type areasInput struct {
	Below string `query:"below" doc:"Id of an area; without it, the realm."`
}

type areasOutput struct {
	Body struct {
		Areas []Area `json:"areas"`
	}
}

func (s *Server) areas(_ context.Context, in *areasInput) (*areasOutput, error) {
	if in.Below == "" {
		root, _ := s.Org.Root(s.Realm)
		in.Below = root.ID
	}
	if _, ok := s.Org.Area(s.Realm, in.Below); !ok {
		return nil, fault.New(fault.Missing, "org.area_missing").At("below")
	}
	out := &areasOutput{}
	out.Body.Areas = []Area{}
	for _, a := range s.Org.Children(s.Realm, in.Below) {
		out.Body.Areas = append(out.Body.Areas, Area{a.ID, a.Name, a.Kind, a.Code, a.Synthetic})
	}
	return out, nil
}

// PublicMatter is what anybody may know of a matter.
type PublicMatter struct {
	Type       string    `json:"type"`
	TypeName   string    `json:"type_name"`
	State      string    `json:"state"`
	Place      []string  `json:"place"`
	Words      string    `json:"words,omitempty" doc:"The desk's own words."`
	ReportedAt time.Time `json:"reported_at"`
}

// PageInput asks for a page of a list.
type PageInput struct {
	Cursor string `query:"cursor" doc:"Next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type publicOutput struct {
	Body struct {
		Matters []PublicMatter `json:"matters"`
		Next    string         `json:"next,omitempty"`
	}
}

func (s *Server) public(ctx context.Context, in *PageInput) (*publicOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Matters.Public(ctx, s.Realm, 0, 0, cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	say := s.Texts.Printer(languageOf(ctx))
	out := &publicOutput{}
	out.Body.Matters, out.Body.Next = []PublicMatter{}, list.Next.String()
	for _, m := range list.Items {
		out.Body.Matters = append(out.Body.Matters, PublicMatter{
			m.Type, say.T("type." + m.Type), string(m.State), s.Org.Path(s.Realm, m.Area), m.PublicText, m.ReportedAt.UTC(),
		})
	}
	return out, nil
}
