// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
)

// Lengths of time. Basis: local defaults; long enough for a telephone call, and
// for a colleague's next day at work.
const (
	AskLasts    = 3 * 24 * time.Hour
	OpenLasts   = 30 * time.Minute
	RelayLasts  = 30 * 24 * time.Hour // after a matter has ended
	lettersRest = 12 * time.Hour      // between two letters about messages that were not read
)

// Lengths of what is written, in characters.
const (
	MaxWords   = 200
	MaxMessage = 1000
)

// Limits of what one side may ask of the other.
const (
	inARow   = 5 // messages without an answer
	maxTries = 3 // calls that reach nobody
)

func number(n int) string { return strconv.Itoa(n) }

// asking are the roles that open contacts for any purpose, and agree to it.
var asking = []identity.Role{identity.Dispatcher, identity.ShiftHead}

// writing are the roles that write to a reporter and see the answers. A handler has
// the role for what the own body deals with.
var writing = []identity.Role{identity.Dispatcher, identity.ShiftHead, identity.Receptionist, identity.Handler}

func holds(roles, some []identity.Role) bool {
	return slices.ContainsFunc(roles, func(r identity.Role) bool { return slices.Contains(some, r) })
}

// standing is somebody without the sight that they took by breaking the glass, and
// without posts that except gave them: who asks does not agree through another.
func standing(a identity.Actor, except string) identity.Actor {
	a.Grants = slices.DeleteFunc(slices.Clone(a.Grants), func(g identity.Grant) bool {
		return g.Basis == identity.Glass || except != "" && g.By == except
	})
	return a
}

// concerned reports whether somebody works for a body that deals with the matter
// or is complained about, in whatever role.
func concerned(a identity.Actor, bodies []string) bool {
	return slices.ContainsFunc(a.Bodies(), func(b string) bool { return slices.Contains(bodies, b) })
}

// mayAsk fails with Denied for all but the desk of the place that has no part in
// the matter. Those who take reports in ask in order to call back, and no more.
func mayAsk(a identity.Actor, roles []identity.Role, s subject, p Purpose) error {
	switch {
	case concerned(a, s.bodies):
		return fault.New(fault.Denied, "relay.concerned")
	case holds(roles, asking), p == CallBack && slices.Contains(roles, identity.Receptionist):
		return nil
	}
	return fault.New(fault.Denied, "relay.desk_only")
}

// mayDecide fails with Denied for the asker, whatever their roles, and for all who
// could not ask themselves for any purpose.
func mayDecide(r Reveal, a identity.Actor, roles []identity.Role, s subject) error {
	if r.Asker == a.Account {
		return fault.New(fault.Denied, "relay.own_request")
	}
	return mayAsk(a, roles, s, "")
}

// mayWrite fails with Denied for all but the desk of the place and those who work
// for the body that deals with it.
func mayWrite(roles []identity.Role) error {
	if holds(roles, writing) {
		return nil
	}
	return fault.New(fault.Denied, "relay.not_yours")
}

// ground is what a request rests on: once somebody else is concerned, or complained
// about, it has to be asked for anew.
func ground(s subject) string { return s.About + "|" + strings.Join(s.bodies, " ") }

// Standing is the state of a request at an instant, whether or not somebody has
// written down yet that its time ran out.
func (r Reveal) Standing(now time.Time) State {
	switch {
	case now.Before(r.Ends):
		return r.State
	case r.State == Asked:
		return Expired
	case r.State == Approved:
		return Closed
	}
	return r.State
}

// waits fails unless a request can be decided on now.
func waits(r Reveal, s subject, revision int, now time.Time) error {
	switch {
	case r.Revision != revision:
		return fault.New(fault.Stale, "relay.stale")
	case r.Standing(now) != Asked:
		return fault.New(fault.Conflict, "relay.decided")
	case r.Ground != ground(s):
		return fault.New(fault.Conflict, "relay.other_ground")
	}
	return nil
}

// open fails unless a request lets its asker look now.
func open(r Reveal, s subject, now time.Time) error {
	switch {
	case r.Standing(now) != Approved:
		return fault.New(fault.Conflict, "relay.not_open")
	case r.Ground != ground(s):
		return fault.New(fault.Conflict, "relay.other_ground")
	}
	return nil
}

// Closes is when the relay of a matter closes; zero while the matter is open.
func Closes(m matter.Matter) time.Time {
	if m.Open {
		return time.Time{}
	}
	return m.EnteredAt.Add(RelayLasts)
}

// carries fails once the relay of a matter is closed. What is a part of another
// matter has no reporter of its own.
func carries(m matter.Matter, now time.Time) error {
	switch {
	case m.Relation != "":
		return fault.New(fault.Conflict, "relay.part")
	case !m.Open && !now.Before(Closes(m)):
		return fault.New(fault.Conflict, "relay.over")
	}
	return nil
}

// turn fails for a side that has written enough without an answer, and for a
// reporter to whom nobody has written.
func turn(said []Message, side Side) error {
	n := 0
	for _, m := range said {
		if n++; m.Side != side {
			n = 0
		}
	}
	switch {
	case side == Reporter && !slices.ContainsFunc(said, func(m Message) bool { return m.Side == Staff }):
		return fault.New(fault.Conflict, "relay.not_asked")
	case n >= inARow:
		return fault.New(fault.Conflict, "relay.in_a_row").With("max", number(inARow))
	}
	return nil
}

// letterDue reports whether a reporter is told by mail of one more message: not
// again while one of the last hours has not been read.
func letterDue(said []Message, now time.Time) bool {
	return !slices.ContainsFunc(said, func(m Message) bool {
		return m.Side == Staff && m.Read.IsZero() && now.Sub(m.At) < lettersRest
	})
}

// knowing are the roles that know of the requests of their places.
var knowing = []identity.Role{identity.Dispatcher, identity.ShiftHead, identity.Auditor}

// mayKnow reports whether somebody may know of a request: its asker, the desk of the
// place and its auditors, and nobody of a body concerned.
func mayKnow(a identity.Actor, r Reveal, s subject, now time.Time) bool {
	if a.Realm != r.Realm || concerned(a, s.bodies) {
		return false
	}
	return r.Asker == a.Account || holds(a.RolesAt(s.Place, "", now, s.Type), knowing)
}
