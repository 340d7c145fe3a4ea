// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// A session left open is not enough to make a token that outlives it.
func TestATokenAsksForAProof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, d)
		b := k.as("worker")
		sent := url.Values{"name": {"Hotline"}, "scopes": {"matters:read"}, "until": {"2026-10-01"}}
		if p := b.send(b.get("/desk/tokens"), "/desk/tokens", sent); p.status != http.StatusCreated {
			t.Errorf("a moment after signing in: %d", p.status)
		}
		k.pass(10 * time.Minute)
		if p := b.get("/desk/tokens"); p.form("/desk/tokens", "") != nil || !p.says("Confirm that it is you") {
			t.Error("the form is offered without a proof")
		}
		if p := b.post("/desk/tokens", sent); p.status != http.StatusSeeOther || p.to != "/desk/prove?next=" {
			t.Errorf("the form sent without a proof: %d %s", p.status, p.to)
		}
	})
}
