// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"net/http"
	"testing"

	"pavilion/internal/core/identity"
)

// TestALostFactorIsResetByWhoAdministers has an administrator and a shift head ask for
// it: what was asked at sign-in is not asked any more, and its owner is told.
func TestALostFactorIsResetByWhoAdministers(t *testing.T) {
	s := perform(t)
	root, _ := s.Org.Root(s.Config.Realm)
	owner := s.holder(t, s.Config.Realm, "owner", grantIn(root, identity.Grant{Role: identity.Dispatcher}))
	c := &cast{stage: s, t: t, here: &demo{App: s.App, realm: s.Config.Realm}}
	step := func() identity.Step {
		e, err := s.Identity.SignIn(t.Context(), s.Config.Realm, "owner", "a long passphrase", identity.Client{IP: "127.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}
		return e.Step
	}
	c.passkey(c.here, owner.actor)
	if got := step(); got != identity.Code {
		t.Fatalf("with a passkey the password leads to %q", got)
	}
	for _, tt := range []struct {
		role identity.Role
		want int
		step identity.Step
	}{
		{identity.ShiftHead, http.StatusForbidden, identity.Code},
		{identity.Security, http.StatusForbidden, identity.Code},
		{identity.Administrator, http.StatusSeeOther, identity.In},
	} {
		w := s.holder(t, s.Config.Realm, "asks."+string(tt.role), grantIn(root, identity.Grant{Role: tt.role}))
		res := s.send(t, cell{pattern: "POST /desk/people/{id}/factors", who: w, about: thing{values: map[string]string{"id": owner.actor.Account}}}, deed{})
		res.Body.Close()
		if got := step(); res.StatusCode != tt.want || got != tt.step {
			t.Errorf("%s: answers %d, and the password leads to %q", tt.role, res.StatusCode, got)
		}
	}
	if _, err := s.Identity.Session(t.Context(), s.Config.Realm, owner.token); err == nil {
		t.Error("a session opened before goes on")
	}
	s.told(t, "owner", "notify.factors_reset")
}
