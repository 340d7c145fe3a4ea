// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestARestartGivesNoNewTokens(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { return at }
	path := filepath.Join(t.TempDir(), "limits.json")
	open := func() (*Limits, *RateLimiter) {
		l, err := OpenLimits(path, now)
		if err != nil {
			t.Fatal(err)
		}
		return l, l.Limiter("codes", time.Minute, 3, 100)
	}
	limits, codes := open()
	for range 3 {
		if _, ok := codes.Allow("guesser"); !ok {
			t.Fatal("refused too early")
		}
	}
	codes.Allow("visitor")
	if limits.Limiter("codes", time.Minute, 3, 100) != codes {
		t.Error("the same name gives another limiter")
	}
	if err := limits.Save(); err != nil {
		t.Fatal(err)
	}
	at = at.Add(30 * time.Second)
	_, codes = open()
	if wait, ok := codes.Allow("guesser"); ok || wait != 30*time.Second {
		t.Errorf("after a restart: %v, wait %v", ok, wait)
	}
	if _, ok := codes.Allow("visitor"); !ok {
		t.Error("somebody who asked once is refused")
	}
	at = at.Add(10 * time.Minute)
	limits, _ = open()
	if err := limits.Save(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != `{"codes":null}` {
		t.Errorf("what has filled up again is kept: %s, %v", text, err)
	}
}

func TestLimitsWorkWithoutTheirFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limits.json")
	if err := os.WriteFile(path, []byte(`{"codes": [{`), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := OpenLimits(path, time.Now)
	if err == nil {
		t.Error("half a file is no fault")
	}
	if _, ok := l.Limiter("codes", time.Minute, 1, 10).Allow("a"); !ok {
		t.Error("the limits refuse for want of a file")
	}
	if err := l.Save(); err != nil {
		t.Error(err)
	}
	gone, err := OpenLimits(filepath.Join(path, "nowhere"), time.Now)
	if err == nil || gone.Save() == nil {
		t.Error("a folder that is none is no fault")
	}
}
