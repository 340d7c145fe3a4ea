// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Call is a convener calling a gathering.
type Call struct {
	Realm   string
	Key     string // a UUID; the same for the same gathering, so that a retry calls no second one
	Kind    string
	Title   string
	Host    string
	For     string // what it is for; empty for nothing
	Starts  time.Time
	Ends    time.Time
	Where   string
	Agenda  []Item
	Noticed string   // the day on which notice was given on paper, where that was before today
	Nth     int      // its number within the year, where earlier ones were numbered on paper; 0 for the next
	Former  string   // the gathering without a quorum that this one repeats
	Guests  []string // invited units, for a host that has no members of its own
	By      identity.Actor
}

// Bounds of what is entered.
const (
	maxWhere  = 80
	maxGuests = 100
	maxSpan   = 24 * time.Hour
)

// Call convenes a gathering in tx. It fails with Invalid naming each field at fault, among
// them a day that is too near for the notice that law asks for; where no law does, the
// gathering has a warning instead. The same key again returns the gathering that is there.
func (s *Service) Call(ctx context.Context, tx *db.Tx, c Call) (Gathering, error) {
	h, err := s.host(c.Host)
	if err != nil {
		return Gathering{}, err
	}
	body, err := h.About(ctx, tx, c.Realm, c.Host)
	switch {
	case err != nil:
		return Gathering{}, err
	case c.By.Realm != c.Realm || !s.MayChair(c.By, body.Place):
		return Gathering{}, fault.New(fault.Denied, "gathering.not_convener")
	case body.Ended:
		return Gathering{}, fault.New(fault.Conflict, "gathering.host_ended").At("host")
	case !id.Valid(c.Key):
		return Gathering{}, fault.New(fault.Invalid, "form.not_a_choice").At("key")
	}
	if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
		return Gathering{}, err
	}
	if there, err := find(ctx, tx, c.Realm, c.Key); fault.KindOf(err) != fault.Missing {
		if err == nil && !s.MayChair(c.By, there.Place) {
			err = fault.New(fault.Conflict, "gathering.key_taken")
		}
		return there, err
	}
	g, err := s.drafted(ctx, tx, c, body)
	if err != nil {
		return Gathering{}, err
	}
	if err := s.repeats(ctx, tx, g); err != nil {
		return Gathering{}, err
	}
	if g.Number, err = number(ctx, tx, g, c.Nth, s.Day(g)[:4]); err != nil {
		return Gathering{}, err
	}
	if err := insert(ctx, tx, g); err != nil {
		return Gathering{}, fmt.Errorf("call gathering: %w", err)
	}
	return g, s.convene(ctx, tx, g, c.By)
}

// drafted is the gathering that a call describes, checked.
func (s *Service) drafted(ctx context.Context, tx *db.Tx, c Call, body Body) (Gathering, error) {
	now := s.Now()
	g := Gathering{
		Realm: c.Realm, ID: c.Key, Host: c.Host, For: c.For, Area: body.Area, Place: body.Place, Starts: c.Starts, Ends: c.Ends,
		State: Called, Former: c.Former, Guests: c.Guests, Noticed: c.Noticed, CalledAt: now, Revision: 1,
	}
	var faults []*fault.Error
	note := func(f *fault.Error) {
		if f != nil {
			faults = append(faults, f)
		}
	}
	book, err := s.kindsIn(ctx, tx, c.Realm, now)
	if err != nil {
		return g, err
	}
	rule, known := book.Find(c.Kind)
	if !known || !slices.Contains(rule.For, body.Sort) {
		note(fault.New(fault.Invalid, "gathering.kind_other").At("kind"))
	}
	rule = rule.under(body)
	g.Kind, g.Rule = rule.Code, rule
	var f *fault.Error
	g.Title, f = words(c.Title, "title", maxTitle, true)
	note(f)
	g.Where, f = words(c.Where, "where", maxWhere, true, trace.Door, trace.Line)
	note(f)
	items, more := agenda(c.Agenda)
	g.Agenda, faults = items, append(faults, more...)
	faults = append(faults, s.when(g)...)
	if g.Noticed == "" {
		g.Noticed = s.Today()
	}
	if _, err := time.Parse(time.DateOnly, g.Noticed); err != nil || g.Noticed > s.Today() {
		note(fault.New(fault.Invalid, "gathering.noticed").At("noticed"))
	} else if late := rule.short(g.Noticed, s.Day(g)); rule.Strict && late != nil && !g.Starts.IsZero() {
		note(late)
	}
	if len(g.Guests) > maxGuests {
		note(fault.New(fault.Invalid, "form.too_long").At("guests").With("max", strconv.Itoa(maxGuests)))
	}
	return g, fault.Join(faults...)
}

// when lists what is wrong with the hours of a gathering.
func (s *Service) when(g Gathering) []*fault.Error {
	switch {
	case g.Starts.IsZero():
		return []*fault.Error{fault.New(fault.Invalid, "form.required").At("starts")}
	case !g.Ends.After(g.Starts) || g.Ends.Sub(g.Starts) > maxSpan:
		return []*fault.Error{fault.New(fault.Invalid, "gathering.ends").At("ends")}
	case g.Starts.After(s.Now().AddDate(1, 0, 0)) || g.Starts.Before(s.Now().AddDate(-1, 0, 0)):
		return []*fault.Error{fault.New(fault.Invalid, "gathering.far").At("starts")}
	}
	return nil
}

// repeats looks whether a gathering may repeat its former one.
func (s *Service) repeats(ctx context.Context, tx *db.Tx, g Gathering) error {
	if g.Former == "" {
		return nil
	}
	former, err := find(ctx, tx, g.Realm, g.Former)
	switch {
	case err != nil:
		return err
	case former.State != NoQuorum || former.Host != g.Host:
		return fault.New(fault.Conflict, "gathering.former").At("former")
	}
	return nil
}

// convene gives notice to everybody who should come, as far as the page reaches them,
// and tells the others in the program that a gathering was called.
func (s *Service) convene(ctx context.Context, tx *db.Tx, g Gathering, by identity.Actor) error {
	seats, err := s.due(ctx, tx, g)
	if err != nil {
		return err
	}
	told := 0
	for _, seat := range seats {
		if seat.Vacant {
			continue
		}
		n := notice{Seat: seat.ID, No: seat.No, Account: seat.Account, Standing: Due}
		if seat.Account != "" {
			n.ToldAt, n.ToldWay, n.ToldBy = s.Now(), ByAccount, by.Account
			told++
		}
		if err := insertNotice(ctx, tx, g, n); err != nil {
			return err
		}
	}
	detail := map[string]string{
		"kind": g.Kind, "number": g.Number, "host": g.Host, "for": g.For, "due": strconv.Itoa(len(seats)), "told": strconv.Itoa(told),
		"noticed": g.Noticed, "day": s.Day(g), "days": strconv.Itoa(g.Rule.Days), "items": strconv.Itoa(len(g.Agenda)),
	}
	return errors.Join(s.note(ctx, tx, g, "called", by, detail), s.tell(ctx, tx, g, "called", "called", by))
}

// tell writes an event.
func (s *Service) tell(ctx context.Context, tx *db.Tx, g Gathering, event, act string, by identity.Actor) error {
	return outbox.Add(ctx, tx, g.Realm, "gathering."+event, s.Now(), Happened{Gathering: g.ID, For: g.For, Act: act, State: g.State, By: by.Account})
}

// Convene is Call in a transaction of its own.
func (s *Service) Convene(ctx context.Context, c Call) (g Gathering, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		g, err = s.Call(ctx, tx, c)
		return err
	})
	return g, err
}

// words cleans a line; one that is public may hold no trace of a person, the allowed
// kinds excepted.
func words(given, field string, longest int, required bool, allowed ...trace.Kind) (string, *fault.Error) {
	out, err := form.CleanText(given, longest > maxTitle)
	if f, ok := fault.As(err); ok {
		return "", f.At(field)
	}
	switch n := len([]rune(out)); {
	case n == 0 && required:
		return "", fault.New(fault.Invalid, "form.required").At(field)
	case n > longest:
		return "", fault.New(fault.Invalid, "form.too_long").At(field).With("max", strconv.Itoa(longest))
	}
	if f, ok := fault.As(trace.Gate(field, out, allowed...)); ok {
		return "", f
	}
	return out, nil
}
