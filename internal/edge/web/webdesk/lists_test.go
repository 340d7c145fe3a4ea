// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webdesk_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pavilion/internal/civic/matter"
	"pavilion/internal/platform/db/dbtest"
)

func TestABulkMoveOnTheDesk(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	first, second := k.report(matter.Report{Text: "第一件事"}), k.report(matter.Report{Text: "第二件事"})
	b := k.as("dispatcher")
	p := b.get("/desk/bulk?state=reported")
	form := p.form("/desk/bulk", "")
	if form == nil || !p.says("第一件") || !p.says("第二件") {
		t.Fatalf("nothing to choose from: %s", p.words())
	}
	var rows []string
	for _, n := range all(form, named("input")) {
		if attr(n, "name") == "row" {
			rows = append(rows, attr(n, "value"))
		}
	}
	if len(rows) != 2 {
		t.Fatalf("rows to choose: %v", rows)
	}
	b.move(first, "remark", url.Values{"note": {"别人先看过"}}) // makes one of the rows stale
	p = b.post("/desk/bulk", url.Values{"action": {"register"}, "row": rows})
	if p.form("/desk/bulk", "register") == nil {
		t.Fatalf("the answers are not asked for: %s", p.words())
	}
	p = b.post("/desk/bulk", url.Values{"action": {"register"}, "row": rows, "go": {"1"}, "category": {cover}, "area": {k.village.ID}})
	if !p.says("1 moved, 1 not moved.") || !p.says("Somebody changed this matter just before you") {
		t.Errorf("what happened: %s", p.words())
	}
	if p := b.post("/desk/bulk", url.Values{"action": {"register"}}); p.status != http.StatusUnprocessableEntity && p.status != http.StatusBadRequest {
		t.Errorf("without a choice: %d", p.status)
	}
	_ = second
}

func TestExportsAndViews(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	k.report(matter.Report{Text: "=cmd|calc, 一件事"})
	b := k.as("dispatcher")
	for _, format := range []string{"csv", "xlsx"} {
		p := b.get("/desk/export/" + format + "?state=reported")
		if p.status != http.StatusOK || !strings.Contains(p.header.Get("Content-Disposition"), "."+format) {
			t.Errorf("%s: %d %s", format, p.status, p.header.Get("Content-Disposition"))
		}
	}
	p := b.get("/desk/export?state=reported")
	if p.form("/desk/export", "") == nil || !p.says("As they were written") {
		t.Errorf("how to export is not asked: %s", p.words())
	}
	k.report(matter.Report{Title: "测试标题 13800000000", Text: "测试"})
	form := url.Values{"query": {"state=reported"}, "format": {"csv"}, "wording": {"complete"}, "words": {"测试说明"}}
	if p = b.post("/desk/export", form); p.status != http.StatusUnprocessableEntity && p.status != http.StatusBadRequest || p.form("/desk/export", "") == nil ||
		!slices.ContainsFunc(all(p.Node, named("input")), func(n *html.Node) bool { return attr(n, "value") == "测试说明" }) {
		t.Errorf("words as they were written leave without a purpose: %d %s", p.status, p.words())
	}
	form.Set("purpose", "checking")
	if p = b.post("/desk/export", form); p.status != http.StatusOK || !strings.Contains(contents(p.Node), "13800000000") {
		t.Errorf("with a purpose: %d", p.status)
	}
	form.Set("wording", "redacted")
	for _, p := range []page{b.post("/desk/export", form), b.get("/desk/export/csv?state=reported")} {
		if said := contents(p.Node); p.status != http.StatusOK || strings.Contains(said, "13800000000") || !strings.Contains(said, "测试标题 [mobile number]") {
			t.Errorf("a trace leaves: %d %s", p.status, said)
		}
	}
	if p := b.post("/desk/views", url.Values{"name": {"我的"}, "query": {"state=reported&evil=1&after=x"}}); p.status != http.StatusSeeOther {
		t.Fatalf("saving a view: %d", p.status)
	}
	p = b.get("/desk/matters")
	if !p.says("我的") || strings.Contains(contents(p.Node), "evil") {
		t.Errorf("the view is not offered, or keeps what it should not: %s", p.words())
	}
}
