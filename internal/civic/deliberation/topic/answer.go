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
	"pavilion/internal/core/inbox"
	"pavilion/internal/platform/db"
)

// Reply is a secretary answering one suggestion. It is for whoever suggested, who reads
// it with number and code, and not public.
type Reply struct {
	Realm, ID string
	Revision  int
	Text      string
	Declined  bool // it is not pursued, and the text says why
	By        identity.Actor
}

// Reply keeps the answer. Traces of others in it are refused. It fails with Conflict
// for a suggestion that has one.
func (s *Service) Reply(ctx context.Context, c Reply) (g Suggestion, err error) {
	text, err := form.CleanText(c.Text, true)
	if err == nil && text == "" {
		err = fault.New(fault.Invalid, "form.required")
	}
	if err == nil && len([]rune(text)) > maxRecord {
		err = fault.New(fault.Invalid, "form.too_long").With("max", strconv.Itoa(maxRecord))
	}
	if f, ok := fault.As(err); ok {
		return g, f.At("text")
	}
	if err := trace.Gate("text", text, trace.Line); err != nil {
		return g, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		topic, err := s.topicOf(ctx, tx, c.Realm, c.ID)
		if err != nil {
			return err
		}
		if g, err = s.holdSuggestion(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		switch {
		case !s.MayKeep(c.By, g.Place) && (topic.ID == "" || !s.MayKeep(c.By, topic.Place)):
			return fault.New(fault.Missing, "topic.suggestion_missing")
		case g.Revision != c.Revision || g.Topic != topic.ID:
			return fault.New(fault.Stale, "topic.stale")
		case !g.State.Open():
			return fault.New(fault.Conflict, "topic.replied_already")
		}
		g.State, g.Reply, g.RepliedAt = Replied, text, s.Now()
		if c.Declined {
			g.State = Declined
		}
		if err := s.updateSuggestion(ctx, tx, g); err != nil {
			return err
		}
		g.Revision++
		s.note(ctx, tx, g, "answered", c.By.Account)
		if topic.ID != "" {
			return s.wanted(ctx, tx, &topic)
		}
		return inbox.Clear(ctx, tx, g.Realm, g.name())
	})
	if err != nil {
		return Suggestion{}, fmt.Errorf("reply to suggestion %s: %w", c.ID, err)
	}
	return g, nil
}

// topicOf is the topic that a suggestion is part of, held before the suggestion is, as
// everywhere; without one it is empty.
func (s *Service) topicOf(ctx context.Context, tx *db.Tx, realm, id string) (Topic, error) {
	g, err := s.findSuggestion(ctx, tx, realm, id)
	if err != nil || g.Topic == "" {
		return Topic{}, err
	}
	return hold(ctx, tx, realm, g.Topic)
}

// Answer is a secretary answering a topic for everybody: what came of it, or, of one
// that needs no decision, how it is. With Drop it says why the topic is not pursued.
type Answer struct {
	Realm, ID string
	Revision  int
	Text      string
	Drop      bool
	By        identity.Actor
}

// Answer puts the text before somebody who may release it. Once it is public, its
// suggestions that wait for a reply have it. A topic that has a proceeding is not
// dropped here; one that is dropped is so at once, and shown with the reason when that
// is released.
func (s *Service) Answer(ctx context.Context, c Answer) (t Topic, err error) {
	text, err := words(c.Text, "text", true, maxRecord)
	if err != nil {
		return t, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		if t, err = s.claim(ctx, tx, claim{c.Realm, c.ID, c.Revision, c.By}); err != nil {
			return err
		}
		e := Event{Act: "answered", Words: text, Account: c.By.Account}
		switch {
		case t.Stage == Merged:
			return fault.New(fault.Conflict, "topic.merged").With("into", t.Into)
		case c.Drop && !t.Stage.Free():
			return fault.New(fault.Conflict, "topic.has_proceeding")
		case c.Drop:
			e.Act, t.Stage, t.Entered = "dropped", NotPursued, s.Now()
		}
		if t, err = s.keep(ctx, tx, t, e); err != nil {
			return err
		}
		return s.proposeNote(ctx, tx, t, text, c.By)
	})
	if err != nil {
		return Topic{}, fmt.Errorf("answer topic %s: %w", c.ID, err)
	}
	return t, nil
}
