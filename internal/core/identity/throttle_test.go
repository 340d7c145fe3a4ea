// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity_test

import (
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
)

// attack sends 10,000 attempts in turn in a few hands, a second apart for every
// twenty, and counts those whose password was looked at.
func (s *town) attack(login, ip func(n int) string) (looked int64) {
	s.t.Helper()
	var wg sync.WaitGroup
	var next, seen atomic.Int64
	for range 40 {
		wg.Go(func() {
			for n := next.Add(1); n <= 10_000; n = next.Add(1) {
				if n%20 == 0 {
					s.pass(time.Second)
				}
				_, err := s.signIn(login(int(n)), "not the password", ip(int(n)))
				f, known := fault.As(err)
				switch {
				case known && f.Key == "identity.wrong_login":
					seen.Add(1)
				case !known || f.Key != "identity.too_many_attempts":
					s.t.Errorf("attempt %d: %v", n, err)
				}
			}
		})
	}
	wg.Wait()
	return seen.Load()
}

// address is one of very many networks.
func address(n int) string { return fmt.Sprintf("10.%d.%d.7", n/250, n%250) }

func TestTenThousandAttemptsOnOneAccountDoNotLockItsOwnerOut(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		_, err := s.signIn("desk.1", password, home)
		s.ok("the owner, in the morning", err)
		looked := s.attack(func(int) string { return "desk.1" }, address)
		if looked < 50 || looked > 70 {
			t.Errorf("%d guesses were looked at, want the 50 that are free and few more", looked)
		}
		_, err = s.signIn("desk.1", password, home)
		s.ok("the owner, from the same place, meanwhile", err)
		_, err = s.signIn("desk.1", password, abroad)
		s.want("a stranger with the right password", err, "identity.too_many_attempts")
		s.account("desk.2", password)
		_, err = s.signIn("desk.2", password, abroad)
		s.ok("a colleague", err)
		s.pass(15 * time.Minute)
		_, err = s.signIn("desk.1", password, abroad)
		s.ok("the owner from elsewhere, after the longest wait", err)
	})
}

func TestOneAttemptOnTenThousandAccounts(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		_, err := s.signIn("desk.1", password, home)
		s.ok("somebody of the same office, in the morning", err)
		spray := func() int64 {
			return s.attack(func(n int) string { return fmt.Sprintf("worker.%d", n) }, func(int) string { return home })
		}
		if looked := spray(); looked < 100 || looked > 120 {
			t.Errorf("%d guesses were looked at, want the 100 that are free and few more", looked)
		}
		_, err = s.signIn("desk.1", password, home)
		s.ok("somebody of the same office, meanwhile", err)
		_, err = s.signIn("desk.1", password, abroad)
		s.ok("and from elsewhere", err)
		again := identity.New(s.DB, s.now, slog.New(slog.DiscardHandler))
		_, err = again.SignIn(t.Context(), realm, "worker.10001", "x", identity.Client{IP: home})
		s.want("the next after a restart", err, "identity.too_many_attempts")
	})
}

// A place stays known for months, so that the sweep must not forget it.
func TestAKnownPlaceOutlivesTheSweep(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		_, err := s.signIn("desk.1", password, home)
		s.ok("sign in", err)
		s.pass(60 * 24 * time.Hour)
		s.ok("sweep", s.Sweep(t.Context(), realm))
		for n := range 60 {
			s.signIn("desk.1", "not the password", address(n))
		}
		_, err = s.signIn("desk.1", password, home)
		s.ok("from the known place", err)
		s.pass(91 * 24 * time.Hour)
		s.ok("sweep", s.Sweep(t.Context(), realm))
		for n := range 60 {
			s.signIn("desk.1", "not the password", address(n))
		}
		_, err = s.signIn("desk.1", password, home)
		s.want("after three months away", err, "identity.too_many_attempts")
	})
}

func TestSessionsOfOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, s *town) {
		const phone = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"
		e, err := s.SignIn(t.Context(), realm, "desk.1", password, identity.Client{IP: home, Agent: phone})
		s.ok("sign in", err)
		s.pass(time.Minute)
		second, err := s.signIn("desk.1", password, abroad)
		s.ok("sign in elsewhere", err)
		s.account("desk.2", password)
		foreign, err := s.signIn("desk.2", password, abroad)
		s.ok("somebody else", err)
		here := s.actor(e.Token)
		list, err := s.Sessions(t.Context(), here)
		if err != nil || len(list) != 2 || !list[1].Here || list[1].Agent != "Chrome, Android" || list[1].Network != "198.51.100.0/24" {
			t.Fatalf("%+v, %v", list, err)
		}
		s.ok("end somebody else's", s.EndSession(t.Context(), here, s.actor(foreign).Session))
		s.actor(foreign)
		s.ok("end the other", s.EndSession(t.Context(), here, list[0].ID))
		s.signedOut("the other", second)
		third, err := s.signIn("desk.1", password, abroad)
		s.ok("sign in again", err)
		s.ok("end all others", s.EndOthers(t.Context(), here))
		s.signedOut("the third", third)
		s.actor(e.Token)
	})
}
