// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// shown is how many requests, openings and calls of a matter are listed.
const shown = 20

// View is all that stands between one of the staff and the reporter of a matter.
type View struct {
	Matter   matter.Matter
	Purposes []Purpose // for which they may ask; none if they may not
	Reveals  []Reveal  // those they may know of, the latest first
	Writes   bool      // they may write, and ask for a call
	Calls    []Call
	Makes    bool      // they may make calls
	Closes   time.Time // when the relay closes; zero while the matter is open
	Over     bool      // it has
}

// View returns it for a matter. For those who may not see the matter it is Missing.
func (s *Service) View(ctx context.Context, a identity.Actor, id string) (v View, err error) {
	now := s.Now()
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		m, err := s.load(ctx, tx, a, id)
		if err != nil {
			return err
		}
		roles := s.roles(a, m.Matter, "")
		v = View{Matter: m.Matter, Writes: mayWrite(roles) == nil, Closes: Closes(m.Matter), Over: carries(m.Matter, now) != nil}
		v.Makes = mayAsk(a, roles, m, CallBack) == nil
		for _, p := range Purposes() {
			if m.Contactable && mayAsk(a, roles, m, p) == nil {
				v.Purposes = append(v.Purposes, p)
			}
		}
		if v.Makes {
			if v.Reveals, err = ofMatter(ctx, tx, m.Realm, m.ID, shown); err != nil {
				return err
			}
		}
		if v.Writes {
			v.Calls, err = calls(ctx, tx, m.Realm, m.ID, shown)
		}
		return err
	})
	if err != nil {
		return View{}, fmt.Errorf("the reporter of matter %s: %w", id, err)
	}
	return v, nil
}

// Request returns a request as one of the staff may know it, and whether they may
// decide on it now. For those who may not know of it, it is Missing.
func (s *Service) Request(ctx context.Context, a identity.Actor, id string) (r Reveal, why error, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if r, err = find(ctx, tx, a.Realm, id); err != nil {
			return err
		}
		if !s.knows(ctx, tx, a, r) {
			r, err = Reveal{}, missing()
			return err
		}
		m, err := s.load(ctx, tx, a, r.Matter)
		if err != nil {
			why = err
			return nil // an auditor knows of the request and not of the matter
		}
		if why = mayDecide(r, a, s.roles(a, m.Matter, r.Asker), m); why == nil {
			why = waits(r, m, r.Revision, s.Now())
		}
		return nil
	})
	return r, why, err
}

// Openings lists each time that a matter's contact was opened, for the reporter
// who has shown its code. It names offices and purposes, no person.
func (s *Service) Openings(ctx context.Context, realm, id string) (out []Opening, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = openings(ctx, tx, realm, id, shown)
		return err
	})
	for i := range out {
		out[i].Account = ""
	}
	return out, err
}

// Withheld names those of some subjects in an inbox that are not for somebody:
// requests to which they could not agree, and calls that they could not make. So
// nobody of a body concerned learns by them of a complaint. What is not the relay's
// is never among them.
func (s *Service) Withheld(ctx context.Context, a identity.Actor, subjects []string) (map[string]bool, error) {
	out := map[string]bool{}
	err := s.DB.View(ctx, func(tx *db.Tx) error {
		for _, subject := range subjects {
			err := s.concerns(ctx, tx, a, subject)
			switch fault.KindOf(err) {
			case fault.Denied, fault.Missing:
				out[subject] = true
				err = nil
			}
			if err != nil {
				return fmt.Errorf("who has to do with %s: %w", subject, err)
			}
		}
		return nil
	})
	return out, err
}

// concerns fails with Denied or Missing if a subject of the relay waits for others.
func (s *Service) concerns(ctx context.Context, tx *db.Tx, a identity.Actor, subject string) error {
	if id, ok := strings.CutPrefix(subject, Reveal{}.Subject()); ok {
		r, err := find(ctx, tx, a.Realm, id)
		if err != nil {
			return err
		}
		m, err := s.load(ctx, tx, a, r.Matter)
		if err != nil {
			return err
		}
		return mayDecide(r, a, s.roles(a, m.Matter, r.Asker), m)
	}
	if id, ok := strings.CutPrefix(subject, Call{}.Subject()); ok {
		call, err := findCall(ctx, tx, a.Realm, id)
		if err != nil {
			return err
		}
		m, err := s.load(ctx, tx, a, call.Matter)
		if err != nil {
			return err
		}
		return mayAsk(a, s.roles(a, m.Matter, ""), m, CallBack)
	}
	return nil
}

// Which says which requests are listed.
type Which int

// Lists of requests.
const (
	Every   Which = iota
	Waiting       // those that can be decided on
	Settled       // all others
)

// List lists the requests that somebody may know of, the latest first: their own,
// those of places where they decide, and for auditors those of their places.
func (s *Service) List(ctx context.Context, a identity.Actor, which Which, before page.Cursor, size int) (out page.Page[Reveal], err error) {
	now := s.Now()
	q := query{realm: a.Realm, asker: a.Account, which: which, now: now, before: before, limit: size + 1}
	for _, g := range a.Grants {
		if g.Live(now) && holds([]identity.Role{g.Role}, knowing) {
			q.spans = append(q.spans, span{g.Lo, g.Hi})
		}
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		all, err := list(ctx, tx, q)
		if err != nil {
			return err
		}
		out = page.Cut(all, size, func(r Reveal) page.Cursor { return page.Cursor{ID: r.ID} })
		kept := out.Items[:0]
		for _, r := range out.Items {
			if s.knows(ctx, tx, a, r) {
				kept = append(kept, r)
			}
		}
		out.Items = kept
		return nil
	})
	if err != nil {
		return page.Page[Reveal]{}, fmt.Errorf("list requests: %w", err)
	}
	return out, nil
}
