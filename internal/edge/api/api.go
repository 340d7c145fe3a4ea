// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package api is the REST API: the use cases for programs, in OpenAPI 3.1, with
// problem documents (RFC 9457), idempotency keys and keyset pages.
//
//	api.go      what it is given, its operations and their description
//	access.go   who may use an operation
//	problem.go  what is answered when something fails; what is answered before an operation is reached
//	report.go   reporting, and following what was reported
//	lists.go    what anybody may look up
//	staff.go    what the desk does, for programs
//	relay.go    messages, calls, requests to open a contact
//	assembly.go bodies that decide, and rosters
//	promises.go what is promised, what grids may be asked, examples
//	editions.go what the rules are, and what they lead to
//	figures.go  statistics, and bulletins of them
//	releases.go what is to become public, photos among it
//	rights.go   what people ask about their data
//	keeping.go  how long what is kept, holds, what was destroyed
//	imports.go  tables of matters from other systems
//	polls.go    votes
//	ledger.go   the log of all that was done, and its proofs
//	shape.go    how things look in JSON
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"pavilion/internal/base/text"
	"pavilion/internal/civic/admission"
	"pavilion/internal/civic/commitment"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/evaluation"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/example"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/picture"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/core/ledger"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/core/retention"
	"pavilion/internal/core/routing"
)

// Prefix is where the API lies.
const Prefix = "/api/v1"

// Route is an operation and who may use it.
type Route struct {
	Method, Path string
	Access       Access
}

// Deps is what the API takes.
type Deps struct {
	Matters  *matter.Service
	Docket   *docket.Docket
	Figures  *evaluation.Service
	Promises *commitment.Service
	Tasks    *admission.Service
	Bodies   *assembly.Service
	Polls    *poll.Service
	Ledger   *ledger.Service
	Examples *example.Service
	Releases *release.Service
	Pictures *picture.Service
	Relay    *relay.Service
	Rights   *rights.Service
	Keeping  *retention.Service
	Intake   *intake.Service
	Editions *edition.Service
	Routing  *routing.Service
	Files    *files.Service
	Identity *identity.Service
	Factors  *factor.Service
	Org      *org.Service
	Texts    *text.Catalogue
	Log      *slog.Logger
	Realm    string
	Client   func(*http.Request) string // the network a request comes from
	Reports  func(client string) bool   // whether it may send another report now
	Codes    func(client string) bool   // whether it may try another code now

	// Accounts takes one of an account's requests of this minute, or says how long to wait.
	Accounts func(account string) (wait time.Duration, ok bool)
}

// Server answers the API's requests.
type Server struct {
	Deps
	mux    *http.ServeMux
	api    huma.API
	routes []Route
	words  map[string]bool // the names that requests may have, from the description
}

// The groups of operations.
const (
	reportingTag = "reporting"
	deskTag      = "desk"
)

// maxBody bounds a request, in bytes.
const maxBody = 1 << 20

// New returns the API over d.
func New(d Deps) *Server {
	s := &Server{Deps: d, mux: http.NewServeMux()}
	config := huma.DefaultConfig("Pavilion", "1")
	config.Tags = []*huma.Tag{
		{Name: reportingTag, Description: "For everybody, without an account."},
		{Name: deskTag, Description: "For staff, with an account."},
	}
	config.Info.Contact = &huma.Contact{Name: "The Pavilion Authors"}
	config.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	config.Servers = []*huma.Server{{URL: "/", Description: "The site that gave this description."}}
	config.Info.Description = "Reports, their handling and their history. Every path begins with " + Prefix + "."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = Prefix+"/openapi", "", ""
	config.CreateHooks = nil // no $schema links
	config.Transformers = append(config.Transformers, s.restate)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "http", Scheme: "bearer", Description: "The token that POST " + Prefix + "/sessions answers."},
		"token":   {Type: "http", Scheme: "bearer", Description: "A program's token, made on the page /desk/tokens. It begins with " + identity.TokenPrefix + " and is limited to scopes."},
	}
	s.api = humago.New(s.mux, config)
	s.reporting()
	s.staff()
	s.between()
	s.promises()
	s.assemblies()
	s.rules()
	s.imports()
	s.releases()
	s.photographs()
	s.rights()
	s.keeping()
	s.ledger()
	s.polls()
	s.bulletins()
	s.describe()
	s.words = words(s.api.OpenAPI())
	return s
}

// Routes lists the operations, for the test that walks them.
func (s *Server) Routes() []Route { return s.routes }

// OpenAPI describes the API as JSON.
func (s *Server) OpenAPI() ([]byte, error) { return s.api.OpenAPI().MarshalJSON() }

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Vary", "Accept-Language, Authorization")
	a := asker{lang: s.Texts.Negotiate(r.Header.Get("Accept-Language")), client: s.Client(r)}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if strings.HasPrefix(token, identity.TokenPrefix) {
			a.program = true
			a.actor, a.scopes, a.failed = s.Identity.UseToken(r.Context(), s.Realm, token)
		} else {
			a.actor, a.failed = s.Identity.Session(r.Context(), s.Realm, token)
		}
	}
	asked := r
	r = r.WithContext(context.WithValue(r.Context(), asking{}, a))
	if _, pattern := s.mux.Handler(r); pattern == "" {
		s.nowhere(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
	asked.Pattern = r.Pattern // for the log
}

// asking is the key under which a request's context holds who asks.
type asking struct{}

// asker is who asks, from where, in which language.
type asker struct {
	actor        identity.Actor
	client, lang string
	failed       error // why the token sent names nobody
	program      bool  // the token is a program's, limited to scopes
	scopes       []string
}

// may reports whether the token of an asker who is known is for an operation.
func (a asker) may(access Access) bool {
	return !a.program || slices.Contains(a.scopes, string(access.Scope()))
}

func askerOf(ctx context.Context) asker {
	a, _ := ctx.Value(asking{}).(asker)
	return a
}

func languageOf(ctx context.Context) string { return askerOf(ctx).lang }

// operation adds one operation: who may use it is checked before it runs, and a
// fault is answered as a problem.
func operation[I, O any](s *Server, access Access, o huma.Operation, fn func(context.Context, *I) (*O, error)) {
	o.Path = Prefix + o.Path
	o.MaxBodyBytes = max(o.MaxBodyBytes, maxBody)
	o.Errors = append(o.Errors, http.StatusUnprocessableEntity, http.StatusInternalServerError)
	if o.Method == http.MethodPost {
		o.Errors = append(o.Errors, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	o.Security = []map[string][]string{{}} // nothing is asked for
	if access != Public {
		o.Security = []map[string][]string{{"session": {}}}
		if access.Scope() != SignedIn {
			o.Security = append(o.Security, map[string][]string{"token": {}})
		}
		o.Description = strings.TrimSpace(o.Description + "\n\n" + access.described())
		o.Errors = append(o.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests)
		o.Middlewares = append(o.Middlewares, s.admit(access))
	}
	s.problems(&o)
	s.routes = append(s.routes, Route{o.Method, o.Path, access})
	huma.Register(s.api, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := fn(ctx, in)
		if p := (*Problem)(nil); errors.As(err, &p) {
			return nil, p
		}
		if err != nil {
			return nil, s.problem(ctx, err, 0)
		}
		return out, nil
	})
}

// instant writes a time for JSON; the zero time is absent.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// problems describes the ways in which o can fail, in place of what the library
// would say of its own errors, which are never sent.
func (s *Server) problems(o *huma.Operation) {
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	o.Responses = map[string]*huma.Response{}
	for _, code := range o.Errors {
		o.Responses[strconv.Itoa(code)] = &huma.Response{
			Description: http.StatusText(code),
			Content:     map[string]*huma.MediaType{(&Problem{}).ContentType(""): {Schema: schema}},
		}
	}
	o.Errors = nil
}

// describe completes the description once all operations are in it.
func (s *Server) describe() {
	d := s.api.OpenAPI()
	delete(d.Components.Schemas.Map(), "ErrorModel")
	delete(d.Components.Schemas.Map(), "ErrorDetail")
	said := d.Paths[Prefix+"/reports"].Post.Responses
	said["200"] = &huma.Response{Description: "The key was used before; this is the matter it made", Content: said["201"].Content}
}

// words are the names of the parameters and fields that d describes.
func words(d *huma.OpenAPI) map[string]bool {
	out := map[string]bool{}
	for _, schema := range d.Components.Schemas.Map() {
		for name := range schema.Properties {
			out[name] = true
		}
	}
	for _, path := range d.Paths {
		for _, o := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete} {
			if o == nil {
				continue
			}
			for _, parameter := range o.Parameters {
				out[parameter.Name] = true
			}
		}
	}
	return out
}
