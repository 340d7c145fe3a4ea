// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"maps"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// States that the code asks for; all others are known to the procedure only.
const (
	stateReported procedure.State = "reported"
	stateObjected procedure.State = "objected"
	stateSettled  procedure.State = "settled"
	stateMerged   procedure.State = "merged"
	stateFiled    procedure.State = "filed" // kept and no longer dealt with
)

// Lengths of what a report may say, in characters.
const (
	MinText    = 2
	MaxText    = 5000
	maxTitle   = 60
	MaxAddress = 200
)

// machine returns the procedure at the given version; version 0 is the latest.
func (s *Service) machine(ctx context.Context, realm string, version int) (*procedure.Machine[Case], error) {
	return procedure.Machines(ctx, s.Library, realm, Procedure, version, Guards(), Terms())
}

// Roles are the capacities that a matter procedure may name.
func Roles() []procedure.Role {
	return []procedure.Role{"dispatcher", "shift_head", "receptionist", "handler", "grid_worker", "reporter", procedure.System}
}

// Lint lists what is wrong with a matter procedure, given the forms there are.
func Lint(d *procedure.Definition, forms form.Forms) []string {
	return procedure.Lint(d, procedure.Known{
		Guards: slices.Sorted(maps.Keys(Guards())), Terms: slices.Sorted(maps.Keys(Terms())),
		Forms: slices.Sorted(maps.Keys(forms)), Roles: Roles(),
	})
}

// Wordy lists the moves of a realm's procedure in whose forms something is written.
func (s *Service) Wordy(ctx context.Context, realm string) ([]string, error) {
	machine, err := s.machine(ctx, realm, 0)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range machine.Definition().Moves {
		f := s.Forms[m.Form]
		if f != nil && slices.ContainsFunc(f.Fields, func(f form.Field) bool { return f.Kind == form.LongText }) {
			out = append(out, string(m.Action))
		}
	}
	return out, nil
}

// Admission answers whether a task may go to a grid or a community body. App
// fills it with the list of what departments may ask of the grids.
type Admission interface {
	// Admitted fails with Denied for a task that is not on the list.
	Admitted(ctx context.Context, tx *db.Tx, a Asked) error
	// Refused keeps that somebody tried, apart from the transaction that failed.
	Refused(ctx context.Context, a Asked, by string) error
}

// Asked is a task that somebody wants to send to a grid or a community body.
type Asked struct {
	Realm string
	Type  string
	Body  string // that is to get it
	Place int64
	At    time.Time
}

// notListed is the refusal of a task that is not on the grids' list.
const notListed = "admission.not_listed"

// logRefused keeps an attempt to send the grids what is not on their list.
func (s *Service) logRefused(ctx context.Context, c Move, err error) {
	f, ok := fault.As(err)
	if !ok || f.Key != notListed || s.Admission == nil {
		return
	}
	var m Matter
	failed := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		m, err = s.find(ctx, tx, c.Realm, c.ID)
		return err
	})
	if failed == nil {
		body := ""
		if given := c.Answers["body"]; len(given) > 0 {
			body = given[0]
		}
		failed = s.Admission.Refused(ctx, Asked{Realm: c.Realm, Type: m.Type, Body: body, Place: m.Place, At: s.Now()}, c.By.Account)
	}
	if failed != nil {
		s.Log.Error("an attempt outside the grids' list was not kept", "matter", c.ID, "error", failed)
	}
}

// about gathers what the rules want to know of m and of somebody who acts on it.
func (s *Service) about(ctx context.Context, m Matter, a identity.Actor) (Case, error) {
	c := Case{Matter: m, ActorBodies: a.Bodies(), OwnerBefore: m.Owner, Own: !a.Anonymous() && s.ReportedBy(m, a.Account)}
	var err error
	if c.Book, err = s.Types.At(ctx, m.Realm, s.Now()); err != nil {
		return c, err
	}
	book := c.Book
	if m.Edition != 0 && m.Edition != book.Number {
		if book, err = s.Types.Version(ctx, m.Realm, m.Edition); err != nil {
			return c, err
		}
	}
	c.Kind, _ = book.Find(m.Type)
	return c, nil
}

// announce writes what belongs to a matter that begins: audit and inbox.
func (s *Service) announce(ctx context.Context, tx *db.Tx, m Matter) error {
	audit.Add(ctx, tx, audit.Entry{
		Realm: m.Realm, Subject: m.Subject(), Act: "matter.reported", Actor: m.Reporter, At: m.EnteredAt,
		Detail: map[string]any{"number": m.Number, "origin": m.Origin},
	})
	return inbox.Put(ctx, tx, s.waiting(m, "dispatcher"))
}

// identityRoles are those of roles that somebody was granted.
func identityRoles(roles []procedure.Role) []identity.Role {
	var out []identity.Role
	for _, r := range roles {
		out = append(out, identity.Role(r))
	}
	return out
}

// acting is the body for which a acts on m in the given role.
func acting(a identity.Actor, m Matter, role procedure.Role) string {
	if role == procedure.Role(identity.Handler) {
		return m.Owner
	}
	for _, g := range a.Grants {
		if procedure.Role(g.Role) == role && g.Covers(m.Place) && g.For(m.Type) && g.Body != "" {
			return g.Body
		}
	}
	return ""
}
