// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package rights

import (
	"context"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// Open returns a request for somebody who may see it; for others it is Missing.
func (s *Service) Open(ctx context.Context, a identity.Actor, id string) (Request, error) {
	r, err := s.open(ctx, a.Realm, id)
	if err == nil && !MaySee(a, r, s.Now()) {
		err = fault.New(fault.Missing, "rights.missing")
	}
	if err != nil {
		return Request{}, err
	}
	return r, nil
}

func (s *Service) open(ctx context.Context, realm, id string) (r Request, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		r, err = s.find(ctx, tx, realm, id)
		return err
	})
	return r, err
}

// History lists the steps of a request, the oldest first.
func (s *Service) History(ctx context.Context, realm, id string) (out []Event, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = events(ctx, tx, realm, id)
		return err
	})
	return out, err
}

// Of lists the requests about a subject, the latest first, for the person it is
// about.
func (s *Service) Of(ctx context.Context, realm, subject string) (out []Request, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = s.ofSubject(ctx, tx, realm, subject)
		return err
	})
	return out, err
}

// What List can list.
const (
	Waiting = "waiting" // that are to be answered, by urgency
	Ended   = "ended"   // the latest first
)

// List lists the requests that somebody may see.
func (s *Service) List(ctx context.Context, a identity.Actor, which string, after page.Cursor, size int) (out page.Page[Request], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := s.list(ctx, tx, a.Realm, which == Waiting, after, size+1)
		out = page.Cut(all, size, func(r Request) page.Cursor {
			if which == Waiting {
				return page.Cursor{At: stored(r.Due), ID: r.ID}
			}
			return page.Cursor{At: r.EnteredAt.UnixMicro(), ID: r.ID}
		})
		return err
	})
	out.Items = slices.DeleteFunc(out.Items, func(r Request) bool { return !MaySee(a, r, s.Now()) })
	return out, err
}

// Held returns what is held about the subject of a request that the desk answers.
// It fails with Missing for those who may not see the request, and with Denied for
// auditors, who see that it was answered and not what was told.
func (s *Service) Held(ctx context.Context, a identity.Actor, id string) ([]retention.Record, error) {
	r, err := s.Open(ctx, a, id)
	if err != nil {
		return nil, err
	}
	roles := a.RolesAt(r.Place, "", s.Now())
	if !(r.Door == Own && r.Taker == a.Account) && !slices.Contains(roles, identity.Dispatcher) && !slices.Contains(roles, identity.ShiftHead) {
		return nil, fault.New(fault.Denied, "rights.not_yours")
	}
	if r.Subject == "" {
		return nil, nil
	}
	return s.Retention.Held(ctx, r.Realm, r.Subject)
}
