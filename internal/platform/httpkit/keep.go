// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"pavilion/internal/base/clock"
)

// Limits are the rate limiters of a server, kept in a file so that a restart
// gives nobody new tokens. What their keys are is written there as it is: keys
// must not be addresses or names.
type Limits struct {
	now  clock.Clock
	path string

	mu   sync.Mutex
	list map[string]*RateLimiter
	kept map[string][]keptBucket // of limiters that nobody asked for yet
}

// keptBucket is a bucket as the file holds it.
type keptBucket struct {
	Key    string  `json:"key"`
	Tokens float64 `json:"tokens"`
	At     int64   `json:"at"` // microseconds
}

// OpenLimits reads what was kept in a file. A file that is missing or cannot be
// understood is as none: err then says why, and the limits work.
func OpenLimits(path string, now clock.Clock) (l *Limits, err error) {
	l = &Limits{now: now, path: path, list: map[string]*RateLimiter{}, kept: map[string][]keptBucket{}}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &l.kept)
	}
	if err != nil {
		l.kept = map[string][]keptBucket{}
		return l, fmt.Errorf("limits: %w", err)
	}
	return l, nil
}

// Limiter returns the limiter of a name, making it as NewRateLimiter does, with
// what was kept of it, when it is asked for first.
func (l *Limits) Limiter(name string, every time.Duration, burst, most int) *RateLimiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if there, ok := l.list[name]; ok {
		return there
	}
	made := NewRateLimiter(l.now, every, burst, most)
	for _, b := range l.kept[name] {
		if len(made.keys) < most {
			made.keys[b.Key] = made.used.PushBack(&bucket{b.Key, min(b.Tokens, made.burst), time.UnixMicro(b.At)})
		}
	}
	delete(l.kept, name)
	l.list[name] = made
	return made
}

// Save writes the file, whole or not at all. Buckets that are full again are
// left out.
func (l *Limits) Save() error {
	l.mu.Lock()
	all := map[string][]keptBucket{}
	for name, limiter := range l.list {
		all[name] = limiter.keep()
	}
	l.mu.Unlock()
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(l.path), ".limits-*")
	if err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), l.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("limits: %w", err), os.Remove(f.Name()))
	}
	return nil
}

// keep lists the buckets that are not full, the last used first.
func (l *RateLimiter) keep() []keptBucket {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []keptBucket
	for e := l.used.Front(); e != nil; e = e.Next() {
		if !l.full(e, now) {
			b := e.Value.(*bucket)
			out = append(out, keptBucket{b.key, b.tokens, b.at.UnixMicro()})
		}
	}
	return out
}
