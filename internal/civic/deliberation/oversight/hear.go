// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package oversight

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/proceeding"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// told is what all events that concern a proceeding have in common: they name it, or
// what they are for.
type told struct {
	Proceeding string `json:"proceeding"`
	For        string `json:"for"`
	Action     string `json:"action"`
}

// id is the proceeding that an event concerns; empty for none.
func (t told) id() string {
	if t.Proceeding != "" {
		return t.Proceeding
	}
	rest, ok := strings.CutPrefix(t.For, proceeding.Proceeding{}.Name())
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// Hear folds events of proceedings, and of notices and gatherings that are for one of
// their steps. Hearing the same event twice changes nothing: the row of a proceeding is
// made from what is there, and the counts take the difference.
func (s *Service) Hear(ctx context.Context, events []outbox.Event) error {
	for _, e := range events {
		var t told
		if err := json.Unmarshal(e.Body, &t); err != nil {
			return err
		}
		if t.id() == "" {
			continue
		}
		err := s.DB.InTx(ctx, func(tx *db.Tx) error {
			if err := s.fold(ctx, tx, e.Realm, t.id()); err != nil {
				return err
			}
			if t.Action != "answer" {
				return nil
			}
			return s.answered(ctx, tx, e.Realm, t.id(), e.At)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fold makes the row of a proceeding anew, and brings the counts to it.
func (s *Service) fold(ctx context.Context, tx *db.Tx, realm, id string) error {
	d, err := s.Proceedings.Steps(ctx, tx, realm, id)
	if fault.KindOf(err) == fault.Missing {
		return nil
	}
	if err != nil {
		return err
	}
	now := trailOf(d, s.Zone)
	if err := holdTrail(ctx, tx, now); err != nil {
		return err
	}
	was, err := findTrail(ctx, tx, realm, id, true)
	if err != nil {
		return err
	}
	if err := updateTrail(ctx, tx, now); err != nil {
		return err
	}
	return addCells(ctx, tx, realm, now.Place, change(was.Counted, now.Counted))
}

// answered brings what was sent back before its inspector again.
func (s *Service) answered(ctx context.Context, tx *db.Tx, realm, id string, at time.Time) error {
	all, err := ofProceeding(ctx, tx, realm, id)
	if err != nil {
		return err
	}
	t, err := findTrail(ctx, tx, realm, id, false)
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.State != SentBack || !i.Judged.Before(at) {
			continue
		}
		i.State = Answered
		if err := updateInspection(ctx, tx, i); err != nil {
			return err
		}
		err := inbox.Put(ctx, tx, inbox.Item{
			Realm: realm, Subject: i.Subject(), Role: InboxRole, Body: i.Inspector, Place: i.Place, Title: t.Title, Link: Desk(i.ID), Since: at,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// InboxRole is the role of inbox items that wait for one account, which stands in the
// place of their body.
const InboxRole = "account"

// Desk is the address of an inspection at the desk.
func Desk(id string) string { return "/desk/oversight/inspections/" + id }
