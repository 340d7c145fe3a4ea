// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"slices"
	"strings"
	"time"
)

// Role is what somebody is in a place.
type Role string

// The roles.
const (
	Administrator Role = "administrator" // accounts, the area tree, the rules
	Security      Role = "security"      // grants: who may do what, where and until when
	Dispatcher    Role = "dispatcher"    // takes matters on and sends them to bodies
	Handler       Role = "handler"       // works for the one body of the grant
	GridWorker    Role = "grid_worker"   // walks a grid, reports and checks
	Auditor       Role = "auditor"       // reads what others did, changes nothing
	ShiftHead     Role = "shift_head"    // heads the desk: approves, supervises, arbitrates
	Receptionist  Role = "receptionist"  // takes in what people say in the service hall
	Patrol        Role = "patrol"        // reports what patrols and helpers find
	Secretary     Role = "secretary"     // keeps the bodies that decide, convenes them, opens their votes
	Scrutineer    Role = "scrutineer"    // sees who may vote, and counts paper
	Inspector     Role = "inspector"     // samples the records of what was decided, and sends back
)

// Roles lists every role.
func Roles() []Role {
	return []Role{Administrator, Security, Auditor, ShiftHead, Dispatcher, Receptionist, Handler, GridWorker, Patrol, Secretary, Scrutineer, Inspector}
}

// Basis is why somebody has a grant.
type Basis string

// The bases.
const (
	Appointed Basis = "appointed" // by a security administrator
	Delegated Basis = "delegated" // by somebody who has the role and is away
	Emergency Basis = "emergency" // by a shift head, for three days at most
	Glass     Basis = "glass"     // by oneself, for an hour, told to the auditors
)

// Grant gives an account a role in the places from Lo up to, not including, Hi,
// which are copied from the area when the grant is made, as is Town. Kinds narrow it
// to things of some kinds: each is a code, or the beginning of codes; none is
// everything. It counts from From until Until; a zero Until is open. Origin is the grant that was
// delegated, Reason what its giver wrote, By the giver's account.
type Grant struct {
	Realm   string
	ID      string
	Account string
	Role    Role
	Area    string
	Lo, Hi  int64
	Town    int64
	Body    string
	Kinds   []string
	From    time.Time
	Until   time.Time
	Basis   Basis
	Origin  string
	Reason  string
	By      string
}

// Live reports whether the grant counts at an instant.
func (g Grant) Live(at time.Time) bool {
	return !at.Before(g.From) && (g.Until.IsZero() || at.Before(g.Until))
}

// Covers reports whether a place is within the grant.
func (g Grant) Covers(place int64) bool { return g.Lo <= place && place < g.Hi }

// For reports whether the grant counts for something of these kinds. One that is
// narrowed does not count for what is of no kind, or of none yet.
func (g Grant) For(kinds ...string) bool {
	if len(g.Kinds) == 0 {
		return true
	}
	for _, kind := range kinds {
		if !slices.ContainsFunc(g.Kinds, func(begin string) bool { return strings.HasPrefix(kind, begin) }) {
			return false
		}
	}
	return len(kinds) > 0
}

// Actor is the person, or the system, behind a request. The zero Actor is
// somebody who has not signed in.
type Actor struct {
	Realm    string
	Account  string
	Name     string
	Language string
	Grants   []Grant
	Session  string    // which of their sessions asks; empty for programs
	Strong   bool      // that session was opened with two factors
	Proved   time.Time // when its owner last gave password or code in it
}

// systemAccount is what the audit names when no person acted.
const systemAccount = "system"

// System is Pavilion itself, or whoever runs it on its machine, acting in a
// realm: it may give and administer everything.
func System(realm string) Actor {
	all := func(r Role) Grant { return Grant{Realm: realm, Account: systemAccount, Role: r, Lo: 0, Hi: 1 << 60} }
	return Actor{Realm: realm, Account: systemAccount, Grants: []Grant{all(Administrator), all(Security)}}
}

// system reports whether the actor is Pavilion itself.
func (a Actor) system() bool { return a.Account == systemAccount }

// Anonymous reports whether nobody has signed in.
func (a Actor) Anonymous() bool { return a.Account == "" }

// RolesAt returns the roles the actor has, at an instant, for something in a
// place that is in the hands of body ("" while in nobody's) and of some kinds. A
// handler has the role only for the grant's own body; a grant that is narrowed to
// kinds counts only if all kinds are among them.
func (a Actor) RolesAt(place int64, body string, at time.Time, kinds ...string) []Role {
	var roles []Role
	for _, g := range a.Grants {
		if !g.Live(at) || !g.Covers(place) || !g.For(kinds...) || slices.Contains(roles, g.Role) {
			continue
		}
		if g.Role == Handler && (g.Body == "" || g.Body != body) {
			continue
		}
		roles = append(roles, g.Role)
	}
	return roles
}

// Has reports whether the actor has a role anywhere at an instant.
func (a Actor) Has(role Role, at time.Time) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == role && g.Live(at) })
}

// Bodies returns the bodies the actor's grants are for, each once, in order.
func (a Actor) Bodies() []string {
	var bodies []string
	for _, g := range a.Grants {
		if g.Body != "" {
			bodies = append(bodies, g.Body)
		}
	}
	slices.Sort(bodies)
	return slices.Compact(bodies)
}

// Holds reports whether the actor has a role for everything in all the places from
// lo up to hi at an instant.
func (a Actor) Holds(role Role, lo, hi int64, at time.Time) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return g.Role == role && g.Live(at) && g.Lo <= lo && hi <= g.Hi && g.For()
	})
}

// holdsAll reports whether the actor has a role for the places of all these
// grants, so that nobody reaches a post above their own through another's account.
func (a Actor) holdsAll(role Role, grants []Grant, at time.Time) bool {
	return a.Has(role, at) && !slices.ContainsFunc(grants, func(g Grant) bool {
		return !a.Holds(role, g.Lo, g.Hi, at)
	})
}
