// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package apikit

import (
	"slices"
	"strings"
	"time"

	"pavilion/internal/core/identity"
)

// Access says who may use an operation: everybody, who has signed in, or whose
// token has a scope; and, where it names some, who has one of the roles besides.
type Access string

// Public is for everybody, SignedIn for those who send a session's token. The
// others are scopes: for them a session will do, and a program's token that has
// the scope.
const (
	Public     Access = "public"
	SignedIn   Access = "signed_in"
	Reads      Access = "matters:read"
	Reports    Access = "matters:report"
	Moves      Access = "matters:move"
	Calculate  Access = "figures:read"
	ReadsRules Access = "rules:read"
)

// AnyOf narrows an access to holders of one of the roles, anywhere: whether they
// have it where the thing is, the use case asks. A token needs the scope, and its
// account the role.
func (a Access) AnyOf(roles ...identity.Role) Access {
	words := []string{string(a.Scope())}
	for _, r := range roles {
		words = append(words, string(r))
	}
	return Access(strings.Join(words, " "))
}

// Scope is an access without its roles.
func (a Access) Scope() Access {
	scope, _, _ := strings.Cut(string(a), " ")
	return Access(scope)
}

// Roles are those that an access is narrowed to; none is everybody.
func (a Access) Roles() []identity.Role {
	var out []identity.Role
	for _, word := range strings.Fields(string(a))[1:] {
		out = append(out, identity.Role(word))
	}
	return out
}

// admits reports whether somebody has one of the roles that an access names.
func (a Access) admits(actor identity.Actor, at time.Time) bool {
	roles := a.Roles()
	return len(roles) == 0 || slices.ContainsFunc(roles, func(r identity.Role) bool { return actor.Has(r, at) })
}

// described says in the description's words whom an access admits.
func (a Access) described() string {
	var out []string
	if a.Scope() != SignedIn {
		out = append(out, "A program's token needs the scope `"+string(a.Scope())+"`.")
	}
	var names []string
	for _, r := range a.Roles() {
		names = append(names, "`"+string(r)+"`")
	}
	switch n := len(names); n {
	case 0:
	case 1:
		out = append(out, "The account needs the role "+names[0]+".")
	default:
		out = append(out, "The account needs one of the roles "+strings.Join(names[:n-1], ", ")+" or "+names[n-1]+".")
	}
	return strings.Join(out, " ")
}
