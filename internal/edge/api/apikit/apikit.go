// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package apikit is what every group of the API's operations is made with: who asks,
// who may, what is answered when something fails, and the description.
//
//	apikit.go   the kit, and adding an operation
//	serve.go    who asks, and answering
//	access.go   who may use an operation
//	problem.go  what is answered when something fails; what is answered before an operation is reached
//	shape.go    what groups write alike
package apikit

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"pavilion/internal/base/clock"
	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
)

// Prefix is where the API lies.
const Prefix = "/api/v1"

// The groups of operations.
const (
	Reporting = "reporting"
	Desk      = "desk"
)

// Route is an operation and who may use it.
type Route struct {
	Method, Path string
	Access       Access
}

// Means is what every group of operations takes.
type Means struct {
	Identity *identity.Service
	Texts    *text.Catalogue
	Log      *slog.Logger
	Now      clock.Clock
	Realm    string
	Client   func(*http.Request) string // the network a request comes from
	Reports  func(client string) bool   // whether it may send another report now
	Codes    func(client string) bool   // whether it may try another code now

	// Accounts takes one of an account's requests of this minute, or says how long to wait.
	Accounts func(account string) (wait time.Duration, ok bool)
}

// Kit takes operations, describes them and answers requests. Operations are added
// before it answers the first.
type Kit struct {
	Means
	mux    *http.ServeMux
	api    huma.API
	routes []Route
	words  map[string]bool // the names that requests may have, from the description
}

// maxBody bounds a request, in bytes.
const maxBody = 1 << 20

// New returns a kit without operations.
func New(m Means) *Kit {
	k := &Kit{Means: m, mux: http.NewServeMux()}
	config := huma.DefaultConfig("Pavilion", "1")
	config.Tags = []*huma.Tag{
		{Name: Reporting, Description: "For everybody, without an account."},
		{Name: Desk, Description: "For staff, with an account."},
	}
	config.Info.Contact = &huma.Contact{Name: "The Pavilion Authors"}
	config.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	config.Servers = []*huma.Server{{URL: "/", Description: "The site that gave this description."}}
	config.Info.Description = "Reports, their handling and their history. Every path begins with " + Prefix + "."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = Prefix+"/openapi", "", ""
	config.CreateHooks = nil // no $schema links
	config.Transformers = append(config.Transformers, k.restate)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "http", Scheme: "bearer", Description: "The token that POST " + Prefix + "/sessions answers."},
		"token":   {Type: "http", Scheme: "bearer", Description: "A program's token, made on the page /desk/tokens. It begins with " + identity.TokenPrefix + " and is limited to scopes."},
	}
	k.api = humago.New(k.mux, config)
	return k
}

// Routes lists the operations, for the test that walks them.
func (k *Kit) Routes() []Route { return k.routes }

// OpenAPI describes the API as JSON.
func (k *Kit) OpenAPI() ([]byte, error) { return k.api.OpenAPI().MarshalJSON() }

// Description is what OpenAPI writes, for whoever completes it.
func (k *Kit) Description() *huma.OpenAPI { return k.api.OpenAPI() }

// Complete ends the adding of operations.
func (k *Kit) Complete() {
	d := k.Description()
	delete(d.Components.Schemas.Map(), "ErrorModel")
	delete(d.Components.Schemas.Map(), "ErrorDetail")
	k.words = words(d)
}

// Operation adds one operation: who may use it is checked before it runs, and a
// fault is answered as a problem.
func Operation[I, O any](k *Kit, access Access, o huma.Operation, fn func(context.Context, *I) (*O, error)) {
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
		o.Middlewares = append(o.Middlewares, k.admit(access))
	}
	k.problems(&o)
	k.routes = append(k.routes, Route{o.Method, o.Path, access})
	huma.Register(k.api, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := fn(ctx, in)
		if p := (*Problem)(nil); errors.As(err, &p) {
			return nil, p
		}
		if err != nil {
			return nil, k.Problem(ctx, err, 0)
		}
		return out, nil
	})
}

// problems describes the ways in which o can fail, in place of what the library
// would say of its own errors, which are never sent.
func (k *Kit) problems(o *huma.Operation) {
	schema := k.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	o.Responses = map[string]*huma.Response{}
	for _, code := range o.Errors {
		o.Responses[strconv.Itoa(code)] = &huma.Response{
			Description: http.StatusText(code),
			Content:     map[string]*huma.MediaType{(&Problem{}).ContentType(""): {Schema: schema}},
		}
	}
	o.Errors = nil
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
