// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Merge is a secretary merging one topic into another that says the same.
type Merge struct {
	Realm, ID string
	Revision  int
	Into      string
	By        identity.Actor
}

// Merge carries it out: the topic points to the other from now on, and its suggestions
// and those who stand behind it count there, each once. What was counted on paper is
// not added, for nobody can say who was on both lists. It fails with Conflict for a
// topic that has a proceeding, or was merged, and for one that was merged to be merged
// into: there are no circles.
func (s *Service) Merge(ctx context.Context, c Merge) (into Topic, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		var t Topic
		if t, into, err = s.both(ctx, tx, c); err != nil {
			return err
		}
		if err := merging(t, into); err != nil {
			return err
		}
		if err := bring(ctx, tx, t, into); err != nil {
			return err
		}
		t.former, t.Stage, t.Into, t.Entered = t.Stage, Merged, into.ID, s.Now()
		if t, err = s.keep(ctx, tx, t, Event{Act: "merged", Ref: into.name(), Account: c.By.Account}); err != nil {
			return err
		}
		if into.Stage == Raised && t.Backing.Suggestions > 0 {
			into.Stage, into.Entered = Gathered, s.Now()
		}
		into, err = s.keep(ctx, tx, into, Event{Act: "joined", Ref: t.name(), Numbers: [2]int{t.Backing.Suggestions}, Account: c.By.Account})
		return err
	})
	if err != nil {
		return Topic{}, fmt.Errorf("merge topic %s: %w", c.ID, err)
	}
	return into, nil
}

// both finds the two topics of a merger, in the order of their ids, so that two mergers
// never wait for one another.
func (s *Service) both(ctx context.Context, tx *db.Tx, c Merge) (t, into Topic, err error) {
	if c.Into < c.ID {
		if into, err = hold(ctx, tx, c.Realm, c.Into); err != nil {
			return t, into, atInto(err)
		}
	}
	if t, err = s.claim(ctx, tx, claim{c.Realm, c.ID, c.Revision, c.By}); err != nil {
		return t, into, err
	}
	if into.ID == "" {
		if into, err = hold(ctx, tx, c.Realm, c.Into); err != nil {
			return t, into, atInto(err)
		}
	}
	if !s.MayKeep(c.By, into.Place) {
		return t, into, fault.New(fault.Invalid, "topic.into_unknown").At("into")
	}
	return t, into, nil
}

// atInto says that the topic to be merged into is not there.
func atInto(err error) error {
	if fault.KindOf(err) == fault.Missing {
		return fault.New(fault.Invalid, "topic.into_unknown").At("into")
	}
	return err
}

// Split is a secretary undoing a merger.
type Split struct {
	Realm, ID string // the topic that was merged
	Revision  int
	By        identity.Actor
}

// Split gives a merged topic back what it brought. What came since stays where it came.
// It fails with Conflict once the other was decided or merged itself.
func (s *Service) Split(ctx context.Context, c Split) (t Topic, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		seen, err := find(ctx, tx, c.Realm, c.ID)
		if err != nil {
			return err
		}
		var from Topic
		if seen.Into != "" && seen.Into < seen.ID {
			if from, err = hold(ctx, tx, c.Realm, seen.Into); err != nil {
				return err
			}
		}
		if t, err = s.claim(ctx, tx, claim{c.Realm, c.ID, c.Revision, c.By}); err != nil {
			return err
		}
		if t.Stage != Merged {
			return fault.New(fault.Conflict, "topic.not_merged")
		}
		if from.ID == "" {
			if from, err = hold(ctx, tx, c.Realm, t.Into); err != nil {
				return err
			}
		}
		switch {
		case !s.MayKeep(c.By, from.Place):
			return notYours()
		case !from.Stage.Takes():
			return fault.New(fault.Conflict, "topic.split_late")
		}
		if err := giveBack(ctx, tx, t, from); err != nil {
			return err
		}
		t.Stage, t.former, t.Into, t.Entered = t.former, "", "", s.Now()
		if t, err = s.keep(ctx, tx, t, Event{Act: "split", Ref: from.name(), Account: c.By.Account}); err != nil {
			return err
		}
		_, err = s.keep(ctx, tx, from, Event{Act: "left", Ref: t.name(), Numbers: [2]int{t.Backing.Suggestions}, Account: c.By.Account})
		return err
	})
	if err != nil {
		return Topic{}, fmt.Errorf("split topic %s: %w", c.ID, err)
	}
	return t, nil
}
