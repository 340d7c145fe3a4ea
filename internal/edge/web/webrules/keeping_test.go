// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webrules_test

import (
	"bytes"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/clock"
	"pavilion/internal/civic/matter/kind"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const typesAt = "/desk/rules/" + kind.Edition

// formOf is the draft's form as a page shows it.
func formOf(t *testing.T, a answer) url.Values {
	t.Helper()
	value := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(a.page[strings.LastIndex(a.page, "/draft\""):])
		if m == nil {
			t.Fatalf("the draft's form has no %s", pattern)
		}
		return html.UnescapeString(m[1])
	}
	return url.Values{
		"body": {value(`(?s)<textarea[^>]*name="body"[^>]*>\n?(.*?)</textarea>`)}, "revision": {value(`name="revision" value="([^"]*)"`)},
		"basis": {value(`name="basis"[^>]*? value="([^"]*)"`)},
	}
}

// edited is a form in whose text something is replaced.
func edited(t *testing.T, form url.Values, change func(k map[string]any)) url.Values {
	t.Helper()
	var book map[string]any
	if err := json.Unmarshal([]byte(form.Get("body")), &book); err != nil {
		t.Fatal(err)
	}
	for _, k := range book["types"].([]any) {
		change(k.(map[string]any))
	}
	body, err := json.Marshal(book)
	if err != nil {
		t.Fatal(err)
	}
	return url.Values{"body": {string(body)}, "basis": {"Decision 8"}, "note": {"Covers sooner"}, "revision": form["revision"]}
}

func (h *hall) get(path string) answer {
	h.t.Helper()
	return h.ask("admin", http.MethodGet, path, nil).want(h.t, http.StatusOK)
}

func (h *hall) post(path string, form url.Values) answer {
	h.t.Helper()
	return h.ask("admin", http.MethodPost, path, form)
}

func TestTwoKeepersOfOneDraft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		shown := formOf(t, h.get(typesAt))
		first := edited(t, shown, func(k map[string]any) {})
		h.post(typesAt+"/draft", first).want(t, http.StatusSeeOther)
		second := edited(t, shown, func(k map[string]any) {
			if k["code"] == "020103" {
				k["lead"] = "URBAN"
			}
		})
		second.Set("basis", "Decision 9")
		refused := h.post(typesAt+"/draft", second).want(t, http.StatusPreconditionFailed, "Somebody changed this draft just before you", "Covers sooner")
		kept := formOf(t, refused)
		if kept.Get("basis") != "Decision 9" || kept.Get("body") != second.Get("body") {
			t.Error("what was typed is gone from the form")
		}
		if e, _, err := h.editions.Draft(t.Context(), mattertest.Realm, kind.Edition); err != nil || e.Basis != "Decision 8" || e.Revision != 1 {
			t.Errorf("the first keeper's draft became %q at revision %d, %v", e.Basis, e.Revision, err)
		}
		h.post(typesAt+"/draft", kept).want(t, http.StatusSeeOther)
		if e, _, err := h.editions.Draft(t.Context(), mattertest.Realm, kind.Edition); err != nil || e.Basis != "Decision 9" || e.Revision != 2 {
			t.Errorf("sent again knowingly, the draft is %q at revision %d, %v", e.Basis, e.Revision, err)
		}
		h.post(typesAt+"/publish", url.Values{"revision": {"1"}}).want(t, http.StatusPreconditionFailed, "Somebody changed this draft")
		h.post(typesAt+"/discard", url.Values{"revision": {"1"}}).want(t, http.StatusPreconditionFailed, "Somebody changed this draft")
	})
}

func TestEveryFindingIsNamedAndKeepsTheDraftBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		faulty := edited(t, formOf(t, h.get(typesAt)), func(k map[string]any) {
			switch k["code"] {
			case "020103":
				k["lead"] = ""
			case "020101":
				k["evidence"] = []string{}
			}
		})
		faulty.Set("basis", "")
		h.post(typesAt+"/draft", faulty).want(t, http.StatusSeeOther)
		findings := []string{"020103.lead: Name the kind of body that leads.", "020101.evidence: Say what proves that it is done."}
		page := h.get(typesAt)
		page.want(t, http.StatusOK, append(findings, "To be mended before it can be published")...)
		if strings.Contains(page.page, "It is sound and can be published") {
			t.Error("a faulty draft is called sound")
		}
		h.post(typesAt+"/publish", url.Values{"revision": {"1"}}).want(t, http.StatusUnprocessableEntity, append(findings, "Please name the basis", "#f-basis", "#f-body")...)
		if list, err := h.editions.List(t.Context(), mattertest.Realm, kind.Edition); err != nil || len(list) != 2 {
			t.Errorf("there are %d editions, %v; want the draft and the first", len(list), err)
		}
	})
}

func TestPublishedForALaterDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.post(typesAt+"/draft", edited(t, formOf(t, h.get(typesAt)), func(k map[string]any) {
			if k["code"] == "020103" {
				k["handle"] = clock.Term{Unit: clock.UrgentHour, N: 9}
			}
		})).want(t, http.StatusSeeOther)
		h.get(typesAt).want(t, http.StatusOK, "How the draft differs", "types.020103.handle.n", "<del>6</del>", "<ins>9</ins>", "It is sound")
		publish := func(day string) answer {
			return h.post(typesAt+"/publish", url.Values{"revision": {"1"}, "from": {day}})
		}
		publish("2026-09-31").want(t, http.StatusUnprocessableEntity, "#f-from")
		publish("2026-09-17").want(t, http.StatusUnprocessableEntity, "Rules cannot come in force in the past")
		publish("2026-10-01").want(t, http.StatusSeeOther)
		h.get("/desk/rules").want(t, http.StatusOK, "Coming", "Reply templates", "Holidays of 2026", "Holidays of 2027")
		h.get(typesAt).want(t, http.StatusOK, "Coming", "Thu 1 Oct 2026", "Covers sooner", "Decision 8")
		h.get(typesAt+"?from=1&to=2").want(t, http.StatusOK, "Changes from edition 1 to 2", "types.020103.handle.n", "<del>6</del>", "<ins>9</ins>")
		handling := func() float64 {
			k, _ := h.Types.Current(mattertest.Realm).Find("020103")
			return k.Handle.N
		}
		if n := handling(); n != 6 {
			t.Errorf("before its day handling takes %v", n)
		}
		h.Time = time.Date(2026, 9, 30, 16, 0, 0, 0, time.UTC) // midnight where the realm is
		if n := handling(); n != 9 {
			t.Errorf("on its day handling takes %v", n)
		}
		if page := h.get(typesAt); strings.Contains(page.page, "Coming") || !strings.Contains(page.page, "Superseded") {
			t.Error("on its day the editions do not say so")
		}
		h.post(typesAt+"/draft", url.Values{"body": formOf(t, h.get(typesAt))["body"], "basis": {"Decision 10"}, "revision": {"0"}}).want(t, http.StatusSeeOther)
		publish("2026-10-01").want(t, http.StatusSeeOther) // today is at once
		if list, err := h.editions.List(t.Context(), mattertest.Realm, kind.Edition); err != nil || len(list) != 3 || !list[0].From.Equal(h.Time) {
			t.Errorf("published today: %d editions, %v", len(list), err)
		}
	})
}

func TestWhatIsExportedIsTakenByAnotherRealm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const other = "otherland"
		h := open(t, d)
		root, err := h.Org.CreateRealm(t.Context(), org.NewRealm{ID: other, Name: "测试市", By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		exported := h.ask("admin", http.MethodGet, typesAt+"/1", nil).want(t, http.StatusOK)
		h.ask("admin", http.MethodGet, typesAt+"/2", nil).want(t, http.StatusNotFound)
		h.ask("admin", http.MethodGet, typesAt+"/first", nil).want(t, http.StatusNotFound)
		h.ask("admin", http.MethodGet, "/desk/rules/secrets", nil).want(t, http.StatusNotFound)
		keeper := h.Actor(identity.Administrator, root, "")
		keeper.Realm, keeper.Grants[0].Realm = other, other
		h.people["admin"] = keeper
		h.serve(other)
		h.get(typesAt).want(t, http.StatusOK, "Nothing is published yet")
		h.post(typesAt+"/draft", url.Values{"body": {exported.page}, "basis": {"Decision 1"}, "revision": {"0"}}).want(t, http.StatusSeeOther)
		h.post(typesAt+"/publish", url.Values{"revision": {"1"}}).want(t, http.StatusSeeOther)
		if again := h.ask("admin", http.MethodGet, typesAt+"/1", nil); again.page != exported.page {
			t.Error("exported again it is another text")
		}
		var compact bytes.Buffer
		mine, err := h.editions.Version(t.Context(), other, kind.Edition, 1)
		if err == nil {
			err = json.Compact(&compact, mine.Body)
		}
		theirs, failed := h.editions.Version(t.Context(), mattertest.Realm, kind.Edition, 1)
		if err != nil || failed != nil || compact.String() != string(theirs.Body) {
			t.Errorf("the other realm has other rules: %v, %v", err, failed)
		}
		if len(h.Types.Current(other).All()) != len(h.Types.Current(mattertest.Realm).All()) {
			t.Error("the other realm has other types")
		}
	})
}

// A second change of a type begins as the first left it.
func TestATypeIsChangedTwiceInOneDraft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		const one = "/desk/types/020103"
		change := url.Values{
			"list": {"B"}, "priority": {"P1"}, "privacy": {"A"}, "lead": {"UTIL"}, "respond_n": {"0.25"}, "respond_unit": {"urgent_hour"},
			"handle_n": {"7.5"}, "handle_unit": {"urgent_hour"}, "withdrawn": {"yes"}, "basis": {"Decision 3"},
		}
		h.post(one, change).want(t, http.StatusSeeOther)
		h.get(one).want(t, http.StatusOK, `value="7.5"`, `value="0.25"`, "checked")
		if seen := h.ask("desk", http.MethodGet, one, nil).want(t, http.StatusOK); strings.Contains(seen.page, "7.5") {
			t.Error("the desk sees the draft")
		}
	})
}

func TestOthersKeepNoRules(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	form := url.Values{"body": {"{}"}, "revision": {"0"}}
	for _, path := range []string{"/desk/rules", typesAt, typesAt + "/1"} {
		h.ask("desk", http.MethodGet, path, nil).want(t, http.StatusForbidden)
		h.ask("nobody", http.MethodGet, path, nil).want(t, http.StatusSeeOther)
	}
	for _, path := range []string{typesAt + "/draft", typesAt + "/publish", typesAt + "/discard", "/desk/types/020103"} {
		h.ask("desk", http.MethodPost, path, form).want(t, http.StatusForbidden)
		h.ask("nobody", http.MethodPost, path, form).want(t, http.StatusForbidden)
	}
	if kinds, err := h.editions.List(t.Context(), mattertest.Realm, kind.Edition); err != nil || len(kinds) != 1 {
		t.Errorf("there are %d editions, %v", len(kinds), err)
	}
}
