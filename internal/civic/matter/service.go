// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"maps"
	"slices"

	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/procedure"
	"pavilion/internal/platform/db"
)

// stateFiled is the final state of messages that are kept and no longer dealt with.
const stateFiled procedure.State = "filed"

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
	return []procedure.Role{"dispatcher", "handler", "grid_worker", "reporter", procedure.System}
}

// Lint lists what is wrong with a matter procedure, given the forms there are.
func Lint(d *procedure.Definition, forms Forms) []string {
	return procedure.Lint(d, procedure.Known{
		Guards: slices.Sorted(maps.Keys(Guards())), Terms: slices.Sorted(maps.Keys(Terms())),
		Forms: slices.Sorted(maps.Keys(forms)), Roles: Roles(),
	})
}

// about gathers what the rules want to know of m and of somebody who acts on it.
func (s *Service) about(m Matter, a identity.Actor) Case {
	c := Case{Matter: m, ActorBodies: a.Bodies()}
	if k, ok := s.Kinds.Find(m.Type); ok {
		c.Limit = k.Handle
	}
	if m.Handler != "" {
		c.HandlerBody = m.Owner
	}
	return c
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
		if procedure.Role(g.Role) == role && g.Covers(m.Place) && g.Body != "" {
			return g.Body
		}
	}
	return ""
}
