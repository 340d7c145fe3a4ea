// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"pavilion/internal/civic/matter"
	"pavilion/internal/core/inbox"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
)

func TestTheQueueIsNarrowedByItsSentence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, d)
		old := k.report(matter.Report{Text: "一件旧事", Type: cover})
		k.pass(3 * time.Hour)
		taken := k.report(matter.Report{Text: "一件新事", Area: k.town.ID})
		b := k.as("dispatcher")
		b.move(taken, "register", url.Values{"category": {"010102"}, "area": {k.town.ID}})
		for query, want := range map[string]string{
			"":                                 old + " " + taken,
			"state=reported":                   old,
			"state=reported&state=registered":  old + " " + taken,
			"state=closed":                     "",
			"type=010102":                      taken,
			"area=" + k.village.ID:             old,
			"area=" + k.otherTown.ID:           "",
			"light=red":                        old,
			"light=red&state=registered&type=": "",
			"area=nowhere&state=&type=&light=": old + " " + taken,
		} {
			p := b.get("/desk/matters?" + query)
			if got := ids(p); got != want {
				t.Errorf("%q lists %s, want %s", query, got, want)
			}
			if want == "" && !p.says("Show all open") {
				t.Errorf("%q does not say what to do: %s", query, p.words())
			}
		}
		p := b.get("/desk/matters?state=reported&light=red&area=" + k.village.ID)
		if got := filled(p.form("/desk/matters", "")); got.Get("state") != "reported" || got.Get("light") != "red" || got.Get("area") != k.village.ID {
			t.Errorf("the sentence forgets what it said: %v", got)
		}
		beside := b.get(p.listed()[0])
		if ids(beside) != old || !beside.says("/desk/matters?area="+k.village.ID) {
			t.Errorf("beside the matter: %s", ids(beside))
		}
	})
}

// ids are the matters that a page lists.
func ids(p page) string {
	var out []string
	for _, to := range p.listed() {
		id, _, _ := strings.Cut(strings.TrimPrefix(to, "/desk/matters/"), "?")
		out = append(out, id)
	}
	return strings.Join(out, " ")
}

func TestTheQueueGoesOnPageByPage(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	for n := range 120 {
		must(k.matters.Report(t.Context(), matter.Report{Realm: realm, Origin: "web", Text: fmt.Sprint("第几件 ", n), Area: k.village.ID}))
	}
	check(k.queue.Drain(t.Context()))
	b := k.as("dispatcher")
	for _, start := range []string{"/desk/matters?state=reported", "/desk", "/desk/search?q=第几件"} {
		seen := map[string]bool{}
		pages := 0
		for at := start; at != ""; pages++ {
			p := b.get(at)
			for _, id := range strings.Fields(ids(p)) {
				seen[id] = true
			}
			if first := p.link("first"); pages > 0 && first == "" {
				t.Errorf("%s has no way back", at)
			}
			at = p.link("next")
		}
		if len(seen) != 120 || pages != 3 {
			t.Errorf("%s: %d matters on %d pages", start, len(seen), pages)
		}
	}
	for _, path := range []string{"/desk", "/desk/matters", "/desk/search?q=x&y=z", "/desk/notices"} {
		if p := b.get(path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "after=nonsense"); p.status != http.StatusUnprocessableEntity {
			t.Errorf("%s with a broken cursor: %d", path, p.status)
		}
	}
}

func TestSearchMarksWhatWasLookedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, d)
		id := k.report(matter.Report{Title: "桥头的井盖坏了", Text: "夜里看不见，Ｃ区第 12 号井盖"})
		k.report(matter.Report{Text: "路灯不亮"})
		b := k.as("dispatcher")
		for q, want := range map[string]string{"井盖": "井盖", "井蓋": "井盖", "桥头 坏了": "桥头坏了", "看不见": ""} {
			p := b.get("/desk/search?q=" + url.QueryEscape(q))
			if ids(p) != id {
				t.Errorf("%s finds %s", q, p.words())
			}
			marked := ""
			for _, m := range all(p.Node, named("mark")) {
				marked += words(m)
			}
			if marked != want {
				t.Errorf("%s marks %q", q, marked)
			}
			if value(p.form("/search", ""), "q") != q {
				t.Errorf("%s is not kept in the field", q)
			}
		}
		for q, want := range map[string]string{"": "Search for matters", "   ": "Search for matters", "？！": "at least one word", "没有的词": "Nothing found for"} {
			if p := b.get("/desk/search?q=" + url.QueryEscape(q)); p.status != http.StatusOK || !strings.Contains(strings.ToLower(p.words()), strings.ToLower(want)) {
				t.Errorf("%q: %d %s", q, p.status, p.words())
			}
		}
	})
}

func TestAMatterWithAPointHasAMap(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	id := k.report(matter.Report{Text: "没有点"})
	b := k.as("dispatcher")
	if b.get("/desk/matters/" + id).says("point.json") {
		t.Error("a map without a point")
	}
	var got struct{ Features []any }
	check(json.Unmarshal([]byte(contents(b.get("/desk/matters/"+id+"/point.json").Node)), &got))
	if len(got.Features) != 0 {
		t.Errorf("%v", got)
	}
}

func TestADispatcherSeesWhatNobodyChecks(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	check(k.db.InTx(t.Context(), func(tx *db.Tx) error {
		return inbox.Put(t.Context(), tx, inbox.Item{
			Realm: realm, Subject: "matter/1", Role: "grid_worker", Place: k.village.Lo, Town: k.village.Town, Title: "等人核查", Link: "/desk/matters/1", Since: k.now(),
		})
	}))
	for login, want := range map[string]int{"dispatcher": 1, "worker": 1, "handler": 0, "stranger": 0, "admin": 0} {
		p := k.as(login).get("/desk")
		if got := len(p.listed()); got != want {
			t.Errorf("%s sees %d", login, got)
		}
		if want == 0 && len(all(p.Node, func(n *html.Node) bool { return attr(n, "class") == "empty" })) != 1 {
			t.Errorf("%s is not told that there is nothing", login)
		}
	}
}

func TestAnAdministratorRetriesWhatWasGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, d)
		ctx := t.Context()
		broken := true
		k.queue.Handle("letter", func(_ context.Context, list []jobs.Job) []error {
			if broken {
				return []error{errors.New("<b>the mail server</b> says no")}
			}
			return make([]error, len(list))
		})
		check(d.InTx(ctx, func(tx *db.Tx) error {
			return jobs.Add(ctx, tx, jobs.Job{Realm: realm, Kind: "letter", Body: json.RawMessage("{}")})
		}))
		for range 12 {
			check(k.queue.Drain(ctx))
			k.pass(2 * time.Hour)
		}
		b := k.as("admin")
		p := b.get("/desk/jobs")
		if !p.says("letter") || !p.says("<b>the mail server</b> says no") {
			t.Fatalf("the page says %s", p.words())
		}
		broken = false
		p = b.follow(b.send(p, "/retry", nil))
		if p.says("letter") || !p.says("Back in the queue") {
			t.Errorf("after trying again: %s", p.words())
		}
		check(k.queue.Drain(ctx))
		if p := b.get("/desk/jobs"); !p.says("Nothing was given up") {
			t.Errorf("in the end: %s", p.words())
		}
	})
}

func TestAreasLeadDownAndUp(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	b := k.as("admin")
	p := b.get("/desk/areas")
	if !p.says("海通乡") || !p.says("鲁河镇") || !p.says("测试城管局") || p.says("甘称湾村") {
		t.Errorf("the county: %s", p.words())
	}
	p = b.get("/desk/areas?area=" + k.town.ID)
	if !p.says("甘称湾村") || !p.says("/desk/areas?area="+k.county.ID) {
		t.Errorf("the town: %s", p.words())
	}
	if p := b.get("/desk/areas?area=" + k.village.ID); !p.says("This is the smallest area.") {
		t.Errorf("the village: %s", p.words())
	}
	if p := b.get("/desk/areas?area=nowhere"); p.status != http.StatusNotFound {
		t.Errorf("nowhere: %d", p.status)
	}
}

func TestTheProcedureIsShownInWords(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	for _, lang := range []string{"zh-Hans", "en"} {
		b := k.as("handler")
		b.cookies["pv_lang"] = lang
		p := b.get("/desk/procedure")
		if !p.says("stateDiagram-v2") || p.says("⟦") {
			t.Errorf("%s: %s", lang, p.words())
		}
		if rows := len(all(p.Node, named("tr"))); rows != 2+17+54 {
			t.Errorf("%s: %d rows", lang, rows)
		}
	}
}
