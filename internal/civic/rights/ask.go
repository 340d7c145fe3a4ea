// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package rights

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/base/id"
	"pavilion/internal/base/trace"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/procedure"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// Ask is somebody making a request.
type Ask struct {
	Realm  string
	Key    string // the same for the same request, so that a retry makes no second one
	Door   Door
	Wish   Wish
	Number string              // of the matter, at the desk
	About  Subject             // by code and of one's own account: proved already
	Values map[string][]string // the form "rights.ask", at the desk "rights.take"
	By     identity.Actor
}

// Ask keeps a request. One that needs nobody's decision is carried out in the same
// transaction: told, copied, set right, or the contact withdrawn. It fails with
// Invalid naming each field at fault, among them the number of an identity
// document, which is never kept.
func (s *Service) Ask(ctx context.Context, c Ask) (Request, error) {
	if !id.Valid(c.Key) {
		return Request{}, fault.New(fault.Invalid, "rights.no_key")
	}
	r, err := s.read(ctx, c)
	if err != nil {
		return Request{}, err
	}
	machine, err := s.machine(ctx, c.Realm, 0)
	if err != nil {
		return Request{}, err
	}
	step := machine.Begin(r, s.Now())
	r.Version = machine.Version()
	r.enter(step)
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		made, err := s.insert(ctx, tx, r)
		if err != nil || !made {
			return err
		}
		role := reporter
		if c.Door == AtDesk {
			role = "receptionist"
		}
		if err := s.record(ctx, tx, r, Event{Action: "ask", State: r.State, Actor: c.By.Account, Role: role, At: r.At, past: step.Past}, machine); err != nil {
			return err
		}
		if c.Door == AtDesk || c.Wish == Delete {
			return nil
		}
		return s.act(ctx, tx, r, Move{Realm: c.Realm, Action: "settle", By: c.By}, []procedure.Role{reporter})
	})
	if err != nil {
		return Request{}, fmt.Errorf("ask: %w", err)
	}
	return s.open(ctx, c.Realm, r.ID)
}

// read checks what was sent and returns the request that it makes.
func (s *Service) read(ctx context.Context, c Ask) (Request, error) {
	now := s.Now()
	r := Request{
		Realm: c.Realm, ID: c.Key, Wish: c.Wish, Door: c.Door, Subject: c.About.Name, Number: c.About.Number, Place: c.About.Place,
		Town: c.About.Town, Taker: c.By.Account, At: now, Revision: 1,
	}
	var faults []*fault.Error
	bad := func(err error) {
		if f, ok := fault.As(err); ok {
			faults = append(faults, f)
		}
	}
	if !slices.Contains(Wishes(), c.Wish) {
		bad(fault.New(fault.Invalid, "form.required").At("wish"))
	}
	name := "rights.ask"
	if c.Door == AtDesk {
		name = "rights.take"
		if !s.takes(c.By) {
			return r, fault.New(fault.Denied, "rights.not_yours")
		}
	}
	var err error
	if r.Ask, err = s.Forms.Read(name, c.Values); err != nil {
		if _, known := fault.As(err); !known {
			return r, err
		}
		bad(err)
	}
	for _, field := range slices.Sorted(maps.Keys(r.Ask)) {
		bad(trace.Gate(field, r.Ask[field], withoutIdentity()...))
	}
	if c.Door == AtDesk {
		err := s.about(ctx, c, &r)
		if _, known := fault.As(err); err != nil && !known {
			return r, err
		}
		bad(err)
	}
	if c.Wish == Correct && r.Door != Own && r.Ask["contact_phone"] == "" && r.Ask["contact_name"] == "" {
		bad(fault.New(fault.Invalid, "form.required").At("contact_phone"))
	}
	return r, fault.Join(faults...)
}

// takes reports whether somebody takes requests in at a desk.
func (s *Service) takes(a identity.Actor) bool {
	for _, role := range []identity.Role{identity.Receptionist, identity.Dispatcher, identity.ShiftHead} {
		if a.Has(role, s.Now()) {
			return true
		}
	}
	return false
}

// about finds what a request at the desk is about, for a person of that place's desk.
func (s *Service) about(ctx context.Context, c Ask, r *Request) error {
	number := strings.Join(strings.Fields(c.Number), "")
	if number == "" {
		if c.Wish.named() {
			return fault.New(fault.Invalid, "form.required").At("number")
		}
		root, _ := s.Org.Root(c.Realm)
		r.Place, r.Town = root.Lo, root.Town
		return nil
	}
	found, err := s.Subjects.Numbered(ctx, c.Realm, number)
	if err == nil && !slices.ContainsFunc(c.By.RolesAt(found.Place, "", s.Now()), taking) {
		err = fault.New(fault.Missing, "matter.missing")
	}
	if fault.KindOf(err) == fault.Missing {
		return fault.New(fault.Invalid, "rights.number_unknown").At("number")
	}
	r.Subject, r.Number, r.Place, r.Town = found.Name, found.Number, found.Place, found.Town
	return err
}

// taking reports whether a role takes requests in.
func taking(r identity.Role) bool {
	return r == identity.Receptionist || r == identity.Dispatcher || r == identity.ShiftHead
}

// withoutIdentity are the kinds of trace that a request may hold: it is sealed, and
// tells what is asked. The number of a document is never one of them.
func withoutIdentity() []trace.Kind {
	return slices.DeleteFunc(trace.Kinds(), func(k trace.Kind) bool { return k == trace.Identity })
}

// enter gives r the state and the times of a step.
func (r *Request) enter(step procedure.Step) {
	r.Timer = step.NextTimer(r.Timer)
	if !step.Stays {
		r.State, r.EnteredAt = step.To, step.At
	}
	if !step.Stays || step.Past.Extra.N > 0 {
		r.Due, r.Warn, r.Whole = step.Due, step.Warn, step.Times.Whole
	}
}

// record writes what belongs to a step: history, audit, and who is to act next.
func (s *Service) record(ctx context.Context, tx *db.Tx, r Request, e Event, machine *procedure.Machine[Request]) error {
	e.Seq = r.Revision
	if err := appendEvent(ctx, tx, r, e); err != nil {
		return err
	}
	audit.Add(ctx, tx, audit.Entry{
		Realm: r.Realm, Subject: r.name(), Act: "rights." + string(e.Action), Actor: e.Actor, At: e.At,
		Detail: map[string]any{"wish": r.Wish, "door": r.Door, "about": r.Subject, "state": r.State, "ground": r.Ground},
	})
	role := machine.Next(r.State)
	if machine.Final(r.State) || role == procedure.System || role == "" {
		return inbox.Clear(ctx, tx, r.Realm, r.name())
	}
	if r.State == "received" {
		role = "dispatcher"
	}
	return inbox.Put(ctx, tx, inbox.Item{
		Realm: r.Realm, Subject: r.name(), Role: string(role), Place: r.Place, Town: r.Town,
		Title: s.Say("rights.inbox." + string(r.Wish)), Link: "/desk/rights/" + r.ID, Since: r.EnteredAt, Due: r.Due,
	})
}

// carryOut does what a granted wish asks for.
func (s *Service) carryOut(ctx context.Context, tx *db.Tx, r Request, by identity.Actor) error {
	if r.Subject == "" {
		return nil
	}
	switch r.Wish {
	case Correct:
		if r.Door == Own {
			return nil // the page of the account does that
		}
		return s.Retention.Correct(ctx, tx, retention.Correction{
			Realm: r.Realm, Subject: r.Subject, By: by.Account, At: s.Now(),
			Values: form.Answers{"contact_name": r.Ask["contact_name"], "contact_phone": r.Ask["contact_phone"]},
		})
	case Withdraw:
		_, err := s.Retention.Forget(ctx, tx, retention.Forget{
			Realm: r.Realm, Subject: r.Subject, Kinds: []string{"contact"}, Cause: "consent", Rule: r.name(), By: by.Account,
		})
		return err
	case Delete:
		stones, err := s.Retention.Forget(ctx, tx, retention.Forget{
			Realm: r.Realm, Subject: r.Subject, Cause: "request", Rule: r.name(), By: by.Account, Ended: true,
		})
		if err == nil && len(stones) == 0 {
			err = fault.New(fault.Conflict, "rights.nothing_left")
		}
		return err
	}
	return nil
}
