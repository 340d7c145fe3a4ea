// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Package holding is what matters hold about the people who reported them: asked
// for it, it tells; told what is wrong, it sets that right; and it forgets. What is
// left of a matter then is when it was dealt with, by whom, where and how well, and
// a step in its history that says what was destroyed by which rule.
//
//	holding.go          the kinds, asking and correcting
//	forget.go           contact, words and photos go
//	rules.go            which answers of a form are words (no I/O)
//	store.go            what is over, and what is held
//	store_retention.go  what replaces and removes
package holding

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/civic/matter"
	"pavilion/internal/civic/matter/relay"
	"pavilion/internal/core/files"
	"pavilion/internal/core/retention"
	"pavilion/internal/platform/db"
)

// The kinds of data that a matter holds about people.
const (
	Contact = "contact" // who reported it, sealed
	Words   = "words"   // what reporter and staff wrote, where it is, what is public of it
	Photos  = "photo"   // of the report and of the steps
)

// Keeper offers what matters hold. All fields are required.
type Keeper struct {
	Matters  *matter.Service
	Files    *files.Service
	Relay    *relay.Service
	Sentence string // what stands in the place of words that are gone
}

// ended are the states in which a matter can end.
var ended = []string{"closed", "refused", "void", "filed", retention.Urgent}

// Kinds are the kinds of data that matters hold.
func (k *Keeper) Kinds() []retention.Kind {
	kind := func(name string, deeds ...retention.Deed) retention.Kind {
		return retention.Kind{Name: name, Deeds: deeds, Classes: true, States: ended, Basis: "basis.pipl_shortest"}
	}
	return []retention.Kind{
		kind(Contact, retention.Destroy, retention.Keep),
		kind(Words, retention.Deidentify, retention.Keep),
		kind(Photos, retention.Destroy, retention.Keep),
	}
}

// Over lists what of ended matters may be destroyed.
func (k *Keeper) Over(ctx context.Context, tx *db.Tx, q retention.Question) ([]retention.Item, error) {
	if id, ok := strings.CutPrefix(q.Subject, "matter/"); ok {
		return ofMatter(ctx, tx, q, id)
	}
	if q.Subject != "" {
		return nil, nil
	}
	return over(ctx, tx, q)
}

// Held returns what a matter holds about its reporter: who they are, and in their
// words what they told. What staff wrote among themselves is not theirs.
func (k *Keeper) Held(ctx context.Context, realm, subject string) ([]retention.Record, error) {
	id, ok := strings.CutPrefix(subject, "matter/")
	if !ok {
		return nil, nil
	}
	d, err := k.Matters.Followed(ctx, realm, id)
	if err != nil {
		return nil, err
	}
	var out []retention.Record
	add := func(kind, key, value string) {
		if value != "" {
			out = append(out, retention.Record{Kind: kind, Key: key, Value: value, At: d.ReportedAt})
		}
	}
	contact, err := k.contact(ctx, realm, id)
	if err != nil {
		return nil, err
	}
	add(Contact, "form.matter.contact.contact_name", contact.Name)
	add(Contact, "form.matter.contact.contact_phone", contact.Phone)
	add(Contact, "rights.field.mail", contact.Mail)
	add(Words, "matter.number", d.Number)
	add(Words, "rights.field.title", d.Title)
	add(Words, "matter.text", d.Text)
	add(Words, "rights.field.address", d.Address)
	if d.Point != nil {
		add(Words, "rights.field.point", strconv.FormatFloat(d.Point.Lon, 'f', 6, 64)+", "+strconv.FormatFloat(d.Point.Lat, 'f', 6, 64))
	}
	add(Words, "rights.field.reply", d.Reply)
	for _, e := range d.History {
		if e.Role == "reporter" {
			for _, name := range []string{"text", "reason", "comment"} {
				if said := e.Answers[name]; said != "" {
					out = append(out, retention.Record{Kind: Words, Key: "rights.field.said", Value: said, At: e.At})
				}
			}
		}
		if e.Photos > 0 {
			out = append(out, retention.Record{Kind: Photos, Key: "rights.field.photos", Value: strconv.Itoa(e.Photos), At: e.At})
		}
	}
	said, err := k.Relay.Said(ctx, realm, id)
	for _, m := range said {
		key := "rights.field.said"
		if m.Side == relay.Staff {
			key = "rights.field.told"
		}
		out = append(out, retention.Record{Kind: Words, Key: key, Value: m.Text, At: m.At})
	}
	return out, err
}

// contact opens what is sealed for the person it is about.
func (k *Keeper) contact(ctx context.Context, realm, id string) (c matter.Contact, err error) {
	var sealed string
	err = k.Matters.DB.View(ctx, func(tx *db.Tx) error {
		sealed, err = findContact(ctx, tx, realm, id)
		return err
	})
	if err != nil || sealed == "" {
		return matter.Contact{}, err
	}
	return k.Matters.UnsealContact(realm, id, sealed)
}

// Correct gives a matter another contact. A name and a telephone number are known;
// other fields are not kept here. What was only shown masked is refused.
func (k *Keeper) Correct(ctx context.Context, tx *db.Tx, c retention.Correction) (bool, error) {
	id, ok := strings.CutPrefix(c.Subject, "matter/")
	if !ok {
		return false, nil
	}
	has, err := ofMatter(ctx, tx, retention.Question{Realm: c.Realm, Kind: Contact}, id)
	if err != nil {
		return false, err
	}
	gone, err := tombed(ctx, tx, c.Realm, id, Words)
	if err != nil || gone {
		return false, err
	}
	values := map[string][]string{}
	for name, value := range c.Values {
		values[name] = []string{value}
	}
	answers, err := k.Matters.Forms["matter.contact"].Read(values)
	if err != nil {
		return false, err
	}
	contact := matter.Contact{Name: answers["contact_name"], Phone: answers["contact_phone"]}
	if contact.Empty() {
		return false, fault.New(fault.Invalid, "form.required").At("contact_phone")
	}
	sealed, err := k.Matters.SealContact(c.Realm, id, contact)
	if err != nil {
		return false, err
	}
	return true, setContact(ctx, tx, c.Realm, id, sealed, len(has) == 0)
}

// answersOf reads the answers of an event.
func answersOf(text string) (form.Answers, error) {
	var a form.Answers
	err := json.Unmarshal([]byte(text), &a)
	return a, err
}
