// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"crypto/sha256"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Standing is whether somebody who was told should come on the day.
type Standing string

// The standings.
const (
	Due    Standing = "due"
	Joined Standing = "joined" // should come; became what they are after notice was given
	Lapsed Standing = "lapsed" // was told, and is no longer what they were: does not count
)

// Invitee is somebody who was told, or should come: their notice and their attendance.
type Invitee struct {
	Seat
	Attendance
	Standing    Standing
	Letters     int // links made so far
	ToldAt      time.Time
	ToldWay     Way
	ToldOf      int // sequence of the invitation that they were told of last
	ReceivedAt  time.Time
	ReceivedWay Way
	ReadAt      time.Time
}

// Counts reports whether somebody is counted among those who should come.
func (i Invitee) Counts() bool { return i.Standing != Lapsed && !i.Vacant }

// notice is what is kept of an invitee: no name.
type notice struct {
	Seat, Account        string
	No                   int
	Standing             Standing
	Hash                 string
	Letters, ToldOf      int
	ToldAt               time.Time
	ToldWay, ReceivedWay Way
	ToldBy               string
	ReceivedAt, ReadAt   time.Time
}

// secretLength is the characters of a link's code, of five bits each.
const secretLength = 16

// Plain is a code as it is compared: without what makes it readable, in capitals.
func Plain(typed string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\u3000", "", "\t", "").Replace(typed))
}

// hashOf is what is kept of a link's code.
func hashOf(realm, gathering, secret string) string {
	sum := sha256.Sum256([]byte("pavilion/gathering\x00" + realm + "\x00" + gathering + "\x00" + Plain(secret)))
	return hex.EncodeToString(sum[:])
}

// Letter is a link's code, which is shown once.
type Letter struct {
	Seat   Seat
	Secret string
}

// Issue is a chair having links made.
type Issue struct {
	At
	Seats []string // for these, in place of those they had; none for all who have none
}

// Issue makes codes for those who should come and returns them by number. A new one ends
// the one before. Making one is not telling: Tell says when the letter was handed over.
func (s *Service) Issue(ctx context.Context, c Issue) (out []Letter, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		out = nil
		g, err := s.chaired(ctx, tx, c.At)
		if err == nil && g.State != Called && g.State != Running {
			err = fault.New(fault.Conflict, "gathering.over")
		}
		if err != nil {
			return err
		}
		all, err := s.invitees(ctx, tx, g)
		if err != nil {
			return err
		}
		for _, i := range all {
			if !i.Counts() || len(c.Seats) == 0 && i.Letters > 0 || len(c.Seats) > 0 && !slices.Contains(c.Seats, i.ID) {
				continue
			}
			l := Letter{i.Seat, id.Secret(secretLength)}
			if err := setHash(ctx, tx, g, i.notice(), hashOf(g.Realm, g.ID, l.Secret)); err != nil {
				return err
			}
			out = append(out, l)
		}
		if len(out) == 0 {
			return fault.New(fault.Conflict, "gathering.no_letters")
		}
		return s.note(ctx, tx, g, "issued", c.By, map[string]string{"letters": strconv.Itoa(len(out))})
	})
	if err != nil {
		return nil, fmt.Errorf("make links: %w", err)
	}
	return out, nil
}

// notice is the row of an invitee of whom there is none yet.
func (i Invitee) notice() notice {
	return notice{Seat: i.ID, No: i.No, Account: i.Account, Standing: i.Standing}
}

// Tell is staff saying that people were told, or that they said so.
type Tell struct {
	At
	Seats    []string
	Way      Way  // ByPaper, ByStaff or ByRoll
	Received bool // they said that they know of it, too
}

// Tell keeps who was told of the gathering as it is now, and by which way. Who was told
// before keeps the instant, and is told of the change.
func (s *Service) Tell(ctx context.Context, c Tell) error {
	if !slices.Contains([]Way{ByPaper, ByStaff, ByRoll}, c.Way) {
		return fault.New(fault.Invalid, "form.not_a_choice").At("way")
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		g, err := s.chaired(ctx, tx, c.At)
		if err != nil {
			return err
		}
		if g.State == Cancelled || g.State == Complete {
			return fault.New(fault.Conflict, "gathering.over")
		}
		chosen, err := s.chosen(ctx, tx, g, c.Seats)
		if err != nil {
			return err
		}
		for _, i := range chosen {
			if err := told(ctx, tx, g, i.notice(), c.Way, c.By.Account, s.Now()); err != nil {
				return err
			}
			if c.Received {
				if err := received(ctx, tx, g, i.ID, c.Way, s.Now()); err != nil {
					return err
				}
			}
		}
		return s.note(ctx, tx, g, "told", c.By, map[string]string{"seats": strconv.Itoa(len(chosen)), "way": string(c.Way), "received": strconv.FormatBool(c.Received)})
	})
	if err != nil {
		return fmt.Errorf("tell people: %w", err)
	}
	return nil
}

// chosen are the invitees of some seats, each of whom counts; it fails for no seat.
func (s *Service) chosen(ctx context.Context, tx *db.Tx, g Gathering, seats []string) (out []Invitee, err error) {
	all, err := s.invitees(ctx, tx, g)
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		if slices.Contains(seats, i.ID) && i.Counts() {
			out = append(out, i)
		}
	}
	switch {
	case len(seats) == 0:
		return nil, fault.New(fault.Invalid, "gathering.nobody_chosen").At("seats")
	case len(out) != len(seats):
		return nil, fault.New(fault.Conflict, "gathering.not_due").At("seats")
	}
	return out, nil
}

// Visit is somebody invited, by the code of a link or by an account.
type Visit struct {
	Realm  string
	ID     string
	Secret string // empty for who is signed in
	By     identity.Actor
	Door   string // the code of the day, for who checks in
}

// Invitation is what somebody invited is shown.
type Invitation struct {
	Gathering
	Seat     string
	Standing Standing
	Received bool
	Attendance
	Open bool // the code of the day is taken
}

// Visit shows an invitation, and keeps that it was read. It is Missing for a code that
// leads nowhere.
func (s *Service) Visit(ctx context.Context, v Visit) (Invitation, error) {
	return s.visit(ctx, v, func(tx *db.Tx, g Gathering, n *notice) error {
		if !n.ReadAt.IsZero() {
			return nil
		}
		n.ReadAt = s.Now()
		return errors.Join(told(ctx, tx, g, *n, v.way(), "", s.Now()), read(ctx, tx, g, n.Seat, s.Now()))
	})
}

// Confirm keeps that somebody invited says that they know of it.
func (s *Service) Confirm(ctx context.Context, v Visit) (Invitation, error) {
	return s.visit(ctx, v, func(tx *db.Tx, g Gathering, n *notice) error {
		if !n.ReceivedAt.IsZero() {
			return nil
		}
		n.ReceivedAt = s.Now()
		if err := received(ctx, tx, g, n.Seat, v.way(), s.Now()); err != nil {
			return err
		}
		return s.note(ctx, tx, g, "received", v.By, map[string]string{"seat": n.Seat, "way": string(v.way())})
	})
}

// way is how a visitor came.
func (v Visit) way() Way {
	if v.Secret == "" {
		return ByAccount
	}
	return ByLink
}

// visit finds who visits, has do done, and shows what they see then.
func (s *Service) visit(ctx context.Context, v Visit, do func(tx *db.Tx, g Gathering, n *notice) error) (out Invitation, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		g, err := find(ctx, tx, v.Realm, v.ID)
		if err != nil {
			return err
		}
		n, err := s.visitor(ctx, tx, g, v)
		if err != nil {
			return err
		}
		if err := do(tx, g, &n); err != nil {
			return err
		}
		lines, err := comings(ctx, tx, g)
		if err != nil {
			return err
		}
		out = Invitation{
			Gathering: g, Seat: n.Seat, Standing: n.Standing, Received: !n.ReceivedAt.IsZero(), Attendance: attended(lines)[n.Seat], Open: s.doorOpen(g),
		}
		return nil
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("visit gathering %s: %w", v.ID, err)
	}
	return out, nil
}

// visitor is the notice of who visits.
func (s *Service) visitor(ctx context.Context, tx *db.Tx, g Gathering, v Visit) (notice, error) {
	nobody := fault.New(fault.Missing, "gathering.no_link").At("code")
	switch {
	case v.Secret != "":
		return noticeOf(ctx, tx, g, "hash", hashOf(g.Realm, g.ID, v.Secret), nobody)
	case v.By.Account != "" && v.By.Realm == g.Realm:
		return noticeOf(ctx, tx, g, "account", v.By.Account, nobody)
	}
	return notice{}, nobody
}
