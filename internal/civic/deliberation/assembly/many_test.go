// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package assembly_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pavilion/catalogue"
	"pavilion/internal/base/fault"
	"pavilion/internal/base/text"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// BenchmarkARosterOfTenThousand takes a register of 10,000 from tables, freezes a
// roster of it, and reads that.
func BenchmarkARosterOfTenThousand(b *testing.B) {
	const n, each = 10_000, 5000
	texts, err := text.Load(catalogue.FS())
	if err != nil {
		b.Fatal(err)
	}
	words := assembly.Words(texts)
	for name, make := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := open(b, make(b))
				a := w.found(assembly.Residents)
				began := time.Now()
				for from := 0; from < n; from += each {
					var table strings.Builder
					table.WriteString("name,household,since\n")
					for i := from; i < from+each; i++ {
						fmt.Fprintf(&table, "测试居民%d,测试%d号,2026-01-01\n", i, i)
					}
					done, err := w.Take(b.Context(), assembly.Take{
						Realm: realm, Assembly: a.ID, In: strings.NewReader(table.String()), Size: int64(table.Len()), Words: words, By: w.secretary,
					})
					if err != nil || len(done.Problems) > 0 {
						b.Fatal(done, err)
					}
				}
				taken := time.Since(began)
				began = time.Now()
				r, err := w.freeze(a, "community_public", nil)
				if err != nil || r.Entitled().People != n {
					b.Fatal(r.Entitled(), err)
				}
				frozen := time.Since(began)
				began = time.Now()
				if _, _, err := w.Roster(b.Context(), realm, r.ID, w.secretary); err != nil {
					b.Fatal(err)
				}
				read := time.Since(began)
				began = time.Now()
				part, _, err := w.RosterPart(b.Context(), realm, r.ID, w.secretary, n/2, 200)
				if err != nil || len(part.Entries) != 200 || part.Entitled.People != n || !part.More {
					b.Fatal(len(part.Entries), err)
				}
				b.ReportMetric(time.Since(began).Seconds(), "s/page")
				b.ReportMetric(read.Seconds(), "s/read")
				b.ReportMetric(taken.Seconds(), "s/take")
				b.ReportMetric(frozen.Seconds(), "s/freeze")
			}
		})
	}
}

// TestARosterIsReadInParts has the parts of a roster be the whole, with proxies across
// them, for those who may read the whole.
func TestARosterIsReadInParts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		a := w.found(assembly.Owners)
		var members []assembly.Member
		for i := range 7 {
			members = append(members, w.member(a, fmt.Sprintf("测试业主%d", i), func(c *assembly.Join) {
				c.Holdings = []assembly.Holding{{Household: fmt.Sprintf("测试%d号", i), Share: 100}}
				if i == 2 {
					c.Account = "owner"
				}
			}))
		}
		r, err := w.freeze(a, "estate_rules", func(c *assembly.Freeze) {
			c.Aside = []assembly.Aside{{Member: members[3].ID, Conflict: assembly.Contractor}}
			c.Proxies = []assembly.Proxy{{Member: members[0].ID, Holder: members[6].ID, Written: w.Today()}}
		})
		if err != nil {
			t.Fatal(err)
		}
		owner := w.secretary
		owner.Account, owner.Grants = "owner", nil
		after, got := 0, []assembly.Entry{}
		for {
			part, _, err := w.RosterPart(t.Context(), realm, r.ID, owner, after, 3)
			if err != nil || part.Entitled != r.Entitled() || part.Casting != r.Casting() {
				t.Fatalf("%+v, %v", part, err)
			}
			if after == 0 && (part.Numbers[members[6].ID] != 7 || part.Entries[0].Holder != members[6].ID) {
				t.Errorf("who votes for the first: %+v, %+v", part.Entries[0], part.Numbers)
			}
			got = append(got, part.Entries...)
			if !part.More {
				break
			}
			after = got[len(got)-1].No
		}
		if fmt.Sprint(got) != fmt.Sprint(r.Entries) {
			t.Errorf("the parts are %v, the whole %v", got, r.Entries)
		}
		if _, _, err := w.RosterPart(t.Context(), realm, r.ID, w.stranger, 0, 3); fault.KindOf(err) != fault.Missing {
			t.Errorf("a stranger reads it: %v", err)
		}
	})
}
