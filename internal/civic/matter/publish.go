// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package matter

import (
	"context"
	"slices"
	"unicode/utf8"

	"pavilion/internal/base/fault"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/release"
	"pavilion/internal/platform/db"
)

// PublicWords is the kind of draft that the desk's words for the public are.
const PublicWords = "matter.text"

// maxPublic bounds these words, in characters.
const maxPublic = 60

// publicField is what they are called in forms and drafts.
const publicField = "public_text"

// Describe is somebody of the desk writing what the public is to read of a matter.
type Describe struct {
	Realm, ID string
	Text      string
	By        identity.Actor
}

// Describe keeps the words as a draft that somebody else releases. It fails with
// Conflict for a matter that may not be public, with Denied for all but the desk of
// its place, and with Missing for who may not see it.
func (s *Service) Describe(ctx context.Context, c Describe) (d release.Draft, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := identity.Recheck(ctx, tx, c.By, s.Now()); err != nil {
			return err
		}
		m, err := find(ctx, tx, c.Realm, c.ID)
		if err == nil && !s.Sees(c.By, m) {
			err = fault.New(fault.Missing, "matter.missing")
		}
		if err != nil {
			return err
		}
		roles := c.By.RolesAt(m.Place, "", s.Now(), m.Type)
		switch {
		case !slices.Contains(roles, identity.Dispatcher) && !slices.Contains(roles, identity.ShiftHead):
			return fault.New(fault.Denied, "release.not_yours")
		case m.Privacy != PrivacyNone:
			return fault.New(fault.Conflict, "release.not_publishable")
		case utf8.RuneCountInString(c.Text) > maxPublic:
			return fault.New(fault.Invalid, "form.too_long").At(publicField).With("max", "60")
		}
		d, err = s.describe(ctx, tx, m, c.Text, c.By)
		return err
	})
	return d, err
}

// describe puts the desk's words for the public before somebody who may release them.
func (s *Service) describe(ctx context.Context, tx *db.Tx, m Matter, words string, by identity.Actor) (release.Draft, error) {
	return s.Releases.Put(ctx, tx, release.Write{
		Realm: m.Realm, Kind: PublicWords, Subject: m.Subject(), Title: m.Number, Link: "/desk/matters/" + m.ID,
		Area: m.Area, Place: m.Place, Town: m.Town, Avoid: m.About, Words: []release.Part{{Name: publicField, Text: words}}, By: by,
	})
}

// Publish shows the words of a draft that was released, or stops showing them. It
// fails with Conflict if the matter has become one that may not be public.
func (s *Service) Publish(ctx context.Context, tx *db.Tx, d release.Draft) error {
	m, err := find(ctx, tx, d.Realm, idOf(d.Subject))
	if err != nil {
		return err
	}
	text := ""
	if d.State == release.Released {
		if m.Privacy != PrivacyNone {
			return fault.New(fault.Conflict, "release.not_publishable")
		}
		text = d.Text(publicField)
	}
	return setPublic(ctx, tx, m, text)
}
