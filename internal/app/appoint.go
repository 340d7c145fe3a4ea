// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// Appointed is somebody who holds one of the three powers. Link sets their
// password, once, within a day.
type Appointed struct {
	Role  identity.Role
	Login string
	Link  string
}

// Appoint gives one of the three powers in a whole realm ("" for the only one) to
// the owner of a login,
// whose account is made where there is none, and invites them. Only whoever runs
// Pavilion on its machine can: it is the way in for the first of each, and back
// in when one has lost their password.
func (a *App) Appoint(ctx context.Context, realm, login string, role identity.Role) (Appointed, error) {
	if !slices.Contains(identity.Powers(), role) {
		return Appointed{}, fmt.Errorf("the powers are %v", identity.Powers())
	}
	realm, err := a.into(realm)
	if err != nil {
		return Appointed{}, err
	}
	system := identity.System(realm)
	account, err := a.accountOf(ctx, realm, login, system)
	if err != nil {
		return Appointed{}, a.explained(err)
	}
	there, err := a.Identity.Grants(ctx, realm, account)
	if err != nil {
		return Appointed{}, err
	}
	root, ok := a.Org.Root(realm)
	if !ok {
		return Appointed{}, fmt.Errorf("there is no realm %s", realm)
	}
	g := grantIn(root, identity.Grant{Realm: realm, Account: account, Role: role})
	has := slices.ContainsFunc(there, func(t identity.Grant) bool {
		return t.Role == role && t.Lo == g.Lo && t.Hi == g.Hi && t.Live(a.Now()) && t.Until.IsZero()
	})
	if !has {
		if _, err := a.Identity.Grant(ctx, g, system); err != nil {
			return Appointed{}, a.explained(err)
		}
	}
	token, err := a.Identity.Invite(ctx, realm, account, system)
	return Appointed{Role: role, Login: login, Link: a.address() + "/invite/" + token}, err
}

// accountOf finds the account of a login, or makes it.
func (a *App) accountOf(ctx context.Context, realm, login string, by identity.Actor) (id string, err error) {
	id, err = a.Identity.Named(ctx, realm, login)
	if fault.KindOf(err) != fault.Missing {
		return id, err
	}
	made, err := a.Identity.CreateAccount(ctx, identity.NewAccount{
		Realm: realm, Login: login, Name: login, Language: "zh-Hans", By: by,
	})
	return made.ID, err
}

// tellAuditors tells the auditors of a place that an administrator broke the glass.
func (a *App) tellAuditors(ctx context.Context, events []outbox.Event) error {
	for _, e := range events {
		var b identity.Broken
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		err := a.DB.InTx(ctx, func(tx *db.Tx) error {
			to, err := identity.Holders(ctx, tx, e.Realm, identity.Auditor, identity.Asked{Place: b.Place}, a.Now())
			if err != nil {
				return err
			}
			return a.send(ctx, tx, to, notify.Message{
				Realm: e.Realm, ID: e.ID, Key: "notify.glass_broken", Link: "/desk/people/" + b.Account, At: e.At,
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
