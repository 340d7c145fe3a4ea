// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"fmt"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// Mark is a topic's proceeding saying how far the topic is.
type Mark struct {
	Realm  string
	ID     string
	Stage  Stage  // Deliberating, Decided, Solved, NotPursued, or Gathered when it is given back
	Ref    string // the proceeding, such as "proceeding/…"; another one's topic is not marked
	Reason string // why it is not pursued; a second person releases it for the public
	By     identity.Actor
}

// Mark keeps it, within the proceeding's transaction. Whether the actor may is the
// proceeding's question. The same mark twice is one. It fails with Conflict for a topic
// that was merged, that has another proceeding, or whose stage does not lead there, and
// with Invalid for a topic that is not pursued without a reason.
func (s *Service) Mark(ctx context.Context, tx *db.Tx, c Mark) error {
	t, err := hold(ctx, tx, c.Realm, c.ID)
	if err != nil {
		return err
	}
	if t.Stage == c.Stage && t.Ref == c.Ref {
		return nil
	}
	if err := marking(t, c.Stage, c.Ref); err != nil {
		return fmt.Errorf("mark topic %s %s: %w", c.ID, c.Stage, err)
	}
	e := Event{Act: "moved", Ref: c.Ref, Account: c.By.Account}
	now := s.Now()
	t.Stage, t.Ref, t.Entered = c.Stage, c.Ref, now
	switch c.Stage {
	case Decided:
		t.Decided = now
	case Solved:
		t.Solved = now
	case Gathered:
		t.Ref = ""
	case NotPursued:
		if e.Words, err = words(c.Reason, "reason", true, maxRecord); err != nil {
			return err
		}
	}
	if t, err = s.keep(ctx, tx, t, e); err != nil || e.Words == "" {
		return err
	}
	return s.proposeNote(ctx, tx, t, e.Words, c.By)
}

// maxRecord bounds the record of a level, a reason and an answer, in characters.
const maxRecord = 2000

// Rise is a secretary taking a topic that a level could not settle to one above.
type Rise struct {
	Realm, ID string
	Revision  int
	Level     Level  // where it goes
	Record    string // what was said at the level that it leaves
	Reason    string // why levels are passed over, where they are
	By        identity.Actor
}

// Rise keeps the record with the level that the topic leaves. It fails with Conflict
// for a level that is not above, and with Invalid if levels are passed over without a
// reason. Record and reason are for the desk until a second person releases them.
func (s *Service) Rise(ctx context.Context, c Rise) (t Topic, err error) {
	record, bad := words(c.Record, "record", true, maxRecord)
	reason, worse := optional(c.Reason, "reason", maxRecord)
	var faults []*fault.Error
	for _, err := range []error{bad, worse} {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
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
		skipped, err := rising(s.Terms.Levels, t.Level, c.Level, reason)
		if err != nil {
			return err
		}
		text := record
		if skipped {
			text += "\n" + reason
		}
		t.Level = c.Level
		if t, err = s.keep(ctx, tx, t, Event{Act: "rose", Skipped: skipped, Words: text, Account: c.By.Account}); err != nil {
			return err
		}
		return s.proposeNote(ctx, tx, t, text, c.By)
	})
	if err != nil {
		return Topic{}, fmt.Errorf("take topic %s to another level: %w", c.ID, err)
	}
	return t, nil
}

// optional is words that need not be there.
func optional(given, field string, longest int) (string, error) {
	out, err := form.CleanText(given, true)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	if len([]rune(out)) > longest {
		return "", fault.New(fault.Invalid, "form.too_long").At(field).With("max", strconv.Itoa(longest))
	}
	if release.Barred([]release.Part{{Name: field, Text: out}}) {
		return "", trace.Gate(field, out)
	}
	return out, nil
}
