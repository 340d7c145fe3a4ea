// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package release

import (
	"context"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/page"
	"pavilion/internal/core/identity"
	"pavilion/internal/platform/db"
)

// Open returns a draft with its trail; to auditors without the words that are not
// public. For who may not see it, it is Missing.
func (s *Service) Open(ctx context.Context, by identity.Actor, id string) (t Trail, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		if t.Draft, err = find(ctx, tx, by.Realm, id); err != nil {
			return err
		}
		if !Sees(by, t.Draft, s.Now()) {
			return fault.New(fault.Missing, "release.missing")
		}
		if t.Versions, err = versions(ctx, tx, by.Realm, id); err != nil {
			return err
		}
		t.Events, err = events(ctx, tx, by.Realm, id)
		return err
	})
	if err != nil {
		return Trail{}, err
	}
	return veiled(t, by, s.Now()), nil
}

// List lists the drafts of a state that somebody may see, as Open would show them,
// with their versions: the
// oldest first while they are to be decided, the newest first afterwards.
func (s *Service) List(ctx context.Context, by identity.Actor, state State, after page.Cursor, size int) (out page.Page[Trail], err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out = page.Page[Trail]{}
		all, err := list(ctx, tx, by, state, s.Now(), after, size+1)
		if err != nil {
			return err
		}
		cut := page.Cut(all, size, func(d Draft) page.Cursor { return page.Cursor{At: d.At.UnixMicro(), ID: d.ID} })
		out.Next = cut.Next
		for _, d := range cut.Items {
			if !Sees(by, d, s.Now()) {
				continue
			}
			t := Trail{Draft: d}
			if t.Versions, err = versions(ctx, tx, d.Realm, d.ID); err != nil {
				return err
			}
			out.Items = append(out.Items, veiled(t, by, s.Now()))
		}
		return nil
	})
	return out, err
}

// Count counts what waits for somebody: the drafts of their desk that others
// wrote, and their own that have to be mended.
func Count(ctx context.Context, tx *db.Tx, by identity.Actor, now time.Time) (int, error) {
	return count(ctx, tx, by, now)
}

// Of lists what there is of a subject, the newest first: for the subject's own page
// at the desk, whose reader may see it.
func (s *Service) Of(ctx context.Context, realm, subject string) (out []Draft, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out, err = of(ctx, tx, realm, subject)
		return err
	})
	return out, err
}

// About is Of within a transaction.
func About(ctx context.Context, tx *db.Tx, realm, subject string) ([]Draft, error) {
	return of(ctx, tx, realm, subject)
}

// Newest returns of each subject its newest draft of a kind: for whoever shows what is
// released of it. A subject without one is not in the answer.
func (s *Service) Newest(ctx context.Context, realm, kind string, subjects []string) (out map[string]Draft, err error) {
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		out = map[string]Draft{}
		found, err := newest(ctx, tx, realm, kind, subjects)
		for _, d := range found {
			out[d.Subject] = d
		}
		return err
	})
	return out, err
}

// Shown is what everybody may know of a draft: that words wait, are public, or
// were taken back and why.
type Shown struct {
	State  State
	Reason string // of one that was public and is not any more
}

// Shown says of each subject what everybody may know of its newest draft of a
// kind. A subject without one is not in the answer.
func (s *Service) Shown(ctx context.Context, realm, kind string, subjects []string) (map[string]Shown, error) {
	found, err := s.Newest(ctx, realm, kind, subjects)
	out := map[string]Shown{}
	for subject, d := range found {
		out[subject] = shown(d)
	}
	return out, err
}
