// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package proceeding

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// Move is somebody moving a proceeding on.
type Move struct {
	Realm    string
	ID       string
	Revision int
	Action   procedure.Action
	Values   map[string][]string
	By       identity.Actor
}

// proposes is the form with which a proposal is written.
const proposes = "topic.propose"

// Move makes a move of the procedure. It fails with Stale if the proceeding has changed,
// with Missing for those who may not see it, and as the procedure and its guards say.
func (s *Service) Move(ctx context.Context, c Move) (p Proceeding, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if p, err = s.seen(ctx, tx, c.Realm, c.ID, c.Revision, c.By); err != nil {
			return err
		}
		p, err = s.act(ctx, tx, p, c, rolesAt(c.By, p, s))
		return err
	})
	if err != nil {
		return Proceeding{}, fmt.Errorf("proceeding %s: %w", c.ID, err)
	}
	return p, nil
}

// seen is a proceeding for somebody who changes it, as they saw it, locked.
func (s *Service) seen(ctx context.Context, tx *db.Tx, realm, id string, revision int, by identity.Actor) (Proceeding, error) {
	p, err := locked(ctx, tx, realm, id)
	switch {
	case err != nil:
		return p, err
	case !MaySee(by, p, s.Now()):
		return p, fault.New(fault.Missing, "proceeding.missing")
	}
	if err := identity.Recheck(ctx, tx, by, s.Now()); err != nil {
		return p, err
	}
	if p.Revision != revision {
		return p, fault.New(fault.Stale, "proceeding.stale")
	}
	return p, nil
}

// rolesAt are the capacities in which somebody acts on a proceeding.
func rolesAt(by identity.Actor, p Proceeding, s *Service) (out []procedure.Role) {
	for _, role := range by.RolesAt(p.Place, "", s.Now()) {
		out = append(out, procedure.Role(role))
	}
	return out
}

// act decides and carries out one move by somebody with the given roles.
func (s *Service) act(ctx context.Context, tx *db.Tx, p Proceeding, c Move, roles []procedure.Role) (Proceeding, error) {
	machine, err := s.machine(ctx, p.Realm, p.Procedure, p.Version)
	if err != nil {
		return p, err
	}
	answers, said, err := s.filled(machine, p, c)
	if err != nil {
		return p, err
	}
	k, _, err := s.caseOf(ctx, tx, p)
	if err != nil {
		return p, err
	}
	if said != nil {
		k.Facts[Proposal] = append(k.Facts[Proposal], Fact{Proof: Proof{Step: Proposal, Kind: Words}, Said: *said})
	}
	past, err := history(ctx, tx, p.Realm, p.ID)
	if err != nil {
		return p, err
	}
	k.Behind = behind(machine.Definition(), k, past)
	step, err := machine.Decide(k, p.State, procedure.Attempt{
		Action: c.Action, Roles: roles, Actor: c.By.Account, At: s.Now(), Answers: answers, Clocks: machine.Replay(pasts(past)),
	})
	if err != nil {
		return p, err
	}
	if step.Role == inspector && tookPart(past, c.By) {
		return p, fault.New(fault.Denied, "proceeding.took_part")
	}
	e := Event{Action: c.Action, Actor: c.By.Account, Role: step.Role, Answers: answers, At: step.At, past: step.Past}
	e.Step, e.Numbers = about(machine.Definition(), k, p.State, c.Action)
	p.back(c.Action, answers, e.Step)
	p.enter(step)
	e.State = p.State
	if err := update(ctx, tx, p); err != nil {
		return p, err
	}
	p.Revision++
	if said != nil {
		if err := s.propose(ctx, tx, p, *said, answers["public"], c.By); err != nil {
			return p, err
		}
	}
	if err := s.mark(ctx, tx, p, machine.Definition(), append(past, e), c.By); err != nil {
		return p, err
	}
	return p, s.record(ctx, tx, p, e, machine)
}

// filled reads the form of a move. What is written holds no trace of a person. A
// proposal is returned as such.
func (s *Service) filled(machine *procedure.Machine[Case], p Proceeding, c Move) (form.Answers, *Said, error) {
	name, ok := machine.Form(p.State, c.Action)
	if !ok || name == "" {
		return nil, nil, nil
	}
	answers, err := s.Forms.Read(name, c.Values)
	if err != nil {
		return nil, nil, err
	}
	var faults []*fault.Error
	for field, text := range answers {
		if f, bad := fault.As(trace.Gate(field, text, trace.Line)); bad {
			faults = append(faults, f)
		}
	}
	if err := fault.Join(faults...); err != nil || name != proposes {
		return answers, nil, err
	}
	return answers, &Said{Plan: answers["plan"], From: answers["from"], Paper: answers["paper"]}, nil
}

// about is the step that a move concerns, with the numbers of its vote.
func about(d *procedure.Definition, k Case, at procedure.State, action procedure.Action) (Step, *Numbers) {
	if s, ok := backFrom(action); ok {
		return s, nil
	}
	all := checks()
	votes := map[string]Step{"party_lost": Party, "party_no_quorum": Party, "decision_lost": Decision, "decision_no_quorum": Decision}
	for _, m := range d.Moves {
		if m.Action != action || !slices.Contains(m.From, at) {
			continue
		}
		if m.To == archived {
			return "", numbersOf(k, Decision)
		}
		for _, g := range slices.Backward(m.Guards) {
			if s, ok := votes[g]; ok {
				return s, numbersOf(k, s)
			}
			if s := all[g].step; s != "" {
				return s, numbersOf(k, s)
			}
		}
	}
	return "", nil
}

// back notes what supervision sent back, or that it was answered.
func (p *Proceeding) back(action procedure.Action, answers form.Answers, step Step) {
	switch _, sent := backFrom(action); {
	case sent || action == "stop":
		p.Back = Back{Step: step, Why: answers["reason"], Open: true}
	case action == "answer":
		p.Back.Open = false
	}
}

// propose keeps a proposal as a proof, and puts its public words before somebody who may
// release them.
func (s *Service) propose(ctx context.Context, tx *db.Tx, p Proceeding, said Said, public string, by identity.Actor) error {
	detail, err := json.Marshal(said)
	if err != nil {
		return err
	}
	_, err = insertProof(ctx, tx, Proof{
		Realm: p.Realm, Proceeding: p.ID, ID: id.Of(p.Realm, p.ID, string(Words), strconv.Itoa(p.Revision)), Step: Proposal, Kind: Words, Detail: detail,
		Account: by.Account, At: s.Now(),
	})
	if err != nil || public == "" {
		return err
	}
	return s.putWords(ctx, tx, p, public, by)
}

// mark brings the topic to the stage that follows from where its proceeding stands.
func (s *Service) mark(ctx context.Context, tx *db.Tx, p Proceeding, d *procedure.Definition, past []Event, by identity.Actor) error {
	to, reason := topic.Deliberating, ""
	switch way := route(d, Case{Proceeding: p}); {
	case p.State == rejected:
		to, reason = topic.NotPursued, s.Say("proceeding.rejected_because")
	case p.State == withdrawn:
		to = topic.Gathered
	case p.State == archived:
		to = topic.Solved
	default:
		at := stands(way, d.Start, past)
		if slices.ContainsFunc(way[:at], func(m procedure.Move) bool { return slices.Contains(m.Guards, "decision_vote") }) {
			to = topic.Decided
		}
	}
	t, err := s.Topics.Find(ctx, tx, p.Realm, p.Topic)
	if err != nil || t.Stage == to || t.Stage == topic.Solved {
		return err // what is solved stays so while supervision has its papers mended
	}
	return s.Topics.Mark(ctx, tx, topic.Mark{Realm: p.Realm, ID: p.Topic, Stage: to, Ref: p.Name(), Reason: reason, By: by})
}

// expireBatch is how many proceedings are looked at in one go.
const expireBatch = 100

// Expire makes the moves that the procedures name for proceedings whose term has run
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
			p, err := locked(ctx, tx, realm, id)
			if err != nil || p.Timer.IsZero() || p.Timer.After(s.Now()) {
				return err
			}
			machine, err := s.machine(ctx, realm, p.Procedure, p.Version)
			if err != nil {
				return err
			}
			_, err = s.act(ctx, tx, p, Move{Realm: realm, ID: id, Action: machine.OnExpiry(p.State), By: identity.System(realm)}, []procedure.Role{procedure.System})
			return err
		})
		if err == nil {
			moved++
		}
		failures = append(failures, err)
	}
	return moved, errors.Join(failures...)
}

// Objected looks at the proceedings that a notice proves something of, after somebody
// objected or was answered: those wait, or go on. Back says that the objection was upheld
// and that they go back.
func (s *Service) Objected(ctx context.Context, realm, notice string, back bool) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		ids, err := usedBy(ctx, tx, realm, Posting, notice)
		for _, id := range ids {
			if back {
				if err := s.upheld(ctx, tx, realm, id, notice); err != nil {
					return err
				}
			}
			if err := s.turn(ctx, tx, realm, id); err != nil {
				return err
			}
		}
		return err
	})
}

// upheld sends a proceeding back for an objection that was found right: before the
// decision if it was against what was resolved, before the works if against what came of
// them. A notice that another has replaced meanwhile sends nothing back.
func (s *Service) upheld(ctx context.Context, tx *db.Tx, realm, id, notice string) error {
	p, err := locked(ctx, tx, realm, id)
	if err != nil {
		return err
	}
	k, _, err := s.caseOf(ctx, tx, p)
	if err != nil {
		return err
	}
	for posted, step := range map[Step]Step{Resolution: Decision, Outcome: Works} {
		if f := k.newest(posted, Posting); f == nil || f.Ref != notice {
			continue
		}
		_, err := s.act(ctx, tx, p, Move{
			Realm: realm, ID: id, Action: backTo(step), Values: map[string][]string{"reason": {s.Say("proceeding.upheld_because")}}, By: identity.System(realm),
		}, []procedure.Role{inspector})
		if _, refused := fault.As(err); !refused {
			return err // who is before that step already stays there
		}
	}
	return nil
}

// turn lets the program make the move that its guards allow, if one does.
func (s *Service) turn(ctx context.Context, tx *db.Tx, realm, id string) error {
	p, err := locked(ctx, tx, realm, id)
	if err != nil {
		return err
	}
	for _, action := range []procedure.Action{"object", "settle"} {
		_, err := s.act(ctx, tx, p, Move{Realm: realm, ID: id, Action: action, By: identity.System(realm)}, []procedure.Role{procedure.System})
		if _, refused := fault.As(err); err != nil && !refused {
			return err
		}
		if err == nil {
			return nil
		}
	}
	return nil
}
