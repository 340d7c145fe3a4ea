// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package sight

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// LogSubject is what the log of looks itself is called in the log.
const LogSubject = "sight/log"

// Question narrows the log: to a subject, an account, a period. Empty parts
// narrow nothing.
type Question struct {
	Subject  string
	Account  string
	From, To time.Time
}

// Log lists looks, the newest first, before the given one. Auditors read those in
// their places, and that they did is recorded before they do; everybody else
// reads their own, and gets Denied for any other.
func (s *Service) Log(ctx context.Context, by identity.Actor, q Question, before page.Cursor, size int) (page.Page[Entry], error) {
	var all []Entry
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		places, err := s.mayRead(ctx, tx, by, q.Account, Page)
		if err != nil {
			return err
		}
		all, err = list(ctx, tx, by.Realm, q, places, before, size+1)
		return err
	})
	if err != nil {
		return page.Page[Entry]{}, fmt.Errorf("read the log of looks: %w", err)
	}
	return page.Cut(all, size, cursor), nil
}

// Own lists somebody's own looks, the newest first.
func (s *Service) Own(ctx context.Context, by identity.Actor, before page.Cursor, size int) (page.Page[Entry], error) {
	var all []Entry
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		all, err = list(ctx, tx, by.Realm, Question{Account: by.Account}, nil, before, size+1)
		return err
	})
	return page.Cut(all, size, cursor), err
}

func cursor(e Entry) page.Cursor { return page.Cursor{At: e.At.UnixMicro(), ID: e.ID} }

// mayRead records that somebody reads the log, and says of which places they may.
func (s *Service) mayRead(ctx context.Context, tx *db.Tx, by identity.Actor, of string, way Way) ([]span, error) {
	if err := identity.Recheck(ctx, tx, by, s.Now()); err != nil {
		return nil, err
	}
	places := audited(by, s.Now())
	switch {
	case len(places) > 0:
		return places, Record(ctx, tx, Look{
			Realm: by.Realm, Subject: LogSubject, Place: places[0].lo, Fields: []string{"looks"}, Purpose: Auditing,
			Account: by.Account, Role: identity.Auditor, Way: way, At: s.Now(),
		})
	case of == by.Account && !by.Anonymous():
		return nil, nil
	default:
		return nil, errDenied
	}
}

// Telling is a look as its subject may know of it: without who it was.
type Telling struct {
	At      time.Time
	Role    identity.Role
	Body    string
	Fields  []string
	Purpose Purpose
	Times   int
}

// Told lists who looked at a subject, the newest first, for whoever it is about:
// offices and roles, and no person. That they may know is the caller's to see to.
func (s *Service) Told(ctx context.Context, realm, subject string, size int) ([]Telling, error) {
	var all []Entry
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		all, err = list(ctx, tx, realm, Question{Subject: subject}, nil, page.Cursor{}, size)
		return err
	})
	out := make([]Telling, len(all))
	for i, e := range all {
		out[i] = Telling{At: e.At, Role: e.Role, Body: e.Body, Fields: e.Fields, Purpose: e.Purpose, Times: e.Times}
	}
	return out, err
}
