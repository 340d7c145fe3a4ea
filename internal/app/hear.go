// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"pavilion/internal/base/id"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/identity/passkey"
	"pavilion/internal/core/inbox"
	"pavilion/internal/core/notify"
	"pavilion/internal/core/outbox"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
	"pavilion/internal/platform/gateway"
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

// hear calls do for each event, decoded.
func hear[T any](ctx context.Context, events []outbox.Event, do func(context.Context, outbox.Event, T) error) error {
	for _, e := range events {
		var said T
		if err := json.Unmarshal(e.Body, &said); err != nil {
			return err
		}
		if err := do(ctx, e, said); err != nil {
			return err
		}
	}
	return nil
}

// tellDesk tells those who may agree that somebody asks to open a contact.
func (a *App) tellDesk(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, c relay.Changed) error {
		accounts, err := a.untouched(ctx, e.Realm, c.Place, c.Barred, identity.ShiftHead, identity.Dispatcher)
		if err != nil {
			return err
		}
		accounts = slices.DeleteFunc(accounts, func(id string) bool { return id == c.Asker })
		return a.tellThem(ctx, accounts, notify.Message{
			Realm: e.Realm, ID: e.ID, Key: "notify.reveal_asked", Params: map[string]string{"number": c.Number}, Link: "/desk/reveals/" + c.ID, At: e.At,
		})
	})
}

// tellAsker tells whoever asked to open a contact what was decided.
func (a *App) tellAsker(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, c relay.Changed) error {
		return a.tellThem(ctx, []string{c.Asker}, notify.Message{
			Realm: e.Realm, ID: e.ID, Key: "notify.reveal_" + string(c.State), Params: map[string]string{"number": c.Number},
			Link: "/desk/reveals/" + c.ID, At: e.At,
		})
	})
}

// tellAnswered tells those who deal with a matter, or the desk while nobody does,
// that the reporter has written.
func (a *App) tellAnswered(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, c relay.WrittenTo) error {
		accounts, err := a.writers(ctx, e.Realm, c)
		if err != nil {
			return err
		}
		return a.tellThem(ctx, accounts, notify.Message{
			Realm: e.Realm, ID: e.ID, Key: "notify.answered", Params: map[string]string{"number": c.Number}, Link: "/desk/matters/" + c.Matter + "/reporter", At: e.At,
		})
	})
}

func (a *App) writers(ctx context.Context, realm string, c relay.WrittenTo) (accounts []string, err error) {
	if c.Owner == "" {
		return a.untouched(ctx, realm, c.Place, c.Barred, identity.Dispatcher)
	}
	err = a.DB.View(ctx, func(tx *db.Tx) error {
		accounts, err = identity.Holders(ctx, tx, realm, identity.Handler, identity.Asked{Place: c.Place, Body: c.Owner}, a.Now())
		return err
	})
	return accounts, err
}

// tellCalled tells whoever asked for a call what became of it.
func (a *App) tellCalled(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, c relay.Called) error {
		return a.tellThem(ctx, []string{c.Asker}, notify.Message{
			Realm: e.Realm, ID: e.ID, Key: "notify.called", Params: map[string]string{"number": c.Number}, Link: "/desk/matters/" + c.Matter + "/reporter", At: e.At,
		})
	})
}

// tellThem sends one message to each of some accounts.
func (a *App) tellThem(ctx context.Context, accounts []string, m notify.Message) error {
	return a.DB.InTx(ctx, func(tx *db.Tx) error { return a.send(ctx, tx, accounts, m) })
}

// untouched lists who has one of the roles at a place and no post, in whatever role,
// for one of the bodies that must not hear of it.
func (a *App) untouched(ctx context.Context, realm string, place int64, barred []string, roles ...identity.Role) ([]string, error) {
	grants, err := a.Identity.Covering(ctx, realm, place, roles)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, g := range grants {
		if slices.Contains(out, g.Account) {
			continue
		}
		all, err := a.Identity.Grants(ctx, realm, g.Account)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(g identity.Grant) bool { return slices.Contains(barred, g.Body) }) {
			out = append(out, g.Account)
		}
	}
	return out, nil
}

// letterLanguage is that of letters to reporters, whose language nobody kept.
const letterLanguage = "zh-Hans"

// writeLetters tells reporters who gave an address that there is a message. The
// letter holds nothing of the matter, not even its number, and the address goes from
// the sealed contact to the mail server and stands in no queue.
func (a *App) writeLetters(ctx context.Context, events []outbox.Event) error {
	return hear(ctx, events, func(ctx context.Context, e outbox.Event, c relay.WrittenTo) error {
		if !c.Letter {
			return nil
		}
		address, err := a.Relay.Addressee(ctx, e.Realm, c.Matter)
		if err != nil || address == "" {
			return err
		}
		mailer, err := a.mailer()
		if err != nil {
			return err
		}
		say := a.Texts.Printer(letterLanguage)
		return mailer.Send(ctx, gateway.Message{
			ID: c.ID, To: address, Subject: say.T("relay.letter.subject"), Body: say.T("relay.letter.body", "link", a.Config.PublicURL+"/track"),
		})
	})
}
