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
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/seal"
)

const realm = "r"

// town is a realm with a village, its secretary and its scrutineer.
type town struct {
	*assembly.Service
	t         testing.TB
	now       time.Time
	area      org.Area
	other     org.Area
	secretary identity.Actor
	scrutiny  identity.Actor
	stranger  identity.Actor
	elsewhere identity.Actor
}

func open(t testing.TB, d *db.DB) *town {
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

func TestWhoStandsAsideAndWhoVotesForWhom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a := w.found(assembly.Owners)
		var m []assembly.Member
		for i := range 7 {
			m = append(m, w.member(a, "测试"+strconv.Itoa(i), func(c *assembly.Join) {
				c.Holdings = []assembly.Holding{{Household: "1-" + strconv.Itoa(i), Share: 1000}}
				c.Voting = i != 6
			}))
		}
		give := func(from, to int) assembly.Proxy {
			return assembly.Proxy{Member: m[from].ID, Holder: m[to].ID, Written: "2026-09-18"}
		}
		for name, tt := range map[string]struct {
			want   string
			change func(*assembly.Freeze)
		}{
			"three are allowed":          {"", func(f *assembly.Freeze) { f.Proxies = []assembly.Proxy{give(1, 0), give(2, 0), give(3, 0)} }},
			"a fourth is not":            {"assembly.proxy_many", func(f *assembly.Freeze) { f.Proxies = []assembly.Proxy{give(1, 0), give(2, 0), give(3, 0), give(4, 0)} }},
			"nobody holds their own":     {"assembly.proxy_self", func(f *assembly.Freeze) { f.Proxies = []assembly.Proxy{give(1, 1)} }},
			"it is given once":           {"assembly.proxy_twice", func(f *assembly.Freeze) { f.Proxies = []assembly.Proxy{give(1, 0), give(1, 2)} }},
			"it is not passed on":        {"assembly.proxy_passed_on", func(f *assembly.Freeze) { f.Proxies = []assembly.Proxy{give(1, 0), give(0, 2)} }},
			"nor given to whoever gave":  {"assembly.proxy_passed_on", func(f *assembly.Freeze) { f.Proxies = []assembly.Proxy{give(1, 0), give(2, 1)} }},
			"never in a secret ballot":   {"assembly.proxy_secret", func(f *assembly.Freeze) { f.Secret, f.Proxies = true, []assembly.Proxy{give(1, 0)} }},
			"not by whoever has no vote": {"assembly.proxy_not_entitled", func(f *assembly.Freeze) { f.Proxies = []assembly.Proxy{give(6, 0)} }},
			"nor to whoever stands aside": {"assembly.proxy_not_entitled", func(f *assembly.Freeze) {
				f.Aside, f.Proxies = []assembly.Aside{{Member: m[0].ID, Conflict: assembly.Relative}}, []assembly.Proxy{give(1, 0)}
			}},
			"it is written before the vote": {"assembly.proxy_unwritten", func(f *assembly.Freeze) { p := give(1, 0); p.Written = "2026-09-21"; f.Proxies = []assembly.Proxy{p} }},
			"it has a day":                  {"assembly.proxy_unwritten", func(f *assembly.Freeze) { p := give(1, 0); p.Written = ""; f.Proxies = []assembly.Proxy{p} }},
			"strangers hold none": {"assembly.no_member", func(f *assembly.Freeze) {
				f.Proxies = []assembly.Proxy{{Member: m[0].ID, Holder: id.New(), Written: "2026-09-18"}}
			}},
			"a conflict is one of five":      {"form.not_a_choice", func(f *assembly.Freeze) { f.Aside = []assembly.Aside{{Member: m[0].ID, Conflict: "mood"}} }},
			"without a vote none is refused": {"assembly.not_entitled", func(f *assembly.Freeze) { f.Aside = []assembly.Aside{{Member: m[6].ID, Conflict: assembly.Relative}} }},
			"a title names nobody":           {"trace.found", func(f *assembly.Freeze) { f.Title = "联系 13800000000" }},
			"a vote has a title":             {"form.required", func(f *assembly.Freeze) { f.Title = " " }},
		} {
			_, err := w.freeze(a, "repair_fund", tt.change)
			if got := key(err); got != tt.want && !(tt.want == "trace.found" && fault.KindOf(err) == fault.Invalid) {
				t.Errorf("%s: %q, want %q", name, got, tt.want)
			}
		}
		r, err := w.freeze(a, "repair_fund", func(f *assembly.Freeze) {
			f.Aside, f.Proxies = []assembly.Aside{{Member: m[5].ID, Conflict: assembly.Contractor}}, []assembly.Proxy{give(1, 0)}
		})
		if err != nil {
			t.Fatal(err)
		}
		if r.Entitled() != (tally.Sum{People: 6, Area: 6000}) || r.Casting() != (tally.Sum{People: 5, Area: 5000}) {
			t.Errorf("entitled %+v, casting %+v", r.Entitled(), r.Casting())
		}
		kept, _, err := w.Roster(t.Context(), realm, r.ID, w.secretary)
		if err != nil || len(kept.Entries[0].ProxyOf) != 1 || kept.Entries[0].ProxyOf[0] != m[1].ID || kept.Entries[1].Holder != m[0].ID || kept.Entries[5].Conflict != assembly.Contractor {
			t.Errorf("kept: %+v, %v", kept.Entries, err)
		}
		villagers := w.found(assembly.VillagerReps)
		x, y := w.member(villagers, "测试甲", reps), w.member(villagers, "测试乙", reps)
		if _, err := w.freeze(villagers, "village_public", func(f *assembly.Freeze) {
			f.Proxies = []assembly.Proxy{{Member: x.ID, Holder: y.ID, Written: "2026-09-18"}}
		}); key(err) != "assembly.no_proxies" {
			t.Errorf("where no rule allows them: %v", err)
		}
	})
}

func TestAListIsTakenWholeOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a := w.found(assembly.Owners)
		texts, err := text.Load(catalogue.FS())
		if err != nil {
			t.Fatal(err)
		}
		take := func(table string) (assembly.Taken, error) {
			in := strings.NewReader(table)
			return w.Take(t.Context(), assembly.Take{Realm: realm, Assembly: a.ID, In: in, Size: in.Size(), Words: assembly.Words(texts), By: w.secretary})
		}
		count := func() int {
			_, list, err := w.Members(t.Context(), realm, a.ID, w.secretary)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		done, err := take("姓名,住户,面积,表决权,同名说明\n测试甲,1-101,89.5,有,\n测试乙,1-102,0,有,\n,1-103,70,有,\n测试丁,1-104,x,有,\n测试戊,1-105,70,也许,\n测试己,1-106,70,有,\n测试己,1-107,70,有,\n")
		if err != nil || done.Joined != 0 || count() != 0 {
			t.Fatalf("a bad list: %+v, %v", done, err)
		}
		lines := map[int]bool{}
		for _, p := range done.Problems {
			lines[p.Line] = true
		}
		if len(lines) != 6 || lines[2] {
			t.Errorf("bad are lines %v", lines)
		}
		good := "Name,Household,Area,Person\n测试己,1-106,70,a\n测试己,1-107,71.25,a\n测试己,1-108,72,b\n测试庚,1-109,73,\n"
		for range 2 { // sent again it adds nobody
			if done, err = take(good); err != nil || len(done.Problems) > 0 || count() != 3 {
				t.Fatalf("a good list: %+v, %v, %d are there", done, err, count())
			}
		}
		_, list, _ := w.Members(t.Context(), realm, a.ID, w.secretary)
		if list[0].Share != 14125 || len(list[0].Holdings) != 2 || list[1].Share != 7200 {
			t.Errorf("one person of two flats, and a namesake: %+v", list)
		}
		for table, want := range map[string]string{"Household\n1-101\n": "assembly.no_names", "Name,Colour\n测试,red\n": "assembly.heading_unknown", "": "sheet.empty"} {
			if _, err := take(table); key(err) != want {
				t.Errorf("%q: %v", table, err)
			}
		}
		if _, err := w.Take(t.Context(), assembly.Take{Realm: realm, Assembly: a.ID, In: strings.NewReader(good), Size: int64(len(good)), Words: assembly.Words(texts), By: w.scrutiny}); fault.KindOf(err) != fault.Denied {
			t.Errorf("a scrutineer took a list: %v", err)
		}
	})
}

func TestAPartysRosterIsSeenBySecretaryAndScrutineerOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a := w.found(assembly.Party)
		w.member(a, "测试党员", func(c *assembly.Join) { c.Account = "comrade" })
		open := w.found(assembly.VillagerReps)
		w.member(open, "测试代表", func(c *assembly.Join) { reps(c); c.Account = "comrade" })
		r, err := w.freeze(a, "party_review", nil)
		if err != nil {
			t.Fatal(err)
		}
		public, err := w.freeze(open, "village_public", nil)
		if err != nil {
			t.Fatal(err)
		}
		comrade := identity.Actor{Realm: realm, Account: "comrade"}
		for name, tt := range map[string]struct {
			by           identity.Actor
			party, other bool
		}{
			"the secretary": {w.secretary, true, true}, "the scrutineer": {w.scrutiny, true, true}, "a member": {comrade, false, true},
			"the desk": {w.stranger, false, false}, "another place": {w.elsewhere, false, false}, "nobody": {identity.Actor{}, false, false},
			"another realm": {identity.Actor{Realm: "x", Account: "secretary", Grants: w.secretary.Grants}, false, false},
		} {
			_, _, err := w.Roster(t.Context(), realm, r.ID, tt.by)
			_, _, failed := w.Roster(t.Context(), realm, public.ID, tt.by)
			if (err == nil) != tt.party || (failed == nil) != tt.other || err != nil && fault.KindOf(err) != fault.Missing {
				t.Errorf("%s: party %v, other %v", name, err, failed)
			}
			_, _, err = w.Members(t.Context(), realm, a.ID, tt.by)
			if (err == nil) != tt.party {
				t.Errorf("%s reads the register: %v", name, err)
			}
		}
		var looks int
		err = d.View(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM sight_look WHERE realm = ? AND subject = ?`, realm, "assembly/"+a.ID).Scan(&looks)
		})
		if err != nil || looks != 2 {
			t.Errorf("%d looks are kept, %v", looks, err)
		}
	})
}

func TestNamesAreSealedAndGoWhenTheirTimeHasCome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a := w.found(assembly.VillagerReps)
		m := w.member(a, "测试甲", func(c *assembly.Join) { reps(c); c.Holdings = []assembly.Holding{{Household: "测试门牌"}} })
		r, err := w.freeze(a, "village_public", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"deliberation_member", "deliberation_entry", "deliberation_mandate", "audit_entry"} {
			if dump := w.dump(d, table); strings.Contains(dump, "测试甲") || strings.Contains(dump, "测试门牌") || dump == "" {
				t.Errorf("%s holds %q", table, dump)
			}
		}
		if _, err := w.Box.Add(); err != nil {
			t.Fatal(err)
		}
		for _, c := range assembly.Sealed() {
			if n, err := w.Box.Rotate(t.Context(), d, c, realm, func(int) {}); err != nil || n != 1 {
				t.Errorf("%s: %d are closed again, %v", c.Name, n, err)
			}
		}
		if again, _, err := w.Roster(t.Context(), realm, r.ID, w.secretary); err != nil || again.Entries[0].Name != "测试甲" {
			t.Errorf("after rotation: %+v, %v", again.Entries, err)
		}
		keeper := assembly.Keeper{Service: w.Service}
		over := func(q retention.Question) (list []retention.Item) {
			q.Realm, q.Kind, q.Limit = realm, assembly.DataKind, 10
			if err := d.View(t.Context(), func(tx *db.Tx) (err error) { list, err = keeper.Over(t.Context(), tx, q); return err }); err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := over(retention.Question{Before: w.now.AddDate(10, 0, 0)}); len(list) != 0 {
			t.Errorf("an open mandate is over: %+v", list)
		}
		if held, err := keeper.Held(t.Context(), realm, "member/"+m.ID); err != nil || len(held) != 2 || held[0].Value != "测试甲" {
			t.Errorf("held: %+v, %v", held, err)
		}
		if _, err := w.Alter(t.Context(), assembly.Alter{
			Realm: realm, Assembly: a.ID, Member: m.ID, Revision: m.Revision, Name: m.Name, Holdings: m.Holdings, Voting: true, Seat: m.Seat, Since: m.Since,
			Until: "2026-09-20", Cause: assembly.Expired, By: w.secretary,
		}); err != nil {
			t.Fatal(err)
		}
		list := over(retention.Question{Before: w.now.AddDate(0, 0, 1)})
		if len(list) != 1 || list[0].Subject != "member/"+m.ID {
			t.Fatalf("over: %+v", list)
		}
		if err := d.InTx(t.Context(), func(tx *db.Tx) error {
			n, err := keeper.Forget(t.Context(), tx, retention.Stone{Realm: realm, Item: list[0]})
			if n != 2 {
				t.Errorf("%d records are gone", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		again, _, err := w.Roster(t.Context(), realm, r.ID, w.secretary)
		if err != nil || !again.Forgotten || again.Entries[0].Name != "" || again.Entitled() != r.Entitled() || !again.Proved() {
			t.Errorf("forgotten: %+v, %v", again, err)
		}
		if held, err := keeper.Held(t.Context(), realm, "member/"+m.ID); err != nil || len(held) != 0 {
			t.Errorf("still held: %+v, %v", held, err)
		}
	})
}

// dump is everything a table holds, as text.
func (w *town) dump(d *db.DB, table string) (out string) {
	column := map[string]string{"deliberation_member": "sealed", "deliberation_entry": "sealed", "deliberation_mandate": "act || cause || account", "audit_entry": "subject || detail"}[table]
	err := d.View(w.t.Context(), func(tx *db.Tx) error {
		lines, err := db.All(w.t.Context(), tx, db.Q(`SELECT `+column+` FROM `+table), func(s *string) []any { return []any{s} })
		out = strings.Join(lines, "\n")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestWhatABodyLacksIsSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		table := w.found(assembly.FiveParty)
		for _, s := range []assembly.Seat{assembly.Branch, assembly.Building, assembly.Company, assembly.Resident} {
			w.member(table, "测试"+string(s), func(c *assembly.Join) { c.Seat = s })
		}
		if keys := w.missing(table); keys != "assembly.finding.vacant.owner_committee" {
			t.Errorf("four of five: %s", keys)
		}
		if _, err := w.Join(t.Context(), assembly.Join{Realm: realm, Assembly: table.ID, Name: "测试多", Voting: true, Seat: assembly.Branch, By: w.secretary}); key(err) != "assembly.seat_taken" {
			t.Errorf("two in one seat: %v", err)
		}
		w.member(table, "测试业委会", func(c *assembly.Join) { c.Seat = assembly.OwnerCommittee })
		if keys := w.missing(table); keys != "" {
			t.Errorf("five of five: %s", keys)
		}
	})
	member := func(s assembly.Seat) assembly.Member {
		return assembly.Member{Seat: s, Since: "2026-01-01", Voting: true}
	}
	body := func(reps, committee int) (out []assembly.Member) {
		for range reps {
			out = append(out, member(assembly.Representative))
		}
		for range committee {
			out = append(out, member(assembly.Committee))
		}
		return out
	}
	for name, tt := range map[string]struct {
		kind              assembly.Kind
		reps, committee   int
		households, women int
		want              string
	}{
		"four fifths, a third, one for five to fifteen": {assembly.VillagerReps, 12, 3, 180, 4, ""},
		"fewer than four fifths":                        {assembly.VillagerReps, 11, 3, 100, 4, "four_fifths"},
		"fewer than a third are women":                  {assembly.VillagerReps, 13, 3, 100, 4, "women"},
		"more households than 15 for each":              {assembly.VillagerReps, 12, 3, 181, 4, "per_households"},
		"60 are five for each":                          {assembly.VillagerReps, 12, 3, 60, 4, ""},
		"59 are fewer":                                  {assembly.VillagerReps, 12, 3, 59, 4, "per_households"},
		"in a community 20 for each":                    {assembly.ResidentReps, 20, 5, 400, 0, ""},
		"and no fewer":                                  {assembly.ResidentReps, 20, 5, 399, 0, "per_households"},
		"nor more than 50":                              {assembly.ResidentReps, 20, 5, 1001, 0, "per_households"},
		"a collective has more than 20":                 {assembly.CollectiveReps, 20, 0, 200, 0, "few"},
		"21 are more":                                   {assembly.CollectiveReps, 21, 0, 200, 0, ""},
		"nobody counted households":                     {assembly.ResidentReps, 4, 1, 0, 0, "households_uncounted"},
	} {
		a := assembly.Assembly{Kind: tt.kind, Counts: assembly.Counts{Households: tt.households, Women: tt.women}}
		var keys []string
		for _, f := range assembly.Findings(a, body(tt.reps, tt.committee), "2026-09-20") {
			keys = append(keys, strings.TrimPrefix(f.Key, "assembly.finding."))
		}
		if got := strings.Join(keys, " "); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// missing are the keys of what a body lacks.
func (w *town) missing(a assembly.Assembly) string {
	n, err := w.Count(w.t.Context(), a, w.secretary)
	if err != nil {
		w.t.Fatal(err)
	}
	var keys []string
	for _, f := range n.Findings {
		keys = append(keys, f.Key)
	}
	return strings.Join(keys, " ")
}

func TestARuleThatChangesWhileAProcedureRuns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a := w.found(assembly.VillagerReps)
		w.member(a, "测试甲", reps)
		before, err := w.freeze(a, "village_public", nil)
		if err != nil {
			t.Fatal(err)
		}
		local := func(share string) string {
			return `{"rules":[{"code":"villager_reps","level":"realm","from":"2026-09-25","basis":"basis.practice","pass":[{"measure":"people","of":"attended","share":"` + share + `"}]}]}`
		}
		for body, wrong := range map[string]bool{local("2/3"): false, local("1/3"): true, `{"rules":[{"code":"villager_reps","level":"national","from":"2026-09-25","basis":"b"}]}`: true, `{`: true} {
			if found := w.Check(t.Context(), realm, []byte(body)); (len(found) > 0) != wrong {
				t.Errorf("%s: %+v", body, found)
			}
		}
		if err := w.Editions.Seed(t.Context(), realm, assembly.Edition, []byte(local("2/3")), "basis.practice"); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.AddDate(0, 0, 5)
		after, err := w.freeze(a, "village_public", nil)
		if err != nil {
			t.Fatal(err)
		}
		if before.Rule.Name() != "villager_reps@2026-01-01" || after.Rule.Name() != "villager_reps@2026-09-25" || len(after.Rule.Pass) == 0 || after.Rule.Pass[0].Share != (tally.Fraction{Num: 2, Den: 3}) {
			t.Errorf("%s, then %s: %+v", before.Rule.Name(), after.Rule.Name(), after.Rule.Pass)
		}
		kept, _, err := w.Roster(t.Context(), realm, before.ID, w.secretary)
		if err != nil || kept.Rule.Name() != before.Rule.Name() || !kept.Proved() {
			t.Errorf("the first roster goes by %s, %v", kept.Rule.Name(), err)
		}
		if now, changed, err := w.Changed(t.Context(), kept); err != nil || !changed || now.Name() != after.Rule.Name() {
			t.Errorf("it says %s, changed %v, %v", now.Name(), changed, err)
		}
		if _, changed, err := w.Changed(t.Context(), after); err != nil || changed {
			t.Errorf("the second has changed: %v", err)
		}
	})
}

func TestBadInput(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		found := assembly.Found{Realm: realm, Key: id.New(), Kind: assembly.Residents, Name: "测试居民会议", Area: w.area.ID, By: w.secretary}
		for name, change := range map[string]func(*assembly.Found){
			"no name": func(c *assembly.Found) { c.Name = " " }, "a long one": func(c *assembly.Found) { c.Name = strings.Repeat("名", 61) },
			"a telephone": func(c *assembly.Found) { c.Name = "13800000000" }, "control characters": func(c *assembly.Found) { c.Name = "a\x00b" },
			"no kind": func(c *assembly.Found) { c.Kind = "club" }, "no area": func(c *assembly.Found) { c.Area = "x" },
			"a bad key": func(c *assembly.Found) { c.Key = "x" }, "fewer than no households": func(c *assembly.Found) { c.Counts.Households = -1 },
		} {
			bad := found
			change(&bad)
			if _, err := w.Found(t.Context(), bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, by := range []identity.Actor{w.scrutiny, w.stranger, w.elsewhere, {}} {
			denied := found
			denied.By = by
			if _, err := w.Found(t.Context(), denied); fault.KindOf(err) != fault.Denied {
				t.Errorf("%s founded it: %v", by.Account, err)
			}
		}
		a, err := w.Found(t.Context(), found)
		if again, failed := w.Found(t.Context(), found); err != nil || failed != nil || again.ID != a.ID {
			t.Errorf("sent twice: %v, %v", err, failed)
		}
		change := assembly.Change{Realm: realm, ID: a.ID, Revision: 1, Name: "测试居民会议二", By: w.secretary}
		if _, err := w.Change(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Change(t.Context(), change); fault.KindOf(err) != fault.Stale {
			t.Errorf("a stale change: %v", err)
		}
		join := assembly.Join{Realm: realm, Assembly: a.ID, Name: "测试甲", Voting: true, Since: "2026-01-01", By: w.secretary}
		for name, change := range map[string]func(*assembly.Join){
			"no name": func(c *assembly.Join) { c.Name = "" }, "a long one": func(c *assembly.Join) { c.Name = strings.Repeat("名", 41) },
			"a bad day": func(c *assembly.Join) { c.Since = "soon" }, "it ends before it begins": func(c *assembly.Join) { c.Until = "2025-01-01" },
			"a seat there is not": func(c *assembly.Join) { c.Seat = assembly.Branch }, "areas where none count": func(c *assembly.Join) { c.Holdings = []assembly.Holding{{"1", 5}} },
			"a household twice": func(c *assembly.Join) { c.Holdings = []assembly.Holding{{Household: "1"}, {Household: "1"}} },
		} {
			bad := join
			change(&bad)
			if _, err := w.Join(t.Context(), bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.freeze(a, "community_public", nil); key(err) != "assembly.nobody" {
			t.Errorf("a roster of nobody: %v", err)
		}
		var all sync.WaitGroup
		for i := range 8 { // each gets a number of their own
			all.Go(func() {
				one := join
				one.Name = "测试" + strconv.Itoa(i)
				if _, err := w.Join(t.Context(), one); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		_, list, err := w.Members(t.Context(), realm, a.ID, w.scrutiny)
		if err != nil || len(list) != 8 || list[7].No != 8 {
			t.Errorf("%d are there, %v", len(list), err)
		}
	})
}
