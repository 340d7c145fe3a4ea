// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package commitment

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// The kinds of drafts: the words of a promise, and why it was changed or ended.
const (
	Words  = "commitment"
	Reason = "commitment.change"
)

// subject is how a commitment is named in drafts and audit.
func subject(id string) string { return "commitment/" + id }

// reasonSubject is how the last line of a commitment's history is named in drafts.
func reasonSubject(m Commitment) string { return subject(m.ID) + "/" + strconv.Itoa(m.Revision) }

// propose puts words before somebody who may release them.
func (s *Service) propose(ctx context.Context, tx *db.Tx, m Commitment, kind, about string, words release.Part, by identity.Actor) error {
	area, _ := s.Org.Area(m.Realm, m.Area)
	body, _ := s.Org.Body(m.Realm, m.Body)
	_, err := s.Releases.Put(ctx, tx, release.Write{
		Realm: m.Realm, Kind: kind, Subject: about, Title: body.Name + " " + m.Due, Link: Page(m.ID), Area: area.ID, Place: area.Lo, Town: area.Town,
		Words: []release.Part{words}, By: by,
	})
	return err
}

// Page is the address of a commitment's page.
func Page(id string) string { return "/commitments/" + id }

// Publish announces a promise whose words were released, in these words. Words that
// are taken back are shown no more: the promise stands as withdrawn, with the reason.
func (s *Service) Publish(ctx context.Context, tx *db.Tx, d release.Draft) error {
	m, err := find(ctx, tx, d.Realm, strings.TrimPrefix(d.Subject, "commitment/"))
	if err != nil {
		return err
	}
	by := identity.Actor{Realm: d.Realm, Account: d.Releaser}
	if d.State == release.Released {
		m.Title, m.State = d.Text("title"), Announced
		if err := publish(ctx, tx, m); err != nil {
			return err
		}
		return s.tell(ctx, tx, m, "announced", "", by)
	}
	m.Title, m.State, m.Result, m.Done = "", Withdrawn, d.Reason, s.Today()
	m.Revision++
	if err := publish(ctx, tx, m); err != nil {
		return err
	}
	return s.tell(ctx, tx, m, "withdrawn", d.Reason, by)
}

// PublishReason shows why a promise was changed or ended, in the line of its history
// that it belongs to. In the place of a reason that is taken back stands why.
func (s *Service) PublishReason(ctx context.Context, tx *db.Tx, d release.Draft) error {
	id, line, _ := strings.Cut(strings.TrimPrefix(d.Subject, "commitment/"), "/")
	seq, err := strconv.Atoi(line)
	if err != nil {
		return fmt.Errorf("a line of a history called %q: %w", d.Subject, err)
	}
	m, err := find(ctx, tx, d.Realm, id)
	if err != nil {
		return err
	}
	text := d.Text("reason")
	if d.State != release.Released {
		text = d.Reason
	}
	if err := setReason(ctx, tx, m, seq, text); err != nil {
		return err
	}
	if m.State == Announced || m.Revision != seq {
		return nil
	}
	m.Result = text
	return publish(ctx, tx, m)
}
