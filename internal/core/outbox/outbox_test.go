// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"time"

	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
	"pavilion/internal/platform/jobs"
)

func TestEventsReachThoseWhoSubscribed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := time.Unix(1000, 0)
		q := jobs.New(d, func() time.Time { return now }, slog.New(slog.DiscardHandler))
		heard := map[string][]string{}
		failing := true
		hear := func(who string) outbox.Subscriber {
			return func(_ context.Context, events []outbox.Event) error {
				for _, e := range events {
					var body string
					if err := json.Unmarshal(e.Body, &body); err != nil {
						return err
					}
					heard[who] = append(heard[who], body)
				}
				if who == "slow" && failing {
					return errors.New("not yet")
				}
				return nil
			}
		}
		outbox.Deliver(q, map[string][]outbox.Subscriber{"a": {hear("first"), hear("slow")}, "*": {hear("all")}})
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			return errors.Join(
				outbox.Add(t.Context(), tx, "r", "a", now, "one"),
				outbox.Add(t.Context(), tx, "r", "b", now, "two"))
		})
		refused := errors.New("refused")
		failed := d.InTx(t.Context(), func(tx *db.Tx) error {
			return errors.Join(outbox.Add(t.Context(), tx, "r", "a", now, "never"), refused)
		})
		if err != nil || !errors.Is(failed, refused) {
			t.Fatal(err, failed)
		}
		if err := q.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		failing, now = false, now.Add(time.Hour)
		if err := q.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(heard["slow"]) != 2 || len(heard["first"]) != 2 || len(heard["all"]) != 3 {
			t.Errorf("heard %v; want the failed event told again to all who subscribed to it, and nothing of a use case that failed", heard)
		}
	})
}
