// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"fmt"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Start is a secretary beginning the proceeding of a topic.
type Start struct {
	Realm  string
	Key    string // a UUID; the same for the same proceeding, so that a retry makes no second one
	Topic  string
	Matter string              // id of the matter it came from; empty for none
	Own    bool                // by the realm's own procedure, where that asks for as much as law's
	Values map[string][]string // the form "topic.start"
	By     identity.Actor
}

// exclusions are what is not for deliberation, as the form asks: an emergency is dealt
// with and reported after, one person's affair is theirs, and what law forbids nobody
// can decide.
func exclusions() []string { return []string{"emergency", "one_person", "forbidden"} }

// Start begins a proceeding by the procedure that is in force today for its subject. It
// fails with Invalid naming each field at fault, among them what is not for
// deliberation, and with Conflict for a topic that has a proceeding.
func (s *Service) Start(ctx context.Context, c Start) (Proceeding, error) {
	if !id.Valid(c.Key) {
		return Proceeding{}, fault.New(fault.Invalid, "proceeding.no_key")
	}
	answers, err := s.declared(c.Values)
	if err != nil {
		return Proceeding{}, err
	}
	now := s.Now()
	row, ok := s.Bodies.Table.Of(answers["subject"], s.Today())
	if !ok || slices.Contains([]string{"party_review", "joint_talk"}, row.Subject) {
		return Proceeding{}, fault.New(fault.Invalid, "assembly.subject_unknown").At("subject")
	}
	p := Proceeding{
		Realm: c.Realm, ID: c.Key, Topic: c.Topic, Matter: c.Matter, Subject: row.Subject, Declared: true, OneLeader: answers["one_leader"] == "yes",
		Procedure: row.Procedure, Revision: 1, Starter: c.By.Account, Started: now,
	}
	if c.Own {
		if err := s.own(ctx, c.Realm, row.Procedure); err != nil {
			return Proceeding{}, err
		}
		p.Procedure = Custom
	}
	machine, err := s.machine(ctx, p.Realm, p.Procedure, 0)
	if err != nil {
		return Proceeding{}, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error { return s.begin(ctx, tx, &p, c, machine, answers) })
	if err != nil {
		return Proceeding{}, fmt.Errorf("start proceeding: %w", err)
	}
	return p, nil
}

// declared reads the form, and refuses what is not for deliberation.
func (s *Service) declared(values map[string][]string) (form.Answers, error) {
	answers, err := s.Forms.Read("topic.start", values)
	if err != nil {
		return nil, err
	}
	var faults []*fault.Error
	for _, x := range exclusions() {
		if answers[x] != "no" {
			faults = append(faults, fault.New(fault.Invalid, "proceeding.not_for."+x).At(x))
		}
	}
	return answers, fault.Join(faults...)
}

// begin keeps a proceeding, unless its key has made one.
func (s *Service) begin(ctx context.Context, tx *db.Tx, p *Proceeding, c Start, machine *procedure.Machine[Case], answers form.Answers) error {
	if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
		return err
	}
	t, err := s.Topics.Find(ctx, tx, c.Realm, c.Topic)
	if err != nil {
		return err
	}
	if c.By.Realm != p.Realm || !MayLead(c.By, t.Place, s.Now()) {
		return notYours()
	}
	p.Title, p.Area, p.Place, p.Town = t.Title, t.Area, t.Place, t.Town
	if p.Matter != "" {
		if _, err := s.Errands.Errand(ctx, tx, p.Realm, p.Matter); err != nil {
			return err
		}
	}
	step := machine.Begin(Case{Proceeding: *p, Table: s.Bodies.Table}, s.Now())
	p.Version = machine.Version()
	p.enter(step)
	made, err := insert(ctx, tx, *p)
	if err != nil {
		return err
	}
	if !made {
		if *p, err = find(ctx, tx, p.Realm, p.ID); err == nil && !MayLead(c.By, p.Place, s.Now()) {
			err = fault.New(fault.Missing, "proceeding.missing")
		}
		return err
	}
	if err := s.Topics.Mark(ctx, tx, topic.Mark{Realm: p.Realm, ID: p.Topic, Stage: topic.Deliberating, Ref: p.Name(), By: c.By}); err != nil {
		return err
	}
	e := Event{Action: "start", State: p.State, Actor: c.By.Account, Role: secretary, Answers: answers, At: s.Now(), past: step.Past}
	return s.record(ctx, tx, *p, e, machine)
}

// enter gives p the state and the times of a step.
func (p *Proceeding) enter(step procedure.Step) {
	p.Timer = step.NextTimer(p.Timer)
	if !step.Stays {
		p.State, p.EnteredAt, p.Ended = step.To, step.At, over(step.To)
		p.Due, p.Warn = step.Due, step.Warn
	}
}

// record writes what belongs to a step: history, audit, event, and who is to act next.
func (s *Service) record(ctx context.Context, tx *db.Tx, p Proceeding, e Event, machine *procedure.Machine[Case]) error {
	e.Seq = p.Revision
	if err := appendEvent(ctx, tx, p, e); err != nil {
		return err
	}
	detail := map[string]any{"topic": p.Topic, "procedure": p.Procedure, "version": p.Version, "state": p.State, "step": e.Step}
	if e.Numbers != nil {
		detail["outcome"], detail["rule"], detail["count"] = e.Numbers.Verdict.Outcome, e.Numbers.Verdict.Rule, e.Numbers.Count
	}
	audit.Add(ctx, tx, audit.Entry{Realm: p.Realm, Subject: p.Name(), Act: "proceeding." + string(e.Action), Actor: e.Actor, At: e.At, Detail: detail})
	name := "proceeding.moved"
	if e.Action == "start" {
		name = "proceeding.started"
	}
	err := outbox.Add(ctx, tx, p.Realm, name, e.At, Happened{
		Proceeding: p.ID, Topic: p.Topic, Matter: p.Matter, Action: e.Action, State: p.State, Step: e.Step, Place: p.Place,
	})
	if err != nil {
		return err
	}
	if p.Ended || machine.Final(p.State) {
		return inbox.Clear(ctx, tx, p.Realm, p.Name())
	}
	return inbox.Put(ctx, tx, inbox.Item{
		Realm: p.Realm, Subject: p.Name(), Role: string(secretary), Place: p.Place, Town: p.Town,
		Title: s.Say("topic.next."+string(p.State)) + " · " + p.Title, Link: Desk(p.ID), Since: p.EnteredAt, Due: p.Due,
	})
}

// Desk is the address of a proceeding's page at the desk.
func Desk(id string) string { return "/desk/proceedings/" + id }

// Page is the address of a proceeding's page for everybody.
func Page(id string) string { return "/decisions/" + id }

func notYours() error { return fault.New(fault.Denied, "proceeding.not_yours") }

func (s *Service) machine(ctx context.Context, realm, name string, version int) (*procedure.Machine[Case], error) {
	return procedure.Machines(ctx, s.Library, realm, name, version, guards(), terms())
}
