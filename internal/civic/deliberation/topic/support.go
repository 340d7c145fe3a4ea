// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"fmt"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Support is somebody standing behind a topic: with the number and code of their own
// suggestion, or signed in.
type Support struct {
	Realm, ID    string
	Number, Code string // empty for somebody who is signed in
	By           identity.Actor
}

// Support counts somebody, once. Who it is is not kept: of an account a sum that only
// this server can make, so that mergers count it once. It fails with Conflict for who
// is counted already, or whose suggestion is part of the topic, and for a topic that
// has ended; it is Missing for one that is not public.
func (s *Service) Support(ctx context.Context, c Support) (t Topic, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		mark, way := "", byAccount
		if c.Code != "" || c.Number != "" {
			g, err := s.follow(ctx, tx, c.Realm, c.Number, c.Code)
			if err != nil {
				return err
			}
			mark, way = g.ID, byCode
		} else if c.By.Anonymous() || c.By.Realm != c.Realm {
			return fault.New(fault.Invalid, "topic.code_needed").At("number")
		} else {
			mark = s.Box.Sum("topic_support", c.Realm, c.By.Account)
		}
		if t, err = hold(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		switch {
		case !t.Public():
			return fault.New(fault.Missing, "topic.missing")
		case t.Stage == Merged:
			return fault.New(fault.Conflict, "topic.merged").With("into", t.Into)
		case !t.Stage.Takes():
			return fault.New(fault.Conflict, "topic.ended")
		}
		there, err := backs(ctx, tx, t, mark)
		if err != nil {
			return err
		}
		if there {
			return fault.New(fault.Conflict, "topic.counted_already")
		}
		if err := back(ctx, tx, t, mark, way); err != nil {
			return err
		}
		more := Backing{Accounts: 1}
		if way == byCode {
			more = Backing{Codes: 1}
		}
		t.Backing.Accounts, t.Backing.Codes = t.Backing.Accounts+more.Accounts, t.Backing.Codes+more.Codes
		if err := addBacking(ctx, tx, t, more); err != nil {
			return err
		}
		return s.counted(ctx, tx, t, way)
	})
	if err != nil {
		return Topic{}, fmt.Errorf("support topic %s: %w", c.ID, err)
	}
	return t, nil
}

// counted writes that somebody stands behind a topic, and not who.
func (s *Service) counted(ctx context.Context, tx *db.Tx, t Topic, way string) error {
	audit.Add(ctx, tx, audit.Entry{Realm: t.Realm, Subject: t.name(), Act: "topic.supported", At: s.Now(), Detail: map[string]any{"way": way}})
	return outbox.Add(ctx, tx, t.Realm, "topic.supported", s.Now(), Happened{Topic: t.ID, Stage: t.Stage, Place: t.Place})
}

// Count is a secretary entering how many stand behind a topic on paper.
type Count struct {
	Realm, ID        string
	Revision         int
	Reps, Households int
	By               identity.Actor
}

// maxCount bounds what is counted on paper.
const maxCount = 1_000_000

// Count keeps the numbers in the place of those before, which stay in the history.
func (s *Service) Count(ctx context.Context, c Count) (t Topic, err error) {
	var faults []*fault.Error
	for _, n := range []struct {
		field string
		n     int
	}{{"reps", c.Reps}, {"households", c.Households}} {
		if n.n < 0 || n.n > maxCount {
			faults = append(faults, fault.New(fault.Invalid, "form.out_of_range").At(n.field).With("min", "0").With("max", strconv.Itoa(maxCount)))
		}
	}
	if err := fault.Join(faults...); err != nil {
		return t, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		if t, err = s.claim(ctx, tx, claim{c.Realm, c.ID, c.Revision, c.By}); err != nil {
			return err
		}
		if !t.Stage.Takes() {
			return fault.New(fault.Conflict, "topic.ended")
		}
		t.Backing.Reps, t.Backing.Households = c.Reps, c.Households
		if err := setPaper(ctx, tx, t); err != nil {
			return err
		}
		t, err = s.keep(ctx, tx, t, Event{Act: "counted", Numbers: [2]int{c.Reps, c.Households}, Account: c.By.Account})
		return err
	})
	if err != nil {
		return Topic{}, fmt.Errorf("count support of topic %s: %w", c.ID, err)
	}
	return t, nil
}
