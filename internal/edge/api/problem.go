// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"context"
	"net/http"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
)

// status of each kind of fault.
var status = map[fault.Kind]int{
	fault.Invalid:  http.StatusUnprocessableEntity,
	fault.Denied:   http.StatusForbidden,
	fault.Missing:  http.StatusNotFound,
	fault.Conflict: http.StatusConflict,
	fault.Stale:    http.StatusPreconditionFailed,
	fault.Internal: http.StatusInternalServerError,
}

// Problem is a problem document (RFC 9457). It never repeats what was sent.
type Problem struct {
	Type   string         `json:"type" doc:"about:blank"`
	Title  string         `json:"title" doc:"The kind of problem, as the status says it."`
	Status int            `json:"status"`
	Detail string         `json:"detail" doc:"What is wrong and what to do, in the language asked for."`
	Code   string         `json:"code,omitempty" doc:"The same in every language; what programs compare."`
	Fields []ProblemField `json:"fields,omitempty" nullable:"false" doc:"The fields at fault."`

	header http.Header // sent with it
}

// ProblemField is what is wrong with one field.
type ProblemField struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Error makes a Problem an error; its text is the code.
func (p *Problem) Error() string { return p.Code }

// GetStatus is the status it is answered with.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problem documents.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders are the headers it is answered with.
func (p *Problem) GetHeaders() http.Header { return p.header }

// problem turns an error into what is answered. With a code, that is the status
// whatever the kind. Errors that are no faults are logged and say nothing; who was
// refused what is logged too.
func (s *Server) problem(ctx context.Context, err error, code int) *Problem {
	say := s.Texts.Printer(languageOf(ctx))
	f, ok := fault.As(err)
	if !ok || f.Kind == fault.Internal {
		s.Log.ErrorContext(ctx, "api", "err", err)
	}
	if !ok {
		f = fault.New(fault.Internal, "kit.problem.internal.help")
	}
	if f.Kind == fault.Denied {
		s.Log.InfoContext(ctx, "refused", "account", askerOf(ctx).actor.Account, "why", f.Key)
	}
	if code == 0 {
		code = status[f.Kind]
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(code), Status: code, Code: f.Key, Detail: sentence(say, f)}
	for _, e := range append([]*fault.Error{f}, f.More...) {
		if e.Field != "" {
			p.Fields = append(p.Fields, ProblemField{e.Field, e.Key, sentence(say, e)})
		}
	}
	return p
}

func sentence(say *text.Printer, f *fault.Error) string {
	var args []any
	for name, value := range f.Params {
		args = append(args, name, value)
	}
	return say.T(f.Key, args...)
}

// reason says why a guard refuses a move.
func (s *Server) reason(say *text.Printer, err error) string {
	if f, ok := fault.As(err); ok {
		return sentence(say, f)
	}
	return say.T("kit.problem.internal.help")
}
