// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pavilion/internal/base/geo"
	"pavilion/internal/civic/matter/privacy"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/jobs"
)

// words are what people wrote of a matter, and the exact point, as they are sealed
// together.
type words struct {
	Title      string     `json:"title,omitempty"`
	Text       string     `json:"text,omitempty"`
	Address    string     `json:"address,omitempty"`
	PublicText string     `json:"public_text,omitempty"`
	Reply      string     `json:"reply,omitempty"`
	Point      *geo.Point `json:"point,omitempty"`
}

func wordsOf(realm, id string) string { return "matter_words/" + realm + "/" + id }

func writingOf(realm, id string, seq int) string {
	return "matter_event/" + realm + "/" + stepKey(id, seq)
}

// shut is m as it is stored: with its words sealed, if its class asks for that.
func (s *Service) shut(m Matter) (Matter, error) {
	m.sealed = ""
	if !privacy.Sealed(m.Privacy) {
		return m, nil
	}
	plain, err := json.Marshal(words{m.Title, m.Text, m.Address, m.PublicText, m.Reply, m.Point})
	if err != nil {
		return m, err
	}
	m.sealed, err = s.Box.Seal(m.Realm, wordsOf(m.Realm, m.ID), plain)
	m.Title, m.Text, m.Address, m.PublicText, m.Reply, m.Point = "", "", "", "", "", nil
	return m, err
}

// unshut is a stored matter with its words.
func (s *Service) unshut(m Matter, err error) (Matter, error) {
	if err != nil || m.sealed == "" {
		return m, err
	}
	plain, err := s.Box.Open(m.sealed, wordsOf(m.Realm, m.ID))
	if err != nil {
		return m, fmt.Errorf("open the words of matter %s: %w", m.ID, err)
	}
	var w words
	err = json.Unmarshal(plain, &w)
	m.Title, m.Text, m.Address, m.PublicText, m.Reply = w.Title, w.Text, w.Address, w.PublicText, w.Reply
	if w.Point != nil { // else it was sealed before points were
		m.Point = w.Point
	}
	return m, err
}

// find returns a matter with its words, whatever its class. Whoever shows them
// asks package privacy first.
func (s *Service) find(ctx context.Context, tx *db.Tx, realm, id string) (Matter, error) {
	return s.unshut(find(ctx, tx, realm, id))
}

// insert stores a new matter as its class asks for, and reports whether it did.
func (s *Service) insert(ctx context.Context, tx *db.Tx, m Matter) (bool, error) {
	m, err := s.shut(m)
	if err != nil {
		return false, err
	}
	return insert(ctx, tx, m)
}

// update stores m as it is after a move, its words as its class asks for. If that
// has changed, what was written at its steps is sealed or opened too.
func (s *Service) update(ctx context.Context, tx *db.Tx, before, m Matter) error {
	shut, err := s.shut(m)
	if err != nil {
		return err
	}
	if err := update(ctx, tx, shut); err != nil {
		return err
	}
	if shut.sealed == "" && before.Privacy == m.Privacy {
		return nil
	}
	if err := rewrite(ctx, tx, shut); err != nil || privacy.Sealed(before.Privacy) == privacy.Sealed(m.Privacy) {
		return err
	}
	return s.reseal(ctx, tx, m)
}

// scrubAfter is how long what was open before is left on the disk.
const scrubAfter = 5 * time.Second

// reseal stores what was written at the steps of m as its class asks for. What is
// sealed now is taken off the disk as it was before.
func (s *Service) reseal(ctx context.Context, tx *db.Tx, m Matter) error {
	list, err := writings(ctx, tx, m.Realm, m.ID)
	if err != nil {
		return err
	}
	if privacy.Sealed(m.Privacy) {
		at := s.Now().Add(scrubAfter)
		if err := jobs.Add(ctx, tx, jobs.Job{Realm: m.Realm, Kind: retention.Scrub, Key: "once", At: at}); err != nil {
			return err
		}
	}
	for _, w := range list {
		answers, err := s.read(m)(w)
		if err != nil {
			return err
		}
		if w, err = s.write(m, w.seq, answers); err != nil {
			return err
		}
		if err := replaceWriting(ctx, tx, m.Realm, m.ID, w); err != nil {
			return err
		}
	}
	return nil
}

// write is what somebody wrote at a step of m, as its class has it stored.
func (s *Service) write(m Matter, seq int, answers map[string]string) (written, error) {
	plain, err := json.Marshal(answers)
	if err != nil || !privacy.Sealed(m.Privacy) {
		return written{seq: seq, answers: string(plain)}, err
	}
	sealed, err := s.Box.Seal(m.Realm, writingOf(m.Realm, m.ID, seq), plain)
	return written{seq: seq, answers: "{}", sealed: sealed}, err
}

// read opens what was written at the steps of m.
func (s *Service) read(m Matter) func(written) (map[string]string, error) {
	return func(w written) (answers map[string]string, err error) {
		plain := []byte(w.answers)
		if w.sealed != "" {
			if plain, err = s.Box.Open(w.sealed, writingOf(m.Realm, m.ID, w.seq)); err != nil {
				return nil, fmt.Errorf("open step %d of matter %s: %w", w.seq, m.ID, err)
			}
		}
		return answers, json.Unmarshal(plain, &answers)
	}
}

// appendEvent adds one line to the history of m.
func (s *Service) appendEvent(ctx context.Context, tx *db.Tx, m Matter, e Event) error {
	w, err := s.write(m, e.Seq, e.Answers)
	if err != nil {
		return err
	}
	return insertEvent(ctx, tx, m.Realm, m.ID, e, w)
}

// titled is what may stand in lists instead of a matter's title: the title, or
// nothing where its class keeps it back. Pages say type and place then.
func titled(m Matter) string {
	if privacy.Everyday(m.Privacy, privacy.Title) {
		return m.Title
	}
	return ""
}

// coverBatch is how many matters one transaction covers.
const coverBatch = 50

// Cover does for matters of before what is done to those of today when they begin
// or change their class: it seals the words of those that are to be sealed, takes
// titles that are kept back out of the inbox, and has the search index told. It
// returns how many matters it covered, and is done when that is none.
func (s *Service) Cover(ctx context.Context, realm string) (n int, err error) {
	for {
		some := 0
		err := s.DB.InTx(ctx, func(tx *db.Tx) error {
			some = 0
			ids, err := uncovered(ctx, tx, realm, coverBatch)
			for _, id := range ids {
				err = errors.Join(err, s.cover(ctx, tx, realm, id))
			}
			some = len(ids)
			return err
		})
		if n += some; err != nil || some < coverBatch {
			return n, err
		}
	}
}

func (s *Service) cover(ctx context.Context, tx *db.Tx, realm, id string) error {
	m, err := s.find(ctx, tx, realm, id)
	if err != nil {
		return err
	}
	shut, err := s.shut(m)
	if err != nil {
		return err
	}
	if err := rewrite(ctx, tx, shut); err != nil {
		return err
	}
	if err := s.reseal(ctx, tx, m); err != nil {
		return err
	}
	if err := inbox.Retitle(ctx, tx, realm, m.Subject(), titled(m)); err != nil {
		return err
	}
	return outbox.Add(ctx, tx, realm, "matter.covered", s.Now(), reported(m))
}
