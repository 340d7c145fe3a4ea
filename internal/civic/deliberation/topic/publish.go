// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/search"
)

// The kinds of drafts: a topic's title and text, and what belongs to one line of its
// history: an answer, why it is not pursued, the record of a level.
const (
	Kind = "topic"
	Note = "topic.note"
)

// The kinds of texts in the index: the desk finds topics by the words of the secretary,
// everybody by those that were released.
const (
	deskWords   = "topic"
	publicWords = "topic.shown"
)

// access is of the desk's words in the index; those that are public have none.
const access = 1

func doc(t Topic, kind, text string) search.Doc {
	d := search.Doc{Realm: t.Realm, Kind: kind, Ref: t.ID, Text: text, Place: t.Place, At: t.Raised.UnixMicro()}
	if kind == deskWords {
		d.Access = access
	}
	return d
}

// proposeNote puts what belongs to the last line of a topic's history before somebody
// who may release it.
func (s *Service) proposeNote(ctx context.Context, tx *db.Tx, t Topic, text string, by identity.Actor) error {
	area, _ := s.Org.Area(t.Realm, t.Area)
	_, err := s.Releases.Put(ctx, tx, release.Write{
		Realm: t.Realm, Kind: Note, Subject: t.name() + "/" + strconv.Itoa(t.Revision), Title: t.Title, Link: Page(t.ID), Area: area.ID, Place: area.Lo,
		Town: area.Town, Words: []release.Part{{Name: "text", Text: text}}, By: by,
	})
	return err
}

// Publish shows the words of a topic that were released. Those that are taken back are
// shown no more, and the topic is not public without them.
func (s *Service) Publish(ctx context.Context, tx *db.Tx, d release.Draft) error {
	t, err := hold(ctx, tx, d.Realm, strings.TrimPrefix(d.Subject, Name("")))
	if err != nil {
		return err
	}
	t.Shown = Words{}
	if d.State == release.Released {
		t.Shown = Words{Title: d.Text("title"), Body: d.Text("body")}
	}
	if err := publish(ctx, tx, t); err != nil {
		return err
	}
	s.shown(ctx, tx, t, d)
	return search.Put(ctx, tx, doc(t, publicWords, t.Shown.Title+"\n"+t.Shown.Body))
}

// shown writes into the audit that something became public, or is no more.
func (s *Service) shown(ctx context.Context, tx *db.Tx, t Topic, d release.Draft) {
	audit.Add(ctx, tx, audit.Entry{
		Realm: t.Realm, Subject: t.name(), Act: "topic.shown", Actor: d.Releaser, At: s.Now(), Detail: map[string]any{"draft": d.ID, "state": d.State},
	})
}

// PublishNote shows what belongs to a line of a topic's history. With an answer, and
// with why a topic is not pursued, its suggestions have their reply. In the place of
// words that are taken back stands why.
func (s *Service) PublishNote(ctx context.Context, tx *db.Tx, d release.Draft) error {
	id, line, _ := strings.Cut(strings.TrimPrefix(d.Subject, Name("")), "/")
	seq, err := strconv.Atoi(line)
	if err != nil {
		return fmt.Errorf("a line of a history called %q: %w", d.Subject, err)
	}
	t, err := hold(ctx, tx, d.Realm, id)
	if err != nil {
		return err
	}
	all, err := events(ctx, tx, d.Realm, id)
	if err != nil {
		return err
	}
	text := d.Text("text")
	if d.State != release.Released {
		text = d.Reason
	}
	if err := setShown(ctx, tx, t, seq, text); err != nil {
		return err
	}
	s.shown(ctx, tx, t, d)
	for _, e := range all {
		if e.Seq == seq && d.State == release.Released {
			return s.settled(ctx, tx, t, e, text)
		}
	}
	return s.unsettled(ctx, tx, t, all, seq)
}

// settled does what follows when the words of a line are public.
func (s *Service) settled(ctx context.Context, tx *db.Tx, t Topic, e Event, text string) error {
	state := Replied
	switch {
	case e.Act == "rose":
		return nil
	case e.Stage == NotPursued:
		state = Declined
	}
	t.Answer = text
	if err := publish(ctx, tx, t); err != nil {
		return err
	}
	if e.Act == "answered" && t.Stage.Free() {
		t.Stage, t.Entered = Answered, s.Now()
		t.Revision++
		if err := renew(ctx, tx, t); err != nil {
			return err
		}
	}
	if _, err := settle(ctx, tx, t, state, s.Now()); err != nil {
		return err
	}
	return s.wanted(ctx, tx, &t)
}

// unsettled takes an answer back that is public no more.
func (s *Service) unsettled(ctx context.Context, tx *db.Tx, t Topic, all []Event, seq int) error {
	for _, e := range all {
		if e.Seq == seq && e.Act != "rose" && e.Shown == t.Answer {
			t.Answer = ""
			return publish(ctx, tx, t)
		}
	}
	return nil
}
