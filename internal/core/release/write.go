// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package release

import (
	"context"
	"fmt"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/core/audit"
	"pavilion/internal/core/identity"
	"pavilion/internal/core/inbox"
	"pavilion/internal/platform/db"
)

// Role is under which drafts that wait stand in the inbox: everybody who may
// release has a seat with it.
const Role = "release"

// Write is somebody writing something for the public. Whether they may is for the
// use case that calls.
type Write struct {
	Realm   string
	Kind    string
	Subject string
	File    string
	Title   string
	Link    string
	Area    string
	Place   int64
	Town    int64
	Avoid   string
	Words   []Part
	By      identity.Actor
}

// Put keeps what was written, within the transaction of the use case that it
// belongs to: a new draft, or a new version of the one that is not decided yet. It
// is then Waiting, or Drafted if there are traces that never may be public. It
// fails with Invalid, at the part's name, for words that cannot be text.
func (s *Service) Put(ctx context.Context, tx *db.Tx, c Write) (Draft, error) {
	words, err := clean(c.Words)
	if err != nil {
		return Draft{}, err
	}
	d, err := findLive(ctx, tx, c.Realm, c.Subject, c.Kind, c.File)
	switch {
	case err == nil:
		return s.rewrite(ctx, tx, d, words, c.By)
	case fault.KindOf(err) != fault.Missing:
		return Draft{}, err
	}
	d = Draft{
		Realm: c.Realm, ID: id.New(), Kind: c.Kind, Subject: c.Subject, File: c.File, Title: c.Title, Link: c.Link, Area: c.Area,
		Place: c.Place, Town: c.Town, Avoid: c.Avoid, Words: words, Version: 1, State: stateOf(words), Author: c.By.Account, At: s.Now(), Revision: 1,
	}
	if err := insert(ctx, tx, d); err != nil {
		return Draft{}, err
	}
	return d, s.written(ctx, tx, d, "written")
}

// stateOf is where a new version stands.
func stateOf(words []Part) State {
	if Barred(words) {
		return Drafted
	}
	return Waiting
}

// rewrite makes the words a new version of a draft.
func (s *Service) rewrite(ctx context.Context, tx *db.Tx, d Draft, words []Part, by identity.Actor) (Draft, error) {
	d.Words, d.State, d.Author, d.Reason, d.At = words, stateOf(words), by.Account, "", s.Now()
	d.Version++
	if err := update(ctx, tx, d); err != nil {
		return d, err
	}
	d.Revision++
	return d, s.written(ctx, tx, d, "mended")
}

// written writes what belongs to a new version: itself, trail, audit, inbox.
func (s *Service) written(ctx context.Context, tx *db.Tx, d Draft, act string) error {
	kinds := Kinds(d.Words)
	v := Version{Number: d.Version, Words: kept(d.Words), Kinds: kinds, Author: d.Author, At: d.At}
	if err := insertVersion(ctx, tx, d, v); err != nil {
		return err
	}
	return s.tell(ctx, tx, d, Event{Act: act, Version: d.Version, Kinds: kinds, Actor: d.Author, At: d.At})
}

// tell writes one line of the trail and of the audit, and puts the draft before
// those who may release it, or before nobody.
func (s *Service) tell(ctx context.Context, tx *db.Tx, d Draft, e Event) error {
	audit.Add(ctx, tx, audit.Entry{
		Realm: d.Realm, Subject: d.subject(), Act: "release." + e.Act, Actor: e.Actor, At: e.At,
		Detail: map[string]any{"kind": d.Kind, "subject": d.Subject, "version": d.Version, "state": d.State, "found": joined(e.Kinds)},
	})
	if err := insertEvent(ctx, tx, d, e); err != nil {
		return err
	}
	if d.State != Waiting {
		return inbox.Clear(ctx, tx, d.Realm, d.subject())
	}
	return inbox.Put(ctx, tx, inbox.Item{
		Realm: d.Realm, Subject: d.subject(), Role: Role, Place: d.Place, Town: d.Town, Title: d.Title, Link: Page(d.ID), Since: d.At,
	})
}

// Page is the address of a draft's page.
func Page(id string) string { return "/desk/releases/" + id }

// Mend is somebody of the desk, or the author, wording a draft anew. Whoever does
// is an author of it and cannot release it.
type Mend struct {
	Realm, ID string
	Revision  int
	Words     []Part // as many as the draft has, under the same names
	By        identity.Actor
}

// Mend keeps a new version. It fails with Missing for who may not see the draft,
// with Stale if it was changed, with Conflict once it is decided.
func (s *Service) Mend(ctx context.Context, c Mend) (d Draft, err error) {
	words, err := clean(c.Words)
	if err != nil {
		return Draft{}, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if d, err = s.claim(ctx, tx, c.Realm, c.ID, c.Revision, c.By); err != nil {
			return err
		}
		if !d.State.Live() {
			return fault.New(fault.Conflict, "release.decided")
		}
		if !mayWithdraw(c.By, d, s.Now()) {
			return fault.New(fault.Denied, "release.not_yours")
		}
		if !fits(d.Words, words) {
			return fault.New(fault.Invalid, "form.required").At("words")
		}
		d, err = s.rewrite(ctx, tx, d, words, c.By)
		return err
	})
	if err != nil {
		return Draft{}, fmt.Errorf("mend draft %s: %w", c.ID, err)
	}
	return d, nil
}

// fits reports whether two wordings have the same parts.
func fits(a, b []Part) bool {
	for i := range a {
		if i >= len(b) || a[i].Name != b[i].Name {
			return false
		}
	}
	return len(a) == len(b)
}

// claim finds a draft for somebody who wants to change it, at the revision they
// saw, with the grants that still count.
func (s *Service) claim(ctx context.Context, tx *db.Tx, realm, id string, revision int, by identity.Actor) (Draft, error) {
	if err := identity.Recheck(ctx, tx, by, s.Now()); err != nil {
		return Draft{}, err
	}
	d, err := find(ctx, tx, realm, id)
	if err != nil {
		return d, err
	}
	if !Sees(by, d, s.Now()) {
		return d, fault.New(fault.Missing, "release.missing")
	}
	if d.Revision != revision {
		return d, fault.New(fault.Stale, "release.stale")
	}
	return d, nil
}
