// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/edge/api/apikit"
)

// maxTable bounds a table that is sent, in bytes. Larger ones go through the page
// or the command.
const maxTable = 16 << 20

// Import is the import of one file.
type Import struct {
	ID       string          `json:"id"`
	File     string          `json:"file"`
	State    string          `json:"state" doc:"read, checking, faulty, checked, importing, done or dropped."`
	Lines    int             `json:"lines"`
	Made     int             `json:"made"`
	Repeated int             `json:"repeated" doc:"Lines that had been taken before."`
	Bad      int             `json:"bad" doc:"Lines that cannot be taken; while there is one, none is."`
	Problems []ImportProblem `json:"problems,omitempty" nullable:"false"`
	More     int             `json:"more,omitempty" doc:"Problems that are not listed."`
	Traced   int             `json:"traced" doc:"Lines whose words may lead to a person. They are taken, and their words are not public."`
	Traces   []ImportTraced  `json:"traces,omitempty" nullable:"false"`
	Revision int             `json:"revision"`
}

// ImportTraced is a line whose words may lead to a person: the kinds of what was
// found, not the values.
type ImportTraced struct {
	Line    int      `json:"line"`
	Heading string   `json:"heading"`
	Kinds   []string `json:"kinds" nullable:"false"`
}

// ImportProblem is what is wrong with a line.
type ImportProblem struct {
	Line    int    `json:"line"`
	Heading string `json:"heading,omitempty"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

type importInput struct {
	Source  string `query:"source" required:"true" doc:"Name of a source whose columns are known."`
	File    string `query:"file" required:"true" maxLength:"200" doc:"What the file is called: its ending says whether it is .csv, .xlsx or .jsonl."`
	RawBody []byte `contentType:"application/octet-stream"`
}

type importOutput struct{ Body Import }

type startInput struct {
	ID   string `path:"id"`
	Body struct {
		Revision int `json:"revision"`
	}
}

// imports adds taking matters over from other systems.
func (s *Server) imports() {
	apikit.Operation(s.Kit, imports, huma.Operation{
		OperationID: "import", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/imports", Summary: "Send a table of matters", DefaultStatus: http.StatusAccepted,
		Description:  "It is checked by the saved columns of its source. Read how far it is; once it is checked without a bad line, start it. A line that was taken before is not taken again, so that a retry does no harm.",
		MaxBodyBytes: maxTable, Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, s.receive)
	apikit.Operation(s.Kit, imports, huma.Operation{
		OperationID: "import-run", Tags: []string{apikit.Desk}, Method: http.MethodGet, Path: "/imports/{id}", Summary: "Read how far an import is",
		Description: "With every line that is at fault, up to the first thousand problems.", Errors: []int{http.StatusNotFound},
	}, s.importRun)
	apikit.Operation(s.Kit, imports, huma.Operation{
		OperationID: "start-import", Tags: []string{apikit.Desk}, Method: http.MethodPost, Path: "/imports/{id}/start", Summary: "Take a checked table over",
		Description: "It is whole or not at all.", Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}, s.startImport)
}

func (s *Server) imported(ctx context.Context, r intake.Run) *importOutput {
	say := s.Say(ctx)
	out := &importOutput{Import{
		ID: r.ID, File: r.File, State: string(r.State), Lines: r.Lines, Made: r.Made, Repeated: r.Repeated, Bad: r.Found.Bad, More: r.Found.More, Traced: r.Found.Traced, Revision: r.Revision,
	}}
	for _, p := range r.Found.Problems {
		out.Body.Problems = append(out.Body.Problems, ImportProblem{p.Line, p.Heading, p.Key, say.T(p.Key, pairs(p.Params)...)})
	}
	for _, t := range r.Found.Traces {
		line := ImportTraced{Line: t.Line, Heading: t.Heading}
		for _, k := range t.Kinds {
			line.Kinds = append(line.Kinds, string(k))
		}
		out.Body.Traces = append(out.Body.Traces, line)
	}
	return out
}

func (s *Server) receive(ctx context.Context, in *importInput) (*importOutput, error) {
	a := apikit.AskerOf(ctx)
	source, err := s.Intake.SourceNamed(ctx, s.Realm, in.Source, a.Actor)
	if f, ok := fault.As(err); ok {
		return nil, f.At("source")
	}
	if err != nil {
		return nil, err
	}
	run, err := s.Intake.Receive(ctx, intake.Receive{
		Realm: s.Realm, Source: source.ID, File: in.File, In: bytes.NewReader(in.RawBody), Size: int64(len(in.RawBody)), By: a.Actor,
	})
	if err == nil && run.State == intake.Read {
		run, err = s.Intake.CheckGuessed(ctx, run, source, intake.Names(s.Texts), a.Actor)
	}
	if err != nil {
		return nil, err
	}
	return s.imported(ctx, run), nil
}

func (s *Server) importRun(ctx context.Context, in *matterInput) (*importOutput, error) {
	run, err := s.Intake.Run(ctx, s.Realm, in.ID, apikit.AskerOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	return s.imported(ctx, run), nil
}

func (s *Server) startImport(ctx context.Context, in *startInput) (*importOutput, error) {
	run, err := s.Intake.Start(ctx, s.Realm, in.ID, in.Body.Revision, apikit.AskerOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	return s.imported(ctx, run), nil
}
