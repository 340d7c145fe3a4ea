// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"fmt"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Letter is a credential for one voter. It is shown once: only its hash is kept.
type Letter struct {
	Member string
	Holder string
	Secret string
}

// Issue is a chair having credentials made.
type Issue struct {
	Realm   string
	ID      string
	Members []string // for these alone, in place of those they had; none for all who have none yet
	By      identity.Actor
}

// Issue makes credentials and returns them, in the order of members. A new one ends
// the one before. Whoever has voted gets none. How many were made stands in the
// audit, and with each voter how often.
func (s *Service) Issue(ctx context.Context, c Issue) (out []Letter, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		out = nil
		p, _, _, err := find(ctx, tx, c.Realm, c.ID)
		switch {
		case err != nil:
			return err
		case !s.MayChair(c.By, p.Place):
			return fault.New(fault.Denied, "poll.not_chair")
		case !p.Takes(s.Now()):
			return fault.New(fault.Conflict, "poll.closed")
		}
		voters, err := votersOf(ctx, tx, p.Realm, p.ID)
		if err != nil {
			return err
		}
		for _, v := range voters {
			wanted := v.Letters == 0 && len(c.Members) == 0 || slices.Contains(c.Members, v.Member)
			if v.Aside || v.Channel != "" || !wanted {
				continue
			}
			l := Letter{v.Member, v.Holder, id.Secret(secretLength)}
			if err := setHash(ctx, tx, p, v.Member, hashOf(p.Realm, p.ID, l.Secret)); err != nil {
				return err
			}
			out = append(out, l)
		}
		if len(out) == 0 {
			return fault.New(fault.Conflict, "poll.no_letters")
		}
		s.note(ctx, tx, p, "issued", c.By, map[string]any{"letters": len(out), "again": len(c.Members) > 0})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("issue credentials: %w", err)
	}
	return out, nil
}

// note writes into the audit what was done to a poll: numbers, never who or what.
func (s *Service) note(ctx context.Context, tx *db.Tx, p Poll, act string, by identity.Actor, detail map[string]any) {
	account := by.Account
	if account == "" {
		account = "system"
	}
	audit.Add(ctx, tx, audit.Entry{Realm: p.Realm, Subject: p.name(), Act: "poll." + act, Actor: account, At: s.Now(), Detail: detail})
}
