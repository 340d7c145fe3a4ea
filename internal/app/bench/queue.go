// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"pavilion/internal/app"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/edge/web/webkit"
)

// QueuePage is how long the server takes for a page of the queue, as one person
// sees it.
type QueuePage struct {
	Login  string  `json:"login"`
	Path   string  `json:"path"`
	Median float64 `json:"median_ms"`
	P95    float64 `json:"p95_ms"`
	Bytes  int     `json:"bytes"`
}

// queueLogins are the demo's people who work with the queue.
var queueLogins = []string{"county", "desk", "utility", "city", "grid", "head"}

// queueRuns is how often each page is asked for.
const queueRuns = 40

// RunQueue fills the demo realm with matters and measures the pages of the
// queue, template included, inside the server.
func RunQueue(ctx context.Context, a *app.App, matters int, show app.Progress) ([]QueuePage, error) {
	signs, err := a.Demo(ctx, nil)
	if err != nil {
		return nil, err
	}
	words := a.Say(text.First, "app.bench_words")
	err = a.Matters.Seed(ctx, matter.Seeding{
		Realm: a.Config.Realm, Words: words, Types: []string{"020101"}, Bodies: a.Org.Bodies(a.Config.Realm), N: matters, Over: 58 * 24 * time.Hour,
		Done: func(done int) { at(show, "matters", done, matters) },
	})
	if err != nil {
		return nil, err
	}
	a.Config.AccountLimit = -1
	site, err := a.Handler()
	if err != nil {
		return nil, err
	}
	var out []QueuePage
	for _, s := range signs {
		for _, path := range []string{"/desk/matters", "/desk/matters?state=signed", "/desk/matters?light=red"} {
			if !slices.Contains(queueLogins, s.Login) {
				continue
			}
			p, err := queuePage(ctx, a, site, s, path)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
	}
	return out, nil
}

func queuePage(ctx context.Context, a *app.App, site http.Handler, s app.SignIn, path string) (QueuePage, error) {
	p := QueuePage{Login: s.Login, Path: path}
	entry, err := a.Identity.SignIn(ctx, a.Config.Realm, s.Login, s.Password, identity.Client{IP: "127.0.0.1"})
	if err != nil {
		return p, err
	}
	jar := httptest.NewRecorder()
	webkit.SetSession(jar, httptest.NewRequest(http.MethodGet, path, nil), entry.Token)
	var times []time.Duration
	for range queueRuns {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for _, c := range jar.Result().Cookies() {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		begin := clock.System()
		site.ServeHTTP(w, r)
		times = append(times, clock.System().Sub(begin))
		if w.Code != http.StatusOK {
			return p, fmt.Errorf("%s as %s: %d", path, s.Login, w.Code)
		}
		p.Bytes = w.Body.Len()
	}
	slices.Sort(times)
	p.Median, p.P95 = percentile(times, 50), percentile(times, 95)
	return p, nil
}
