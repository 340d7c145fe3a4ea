// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/platform/db"
)

// doorOpen reports whether people may be counted as having come: on the day, until the
// gathering has ended.
func (s *Service) doorOpen(g Gathering) bool {
	return (g.State == Called || g.State == Running) && s.Today() >= s.Day(g)
}

// doorLength is the digits of the code of the day.
const doorLength = 6

// door is the code of the day of a gathering.
func (s *Service) door(g Gathering) string {
	sum, _ := strconv.ParseUint(s.Box.Sum("gathering.door", g.Realm, g.ID, s.Day(g))[:15], 16, 64) // hexadecimal digits
	text := strconv.FormatUint(sum%1_000_000, 10)
	return strings.Repeat("0", doorLength-len(text)) + text
}

// Roll is a chair ticking who came, who left, and who was ticked by mistake.
type Roll struct {
	At
	Seats []string
	Act   Act
}

// Roll keeps who came or left. Whoever is there already is not counted again.
func (s *Service) Roll(ctx context.Context, c Roll) error {
	if c.Act != Came && c.Act != Left && c.Act != Mistake {
		return fault.New(fault.Invalid, "form.not_a_choice").At("act")
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		g, err := s.chaired(ctx, tx, c.At)
		if err == nil && !s.doorOpen(g) {
			err = fault.New(fault.Conflict, "gathering.door_shut")
		}
		if err != nil {
			return err
		}
		chosen, err := s.chosen(ctx, tx, g, c.Seats)
		if err != nil {
			return err
		}
		return s.pass(ctx, tx, g, chosen, Coming{Act: c.Act, Way: ByRoll, By: c.By.Account})
	})
	if err != nil {
		return fmt.Errorf("call the roll: %w", err)
	}
	return nil
}

// pass keeps a line for each of some people for whom it says something new.
func (s *Service) pass(ctx context.Context, tx *db.Tx, g Gathering, who []Invitee, l Coming) error {
	l.At = s.Now()
	switch {
	case s.Today() == s.Day(g):
	case l.Act == Left:
		l.At = g.Ends // written down on a later day
	default:
		l.At = g.Starts
	}
	lines, err := comings(ctx, tx, g)
	if err != nil {
		return err
	}
	there := attended(lines)
	for _, i := range who {
		a := there[i.ID]
		news := map[Act]bool{Came: !a.Present(), Left: a.Present(), Mistake: !a.Came.IsZero()}
		if !news[l.Act] {
			continue
		}
		l.Seat = i.ID
		if err := insertComing(ctx, tx, g, id.New(), l); err != nil {
			return err
		}
	}
	return nil
}

// Paper is somebody typing the numbers of those who signed the list.
type Paper struct {
	At
	Numbers string // one a line, or with spaces and commas between
}

// maxNumbers bounds what is typed at once.
const maxNumbers = 2000

// Paper keeps who came by the list they signed, whole or not at all: it fails with
// Invalid naming each number at fault. It returns how many were on it.
func (s *Service) Paper(ctx context.Context, c Paper) (n int, err error) {
	typed := strings.FieldsFunc(c.Numbers, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;\u3000\uff0c\u3001\uff1b", r) })
	if len(typed) == 0 || len(typed) > maxNumbers {
		return 0, fault.New(fault.Invalid, "form.required").At("numbers")
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		g, err := s.chaired(ctx, tx, c.At)
		if err == nil && !s.doorOpen(g) {
			err = fault.New(fault.Conflict, "gathering.door_shut")
		}
		if err != nil {
			return err
		}
		all, err := s.invitees(ctx, tx, g)
		if err != nil {
			return err
		}
		who, err := numbered(all, typed)
		if err != nil {
			return err
		}
		n = len(who)
		if err := s.pass(ctx, tx, g, who, Coming{Act: Came, Way: ByPaper, By: c.By.Account}); err != nil {
			return err
		}
		return s.note(ctx, tx, g, "listed", c.By, map[string]string{"seats": strconv.Itoa(n)})
	})
	if err != nil {
		return 0, fmt.Errorf("attendance from paper: %w", err)
	}
	return n, nil
}

// numbered finds the people of typed numbers, and names each that is at fault.
func numbered(all []Invitee, typed []string) (out []Invitee, err error) {
	by := map[int]Invitee{}
	for _, i := range all {
		if !i.Vacant {
			by[i.No] = i
		}
	}
	var faults []*fault.Error
	seen := map[int]bool{}
	for n, text := range typed {
		no, err := strconv.Atoi(text)
		i, known := by[no]
		key := ""
		switch {
		case err != nil:
			key = "gathering.number_bad"
		case !known:
			key = "gathering.number_unknown"
		case !i.Counts():
			key = "gathering.number_lapsed"
		case seen[no]:
			key = "gathering.number_twice"
		}
		if key != "" {
			faults = append(faults, fault.New(fault.Invalid, key).At("numbers").With("line", strconv.Itoa(n+1)).With("number", clip(text)))
			continue
		}
		seen[no] = true
		out = append(out, i)
	}
	return out, fault.Join(faults...)
}

// clip shortens what was typed, for a message.
func clip(text string) string {
	if r := []rune(text); len(r) > 12 {
		return string(r[:12]) + "…"
	}
	return text
}

// CheckIn counts somebody invited as having come, by the code of the day that the
// chair's screen shows. It fails with Conflict for another code, and for whoever was
// told and no longer counts.
func (s *Service) CheckIn(ctx context.Context, v Visit) (Invitation, error) {
	return s.visit(ctx, v, func(tx *db.Tx, g Gathering, n *notice) error {
		switch {
		case !s.doorOpen(g) || s.Today() != s.Day(g):
			return fault.New(fault.Conflict, "gathering.door_shut")
		case Plain(v.Door) != s.door(g):
			return fault.New(fault.Conflict, "gathering.door_code").At("door")
		}
		all, err := s.invitees(ctx, tx, g)
		if err != nil {
			return err
		}
		for _, i := range all {
			if i.ID == n.Seat && i.Counts() {
				return s.pass(ctx, tx, g, []Invitee{i}, Coming{Act: Came, Way: ByCode})
			}
		}
		return fault.New(fault.Conflict, "gathering.not_due")
	})
}

// Live is how a gathering stands now, for the chair's screen.
type Live struct {
	Record
	Now  Quorum
	Door string // the code of the day; empty while nobody is counted
	At   time.Time
}

// Live shows who is there, and whether that is enough, to whoever chairs.
func (s *Service) Live(ctx context.Context, at At) (out Live, err error) {
	r, err := s.Read(ctx, at)
	if err != nil {
		return out, err
	}
	out = Live{Record: r, At: s.Now()}
	if s.doorOpen(r.Gathering) {
		out.Door = s.door(r.Gathering)
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out.Now, err = s.quorum(ctx, tx, r.Gathering)
		return err
	})
	return out, err
}

// quorum is how a gathering stands with those who are there.
func (s *Service) quorum(ctx context.Context, tx *db.Tx, g Gathering) (Quorum, error) {
	h, err := s.host(g.Host)
	if err != nil {
		return Quorum{}, err
	}
	lines, err := comings(ctx, tx, g)
	if err != nil {
		return Quorum{}, err
	}
	return h.Quorum(ctx, tx, g, present(lines))
}
