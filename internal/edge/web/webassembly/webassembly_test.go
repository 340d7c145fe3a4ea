// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package webassembly

import (
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/core/edition"
	"pavilion/internal/edge/web/webkit"
	"pavilion/internal/edge/web/webkit/webkittest"
	"pavilion/internal/platform/db/dbtest"
)

func kit(t *testing.T) *webkit.Kit {
	return webkittest.Kit(t, time.Date(2026, 9, 21, 9, 0, 0, 0, time.UTC))
}

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	k := kit(t)
	Samples(k)
	webkittest.Pages(t, k, "assembl")
}

// TestWhatIsWrittenIsReadAgain has households come back as they were shown.
func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	m := assembly.Member{Holdings: []assembly.Holding{{Household: "3-2-101", Share: 8950}, {Household: "Car port 7", Share: 1200}}}
	got, bad := holdings(written(m), true)
	if bad != nil || len(got) != 2 || got[0] != m.Holdings[0] || got[1] != m.Holdings[1] {
		t.Errorf("%+v, %v", got, bad)
	}
	if _, bad := holdings("3-2-101 wide", true); bad == nil || bad.Kind != fault.Invalid {
		t.Errorf("an area in words: %v", bad)
	}
}

// TestARefusalNamesBodyAndLaw has no key in what people read.
func TestARefusalNamesBodyAndLaw(t *testing.T) {
	_, table, err := assembly.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	say := kit(t).Printer("en")
	want := say.T("kit.with_basis", "text", say.T("assembly.wrong_body.owners"), "basis", say.T("basis.civil_code_278"))
	if got := webkit.Sentence(say, table.Refuse("repair_fund", assembly.ResidentReps, "2026-09-20")); got != want {
		t.Errorf("it says %q", got)
	}
}

// TestEachBodyDecidesInItsOwnWay has everybody read the thresholds of every body that
// may decide a subject, not those of the first alone.
func TestEachBodyDecidesInItsOwnWay(t *testing.T) {
	law, table, err := assembly.Load(catalogue.FS())
	if err != nil {
		t.Fatal(err)
	}
	k := kit(t)
	editions := &edition.Service{DB: dbtest.SQLite(t), Now: k.Now}
	p := &Pages{Kit: k, Realm: "r", Bodies: assembly.New(assembly.Service{Now: k.Now, Zone: time.UTC, Editions: editions, Law: law, Table: table})}
	ro := k.Router()
	ro.Handle("GET /decisions", webkit.Public, p.decides)
	r, w := httptest.NewRequest(http.MethodGet, "/decisions", nil), httptest.NewRecorder()
	r.AddCookie(&http.Cookie{Name: "pv_lang", Value: "en"})
	ro.ServeHTTP(w, r)
	say := k.Printer("en")
	_, after, there := strings.Cut(w.Body.String(), "<strong>"+say.T("assembly.subject.community_public")+"</strong>")
	entry, _, _ := strings.Cut(after, "</li>")
	if !there {
		t.Fatal("the subject is not there")
	}
	at := 0
	for _, code := range []string{"resident_reps", "residents"} {
		rule, _ := law.At(code, "2026-09-21")
		for _, words := range append([]string{say.T("assembly.kind." + code)}, Bounds(say, rule.Quorum)...) {
			found := strings.Index(entry[at:], html.EscapeString(words))
			if found < 0 {
				t.Fatalf("%s: %q does not follow in %s", code, words, entry)
			}
			at += found
		}
	}
}
