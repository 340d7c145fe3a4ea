// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// start serves h until the returned function is called, which returns what
// Serve returned.
func start(t *testing.T, h http.Handler, drain time.Duration) (url string, stop func(), ended chan error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended = make(chan error, 1)
	go func() { ended <- serve(ctx, l, h, slog.New(slog.DiscardHandler), drain) }()
	t.Cleanup(cancel)
	return "http://" + l.Addr().String(), cancel, ended
}

func TestShutdownFinishesWhatHasBegun(t *testing.T) {
	begun, goOn := make(chan bool), make(chan bool)
	url, stop, ended := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun <- true
		<-goOn
		if r.Context().Err() != nil {
			t.Error("the request was cancelled by the shutdown")
		}
		io.WriteString(w, "kept")
	}), drain)
	answer := make(chan string)
	go func() {
		res, err := http.Get(url)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		answer <- string(body)
	}()
	<-begun
	stop()
	for refused := false; !refused; {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if refused = err != nil; !refused {
			c.Close()
		}
	}
	goOn <- true
	if got := <-answer; got != "kept" {
		t.Errorf("the request in flight got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve returned %v", err)
	}
}

func TestShutdownCutsOffWhatNeverEnds(t *testing.T) {
	begun, never := make(chan bool), make(chan bool)
	defer close(never)
	url, stop, ended := start(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		begun <- true
		<-never
	}), 50*time.Millisecond)
	go http.Get(url)
	<-begun
	stop()
	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Serve returned %v, want a deadline", err)
	}
}

func TestServeRefusesHugeHeaders(t *testing.T) {
	url, _, _ := start(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), drain)
	req, _ := http.NewRequest("GET", url, nil)
	req.Header.Set("X-Much", strings.Repeat("x", 2*headerBytes))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestServeTellsWhenTheListenerIsGone(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := Serve(t.Context(), l, http.NotFoundHandler(), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("no error")
	}
}

func TestChainPutsTheFirstOutside(t *testing.T) {
	var order bytes.Buffer
	layer := func(name string) Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				order.WriteString(name)
				next.ServeHTTP(w, r)
			})
		}
	}
	Chain(http.NotFoundHandler(), layer("a"), layer("b")).ServeHTTP(ask("GET", "/"))
	if order.String() != "ab" {
		t.Errorf("order %q", order.String())
	}
}
