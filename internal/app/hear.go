// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/matter"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/sight"
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
		accounts, err := identity.Holders(ctx, tx, e.Realm, role, identity.Asked{Place: m.Place, Body: body, Kind: m.Type}, a.Now())
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
	for _, account := range accounts {
		who, err := identity.Load(ctx, tx, m.Realm, account)
		if err != nil {
			return err
		}
		m.ID, m.Account, m.Language, m.Address = event+"/"+account, account, who.Language, who.Mail
		if err := notify.Send(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// tellAlarmed tells the auditors of a place that somebody reached for what is
// protected: once a day for one person and one thing.
func (a *App) tellAlarmed(ctx context.Context, events []outbox.Event) error {
	for _, e := range events {
		var alarm sight.Alarm
		if err := json.Unmarshal(e.Body, &alarm); err != nil {
			return err
		}
		key := "notify.sight_alarmed"
		if alarm.Purpose == "" {
			key = "notify.sight_refused"
		}
		day := e.At.In(a.Calendar.Zone()).Format(time.DateOnly)
		about, _ := strings.CutPrefix(alarm.Subject, matter.Subject(""))
		err := a.DB.InTx(ctx, func(tx *db.Tx) error {
			to, err := identity.Holders(ctx, tx, e.Realm, identity.Auditor, identity.Asked{Place: alarm.Place}, a.Now())
			if err != nil {
				return err
			}
			return a.send(ctx, tx, to, notify.Message{
				Realm: e.Realm, ID: id.Of(e.Realm, key, alarm.Subject, alarm.Account, day), Key: key,
				Link: "/desk/audit/looks?matter=" + about, At: e.At,
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellAsked puts a look that has to be explained before the person who looked,
// takes it away when it is explained or judged, and tells those concerned.
func (a *App) tellAsked(ctx context.Context, events []outbox.Event) error {
	for _, e := range events {
		var asked sight.Asked
		if err := json.Unmarshal(e.Body, &asked); err != nil {
			return err
		}
		to, link := asked.Account, "/desk/looks"
		if e.Name == "sight.answered" {
			to, link = asked.Auditor, "/desk/audit/sample?id="+asked.Sample
		}
		err := a.DB.InTx(ctx, func(tx *db.Tx) error {
			subject := "sight/" + asked.Sample + "/" + asked.Look
			err := inbox.Clear(ctx, tx, e.Realm, subject)
			if e.Name == "sight.asked" {
				err = inbox.Put(ctx, tx, inbox.Item{
					Realm: e.Realm, Subject: subject, Role: sight.InboxRole, Body: asked.Account, Place: asked.Place, Link: link, Since: e.At,
				})
			}
			if err != nil {
				return err
			}
			return a.send(ctx, tx, []string{to}, notify.Message{
				Realm: e.Realm, ID: e.ID, Key: "notify." + strings.ReplaceAll(e.Name, ".", "_"), Link: link, At: e.At,
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
