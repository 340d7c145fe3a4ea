// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package identity

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/platform/db"
)

// Grant appoints: it gives g, filling in its ID and, where that is zero, From.
// Who gives it is a security administrator of its places, and never gives to
// themselves; they have proved a moment ago who they are. Nobody holds two of the three powers, and an auditor nothing else.
func (s *Service) Grant(ctx context.Context, g Grant, by Actor) (Grant, error) {
	now := s.Now()
	if g.From.IsZero() {
		g.From = now
	}
	g.Kinds = tidied(g.Kinds)
	if err := s.checkKinds(g); err != nil {
		return Grant{}, err
	}
	if by.Realm != g.Realm || !by.Holds(Security, g.Lo, g.Hi, now) {
		return Grant{}, errDenied
	}
	if by.Account == g.Account {
		return Grant{}, fault.New(fault.Denied, "identity.own_grant")
	}
	if err := by.ProvedLately(now); err != nil {
		return Grant{}, err
	}
	g.Basis = Appointed
	err := s.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		g, err = s.give(ctx, tx, g, by, now)
		return err
	})
	if err != nil {
		return Grant{}, fmt.Errorf("grant: %w", err)
	}
	return g, nil
}

// checkKinds says what is wrong with a grant, or nil; among that kinds which there
// are not.
func (s *Service) checkKinds(g Grant) error {
	if f := checkGrant(g); f != nil {
		return f
	}
	var unknown []string
	for _, code := range g.Kinds {
		if s.Known != nil && !s.Known(g.Realm, code) {
			unknown = append(unknown, code)
		}
	}
	if len(unknown) > 0 {
		return fault.New(fault.Invalid, "identity.kinds_unknown").At("kinds").With("codes", strings.Join(unknown, " "))
	}
	return nil
}

// give keeps a grant whose giver may give it. The account is locked, so that two
// grants at once cannot together be what one may not.
func (s *Service) give(ctx context.Context, tx *db.Tx, g Grant, by Actor, now time.Time) (Grant, error) {
	if err := Recheck(ctx, tx, by, now); err != nil {
		return g, err
	}
	if n, err := holdAccount(ctx, tx, g.Realm, g.Account); err != nil || n == 0 {
		return g, cmp.Or(err, error(errMissing))
	}
	there, err := grantsOf(ctx, tx, g.Realm, g.Account, now)
	if err != nil {
		return g, err
	}
	if f := apart(there, g); f != nil {
		return g, f
	}
	g.ID, g.By = id.New(), by.Account
	s.note(ctx, tx, g.Realm, g.Account, "identity.granted", by, now, detailOf(g))
	return g, insertGrant(ctx, tx, g)
}

// Revoke ends a grant at once, and what was delegated of it. Security
// administrators of its places may, and whoever gave it for a time.
func (s *Service) Revoke(ctx context.Context, realm, grant string, by Actor) error {
	now := s.Now()
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := Recheck(ctx, tx, by, now); err != nil {
			return err
		}
		g, err := grantByID(ctx, tx, realm, grant)
		if err != nil {
			return err
		}
		own := g.Basis != Appointed && g.By == by.Account && !by.Anonymous()
		if by.Realm != realm || !own && !by.Holds(Security, g.Lo, g.Hi, now) {
			return errDenied
		}
		n, err := revokeGrant(ctx, tx, realm, grant, now)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "identity.grant_ended")
		}
		s.note(ctx, tx, realm, g.Account, "identity.revoked", by, now, detailOf(g))
		return nil
	})
	if err != nil {
		return fmt.Errorf("revoke: %w", err)
	}
	return nil
}

// Grants returns what an account has been granted and has not ended, including
// what begins later.
func (s *Service) Grants(ctx context.Context, realm, account string) (list []Grant, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		list, err = grantsOf(ctx, tx, realm, account, s.Now())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list grants: %w", err)
	}
	return list, nil
}

// Asked is something that somebody may have a role for: where it is, in whose hands,
// and of which kind.
type Asked struct {
	Place      int64
	Body, Kind string
}

// Holders returns the accounts, not disabled, that hold a role for something at an
// instant, each once, in no order.
func Holders(ctx context.Context, tx *db.Tx, realm string, role Role, of Asked, at time.Time) ([]string, error) {
	list, err := holders(ctx, tx, realm, role, of.Place, of.Body, at)
	if err != nil {
		return nil, fmt.Errorf("find %s of a place: %w", role, err)
	}
	var out []string
	for _, h := range list {
		if (Grant{Kinds: strings.Fields(h.kinds)}).For(of.Kind) && !slices.Contains(out, h.account) {
			out = append(out, h.account)
		}
	}
	return out, nil
}

// Recheck fails with Denied if a grant that the actor came with has ended since:
// a long request must not do what its sender may no longer do. It asks within
// the transaction that carries out the deed.
func Recheck(ctx context.Context, tx *db.Tx, a Actor, now time.Time) error {
	kept := slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.ID != "" })
	if !kept {
		return nil
	}
	live, err := grantsOf(ctx, tx, a.Realm, a.Account, now)
	if err != nil {
		return fmt.Errorf("look at grants again: %w", err)
	}
	for _, g := range a.Grants {
		if g.ID != "" && !slices.ContainsFunc(live, func(l Grant) bool { return l.ID == g.ID }) {
			return fault.New(fault.Denied, "identity.post_ended")
		}
	}
	return nil
}

// detail is what the audit keeps of a grant.
type detail struct {
	Grant string     `json:"grant"`
	Role  Role       `json:"role"`
	Basis Basis      `json:"basis,omitempty"`
	Area  string     `json:"area"`
	Body  string     `json:"body,omitempty"`
	Kinds []string   `json:"kinds,omitempty"`
	From  time.Time  `json:"from"`
	Until *time.Time `json:"until,omitempty"`
}

func detailOf(g Grant) detail {
	d := detail{Grant: g.ID, Role: g.Role, Basis: g.Basis, Area: g.Area, Body: g.Body, Kinds: g.Kinds, From: g.From.UTC()}
	if !g.Until.IsZero() {
		until := g.Until.UTC()
		d.Until = &until
	}
	return d
}
