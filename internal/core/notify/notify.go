// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package notify tells people with accounts what concerns them: in the page, and
// by mail when they have given an address.
package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/base/text"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/gateway"
	"pavilion/internal/platform/jobs"
)

// kind is the kind of job that a letter is.
const kind = "mail"

// Message is something one person is told. Key names its sentence; Params fill
// the sentence's places and hold no personal data.
type Message struct {
	Realm    string
	ID       string // the same for the same message, so that it is told once
	Account  string
	Key      string
	Params   map[string]string
	Link     string // within the site
	At       time.Time
	Read     bool
	Language string // of the letter
	Address  string // empty: no letter
}

// Send tells the person when tx commits. A message whose ID was sent before is
// not sent again.
func Send(ctx context.Context, tx *db.Tx, m Message) error {
	fresh, err := insert(ctx, tx, m)
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	if m.Address == "" || !fresh {
		return nil
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return jobs.Add(ctx, tx, jobs.Job{Realm: m.Realm, Kind: kind, Body: body})
}

// Deliver has q send letters through mailer. Links begin with the site's address.
func Deliver(q *jobs.Queue, mailer gateway.Mailer, texts *text.Catalogue, site string) {
	q.Handle(kind, func(ctx context.Context, list []jobs.Job) []error {
		answers := make([]error, len(list))
		for i, j := range list {
			var m Message
			if answers[i] = json.Unmarshal(j.Body, &m); answers[i] == nil {
				answers[i] = mailer.Send(ctx, letter(texts.Printer(m.Language), m, site))
			}
		}
		return answers
	})
}

// letter writes a message as mail.
func letter(p *text.Printer, m Message, site string) gateway.Message {
	says := Say(p, m)
	return gateway.Message{
		ID: m.ID, To: m.Address, Subject: says,
		Body: p.T("notify.letter", "text", says, "link", site+m.Link),
	}
}

// Say writes a message in a language.
func Say(p *text.Printer, m Message) string {
	var args []any
	for name, value := range m.Params {
		args = append(args, name, value)
	}
	return p.T(m.Key, args...)
}

// List lists what an account was told, the newest first, before the given one.
func List(ctx context.Context, tx *db.Tx, realm, account string, before page.Cursor, size int) (page.Page[Message], error) {
	all, err := list(ctx, tx, realm, account, before.ID, size+1)
	return page.Cut(all, size, func(m Message) page.Cursor { return page.Cursor{ID: m.ID} }), err
}

// Unread counts what an account has not read.
func Unread(ctx context.Context, tx *db.Tx, realm, account string) (int, error) {
	return countUnread(ctx, tx, realm, account)
}

// MarkRead marks everything an account was told as read.
func MarkRead(ctx context.Context, tx *db.Tx, realm, account string, at time.Time) error {
	return markRead(ctx, tx, realm, account, at)
}
