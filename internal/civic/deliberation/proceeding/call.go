// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// bodyOf is the body whose gathering has a host.
func (s *Service) bodyOf(ctx context.Context, realm, host string) (a assembly.Assembly, err error) {
	id, ok := strings.CutPrefix(host, "assembly/")
	if !ok {
		return a, fault.New(fault.Conflict, "proceeding.no_assembly").At("host")
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		a, err = s.Bodies.Find(ctx, tx, realm, id)
		return err
	})
	return a, err
}

// Convene is a secretary calling a gathering from a step.
type Convene struct {
	On
	Gathering gathering.Call // its purpose is the step
}

// Convene calls a gathering and puts it to its step, in one transaction.
func (s *Service) Convene(ctx context.Context, c Convene) (g gathering.Gathering, err error) {
	subject := ""
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, err := find(ctx, tx, c.Realm, c.ID)
		subject = p.subjectOf(c.Step)
		return err
	})
	if err != nil {
		return g, err
	}
	day := s.day(c.Gathering.Starts)
	if c.Gathering.Starts.IsZero() {
		return g, fault.New(fault.Invalid, "form.required").At("starts")
	}
	detail, err := s.ruled(ctx, c.Realm, ruling{day: day, host: c.Gathering.Host, subject: subject})
	if err != nil {
		return g, err
	}
	call := c.Gathering
	err = s.from(ctx, c.On, Meeting, detail, func(tx *db.Tx, p Proceeding) (string, error) {
		call.Realm, call.For, call.By = p.Realm, p.Purpose(c.Step), c.By
		g, err = s.Gatherings.Call(ctx, tx, call)
		return g.ID, err
	})
	return g, err
}

// from begins something from a step and puts it there. The key of what was begun is
// that of the proof too, so that a retry makes no second one of either.
func (s *Service) from(ctx context.Context, on On, kind Kind, detail json.RawMessage, begin func(tx *db.Tx, p Proceeding) (string, error)) error {
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		var machine *procedure.Machine[Case]
		p, machine, err := s.leading(ctx, tx, on)
		if err != nil {
			return err
		}
		ref, err := begin(tx, p)
		if err != nil {
			return err
		}
		return s.prove(ctx, tx, &p, machine, Prove{On: on, Key: ref, Kind: kind, Ref: ref}, detail)
	})
	if err != nil {
		return fmt.Errorf("begin a %s from proceeding %s: %w", kind, on.ID, err)
	}
	return nil
}

// Poll is a secretary opening a vote from a step.
type Poll struct {
	On
	Body  string // id of the assembly
	Vote  poll.Open
	Aside []assembly.Aside
	Proxy []assembly.Proxy
}

// Poll freezes the roster of the body that decides and opens a vote on it, with the step
// as its purpose. It fails where the body is not the right one, and names that.
func (s *Service) Poll(ctx context.Context, c Poll) (q poll.Poll, err error) {
	var subject string
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		p, err := find(ctx, tx, c.Realm, c.ID)
		subject = p.subjectOf(c.Step)
		return err
	})
	if err != nil {
		return q, err
	}
	plan, err := s.Bodies.Plan(ctx, assembly.Freeze{
		Realm: c.Realm, Assembly: c.Body, For: "poll/" + c.Vote.Key, Title: c.Vote.Question, Subject: subject, Day: s.Today(), Secret: c.Vote.Secret,
		Aside: c.Aside, Proxies: c.Proxy, By: c.By,
	})
	if err != nil {
		return q, err
	}
	vote := c.Vote
	err = s.from(ctx, c.On, Ballot, json.RawMessage(`{}`), func(tx *db.Tx, p Proceeding) (string, error) {
		body, err := s.Bodies.Find(ctx, tx, p.Realm, c.Body)
		if err != nil {
			return "", err
		}
		roster, err := s.Bodies.Freeze(ctx, tx, plan)
		if err != nil {
			return "", err
		}
		vote.Realm, vote.Subject, vote.By, vote.Place = p.Realm, p.Purpose(c.Step), c.By, body.Place
		vote.Roster, vote.Voters, vote.Rule, vote.Secret = roster.ID, poll.VotersOf(roster), roster.Rule, vote.Secret || roster.Secret
		q, err = s.Polls.Open(ctx, tx, vote)
		return q.ID, err
	})
	return q, err
}

// Post is a secretary writing the notice of a step.
type Post struct {
	On
	Notice disclosure.Publish // its purpose, kind, rule and area are the step's
}

// Post puts a notice before somebody who may release it, for the days of the rule by
// which was decided, and puts it to its step.
func (s *Service) Post(ctx context.Context, c Post) (n disclosure.Notice, err error) {
	notice := c.Notice
	err = s.from(ctx, c.On, Posting, json.RawMessage(`{}`), func(tx *db.Tx, p Proceeding) (string, error) {
		k, _, err := s.caseOf(ctx, tx, p)
		if err != nil {
			return "", err
		}
		if f := k.vote(Decision); f != nil && f.Rule.Disclosure > 0 {
			notice.Rule = f.Rule.Code
		}
		notice.Realm, notice.For, notice.Area, notice.By = p.Realm, p.Purpose(c.Step), p.Area, c.By
		notice.Kind = map[Step]disclosure.Kind{Resolution: disclosure.Resolution, Outcome: disclosure.Outcome}[c.Step]
		n, err = s.Notices.Publish(ctx, tx, notice)
		return n.ID, err
	})
	return n, err
}
