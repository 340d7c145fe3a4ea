// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"testing"

	"pavilion/internal/core/identity"
)

// TestADemoOfAnEarlierVersionHasItsNewPeople opens a demo that was made before somebody
// belonged to it: they can sign in, as the others can.
func TestADemoOfAnEarlierVersionHasItsNewPeople(t *testing.T) {
	s := perform(t)
	d := &demo{App: s.App, realm: s.Config.Realm}
	if err := d.readPlan(); err != nil {
		t.Fatal(err)
	}
	d.plan.People = append(d.plan.People[:1:1], demoPerson{Login: "newcomer", Name: "示范新人", Role: string(identity.Patrol), Area: d.plan.GridsIn})
	for range 2 { // the second time they are there
		list, err := d.signIns(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range list {
			if _, err := s.Identity.SignIn(t.Context(), s.Config.Realm, who.Login, who.Password, identity.Client{IP: "192.0.2.1"}); err != nil {
				t.Errorf("%s: %v", who.Login, err)
			}
		}
	}
}
