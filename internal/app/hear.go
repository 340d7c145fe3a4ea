// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"encoding/json"

	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/outbox"
	"pavilion/internal/platform/db"
)

// tellHandlers tells those who work for a body that a matter was given to it, or
// came back.
func (a *App) tellHandlers(ctx context.Context, events []outbox.Event) error {
	return a.each(events, func(e outbox.Event, m matter.Moved) error {
		key := map[string]string{"dispatch": "notify.dispatched", "fail": "notify.failed"}[string(m.Action)]
		if key == "" {
			return nil
		}
		return a.tell(ctx, e, m, identity.Handler, m.Owner, key)
	})
}

// tellEscalated tells the dispatchers of a place that a term has run out.
func (a *App) tellEscalated(ctx context.Context, events []outbox.Event) error {
	return a.each(events, func(e outbox.Event, m matter.Moved) error {
		if m.Action != "escalate" {
			return nil
		}
		return a.tell(ctx, e, m, identity.Dispatcher, "", "notify.escalated")
	})
}

// tellOwner tells the owner of a passkey that it was found copied.
func (a *App) tellOwner(ctx context.Context, events []outbox.Event) error {
	for _, e := range events {
		var c passkey.Copied
		if err := json.Unmarshal(e.Body, &c); err != nil {
			return err
		}
		err := a.DB.InTx(ctx, func(tx *db.Tx) error {
			return a.send(ctx, tx, []string{c.Account}, notify.Message{
				Realm: e.Realm, ID: e.ID, Key: "notify.passkey_locked", Link: "/desk/account", At: e.At,
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// each calls do for each event, decoded.
func (a *App) each(events []outbox.Event, do func(outbox.Event, matter.Moved) error) error {
	for _, e := range events {
		var m matter.Moved
		if err := json.Unmarshal(e.Body, &m); err != nil {
			return err
		}
		if err := do(e, m); err != nil {
			return err
		}
	}
	return nil
}

// tell sends one message to everybody with a role for the matter's place.
func (a *App) tell(ctx context.Context, e outbox.Event, m matter.Moved, role identity.Role, body, key string) error {
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		accounts, err := identity.Holders(ctx, tx, e.Realm, role, m.Place, body, a.Now())
		if err != nil {
			return err
		}
		return a.send(ctx, tx, accounts, notify.Message{
			Realm: e.Realm, ID: e.ID, Key: key, Params: map[string]string{"number": m.Number}, Link: "/desk/matters/" + m.ID, At: e.At,
		})
	})
}

// send sends one message to each of some accounts, in their language.
func (a *App) send(ctx context.Context, tx *db.Tx, accounts []string, m notify.Message) error {
	event := m.ID
	for _, id := range accounts {
		who, err := identity.Load(ctx, tx, m.Realm, id)
		if err != nil {
			return err
		}
		m.ID, m.Account, m.Language, m.Address = event+"/"+id, id, who.Language, who.Mail
		if err := notify.Send(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}
