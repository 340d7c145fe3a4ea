// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll_test

import (
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

// TestAVoteForgetsWhoCame has accounts and letters go when a vote's time is over, and
// only then: the count is the same afterwards.
func TestAVoteForgetsWhoCame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		c := h.ask("residents", 3, 0)
		c.Voters[0].Account = "resident"
		p := h.start(c)
		secrets := h.secrets(p)
		over := func(before time.Time) (list []retention.Item) {
			q := retention.Question{Realm: realm, Kind: poll.DataKind, Before: before, Limit: 10}
			if err := d.View(t.Context(), func(tx *db.Tx) (err error) { list, err = poll.Keeper{}.Over(t.Context(), tx, q); return err }); err != nil {
				t.Fatal(err)
			}
			return list
		}
		for i := range 3 {
			if err := h.roll(p, i, poll.For); err != nil {
				t.Fatal(err)
			}
		}
		h.pass(2 * time.Hour)
		if list := over(h.Now()); len(list) != 0 {
			t.Errorf("a vote that waits to be counted is over: %+v", list)
		}
		before := h.count(p)
		list := over(h.Now())
		if len(list) != 1 || list[0].Subject != "poll/"+p.ID || list[0].Open || list[0].Place != p.Place {
			t.Fatalf("%+v", list)
		}
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			n, err := poll.Keeper{}.Forget(t.Context(), tx, retention.Stone{Realm: realm, Item: list[0]})
			if n != 3 {
				t.Errorf("%d records are gone", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if list := over(h.Now()); len(list) != 0 {
			t.Errorf("forgotten and over: %+v", list)
		}
		if own, err := h.Own(t.Context(), identity.Actor{Realm: realm, Account: "resident"}); err != nil || len(own) != 0 {
			t.Errorf("an account leads to a vote: %+v, %v", own, err)
		}
		if _, err := h.Voter(t.Context(), realm, p.ID, secrets[member(1)]); fault.KindOf(err) != fault.Missing {
			t.Errorf("a letter leads to a voter: %v", err)
		}
		if after, err := h.Recount(t.Context(), realm, p.ID); err != nil || after.Count != before.Count {
			t.Errorf("counted anew: %+v, %v", after, err)
		}
	})
}
