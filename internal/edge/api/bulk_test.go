// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"net/http"
	"testing"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
)

func TestABulkMoveAndWhatItAddsUpTo(t *testing.T) {
	d := dbtest.SQLite(t)
	o := open(t, d)
	_, _, first := o.reported()
	_, _, second := o.reported()
	root, _ := o.Org.Root(realm)
	desk := o.person("county", identity.Dispatcher, root, "")
	got := desk.post("/matters/bulk", map[string]any{
		"action": "register", "matters": []map[string]any{{"id": first, "revision": 1}, {"id": second, "revision": 7}},
	}).want(http.StatusOK)
	outcomes := got.list("outcomes")
	if len(outcomes) != 2 || outcomes[0]["state"] != "registered" || outcomes[1]["code"] != "matter.stale" || got.body["moved"] != 1.0 {
		t.Fatalf("what happened: %v", got.body)
	}
	desk.post("/matters/bulk", map[string]any{"action": "register", "matters": []any{}}).fails(http.StatusUnprocessableEntity, "api.malformed")

	q := jobs.New(d, o.Now, o.Log)
	q.Realms = func() []string { return []string{realm} }
	outbox.Deliver(q, map[string][]outbox.Subscriber{"matter.reported": {o.figures.Hear}, "matter.moved": {o.figures.Hear}})
	if err := q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := o.figures.Count(t.Context(), realm); err != nil {
		t.Fatal(err)
	}
	lines := desk.get("/figures?from=2026-09&to=2026-09").want(http.StatusOK).list("lines")
	rates, _ := lines[0]["rates"].([]any)
	found := false
	for _, r := range rates {
		rate, _ := r.(map[string]any)
		found = found || rate["code"] == "registration" && rate["value"] == "50.00%" && rate["numerator"] == 1.0 && rate["denominator"] == 2.0
	}
	if !found {
		t.Errorf("one of two is taken on: %v", lines)
	}
	o.person("east", identity.Dispatcher, o.East.Town, "").get("/figures?from=2026-09&to=2026-09").fails(http.StatusForbidden, "kit.not_yours")
	desk.get("/figures?from=2026-09&to=2026-08").fails(http.StatusUnprocessableEntity, "api.months")
	desk.get("/figures?from=yesterday&to=2026-08").fails(http.StatusUnprocessableEntity, "api.malformed")
}
