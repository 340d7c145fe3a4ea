// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package mattertest gives tests a small realm with people in it: two towns,
// bodies, and matters at whatever stage a test wants.
package mattertest

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/form"
	"pavilion/internal/base/geo"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/release"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/blob"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Realm is the realm's id.
const Realm = "testland"

// Town is a town with a village, and a grid that fills it, a degree wide.
type Town struct{ Town, Village, Grid org.Area }

// Realmful is the realm and the services over it.
type Realmful struct {
	*matter.Service
	Docket      *docket.Docket
	Releases    *release.Service
	Relay       *relay.Service
	Time        time.Time // what the services' clock shows; tests move it
	East, West  Town
	Works, City org.Body // two bodies that serve all of the realm
}

// start is what the clock shows first: a worked Friday morning.
var start = time.Date(2026, 9, 18, 1, 0, 0, 0, time.UTC)

// New makes the realm in d.
func New(t testing.TB, d *db.DB) *Realmful {
	t.Helper()
	r := &Realmful{Time: start}
	now := clock.Clock(func() time.Time { return r.Time })
	log := slog.New(slog.DiscardHandler)
	zone := must(time.LoadLocation("Asia/Shanghai"))(t)
	calendar := must(clock.LoadCalendar(catalogue.FS(), zone))(t)
	library := procedure.NewLibrary(d, calendar)
	places := org.New(d, now, log)
	editions := &edition.Service{DB: d, Now: now}
	box := must(seal.NewBox(make([]byte, 32)))(t)
	r.Service = &matter.Service{
		DB: d, Now: now, Log: log, Calendar: calendar,
		Types: kind.NewLibrary(editions), Forms: must(form.Load(catalogue.FS()))(t),
		Library: library, Org: places,
		Files: &files.Service{DB: d, Blobs: must(blob.OpenDir(filepath.Join(t.TempDir(), "photos")))(t), Box: box, Now: now},
		Box:   box,
	}
	r.Releases = &release.Service{DB: d, Now: now, Publishers: map[string]release.Publisher{matter.PublicWords: r.Service.Publish}}
	r.Service.Releases = r.Releases
	r.Docket = &docket.Docket{DB: d, Now: now, Org: places, Matters: r.Service}
	r.Relay = &relay.Service{DB: d, Now: now, Org: places, Matters: r.Service, Box: r.Box}
	root := must(places.CreateRealm(t.Context(), org.NewRealm{ID: Realm, Name: "测试县", By: "test"}))(t)
	r.East, r.West = r.town(t, root, "东镇", 115), r.town(t, root, "西镇", 114)
	r.Works = must(places.AddBody(t.Context(), org.NewBody{Realm: Realm, Kind: "UTIL", Name: "测试维护所", Area: root.ID, By: "test"}))(t)
	r.City = must(places.AddBody(t.Context(), org.NewBody{Realm: Realm, Kind: "URBAN", Name: "测试执法队", Area: root.ID, By: "test"}))(t)
	if err := r.Types.Seed(t.Context(), Realm, catalogue.FS()); err != nil {
		t.Fatal(err)
	}
	def := must(procedure.Read(catalogue.FS(), matter.Procedure))(t)
	if err := library.Publish(t.Context(), Realm, def, "test", r.Time); err != nil {
		t.Fatal(err)
	}
	return r
}

// must ends the test on an error.
func must[V any](v V, err error) func(testing.TB) V {
	return func(t testing.TB) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (r *Realmful) town(t testing.TB, root org.Area, name string, lon float64) Town {
	add := func(parent org.Area, kind, name string, shape geo.MultiPolygon) org.Area {
		return must(r.Org.AddArea(t.Context(), org.NewArea{
			Realm: Realm, Parent: parent.ID, Kind: kind, Name: name, Shape: shape, By: "test",
		}))(t)
	}
	var out Town
	out.Town = add(root, org.Township, name, nil)
	out.Village = add(out.Town, org.Village, name+"一村", nil)
	out.Grid = add(out.Village, org.Grid, name+"一村网格", geo.MultiPolygon{{{
		{Lon: lon, Lat: 35}, {Lon: lon + 1, Lat: 35}, {Lon: lon + 1, Lat: 36}, {Lon: lon, Lat: 36}, {Lon: lon, Lat: 35},
	}}})
	return out
}

// Middle is a point in the middle of a town.
func (town Town) Middle() *geo.Point {
	low, high := town.Grid.Shape.Bounds()
	return &geo.Point{Lon: (low.Lon + high.Lon) / 2, Lat: (low.Lat + high.Lat) / 2}
}

// Actor is somebody with one role in an area, for a body or for none, fresh from
// signing in.
func (r *Realmful) Actor(role identity.Role, area org.Area, body string) identity.Actor {
	account := id.New()
	return identity.Actor{Realm: Realm, Account: account, Name: "测试人员", Proved: r.Time, Grants: []identity.Grant{{
		Realm: Realm, Account: account, Role: role, Area: area.ID, Lo: area.Lo, Hi: area.Hi,
		Town: area.Town, Body: body, From: start.Add(-time.Hour),
	}}}
}

// Reported makes a matter in a town: a missing manhole cover.
func (r *Realmful) Reported(t testing.TB, town Town) matter.Matter {
	t.Helper()
	made := must(r.Report(t.Context(), matter.Report{
		Realm: Realm, Origin: "test", Type: "020103", Text: "村口的井盖不见了，晚上很危险。", Point: town.Middle(),
	}))(t)
	return must(r.Followed(t.Context(), Realm, made.ID))(t).Matter
}

// Do makes a move and ends the test if it is not allowed.
func (r *Realmful) Do(t testing.TB, m matter.Matter, by identity.Actor, action procedure.Action, answers map[string][]string) matter.Matter {
	t.Helper()
	return must(r.Move(t.Context(), matter.Move{
		Realm: Realm, ID: m.ID, Revision: m.Revision, Action: action, By: by, Answers: answers,
	}))(t)
}

// Handled makes a matter in a town that a handler of the works has handled, and
// returns it with the handler.
func (r *Realmful) Handled(t testing.TB, town Town) (matter.Matter, identity.Actor) {
	t.Helper()
	desk := r.Actor(identity.Dispatcher, town.Town, "")
	handler := r.Actor(identity.Handler, town.Town, r.Works.ID)
	m := r.Reported(t, town)
	m = r.Do(t, m, desk, "register", nil)
	m = r.Do(t, m, desk, "dispatch", map[string][]string{"body": {r.Works.ID}})
	m = r.Do(t, m, handler, "sign", nil)
	return r.Do(t, m, handler, "handle", map[string][]string{"note": {"已补上井盖"}}), handler
}

// Public has somebody of a town's desk release the words that wait for it.
func (r *Realmful) Public(t testing.TB, town Town) {
	t.Helper()
	second := r.Actor(identity.ShiftHead, town.Town, "")
	list := must(r.Releases.List(t.Context(), second, release.Waiting, page.Cursor{}, page.Max))(t)
	for _, d := range list.Items {
		must(r.Releases.Decide(t.Context(), release.Decide{Realm: Realm, ID: d.ID, Revision: d.Revision, Act: release.Release, By: second}))(t)
	}
}

// Revealed has one asker's request agreed to by the shift head of the realm and
// opens the contact.
func (r *Realmful) Revealed(t testing.TB, id string, by identity.Actor) (matter.Contact, error) {
	t.Helper()
	asked, err := r.Relay.Ask(t.Context(), relay.Ask{Realm: Realm, Matter: id, Purpose: relay.Clarify, Words: "核实具体位置", By: by})
	if err != nil {
		return matter.Contact{}, err
	}
	root, _ := r.Org.Root(Realm)
	_, err = r.Relay.Decide(t.Context(), relay.Decide{
		Realm: Realm, ID: asked.ID, Revision: asked.Revision, Approve: true, By: r.Actor(identity.ShiftHead, root, ""),
	})
	if err != nil {
		return matter.Contact{}, err
	}
	contact, asked, err := r.Relay.Open(t.Context(), relay.Look{Realm: Realm, ID: asked.ID, By: by, Way: sight.Page})
	if err == nil {
		_, err = r.Relay.End(t.Context(), relay.End{Realm: Realm, ID: asked.ID, Revision: asked.Revision, By: by})
	}
	return contact, err
}
