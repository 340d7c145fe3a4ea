// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package poll

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// Holders is how many people are given a code of the urn's key. Two of them open it.
const Holders = 3

// Entrust is a chair putting the key of a secret vote's urn into the hands of three
// people: from then on nobody opens a ballot without two of them, with the database, a
// backup and the installation's key neither.
type Entrust struct {
	Realm string
	ID    string
	By    identity.Actor
}

// Entrust makes the key and returns the codes, which are stored nowhere. Done again it
// makes new ones, and those before open nothing. It fails with Conflict once a letter
// was made, since then a ballot may be in the urn, and where no ballot goes into one.
// Without two codes the vote cannot be counted, only given up.
func (s *Service) Entrust(ctx context.Context, c Entrust) (codes []string, err error) {
	lock, codes, err := seal.Entrust(Holders)
	if err != nil {
		return nil, err
	}
	stored, err := json.Marshal(lock)
	if err != nil {
		return nil, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		p, err := locked(ctx, tx, c.Realm, c.ID)
		switch {
		case err != nil:
			return err
		case !s.MayChair(c.By, p.Place):
			return fault.New(fault.Denied, "poll.not_chair")
		case !p.Takes(s.Now()):
			return fault.New(fault.Conflict, "poll.closed")
		case !p.Secret || p.by(Online) != nil:
			return fault.New(fault.Conflict, "poll.no_urn")
		}
		voters, err := votersOf(ctx, tx, p.Realm, p.ID)
		if err != nil {
			return err
		}
		for _, v := range voters {
			if v.Letters > 0 {
				return fault.New(fault.Conflict, "poll.entrust_late")
			}
		}
		s.note(ctx, tx, p, "entrusted", c.By, map[string]any{"holders": Holders})
		return entrusted(ctx, tx, p, string(stored))
	})
	if err != nil {
		return nil, fmt.Errorf("entrust: %w", err)
	}
	return codes, nil
}

// locker closes ballots, opener opens them.
type (
	locker interface {
		Seal(about string, plain []byte) (string, error)
	}
	opener interface {
		Open(sealed, about string) ([]byte, error)
	}
)

// own is the box of one poll whose key the installation keeps.
type own struct {
	*seal.Box
	realm string
}

// Seal closes a ballot.
func (o own) Seal(about string, plain []byte) (string, error) {
	return o.Box.Seal(o.realm, about, plain)
}

// lock is what a poll's ballots are closed with.
func (s *Service) lock(p Poll, key string) (locker, error) {
	if p.Entrusted() {
		return p.lock()
	}
	return s.urn(p, key)
}

// opener is what opens a poll's ballots.
func (s *Service) opener(p Poll, key string, codes []string) (opener, error) {
	if !p.Entrusted() {
		return s.urn(p, key)
	}
	if len(codes) < 2 || codes[0] == "" && codes[1] == "" {
		return nil, fault.New(fault.Conflict, "poll.codes_needed")
	}
	lock, err := p.lock()
	if err != nil {
		return nil, err
	}
	box, err := lock.Open(Plain(codes[0]), Plain(codes[1]))
	if errors.Is(err, seal.ErrCodes) {
		return nil, fault.New(fault.Invalid, "poll.codes_wrong").At("codes")
	}
	return box, err
}

// lock is the lock whose key several people have.
func (p Poll) lock() (l seal.Hands, err error) { return l, json.Unmarshal([]byte(p.hands), &l) }

// urn is the box whose key the installation keeps.
func (s *Service) urn(p Poll, key string) (own, error) {
	text, err := s.Box.Open(key, keyOf(p.Realm, p.ID))
	if err != nil {
		return own{}, fmt.Errorf("key of %s: %w", p.name(), err)
	}
	plain, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		return own{}, err
	}
	box, err := seal.NewBox(plain)
	return own{box, p.Realm}, err
}
