// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Side is one of the two that write to each other.
type Side string

// The sides.
const (
	Staff    Side = "staff"
	Reporter Side = "reporter"
)

// other is who reads what a side writes.
func (s Side) other() Side {
	if s == Staff {
		return Reporter
	}
	return Staff
}

// Message is what one side wrote to the other.
type Message struct {
	Realm   string
	ID      string
	Matter  string
	Side    Side
	Account string        // of staff; empty for the reporter
	Role    identity.Role // in which staff wrote
	Body    string        // for which
	Text    string
	At      time.Time
	Read    time.Time // when the other side had it before them; zero if not yet
}

// Traces is what becomes of words that could lead to a person.
type Traces string

// What may become of them. Whoever has not said so is asked.
const (
	AskMe  Traces = ""
	Remove Traces = "remove"
	Keep   Traces = "keep"
)

// Write is one of the staff writing to the reporter of a matter.
type Write struct {
	Realm, Matter string
	Text          string
	Traces        Traces
	By            identity.Actor
}

// Answer is the reporter, who has shown the matter's code, writing back.
type Answer struct {
	Realm, Matter string
	Text          string
	Traces        Traces
}

// WrittenTo is what the rest of the system learns of a message. It holds no word of it.
type WrittenTo struct {
	ID     string   `json:"id"`
	Matter string   `json:"matter"`
	Number string   `json:"number"`
	Place  int64    `json:"place"`
	Owner  string   `json:"owner"`
	Letter bool     `json:"letter,omitempty"` // the reporter is told by mail
	Barred []string `json:"barred,omitempty"`
}

// Write keeps a message for the reporter. It fails with Denied for all but the desk
// and whoever deals with the matter, with Conflict after too many without an answer
// or once the relay is closed, and with Invalid at "traces" for words that could
// lead to a person, until the writer says what becomes of them.
func (s *Service) Write(ctx context.Context, c Write) (Message, error) {
	m := Message{Realm: c.Realm, ID: id.New(), Matter: c.Matter, Side: Staff, Account: c.By.Account, At: s.Now()}
	var err error
	if m.Text, err = cleared(c.Text, c.Traces); err != nil {
		return Message{}, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		about, err := s.load(ctx, tx, c.By, c.Matter)
		if err != nil {
			return err
		}
		roles := s.roles(c.By, about.Matter, "")
		if err := mayWrite(roles); err != nil {
			return err
		}
		i := slices.IndexFunc(writing, func(r identity.Role) bool { return slices.Contains(roles, r) })
		m.Role, m.Body = writing[i], bodyOf(c.By, about.Matter, m.At)
		return s.send(ctx, tx, about, m, c.Traces)
	})
	if err != nil {
		return Message{}, fmt.Errorf("write to the reporter of matter %s: %w", c.Matter, err)
	}
	return m, nil
}

// Answer keeps what the reporter writes back. It fails as Write does, and with
// Conflict while nobody has written to them.
func (s *Service) Answer(ctx context.Context, c Answer) (Message, error) {
	m := Message{Realm: c.Realm, ID: id.New(), Matter: c.Matter, Side: Reporter, At: s.Now()}
	var err error
	if m.Text, err = cleared(c.Text, c.Traces); err != nil {
		return Message{}, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		found, err := s.Matters.In(ctx, tx, c.Realm, c.Matter)
		if err != nil {
			return err
		}
		return s.send(ctx, tx, subject{Matter: found}, m, c.Traces)
	})
	if err != nil {
		return Message{}, fmt.Errorf("answer about matter %s: %w", c.Matter, err)
	}
	return m, nil
}

// cleared are the words of a message as they are sent on: without a find, unless
// their writer said that it goes with them.
func cleared(given string, traces Traces) (string, error) {
	text, err := written("text", given, MaxMessage)
	if err != nil {
		return "", err
	}
	if traces == Remove {
		text = trace.Redact(text, func(trace.Kind) string { return "\u2587\u2587" })
	}
	found := trace.Find(text)
	if len(found) == 0 || traces == Keep {
		return text, nil
	}
	var faults []*fault.Error
	seen := map[trace.Kind]bool{}
	for _, t := range found {
		if !seen[t.Kind] {
			seen[t.Kind] = true
			faults = append(faults, fault.New(fault.Invalid, "relay.shows_"+string(t.Kind)).At("traces"))
		}
	}
	return "", fault.Join(faults...)
}

// send stores a message and tells the other side that there is one.
func (s *Service) send(ctx context.Context, tx *db.Tx, about subject, m Message, traces Traces) error {
	if err := carries(about.Matter, m.At); err != nil {
		return err
	}
	said, err := messages(ctx, tx, m.Realm, m.Matter)
	if err != nil {
		return err
	}
	if err := turn(said, m.Side); err != nil {
		return err
	}
	sealed, err := s.Box.Seal(m.Realm, messageName(m.Realm, m.ID), []byte(m.Text))
	if err != nil {
		return err
	}
	if err := insertMessage(ctx, tx, m, sealed); err != nil {
		return err
	}
	kept := "no"
	if traces == Keep {
		kept = "yes"
	}
	s.note(ctx, tx, about.Matter, "matter.message_"+string(m.Side), m.Account, map[string]string{"message": m.ID, "traces_kept": kept})
	event, to := Written, WrittenTo{ID: m.ID, Matter: m.Matter, Number: about.Number, Place: about.Place, Owner: about.Owner}
	if m.Side == Reporter {
		event = Answered
		if about.About != "" {
			to.Barred = []string{about.About}
		}
	} else {
		to.Letter = about.Contactable && letterDue(said, m.At)
	}
	return outbox.Add(ctx, tx, m.Realm, event, m.At, to)
}

// Read returns what was written, oldest first, to one of the staff who may write,
// and keeps that they had the reporter's answers before them.
func (s *Service) Read(ctx context.Context, a identity.Actor, realm, id string) ([]Message, error) {
	var about subject
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		about, err = s.load(ctx, tx, a, id)
		return err
	})
	if err == nil {
		err = mayWrite(s.roles(a, about.Matter, ""))
	}
	if err != nil {
		return nil, err
	}
	return s.read(ctx, realm, id, Staff)
}

// Heard is Read for the reporter, who has shown the matter's code.
func (s *Service) Heard(ctx context.Context, realm, id string) ([]Message, error) {
	return s.read(ctx, realm, id, Reporter)
}

// Said is what was written, oldest first, and keeps nothing of that it was looked
// at: for the copy of their data that a reporter asks for.
func (s *Service) Said(ctx context.Context, realm, id string) (out []Message, err error) {
	var list []sealedMessage
	err = s.DB.View(ctx, func(tx *db.Tx) (err error) {
		list, err = sealedMessages(ctx, tx, realm, id)
		return err
	})
	for i := 0; i < len(list) && err == nil; i++ {
		m := list[i].read()
		var plain []byte
		if plain, err = s.Box.Open(list[i].sealed, messageName(realm, m.ID)); err == nil {
			m.Text = string(plain)
			out = append(out, m)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read messages about matter %s: %w", id, err)
	}
	return out, nil
}

// read lists messages opened, and marks those of the other side as read.
func (s *Service) read(ctx context.Context, realm, id string, side Side) ([]Message, error) {
	out, err := s.Said(ctx, realm, id)
	fresh := slices.ContainsFunc(out, func(m Message) bool { return m.Side == side.other() && m.Read.IsZero() })
	if err == nil && fresh {
		err = s.DB.InTx(ctx, func(tx *db.Tx) error { return markRead(ctx, tx, realm, id, side.other(), s.Now()) })
	}
	return out, err
}

// Unread counts what is there for a side and was not read.
func (s *Service) Unread(ctx context.Context, realm, id string, side Side) (n int, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		n, err = countUnread(ctx, tx, realm, id, side.other())
		return err
	})
	return n, err
}

// Addressee returns where the reporter of a message's matter gets letters that say
// there is a message, and writes down that the address was taken. It is empty if
// they gave none. Nobody sees it: it is for the machine that sends them.
func (s *Service) Addressee(ctx context.Context, realm, id string) (address string, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		m, err := s.Matters.In(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		var c matter.Contact
		if c, err = s.Matters.Contact(ctx, tx, m); err != nil || c.Mail == "" {
			return err
		}
		address = c.Mail
		s.note(ctx, tx, m, "matter.contact_mailed", "system", nil)
		return nil
	})
	return address, err
}

func messageName(realm, id string) string { return "matter_message/" + realm + "/" + id }
