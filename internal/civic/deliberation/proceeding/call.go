// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/base/page"
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// bodyOf is the body whose gathering has a host.
func (s *Service) bodyOf(ctx context.Context, realm, host string) (a assembly.Assembly, err error) {
	body, ok := strings.CutPrefix(host, "assembly/")
	if !ok {
		return a, fault.New(fault.Conflict, "proceeding.no_assembly").At("host")
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		a, err = s.Bodies.Find(ctx, tx, realm, body)
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

// Adopt puts to a step what was begun elsewhere with that step as its purpose: a
// gathering that was called, a survey that was opened. What never can prove the step is
// left where it is. What is there already is not put there twice.
func (s *Service) Adopt(ctx context.Context, realm, purpose string, kind Kind, ref string) error {
	name, step, ok := strings.Cut(strings.TrimPrefix(purpose, "proceeding/"), "/")
	if !ok || !strings.HasPrefix(purpose, "proceeding/") {
		return nil
	}
	c := Prove{
		On:  On{Realm: realm, ID: name, Step: Step(step), By: identity.System(realm)},
		Key: id.Of(realm, purpose, string(kind), ref), Kind: kind, Ref: ref,
	}
	detail, err := s.detail(ctx, c)
	if err == nil {
		err = s.DB.InTx(ctx, func(tx *db.Tx) error {
			p, err := locked(ctx, tx, realm, name)
			if err != nil || p.Ended {
				return err
			}
			machine, err := s.machine(ctx, realm, p.Procedure, p.Version)
			if err != nil || !slices.Contains(stepsOf(machine.Definition()), c.Step) {
				return err
			}
			there, err := proofs(ctx, tx, realm, name)
			if err != nil || slices.ContainsFunc(there, func(o Proof) bool { return o.Kind == kind && o.Ref == ref }) {
				return err
			}
			return s.prove(ctx, tx, &p, machine, c, detail)
		})
	}
	if _, refused := fault.As(err); refused {
		s.Log.InfoContext(ctx, "what was begun for a step cannot prove it", "purpose", purpose, "why", err)
		return nil
	}
	return err
}

// Candidate is something that could be put to a step.
type Candidate struct {
	Kind  Kind
	Ref   string
	Title string
	Day   string
}

// candidateMost bounds what is offered of each kind.
const candidateMost = 30

// Candidates lists what could be put to a step: gatherings and votes of bodies that are
// the step's, surveys and notices that are for it. What is there already is left out.
func (s *Service) Candidates(ctx context.Context, by identity.Actor, d Detail, step Step) (out []Candidate, err error) {
	area, ok := s.Org.Area(d.Realm, d.Area)
	if !ok || !d.Lead {
		return nil, nil
	}
	c := Case{Proceeding: d.Proceeding, Table: s.Bodies.Table}
	for _, kind := range kindsOf(step) {
		var some []Candidate
		switch kind {
		case Meeting:
			some, err = s.meetings(ctx, by, c, step)
		case Ballot:
			some, err = s.ballots(ctx, c, step, area.Hi)
		case Inquiry, Posting:
			some, err = s.purposed(ctx, d.Realm, d.Purpose(step), kind)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	for _, v := range d.Steps {
		if v.Step == step {
			out = slices.DeleteFunc(out, func(o Candidate) bool {
				return slices.ContainsFunc(v.Facts, func(f Fact) bool { return f.Live() && f.Kind == o.Kind && f.Ref == o.Ref })
			})
		}
	}
	return out, nil
}

// meetings are the gatherings of the step's bodies, the latest first.
func (s *Service) meetings(ctx context.Context, by identity.Actor, c Case, step Step) (out []Candidate, err error) {
	root, _ := s.Org.Root(c.Realm)
	found, err := s.Gatherings.List(ctx, c.Realm, gathering.Filter{Lo: root.Lo, Hi: root.Hi}, by, page.Cursor{}, candidateMost)
	if err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		for _, g := range found.Items {
			host, ok := strings.CutPrefix(g.Host, "assembly/")
			if !ok || g.State == gathering.Cancelled || g.For != "" && g.For != c.Purpose(step) {
				continue
			}
			body, err := s.Bodies.Find(ctx, tx, c.Realm, host)
			if err != nil {
				return err
			}
			f := Fact{Body: body.Kind, Day: s.Gatherings.Day(g), Elsewhere: !s.covers(c.Proceeding, body.Area)}
			if c.rightBody(step, &f) == nil {
				out = append(out, Candidate{Meeting, g.ID, body.Name + " " + g.Number + " " + g.Title, f.Day})
			}
		}
		return nil
	})
	return out, err
}

// ballots are the votes of the step's bodies, the newest first.
func (s *Service) ballots(ctx context.Context, c Case, step Step, hi int64) (out []Candidate, err error) {
	found, err := s.Polls.List(ctx, c.Realm, c.Place, hi, page.Cursor{}, candidateMost)
	if err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		for _, q := range found.Items {
			f := Fact{Proof: Proof{Realm: c.Realm, Ref: q.ID, Step: step, Kind: Ballot}}
			if err := s.polled(ctx, tx, &f); err != nil {
				return err
			}
			f.Elsewhere = !s.covers(c.Proceeding, f.area)
			if !f.Gone && f.Subject == c.subjectOf(step) && c.rightBody(step, &f) == nil {
				out = append(out, Candidate{Ballot, q.ID, q.Question, f.Day})
			}
		}
		return nil
	})
	return out, err
}

// purposed are the surveys or notices that are for a step.
func (s *Service) purposed(ctx context.Context, realm, purpose string, kind Kind) (out []Candidate, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if kind == Inquiry {
			found, err := s.Surveys.For(ctx, tx, realm, purpose)
			for _, v := range found {
				out = append(out, Candidate{kind, v.ID, v.Question, s.day(v.Closes)})
			}
			return err
		}
		found, err := s.Notices.ForPurpose(ctx, tx, realm, purpose)
		for _, n := range found {
			out = append(out, Candidate{kind, n.ID, n.Title, n.Posted})
		}
		return err
	})
	return out, err
}
