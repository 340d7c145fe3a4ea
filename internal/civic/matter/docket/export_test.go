// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package docket_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/docket"
	"pavilion/internal/civic/matter/mattertest"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/sheet"
)

// Words with a number of nobody.
const (
	phone    = "13800000000"
	titled   = "测试路灯不亮，请打 " + phone
	restrict = "060101" // a type of class C
)

func mark(k trace.Kind) string { return "[" + string(k) + "]" }

// taken reads an export, by the matters' types.
func taken(t *testing.T, r *mattertest.Realmful, c docket.Export) map[string]docket.Line {
	t.Helper()
	lines, err := r.Docket.Export(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]docket.Line{}
	for l, err := range lines {
		if err != nil {
			t.Fatal(err)
		}
		out[l.Type] = l
	}
	return out
}

func TestWordsLeaveWithoutTracesUnlessAPurposeIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := mattertest.New(t, d)
		desk, auditor := r.Actor(identity.Dispatcher, r.East.Town, ""), r.Actor(identity.Auditor, r.East.Town, "")
		for _, code := range []string{"010304", restrict} {
			_, err := r.Report(t.Context(), matter.Report{Realm: mattertest.Realm, Origin: "test", Type: code, Title: titled, Text: "测试", Address: "测试巷九号", Point: r.East.Middle()})
			if err != nil {
				t.Fatal(err)
			}
		}
		looks := &sight.Service{DB: d, Now: r.Now}
		kept := func() []sight.Entry {
			found, err := looks.Log(t.Context(), auditor, sight.Question{Subject: docket.ExportSubject}, page.Cursor{}, 10)
			if err != nil {
				t.Fatal(err)
			}
			return found.Items
		}
		got := taken(t, r, docket.Export{By: desk, Mark: mark})
		plain := got["010304"]
		if strings.Contains(plain.Title, phone) || !strings.Contains(plain.Title, "[phone]") || !slices.Contains(plain.Found, trace.Phone) {
			t.Errorf("with no purpose %q leaves, found %v", plain.Title, plain.Found)
		}
		if len(kept()) != 0 {
			t.Error("what leads to nobody is recorded as a look")
		}
		for name, c := range map[string]docket.Export{
			"no purpose":                {By: desk, Complete: true},
			"a purpose of the program":  {By: desk, Complete: true, Purpose: sight.Auditing},
			"another one without words": {By: desk, Complete: true, Purpose: sight.Other},
			"words with a number":       {By: desk, Complete: true, Purpose: sight.Other, Words: "请联系 " + phone},
		} {
			if _, err := r.Docket.Export(t.Context(), c); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(kept()) != 0 {
			t.Error("what was refused is recorded")
		}
		got = taken(t, r, docket.Export{By: desk, Complete: true, Purpose: sight.Checking, Words: "测试核查"})
		if got["010304"].Title != titled {
			t.Errorf("for a purpose %q leaves", got["010304"].Title)
		}
		if l, there := got[restrict]; !there || l.Title != "" || l.Address != "" || len(l.Withheld) == 0 {
			t.Errorf("of class C leaves %+v", l.Matter)
		}
		e := kept()
		if len(e) != 1 || e[0].Way != sight.Export || e[0].Purpose != sight.Checking || e[0].Account != desk.Account || e[0].Words != "测试核查" {
			t.Fatalf("recorded is %+v", e)
		}
	})
}

// exportRows is how many matters the benchmark exports.
const exportRows = 10_000

func BenchmarkExport(b *testing.B) {
	r := mattertest.New(b, dbtest.SQLite(b))
	desk := r.Actor(identity.Dispatcher, r.East.Town, "")
	for i := range exportRows {
		title := fmt.Sprintf("测试路口 %d 的井盖不见了，晚上很危险，请尽快派人处理", i)
		if i%20 == 0 {
			title += "，请打 " + phone
		}
		_, err := r.Report(b.Context(), matter.Report{Realm: mattertest.Realm, Origin: "test", Type: "010304", Title: title, Text: "测试", Address: "人民路与测试路口", Point: r.East.Middle()})
		if err != nil {
			b.Fatal(err)
		}
	}
	run := func(name string, words bool, c docket.Export) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out, err := sheet.NewWriter(io.Discard, sheet.CSV, make([]string, 19))
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				write := func(m matter.Matter, err error) {
					cells := []any{m.Number, string(m.State), m.Type, m.Type, m.Area, m.Owner, m.Origin, m.ReportedAt, m.Due, "", m.Escalation, m.Returns, "", m.Followers, m.Rating}
					if words {
						cells = append(cells, m.Title, m.Address, m.PublicText, "")
					}
					if err = errorOf(err, out.Row(cells...)); err != nil {
						b.Fatal(err)
					}
					n++
				}
				if !words {
					for m, err := range r.Docket.All(b.Context(), desk, docket.Filter{}) {
						write(m, err)
					}
				} else {
					lines, err := r.Docket.Export(b.Context(), c)
					if err != nil {
						b.Fatal(err)
					}
					for l, err := range lines {
						write(l.Matter, err)
					}
				}
				if n != exportRows {
					b.Fatalf("%d rows", n)
				}
			}
			b.ReportMetric(float64(exportRows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
	run("no words", false, docket.Export{})
	run("words looked through", true, docket.Export{By: desk, Mark: mark})
	run("words as written", true, docket.Export{By: desk, Mark: mark, Complete: true, Purpose: sight.Checking})
}

func errorOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
