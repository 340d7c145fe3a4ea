// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"context"
	"log/slog"
	"net/http"

	"pavilion/internal/base/clock"
)

// routeKey is the context key under which AccessLog learns the route.
type routeKey struct{}

// AccessLog writes one line for each request: method, route, status, size and
// milliseconds. The route is the pattern that Routed saw, never the address
// itself: addresses hold query codes, and queries hold words people typed.
func AccessLog(log *slog.Logger, now clock.Clock) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begun := now()
			route := ""
			rec := &recorder{ResponseWriter: w}
			defer func() {
				level := slog.LevelInfo
				if rec.status >= http.StatusInternalServerError {
					level = slog.LevelWarn
				}
				log.Log(r.Context(), level, "request", "method", known(r.Method), "route", route,
					"status", rec.status, "bytes", rec.bytes, "ms", now().Sub(begun).Milliseconds())
			}()
			next.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), routeKey{}, &route)))
		})
	}
}

// Routed goes around the mux, inside everything that replaces the request, and
// tells AccessLog which pattern matched.
func Routed(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if route, ok := r.Context().Value(routeKey{}).(*string); ok {
				*route = r.Pattern
			}
		}()
		mux.ServeHTTP(w, r)
	})
}

// known keeps what a client invents as a method out of the log.
func known(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
