// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"errors"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/files"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Move is somebody making one move of the procedure.
type Move struct {
	Realm    string
	ID       string
	Revision int // as the actor saw it
	Action   procedure.Action
	By       identity.Actor
	Reporter bool                // the actor has shown the matter's code
	Answers  map[string][]string // the move's form as it was sent
	Photos   []files.Photo       // stored already, attached by this use case

	left string // the main matter that an unmerge leaves
}

// Moved is what the rest of the system learns about it. It holds no words and
// names no person.
type Moved struct {
	ID         string           `json:"id"`
	Number     string           `json:"number"`
	Seq        int              `json:"seq"` // of the event in the matter's history
	Action     procedure.Action `json:"action"`
	From       procedure.State  `json:"from"`
	To         procedure.State  `json:"to"`
	Final      bool             `json:"final,omitempty"`
	Type       string           `json:"type"`
	Origin     string           `json:"origin"`
	Relation   Relation         `json:"relation,omitempty"`
	Place      int64            `json:"place"`
	Town       int64            `json:"town"`
	Owner      string           `json:"owner"` // after the move
	Body       string           `json:"body"`  // that the actor acted for
	Role       procedure.Role   `json:"role"`
	Escalation int              `json:"escalation"`
	ReportedAt int64            `json:"reported_at"` // microseconds, as all instants here
	LeftDue    int64            `json:"left_due"`    // when the term of the state that was left ended; 0 for none
	Due        int64            `json:"due"`         // of the state reached; 0 for none
	Rating     int              `json:"rating,omitempty"`
	Reached    string           `json:"reached,omitempty"`
	Solved     string           `json:"solved,omitempty"`
	Satisfied  string           `json:"satisfied,omitempty"`
}

// moved is the event of a step that led from before to m.
func moved(before, m Matter, step procedure.Step, body string) Moved {
	return Moved{
		ID: m.ID, Number: m.Number, Seq: m.Revision, Action: step.Action, From: step.From, To: m.State, Final: !m.Open,
		Type: m.Type, Origin: m.Origin, Relation: m.Relation, Place: m.Place, Town: m.Town, Owner: m.Owner, Body: body,
		Role: step.Role, Escalation: m.Escalation, ReportedAt: m.ReportedAt.UnixMicro(),
		LeftDue: stored(before.Due, 0), Due: stored(m.Due, 0),
		Rating: m.Rating, Reached: m.Reached, Solved: m.Solved, Satisfied: m.Satisfied,
	}
}

// Move makes the move if the procedure allows it to this actor now. It fails
// with Stale if somebody changed the matter first, with Denied or Conflict if
// the procedure rules it out, with Invalid if the form is not filled in right,
// and with Missing for those who may not see the matter at all. What it returns
// is the matter as lists show it.
func (s *Service) Move(ctx context.Context, c Move) (m Matter, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		before, err := s.find(ctx, tx, c.Realm, c.ID)
		if err != nil {
			return err
		}
		m, err = s.move(ctx, tx, before, c)
		return err
	})
	s.logRefused(ctx, c, err)
	if err != nil {
		return Matter{}, fmt.Errorf("%s matter %s: %w", c.Action, c.ID, err)
	}
	return Listed(m), nil
}

func (s *Service) move(ctx context.Context, tx *db.Tx, m Matter, c Move) (Matter, error) {
	if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
		return m, err
	}
	roles := s.roles(m, c)
	if len(roles) == 0 || (!c.Reporter && !MaySee(c.By, m, identityRoles(roles))) {
		return m, fault.New(fault.Missing, "matter.missing")
	}
	if m.Revision != c.Revision {
		return m, fault.New(fault.Stale, "matter.stale")
	}
	return s.act(ctx, tx, m, c, roles)
}

// act decides and carries out a move by somebody who has the given roles.
func (s *Service) act(ctx context.Context, tx *db.Tx, m Matter, c Move, roles []procedure.Role) (Matter, error) {
	machine, err := s.machine(ctx, m.Realm, m.Version)
	if err != nil {
		return m, err
	}
	answers, err := s.answers(machine, m.State, c)
	if err != nil {
		return m, err
	}
	history, err := pasts(ctx, tx, m.Realm, m.ID)
	if err != nil {
		return m, err
	}
	try := procedure.Attempt{
		Action: c.Action, Roles: roles, Actor: c.By.Account, At: s.Now(), Answers: answers, Clocks: machine.Replay(history),
	}
	subject, err := s.about(ctx, m, c.By)
	if err != nil {
		return m, err
	}
	before := subject
	if err := s.apply(ctx, tx, &subject, c, answers); err != nil {
		// Who may not make the move at all learns that, and not what it would take.
		if _, refused := machine.Decide(before, m.State, try); refused != nil && fault.KindOf(refused) != fault.Invalid {
			err = refused
		}
		return m, err
	}
	step, err := machine.Decide(subject, m.State, try)
	if err != nil {
		return m, err
	}
	if subject.Asking.Kind != "" {
		subject.Applied = subject.Asking
	}
	c.left = m.Main
	words := answers[publicField]
	if words != "" && subject.Privacy != PrivacyNone {
		return m, fault.New(fault.Invalid, "release.not_publishable").At(publicField)
	}
	delete(answers, publicField) // they become history when they are released
	after, err := s.enter(ctx, tx, machine, m, advanced(subject.Matter, step), step, c, answers)
	if err != nil {
		return m, err
	}
	if words != "" {
		if _, err := s.describe(ctx, tx, after, words, c.By); err != nil {
			return after, err
		}
	}
	return s.follow(ctx, tx, after, c, answers)
}

// advanced returns m as it is after step.
func advanced(m Matter, step procedure.Step) Matter {
	m.UpdatedAt, m.Timer = step.At, step.NextTimer(m.Timer)
	if !step.Stays {
		m.State, m.EnteredAt = step.To, step.At
	}
	if !step.Stays || step.Past.Extra.N > 0 {
		m.Due, m.Warn, m.Whole = step.Due, step.Warn, step.Times.Whole
	}
	return m
}

// enter stores a step that led from before to m, and all that belongs to it.
func (s *Service) enter(ctx context.Context, tx *db.Tx, machine *procedure.Machine[Case], before, m Matter,
	step procedure.Step, c Move, answers form.Answers) (Matter, error) {
	m.Open = !machine.Final(m.State)
	if err := s.update(ctx, tx, before, m); err != nil {
		return m, err
	}
	m.Revision++
	body := acting(c.By, m, step.Role)
	err := s.appendEvent(ctx, tx, m, Event{
		Seq: m.Revision, Action: step.Action, From: step.From, To: m.State, Actor: s.doer(m, c),
		Role: step.Role, Body: body, Answers: answers, Basis: step.Basis,
		Photos: len(c.Photos), At: step.At, Due: m.Due,
		Term: step.Past.Term, Extra: step.Past.Extra, Whole: step.Past.Whole,
	})
	if err != nil {
		return m, err
	}
	if len(c.Photos) > 0 {
		if err := s.Files.Attach(ctx, tx, m.Realm, PhotosOf(m.ID, m.Revision), c.Photos, s.doer(m, c)); err != nil {
			return m, err
		}
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: m.Realm, Subject: m.Subject(), Act: "matter." + string(step.Action), Actor: s.doer(m, c), At: step.At,
		Detail: map[string]any{"from": step.From, "to": m.State, "revision": m.Revision, "photos": len(c.Photos)},
	})
	if err := s.place(ctx, tx, machine, m); err != nil {
		return m, err
	}
	return m, outbox.Add(ctx, tx, m.Realm, "matter.moved", step.At, moved(before, m, step, body))
}

// place puts the matter before those whose turn it is, or before nobody.
func (s *Service) place(ctx context.Context, tx *db.Tx, machine *procedure.Machine[Case], m Matter) error {
	role := machine.Next(m.State)
	switch {
	case m.State == stateSettled && !m.Drawn, !m.Open, role == "", role == "reporter", role == "system":
		return inbox.Clear(ctx, tx, m.Realm, m.Subject())
	case m.State == stateObjected && m.Returns >= lastRound, m.Applied.Kind != "" && m.State == stateReported:
		role = procedure.Role(identity.ShiftHead)
	case m.Applied.Kind != "":
		role = procedure.Role(identity.Dispatcher)
	}
	return inbox.Put(ctx, tx, s.waiting(m, role))
}

// waiting is the inbox item of a matter that waits for somebody of a role.
func (s *Service) waiting(m Matter, role procedure.Role) inbox.Item {
	item := inbox.Item{
		Realm: m.Realm, Subject: m.Subject(), Role: string(role), Place: m.Place, Town: m.Town,
		Kind: m.Type, Title: titled(m), Link: "/desk/matters/" + m.ID, Since: m.EnteredAt, Due: m.Due,
	}
	if role == "handler" {
		item.Body = m.Owner
	}
	if m.Privacy == PrivacySealed && role == "grid_worker" {
		item.Role = "dispatcher" // grid workers see no sealed matter: the desk checks it
	}
	return item
}

// answers reads the move's form, if it has one.
func (s *Service) answers(machine *procedure.Machine[Case], at procedure.State, c Move) (form.Answers, error) {
	name, ok := machine.Form(at, c.Action)
	if !ok || name == "" {
		return form.Answers{}, nil
	}
	return s.Forms.Read(name, c.Answers)
}

// roles are the capacities in which the actor of c acts on m.
func (s *Service) roles(m Matter, c Move) []procedure.Role {
	var roles []procedure.Role
	if c.Reporter {
		roles = append(roles, "reporter")
	}
	for _, r := range c.By.RolesAt(m.Place, m.Owner, s.Now(), m.Type) {
		roles = append(roles, procedure.Role(r))
	}
	return roles
}

// expireBatch is how many matters are looked at in one go.
const expireBatch = 200

// Expire makes the moves that the procedure names for matters whose term has
// run out: escalating, or closing when the reporter has not answered. It goes on
// until none is left and returns how many moved. Each matter is a transaction of
// its own; a person who is quicker wins.
func (s *Service) Expire(ctx context.Context, realm string) (int, error) {
	total := 0
	for {
		var ids []string
		err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
			ids, err = expired(ctx, tx, realm, s.Now(), expireBatch)
			return err
		})
		if err != nil || len(ids) == 0 {
			return total, err
		}
		moved := 0
		var failures []error
		for _, id := range ids {
			switch err := s.expire(ctx, realm, id); {
			case err == nil:
				moved++
			case fault.KindOf(err) != fault.Stale:
				failures = append(failures, err)
			}
		}
		total += moved
		if moved == 0 || len(failures) > 0 {
			return total, errors.Join(failures...)
		}
	}
}

// expire lets the system make the move that one matter's state names.
func (s *Service) expire(ctx context.Context, realm, id string) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		m, err := s.find(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		now := s.Now()
		if m.Timer.IsZero() || m.Timer.After(now) {
			return fault.New(fault.Stale, "matter.stale")
		}
		machine, err := s.machine(ctx, realm, m.Version)
		if err != nil {
			return err
		}
		c := Move{Realm: realm, ID: id, Action: machine.OnExpiry(m.State), By: identity.System(realm)}
		_, err = s.act(ctx, tx, m, c, []procedure.Role{procedure.System})
		return err
	})
}
