// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestTokensOfPrograms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newTown(t, d)
		worker := s.account("worker", password)
		s.grant(worker.ID, identity.GridWorker, 150, 160)
		by := identity.Actor{Realm: realm, Account: worker.ID, Proved: s.now()}
		month := s.now().AddDate(0, 1, 0)
		secret, made, err := s.CreateToken(t.Context(), identity.NewToken{Name: "热线系统", Scopes: []string{"matters:read"}, Until: month, By: by})
		if err != nil || !strings.HasPrefix(secret, identity.TokenPrefix) {
			t.Fatalf("%q, %v", secret, err)
		}
		actor, scopes, err := s.UseToken(t.Context(), realm, secret)
		if err != nil || actor.Account != worker.ID || !slices.Equal(scopes, []string{"matters:read"}) || !actor.Has(identity.GridWorker, s.now()) {
			t.Fatalf("it acts for %+v with %v, %v", actor, scopes, err)
		}
		list, err := s.Tokens(t.Context(), by)
		if err != nil || len(list) != 1 || list[0].UsedOn != s.now().Format(time.DateOnly) {
			t.Errorf("listed: %+v, %v", list, err)
		}
		for name, tt := range map[string]identity.NewToken{
			"no name":            {Scopes: []string{"matters:read"}, Until: month},
			"no scope":           {Name: "x", Until: month},
			"a scope of nothing": {Name: "x", Scopes: []string{"everything"}, Until: month},
			"an end in the past": {Name: "x", Scopes: []string{"matters:read"}, Until: s.now()},
			"two years":          {Name: "x", Scopes: []string{"matters:read"}, Until: s.now().AddDate(2, 0, 0)},
		} {
			tt.By = by
			if _, _, err := s.CreateToken(t.Context(), tt); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, guess := range map[string]string{
			"another": identity.TokenPrefix + strings.Repeat("A", 43), "none": "", "without its beginning": strings.TrimPrefix(secret, identity.TokenPrefix), "of another realm": secret,
		} {
			where := realm
			if name == "of another realm" {
				where = "elsewhere"
			}
			if _, _, err := s.UseToken(t.Context(), where, guess); fault.KindOf(err) != fault.Denied {
				t.Errorf("a token %s: %v", name, err)
			}
		}
		if err := s.RevokeToken(t.Context(), identity.Actor{Realm: realm, Account: "somebody"}, made.ID); fault.KindOf(err) != fault.Missing {
			t.Errorf("another revoked it: %v", err)
		}
		for range 2 {
			if err := s.RevokeToken(t.Context(), by, made.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := s.UseToken(t.Context(), realm, secret); fault.KindOf(err) != fault.Denied {
			t.Errorf("a revoked token: %v", err)
		}
	})
}
