// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
)

// Record is everything that is kept of a gathering, with the names that its host knows.
// Whoever asks for one answers for who sees it.
type Record struct {
	Gathering
	Body        Body
	Seats       []Invitee // by number; empty seats last
	Minutes     Minutes   // the newest; zero before they are written
	Versions    []Version // of the minutes, the newest first
	Resolutions []Resolution
	Filings     []Filing
	History     []Line
}

// Attended is how many of those who count came.
func (r Record) Attended() (n int) {
	for _, i := range r.Seats {
		if i.Counts() && !i.Came.IsZero() {
			n++
		}
	}
	return n
}

// Due is how many should come.
func (r Record) Due() (n int) {
	for _, i := range r.Seats {
		if i.Counts() {
			n++
		}
	}
	return n
}

// Record returns everything that is kept of a gathering.
func (s *Service) Record(ctx context.Context, tx *db.Tx, realm, id string) (r Record, err error) {
	if r.Gathering, err = find(ctx, tx, realm, id); err != nil {
		return r, err
	}
	h, err := s.host(r.Gathering.Host)
	if err != nil {
		return r, err
	}
	if r.Body, err = h.About(ctx, tx, realm, r.Gathering.Host); err != nil {
		return r, err
	}
	if r.Seats, err = s.invitees(ctx, tx, r.Gathering); err != nil {
		return r, err
	}
	lines, err := comings(ctx, tx, r.Gathering)
	if err != nil {
		return r, err
	}
	came := attended(lines)
	for n := range r.Seats {
		r.Seats[n].Attendance = came[r.Seats[n].ID]
	}
	if r.Minutes, r.Versions, err = s.minutesOf(ctx, tx, r.Gathering); err != nil {
		return r, err
	}
	if r.Resolutions, err = resolutions(ctx, tx, r.Gathering); err != nil {
		return r, err
	}
	if r.Filings, err = filingsOf(ctx, tx, realm, id, ""); err != nil {
		return r, err
	}
	r.History, err = history(ctx, tx, r.Gathering)
	return r, err
}

// invitees joins who was told with who should come. Once the session has begun it is
// fixed who should have come; before that it is whoever should come on the day.
func (s *Service) invitees(ctx context.Context, tx *db.Tx, g Gathering) ([]Invitee, error) {
	rows, err := notices(ctx, tx, g)
	if err != nil {
		return nil, err
	}
	seats, err := s.due(ctx, tx, g)
	if err != nil {
		return nil, err
	}
	fixed := g.State != Called
	due, kept := map[string]int{}, map[string]bool{}
	for n, seat := range seats {
		due[seat.ID] = n
	}
	var out []Invitee
	for _, n := range rows {
		i := Invitee{
			Seat: Seat{ID: n.Seat, No: n.No, Account: n.Account}, Standing: n.Standing, Letters: n.Letters, ToldAt: n.ToldAt, ToldWay: n.ToldWay, ToldOf: n.ToldOf,
			ReceivedAt: n.ReceivedAt, ReceivedWay: n.ReceivedWay, ReadAt: n.ReadAt,
		}
		kept[n.Seat] = true
		at, there := due[n.Seat]
		if there {
			i.Seat = seats[at]
		}
		if !fixed && !there {
			i.Standing = Lapsed
		} else if !fixed && i.Standing == Lapsed {
			i.Standing = Due
		}
		out = append(out, i)
	}
	for _, seat := range seats {
		if kept[seat.ID] || fixed && !seat.Vacant {
			continue
		}
		out = append(out, Invitee{Seat: seat, Standing: Joined})
	}
	slices.SortStableFunc(out, func(a, b Invitee) int {
		if a.Vacant != b.Vacant {
			return map[bool]int{true: 1, false: -1}[a.Vacant]
		}
		if a.No != b.No {
			return a.No - b.No
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// For lists the gatherings for a purpose, the oldest first.
func (s *Service) For(ctx context.Context, tx *db.Tx, realm, purpose string) ([]Gathering, error) {
	if purpose == "" {
		return nil, nil
	}
	return forPurpose(ctx, tx, realm, purpose)
}

// Find returns a gathering without its papers, for other parts that know whose it is.
func (s *Service) Find(ctx context.Context, tx *db.Tx, realm, id string) (Gathering, error) {
	return find(ctx, tx, realm, id)
}

// Read returns everything of a gathering to whoever chairs there. That the members of a
// confidential body were read is recorded before they are shown.
func (s *Service) Read(ctx context.Context, at At) (r Record, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		g, err := find(ctx, tx, at.Realm, at.ID)
		if err == nil && (at.By.Realm != g.Realm || !s.MayChair(at.By, g.Place)) {
			err = fault.New(fault.Missing, "gathering.missing")
		}
		if err != nil {
			return err
		}
		r, err = s.Record(ctx, tx, at.Realm, at.ID)
		return err
	})
	if err == nil && r.Body.Confidential {
		err = s.DB.InTx(ctx, func(tx *db.Tx) error {
			return sight.Record(ctx, tx, sight.Look{
				Realm: r.Realm, Subject: Subject(r.ID), Place: r.Place, Fields: []string{"gathering.seats"}, Purpose: sight.Handling,
				Account: at.By.Account, Role: convener, Way: sight.Page, At: s.Now(),
			})
		})
	}
	if err != nil {
		return Record{}, err
	}
	return r, nil
}

// Filter narrows a list of gatherings.
type Filter struct {
	Lo, Hi int64  // places
	State  State  // empty for all
	From   string // a day, from which on; empty for all
	Until  string // a day; empty for all
}

// List lists gatherings, the latest day first, to whoever chairs at the places.
func (s *Service) List(ctx context.Context, realm string, f Filter, by identity.Actor, after page.Cursor, size int) (out page.Page[Gathering], err error) {
	if by.Realm != realm || !by.Has(convener, s.Now()) {
		return out, fault.New(fault.Denied, "gathering.not_convener")
	}
	span := [2]int64{0, 1 << 62}
	for i, day := range []string{f.From, f.Until} {
		if day == "" {
			continue
		}
		at, err := time.ParseInLocation(time.DateOnly, day, s.Zone)
		if err != nil {
			return out, fault.New(fault.Invalid, "form.not_a_date").At([]string{"from", "until"}[i])
		}
		span[i] = at.AddDate(0, 0, i).UnixMicro()
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		var found []Gathering
		for next := after; len(found) <= size; {
			some, err := list(ctx, tx, realm, f, span, next, size+1)
			if err != nil {
				return err
			}
			for _, g := range some {
				if s.MayChair(by, g.Place) {
					found = append(found, g)
				}
			}
			if len(some) <= size {
				break
			}
			next = cursor(some[len(some)-1])
		}
		out = page.Cut(found, size, cursor)
		return nil
	})
	return out, err
}

func cursor(g Gathering) page.Cursor { return page.Cursor{At: g.Starts.UnixMicro(), ID: g.ID} }

// ownMost bounds the gatherings that are listed for one account.
const ownMost = 50

// Own lists the gatherings to which an account is invited, the latest first.
func (s *Service) Own(ctx context.Context, by identity.Actor) (out []Gathering, err error) {
	if by.Account == "" {
		return nil, nil
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = ofAccount(ctx, tx, by.Realm, by.Account, ownMost)
		return err
	})
	return out, err
}

// Accounts lists the accounts of those who are invited and still count, for whoever tells
// them.
func (s *Service) Accounts(ctx context.Context, tx *db.Tx, g Gathering) (out []string, err error) {
	all, err := s.invitees(ctx, tx, g)
	for _, i := range all {
		if i.Counts() && i.Account != "" {
			out = append(out, i.Account)
		}
	}
	return out, err
}
