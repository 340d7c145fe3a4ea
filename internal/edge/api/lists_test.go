// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
	"time"

	"pavilion/internal/core/identity"
	"pavilion/internal/edge/api"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func TestWhatAnybodyMayLookUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d).nobody()
		if got := c.get("/types").want(http.StatusOK).list("types"); len(got) < 20 || got[0]["name"] == "" {
			t.Errorf("%d types", len(got))
		}
		towns := c.get("/areas").want(http.StatusOK).list("areas")
		if len(towns) != 2 || towns[0]["kind"] != "township" {
			t.Fatalf("towns %v", towns)
		}
		below := "/areas?below=" + url.QueryEscape(towns[0]["id"].(string))
		if got := c.get(below).want(http.StatusOK).list("areas"); len(got) != 1 || got[0]["kind"] != "village" {
			t.Errorf("villages %v", got)
		}
		rate := c.get("/forms/matter.rate").want(http.StatusOK).list("fields")
		if len(rate) != 2 || rate[0]["name"] != "rating" || rate[0]["required"] != true {
			t.Errorf("the form is %v", rate)
		}
		c.get("/forms/"+phone).fails(http.StatusNotFound, "api.no_path")
		if got := c.get("/public-matters").want(http.StatusOK); got.text[:13] != `{"matters":[]` {
			t.Errorf("an empty list is %s", got.text)
		}
	})
}

func TestTheBodiesThatServeAnArea(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	desk := o.person("desk", identity.Dispatcher, o.East.Town, "")
	for _, path := range []string{"/bodies", "/bodies?serving=" + o.East.Grid.ID} {
		if got := desk.get(path).want(http.StatusOK).list("bodies"); len(got) != 2 || got[0]["id"] == "" {
			t.Errorf("%s: %v", path, got)
		}
	}
	desk.get("/bodies?serving="+phone).fails(http.StatusNotFound, "org.area_missing")
}

func TestTheLogLearnsTheRoute(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	r := httptest.NewRequest(http.MethodGet, api.Prefix+"/matters/13800000000", nil)
	o.server.ServeHTTP(httptest.NewRecorder(), r)
	if r.Pattern != "GET "+api.Prefix+"/matters/{id}" {
		t.Errorf("the route is %q", r.Pattern)
	}
}

// TestPagesAreWholeAndInOrder reads the list in pages of every small size: each
// matter is on one page, the most urgent first.
func TestPagesAreWholeAndInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		desk := o.person("desk", identity.Dispatcher, o.East.Town, "")
		for range 5 {
			o.reported()
			o.Time = o.Time.Add(time.Minute)
		}
		for size := 1; size <= 6; size++ {
			seen, before, cursor, pages := map[any]bool{}, "", "", 0
			for {
				got := desk.get("/matters?limit=" + strconv.Itoa(size) + "&cursor=" + url.QueryEscape(cursor)).want(http.StatusOK)
				for _, m := range got.list("matters") {
					if due := m["due"].(string); due < before {
						t.Errorf("pages of %d: %s after %s", size, due, before)
					} else {
						before = due
					}
					seen[m["number"]] = true
				}
				pages++
				if cursor = got.str("next"); cursor == "" || pages > 6 {
					break
				}
			}
			if len(seen) != 5 || pages != (5+size-1)/size {
				t.Errorf("pages of %d: %d matters on %d pages", size, len(seen), pages)
			}
		}
		for query, want := range map[string]int{
			"state=reported": 5, "state=registered,signed": 0, "type=020103": 5, "type=none": 0, "overdue=true": 0,
			"area=" + o.East.Grid.ID: 5, "area=" + o.West.Town.ID: 0,
		} {
			if got := desk.get("/matters?" + query).want(http.StatusOK).list("matters"); len(got) != want {
				t.Errorf("%s lists %d matters, want %d", query, len(got), want)
			}
		}
		o.Time = o.Time.Add(3 * time.Hour)
		if got := desk.get("/matters?overdue=true").want(http.StatusOK).list("matters"); len(got) != 5 {
			t.Errorf("%d overdue, want 5", len(got))
		}
	})
}
