// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly_test

import (
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

const realm = "r"

// town is a realm with a village, its secretary and its scrutineer.
type town struct {
	*assembly.Service
	t         *testing.T
	now       time.Time
	area      org.Area
	other     org.Area
	secretary identity.Actor
	scrutiny  identity.Actor
	stranger  identity.Actor
	elsewhere identity.Actor
}

func open(t *testing.T, d *db.DB) *town {
	t.Helper()
	zone := time.FixedZone("CST", 8*3600)
	w := &town{t: t, now: time.Date(2026, 9, 20, 9, 0, 0, 0, zone)}
	now, log := func() time.Time { return w.now }, slog.New(slog.DiscardHandler)
	places := org.New(d, now, log)
	root, err := places.CreateRealm(t.Context(), org.NewRealm{ID: realm, Name: "测试区", By: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []*org.Area{&w.area, &w.other} {
		if *at, err = places.AddArea(t.Context(), org.NewArea{Realm: realm, Parent: root.ID, Kind: org.Township, Name: "测试镇" + id.Digits(4), By: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	box, err := seal.OpenBox(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	law, table, err := assembly.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	editions := &edition.Service{DB: d, Now: now, Checks: map[string]edition.Check{}}
	w.Service = assembly.New(assembly.Service{DB: d, Now: now, Log: log, Zone: zone, Org: places, Box: box, Editions: editions, Law: law, Table: table})
	editions.Checks[assembly.Edition] = w.Check
	actor := func(name string, role identity.Role, at org.Area) identity.Actor {
		return identity.Actor{Realm: realm, Account: name, Grants: []identity.Grant{{Realm: realm, Role: role, Lo: at.Lo, Hi: at.Hi}}}
	}
	w.secretary, w.scrutiny = actor("secretary", identity.Secretary, w.area), actor("scrutineer", identity.Scrutineer, w.area)
	w.stranger, w.elsewhere = actor("stranger", identity.Dispatcher, root), actor("elsewhere", identity.Secretary, w.other)
	return w
}

// found makes a body.
func (w *town) found(k assembly.Kind) assembly.Assembly {
	w.t.Helper()
	a, err := w.Found(w.t.Context(), assembly.Found{Realm: realm, Kind: k, Name: "测试" + string(k), Area: w.area.ID, By: w.secretary})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// member adds somebody who has been there since the year began.
func (w *town) member(a assembly.Assembly, name string, change func(*assembly.Join)) assembly.Member {
	w.t.Helper()
	c := assembly.Join{Realm: realm, Assembly: a.ID, Name: name, Voting: true, Since: "2026-01-01", By: w.secretary}
	if change != nil {
		change(&c)
	}
	m, err := w.Join(w.t.Context(), c)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func reps(c *assembly.Join) { c.Seat = assembly.Representative }

// freeze freezes a roster of today.
func (w *town) freeze(a assembly.Assembly, subject string, change func(*assembly.Freeze)) (assembly.Roster, error) {
	c := assembly.Freeze{Realm: realm, Assembly: a.ID, For: "poll/" + id.New(), Title: "测试表决", Subject: subject, Day: w.Today(), By: w.secretary}
	if change != nil {
		change(&c)
	}
	return w.FreezeNow(w.t.Context(), c)
}

func key(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return ""
	}
	return f.Key
}

func TestARosterSaysWhoIsEntitledAndWhyNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a := w.found(assembly.VillagerReps)
		here := w.member(a, "测试甲", reps)
		lost := w.member(a, "测试乙", reps)
		w.member(a, "测试丙", func(c *assembly.Join) { c.Seat, c.Since = assembly.Representative, "2026-10-01" })
		w.member(a, "测试丁", func(c *assembly.Join) { c.Seat, c.Voting = assembly.Committee, false })
		if _, err := w.freeze(a, "village_public", func(f *assembly.Freeze) { f.Day = "2026-09-21" }); key(err) != "assembly.too_early" {
			t.Errorf("a roster of tomorrow: %v", err)
		}
		// The notice was sent while 乙 was a representative; the day before the vote that ended.
		if _, err := w.Alter(t.Context(), assembly.Alter{
			Realm: realm, Assembly: a.ID, Member: lost.ID, Revision: lost.Revision, Name: lost.Name, Voting: true, Seat: lost.Seat,
			Since: lost.Since, Until: "2026-09-19", Cause: assembly.Recalled, By: w.secretary,
		}); err != nil {
			t.Fatal(err)
		}
		r, err := w.freeze(a, "village_public", nil)
		if err != nil {
			t.Fatal(err)
		}
		if sum := r.Entitled(); sum.People != 1 || sum.Area != 0 || r.Rule.Name() != "villager_reps@2026-01-01" || !r.Proved() {
			t.Errorf("entitled %+v by %s, proved %v", sum, r.Rule.Name(), r.Proved())
		}
		for i, want := range []assembly.Why{"", assembly.Lapsed, assembly.NotYet, assembly.NoVote} {
			if e := r.Entries[i]; e.Why != want || e.Entitled != (want == "") {
				t.Errorf("no. %d is %q", e.No, e.Why)
			}
		}
		// What changes afterwards changes nothing of it.
		if _, err := w.Alter(t.Context(), assembly.Alter{
			Realm: realm, Assembly: a.ID, Member: here.ID, Revision: here.Revision, Name: "测试甲改", Voting: false, Seat: here.Seat, Since: here.Since, By: w.secretary,
		}); err != nil {
			t.Fatal(err)
		}
		w.member(a, "测试戊", reps)
		again, _, err := w.Roster(t.Context(), realm, r.ID, w.scrutiny)
		before, _ := json.Marshal(r.Entries)
		after, _ := json.Marshal(again.Entries)
		if err != nil || string(before) != string(after) || again.Digest != r.Digest || !again.Proved() {
			t.Errorf("a frozen roster has changed: %v\n%s\n%s", err, before, after)
		}
	})
}

func TestTwoFreezesAtOnceGiveOneRoster(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a := w.found(assembly.VillagerReps)
		for i := range 5 {
			w.member(a, "测试"+strconv.Itoa(i), reps)
		}
		vote, ids := "poll/"+id.New(), make([]string, 6)
		var all sync.WaitGroup
		for i := range ids {
			all.Go(func() {
				r, err := w.freeze(a, "village_public", func(f *assembly.Freeze) { f.For = vote })
				if err != nil {
					t.Error(err)
				}
				ids[i] = r.ID
			})
		}
		all.Wait()
		if strings.Count(strings.Join(ids, " "), ids[0]) != len(ids) {
			t.Errorf("there are several: %v", ids)
		}
	})
}

func TestTheWrongBodyIsRefusedAndTheRightOneNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		for k, want := range map[assembly.Kind]map[string]string{
			assembly.ResidentReps:   {"community_public": "", "repair_fund": "assembly.wrong_body.owners", "estate_parking": "assembly.wrong_body.owners"},
			assembly.VillagerReps:   {"village_public": "", "collective_assets": "assembly.wrong_body.collective_reps", "village_compact": "assembly.wrong_body.villagers"},
			assembly.CollectiveReps: {"collective_assets": "", "collective_core": "assembly.wrong_body.collective", "village_public": "assembly.wrong_body.villager_reps"},
			assembly.FiveParty:      {"estate_shared": "assembly.wrong_body.owners", "no such": "assembly.subject_unknown"},
		} {
			a := w.found(k)
			w.member(a, "测试甲", func(c *assembly.Join) {
				if seats := k.Seats(); len(seats) > 0 {
					c.Seat = seats[0]
				}
			})
			for subject, refusal := range want {
				if _, err := w.freeze(a, subject, nil); key(err) != refusal {
					t.Errorf("%s on %s: %v", k, subject, err)
				}
			}
		}
	})
	// Asset matters were the villagers' until the law on collective organisations.
	_, table, err := assembly.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	if f := table.Refuse("collective_assets", assembly.VillagerReps, "2025-04-30"); f != nil {
		t.Errorf("the day before: %v", f)
	}
	if f := table.Refuse("collective_assets", assembly.VillagerReps, "2025-05-01"); f == nil || f.Basis != "basis.collective_law" || f.Params["right"] != "collective_reps" {
		t.Errorf("on the day: %v", f)
	}
}

func TestOwnersCountByPeopleAndArea(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a := w.found(assembly.Owners)
		flats := func(list ...assembly.Holding) func(*assembly.Join) {
			return func(c *assembly.Join) { c.Holdings = list }
		}
		w.member(a, "测试甲", flats(assembly.Holding{Household: "1-101", Share: 8950}, assembly.Holding{Household: "1-102", Share: 10000}))
		w.member(a, "测试乙", flats(assembly.Holding{Household: "1-103", Share: 7000}))
		w.member(a, "测试丙", flats(assembly.Holding{Household: "1-103", Share: 7000})) // owns it together with 乙
		if _, err := w.Join(t.Context(), assembly.Join{
			Realm: realm, Assembly: a.ID, Name: "测试丁", Voting: true, Holdings: []assembly.Holding{{Household: "1-103", Share: 7001}}, By: w.secretary,
		}); key(err) != "assembly.area_differs" {
			t.Errorf("one flat with two areas: %v", err)
		}
		// The same name once more has to be said to be one person or two.
		namesake := assembly.Join{
			Realm: realm, Assembly: a.ID, Name: "测试乙", Voting: true, Since: "2026-01-01",
			Holdings: []assembly.Holding{{Household: "2-201", Share: 5000}}, By: w.secretary,
		}
		if _, err := w.Join(t.Context(), namesake); key(err) != "assembly.same_name" {
			t.Errorf("the same name: %v", err)
		}
		namesake.Same = "2"
		m, err := w.Join(t.Context(), namesake)
		if err != nil || m.No != 2 || m.Share != 12000 {
			t.Fatalf("the same person: %+v, %v", m, err)
		}
		r, err := w.freeze(a, "repair_fund", nil)
		if err != nil {
			t.Fatal(err)
		}
		if sum := r.Entitled(); sum != (tally.Sum{People: 2, Area: 8950 + 10000 + 7000 + 5000}) {
			t.Errorf("entitled: %+v", sum)
		}
		if e := r.Entries[2]; e.Why != assembly.Represented || e.Share != 0 {
			t.Errorf("the second owner of a flat: %+v", e)
		}
		special, err := w.freeze(a, "estate_shared", nil)
		if err != nil || special.Rule.Code != "owners.special" {
			t.Errorf("special items: %s, %v", special.Rule.Code, err)
		}
	})
}
