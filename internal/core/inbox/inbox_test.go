// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package inbox_test

import (
	"fmt"
	"testing"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/core/inbox"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

const realm = "r"

var monday = time.Date(2026, 9, 21, 9, 0, 0, 0, time.UTC)

// put puts items whose places are 10, 20, 30, … and whose terms end in that order.
func put(t *testing.T, d *db.DB, n int, change func(i int, item *inbox.Item)) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx *db.Tx) error {
		for i := 1; i <= n; i++ {
			item := inbox.Item{
				Realm: realm, Subject: fmt.Sprintf("matter/%02d", i), Role: "dispatcher", Place: int64(10 * i), Town: int64(100 * (i % 2)),
				Title: fmt.Sprint("第", i, "件"), Link: "/x", Since: monday, Due: monday.Add(time.Duration(i) * time.Hour),
			}
			if change != nil {
				change(i, &item)
			}
			if err := inbox.Put(t.Context(), tx, item); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, d *db.DB, after page.Cursor, size int, seats ...inbox.Seat) page.Page[inbox.Item] {
	t.Helper()
	var p page.Page[inbox.Item]
	err := d.View(t.Context(), func(tx *db.Tx) (err error) {
		p, err = inbox.List(t.Context(), tx, realm, seats, after, size)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEachSeatSeesItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, 10, func(i int, item *inbox.Item) {
			if i > 8 {
				item.Role, item.Body = "handler", "works"
			}
		})
		for _, tt := range []struct {
			name  string
			seats []inbox.Seat
			want  int
		}{
			{"the dispatcher of the whole realm", []inbox.Seat{{Role: "dispatcher", Hi: 1 << 60}}, 8},
			{"of one town", []inbox.Seat{{Role: "dispatcher", Lo: 100, Hi: 200, Town: 100}}, 4},
			{"of some places", []inbox.Seat{{Role: "dispatcher", Lo: 20, Hi: 50}}, 3},
			{"a handler of the works", []inbox.Seat{{Role: "handler", Body: "works"}}, 2},
			{"a handler of the works in one town", []inbox.Seat{{Role: "handler", Body: "works", Lo: 95, Hi: 200}}, 1},
			{"a handler of another body", []inbox.Seat{{Role: "handler", Body: "parks"}}, 0},
			{"a grid worker", []inbox.Seat{{Role: "grid_worker", Hi: 1 << 60}}, 0},
			{"somebody with two seats sees nothing twice", []inbox.Seat{{Role: "dispatcher", Lo: 20, Hi: 50}, {Role: "dispatcher", Lo: 10, Hi: 40}}, 4},
			{"somebody without a seat", nil, 0},
		} {
			if got := len(list(t, d, page.Cursor{}, 50, tt.seats...).Items); got != tt.want {
				t.Errorf("%s sees %d items, want %d", tt.name, got, tt.want)
			}
		}
	})
}

func TestPagesGoByUrgencyAndLoseNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	put(t, d, 10, func(i int, item *inbox.Item) {
		if i == 4 {
			item.Due = time.Time{}
		}
	})
	seats := []inbox.Seat{{Role: "dispatcher", Lo: 1, Hi: 60}, {Role: "dispatcher", Lo: 60, Hi: 1000}}
	var seen []string
	cursor := page.Cursor{}
	for {
		p := list(t, d, cursor, 3, seats...)
		for _, item := range p.Items {
			seen = append(seen, item.Subject[len("matter/"):])
		}
		if cursor = p.Next; !cursor.More() {
			break
		}
	}
	if got := fmt.Sprint(seen); got != "[01 02 03 05 06 07 08 09 10 04]" {
		t.Errorf("the pages show %s, want all by urgency, the one without a term last", got)
	}
}

func TestASubjectHasOneItemOrNone(t *testing.T) {
	d := dbtest.SQLite(t)
	put(t, d, 1, nil)
	put(t, d, 1, func(_ int, item *inbox.Item) { item.Role = "grid_worker" })
	everywhere := int64(1) << 60
	if n := len(list(t, d, page.Cursor{}, 9, inbox.Seat{Role: "dispatcher", Hi: everywhere}).Items); n != 0 {
		t.Errorf("%d items are left where the subject was before", n)
	}
	err := d.InTx(t.Context(), func(tx *db.Tx) error { return inbox.Clear(t.Context(), tx, realm, "matter/01") })
	if n := len(list(t, d, page.Cursor{}, 9, inbox.Seat{Role: "grid_worker", Hi: everywhere}).Items); err != nil || n != 0 {
		t.Errorf("cleared, %d items are left, %v", n, err)
	}
}
