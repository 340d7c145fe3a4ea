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
	"pavilion/internal/civic/deliberation/assembly"
	"pavilion/internal/civic/deliberation/disclosure"
	"pavilion/internal/civic/deliberation/poll"
	"pavilion/internal/civic/deliberation/survey"
	"pavilion/internal/civic/deliberation/topic"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/intake"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/civic/rights"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/gathering"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/factor"
	"pavilion/internal/core/identity/federation"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// sealed are all columns of sealed texts. One that is missing here keeps its old key
// for ever, and loses its texts when that key is dropped.
func sealed() []seal.Column {
	return slices.Concat(matter.Sealed(), relay.Sealed(), rights.Sealed(), assembly.Sealed(), poll.Sealed(), disclosure.Sealed(), survey.Sealed(), topic.Sealed(), gathering.Sealed(), intake.Sealed(), factor.Sealed(), federation.Sealed())
}

// KeyUse says how many texts and photos are sealed with a version of the key. Version
// 0 is no key: photos that were kept before photos were sealed.
type KeyUse struct {
	Version int  `json:"version"`
	Newest  bool `json:"newest"`
	Texts   int  `json:"texts"`
	Photos  int  `json:"photos"`
}

// Keys lists the versions of the key and how much is sealed with each, after what is
// not sealed, if there is any.
func (a *App) Keys(ctx context.Context) ([]KeyUse, error) {
	var out []KeyUse
	versions := a.Box.Versions()
	for i, v := range versions {
		use, err := a.keyUse(ctx, v)
		if err != nil {
			return nil, err
		}
		use.Newest = i == len(versions)-1
		out = append(out, use)
	}
	plain := 0
	for _, realm := range a.realms() {
		n, err := a.Files.Plain(ctx, realm)
		if err != nil {
			return nil, fmt.Errorf("count photos that are not sealed: %w", err)
		}
		plain += n
	}
	if plain > 0 {
		out = append([]KeyUse{{Photos: plain}}, out...)
	}
	return out, nil
}

func (a *App) keyUse(ctx context.Context, version int) (KeyUse, error) {
	use := KeyUse{Version: version}
	for _, realm := range a.realms() {
		for _, c := range sealed() {
			n, err := seal.Uses(ctx, a.DB, c, realm, version)
			if err != nil {
				return use, fmt.Errorf("count texts of key version %d in %s: %w", version, c.Name, err)
			}
			use.Texts += n
		}
		n, err := a.Files.Uses(ctx, realm, version)
		if err != nil {
			return use, fmt.Errorf("count photos of key version %d: %w", version, err)
		}
		use.Photos += n
	}
	return use, nil
}

// AddKey makes a new version of the key, with which is sealed from now on.
func (a *App) AddKey(ctx context.Context) (int, error) {
	n, err := a.Box.Add()
	if err != nil {
		return 0, err
	}
	return n, a.noteKeys(ctx, "key.added", n, KeyUse{})
}

// RotateKeys seals again, with the newest version of the key, what is sealed with an
// older one or not at all, and returns how many texts and photos it has replaced. It is
// done while the server runs, and goes on where it was when it was broken off.
func (a *App) RotateKeys(ctx context.Context, show Progress) (texts, photos int, failed error) {
	for _, realm := range a.realms() {
		for _, c := range sealed() {
			n, err := a.Box.Rotate(ctx, a.DB, c, realm, func(done int) { show.at(c.Name, done, -1) })
			texts += n
			failed = errors.Join(failed, err)
			if ctx.Err() != nil {
				return texts, photos, failed
			}
		}
		n, err := a.Files.Rotate(ctx, realm, func(done int) { show.at("photos", done, -1) })
		photos += n
		failed = errors.Join(failed, err)
		if ctx.Err() != nil {
			return texts, photos, failed
		}
	}
	versions := a.Box.Versions()
	return texts, photos, errors.Join(failed, a.noteKeys(ctx, "key.rotated", versions[len(versions)-1], KeyUse{Texts: texts, Photos: photos}))
}

// DropKey removes a version of the key for good. It refuses while anything is sealed
// with it.
func (a *App) DropKey(ctx context.Context, version int) error {
	use, err := a.keyUse(ctx, version)
	switch {
	case err != nil:
		return err
	case use.Texts > 0:
		return a.explained(fault.New(fault.Conflict, "seal.in_use").With("n", strconv.Itoa(use.Texts)))
	case use.Photos > 0:
		return a.explained(fault.New(fault.Conflict, "seal.in_use_photos").With("n", strconv.Itoa(use.Photos)))
	}
	if err := a.Box.Drop(version, a.Now()); err != nil {
		return a.explained(err)
	}
	return a.noteKeys(ctx, "key.dropped", version, KeyUse{})
}

// noteKeys writes into every realm's audit what was done to the key.
func (a *App) noteKeys(ctx context.Context, act string, version int, done KeyUse) error {
	for _, realm := range a.realms() {
		err := a.DB.InTx(ctx, func(tx *db.Tx) error {
			audit.Add(ctx, tx, audit.Entry{
				Realm: realm, Subject: "key/" + strconv.Itoa(version), Act: act, Actor: identity.System(realm).Account,
				At: a.Now(), Detail: map[string]int{"version": version, "texts": done.Texts, "photos": done.Photos},
			})
			return nil
		})
		if err != nil {
			return fmt.Errorf("note %s: %w", act, err)
		}
	}
	return nil
}
