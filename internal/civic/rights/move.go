// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package rights

import (
	"context"
	"errors"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Move is somebody moving a request on.
type Move struct {
	Realm    string
	ID       string
	Revision int
	Action   procedure.Action
	Values   map[string][]string
	By       identity.Actor
	Shown    string // the subject whose code was shown; empty for staff
}

// Move makes a move of the procedure. It fails with Stale if the request has
// changed, with Missing for those who may not see it, and as the procedure, its
// guards, and whoever keeps the data say.
func (s *Service) Move(ctx context.Context, c Move) (Request, error) {
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		r, err := s.find(ctx, tx, c.Realm, c.ID)
		if err != nil {
			return err
		}
		shown := c.Shown != "" && c.Shown == r.Subject
		if !shown && !MaySee(c.By, r, s.Now()) {
			return fault.New(fault.Missing, "rights.missing")
		}
		if c.By.Account != "" {
			if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
				return err
			}
		}
		if r.Revision != c.Revision {
			return fault.New(fault.Stale, "matter.stale")
		}
		return s.act(ctx, tx, r, c, s.roles(r, c))
	})
	if err != nil {
		return Request{}, fmt.Errorf("request %s: %w", c.ID, err)
	}
	return s.open(ctx, c.Realm, c.ID)
}

// act decides and carries out one move by somebody with the given roles.
func (s *Service) act(ctx context.Context, tx *db.Tx, r Request, c Move, roles []procedure.Role) error {
	machine, err := s.machine(ctx, r.Realm, r.Version)
	if err != nil {
		return err
	}
	var answers form.Answers
	if name, ok := machine.Form(r.State, c.Action); ok && name != "" {
		if answers, err = s.Forms.Read(name, c.Values); err != nil {
			return err
		}
	}
	history, err := pasts(ctx, tx, r.Realm, r.ID)
	if err != nil {
		return err
	}
	step, err := machine.Decide(r, r.State, procedure.Attempt{
		Action: c.Action, Roles: roles, Actor: c.By.Account, At: s.Now(), Answers: answers, Clocks: machine.Replay(history),
	})
	if err != nil {
		return err
	}
	switch c.Action {
	case "propose":
		r.Proposer = c.By.Account
	case "extend":
		r.Extended = true
	case "refuse":
		r.Ground = answers["ground"]
	}
	r.enter(step)
	if err := update(ctx, tx, r); err != nil {
		return err
	}
	r.Revision++
	e := Event{Action: c.Action, State: r.State, Actor: c.By.Account, Role: step.Role, Answers: answers, At: step.At, past: step.Past}
	if err := s.record(ctx, tx, r, e, machine); err != nil {
		return err
	}
	if r.State == "done" {
		// Last: what is granted takes the words of the request itself along.
		if err := s.carryOut(ctx, tx, r, c.By); err != nil {
			return err
		}
	}
	return s.tellOwner(ctx, tx, r, machine.Final(r.State))
}

// tellOwner tells somebody who asked about their own account how it ended.
func (s *Service) tellOwner(ctx context.Context, tx *db.Tx, r Request, final bool) error {
	if r.Door != Own || !final || r.State == "withdrawn" {
		return nil
	}
	who, err := identity.Load(ctx, tx, r.Realm, r.Taker)
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.Message{
		Realm: r.Realm, ID: r.name() + "/" + string(r.State), Account: r.Taker, Key: "notify.rights_" + string(r.State),
		Params: map[string]string{"day": r.At.Format("2006-01-02")}, Link: "/desk/rights/" + r.ID, At: s.Now(), Language: who.Language, Address: who.Mail,
	})
}

// roles are the capacities in which somebody acts on a request.
func (s *Service) roles(r Request, c Move) []procedure.Role {
	var out []procedure.Role
	if c.Shown != "" && c.Shown == r.Subject || r.Door == Own && r.Taker == c.By.Account && c.By.Account != "" {
		out = append(out, reporter)
	}
	for _, role := range c.By.RolesAt(r.Place, "", s.Now()) {
		out = append(out, procedure.Role(role))
	}
	return out
}

// Offers lists what somebody may do to a request.
func (s *Service) Offers(ctx context.Context, r Request, by identity.Actor, shown string) ([]procedure.Offer, error) {
	machine, err := s.machine(ctx, r.Realm, r.Version)
	if err != nil {
		return nil, err
	}
	return machine.Moves(r, r.State, procedure.Attempt{Roles: s.roles(r, Move{By: by, Shown: shown}), Actor: by.Account, At: s.Now()}), nil
}

// expireBatch is how many requests are looked at in one go.
const expireBatch = 100

// Expire makes the moves that the procedure names for requests whose term has run
// out, and returns how many.
func (s *Service) Expire(ctx context.Context, realm string) (int, error) {
	var ids []string
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		ids, err = expired(ctx, tx, realm, s.Now(), expireBatch)
		return err
	})
	failures := []error{err}
	moved := 0
	for _, id := range ids {
		err := s.DB.InTx(ctx, func(tx *db.Tx) error {
			r, err := s.find(ctx, tx, realm, id)
			if err != nil || r.Timer.IsZero() || r.Timer.After(s.Now()) {
				return err
			}
			machine, err := s.machine(ctx, realm, r.Version)
			if err != nil {
				return err
			}
			c := Move{Realm: realm, ID: id, Action: machine.OnExpiry(r.State), By: identity.System(realm)}
			return s.act(ctx, tx, r, c, []procedure.Role{procedure.System})
		})
		if err == nil {
			moved++
		}
		failures = append(failures, err)
	}
	return moved, errors.Join(failures...)
}

func (s *Service) machine(ctx context.Context, realm string, version int) (*procedure.Machine[Request], error) {
	return procedure.Machines(ctx, s.Library, realm, Procedure, version, guards(), terms())
}
