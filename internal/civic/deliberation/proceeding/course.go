// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Course is what everybody may see of a proceeding: words that were released, days,
// numbers, rules. Nobody is named, and nothing that waits is told.
type Course struct {
	ID        string
	Topic     string
	Matter    string // that carries it out; its public photos may be shown
	Title     string // of the topic, as it was released
	Plan      string // the proposal, as it was released
	Subject   string
	Procedure string
	Version   int
	Basis     string
	State     procedure.State
	Started   string // day
	Area      string
	Steps     []Stage
	Filed     []Paper
	Changed   string // the procedure that the law names today, where that is another
}

// Stage is a step in public.
type Stage struct {
	Step    Step
	Status  Status
	Passed  string // day; empty while it was not
	Missing int    // how many things that it has to prove are gone
	Numbers *Numbers
	Asked   *Asked // of a survey
	Meeting string // day on which was met
	Notices []Posted
}

// Posted is a notice of a step, once it was public.
type Posted struct {
	Ref, Title string
	Stand
}

// Course returns what everybody may see. It is Missing before the topic's words are
// released.
func (s *Service) Course(ctx context.Context, realm, id string) (c Course, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, err := find(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		t, err := s.Topics.Find(ctx, tx, realm, p.Topic)
		if err == nil && !t.Public() {
			err = fault.New(fault.Missing, "proceeding.missing")
		}
		if err != nil {
			return err
		}
		d, err := s.Steps(ctx, tx, realm, id)
		if err != nil {
			return err
		}
		machine, err := s.machine(ctx, realm, p.Procedure, p.Version)
		if err != nil {
			return err
		}
		c = Course{
			ID: p.ID, Topic: p.Topic, Matter: p.Matter, Title: t.Shown.Title, Plan: p.Plan, Subject: p.Subject, Procedure: p.Procedure, Version: p.Version,
			Basis: machine.Definition().Basis, State: p.State, Started: s.day(p.Started), Area: p.Area, Changed: d.Changed,
		}
		for _, v := range d.Steps {
			c.show(s, v)
		}
		return nil
	})
	if err != nil {
		return Course{}, err
	}
	return c, nil
}

// show adds a step.
func (c *Course) show(s *Service, v StepView) {
	out := Stage{Step: v.Step, Status: v.Status}
	if !v.Passed.IsZero() {
		out.Passed = s.day(v.Passed)
	}
	if v.Status == Failing {
		out.Missing = len(v.Missing())
	}
	if over(c.State) || !v.Passed.IsZero() {
		out.Numbers = v.Numbers // before, nothing has been decided yet
	}
	for _, f := range v.Facts {
		switch {
		case !f.Live() || f.Gone:
		case f.Kind == Posting && f.Stand.Posted != "":
			out.Notices = append(out.Notices, Posted{f.Ref, f.Title, f.Stand})
		case f.Kind == Meeting && f.Held && v.Status != Ahead:
			out.Meeting = f.Day
		case f.Kind == Inquiry && f.Done && v.Status != Ahead:
			asked := f.Asked
			out.Asked = &asked
		case f.Kind == Receipt:
			c.Filed = append(c.Filed, f.Paper)
		}
	}
	if v.Optional && len(c.Filed) == 0 {
		return
	}
	c.Steps = append(c.Steps, out)
}
