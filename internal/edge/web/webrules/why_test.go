// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrules_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/org"
	"pavilion/internal/core/routing"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// table drafts a routing table through its page.
func (h *hall) table(revision int, rows ...routing.Row) {
	h.t.Helper()
	body, err := json.Marshal(routing.Table{Rows: rows})
	if err != nil {
		h.t.Fatal(err)
	}
	h.post("/desk/rules/routing/draft", url.Values{"body": {string(body)}, "basis": {"Decision 1"}, "revision": {strconv.Itoa(revision)}}).want(h.t, http.StatusSeeOther)
}

// why asks who gets a missing manhole cover in an area.
func (h *hall) why(area org.Area, more string) answer {
	h.t.Helper()
	return h.ask("desk", http.MethodGet, "/desk/routing?code=020103&area="+area.ID+more, nil).want(h.t, http.StatusOK)
}

// card is the part of a page that says who gets it.
func (a answer) card(t *testing.T) answer {
	t.Helper()
	_, rest, ok := strings.Cut(a.page, `id="who-title">`)
	card, _, closed := strings.Cut(rest, "</section>")
	if !ok || !closed {
		t.Fatal("the page says of nobody who gets it")
	}
	return answer{a.status, a.to, card}
}

func TestWhyABodyGetsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		office, err := h.Org.AddBody(t.Context(), org.NewBody{Realm: mattertest.Realm, Kind: "COMM", Name: "测试社区", Area: h.East.Town.ID, By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		h.why(h.East.Grid, "").card(t).want(t, http.StatusOK, h.Works.Name, "No row applies: the nearest body of the leading kind UTIL")
		h.table(0,
			routing.Row{Code: "02", Body: h.Works.ID}, routing.Row{Code: "020103", Area: h.East.Town.ID, Body: h.City.ID},
			routing.Row{Code: "020103", Area: h.East.Town.ID, Days: []int{0, 6}, From: "08:00", To: "20:00", Body: office.ID},
		)
		h.post("/desk/rules/routing/publish", url.Values{"revision": {"1"}}).want(t, http.StatusSeeOther)
		h.Time = h.Time.Add(2 * time.Second)
		card := h.why(h.East.Grid, "").card(t).want(t, http.StatusOK,
			h.City.Name+"</h2>", "Routing table, edition 1: Manhole cover missing or broken, 东镇, any time",
			"Applies too, less specific: "+h.Works.Name+" (02…, any area, any time)")
		if strings.Contains(card.page, office.Name) {
			t.Error("a row of the weekend is named on a Friday")
		}
		h.why(h.West.Grid, "").card(t).want(t, http.StatusOK, h.Works.Name+"</h2>", "Routing table, edition 1: 02…, any area, any time")
		h.why(h.East.Grid, "&at=2026-09-19T09:30").card(t).want(t, http.StatusOK,
			office.Name+"</h2>", "Sun Sat 08:00–20:00", "Applies too, less specific: "+h.City.Name, "Applies too, less specific: "+h.Works.Name)
		h.why(h.East.Grid, "&at=2026-09-19T21:00").card(t).want(t, http.StatusOK, h.City.Name+"</h2>")
		h.pages.Barred = func(code string, b org.Body) error {
			if b.ID == h.City.ID {
				return fault.New(fault.Denied, "matter.department_leads")
			}
			return nil
		}
		h.why(h.East.Grid, "").card(t).want(t, http.StatusOK, h.Works.Name+"</h2>", "Not "+h.City.Name+": "+h.pages.Kit.Printer("en").T("matter.department_leads"))
		h.ask("nobody", http.MethodGet, "/desk/routing", nil).want(t, http.StatusSeeOther)
	})
}

func TestThePreviewNamesWhatWouldGoElsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		m := h.Reported(t, h.East)
		last := func(area string, count int) routing.Case {
			return routing.Case{Ask: routing.Ask{Realm: m.Realm, Code: m.Type, Lead: "UTIL", Area: area, At: m.ReportedAt}, Count: count}
		}
		h.recent = []routing.Case{last(m.Area, 4), last(h.West.Grid.ID, 9)}
		if page := h.why(h.East.Grid, ""); strings.Contains(page.page, "What the draft would change") {
			t.Error("without a draft something is tried")
		}
		h.table(0, routing.Row{Code: "020103", Area: h.East.Town.ID, Body: h.City.ID})
		row := "<tr><td>Manhole cover missing or broken</td><td>东镇一村网格</td><td>" + h.Works.Name + "</td><td>" + h.City.Name + `</td><td class="num">4</td></tr>`
		page := h.why(h.East.Grid, "").want(t, http.StatusOK, "Tried on the last 2 matters: 1 would go to another body.", row)
		if strings.Contains(page.page, `<td class="num">9</td>`) {
			t.Error("what stays where it is stands in the preview")
		}
		page.card(t).want(t, http.StatusOK, h.Works.Name+"</h2>")
		h.table(1, routing.Row{Code: "020103", Area: h.East.Town.ID, Body: h.Works.ID})
		h.why(h.East.Grid, "").want(t, http.StatusOK, "Tried on the last 2 matters: 0 would go to another body.")
	})
}
