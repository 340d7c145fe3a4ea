// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"net/http"
	"testing"

	"pavilion/internal/platform/db/dbtest"
)

func TestNoStatisticsArePublishedYet(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	if list := o.nobody().get("/bulletins").want(http.StatusOK).list("bulletins"); len(list) != 0 {
		t.Errorf("listed: %v", list)
	}
	o.nobody().get("/bulletins/2026-09.1").fails(http.StatusNotFound, "bulletin.missing")
	o.nobody().get("/bulletins?cursor=invented").fails(http.StatusUnprocessableEntity, "page.bad_cursor")
}
