// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/deliberation/tally"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Open is somebody opening a vote.
type Open struct {
	Realm      string
	Key        string // a UUID; the same for the same vote, so that a retry opens no second one
	Subject    string
	Roster     string  // id of the frozen roster
	Voters     []Voter // those on it
	Rule       tally.Rule
	Place      int64
	Question   string
	Options    []string // none for a question of for and against
	Secret     bool
	Changeable bool
	Channels   []Channel
	Closes     time.Time
	Former     string // a poll that had no quorum, or whose options nobody won; empty for none
	By         identity.Actor
}

// Happened is the event "poll.opened", "poll.counted" or "poll.dropped".
type Happened struct {
	Poll    string        `json:"poll"`
	Subject string        `json:"subject"`
	Outcome tally.Outcome `json:"outcome,omitempty"`
}

const (
	maxQuestion = 200
	maxOption   = 80
)

// Open opens a vote in tx. It fails with Invalid naming each field at fault, and with
// Conflict where the former poll stands in the way.
func (s *Service) Open(ctx context.Context, tx *db.Tx, c Open) (Poll, error) {
	now := s.Now()
	p := Poll{
		Realm: c.Realm, ID: c.Key, Subject: c.Subject, Roster: c.Roster, Place: c.Place, Rule: c.Rule, Secret: c.Secret || c.Rule.Secret,
		Changeable: c.Changeable, Channels: c.Channels, Former: c.Former, State: Running, OpenedAt: now, Closes: c.Closes,
	}
	if !s.MayChair(c.By, c.Place) {
		return Poll{}, fault.New(fault.Denied, "poll.not_chair")
	}
	if p.ID == "" {
		p.ID = id.New()
	}
	if !id.Valid(p.ID) {
		return Poll{}, fault.New(fault.Invalid, "poll.no_key")
	}
	var faults []*fault.Error
	note := func(err error) {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
		}
	}
	var err error
	p.Question, err = words(c.Question, "question", maxQuestion)
	note(err)
	for _, o := range c.Options {
		clean, err := words(o, "options", maxOption)
		note(err)
		p.Options = append(p.Options, clean)
	}
	note(check(p, c.Voters, now))
	if err := fault.Join(faults...); err != nil {
		return Poll{}, err
	}
	if err := s.after(ctx, tx, p); err != nil {
		return Poll{}, err
	}
	return s.keep(ctx, tx, p, c)
}

// after looks whether p may follow its former poll.
func (s *Service) after(ctx context.Context, tx *db.Tx, p Poll) error {
	if p.Former == "" {
		return nil
	}
	former, _, r, err := find(ctx, tx, p.Realm, p.Former)
	if err != nil {
		return err
	}
	if former.Place != p.Place || former.Secret != p.Secret {
		return fault.New(fault.Conflict, "poll.former_other")
	}
	return follows(p, former, r)
}

// keep stores a poll with its voters, unless it is there.
func (s *Service) keep(ctx context.Context, tx *db.Tx, p Poll, c Open) (Poll, error) {
	key := ""
	if p.Secret {
		fresh := make([]byte, 32)
		rand.Read(fresh) // never fails
		var err error
		if key, err = s.Box.Seal(p.Realm, keyOf(p.Realm, p.ID), []byte(base64.StdEncoding.EncodeToString(fresh))); err != nil {
			return Poll{}, err
		}
	}
	made, err := insert(ctx, tx, p, key)
	if err != nil {
		return Poll{}, fmt.Errorf("open poll: %w", err)
	}
	if !made {
		p, _, _, err = find(ctx, tx, p.Realm, p.ID)
		return p, err
	}
	for _, v := range c.Voters {
		if err := insertVoter(ctx, tx, p, v); err != nil {
			return Poll{}, err
		}
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: p.Realm, Subject: p.name(), Act: "poll.opened", Actor: c.By.Account, At: p.OpenedAt,
		Detail: map[string]any{
			"about": p.Subject, "roster": p.Roster, "rule": p.Rule.Name(), "secret": p.Secret, "channels": p.Channels, "closes": p.Closes.UTC(),
			"former": p.Former, "voters": len(c.Voters),
		},
	})
	return p, outbox.Add(ctx, tx, p.Realm, "poll.opened", p.OpenedAt, Happened{Poll: p.ID, Subject: p.Subject})
}

// Start is Open in a transaction of its own.
func (s *Service) Start(ctx context.Context, c Open) (p Poll, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		p, err = s.Open(ctx, tx, c)
		return err
	})
	return p, err
}

// keyOf names the poll that a key belongs to.
func keyOf(realm, id string) string { return "deliberation_poll/" + realm + "/" + id }

// words cleans a line that everybody will read.
func words(given, field string, longest int) (string, error) {
	out, err := form.CleanText(given, false)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	switch n := len([]rune(out)); {
	case n == 0:
		return "", fault.New(fault.Invalid, "form.required").At(field)
	case n > longest:
		return "", fault.New(fault.Invalid, "form.too_long").At(field).With("max", fmt.Sprint(longest))
	}
	return out, trace.Gate(field, out, trace.Line)
}
