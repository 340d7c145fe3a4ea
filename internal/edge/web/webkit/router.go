// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webkit

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
)

// Access says who may use a route. Whether they may do the thing itself is the
// use case's question.
type Access string

// Public is for everybody, SignedIn for everybody with an account.
const (
	Public   Access = "public"
	SignedIn Access = "signed_in"
)

// AnyOf is for holders of one of the roles, anywhere.
func AnyOf(roles ...identity.Role) Access {
	words := make([]string, len(roles))
	for i, role := range roles {
		words[i] = string(role)
	}
	return Access(strings.Join(words, "|"))
}

// Allows reports whether somebody may use a route. The empty Access allows
// nobody.
func (a Access) Allows(actor identity.Actor, at time.Time) bool {
	switch a {
	case "":
		return false
	case Public:
		return true
	case SignedIn:
		return !actor.Anonymous()
	}
	for role := range strings.SplitSeq(string(a), "|") {
		if actor.Has(identity.Role(role), at) {
			return true
		}
	}
	return false
}

// Handler answers one route. What it returns is answered by Problem, once.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is a pattern and who may use it.
type Route struct {
	Pattern string
	Access  Access
}

// Router sends requests to handlers. It knows who asks and in which language
// before a handler runs, and refuses forms sent from other sites.
type Router struct {
	kit    *Kit
	mux    *http.ServeMux
	routes []Route
	guard  http.Handler
}

// Router returns a router that serves the assets.
func (k *Kit) Router() *Router {
	ro := &Router{kit: k, mux: http.NewServeMux()}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.Problem(w, r, fault.New(fault.Denied, "kit.other_site"))
	}))
	ro.guard = cross.Handler(http.HandlerFunc(ro.serve))
	ro.Handle("GET /assets/{name}", Public, k.serveAsset)
	return ro
}

// Handle adds a route. Patterns are those of http.ServeMux.
func (ro *Router) Handle(pattern string, access Access, h Handler) {
	ro.routes = append(ro.routes, Route{pattern, access})
	ro.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if !ro.admit(w, r, access) {
			return
		}
		if err := h(w, r); err != nil {
			ro.kit.Problem(w, r, err)
		}
	})
}

// Routes lists every route, for the test that walks them as each role.
func (ro *Router) Routes() []Route { return append([]Route(nil), ro.routes...) }

// admit lets a request through, sends it to sign in, or refuses it.
func (ro *Router) admit(w http.ResponseWriter, r *http.Request, access Access) bool {
	actor := ActorOf(r)
	if access.Allows(actor, ro.kit.Now()) {
		return access == Public || ro.inTime(w, r, actor)
	}
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	if actor.Anonymous() && reading {
		http.Redirect(w, r, "/signin?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return false
	}
	key := "kit.not_yours"
	if actor.Anonymous() {
		key = "kit.sign_in_first"
	}
	ro.kit.Problem(w, r, fault.New(fault.Denied, key))
	return false
}

// inTime lets an account's request through, or answers that there were too many.
func (ro *Router) inTime(w http.ResponseWriter, r *http.Request, actor identity.Actor) bool {
	if ro.kit.Allow == nil {
		return true
	}
	wait, ok := ro.kit.Allow(actor.Account)
	if !ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		ro.kit.Refuse(w, r, http.StatusTooManyRequests, "kit.problem.too_many")
	}
	return ok
}

// Failed answers a request whose handler broke off before it answered.
func (ro *Router) Failed(w http.ResponseWriter, r *http.Request) {
	ctx := context.WithValue(r.Context(), asking{}, ro.kit.ask(w, r))
	ro.kit.Refuse(w, r.WithContext(ctx), http.StatusInternalServerError, "kit.problem.internal")
}

// ServeHTTP answers a request.
func (ro *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := context.WithValue(r.Context(), asking{}, ro.kit.ask(w, r))
	ro.guard.ServeHTTP(w, r.WithContext(ctx))
}

// serve finds the route, or says that there is none.
func (ro *Router) serve(w http.ResponseWriter, r *http.Request) {
	h, pattern := ro.mux.Handler(r)
	if pattern != "" {
		ro.mux.ServeHTTP(w, r)
		return
	}
	probe := &statusOnly{header: http.Header{}}
	h.ServeHTTP(probe, r)
	if probe.code == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		ro.kit.Refuse(w, r, probe.code, "kit.problem.method")
		return
	}
	ro.kit.Problem(w, r, fault.New(fault.Missing, "kit.no_page"))
}

// statusOnly keeps the status and headers of an answer and drops its text.
type statusOnly struct {
	header http.Header
	code   int
}

func (s *statusOnly) Header() http.Header         { return s.header }
func (s *statusOnly) WriteHeader(code int)        { s.code = code }
func (s *statusOnly) Write(b []byte) (int, error) { return len(b), nil }
