// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package federation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Way is a provider as an account's owner sees it. Since is zero where the account is
// not linked.
type Way struct {
	Provider
	Since time.Time
}

// Linked reports whether the account is known to the provider.
func (w Way) Linked() bool { return !w.Since.IsZero() }

// Ways lists the providers that the actor has linked or can link.
func (s *Service) Ways(ctx context.Context, by identity.Actor) (out []Way, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = ways(ctx, tx, by.Realm, by.Account)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list ways in: %w", err)
	}
	return out, nil
}

// link makes a subject known as an account's. The same again is no failure; a subject
// is one account's, and an account has one subject of an issuer.
func (s *Service) link(ctx context.Context, tx *db.Tx, p Provider, subject, account string) error {
	holder, err := linkedTo(ctx, tx, p.Realm, p.Issuer, subject)
	if err != nil || holder == account {
		return err
	}
	if holder != "" {
		return errTaken
	}
	list, err := ways(ctx, tx, p.Realm, account)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(list, func(w Way) bool { return w.Issuer == p.Issuer && w.Linked() }) {
		return errHasOne
	}
	n, err := putLink(ctx, tx, p, subject, account, s.Now())
	if db.IsDuplicate(err) || err == nil && n == 0 {
		return errTaken
	}
	s.note(ctx, tx, p.Realm, "account/"+account, "federation.linked", account, map[string]string{"provider": p.ID})
	return err
}

// Unlink takes away the actor's link to a provider. They have proved who they are,
// and have a password or another provider to come in by.
func (s *Service) Unlink(ctx context.Context, provider string, by identity.Actor) error {
	if err := by.ProvedLately(s.Now()); err != nil {
		return err
	}
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		a, err := identity.Hold(ctx, tx, by.Realm, by.Account)
		if err != nil {
			return err
		}
		list, err := ways(ctx, tx, by.Realm, by.Account)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(w Way) bool { return w.ID == provider && w.Linked() })
		if i < 0 {
			return fault.New(fault.Missing, "federation.not_linked")
		}
		another := func(w Way) bool { return w.ID != provider && w.Linked() && w.Active }
		if !a.Ready && !slices.ContainsFunc(list, another) {
			return errLast
		}
		s.note(ctx, tx, by.Realm, "account/"+by.Account, "federation.unlinked", by.Account, map[string]string{"provider": provider})
		return endLink(ctx, tx, by.Realm, by.Account, list[i].Issuer)
	})
	if err != nil {
		return fmt.Errorf("unlink: %w", err)
	}
	return nil
}
