// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apikit

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"pavilion/internal/base/text"
	"pavilion/internal/core/identity"
)

// ServeHTTP answers a request.
func (k *Kit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Vary", "Accept-Language, Authorization")
	a := Asker{Language: k.Texts.Negotiate(r.Header.Get("Accept-Language")), Client: k.Client(r)}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if strings.HasPrefix(token, identity.TokenPrefix) {
			a.program = true
			a.Actor, a.scopes, a.failed = k.Identity.UseToken(r.Context(), k.Realm, token)
		} else {
			a.Actor, a.failed = k.Identity.Session(r.Context(), k.Realm, token)
		}
	}
	asked := r
	r = r.WithContext(context.WithValue(r.Context(), asking{}, a))
	if _, pattern := k.mux.Handler(r); pattern == "" {
		k.nowhere(w, r)
		return
	}
	k.mux.ServeHTTP(w, r)
	asked.Pattern = r.Pattern // for the log
}

// asking is the key under which a request's context holds who asks.
type asking struct{}

// Asker is who asks, from where, in which language.
type Asker struct {
	Actor            identity.Actor
	Client, Language string
	failed           error // why the token sent names nobody
	program          bool  // the token is a program's, limited to scopes
	scopes           []string
}

// may reports whether the token of an asker who is known is for an operation.
func (a Asker) may(access Access) bool {
	return !a.program || slices.Contains(a.scopes, string(access.Scope()))
}

// AskerOf is who asks.
func AskerOf(ctx context.Context) Asker {
	a, _ := ctx.Value(asking{}).(Asker)
	return a
}

// Say is the sentences in the language of whoever asks.
func (k *Kit) Say(ctx context.Context) *text.Printer { return k.Texts.Printer(AskerOf(ctx).Language) }
