// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package keeping_test

import (
	"log/slog"
	"testing"
	"time"

	"pavilion/internal/app/keeping"
	"pavilion/internal/base/clock"
	"pavilion/internal/base/id"
	"pavilion/internal/core/edition"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/org"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// TestOldNoticesGoByTheSchedule has many people told something for a year and more:
// after a year it is gone, what is younger stays, and one who is forgotten loses all.
func TestOldNoticesGoByTheSchedule(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const realm, people = "testland", 60 // more than one batch
		start := time.Date(2026, 9, 18, 1, 0, 0, 0, time.UTC)
		at := start
		now := clock.Clock(func() time.Time { return at })
		log := slog.New(slog.DiscardHandler)
		editions := &edition.Service{DB: d, Now: now}
		keep := retention.New(retention.Service{DB: d, Now: now, Log: log, Org: org.New(d, now, log), Editions: editions, Keepers: []retention.Keeper{keeping.Notices{}}})
		body := []byte(`{"rows": [{"kind": "notice", "days": 365, "deed": "destroy", "basis": "retention.basis.notice"}]}`)
		if err := editions.Seed(t.Context(), realm, retention.Edition, body, "basis.practice"); err != nil {
			t.Fatal(err)
		}
		accounts := make([]string, people)
		tell := func(when time.Time) {
			t.Helper()
			err := d.InTx(t.Context(), func(tx *db.Tx) error {
				for i := range accounts {
					if accounts[i] == "" {
						accounts[i] = id.New()
					}
					if err := notify.Send(t.Context(), tx, notify.Message{Realm: realm, ID: id.New(), Account: accounts[i], Key: "k", At: when}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		left := func() (n int) {
			t.Helper()
			err := d.View(t.Context(), func(tx *db.Tx) error {
				list, err := notify.Parts(t.Context(), tx, notify.Wanted{Realm: realm, Limit: 1000})
				n = len(list)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		run := func(want int) {
			t.Helper()
			if got, err := keep.Run(t.Context(), realm); err != nil || got.Gone != want {
				t.Fatalf("the run did %+v, %v; want %d", got, err, want)
			}
		}
		tell(start)
		tell(start.AddDate(0, 6, 0))
		at = start.AddDate(0, 0, 364)
		run(0)
		at = start.AddDate(0, 0, 366)
		run(people)
		run(0)
		if n := left(); n != people {
			t.Errorf("%d parts are left, want %d", n, people)
		}
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			stones, err := keep.Forget(t.Context(), tx, retention.Forget{Realm: realm, Subject: "account/" + accounts[0], Cause: "request", Rule: "request/1", By: "x"})
			if err == nil && len(stones) != 1 {
				t.Errorf("%d tombstones", len(stones))
			}
			return err
		})
		if err != nil || left() != people-1 {
			t.Errorf("of a forgotten account is left %d, %v", left(), err)
		}
	})
}
