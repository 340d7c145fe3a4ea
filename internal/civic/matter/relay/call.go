// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"
	"fmt"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// CallState is where a question by telephone stands.
type CallState string

// The states of a call.
const (
	CallWaits  CallState = "waits"
	CallAnswer CallState = "answered"
	CallRefuse CallState = "refused"   // the reporter does not wish to say
	CallNobody CallState = "unreached" // nobody, however often
	CallNot    CallState = "declined"  // the desk does not put this question
	CallDrop   CallState = "withdrawn" // by whoever asked
)

// Call is a question that the desk puts to a reporter by telephone.
type Call struct {
	Realm    string
	ID       string
	Matter   string
	Question string
	Asker    string // account
	Body     string // that the asker works for; empty for the desk itself
	State    CallState
	Outcome  string // what was said, in the caller's words
	Caller   string // account
	At       time.Time
	Done     time.Time
	Tries    int // calls that reached nobody
	Revision int
}

// Subject names a call to the packages that do not know what it is.
func (c Call) Subject() string { return "call/" + c.ID }

// AskCall is one of the staff who wants to know something from the reporter.
type AskCall struct {
	Realm, Matter string
	Question      string // must lead to nobody
	By            identity.Actor
}

// CallLasts is the time that the desk has for a call. Basis: local default.
const CallLasts = 2 * 24 * time.Hour

// Called is what the rest of the system learns of a call.
type Called struct {
	ID     string    `json:"id"`
	Matter string    `json:"matter"`
	Number string    `json:"number"`
	Asker  string    `json:"asker"`
	State  CallState `json:"state"`
}

// AskCall puts a question before the desk. It fails with Denied for those who may
// not write to the reporter, and with Conflict if no contact is kept, the relay is
// closed, or an earlier question waits.
func (s *Service) AskCall(ctx context.Context, c AskCall) (call Call, err error) {
	question, err := words("question", c.Question, MaxWords)
	if err != nil {
		return Call{}, err
	}
	now := s.Now()
	call = Call{Realm: c.Realm, ID: id.New(), Matter: c.Matter, Question: question, Asker: c.By.Account, State: CallWaits, At: now, Revision: 1}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		m, err := s.load(ctx, tx, c.By, c.Matter)
		if err != nil {
			return err
		}
		if err := mayWrite(s.roles(c.By, m.Matter, "")); err != nil {
			return err
		}
		if err := carries(m.Matter, now); err != nil {
			return err
		}
		if !m.Contactable {
			return fault.New(fault.Conflict, "relay.no_contact")
		}
		call.Body = bodyOf(c.By, m.Matter, now)
		if err := insertCall(ctx, tx, call); err != nil {
			return err
		}
		s.note(ctx, tx, m.Matter, "matter.call_asked", c.By.Account, map[string]string{"call": call.ID})
		title := m.Number
		if m.About != "" {
			title = ""
		}
		return inbox.Put(ctx, tx, inbox.Item{
			Realm: call.Realm, Subject: call.Subject(), Role: string(identity.Dispatcher), Kind: m.Type, Place: m.Place, Town: m.Town,
			Title: title, Link: "/desk/matters/" + m.ID + "/reporter", Since: now, Due: now.Add(CallLasts),
		})
	})
	if err != nil {
		return Call{}, fmt.Errorf("ask for a call about matter %s: %w", c.Matter, err)
	}
	return call, nil
}

// Record is the desk saying what became of a call, or its asker withdrawing it.
type Record struct {
	Realm, ID string
	Revision  int
	State     CallState // CallNobody counts one try
	Outcome   string    // of an answer; why, for CallNot. Must lead to nobody
	By        identity.Actor
}

// Record keeps the outcome of a call. Who asked sees it, and never the number that
// was called. It fails with Denied for those who may not open contacts in order to
// call back, and with Conflict for a call that is over. With the end of the call
// the contact that was opened for it closes.
func (s *Service) Record(ctx context.Context, c Record) (call Call, err error) {
	outcome := ""
	switch c.State {
	case CallAnswer, CallNot:
		if outcome, err = words("outcome", c.Outcome, MaxMessage); err != nil {
			return Call{}, err
		}
	case CallRefuse, CallNobody, CallDrop:
	default:
		return Call{}, fault.New(fault.Invalid, "relay.outcome_required").At("state")
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if call, err = findCall(ctx, tx, c.Realm, c.ID); err != nil {
			return err
		}
		m, err := s.load(ctx, tx, c.By, call.Matter)
		if err != nil {
			return err
		}
		if err := s.mayRecord(c, call, m); err != nil {
			return err
		}
		call.made(c, outcome, s.Now())
		if err := updateCall(ctx, tx, call); err != nil {
			return err
		}
		call.Revision++
		s.note(ctx, tx, m.Matter, "matter.call_recorded", c.By.Account, map[string]string{"call": call.ID, "state": string(c.State)})
		if call.State == CallWaits {
			return nil
		}
		return s.finish(ctx, tx, m, call)
	})
	if err != nil {
		return Call{}, fmt.Errorf("record call %s: %w", c.ID, err)
	}
	return call, nil
}

func (s *Service) mayRecord(c Record, call Call, m subject) error {
	switch {
	case c.State == CallDrop && call.Asker != c.By.Account:
		return fault.New(fault.Denied, "relay.other_asker")
	case c.State != CallDrop:
		if err := mayAsk(c.By, s.roles(c.By, m.Matter, ""), m, CallBack); err != nil {
			return err
		}
	}
	switch {
	case call.Revision != c.Revision:
		return fault.New(fault.Stale, "relay.stale")
	case call.State != CallWaits:
		return fault.New(fault.Conflict, "relay.call_done")
	}
	return nil
}

// made changes a call by what was recorded. One that reached nobody waits for the
// next try, until these are used up.
func (c *Call) made(r Record, outcome string, now time.Time) {
	if r.State == CallNobody {
		if c.Tries++; c.Tries < maxTries {
			return
		}
	}
	c.State, c.Outcome, c.Caller, c.Done = r.State, outcome, r.By.Account, now
}

// finish closes what a call that is over has opened, and tells whoever asked.
func (s *Service) finish(ctx context.Context, tx *db.Tx, m subject, call Call) error {
	list, err := ofCall(ctx, tx, call.Realm, call.Matter, call.ID)
	if err != nil {
		return err
	}
	for _, r := range list {
		if state := r.Standing(s.Now()); state == Asked || state == Approved {
			if err := s.end(ctx, tx, &r); err != nil {
				return err
			}
		}
	}
	if err := inbox.Clear(ctx, tx, call.Realm, call.Subject()); err != nil {
		return err
	}
	return outbox.Add(ctx, tx, call.Realm, CallMade, s.Now(), Called{
		ID: call.ID, Matter: call.Matter, Number: m.Number, Asker: call.Asker, State: call.State,
	})
}
