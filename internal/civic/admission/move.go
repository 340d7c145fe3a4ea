// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package admission

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Move is somebody moving an application on.
type Move struct {
	Realm    string
	ID       string
	Revision int
	Action   procedure.Action
	Values   map[string][]string
	By       identity.Actor
}

// Move makes a move of the procedure. It fails with Stale if the application has
// changed, and as the procedure and its guards say.
func (s *Service) Move(ctx context.Context, c Move) (Application, error) {
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		a, err := find(ctx, tx, c.Realm, c.ID)
		if err != nil {
			return err
		}
		if a.Revision != c.Revision {
			return fault.New(fault.Stale, "matter.stale")
		}
		return s.act(ctx, tx, a, c, s.roles(a, c.By))
	})
	if err != nil {
		return Application{}, fmt.Errorf("application %s: %w", c.ID, err)
	}
	return s.Open(ctx, c.Realm, c.ID)
}

// act decides and carries out one move by somebody with the given roles.
func (s *Service) act(ctx context.Context, tx *db.Tx, a Application, c Move, roles []procedure.Role) error {
	machine, err := s.machine(ctx, a.Realm, a.Version)
	if err != nil {
		return err
	}
	var answers form.Answers
	if name, ok := machine.Form(a.State, c.Action); ok && name != "" && c.By.Account != identity.System(a.Realm).Account {
		if answers, err = s.Forms.Read(name, c.Values); err != nil {
			return err
		}
	}
	after := a
	if err := s.apply(&after, c, answers); err != nil {
		return err
	}
	about := subject{Application: after, today: s.today()}
	about.Checker, about.Reviewer = a.Checker, a.Reviewer // as they were: nobody is in their own way
	step, err := machine.Decide(about, a.State, procedure.Attempt{Action: c.Action, Roles: roles, Actor: c.By.Account, At: s.Now(), Answers: answers})
	if err != nil {
		return err
	}
	after.Timer = step.NextTimer(a.Timer)
	if !step.Stays {
		after.State, after.EnteredAt, after.Due = step.To, step.At, step.Due
	}
	if err := update(ctx, tx, after); err != nil {
		return err
	}
	after.Revision++
	if act := change(a.State, after.State); act != "" {
		if err := renumber(ctx, tx, after, act, s.Now()); err != nil {
			return err
		}
	}
	if slices.Contains(inForce, after.State) {
		if err := s.propose(ctx, tx, after); err != nil {
			return err
		}
	}
	return s.record(ctx, tx, after, Event{Action: c.Action, State: after.State, Actor: c.By.Account, Role: step.Role, Answers: answers, At: step.At}, machine)
}

// change is what a step does to the published list.
func change(from, to procedure.State) string {
	switch {
	case from == tried && to == listed:
		return "listed"
	case (from == listed || from == reviewDue) && to != listed && to != reviewDue:
		return "exited"
	}
	return ""
}

// apply writes what a move's answers say into the application.
func (s *Service) apply(a *Application, c Move, answers form.Answers) error {
	switch c.Action {
	case "check":
		a.Checker = c.By.Account
	case "review":
		a.Reviewer = c.By.Account
		a.Minutes, _ = strconv.Atoi(answers["minutes"]) // the form holds a number
	case "try":
		area, ok := s.Org.Area(a.Realm, answers["area"])
		if !ok || area.Lo < a.Lo || area.Hi > a.Hi {
			return fault.New(fault.Invalid, "matter.area_unknown").At("area")
		}
		n, _ := strconv.Atoi(answers["days"]) // the form holds a number
		last := s.Now().In(s.Zone).AddDate(0, 0, n).Format(time.DateOnly)
		a.Trial = Trial{Area: area.ID, Lo: area.Lo, Hi: area.Hi, Until: last}
	}
	return nil
}

// roles are the capacities in which somebody acts on an application.
func (s *Service) roles(a Application, by identity.Actor) []procedure.Role {
	var out []procedure.Role
	for _, r := range by.RolesAt(a.Lo, a.Body, s.Now(), a.Types...) {
		out = append(out, procedure.Role(r))
	}
	for _, g := range by.Grants {
		// Grid workers speak for their own grid, wherever it lies in the area.
		if g.Role == identity.GridWorker && g.For(a.Types...) && g.Live(s.Now()) && g.Lo >= a.Lo && g.Hi <= a.Hi {
			out = append(out, procedure.Role(g.Role))
		}
	}
	return out
}

// Offers lists what somebody may do to an application.
func (s *Service) Offers(ctx context.Context, a Application, by identity.Actor) ([]procedure.Offer, error) {
	machine, err := s.machine(ctx, a.Realm, a.Version)
	if err != nil {
		return nil, err
	}
	return machine.Moves(subject{Application: a, today: s.today()}, a.State,
		procedure.Attempt{Roles: s.roles(a, by), Actor: by.Account, At: s.Now()}), nil
}

// expireBatch is how many applications are looked at in one go.
const expireBatch = 100

// Expire makes the moves that the procedure names for applications whose term has
// run out, and returns how many.
func (s *Service) Expire(ctx context.Context, realm string) (int, error) {
	var ids []string
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		ids, err = expired(ctx, tx, realm, s.Now(), expireBatch)
		return err
	})
	var failures []error
	moved := 0
	for _, id := range ids {
		err := s.DB.InTx(ctx, func(tx *db.Tx) error {
			a, err := find(ctx, tx, realm, id)
			if err != nil || a.Timer.After(s.Now()) {
				return err
			}
			machine, err := s.machine(ctx, realm, a.Version)
			if err != nil {
				return err
			}
			c := Move{Realm: realm, ID: id, Action: machine.OnExpiry(a.State), By: identity.System(realm)}
			return s.act(ctx, tx, a, c, []procedure.Role{procedure.System})
		})
		if err == nil {
			moved++
		}
		failures = append(failures, err)
	}
	return moved, errors.Join(append(failures, err)...)
}
