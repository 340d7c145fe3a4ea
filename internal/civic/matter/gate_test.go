// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter_test

import (
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestARepliesMobileNumberIsRefusedAndAnOfficesLineIsNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		m, _ := r.Handled(t, r.East)
		desk := r.Actor(identity.Dispatcher, r.East.Town, "")
		m = r.Do(t, m, desk, "pass", map[string][]string{"note": {"现场看过"}})
		_, err := r.Service.Move(t.Context(), matter.Move{
			Realm: m.Realm, ID: m.ID, Revision: m.Revision, Action: "feed_back", By: desk,
			Answers: map[string][]string{"reply": {"已修好，详询13800000000"}},
		})
		if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Field != "reply" || f.Key != "trace.found_phone" {
			t.Errorf("a mobile number: %v", err)
		}
		r.Do(t, m, desk, "feed_back", map[string][]string{"reply": {"已修好，详询010-00000000"}})
	})
}
