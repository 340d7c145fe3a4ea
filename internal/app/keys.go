// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"pavilion/internal/base/fault"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// sealed are all columns of sealed texts. One that is missing here keeps its old key
// for ever, and loses its texts when that key is dropped.
func sealed() []seal.Column { return slices.Concat(matter.Sealed(), intake.Sealed(), factor.Sealed()) }

// KeyUse says how many texts are sealed with a version of the key.
type KeyUse struct {
	Version int  `json:"version"`
	Newest  bool `json:"newest"`
	Texts   int  `json:"texts"`
}

// Keys lists the versions of the key and how much is sealed with each.
func (a *App) Keys(ctx context.Context) ([]KeyUse, error) {
	versions := a.Box.Versions()
	out := make([]KeyUse, len(versions))
	for i, v := range versions {
		n, err := a.keyUses(ctx, v)
		if err != nil {
			return nil, err
		}
		out[i] = KeyUse{Version: v, Newest: i == len(versions)-1, Texts: n}
	}
	return out, nil
}

func (a *App) keyUses(ctx context.Context, version int) (int, error) {
	total := 0
	for _, realm := range a.realms() {
		for _, c := range sealed() {
			n, err := seal.Uses(ctx, a.DB, c, realm, version)
			if err != nil {
				return 0, fmt.Errorf("count texts of key version %d in %s: %w", version, c.Name, err)
			}
			total += n
		}
	}
	return total, nil
}

// AddKey makes a new version of the key, with which is sealed from now on.
func (a *App) AddKey(ctx context.Context) (int, error) {
	n, err := a.Box.Add()
	if err != nil {
		return 0, err
	}
	return n, a.noteKeys(ctx, "key.added", n, 0)
}

// RotateKeys seals again, with the newest version of the key, what is sealed with an
// older one, and returns how many texts it has replaced. It is done while the server
// runs, and goes on where it was when it was broken off.
func (a *App) RotateKeys(ctx context.Context, show Progress) (int, error) {
	total := 0
	var failed error
	for _, realm := range a.realms() {
		for _, c := range sealed() {
			n, err := a.Box.Rotate(ctx, a.DB, c, realm, func(done int) { show.at(c.Name, done, -1) })
			total += n
			failed = errors.Join(failed, err)
			if ctx.Err() != nil {
				return total, failed
			}
		}
	}
	versions := a.Box.Versions()
	return total, errors.Join(failed, a.noteKeys(ctx, "key.rotated", versions[len(versions)-1], total))
}

// DropKey removes a version of the key for good. It refuses while anything is sealed
// with it.
func (a *App) DropKey(ctx context.Context, version int) error {
	n, err := a.keyUses(ctx, version)
	if err != nil {
		return err
	}
	if n > 0 {
		return a.explained(fault.New(fault.Conflict, "seal.in_use").With("n", strconv.Itoa(n)))
	}
	if err := a.Box.Drop(version, a.Now()); err != nil {
		return a.explained(err)
	}
	return a.noteKeys(ctx, "key.dropped", version, 0)
}

// noteKeys writes into every realm's audit what was done to the key.
func (a *App) noteKeys(ctx context.Context, act string, version, texts int) error {
	for _, realm := range a.realms() {
		err := a.DB.InTx(ctx, func(tx *db.Tx) error {
			audit.Add(ctx, tx, audit.Entry{
				Realm: realm, Subject: "key/" + strconv.Itoa(version), Act: act, Actor: identity.System(realm).Account,
				At: a.Now(), Detail: map[string]int{"version": version, "texts": texts},
			})
			return nil
		})
		if err != nil {
			return fmt.Errorf("note %s: %w", act, err)
		}
	}
	return nil
}
