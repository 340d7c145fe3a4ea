// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apikit

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

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

	Header http.Header `json:"-"` // sent with it
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
func (p *Problem) GetHeaders() http.Header { return p.Header }

// Problem turns an error into what is answered. With a code, that is the status
// whatever the kind. Errors that are no faults are logged and say nothing; who was
// refused what is logged too.
func (k *Kit) Problem(ctx context.Context, err error, code int) *Problem {
	say := k.Say(ctx)
	f, ok := fault.As(err)
	if !ok || f.Kind == fault.Internal {
		k.Log.ErrorContext(ctx, "api", "err", err)
	}
	if !ok {
		f = fault.New(fault.Internal, "kit.problem.internal.help")
	}
	if f.Kind == fault.Denied {
		k.Log.InfoContext(ctx, "refused", "account", AskerOf(ctx).Actor.Account, "why", f.Key)
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

// Reason says why a guard refuses a move.
func (k *Kit) Reason(say *text.Printer, err error) string {
	if f, ok := fault.As(err); ok {
		return sentence(say, f)
	}
	return say.T("kit.problem.internal.help")
}

// admit lets those in who have signed in and have the role, and programs whose token
// has the scope besides, before anything they sent is looked at.
func (k *Kit) admit(access Access) func(c huma.Context, next func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		a := AskerOf(c.Context())
		switch {
		case a.Actor.Anonymous() && a.failed != nil && fault.KindOf(a.failed) == fault.Internal:
			k.refuse(c, k.Problem(c.Context(), a.failed, 0))
		case a.Actor.Anonymous():
			c.SetHeader("WWW-Authenticate", "Bearer")
			k.refuse(c, k.Problem(c.Context(), fault.New(fault.Denied, "kit.sign_in_first"), http.StatusUnauthorized))
		case !a.may(access):
			scope := string(access.Scope())
			c.SetHeader("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+scope+`"`)
			k.refuse(c, k.Problem(c.Context(), fault.New(fault.Denied, "api.scope").With("scope", scope), http.StatusForbidden))
		case !access.admits(a.Actor, k.Now()):
			k.refuse(c, k.Problem(c.Context(), fault.New(fault.Denied, "kit.not_yours"), http.StatusForbidden))
		default:
			wait, ok := k.Accounts(a.Actor.Account)
			if !ok {
				c.SetHeader("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
				k.refuse(c, k.Problem(c.Context(), fault.New(fault.Conflict, "api.too_many"), http.StatusTooManyRequests))
				return
			}
			next(c)
		}
	}
}

// refuse answers with a problem.
func (k *Kit) refuse(c huma.Context, p *Problem) {
	c.SetStatus(p.Status)
	c.SetHeader("Content-Type", p.ContentType(""))
	if err := json.NewEncoder(c.BodyWriter()).Encode(p); err != nil {
		k.Log.WarnContext(c.Context(), "api", "err", err)
	}
}

// restate answers a request that does not have the form the description says. It
// names the places at fault and nothing of what stood there.
func (k *Kit) restate(c huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	say := k.Say(c.Context())
	if e.Status >= http.StatusInternalServerError {
		k.Log.ErrorContext(c.Context(), "api", "err", e)
		return k.Problem(c.Context(), fault.New(fault.Internal, "kit.problem.internal.help"), e.Status), nil
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(e.Status), Status: e.Status, Code: "api.malformed", Detail: say.T("api.malformed")}
	for _, d := range e.Errors {
		p.Fields = append(p.Fields, ProblemField{k.known(d.Location), "api.malformed", say.T("api.malformed_field")})
	}
	return p, nil
}

// known is a place in a request, up to where the description names it: what
// follows is the sender's own word, as a field that does not exist.
func (k *Kit) known(place string) string {
	parts := strings.Split(place, ".")
	for i, part := range parts {
		if i > 0 && !k.words[part] {
			return strings.Join(parts[:i], ".")
		}
	}
	return place
}

// nowhere answers a request that no operation takes.
func (k *Kit) nowhere(w http.ResponseWriter, r *http.Request) {
	h, _ := k.mux.Handler(r)
	said := answer{header: w.Header()}
	h.ServeHTTP(&said, r)
	key := "api.no_path"
	if said.status == http.StatusMethodNotAllowed {
		key = "api.wrong_method"
	}
	p := k.Problem(r.Context(), fault.New(fault.Missing, key), said.status)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		k.Log.WarnContext(r.Context(), "api", "err", err)
	}
}

// answer keeps what an answer says, but not its body.
type answer struct {
	header http.Header
	status int
}

// Header are the headers of what is answered in its place.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader keeps the status.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write drops the body.
func (a *answer) Write(p []byte) (int, error) { return len(p), nil }
