// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package routing_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/routing"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const realm = "testland"

// hall is the table of a realm with two towns and bodies for each.
type hall struct {
	*routing.Service
	t                           *testing.T
	now                         time.Time
	root, east, village, west   org.Area
	works, eastWorks, city, sos org.Body
}

func open(t *testing.T, d *db.DB) *hall {
	t.Helper()
	h := &hall{t: t, now: time.Date(2026, 9, 21, 4, 0, 0, 0, time.UTC)} // noon of a Monday
	clock := func() time.Time { return h.now }
	places := org.New(d, clock, slog.New(slog.DiscardHandler))
	editions := &edition.Service{DB: d, Now: clock}
	h.Service = routing.New(editions, places, time.FixedZone("CST", 8*3600))
	editions.Checks = map[string]edition.Check{routing.Edition: h.Check}
	var err error
	h.root, err = places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试县", By: "test"})
	h.sound(err)
	area := func(parent org.Area, kind, name string) org.Area {
		a, err := places.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: parent.ID, Kind: kind, Name: name, By: "test"})
		h.sound(err)
		return a
	}
	body := func(kind, name string, area org.Area) org.Body {
		b, err := places.AddBody(t.Context(), org.NewBody{Realm: realm, Kind: kind, Name: name, Area: area.ID, By: "test"})
		h.sound(err)
		return b
	}
	h.east, h.west = area(h.root, org.Township, "东镇"), area(h.root, org.Township, "西镇")
	h.village = area(h.east, org.Village, "东镇一村")
	h.works, h.eastWorks = body("UTIL", "测试维护所", h.root), body("UTIL", "东镇维护站", h.east)
	h.city, h.sos = body("URBAN", "测试执法队", h.root), body("DUTY", "测试值班室", h.root)
	return h
}

func (h *hall) sound(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// draft saves a table and returns its text and revision.
func (h *hall) draft(revision int, rows ...routing.Row) ([]byte, int) {
	h.t.Helper()
	body, err := json.Marshal(routing.Table{Rows: rows})
	h.sound(err)
	e, err := h.Editions.Save(h.t.Context(), edition.Save{Realm: realm, Kind: routing.Edition, Body: body, Basis: "测试", Revision: revision, By: identity.System(realm)})
	h.sound(err)
	return body, e.Revision
}

func (h *hall) publish(revision int, from time.Time) error {
	_, err := h.Editions.Publish(h.t.Context(), edition.Publish{Realm: realm, Kind: routing.Edition, Revision: revision, From: from, By: identity.System(realm)})
	return err
}

// inForce publishes a table and lets the time pass after which it is read.
func (h *hall) inForce(rows ...routing.Row) {
	h.t.Helper()
	_, revision := h.draft(0, rows...)
	h.sound(h.publish(revision, time.Time{}))
	h.now = h.now.Add(2 * time.Second)
}

func (h *hall) propose(a routing.Ask) routing.Proposal {
	h.t.Helper()
	a.Realm = realm
	if a.At.IsZero() {
		a.At = h.now
	}
	p, err := h.Propose(h.t.Context(), a)
	h.sound(err)
	return p
}

func TestWhoGetsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.inForce(
			routing.Row{Code: "02", Body: h.works.ID, Note: "class"},
			routing.Row{Code: "020103", Area: h.east.ID, Body: h.eastWorks.ID, Note: "type in town"},
			routing.Row{Code: "020103", Area: h.east.ID, From: "18:00", To: "08:00", Body: h.sos.ID, Note: "at night"},
			routing.Row{Code: "020103", Area: h.east.ID, Days: []int{0, 6}, From: "08:00", To: "18:00", Body: h.city.ID, Note: "by day on weekends"},
			routing.Row{Area: h.village.ID, Body: h.city.ID, Note: "all of a village"},
		)
		for _, tt := range []struct {
			name, code, area string
			after            time.Duration // since Monday noon
			body             org.Body
			beaten           int
		}{
			{"a type in its town", "020103", h.east.ID, 0, h.eastWorks, 1},
			{"the same in a village of it, which has a row for everything", "020103", h.village.ID, 0, h.eastWorks, 2},
			{"the type at night", "020103", h.village.ID, 7 * time.Hour, h.sos, 3},
			{"after midnight", "020103", h.east.ID, 18 * time.Hour, h.sos, 2},
			{"on Sunday by day", "020103", h.east.ID, 6 * 24 * time.Hour, h.city, 2},
			{"on Sunday at night", "020103", h.east.ID, (6*24 + 10) * time.Hour, h.sos, 2},
			{"the type in the other town", "020103", h.west.ID, 7 * time.Hour, h.works, 0},
			{"another type of the class in the village", "020201", h.village.ID, 0, h.works, 1},
			{"another class in the village", "050101", h.village.ID, 0, h.city, 0},
		} {
			p := h.propose(routing.Ask{Code: tt.code, Area: tt.area, Lead: "DUTY", At: h.now.Add(tt.after)})
			if p.Body.ID != tt.body.ID || p.Row == nil || p.Row.Body != tt.body.ID || len(p.Beaten) != tt.beaten || p.ByKind || p.Edition != 1 {
				t.Errorf("%s: %s by %+v of edition %d, %d beaten; want %s, %d", tt.name, p.Body.Name, p.Row, p.Edition, len(p.Beaten), tt.body.Name, tt.beaten)
			}
		}
		if p := h.propose(routing.Ask{Code: "050101", Area: h.west.ID, Lead: "DUTY"}); !p.ByKind || p.Row != nil || p.Body.ID != h.sos.ID {
			t.Errorf("where no row applies it is %+v", p)
		}
	})
}

func TestARealmWithoutATable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		for _, tt := range []struct {
			lead, area string
			body       org.Body
		}{
			{"UTIL", h.village.ID, h.eastWorks}, {"UTIL", h.west.ID, h.works}, {"URBAN", h.village.ID, h.city},
			{"COMM", h.village.ID, org.Body{}}, {"", h.village.ID, org.Body{}},
		} {
			p := h.propose(routing.Ask{Code: "020103", Lead: tt.lead, Area: tt.area})
			if p.Body.ID != tt.body.ID || p.ByKind != (tt.body.ID != "") || p.Edition != 0 {
				t.Errorf("%s leads: %+v, want %q", tt.lead, p, tt.body.Name)
			}
		}
	})
}

// A body that must not get it is passed over and named once, with the reason.
func TestBarredBodiesArePassedOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.inForce(routing.Row{Code: "020103", Body: h.eastWorks.ID, Area: h.east.ID}, routing.Row{Code: "0201", Body: h.city.ID})
		why := fault.New(fault.Denied, "matter.department_leads")
		barring := func(bodies ...org.Body) func(org.Body) error {
			return func(b org.Body) error {
				for _, barred := range bodies {
					if b.ID == barred.ID {
						return why
					}
				}
				return nil
			}
		}
		ask := routing.Ask{Code: "020103", Area: h.village.ID, Lead: "UTIL", Barred: barring(h.eastWorks)}
		p := h.propose(ask)
		if p.Body.ID != h.city.ID || len(p.Beaten) != 0 || len(p.Barred) != 1 || p.Barred[0].Body.ID != h.eastWorks.ID || !errors.Is(p.Barred[0].Why, why) {
			t.Errorf("the next row's body: %+v", p)
		}
		ask.Barred = barring(h.eastWorks, h.city)
		if p = h.propose(ask); p.Body.ID != h.works.ID || !p.ByKind || len(p.Barred) != 2 {
			t.Errorf("the next body of the leading kind: %+v", p)
		}
		ask.Barred = barring(h.eastWorks, h.city, h.works)
		if p = h.propose(ask); p.Body.ID != "" || p.ByKind || p.Row != nil || len(p.Barred) != 3 {
			t.Errorf("nobody is left: %+v", p)
		}
	})
}

func TestAFaultyTableIsNotPublished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		revision := 0
		for _, tt := range []struct {
			name, path, key string
			rows            []routing.Row
		}{
			{"two equally specific rows", "rows.2", "routing.twice", []routing.Row{{Code: "02", Body: h.works.ID}, {Code: "02", Body: h.city.ID}}},
			{"two nights that meet", "rows.2", "routing.twice", []routing.Row{{From: "22:00", To: "06:00", Body: h.works.ID}, {From: "05:00", To: "09:00", Body: h.city.ID}}},
			{"a body that is none", "rows.1", "routing.body_unknown", []routing.Row{{Code: "02", Body: "x"}}},
			{"an area that is none", "rows.1", "routing.area_unknown", []routing.Row{{Code: "02", Area: "x", Body: h.works.ID}}},
			{"a body of the other town", "rows.1", "routing.not_served", []routing.Row{{Code: "02", Area: h.west.ID, Body: h.eastWorks.ID}}},
		} {
			_, revision = h.draft(revision, tt.rows...)
			f, _ := fault.As(h.publish(revision, time.Time{}))
			if f == nil || f.Kind != fault.Invalid || f.Key != tt.key || f.Field != tt.path {
				t.Errorf("%s: %+v, want %s at %s", tt.name, f, tt.key, tt.path)
			}
		}
		for name, body := range map[string]string{
			"a field that no row has": `{"rows":[{"kode":"02","body":"` + h.works.ID + `"}]}`, "another shape": `{"rows":{}}`,
		} {
			e, err := h.Editions.Save(t.Context(), edition.Save{Realm: realm, Kind: routing.Edition, Body: []byte(body), Basis: "测试", Revision: revision, By: identity.System(realm)})
			h.sound(err)
			revision = e.Revision
			if f, _ := fault.As(h.publish(revision, time.Time{})); f == nil || f.Key != "routing.unreadable" {
				t.Fatalf("%s: %v", name, f)
			}
		}
		h.now = h.now.Add(2 * time.Second)
		h.propose(routing.Ask{Code: "020103", Area: h.east.ID, Lead: "UTIL"})
	})
}

// A draft changes nothing until its day, and before it says what it would change.
func TestADraftIsTriedAndThenComesInForce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.inForce(routing.Row{Code: "0201", Body: h.works.ID})
		cases := []routing.Case{
			{Ask: routing.Ask{Realm: realm, Code: "020103", Area: h.village.ID, At: h.now, Lead: "UTIL"}, Count: 7},
			{Ask: routing.Ask{Realm: realm, Code: "020103", Area: h.west.ID, At: h.now, Lead: "UTIL"}, Count: 3},
			{Ask: routing.Ask{Realm: realm, Code: "020101", Area: h.village.ID, At: h.now, Lead: "UTIL"}, Count: 2},
		}
		text, revision := h.draft(0, routing.Row{Code: "0201", Body: h.works.ID}, routing.Row{Code: "020103", Area: h.east.ID, Body: h.eastWorks.ID})
		changes, err := h.Preview(t.Context(), text, cases)
		if err != nil || len(changes) != 1 || changes[0].Count != 7 || changes[0].Before.Body.ID != h.works.ID || changes[0].After.Body.ID != h.eastWorks.ID {
			t.Fatalf("it would change %+v, %v", changes, err)
		}
		if _, err := h.Preview(t.Context(), []byte(`{"rows":1}`), cases); err == nil {
			t.Error("what is no table was tried")
		}
		day := h.now.Add(24 * time.Hour)
		h.sound(h.publish(revision, day))
		h.now = h.now.Add(2 * time.Second)
		ask := routing.Ask{Code: "020103", Area: h.village.ID, Lead: "UTIL"}
		if p := h.propose(ask); p.Body.ID != h.works.ID || p.Edition != 1 {
			t.Errorf("before its day it is %+v", p)
		}
		h.now = day
		if p := h.propose(ask); p.Body.ID != h.eastWorks.ID || p.Edition != 2 || len(p.Beaten) != 1 {
			t.Errorf("on its day it is %+v", p)
		}
		same, revision := h.draft(0, routing.Row{Code: "0201", Body: h.works.ID}, routing.Row{Code: "020103", Area: h.east.ID, Body: h.eastWorks.ID})
		if changes, err := h.Preview(t.Context(), same, cases); err != nil || len(changes) != 0 {
			t.Errorf("revision %d is the table in force and would change %+v, %v", revision, changes, err)
		}
		ask.At = day.Add(-time.Minute)
		if p := h.propose(ask); p.Body.ID != h.works.ID || p.Edition != 1 {
			t.Errorf("of the evening before it says %+v", p)
		}
	})
}
