// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/org"
	"pavilion/internal/core/routing"
	"pavilion/internal/edge/api/apikit"
)

// Rules is one edition of a set of rules.
type Rules struct {
	Kind   string          `json:"kind"`
	Number int             `json:"number"`
	From   *time.Time      `json:"from,omitempty" doc:"In force from."`
	Basis  string          `json:"basis"`
	Note   string          `json:"note,omitempty"`
	State  string          `json:"state"`
	Text   json.RawMessage `json:"text,omitempty" doc:"The rules themselves."`
}

type rulesInput struct {
	Kind   string `path:"kind" example:"matter.types"`
	Number int    `query:"number" minimum:"0" doc:"Of the edition; 0 for the one in force."`
}

type kindsOutput struct {
	Body struct {
		Kinds []string `json:"kinds" nullable:"false"`
	}
}

type rulesOutput struct{ Body Rules }

type whyInput struct {
	Code string `query:"code" required:"true" doc:"Of a type of matter."`
	Area string `query:"area" required:"true" doc:"Id of an area."`
}

// Proposal is who should get a matter, and why.
type Proposal struct {
	Body    string    `json:"body,omitempty" doc:"Id; absent when nobody can."`
	Name    string    `json:"name,omitempty"`
	Edition int       `json:"edition,omitempty" doc:"Of the routing table."`
	ByKind  bool      `json:"by_kind,omitempty" doc:"No row applies: it is the nearest body of the kind that leads."`
	Row     *Row      `json:"row,omitempty" doc:"That won."`
	Beaten  []Row     `json:"beaten,omitempty" nullable:"false" doc:"Rows that apply too and are less specific."`
	Barred  []Refusal `json:"barred,omitempty" nullable:"false" doc:"Who would have got it and must not."`
}

// Row is a row of the routing table.
type Row struct {
	Code string `json:"code,omitempty"`
	Area string `json:"area,omitempty"`
	Days []int  `json:"days,omitempty" nullable:"false"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	Body string `json:"body"`
	Note string `json:"note,omitempty"`
}

// Refusal is a body that must not get something.
type Refusal struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

type whyOutput struct{ Body Proposal }

// rules adds what the rules are, and what they lead to.
func (s *Server) rules() {
	apikit.Operation(s.Kit, apikit.ReadsRules, huma.Operation{
		OperationID: "rules", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/rules", Summary: "List the sets of rules",
		Description: "Catalogue, routing table, indicators, reply templates and notices on holidays.",
	}, s.kinds)
	apikit.Operation(s.Kit, apikit.ReadsRules, huma.Operation{
		OperationID: "rule-set", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/rules/{kind}", Summary: "Read an edition of rules",
		Description: "What it answers as text can be imported as a draft by another realm.", Errors: []int{http.StatusNotFound},
	}, s.edition)
	apikit.Operation(s.Kit, apikit.ReadsRules, huma.Operation{
		OperationID: "route", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/routing", Summary: "Ask who should get a matter, and why",
		Description: "By the routing table in force, at this moment.", Errors: []int{http.StatusNotFound},
	}, s.why)
}

func (s *Server) kinds(ctx context.Context, _ *struct{}) (*kindsOutput, error) {
	kinds, err := s.Editions.Kinds(ctx, s.Realm)
	out := &kindsOutput{}
	out.Body.Kinds = append([]string{}, kinds...)
	return out, err
}

func (s *Server) edition(ctx context.Context, in *rulesInput) (*rulesOutput, error) {
	e, err := s.Editions.At(ctx, s.Realm, in.Kind, s.Now())
	if in.Number > 0 {
		e, err = s.Editions.Version(ctx, s.Realm, in.Kind, in.Number)
	}
	if err != nil {
		return nil, err
	}
	return &rulesOutput{Rules{Kind: e.Kind, Number: e.Number, From: apikit.Instant(e.From), Basis: e.Basis, Note: e.Note, State: string(e.State), Text: e.Body}}, nil
}

func (s *Server) why(ctx context.Context, in *whyInput) (*whyOutput, error) {
	k, known := s.Matters.Types.Current(s.Realm).Find(in.Code)
	if !known {
		return nil, fault.New(fault.Missing, "matter.type_unknown").At("code")
	}
	if _, known := s.Org.Area(s.Realm, in.Area); !known {
		return nil, fault.New(fault.Missing, "org.area_missing").At("area")
	}
	p, err := s.Routing.Propose(ctx, routing.Ask{
		Realm: s.Realm, Code: in.Code, Lead: k.Lead, Area: in.Area, At: s.Now(),
		Barred: func(b org.Body) error { return matter.Barred(k, matter.Matter{}, b) },
	})
	if err != nil {
		return nil, err
	}
	out := &whyOutput{Proposal{Body: p.Body.ID, Name: p.Body.Name, Edition: p.Edition, ByKind: p.ByKind}}
	if p.Row != nil {
		row := Row(*p.Row)
		out.Body.Row = &row
	}
	for _, r := range p.Beaten {
		out.Body.Beaten = append(out.Body.Beaten, Row(r))
	}
	for _, b := range p.Barred {
		out.Body.Barred = append(out.Body.Barred, Refusal{b.Body.Name, s.Reason(s.Say(ctx), b.Why)})
	}
	return out, nil
}
