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
	"pavilion/internal/core/identity"
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
		same = err == nil && text == m.Text && s.ReportedBy(m, c.By.Account)
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

// Mark is what is kept of the account that reported a matter: a sum that only this
// server can make, another one for each matter. Whoever knows the account can be
// recognised by it; from the sum alone, or from two of them, nothing is learned.
// For no account it is empty.
func (s *Service) Mark(realm, id, account string) string {
	if account == "" {
		return ""
	}
	return s.Box.Sum("matter_reporter", realm, id, account)
}

// ReportedBy reports whether an account reported m; for "", whether none did.
func (s *Service) ReportedBy(m Matter, account string) bool {
	return hmac.Equal([]byte(m.Reporter), []byte(s.Mark(m.Realm, m.ID, account)))
}

// doer is what history, photos and audit keep of who makes a move: the account of
// staff, and of reporters what Mark says.
func (s *Service) doer(m Matter, c Move) string {
	if c.Reporter {
		return s.Mark(m.Realm, m.ID, c.By.Account)
	}
	return c.By.Account
}

// unnaming is how many matters Unname takes in one transaction.
const unnaming = 200

// Unname writes sums over the accounts of reporters that were kept as they are, in
// matter, history and photos, until none is left. It may be interrupted and begun
// again. Entries of the audit from that time stay: they are what the log holds.
func (s *Service) Unname(ctx context.Context, realm string) (n int, err error) {
	for done := false; !done && err == nil; {
		err = s.DB.InTx(ctx, func(tx *db.Tx) error {
			list, err := named(ctx, tx, realm, unnaming)
			done = len(list) < unnaming
			for i := 0; i < len(list) && err == nil; i++ {
				err = s.unname(ctx, tx, realm, list[i])
			}
			if err == nil {
				n += len(list)
			}
			return err
		})
	}
	return n, err
}

func (s *Service) unname(ctx context.Context, tx *db.Tx, realm, id string) error {
	m, err := find(ctx, tx, realm, id)
	if err != nil {
		return fmt.Errorf("unname the reporter of matter %s: %w", id, err)
	}
	mark := s.Mark(realm, id, m.Reporter)
	if err := s.Files.Renamed(ctx, tx, realm, PhotosOf(id, 1), mark); err != nil {
		return err
	}
	return rename(ctx, tx, m, mark)
}

// Contact is who reported, if they said so. It is kept sealed, apart from the
// matter, and never shown to the body that handles it.
type Contact struct {
	Name    string `json:"name,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Mail    string `json:"mail,omitempty"`
	Address string `json:"address,omitempty"` // where to find them; the matter's place is another thing
}

// Empty reports whether nothing was given.
func (c Contact) Empty() bool { return c == Contact{} }

// masked names what is not the contact but what somebody was shown of it.
func (c Contact) masked() (faults []*fault.Error) {
	for _, f := range []struct{ field, text string }{
		{"contact_name", c.Name}, {"contact_phone", c.Phone}, {"contact_mail", c.Mail}, {"contact_address", c.Address},
	} {
		if masked(f.text) {
			faults = append(faults, fault.New(fault.Invalid, "matter.contact_masked").At(f.field))
		}
	}
	return faults
}

// Contact opens the sealed contact of m, in the transaction that writes down that
// it was opened. It asks nobody whether they may: that is for relay to decide,
// which alone calls it.
func (s *Service) Contact(ctx context.Context, tx *db.Tx, m Matter) (Contact, error) {
	sealed, err := findContact(ctx, tx, m.Realm, m.ID)
	if err != nil {
		return Contact{}, err
	}
	return s.unseal(m.Realm, m.ID, sealed)
}

// In returns a matter as it is in tx, whoever asks.
func (s *Service) In(ctx context.Context, tx *db.Tx, realm, id string) (Matter, error) {
	return s.find(ctx, tx, realm, id)
}

// Concerned lists, in order, the bodies that deal with m or a part of it, dealt
// with it last, or are complained about. Who reported is out of their reach.
func (s *Service) Concerned(ctx context.Context, tx *db.Tx, m Matter) ([]string, error) {
	near, err := relatives(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	bodies := []string{m.Owner, m.HandlerBody, m.About}
	for _, n := range near {
		if n.Parent == m.ID {
			bodies = append(bodies, n.Owner, n.HandlerBody)
		}
	}
	slices.Sort(bodies)
	return slices.DeleteFunc(slices.Compact(bodies), func(b string) bool { return b == "" }), nil
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
