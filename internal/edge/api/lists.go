// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/page"
	"pavilion/internal/core/files"
	"pavilion/internal/edge/api/apikit"
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
	say := s.Say(ctx)
	out := &typesOutput{}
	for _, k := range s.Matters.Types.Current(s.Realm).Offered() {
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
	Photos     []Photo   `json:"photos,omitempty" nullable:"false"`
	ReportedAt time.Time `json:"reported_at"`
}

// Photo is a picture that anybody may see.
type Photo struct {
	Full    string `json:"full" doc:"Its address on this site, a JPEG file. Once the picture is withdrawn there is none."`
	Thumb   string `json:"thumb" doc:"The same, small."`
	Caption string `json:"caption"`
	Width   int    `json:"width"`
	Height  int    `json:"height"`
}

// pictures returns the pictures of matters that anybody may see, by matter.
func (s *Server) pictures(ctx context.Context, matters []string) (map[string][]Photo, error) {
	found, err := s.Pictures.Public(ctx, s.Realm, matters)
	out := map[string][]Photo{}
	for id, list := range found {
		for _, p := range list {
			at := "/pictures/" + p.ID + "/"
			out[id] = append(out[id], Photo{Full: at + files.Full, Thumb: at + files.Thumb, Caption: p.Caption, Width: p.Width, Height: p.Height})
		}
	}
	return out, err
}

type publicOutput struct {
	Body struct {
		Matters []PublicMatter `json:"matters" nullable:"false"`
		Next    string         `json:"next,omitempty"`
	}
}

func (s *Server) public(ctx context.Context, in *apikit.PageInput) (*publicOutput, error) {
	cursor, err := page.ParseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.Docket.Public(ctx, s.Realm, 0, 0, cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	say := s.Say(ctx)
	out := &publicOutput{}
	out.Body.Matters, out.Body.Next = []PublicMatter{}, list.Next.String()
	var ids []string
	for _, m := range list.Items {
		ids = append(ids, m.ID)
	}
	photos, err := s.pictures(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, m := range list.Items {
		out.Body.Matters = append(out.Body.Matters, PublicMatter{
			m.Type, say.T("type." + m.Type), string(m.State), s.Org.Path(s.Realm, m.Area), m.PublicText, photos[m.ID], m.ReportedAt.UTC(),
		})
	}
	return out, nil
}

// Form is what a move asks for.
type Form struct {
	Name   string  `json:"name"`
	Fields []Field `json:"fields" nullable:"false"`
}

// Field is one answer of a form.
type Field struct {
	Name     string   `json:"name"`
	Kind     string   `json:"kind" doc:"text, long_text, choice, number, date, rating, phone, mail, body or area; the last two are ids."`
	Required bool     `json:"required,omitempty"`
	Min      float64  `json:"min,omitempty" doc:"Characters of a text, else the number."`
	Max      float64  `json:"max,omitempty"`
	Choices  []string `json:"choices,omitempty" nullable:"false"`
}

type formInput struct {
	Name string `path:"name" example:"matter.rate"`
}

type formOutput struct{ Body Form }

// form describes a form, without photos: those are sent through the pages.
func (s *Server) form(_ context.Context, in *formInput) (*formOutput, error) {
	d, ok := s.Matters.Forms[in.Name]
	if !ok {
		return nil, fault.New(fault.Missing, "api.no_path")
	}
	out := &formOutput{Form{Name: d.Name, Fields: []Field{}}}
	for _, f := range d.Fields {
		if f.Kind != form.Photos && f.Kind != form.Point {
			out.Body.Fields = append(out.Body.Fields, Field{f.Name, string(f.Kind), f.Required, f.Min, f.Max, f.Choices})
		}
	}
	return out, nil
}

// Body is one body that deals with matters.
type Body struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"`
}

type bodiesInput struct {
	Serving string `query:"serving" doc:"Id of an area: those that serve it, the nearest first."`
}

type bodiesOutput struct {
	Body struct {
		Bodies []Body `json:"bodies" nullable:"false"`
	}
}

func (s *Server) bodies(_ context.Context, in *bodiesInput) (*bodiesOutput, error) {
	list := s.Org.Bodies(s.Realm)
	if in.Serving != "" {
		area, ok := s.Org.Area(s.Realm, in.Serving)
		if !ok {
			return nil, fault.New(fault.Missing, "org.area_missing").At("serving")
		}
		list = s.Org.BodiesServing(s.Realm, area.Lo)
	}
	out := &bodiesOutput{}
	out.Body.Bodies = []Body{}
	for _, b := range list {
		out.Body.Bodies = append(out.Body.Bodies, Body{b.ID, b.Name, b.Kind})
	}
	return out, nil
}
