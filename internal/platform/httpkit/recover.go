// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// Recover answers a request whose handler panicked with page, which sends status
// 500, and logs the panic. When a part of the answer is already on its way the
// panic goes on to net/http, which cuts the connection: nobody then takes half a
// page for a whole one.
func Recover(log *slog.Logger, page http.Handler) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := &recorder{ResponseWriter: w}
			done := false
			defer func() {
				if done || rec.status != 0 {
					return
				}
				cause := recover()
				if err, ok := cause.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
					log.ErrorContext(r.Context(), "handler panicked", "method", r.Method,
						"route", r.Pattern, "panic", cause, "stack", string(debug.Stack()))
				}
				for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding",
					"Content-Disposition", "Cache-Control", "ETag", "Last-Modified", "Location", "Set-Cookie"} {
					w.Header().Del(name)
				}
				page.ServeHTTP(w, r)
			}()
			next.ServeHTTP(rec, r)
			done = true
		})
	}
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int // 0 until the answer began
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
