// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"container/list"
	"errors"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"pavilion/internal/base/clock"
)

// RateLimiter lets each key do something so many times at once and so often
// thereafter. It remembers a bounded number of keys, the last ones used.
type RateLimiter struct {
	now   clock.Clock
	every time.Duration // between two tokens
	burst float64
	most  int

	mu   sync.Mutex
	keys map[string]*list.Element
	used *list.List // of *bucket, the last used first
}

// bucket holds a key's tokens as they were at an instant.
type bucket struct {
	key    string
	tokens float64
	at     time.Time
}

// NewRateLimiter returns a limiter that gives each key burst tokens at first and
// another one each time every has gone by, and remembers most keys.
func NewRateLimiter(now clock.Clock, every time.Duration, burst, most int) *RateLimiter {
	return &RateLimiter{now: now, every: every, burst: float64(burst), most: most,
		keys: map[string]*list.Element{}, used: list.New()}
}

// Allow takes a token of key's. Without one it returns how long until the next.
func (l *RateLimiter) Allow(key string) (wait time.Duration, ok bool) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key, now)
	b.tokens = min(l.burst, b.tokens+max(0, float64(now.Sub(b.at))/float64(l.every)))
	b.at = now
	if b.tokens < 1 {
		return time.Duration(math.Ceil((1 - b.tokens) * float64(l.every))), false
	}
	b.tokens--
	return 0, true
}

// bucket finds or makes a key's bucket, forgetting the one not used for longest
// when there are too many.
func (l *RateLimiter) bucket(key string, now time.Time) *bucket {
	if e, ok := l.keys[key]; ok {
		l.used.MoveToFront(e)
		return e.Value.(*bucket)
	}
	for last := l.used.Back(); last != nil && (len(l.keys) >= l.most || l.full(last, now)); last = l.used.Back() {
		delete(l.keys, last.Value.(*bucket).key)
		l.used.Remove(last)
	}
	b := &bucket{key: key, tokens: l.burst, at: now}
	l.keys[key] = l.used.PushFront(b)
	return b
}

// full reports whether a bucket has filled up again and so need not be kept.
func (l *RateLimiter) full(e *list.Element, now time.Time) bool {
	b := e.Value.(*bucket)
	return b.tokens+float64(now.Sub(b.at))/float64(l.every) >= l.burst
}

// Limit answers requests without a token with refuse, which sends status 429,
// after setting Retry-After. A request whose key is empty is not limited.
func (l *RateLimiter) Limit(key func(*http.Request) string, refuse http.Handler) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if k := key(r); k != "" {
				if wait, ok := l.Allow(k); !ok {
					seconds := int(math.Ceil(wait.Seconds()))
					w.Header().Set("Retry-After", strconv.Itoa(seconds))
					refuse.ServeHTTP(w, r)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// LimitBody makes reading more than n bytes of a body fail with an error that
// TooLarge knows. It goes around single routes, because the smallest of several
// limits wins.
func LimitBody(n int64) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, n)
			next.ServeHTTP(w, r)
		})
	}
}

// TooLarge reports whether err comes from a body that was larger than allowed.
func TooLarge(err error) bool {
	var e *http.MaxBytesError
	return errors.As(err, &e)
}
