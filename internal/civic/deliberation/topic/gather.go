// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package topic

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/org"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/search"
)

// Bounds of a topic.
const (
	MaxTitle = 60
	MaxBody  = 2000
	maxTaken = 200 // suggestions that are gathered at once
)

// Gather is a secretary making a topic of suggestions, or adding some to one.
type Gather struct {
	Realm       string
	Key         string // of a new topic: a UUID, the same for the same topic, so that a retry makes no second one
	Topic       string // that they are added to; empty for a new one
	Revision    int    // of that topic
	Suggestions []string
	Title, Body string // of a new topic, for the public: a second person releases them
	Subject     string // of who decides what; may be empty
	Area        string
	Level       Level // empty: the lowest
	By          identity.Actor
}

// Gather carries it out. It fails with Denied for who does not keep the topic's place
// or a suggestion's, with Invalid for a place outside the topic's area, and with
// Conflict for a suggestion that is part of a topic already.
func (s *Service) Gather(ctx context.Context, c Gather) (t Topic, err error) {
	if len(c.Suggestions) > maxTaken {
		return t, fault.New(fault.Invalid, "topic.too_many").At("suggestions").With("max", strconv.Itoa(maxTaken))
	}
	fresh := Topic{}
	if c.Topic == "" {
		if fresh, err = s.draft(c); err != nil {
			return t, err
		}
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		made := true
		if c.Topic == "" {
			t, made, err = s.make(ctx, tx, fresh, c.By)
		} else {
			t, err = s.claim(ctx, tx, claim{c.Realm, c.Topic, c.Revision, c.By})
		}
		if err != nil || !made {
			return err
		}
		if t, err = s.add(ctx, tx, t, c); err != nil || c.Topic != "" {
			return err
		}
		return s.propose(ctx, tx, t, c.By)
	})
	if err != nil {
		return Topic{}, fmt.Errorf("gather: %w", err)
	}
	return t, nil
}

// draft checks the words of a new topic.
func (s *Service) draft(c Gather) (Topic, error) {
	now := s.Now()
	t := Topic{Realm: c.Realm, ID: c.Key, Subject: c.Subject, Level: c.Level, Stage: Raised, Raised: now, Entered: now, Revision: 1}
	if t.ID == "" {
		t.ID = id.New()
	}
	if t.Level == "" {
		t.Level = s.Terms.Levels[0]
	}
	var faults []*fault.Error
	note := func(err error) {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
		}
	}
	var err error
	t.Title, err = words(c.Title, "title", false, MaxTitle)
	note(err)
	t.Body, err = words(c.Body, "body", true, MaxBody)
	note(err)
	if !id.Valid(t.ID) {
		note(fault.New(fault.Invalid, "form.not_a_choice").At("key"))
	}
	if !slices.Contains(s.Terms.Levels, t.Level) {
		note(fault.New(fault.Invalid, "form.not_a_choice").At("level"))
	}
	if t.Subject != "" && !s.Decides.Known(t.Subject) {
		note(fault.New(fault.Invalid, "assembly.subject_unknown").At("subject"))
	}
	area, known := s.Org.Area(c.Realm, c.Area)
	if !known {
		note(fault.New(fault.Invalid, "matter.area_unknown").At("area"))
	}
	t.Area, t.Place, t.Town = area.ID, area.Lo, area.Town
	if err := fault.Join(faults...); err != nil {
		return t, err
	}
	if !s.MayKeep(c.By, t.Place) {
		return t, notYours()
	}
	return t, nil
}

// words is a text that everybody may come to read, without what is sure to lead to a
// person.
func words(given, field string, lines bool, longest int) (string, error) {
	out, err := form.CleanText(given, lines)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	switch n := len([]rune(out)); {
	case n == 0:
		return "", fault.New(fault.Invalid, "form.required").At(field)
	case n > longest:
		return "", fault.New(fault.Invalid, "form.too_long").At(field).With("max", strconv.Itoa(longest))
	}
	if release.Barred([]release.Part{{Name: field, Text: out}}) {
		return out, trace.Gate(field, out)
	}
	return out, nil
}

// make stores a new topic, unless its key was used before.
func (s *Service) make(ctx context.Context, tx *db.Tx, t Topic, by identity.Actor) (Topic, bool, error) {
	made, err := insert(ctx, tx, t)
	if err != nil || made {
		return t, made, err
	}
	there, err := find(ctx, tx, t.Realm, t.ID)
	if err == nil && !s.MayKeep(by, there.Place) {
		err = notYours()
	}
	return there, false, err
}

// claim is somebody who wants to change a topic, at the revision they saw.
type claim struct {
	realm, id string
	revision  int
	by        identity.Actor
}

// claim finds a topic for its secretary. It is Missing for who may not know of it.
func (s *Service) claim(ctx context.Context, tx *db.Tx, c claim) (Topic, error) {
	t, err := hold(ctx, tx, c.realm, c.id)
	switch {
	case err != nil:
		return t, err
	case !s.MayKeep(c.by, t.Place) && !s.MaySee(c.by, t.Place) && !t.Public():
		return t, fault.New(fault.Missing, "topic.missing")
	case !s.MayKeep(c.by, t.Place):
		return t, notYours()
	case t.Revision != c.revision:
		return t, fault.New(fault.Stale, "topic.stale")
	}
	return t, nil
}

// add makes suggestions part of a topic, and stores and tells it.
func (s *Service) add(ctx context.Context, tx *db.Tx, t Topic, c Gather) (Topic, error) {
	if !t.Stage.Takes() {
		return t, fault.New(fault.Conflict, "topic.ended")
	}
	area, _ := s.Org.Area(t.Realm, t.Area)
	ids := slices.Compact(slices.Sorted(slices.Values(c.Suggestions)))
	for _, one := range ids {
		g, err := s.holdSuggestion(ctx, tx, t.Realm, one)
		if err != nil {
			return t, err
		}
		from, _ := s.Org.Area(t.Realm, g.Area)
		switch {
		case !s.MayKeep(c.By, g.Place):
			return t, fault.New(fault.Missing, "topic.suggestion_missing")
		case g.Topic == t.ID:
			continue
		case g.Topic != "":
			return t, fault.New(fault.Conflict, "topic.suggestion_taken").At("suggestions").With("number", g.Number)
		case !nested(area, from):
			return t, fault.New(fault.Invalid, "topic.suggestion_outside").At("suggestions").With("number", g.Number)
		}
		if err := s.join(ctx, tx, t, g, c.By); err != nil {
			return t, err
		}
	}
	fresh := c.Topic == ""
	if !fresh && len(ids) == 0 {
		return t, fault.New(fault.Invalid, "form.required").At("suggestions")
	}
	if t.Stage == Raised && len(ids) > 0 {
		t.Stage, t.Entered = Gathered, s.Now()
	}
	if fresh {
		t.Revision--
	}
	return s.keep(ctx, tx, t, Event{Act: "gathered", Numbers: [2]int{len(ids)}, Account: c.By.Account})
}

// nested reports whether one of two areas lies in the other.
func nested(a, b org.Area) bool {
	return a.Lo <= b.Lo && b.Hi <= a.Hi || b.Lo <= a.Lo && a.Hi <= b.Hi
}

// join makes one suggestion part of a topic.
func (s *Service) join(ctx context.Context, tx *db.Tx, t Topic, g Suggestion, by identity.Actor) error {
	g.Topic = t.ID
	if g.State == Waiting {
		g.State = Together
	}
	if err := s.updateSuggestion(ctx, tx, g); err != nil {
		return err
	}
	s.note(ctx, tx, g, "gathered", by.Account)
	if err := inbox.Clear(ctx, tx, g.Realm, g.name()); err != nil {
		return err
	}
	return back(ctx, tx, t, g.ID, bySuggestion)
}

// keep stores a topic after something happened to it, counts who stands behind it, and
// says so. The revision that it returns is the one that is stored.
func (s *Service) keep(ctx context.Context, tx *db.Tx, t Topic, e Event) (Topic, error) {
	if t.Revision == 0 { // its row was made a moment ago
		t.Revision = 1
		if err := renew(ctx, tx, t); err != nil {
			return t, err
		}
	} else {
		if err := update(ctx, tx, t); err != nil {
			return t, err
		}
		t.Revision++
	}
	if err := recount(ctx, tx, &t); err != nil {
		return t, err
	}
	if err := s.wanted(ctx, tx, &t); err != nil {
		return t, err
	}
	return t, s.tell(ctx, tx, t, e)
}

// wanted works out when a reply is owed, and puts the topic before its secretary or
// before nobody.
func (s *Service) wanted(ctx context.Context, tx *db.Tx, t *Topic) (err error) {
	if t.Due, err = owed(ctx, tx, t.Realm, t.ID); err != nil {
		return err
	}
	if err := setDue(ctx, tx, *t); err != nil {
		return err
	}
	if t.Due.IsZero() && !t.Stage.Free() || t.Stage == Merged {
		return inbox.Clear(ctx, tx, t.Realm, t.name())
	}
	return inbox.Put(ctx, tx, inbox.Item{
		Realm: t.Realm, Subject: t.name(), Role: string(identity.Secretary), Place: t.Place, Town: t.Town, Title: t.Title, Link: Page(t.ID),
		Since: t.Entered, Due: t.Due,
	})
}

// propose indexes a topic's words for the desk, and puts them before somebody who may
// release them.
func (s *Service) propose(ctx context.Context, tx *db.Tx, t Topic, by identity.Actor) error {
	if err := search.Put(ctx, tx, doc(t, deskWords, t.Title+"\n"+t.Body)); err != nil {
		return err
	}
	area, _ := s.Org.Area(t.Realm, t.Area)
	_, err := s.Releases.Put(ctx, tx, release.Write{
		Realm: t.Realm, Kind: Kind, Subject: t.name(), Title: t.Title, Link: Page(t.ID), Area: area.ID, Place: area.Lo, Town: area.Town,
		Words: []release.Part{{Name: "title", Text: t.Title}, {Name: "body", Text: t.Body}}, By: by,
	})
	return err
}

// Reword is a secretary wording a topic anew, or saying what it is about.
type Reword struct {
	Realm, ID   string
	Revision    int
	Title, Body string
	Subject     string
	By          identity.Actor
}

// Reword keeps the words and puts them before somebody who may release them. What a
// topic is about stays as it is once it has a proceeding.
func (s *Service) Reword(ctx context.Context, c Reword) (t Topic, err error) {
	title, bad := words(c.Title, "title", false, MaxTitle)
	body, worse := words(c.Body, "body", true, MaxBody)
	var faults []*fault.Error
	for _, err := range []error{bad, worse} {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
		}
	}
	if c.Subject != "" && !s.Decides.Known(c.Subject) {
		faults = append(faults, fault.New(fault.Invalid, "assembly.subject_unknown").At("subject"))
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
		switch {
		case !t.Stage.Open():
			return fault.New(fault.Conflict, "topic.ended")
		case c.Subject != t.Subject && !t.Stage.Free():
			return fault.New(fault.Conflict, "topic.has_proceeding").At("subject")
		}
		worded := title != t.Title || body != t.Body
		t.Title, t.Body, t.Subject = title, body, c.Subject
		if t, err = s.keep(ctx, tx, t, Event{Act: "reworded", Account: c.By.Account}); err != nil || !worded {
			return err
		}
		return s.propose(ctx, tx, t, c.By)
	})
	if err != nil {
		return Topic{}, fmt.Errorf("reword topic %s: %w", c.ID, err)
	}
	return t, nil
}

// Part is a secretary taking a suggestion out of a topic: it waits for a reply again.
type Part struct {
	Realm, ID  string
	Revision   int
	Suggestion string
	By         identity.Actor
}

// Part carries it out. It fails with Conflict once the topic has ended.
func (s *Service) Part(ctx context.Context, c Part) (t Topic, err error) {
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
		g, err := s.holdSuggestion(ctx, tx, c.Realm, c.Suggestion)
		if err != nil {
			return err
		}
		if g.Topic != t.ID {
			return fault.New(fault.Missing, "topic.suggestion_missing")
		}
		g.Topic = ""
		if g.State == Together {
			g.State = Waiting
			if err := s.wait(ctx, tx, g); err != nil {
				return err
			}
		}
		if err := s.updateSuggestion(ctx, tx, g); err != nil {
			return err
		}
		s.note(ctx, tx, g, "parted", c.By.Account)
		if err := unback(ctx, tx, c.Realm, g.ID); err != nil {
			return err
		}
		t, err = s.keep(ctx, tx, t, Event{Act: "parted", Numbers: [2]int{1}, Account: c.By.Account})
		if err == nil && t.Stage == Gathered && t.Backing.Suggestions == 0 {
			t.Stage = Raised
			err = renew(ctx, tx, t)
		}
		return err
	})
	if err != nil {
		return Topic{}, fmt.Errorf("take a suggestion out of topic %s: %w", c.ID, err)
	}
	return t, nil
}
