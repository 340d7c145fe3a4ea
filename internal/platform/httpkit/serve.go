// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package httpkit holds what every HTTP server needs and no page knows of.
//
//	serve.go     serving and shutting down without losing an answer
//	recover.go   a page instead of a broken connection
//	log.go       one line for each request, without anything personal
//	headers.go   what browsers are told to refuse
//	compress.go  gzip for text
//	assets.go    files that never change under their address
//	limit.go     token buckets and the size of bodies
//	client.go    who is asking, behind proxies
package httpkit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Limits of a connection. Bodies may take as long as a photo over a bad mobile
// connection needs.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 2 * time.Minute
	idleTimeout   = time.Minute
	headerBytes   = 32 << 10
	drain         = 10 * time.Second
)

// Middleware puts something around a handler.
type Middleware func(http.Handler) http.Handler

// Chain puts layers around h; the first is the outermost.
func Chain(h http.Handler, layers ...Middleware) http.Handler {
	for i := len(layers) - 1; i >= 0; i-- {
		h = layers[i](h)
	}
	return h
}

// Serve answers requests on l until ctx ends. Then it takes no new ones, lets
// those begun finish for up to ten seconds, and returns nil if all did. The end
// of ctx does not cancel the requests themselves.
func Serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	return serve(ctx, l, h, log, drain)
}

func serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger, drain time.Duration) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       bodyTimeout,
		WriteTimeout:      bodyTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := server.Shutdown(limit); err != nil {
		return fmt.Errorf("requests were cut off at shutdown: %w", errors.Join(err, server.Close()))
	}
	return nil
}
