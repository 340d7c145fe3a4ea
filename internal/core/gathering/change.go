// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package gathering

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/trace"
	"pavilion/internal/platform/db"
)

// Amend is a chair changing what is on the agenda of a gathering that has not begun.
type Amend struct {
	At
	Agenda []Item
	Reason string
}

// Amend keeps another agenda. Where law sets a term of notice, nothing that is to be
// decided or talked about may be added once less than that is left.
func (s *Service) Amend(ctx context.Context, c Amend) (g Gathering, err error) {
	items, faults := agenda(c.Agenda)
	reason, f := words(c.Reason, "reason", maxTitle, true)
	if f != nil {
		faults = append(faults, f)
	}
	if err := fault.Join(faults...); err != nil {
		return g, err
	}
	return s.changed(ctx, c.At, "amended", reason, func(_ *db.Tx, g *Gathering) error {
		if late := g.Rule.short(s.Today(), s.Day(*g)); g.Rule.Strict && late != nil && added(g.Agenda, items) {
			f := fault.New(fault.Conflict, "gathering.late_item").At("agenda").With("days", strconv.Itoa(g.Rule.Days))
			f.Basis = g.Rule.Basis
			return f
		}
		g.Agenda = items
		return nil
	})
}

// added reports whether items are decided or talked about that were not on the agenda.
func added(before, after []Item) bool {
	had := map[Item]bool{}
	for _, i := range before {
		had[Item{Kind: i.Kind, Title: i.Title}] = true
	}
	for _, i := range after {
		if (i.Kind == Vote || i.Kind == Deliberate) && !had[Item{Kind: i.Kind, Title: i.Title}] {
			return true
		}
	}
	return false
}

// Postpone is a chair moving a gathering to another hour or room.
type Postpone struct {
	At
	Starts time.Time
	Ends   time.Time
	Where  string
	Reason string
}

// Postpone keeps another hour. Moved to a later day, the notice that was given counts;
// moved to an earlier one, the term of notice counts from today.
func (s *Service) Postpone(ctx context.Context, c Postpone) (g Gathering, err error) {
	var faults []*fault.Error
	where, f := words(c.Where, "where", maxWhere, true, trace.Door, trace.Line)
	reason, bad := words(c.Reason, "reason", maxTitle, true)
	for _, one := range []*fault.Error{f, bad} {
		if one != nil {
			faults = append(faults, one)
		}
	}
	faults = append(faults, s.when(Gathering{Starts: c.Starts, Ends: c.Ends})...)
	if len(faults) == 0 && c.Starts.Before(s.Now()) {
		faults = append(faults, fault.New(fault.Invalid, "gathering.past").At("starts"))
	}
	if err := fault.Join(faults...); err != nil {
		return g, err
	}
	return s.changed(ctx, c.At, "postponed", reason, func(tx *db.Tx, g *Gathering) error {
		lines, err := comings(ctx, tx, *g)
		if err != nil {
			return err
		}
		if len(present(lines)) > 0 && s.day(c.Starts) != s.Day(*g) {
			return fault.New(fault.Conflict, "gathering.some_came").At("day")
		}
		if c.Starts.Before(g.Starts) && s.day(c.Starts) != s.Day(*g) {
			g.Noticed = s.Today()
			if late := g.Rule.short(g.Noticed, s.day(c.Starts)); late != nil && g.Rule.Strict {
				return late
			}
		}
		g.Starts, g.Ends, g.Where, g.Reason = c.Starts, c.Ends, where, reason
		return nil
	})
}

// Cancel is a chair calling a gathering off.
type Cancel struct {
	At
	Reason string
}

// Cancel calls a gathering off for good.
func (s *Service) Cancel(ctx context.Context, c Cancel) (g Gathering, err error) {
	reason, f := words(c.Reason, "reason", maxTitle, true)
	if f != nil {
		return g, f
	}
	return s.changed(ctx, c.At, "cancelled", reason, func(_ *db.Tx, g *Gathering) error {
		g.State, g.Reason = Cancelled, reason
		return nil
	})
}

// changed carries out a change that everybody invited has to learn of.
func (s *Service) changed(ctx context.Context, at At, act, reason string, do func(tx *db.Tx, g *Gathering) error) (g Gathering, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if g, err = s.chaired(ctx, tx, at); err != nil {
			return err
		}
		if g.State != Called {
			return fault.New(fault.Conflict, "gathering.begun")
		}
		if err := do(tx, &g); err != nil {
			return err
		}
		g.Sequence++
		if err := errors.Join(update(ctx, tx, &g), retold(ctx, tx, g)); err != nil {
			return err
		}
		detail := map[string]string{"reason": reason, "day": s.Day(g), "items": strconv.Itoa(len(g.Agenda)), "sequence": strconv.Itoa(g.Sequence)}
		return errors.Join(s.note(ctx, tx, g, act, at.By, detail), s.tell(ctx, tx, g, "changed", act, at.By))
	})
	if err != nil {
		return Gathering{}, fmt.Errorf("%s gathering %s: %w", act, at.ID, err)
	}
	return g, nil
}
