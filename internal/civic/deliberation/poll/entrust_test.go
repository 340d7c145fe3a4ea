// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll_test

import (
	"strings"
	"testing"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/db/dbtest"
)

func (h *hall) entrust(p poll.Poll) ([]string, error) {
	return h.Entrust(h.t.Context(), poll.Entrust{Realm: realm, ID: p.ID, By: h.chair})
}

// TestTheUrnInThreeHands gives the key of an urn to three people: nobody opens it
// without two of them, and whoever has the database and the installation's key does
// not either.
func TestTheUrnInThreeHands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		c := h.ask("residents", 9, 0)
		c.Secret = true
		p := h.start(c)
		old, err := h.entrust(p)
		if err != nil || len(old) != poll.Holders {
			t.Fatalf("%d codes, %v", len(old), err)
		}
		codes, err := h.entrust(p)
		if err != nil {
			t.Fatalf("again before there are letters: %v", err)
		}
		secrets := h.secrets(p)
		_, err = h.entrust(p)
		wants(t, "once there are letters", err, fault.Conflict, "poll.entrust_late")
		for i := range 6 {
			if _, err := h.Cast(t.Context(), cast(p, secrets[member(i)], poll.For)); err != nil {
				t.Fatal(err)
			}
		}
		stored := h.stored(d, p)
		for _, one := range stored.ballots {
			if _, err := h.Box.Open(one, "poll/"+p.ID); err == nil || strings.Contains(one, poll.For+`"`) {
				t.Error("a ballot opens with what the installation has")
			}
		}
		if stored.key != "" {
			t.Error("the installation keeps a key of the urn")
		}
		h.pass(2 * time.Hour)
		if n, err := h.Expire(t.Context(), realm); n != 0 || err != nil {
			t.Errorf("%d counted by themselves, %v", n, err)
		}
		closed := func(codes ...string) error {
			_, err := h.Close(t.Context(), poll.Close{Realm: realm, ID: p.ID, Codes: codes, By: h.chair})
			return err
		}
		wants(t, "without codes", closed(), fault.Conflict, "poll.codes_needed")
		wants(t, "with one code", closed(codes[0], ""), fault.Invalid, "poll.codes_wrong")
		wants(t, "with one code twice", closed(codes[0], codes[0]), fault.Invalid, "poll.codes_wrong")
		wants(t, "with the codes before", closed(old[0], old[1]), fault.Invalid, "poll.codes_wrong")
		if err := closed(poll.Spaced(codes[2]), strings.ToLower(codes[0])); err != nil {
			t.Fatalf("with two codes as people type them: %v", err)
		}
		r, err := h.Recount(t.Context(), realm, p.ID)
		if err != nil || r.Count.For.People != 6 || r.Verdict.Outcome != "passed" {
			t.Errorf("counted %+v, %v", r.Count, err)
		}
		if after := h.stored(d, p); after.hands != "gone" || len(after.ballots) != 0 {
			t.Error("lock or urn outlive the count")
		}
		if p, err := h.Find(t.Context(), realm, p.ID); err != nil || !p.Entrusted() {
			t.Error("afterwards nobody can tell that the key was in several hands")
		}
	})
}

func TestWhatHasNoUrnHasNoKeyToEntrust(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		_, err := h.entrust(h.start(h.ask("residents", 3, 0)))
		wants(t, "an open vote", err, fault.Conflict, "poll.no_urn")
		c := h.ask("residents", 3, 0)
		c.Secret, c.Channels = true, []poll.Channel{poll.Room}
		_, err = h.entrust(h.start(c))
		wants(t, "a vote in the room alone", err, fault.Conflict, "poll.no_urn")
		c = h.ask("residents", 3, 0)
		c.Secret = true
		p := h.start(c)
		_, err = h.Entrust(t.Context(), poll.Entrust{Realm: realm, ID: p.ID, By: h.first})
		wants(t, "a scrutineer", err, fault.Denied, "poll.not_chair")
		if _, err := h.entrust(p); err != nil {
			t.Fatal(err)
		}
		if err := h.Drop(t.Context(), poll.Drop{Realm: realm, ID: p.ID, Reason: "测试：钥匙码丢失", By: h.chair}); err != nil {
			t.Errorf("given up without codes: %v", err)
		}
		_, err = h.entrust(p)
		wants(t, "one that was given up", err, fault.Conflict, "poll.closed")
	})
}

// stored is what the database holds of an urn.
type stored struct {
	key, hands string
	ballots    []string
}

func (h *hall) stored(d *db.DB, p poll.Poll) (out stored) {
	h.t.Helper()
	err := d.View(h.t.Context(), func(tx *db.Tx) (err error) {
		ctx := h.t.Context()
		if err := tx.QueryRow(ctx, `SELECT key, hands FROM deliberation_poll WHERE realm = ? AND id = ?`, realm, p.ID).Scan(&out.key, &out.hands); err != nil {
			return err
		}
		out.ballots, err = db.All(ctx, tx, db.Q(`SELECT ballot FROM deliberation_urn WHERE realm = ? AND poll = ?`, realm, p.ID),
			func(s *string) []any { return []any{s} })
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}
