// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/core/procedure"
)

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
	a := askerOf(ctx)
	rows := make([]docket.Row, len(in.Body.Matters))
	for i, m := range in.Body.Matters {
		rows[i] = docket.Row{ID: m.ID, Revision: m.Revision}
	}
	done, err := s.Docket.Bulk(ctx, docket.Bulk{
		Realm: s.Realm, Action: procedure.Action(in.Body.Action), Answers: lists(in.Body.Answers), Rows: rows, By: a.actor,
	})
	if err != nil {
		return nil, err
	}
	out := &bulkOutput{}
	say := s.say(a)
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
