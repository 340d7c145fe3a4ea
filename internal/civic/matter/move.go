// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"fmt"
	"strconv"

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
}

// Moved is what the rest of the system learns about it.
type Moved struct {
	ID         string           `json:"id"`
	Number     string           `json:"number"`
	Action     procedure.Action `json:"action"`
	From       procedure.State  `json:"from"`
	To         procedure.State  `json:"to"`
	Place      int64            `json:"place"`
	Owner      string           `json:"owner"`
	Escalation int              `json:"escalation"`
}

// Move makes the move if the procedure allows it to this actor now. It fails
// with Stale if somebody changed the matter first, with Denied or Conflict if
// the procedure rules it out, with Invalid if the form is not filled in right,
// and with Missing for those who may not see the matter at all.
func (s *Service) Move(ctx context.Context, c Move) (m Matter, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		before, err := find(ctx, tx, c.Realm, c.ID)
		if err != nil {
			return err
		}
		m, err = s.move(ctx, tx, before, c)
		return err
	})
	if err != nil {
		return Matter{}, fmt.Errorf("%s matter %s: %w", c.Action, c.ID, err)
	}
	return m, nil
}

func (s *Service) move(ctx context.Context, tx *db.Tx, m Matter, c Move) (Matter, error) {
	roles := s.roles(m, c)
	if len(roles) == 0 || (!c.Reporter && !MaySee(c.By, m, identityRoles(roles))) {
		return m, fault.New(fault.Missing, "matter.missing")
	}
	if m.Revision != c.Revision {
		return m, fault.New(fault.Stale, "matter.stale")
	}
	machine, err := s.machine(ctx, m.Realm, m.Version)
	if err != nil {
		return m, err
	}
	answers, err := s.answers(machine, m.State, c)
	if err != nil {
		return m, err
	}
	subject := s.about(m, c.By)
	if err := s.apply(&subject, c, answers); err != nil {
		return m, err
	}
	step, err := machine.Decide(subject, m.State, procedure.Attempt{
		Action: c.Action, Roles: roles, Actor: c.By.Account, At: s.Now(), Answers: answers,
	})
	if err != nil {
		return m, err
	}
	return s.enter(ctx, tx, machine, advanced(subject.Matter, step), step, c, answers)
}

// advanced returns m as it is after step.
func advanced(m Matter, step procedure.Step) Matter {
	m.UpdatedAt, m.Timer = step.At, step.NextTimer(m.Timer)
	if !step.Stays {
		m.State, m.EnteredAt, m.Due = step.To, step.At, step.Due
	}
	return m
}

// enter stores a step and all that follows from it.
func (s *Service) enter(ctx context.Context, tx *db.Tx, machine *procedure.Machine[Case], m Matter,
	step procedure.Step, c Move, answers form.Answers) (Matter, error) {
	m.Open = !machine.Final(m.State)
	if err := update(ctx, tx, m); err != nil {
		return m, err
	}
	m.Revision++
	err := appendEvent(ctx, tx, m.Realm, m.ID, Event{
		Seq: m.Revision, Action: step.Action, From: step.From, To: m.State, Actor: c.By.Account,
		Role: step.Role, Body: acting(c.By, m, step.Role), Answers: answers, Basis: step.Basis,
		Photos: len(c.Photos), At: step.At, Due: m.Due,
	})
	if err != nil {
		return m, err
	}
	if len(c.Photos) > 0 {
		if err := s.Files.Attach(ctx, tx, m.Realm, PhotosOf(m.ID, m.Revision), c.Photos, c.By.Account); err != nil {
			return m, err
		}
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: m.Realm, Subject: m.Subject(), Act: "matter." + string(step.Action), Actor: c.By.Account, At: step.At,
		Detail: map[string]any{"from": step.From, "to": m.State, "revision": m.Revision, "photos": len(c.Photos)},
	})
	if err := s.place(ctx, tx, machine, m); err != nil {
		return m, err
	}
	return m, outbox.Add(ctx, tx, m.Realm, "matter.moved", step.At,
		Moved{m.ID, m.Number, step.Action, step.From, m.State, m.Place, m.Owner, m.Escalation})
}

// place puts the matter before those whose turn it is, or before nobody.
func (s *Service) place(ctx context.Context, tx *db.Tx, machine *procedure.Machine[Case], m Matter) error {
	role := machine.Next(m.State)
	if !m.Open || role == "" || role == "reporter" || role == "system" {
		return inbox.Clear(ctx, tx, m.Realm, m.Subject())
	}
	return inbox.Put(ctx, tx, s.waiting(m, role))
}

// waiting is the inbox item of a matter that waits for somebody of a role.
func (s *Service) waiting(m Matter, role procedure.Role) inbox.Item {
	item := inbox.Item{
		Realm: m.Realm, Subject: m.Subject(), Role: string(role), Place: m.Place, Town: m.Town,
		Title: m.Title, Link: "/desk/matters/" + m.ID, Since: m.EnteredAt, Due: m.Due,
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
	f, ok := s.Forms[name]
	if !ok {
		return nil, fmt.Errorf("form %s is not in the catalogue", name)
	}
	return f.Read(c.Answers)
}

// roles are the capacities in which the actor of c acts on m.
func (s *Service) roles(m Matter, c Move) []procedure.Role {
	var roles []procedure.Role
	if c.Reporter {
		roles = append(roles, "reporter")
	}
	for _, r := range c.By.RolesAt(m.Place, m.Owner, s.Now()) {
		roles = append(roles, procedure.Role(r))
	}
	return roles
}

// effect changes what a move changes besides the state, from its answers. It is
// called before the procedure decides, so that guards see the matter as it would
// be; nothing is stored unless the procedure allows the move.
type effect func(s *Service, c *Case, by Move, answers form.Answers) error

// effects of the moves that have one. Moves without an entry change the state only.
func effects() map[procedure.Action]effect {
	return map[procedure.Action]effect{
		"register":  (*Service).registered,
		"dispatch":  (*Service).dispatched,
		"handle":    (*Service).handled,
		"feed_back": (*Service).fedBack,
		"rate":      (*Service).rated,
		"reopen":    (*Service).reopened,
		"escalate":  (*Service).escalated,
	}
}

func (s *Service) apply(c *Case, by Move, answers form.Answers) error {
	if do, ok := effects()[by.Action]; ok {
		return do(s, c, by, answers)
	}
	return nil
}

// registered takes what the desk decides: type, area and words for the public.
func (s *Service) registered(c *Case, _ Move, answers form.Answers) error {
	if code := answers["category"]; code != "" {
		k, ok := s.Kinds.Find(code)
		if !ok {
			return fault.New(fault.Invalid, "matter.type_unknown").At("category")
		}
		c.Type, c.Privacy = k.Code, k.Privacy
	}
	if name := answers["area"]; name != "" {
		area, ok := s.Org.Area(c.Realm, name)
		if !ok {
			return fault.New(fault.Invalid, "matter.area_unknown").At("area")
		}
		c.Area, c.Place, c.Town = area.ID, area.Lo, area.Town
	}
	c.PublicText = answers["public_text"]
	return nil
}

// dispatched gives the matter to a body, which must serve its place.
func (s *Service) dispatched(c *Case, _ Move, answers form.Answers) error {
	body, ok := s.Org.Body(c.Realm, answers["body"])
	if !ok || c.Place < body.Lo || c.Place >= body.Hi {
		return fault.New(fault.Invalid, "matter.body_unknown").At("body")
	}
	c.Owner = body.ID
	c.Published = Publishable(c.Matter)
	return nil
}

func (s *Service) handled(c *Case, by Move, _ form.Answers) error {
	c.Handler, c.HandlerBody = by.By.Account, c.Owner
	return nil
}

func (s *Service) fedBack(c *Case, _ Move, answers form.Answers) error {
	c.Reply = answers["reply"]
	return nil
}

func (s *Service) rated(c *Case, _ Move, answers form.Answers) error {
	n, err := strconv.Atoi(answers["rating"])
	if err != nil {
		return fault.New(fault.Invalid, "form.not_a_number").At("rating")
	}
	c.Rating = n
	return nil
}

func (s *Service) reopened(c *Case, _ Move, _ form.Answers) error {
	c.Reply, c.Rating = "", 0
	return nil
}

func (s *Service) escalated(c *Case, _ Move, _ form.Answers) error {
	c.Escalation++
	return nil
}
