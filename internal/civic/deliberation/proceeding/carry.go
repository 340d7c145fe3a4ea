// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Carry is a secretary carrying a proceeding over to the procedure that the law names
// today.
type Carry struct {
	Realm    string
	ID       string
	Revision int
	By       identity.Actor
}

// Carry has a proceeding follow another procedure from its beginning, and takes it as
// far as the proofs that still hold reach. Those of a body that may not decide any more
// are taken from their step. It fails with Conflict where the law has not changed, and
// once the vote is passed: that is by the law of its day.
func (s *Service) Carry(ctx context.Context, c Carry) (p Proceeding, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if p, err = s.seen(ctx, tx, c.Realm, c.ID, c.Revision, c.By); err != nil {
			return err
		}
		if !MayLead(c.By, p.Place, s.Now()) {
			return notYours()
		}
		k, _, err := s.caseOf(ctx, tx, p)
		if err != nil {
			return err
		}
		to, changed := k.Changed(s.Today())
		if !changed {
			return fault.New(fault.Conflict, "proceeding.unchanged")
		}
		machine, err := s.machine(ctx, p.Realm, to, 0)
		if err != nil {
			return err
		}
		if err := s.void(ctx, tx, k); err != nil {
			return err
		}
		from := p.Procedure
		step := machine.Begin(Case{Proceeding: p, Table: s.Bodies.Table}, s.Now())
		p.Procedure, p.Version = to, machine.Version()
		p.enter(step)
		if err := update(ctx, tx, p); err != nil {
			return err
		}
		p.Revision++
		e := Event{
			Action: "carry", State: p.State, Actor: c.By.Account, Role: secretary, Answers: form.Answers{"from": from, "to": to}, At: s.Now(), past: step.Past,
		}
		if err := s.record(ctx, tx, p, e, machine); err != nil {
			return err
		}
		p, err = s.reach(ctx, tx, p, machine, c.By)
		return err
	})
	if err != nil {
		return Proceeding{}, fmt.Errorf("carry over proceeding %s: %w", c.ID, err)
	}
	return p, nil
}

// void takes from the decision what is of a body that may not decide any more.
func (s *Service) void(ctx context.Context, tx *db.Tx, k Case) error {
	for _, f := range k.Facts[Decision] {
		if !f.Live() || f.BodyID == "" || k.Table.Refuse(k.Subject, f.Body, s.Today()) == nil {
			continue
		}
		if err := endProof(ctx, tx, f.Proof, s.Say("proceeding.law_changed_because"), s.Now()); err != nil {
			return err
		}
	}
	return nil
}

// reach makes the moves on whose proofs are there already.
func (s *Service) reach(ctx context.Context, tx *db.Tx, p Proceeding, machine *procedure.Machine[Case], by identity.Actor) (Proceeding, error) {
	for range machine.Definition().States {
		k, _, err := s.caseOf(ctx, tx, p)
		if err != nil {
			return p, err
		}
		past, err := history(ctx, tx, p.Realm, p.ID)
		if err != nil {
			return p, err
		}
		way := route(machine.Definition(), k)
		at := stands(way, machine.Definition().Start, past)
		if at >= len(way) || way[at].To == archived {
			return p, nil
		}
		step, err := machine.Decide(k, p.State, procedure.Attempt{
			Action: way[at].Action, Roles: []procedure.Role{secretary}, Actor: by.Account, At: s.Now(), Answers: form.Answers{}, Clocks: machine.Replay(pasts(past)),
		})
		if _, refused := fault.As(err); refused {
			return p, nil
		}
		if err != nil {
			return p, err
		}
		e := Event{Action: way[at].Action, Actor: by.Account, Role: secretary, Answers: form.Answers{"kept": "yes"}, At: s.Now(), past: step.Past}
		e.Step, e.Numbers = about(machine.Definition(), k, p.State, e.Action)
		p.enter(step)
		e.State = p.State
		if err := update(ctx, tx, p); err != nil {
			return p, err
		}
		p.Revision++
		if err := s.record(ctx, tx, p, e, machine); err != nil {
			return p, err
		}
	}
	return p, nil
}
