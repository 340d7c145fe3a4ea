// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket_test

import (
	"testing"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestListsOfStatesAmongAllThatEverWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		r.Do(t, r.Reported(t, r.East), desk, "refuse", map[string][]string{"reason": {"不属于受理范围"}})
		r.Do(t, r.Reported(t, r.East), desk, "register", nil)
		r.Reported(t, r.East)
		for _, tt := range []struct {
			states []procedure.State
			want   int
		}{
			{nil, 3}, {[]procedure.State{"refused"}, 1}, {[]procedure.State{"refused", "closed", "void", "filed"}, 1},
			{[]procedure.State{"reported"}, 1}, {[]procedure.State{"reported", "registered"}, 2}, {[]procedure.State{"reported", "refused"}, 2},
			{[]procedure.State{"signed"}, 0},
		} {
			found, err := r.Docket.List(t.Context(), desk, docket.Filter{Ended: true, States: tt.states}, page.Cursor{}, 10)
			if err != nil || len(found.Items) != tt.want {
				t.Errorf("%v: %d matters, want %d: %v", tt.states, len(found.Items), tt.want, err)
			}
		}
		def, err := procedure.Machines(t.Context(), r.Library, mattertest.Realm, matter.Procedure, 0, matter.Guards(), matter.Terms())
		if err != nil {
			t.Fatal(err)
		}
		for state, rule := range def.Definition().States {
			if rule.Final != docket.Final(state) {
				t.Errorf("%s: lists think otherwise about whether it is final", state)
			}
		}
	})
}
