// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package disclosure_test

import (
	"fmt"
	"testing"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/core/org"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// many fills a board: of all notices but the last few hundred the period is over. Rows are
// written as the use cases write them.
func (w *town) many(n int) (last string) {
	w.t.Helper()
	body := "一、本村居民停车免费。\n二、外来单位车辆每次收费 5 元，低于市场价格。\n三、收入用于村内道路照明，每季度公布一次。"
	from, recent := w.now.AddDate(-6, 0, 0), w.now.AddDate(0, 0, -10)
	step := recent.Sub(from) / time.Duration(n)
	const batch, up = 1000, 400
	for start := 0; start < n; start += batch {
		w.must(w.DB.InTx(w.t.Context(), func(tx *db.Tx) error {
			for i := start; i < min(start+batch, n); i++ {
				at, area := from.Add(step*time.Duration(i+1)), []org.Area{w.area, w.other}[i%2]
				last = fmt.Sprintf("01890000-0000-7000-8000-%012d", i)
				state, section := disclosure.Ended, "past"
				if i >= n-up {
					at = recent.Add(time.Duration(i-n+up) * 30 * time.Minute)
					state, section = disclosure.Stands, "standing"
				}
				err := tx.Later(w.t.Context(), `
					INSERT INTO deliberation_notice (realm, id, number, kind, purpose, rule, basis, days, title, issuer, body, area, place, boards, state, version,
						material, posted_at, counted_at, until_on, stood, ended_at, reason, changed_at, author, revision)
					VALUES (?, ?, ?, 'resolution', '', 'villager_reps', 'basis.villagers_law', 15, ?, '测试村村民委员会', ?, ?, ?, '', ?, 1, 0, ?, ?, ?, 15, 0, '', ?, 'a', 2)`,
					realm, last, fmt.Sprintf("2026-%d", i), fmt.Sprintf("关于停车收费的决议之%d", i), body, area.ID, area.Lo, state,
					at.UnixMicro(), at.UnixMicro(), at.AddDate(0, 0, 16).Format(time.DateOnly), at.UnixMicro())
				if err != nil {
					return err
				}
				if err := tx.Later(w.t.Context(), `INSERT INTO deliberation_wording (realm, notice, version, title, issuer, body, why, material, at) VALUES (?, ?, 1, 't', 'i', ?, '', 0, ?)`,
					realm, last, body, at.UnixMicro()); err != nil {
					return err
				}
				for _, on := range []string{area.ID, w.root.ID} {
					if err := tx.Later(w.t.Context(), `INSERT INTO deliberation_listing (realm, area, notice, section, posted_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)`,
						realm, on, last, section, at.UnixMicro(), at.UnixMicro()); err != nil {
						return err
					}
				}
			}
			return nil
		}))
	}
	return last
}

// pages are what somebody asks of a board.
func (w *town) pages(notice string) map[string]func() error {
	deep := page.Cursor{At: w.now.AddDate(-5, 0, 0).UnixMicro(), ID: "x"}
	list := func(area string, past bool, after page.Cursor) func() error {
		return func() error {
			found, err := w.List(w.t.Context(), realm, area, past, after, 20)
			if err == nil && len(found.Items) != 20 {
				err = fmt.Errorf("%d notices", len(found.Items))
			}
			return err
		}
	}
	return map[string]func() error{
		"the board":        list(w.root.ID, false, page.Cursor{}),
		"an area's board":  list(w.area.ID, false, page.Cursor{}),
		"what is over":     list(w.root.ID, true, page.Cursor{}),
		"five years back":  list(w.root.ID, true, deep),
		"an area, as deep": list(w.area.ID, true, deep),
		"the feed":         func() error { _, err := w.Feed(w.t.Context(), realm, w.root.ID); return err },
		"one notice":       func() error { _, err := w.Open(w.t.Context(), realm, notice); return err },
		"nothing to end":   func() error { _, err := w.Expire(w.t.Context(), realm); return err },
	}
}

// BenchmarkABoard measures what people ask of a board with 2,000 and with 100,000 notices,
// most of them from former years.
func BenchmarkABoard(b *testing.B) {
	for _, size := range []int{2_000, 100_000} {
		for name, d := range map[string]*db.DB{"sqlite": dbtest.SQLite(b), "postgres": dbtest.Postgres(b)} {
			w := open(b, d)
			w.at("2026-03-02 09:00")
			last := w.many(size)
			for what, ask := range w.pages(last) {
				b.Run(fmt.Sprintf("%s/%d/%s", name, size, what), func(b *testing.B) {
					for b.Loop() {
						if err := ask(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}

// TestABoardOfManyPages walks a board from its newest notice to its oldest.
func TestABoardOfManyPages(t *testing.T) {
	w := open(t, dbtest.SQLite(t))
	w.at("2026-03-02 09:00")
	last := w.many(900)
	for name, ask := range w.pages(last) {
		if name == "five years back" || name == "an area, as deep" {
			continue // there are too few for a page there
		}
		if err := ask(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	seen := map[string]bool{}
	for after, pages := (page.Cursor{}), 0; pages < 60; pages++ {
		found, err := w.List(t.Context(), realm, w.root.ID, true, after, 20)
		w.must(err)
		for _, n := range found.Items {
			if seen[n.ID] {
				t.Fatalf("%s comes twice", n.ID)
			}
			seen[n.ID] = true
		}
		if after = found.Next; !after.More() {
			break
		}
	}
	if len(seen) != 500 {
		t.Errorf("%d of 500 notices were listed", len(seen))
	}
}
