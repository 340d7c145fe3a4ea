// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/form"
	"pavilion/internal/civic/matter/privacy"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/sight"
	"pavilion/internal/platform/db"
)

// codeAlphabet has no letter that is mistaken for another when read aloud or
// copied by hand.
const codeAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// codeLength makes 40 bits: with wrong tries limited, out of reach of guessing.
const codeLength = 8

// Code returns the secret that, with the number, lets the reporter follow a
// matter without an account. It is computed from the server's key, so that it
// is the same on every retry and stands in no database.
func (s *Service) Code(realm, id string) string { return s.code("matter_code", realm, id) }

// FollowCode returns the code with which anybody who was shown it may read the
// public side of a matter. It opens no move.
func (s *Service) FollowCode(realm, id string) string { return s.code("matter_follow", realm, id) }

func (s *Service) code(purpose, realm, id string) string {
	sum := s.Box.Sum(purpose, realm, id)
	code := make([]byte, codeLength)
	for i := range code {
		n, _ := strconv.ParseUint(sum[2*i:2*i+2], 16, 8) // a sum is hexadecimal
		code[i] = codeAlphabet[n%uint64(len(codeAlphabet))]
	}
	return string(code)
}

// Track returns the matter with the given number if code is its code. A wrong
// code and an unknown number are the same fault and cost the same work.
func (s *Service) Track(ctx context.Context, realm, number, code string) (m Matter, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		m, err = s.unshut(findNumber(ctx, tx, realm, strings.TrimSpace(number)))
		return err
	})
	if err != nil && fault.KindOf(err) != fault.Missing {
		return Matter{}, err
	}
	given := strings.ToUpper(strings.Join(strings.Fields(code), ""))
	right := hmac.Equal([]byte(s.Code(realm, m.ID)), []byte(given))
	if err != nil || !right {
		return Matter{}, fault.New(fault.Missing, "matter.wrong_code").At("code")
	}
	return Listed(m), nil
}

// Repeats reports whether a report says what the matter with the given id says,
// from the same account: whether sending it again asks for what it made. It tells
// nothing else of the matter.
func (s *Service) Repeats(ctx context.Context, id string, c Report) (same bool, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		m, err := s.find(ctx, tx, c.Realm, id)
		if err != nil {
			return err
		}
		text, err := form.CleanText(c.Text, true)
		same = err == nil && text == m.Text && c.By.Account == m.Reporter
		return nil
	})
	return same, err
}

// FollowedPublicly returns the public side of a matter for somebody who has its
// follow code: type, place, state, and which steps were made when. It holds
// nobody's words but the desk's own for the public.
func (s *Service) FollowedPublicly(ctx context.Context, realm, number, code string) (Detail, error) {
	var m Matter
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		m, err = s.unshut(findNumber(ctx, tx, realm, strings.TrimSpace(number)))
		return err
	})
	if err != nil && fault.KindOf(err) != fault.Missing {
		return Detail{}, err
	}
	if !hmac.Equal([]byte(s.FollowCode(realm, m.ID)), []byte(strings.ToUpper(code))) || !m.Published {
		return Detail{}, fault.New(fault.Missing, "matter.wrong_code").At("code")
	}
	d, err := s.detail(ctx, realm, m.ID, Move{Realm: realm, ID: m.ID, Reporter: true, By: identity.Actor{Realm: realm}})
	d.veil([]privacy.Audience{privacy.Public}, false)
	d.Title, d.Offers, d.Near = d.PublicText, nil, nil
	for i := range d.History {
		d.History[i].Answers = kept(d.History[i].Answers, "body")
	}
	return d, err
}

// Contact is who reported, if they said so. It is kept sealed, apart from the
// matter, and never shown to the body that handles it.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Mail  string `json:"mail,omitempty"`
}

// Empty reports whether nothing was given.
func (c Contact) Empty() bool { return c == Contact{} }

// masked names what is not the contact but what somebody was shown of it.
func (c Contact) masked() (faults []*fault.Error) {
	for _, f := range []struct{ field, text string }{{"contact_name", c.Name}, {"contact_phone", c.Phone}, {"contact_mail", c.Mail}} {
		if masked(f.text) {
			faults = append(faults, fault.New(fault.Invalid, "matter.contact_masked").At(f.field))
		}
	}
	return faults
}

// OpenContact is a dispatcher opening the sealed contact, for a stated reason.
type OpenContact struct {
	Realm  string
	ID     string
	By     identity.Actor
	Reason string // why it is needed; kept in the audit
}

// OpenContact returns who reported the matter and writes down who looked and
// why. It fails with Denied for all but the dispatchers of its place.
func (s *Service) OpenContact(ctx context.Context, c OpenContact) (Contact, error) {
	if c.Reason == "" {
		return Contact{}, fault.New(fault.Invalid, "matter.reason_required").At("reason")
	}
	var contact Contact
	err := s.DB.InTx(ctx, func(tx *db.Tx) error {
		m, err := s.find(ctx, tx, c.Realm, c.ID)
		if err != nil {
			return fmt.Errorf("open contact: %w", err)
		}
		roles := c.By.RolesAt(m.Place, "", s.Now(), m.Type)
		if !s.Sees(c.By, m) || !slices.Contains(roles, identity.Dispatcher) {
			return fault.New(fault.Denied, "matter.contact_sealed")
		}
		sealed, err := findContact(ctx, tx, c.Realm, c.ID)
		if err != nil {
			return err
		}
		if contact, err = s.unseal(m.Realm, m.ID, sealed); err != nil {
			return err
		}
		err = sight.Record(ctx, tx, sight.Look{
			Realm: m.Realm, Subject: m.Subject(), Place: m.Place, Fields: []string{string(privacy.Contact)}, Purpose: sight.Contacting,
			Words: c.Reason, Account: c.By.Account, Role: identity.Dispatcher, Body: acting(c.By, m, "dispatcher"), Way: sight.Page, At: s.Now(),
		})
		audit.Add(ctx, tx, audit.Entry{
			Realm: m.Realm, Subject: m.Subject(), Act: "matter.contact_opened", Actor: c.By.Account,
			At: s.Now(), Detail: map[string]string{"reason": c.Reason},
		})
		return err
	})
	return contact, err
}

// seal closes a contact so that only this matter's row can open it.
func (s *Service) seal(realm, id string, c Contact) (string, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	return s.Box.Seal(realm, contactOf(realm, id), plain)
}

func (s *Service) unseal(realm, id, sealed string) (c Contact, err error) {
	plain, err := s.Box.Open(sealed, contactOf(realm, id))
	if err != nil {
		return c, fmt.Errorf("open contact of matter %s: %w", id, err)
	}
	return c, json.Unmarshal(plain, &c)
}

// SealContact closes a contact for a matter's row; see UnsealContact.
func (s *Service) SealContact(realm, id string, c Contact) (string, error) {
	if err := fault.Join(c.masked()...); err != nil {
		return "", err
	}
	return s.seal(realm, id, c)
}

// UnsealContact opens a sealed contact for the person it is about. Whoever calls
// it says in the audit for whom; staff have OpenContact.
func (s *Service) UnsealContact(realm, id, sealed string) (Contact, error) {
	return s.unseal(realm, id, sealed)
}

func contactOf(realm, id string) string { return "matter_contact/" + realm + "/" + id }
