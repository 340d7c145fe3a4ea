// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
)

// Type is one type of matter.
type Type struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Group    string `json:"group"`
	Priority string `json:"priority"`
}

type typesOutput struct {
	Body struct {
		Types []Type `json:"types" nullable:"false"`
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
		Areas []Area `json:"areas" nullable:"false"`
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
	Place      []string  `json:"place" nullable:"false"`
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
		Matters []PublicMatter `json:"matters" nullable:"false"`
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
